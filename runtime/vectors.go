package runtime

import "github.com/gradgen/gradgen/runtime/internal/isa"

// Instructions is a set of vector instructions, for which generated code has
// functions in assembly.
type Instructions = isa.Set

// The sets, each better than those before it.
const (
	Portable = isa.Portable // none: plain Go
	AVX2     = isa.AVX2     // AVX2 and FMA
	AVX512   = isa.AVX512   // AVX-512 F, DQ, BW and VL
)

// Vectors is the best set that this machine has. It is found at start-up and
// does not change. The environment variable GODEBUG=cpu.avx512f=off or
// cpu.avx2=off, before the program starts, hides what is there. In a build that
// has no assembly, for another machine or with the tag purego, it is [Portable],
// and a constant: the compiler leaves out what the other sets would do.
func Vectors() Instructions { return vectors }
