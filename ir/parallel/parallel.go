// Package parallel does pieces of work that do not depend on each other.
package parallel

import (
	"errors"
	"runtime"
	"sync"
)

// Each calls f for the numbers below n, at most workers at a time (0 means one
// a processor), and returns when all are done. The error joins theirs in the
// order of the numbers, whatever came first. A panic goes on in the caller, who
// may know what to do about it, once the others are done.
func Each(n, workers int, f func(i int) error) error {
	if workers <= 0 {
		workers = runtime.GOMAXPROCS(0)
	}
	errs, panics := make([]error, n), make([]any, n)
	free := make(chan struct{}, workers)
	var all sync.WaitGroup
	for i := range n {
		free <- struct{}{}
		all.Go(func() {
			defer func() {
				panics[i] = recover()
				<-free
			}()
			errs[i] = f(i)
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
