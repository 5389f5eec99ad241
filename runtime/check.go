package runtime

import (
	"strconv"
	"unsafe"
)

// Every check is a comparison that inlines into generated code, and a call
// that only a failure makes.

// CheckLen panics with a *ShapeError unless the length of argument arg of
// function fn, got, is want.
func CheckLen(fn, arg string, got, want int) {
	if got != want {
		failLen(fn, arg, got, want)
	}
}

// CheckMultiple returns got/unit: the run-time size that the length got of an
// argument implies, when each unit of that size takes unit elements. It panics
// with a *ShapeError if got is not a multiple of unit. A unit of 0 elements
// implies nothing; got must then be 0, and so is the result.
func CheckMultiple(fn, arg string, got, unit int) int {
	if unit > 0 && got%unit == 0 {
		return got / unit
	}
	return checkNoMultiple(fn, arg, got, unit)
}

// CheckMax panics with a *ShapeError if the size got of dimension dim is
// negative or above the maximum that the workspace was made for.
func CheckMax(fn, dim string, got, max int) {
	if uint(got) > uint(max) {
		failMax(fn, dim, got, max)
	}
}

// CheckIndices panics with an *IndexError at the first element of idx outside
// [0, limit).
func CheckIndices(fn, arg string, idx []int32, limit int) {
	for i, v := range idx {
		if uint(int(v)) >= uint(limit) { // a negative v becomes a huge one
			failIndex(fn, arg, i, v, limit)
		}
	}
}

// CheckAlias panics with a *ShapeError if argument a, x, shares an element's
// memory with argument b, y. Spare capacity does not count.
func CheckAlias[T any](fn, a string, x []T, b string, y []T) {
	if len(x) > 0 && len(y) > 0 && overlap(unsafe.Pointer(&x[0]), unsafe.Pointer(&y[0]), len(x), len(y), unsafe.Sizeof(x[0])) {
		failAlias(fn, a, b)
	}
}

// overlap reports whether n elements at x and m elements at y, each of the
// given size in bytes, share a byte.
func overlap(x, y unsafe.Pointer, n, m int, size uintptr) bool {
	px, py := uintptr(x), uintptr(y)
	return px < py+uintptr(m)*size && py < px+uintptr(n)*size
}

//go:noinline
func failLen(fn, arg string, got, want int) {
	panic(&ShapeError{fn, arg, "length " + strconv.Itoa(want), "length " + strconv.Itoa(got)})
}

//go:noinline
func checkNoMultiple(fn, arg string, got, unit int) int {
	if unit == 0 && got == 0 {
		return 0
	}
	want := "a length that is a multiple of " + strconv.Itoa(unit)
	if unit == 0 {
		want = "length 0"
	}
	panic(&ShapeError{fn, arg, want, "length " + strconv.Itoa(got)})
}

//go:noinline
func failMax(fn, dim string, got, max int) {
	panic(&ShapeError{fn, dim, "a size from 0 to the workspace's maximum, " + strconv.Itoa(max), strconv.Itoa(got)})
}

//go:noinline
func failIndex(fn, arg string, pos int, value int32, limit int) {
	panic(&IndexError{fn, arg, pos, int64(value), limit})
}

//go:noinline
func failAlias(fn, a, b string) {
	panic(&ShapeError{fn, a, "memory apart from " + b, "slices that overlap"})
}
