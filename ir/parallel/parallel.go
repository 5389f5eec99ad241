// Package parallel does pieces of work that do not depend on each other.
package parallel

import (
	"cmp"
	"errors"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
)

// Each calls f for the numbers below n, at most workers at a time (0 means one
// a processor), and returns when all are done. The error joins theirs in the
// order of the numbers, whatever came first. A panic goes on in the caller, who
// may know what to do about it, once the others are done.
func Each(n, workers int, f func(i int) error) error {
	return each(numbers(n), workers, f)
}

// Heaviest is Each for pieces of work of different size, one a weight. It begins
// with the largest: one that comes last would keep a single processor busy while
// the others have nothing left to do.
func Heaviest(weights []int, workers int, f func(i int) error) error {
	order := numbers(len(weights))
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(weights[b], weights[a]) })
	return each(order, workers, f)
}

// each is Each for numbers that begin in this order. A worker does one piece
// after the other, on a stack that has grown once.
func each(order []int, workers int, f func(i int) error) error {
	n := len(order)
	if workers <= 0 {
		workers = runtime.GOMAXPROCS(0)
	}
	errs, panics := make([]error, n), make([]any, n)
	do := func(i int) {
		defer func() { panics[i] = recover() }()
		errs[i] = f(i)
	}
	var next atomic.Int64
	var all sync.WaitGroup
	for range min(workers, n) {
		all.Go(func() {
			for k := next.Add(1); k <= int64(n); k = next.Add(1) {
				do(order[k-1])
			}
		})
	}
	all.Wait()
	for _, r := range panics {
		if r != nil {
			panic(r)
		}
	}
	return errors.Join(errs...)
}

func numbers(n int) []int {
	out := make([]int, n)
	for i := range out {
		out[i] = i
	}
	return out
}
