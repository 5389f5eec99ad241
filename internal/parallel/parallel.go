// Package parallel does pieces of work that do not depend on each other.
package parallel

import (
	"errors"
	"fmt"
	"runtime"
	"sync"
)

// Each calls f for the numbers below n, at most workers at a time (0 means one
// a processor), and returns when all are done. The error joins theirs in the
// order of the numbers, whatever came first. A panic is a mistake of this
// program: it is an error of its piece, not the crash of a goroutine.
func Each(n, workers int, f func(i int) error) error {
	if workers <= 0 {
		workers = runtime.GOMAXPROCS(0)
	}
	errs := make([]error, n)
	free := make(chan struct{}, workers)
	var all sync.WaitGroup
	for i := range n {
		free <- struct{}{}
		all.Go(func() {
			defer func() {
				if r := recover(); r != nil {
					errs[i] = fmt.Errorf("panic: %v", r)
				}
				<-free
			}()
			errs[i] = f(i)
		})
	}
	all.Wait()
	return errors.Join(errs...)
}
