//go:build !purego

package peak

import "golang.org/x/sys/cpu"

const sums = 12 // chains of each loop

// Loops lists the loops that this processor runs, the fastest first, for
// elements of so many bytes.
func Loops(element int) []Loop {
	var list []Loop
	add := func(has bool, name string, bytes int, run func(int)) {
		if has {
			list = append(list, Loop{name, 2 * sums * bytes / element, run})
		}
	}
	avx512, avx2 := f32x16, f32x8
	if element == 8 {
		avx512, avx2 = f64x8, f64x4
	}
	add(cpu.X86.HasAVX512F && cpu.X86.HasAVX512DQ, "avx512", 64, avx512)
	add(cpu.X86.HasAVX2 && cpu.X86.HasFMA, "avx2", 32, avx2)
	return list
}
