// Package isa asks which vector instructions there are.
package isa

// Set is a set of vector instructions.
type Set uint8

// The sets, each better than those before it.
const (
	Portable Set = iota // none that this build uses
	AVX2                // with FMA
	AVX512              // F, DQ, BW and VL
)
