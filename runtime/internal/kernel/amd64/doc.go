// Package amd64 is the kernels in assembly, for AVX2 with FMA and for AVX-512.
// With the build tag purego, or on another architecture, it is empty.
package amd64

//go:generate go run ../asm
