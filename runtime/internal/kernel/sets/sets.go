// Package sets knows which kernels this machine can run.
package sets

import (
	"github.com/gradgen/gradgen/runtime/internal/kernel"
	"github.com/gradgen/gradgen/runtime/internal/kernel/portable"
)

// For returns the sets of kernels that this machine can run, the fastest
// first; the last is portable.
func For[T float32 | float64]() []*kernel.Set[T] {
	var list []*kernel.Set[T]
	switch to := any(&list).(type) {
	case *[]*kernel.Set[float32]:
		*to = native32()
	case *[]*kernel.Set[float64]:
		*to = native64()
	}
	return append(list, portable.Set[T]())
}
