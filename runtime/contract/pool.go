package contract

import (
	"sync"
	"sync/atomic"
)

// Pool is goroutines that help with large products. The goroutine that calls
// is one of the workers. What is computed does not depend on how many there
// are: a product is cut into tasks by its sizes alone, each task is computed
// by one worker in one order, and no two write the same element.
//
// A Pool serves one call at a time, and may serve several engines in turn. A
// nil Pool is one worker.
type Pool struct {
	workers int
	wake    []chan struct{} // one for each helper
	done    chan struct{}   // the last helper to finish says so
	ended   sync.WaitGroup

	job   cutUp
	count int64
	next  atomic.Int64 // the first task nobody has taken
	busy  atomic.Int64 // helpers that have not finished
}

// cutUp is a product cut into tasks.
type cutUp interface {
	task(worker, id int)
}

// NewPool returns a pool of that many workers, the caller included; less than
// 2 need no goroutine. [Pool.Close] ends them.
func NewPool(workers int) *Pool {
	p := &Pool{workers: max(workers, 1), done: make(chan struct{}, 1)}
	p.wake = make([]chan struct{}, p.workers-1)
	for i := range p.wake {
		p.wake[i] = make(chan struct{}, 1)
		p.ended.Go(func() { p.help(i + 1) })
	}
	return p
}

// Workers is the number of workers.
func (p *Pool) Workers() int {
	if p == nil {
		return 1
	}
	return p.workers
}

// Close ends the goroutines and waits until they are gone. The pool is then
// one worker.
func (p *Pool) Close() {
	if p == nil {
		return
	}
	for _, c := range p.wake {
		close(c)
	}
	p.ended.Wait()
	p.wake, p.workers = nil, 1
}

// run does tasks 0 to n-1 of j.
func (p *Pool) run(j cutUp, n int) {
	helpers := min(len(p.wake), n-1)
	p.job, p.count = j, int64(n)
	p.next.Store(0)
	p.busy.Store(int64(helpers))
	for _, c := range p.wake[:helpers] {
		c <- struct{}{}
	}
	p.work(0)
	if helpers > 0 {
		<-p.done
	}
	p.job = nil
}

func (p *Pool) work(worker int) {
	for {
		id := p.next.Add(1) - 1
		if id >= p.count {
			return
		}
		p.job.task(worker, int(id))
	}
}

func (p *Pool) help(worker int) {
	for range p.wake[worker-1] {
		p.work(worker)
		if p.busy.Add(-1) == 0 {
			p.done <- struct{}{}
		}
	}
}
