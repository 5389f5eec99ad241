//go:build purego || !amd64

package isa

// Best is the only set that this build uses.
func Best() Set { return Portable }
