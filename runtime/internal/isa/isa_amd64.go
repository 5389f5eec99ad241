//go:build !purego

package isa

import "golang.org/x/sys/cpu"

// Best is the best set that the processor has and the operating system keeps
// the registers of.
func Best() Set {
	x := &cpu.X86
	switch {
	case x.HasAVX512F && x.HasAVX512DQ && x.HasAVX512BW && x.HasAVX512VL && hasAVX2():
		return AVX512
	case hasAVX2():
		return AVX2
	}
	return Portable
}

// hasAVX2 reports whether AVX2 and FMA are there.
func hasAVX2() bool { return cpu.X86.HasAVX2 && cpu.X86.HasFMA }
