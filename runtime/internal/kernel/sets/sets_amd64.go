//go:build !purego

package sets

import (
	"golang.org/x/sys/cpu"

	"github.com/gradgen/gradgen/runtime/internal/kernel"
	"github.com/gradgen/gradgen/runtime/internal/kernel/amd64"
)

// The package cpu asks the operating system, too, whether it keeps the
// registers.
func hasAVX512() bool {
	return cpu.X86.HasAVX512F && cpu.X86.HasAVX512DQ && cpu.X86.HasAVX512BW && cpu.X86.HasAVX512VL
}

func hasAVX2() bool { return cpu.X86.HasAVX2 && cpu.X86.HasFMA }

func native32() (s []*kernel.Set[float32]) {
	if hasAVX512() {
		s = append(s, amd64.F32x16())
	}
	if hasAVX2() {
		s = append(s, amd64.F32x8())
	}
	return s
}

func native64() (s []*kernel.Set[float64]) {
	if hasAVX512() {
		s = append(s, amd64.F64x8())
	}
	if hasAVX2() {
		s = append(s, amd64.F64x4())
	}
	return s
}
