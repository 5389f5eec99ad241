// Package guard gives tests memory between pages that must not be touched: a
// kernel that reads or writes one byte outside its operands ends the test.
//
// Where pages cannot be protected it is ordinary memory; sentinels then find
// the stray writes.
package guard

import "unsafe"

// Memory is a block of elements with a guard on both sides.
type Memory[T float32 | float64] struct{ all []T }

// New returns a block of at least n elements.
func New[T float32 | float64](n int) *Memory[T] {
	size := int(unsafe.Sizeof(T(0)))
	raw := protected(n * size)
	return &Memory[T]{unsafe.Slice((*T)(unsafe.Pointer(unsafe.SliceData(raw))), len(raw)/size)}
}

// Tail returns n elements that end skip elements before the guard behind.
func (m *Memory[T]) Tail(n, skip int) []T {
	at := len(m.all) - skip - n
	return m.all[at:][:n:n]
}

// Head returns n elements that begin skip elements after the guard in front.
func (m *Memory[T]) Head(n, skip int) []T { return m.all[skip:][:n:n] }
