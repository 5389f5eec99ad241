//go:build !purego

package sets

import (
	"testing"

	"golang.org/x/sys/cpu"

	"github.com/gradgen/gradgen/runtime/internal/isa"
)

// Without any one feature that its kernels need, a set is not offered.
func TestFeaturesMaskedOneByOne(t *testing.T) {
	if isa.Best() < isa.AVX512 {
		t.Skip("this processor has not all sets")
	}
	for _, test := range []struct {
		name string
		has  *bool
		want string
	}{
		{"AVX512F", &cpu.X86.HasAVX512F, "avx2"},
		{"AVX512DQ", &cpu.X86.HasAVX512DQ, "avx2"},
		{"AVX512BW", &cpu.X86.HasAVX512BW, "avx2"},
		{"AVX512VL", &cpu.X86.HasAVX512VL, "avx2"},
		{"none", new(bool), "avx512"},
	} {
		*test.has = false
		if got := For[float32]()[0].Name; got != test.want {
			t.Errorf("without %s: %s, want %s", test.name, got, test.want)
		}
		if got := For[float64]()[0].Name; got != test.want {
			t.Errorf("without %s: %s for f64, want %s", test.name, got, test.want)
		}
		*test.has = true
	}
	cpu.X86.HasAVX512F = false
	for name, has := range map[string]*bool{"AVX2": &cpu.X86.HasAVX2, "FMA": &cpu.X86.HasFMA} {
		*has = false
		if got := For[float32]()[0].Name; got != "portable" {
			t.Errorf("without AVX512 and %s: %s", name, got)
		}
		if got := For[float64]()[0].Name; got != "portable" {
			t.Errorf("without AVX512 and %s: %s for f64", name, got)
		}
		*has = true
	}
	cpu.X86.HasAVX512F = true
}
