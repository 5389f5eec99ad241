//go:build !linux

package guard

import "unsafe"

func protected(n int) []byte {
	words := make([]float64, (max(n, 1)+7)/8)
	return unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(words))), len(words)*8)
}
