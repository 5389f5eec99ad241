package runtime

import "unsafe"

// arenaAlign is the alignment of an arena in bytes: a cache line, and the
// widest vector register.
const arenaAlign = 64

// NewArena returns n zeroed elements that start at a multiple of 64 bytes: the
// memory of a workspace. It may cost up to 63 bytes more than the elements.
// Its capacity is n. It panics if n is negative or memory is exhausted, as
// make does.
func NewArena[T float32 | float64](n int) []T {
	size := int(unsafe.Sizeof(T(0)))
	pad := arenaAlign/size - 1
	a := make([]T, n, n+pad)
	skip := 0
	if off := int(uintptr(unsafe.Pointer(unsafe.SliceData(a))) % arenaAlign); off != 0 {
		skip = (arenaAlign - off) / size
	}
	return a[skip : skip+n : skip+n]
}
