//go:build !purego

package sets

import (
	"github.com/gradgen/gradgen/runtime/internal/isa"
	"github.com/gradgen/gradgen/runtime/internal/kernel"
	"github.com/gradgen/gradgen/runtime/internal/kernel/amd64"
)

func native32() (s []*kernel.Set[float32]) {
	if isa.Best() >= isa.AVX512 {
		s = append(s, amd64.F32x16())
	}
	if isa.Best() >= isa.AVX2 {
		s = append(s, amd64.F32x8())
	}
	return s
}

func native64() (s []*kernel.Set[float64]) {
	if isa.Best() >= isa.AVX512 {
		s = append(s, amd64.F64x8())
	}
	if isa.Best() >= isa.AVX2 {
		s = append(s, amd64.F64x4())
	}
	return s
}
