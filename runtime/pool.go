package runtime

import (
	"runtime"
	"sync"
	"sync/atomic"
	"time"
)

// Pool is goroutines that help with large pieces of work. The goroutine that
// calls is one of the workers. What is computed does not depend on how many
// there are: work is cut into tasks by its sizes alone, each task is done by one
// worker in one order, and no two write the same element.
//
// A Pool serves one call at a time, and may serve several engines and functions
// in turn. A nil Pool is one worker.
type Pool struct {
	workers int
	wake    []chan struct{} // one for each helper
	done    chan struct{}   // wakes the caller, who sleeps until the last task is finished
	ended   sync.WaitGroup

	tasks Tasks
	rows  rowTasks
	// open is the first task nobody has taken, and behind it their number. In one
	// word, so that a helper that wakes late, after the call it was woken for,
	// finds nothing to take, or takes part in the next one.
	open  atomic.Uint64
	left  atomic.Int64 // tasks that are not finished
	sleep atomic.Bool  // whether the caller wants to be woken when there are none
	fault atomic.Pointer[fault]
}

// Tasks is work that is cut into tasks, for any worker in any order.
type Tasks interface {
	// Task does one of them; worker is which of the pool's it runs on, from 0.
	Task(worker, id int)
}

// fault is a panic of a helper.
type fault struct{ value any }

// NewPool returns a pool of that many workers, the caller included; less than
// 2 need no goroutine. [Pool.Close] ends them.
func NewPool(workers int) *Pool {
	p := &Pool{workers: max(workers, 1), done: make(chan struct{}, 1)}
	p.wake = make([]chan struct{}, p.workers-1)
	for i := range p.wake {
		p.wake[i] = make(chan struct{}, 1)
	}
	for i, wake := range p.wake {
		p.ended.Go(func() { p.help(i+1, wake) })
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

// Run does tasks 0 to n-1 of t and returns when all are done. It waits for tasks
// that others have taken, not for workers that are yet to begin. A panic of a
// task reaches the caller on whichever worker it happened; tasks that nobody has
// taken are then left out, and the pool remains as it was.
func (p *Pool) Run(t Tasks, n int) {
	if p == nil || len(p.wake) == 0 || n < 2 {
		for id := range n {
			t.Task(0, id)
		}
		return
	}
	p.tasks = t
	p.left.Store(int64(n))
	p.open.Store(uint64(n))
	for _, c := range p.wake[:min(len(p.wake), n-1)] {
		select {
		case c <- struct{}{}:
		default: // it has not begun since it was woken before
		}
	}
	whole := false
	defer func() {
		if !whole { // the caller's own task panics, but helpers use what is its
			p.finished(1 + p.abandon())
		}
		p.wait()
		p.tasks = nil
		if f := p.fault.Swap(nil); f != nil {
			panic(f.value)
		}
	}()
	p.work(0)
	whole = true
}

// patience is how long a worker looks out for what it waits for before it goes to
// sleep: waking takes a microsecond at best, and on a busy or virtual machine
// dozens of them, longer than what lies between two calls.
const patience = 50 * time.Microsecond

// soon reports whether something happens within a short time. Other goroutines
// run meanwhile if there are more than processors.
func soon(happens func() bool) bool {
	for start := time.Now(); ; runtime.Gosched() {
		for range 100 {
			if happens() {
				return true
			}
		}
		if time.Since(start) > patience {
			return false
		}
	}
}

// wait returns when all tasks are finished.
func (p *Pool) wait() {
	if soon(func() bool { return p.left.Load() == 0 }) {
		return
	}
	for p.left.Load() != 0 {
		p.sleep.Store(true)
		if p.left.Load() == 0 && p.sleep.CompareAndSwap(true, false) {
			return // and nobody saw it
		}
		<-p.done
	}
}

// take claims a task that nobody has taken.
func (p *Pool) take() (id int, ok bool) {
	for {
		s := p.open.Load()
		next, n := s>>32, s&(1<<32-1)
		if next >= n {
			return 0, false
		}
		if p.open.CompareAndSwap(s, s+1<<32) {
			return int(next), true
		}
	}
}

// abandon leaves out what nobody has taken, and counts it.
func (p *Pool) abandon() (n int64) {
	for _, ok := p.take(); ok; _, ok = p.take() {
		n++
	}
	return n
}

// finished notes the end of n tasks.
func (p *Pool) finished(n int64) {
	if p.left.Add(-n) == 0 && p.sleep.CompareAndSwap(true, false) {
		p.done <- struct{}{}
	}
}

// work does tasks until all are taken.
func (p *Pool) work(worker int) {
	for id, ok := p.take(); ok; id, ok = p.take() {
		p.tasks.Task(worker, id)
		p.finished(1)
	}
}

// help works whenever it is woken, until the pool is closed. After a call it
// stays awake for a while, because others are likely to follow.
func (p *Pool) help(worker int, wake chan struct{}) {
	for range wake {
		for again := true; again; again = soon(p.has) {
			p.try(worker)
		}
	}
}

// has reports whether there are tasks that nobody has taken.
func (p *Pool) has() bool {
	s := p.open.Load()
	return s>>32 < s&(1<<32-1)
}

// try keeps a panic for the goroutine that waits: on a helper's own it would end
// the program, and nobody could recover from it.
func (p *Pool) try(worker int) {
	defer func() {
		if r := recover(); r != nil {
			p.fault.CompareAndSwap(nil, &fault{r})
			p.finished(1 + p.abandon())
		}
	}()
	p.work(worker)
}
