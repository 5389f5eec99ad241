package guard

import (
	"runtime/debug"
	"testing"
	"unsafe"
)

// The guards do what they are for.
func TestGuardsFault(t *testing.T) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	m := New[float32](5000)
	last, first := m.Tail(3, 0), m.Head(3, 0)
	last[2], first[0] = 1, 1
	faults := func(p unsafe.Pointer) (faulted bool) {
		defer func() { faulted = recover() != nil }()
		*(*byte)(p) = 1
		return false
	}
	if !faults(unsafe.Add(unsafe.Pointer(&last[2]), 4)) {
		t.Error("the byte behind may be written")
	}
	if !faults(unsafe.Add(unsafe.Pointer(&first[0]), -1)) {
		t.Error("the byte in front may be written")
	}
	if faults(unsafe.Pointer(&last[2])) {
		t.Error("the last element may not be written")
	}
}
