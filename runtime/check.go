package runtime

import (
	"strconv"
	"unsafe"
)

// Every check is a comparison that inlines into generated code, and a panic
// that only a failure makes. The panic stands in the check itself, not in a
// function that it calls: the compiler then knows that nothing comes after it,
// and keeps no argument in memory for the sake of a call that does not return.

// CheckLen panics with a *ShapeError unless the length of argument arg of
// function fn, got, is want.
func CheckLen(fn, arg string, got, want int) {
	if got != want {
		panic(lenError(fn, arg, got, want))
	}
}

// CheckMultiple returns got/unit: the run-time size that the length got of an
// argument implies, when each unit of that size takes unit elements. It panics
// with a *ShapeError if got is not a multiple of unit. A unit of 0 elements
// implies nothing; got must then be 0, and so is the result.
func CheckMultiple(fn, arg string, got, unit int) (n int) {
	n = got / max(unit, 1) // by a constant: a multiplication or a shift
	if n*unit != got {
		panic(multipleError(fn, arg, got, unit))
	}
	return
}

// CheckMax panics with a *ShapeError if the size got of dimension dim is
// negative or above the maximum that the workspace was made for.
func CheckMax(fn, dim string, got, max int) {
	if uint(got) > uint(max) {
		panic(maxError(fn, dim, got, max))
	}
}

// CheckAlias panics with a *ShapeError if arguments a and b of function fn
// overlap.
func CheckAlias(fn, a, b string, overlap bool) {
	if overlap {
		panic(aliasError(fn, a, b))
	}
}

// Overlap reports whether x and y share an element's memory. Spare capacity
// does not count.
func Overlap[T float32 | float64 | int32 | bool](x, y []T) bool {
	var elem T
	apart := uintptr(unsafe.Pointer(unsafe.SliceData(x))) - uintptr(unsafe.Pointer(unsafe.SliceData(y)))
	// From the start of one to the start of the other, in bytes; backwards, it
	// is a huge number. An empty slice may point into the other.
	return apart < uintptr(len(y))*unsafe.Sizeof(elem) && len(x) > 0 ||
		-apart < uintptr(len(x))*unsafe.Sizeof(elem) && len(y) > 0
}

// CheckIndices panics with an *IndexError at the first element of idx outside
// [0, limit).
func CheckIndices(fn, arg string, idx []int32, limit int) {
	if len(idx) > 0 && uint64(farthest(idx, 0)) >= uint64(limit) {
		panic(indexError(fn, arg, idx, 0, int64(limit)))
	}
}

// CheckIndex is CheckIndices for an argument that is one index.
func CheckIndex(fn, arg string, x int32, limit int) {
	if x < 0 || int(x) >= limit {
		panic(&IndexError{fn, arg, -1, int64(x), 0, int64(limit)})
	}
}

// CheckRange panics with an *IndexError at the first element of idx outside
// [least, limit), least being an int32. It is CheckIndices for an index that
// something is added to, or that conditions keep inside from one side.
func CheckRange(fn, arg string, idx []int32, least, limit int64) {
	if len(idx) > 0 && uint64(farthest(idx, int32(least))) >= uint64(max(limit-least, 0)) {
		panic(indexError(fn, arg, idx, least, limit))
	}
}

// farthest is the largest distance of an element above least, where one below
// is far above: a maximum needs no branch. There are four, so that none waits
// for the one before it.
func farthest(idx []int32, least int32) uint32 {
	var a, b, c, d uint32
	for ; len(idx) >= 4; idx = idx[4:] {
		a = max(a, uint32(idx[0]-least))
		b = max(b, uint32(idx[1]-least))
		c = max(c, uint32(idx[2]-least))
		d = max(d, uint32(idx[3]-least))
	}
	for _, v := range idx {
		a = max(a, uint32(v-least))
	}
	return max(a, b, c, d)
}

//go:noinline
func lenError(fn, arg string, got, want int) *ShapeError {
	return &ShapeError{fn, arg, "length " + strconv.Itoa(want), "length " + strconv.Itoa(got)}
}

//go:noinline
func multipleError(fn, arg string, got, unit int) *ShapeError {
	want := "a length that is a multiple of " + strconv.Itoa(unit)
	if unit == 0 {
		want = "length 0"
	}
	return &ShapeError{fn, arg, want, "length " + strconv.Itoa(got)}
}

//go:noinline
func maxError(fn, dim string, got, max int) *ShapeError {
	return &ShapeError{fn, dim, "a size from 0 to the workspace's maximum, " + strconv.Itoa(max), strconv.Itoa(got)}
}

//go:noinline
func aliasError(fn, a, b string) *ShapeError {
	return &ShapeError{fn, a, "memory apart from " + b, "slices that overlap"}
}

// indexError finds the first element outside [least, limit), which is there.
//
//go:noinline
func indexError(fn, arg string, idx []int32, least, limit int64) *IndexError {
	for i, v := range idx {
		if v := int64(v); v < least || v >= limit {
			return &IndexError{fn, arg, i, v, least, limit}
		}
	}
	return nil
}
