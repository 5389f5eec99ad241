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
// Every worker begins with a share of the tasks of its own, neighbours in the
// order of their numbers, and then takes from the end of others' shares. So the
// same work is done by the same worker in call after call, as far as nobody is
// held up, and finds its operands in that processor's caches: from another's
// they come as slowly as from memory.
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
	open  []share      // one for each worker
	left  atomic.Int64 // tasks that are not finished
	sleep atomic.Bool  // whether the caller wants to be woken when there are none
	fault atomic.Pointer[fault]
}

// share is tasks that nobody has taken: the number of the first, and above it the
// end. In one word, so that a helper that wakes late, after the call it was
// woken for, finds nothing to take, or takes part in the next one. The pad keeps
// the words of two workers apart by more than the pair of cache lines that
// processors fetch together.
type share struct {
	atomic.Uint64
	_ [120]byte
}

// put makes tasks from first to end-1 the share.
func (s *share) put(first, end int) { s.Store(uint64(end)<<32 | uint64(first)) }

// any reports whether there are tasks in it.
func (s *share) any() bool {
	v := s.Load()
	return v&(1<<32-1) < v>>32
}

// take claims the first task or, for a worker whose share it is not, the last.
func (s *share) take(first bool) (id int, ok bool) {
	for {
		old := s.Load()
		at, end := old&(1<<32-1), old>>32
		if at >= end {
			return 0, false
		}
		id, rest := int(at), old+1
		if !first {
			id, rest = int(end-1), old-1<<32
		}
		if s.CompareAndSwap(old, rest) {
			return id, true
		}
	}
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
	p.open = make([]share, p.workers)
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
	able := min(p.workers, n)
	for i := able - 1; i >= 0; i-- {
		p.open[i].put(i*n/able, (i+1)*n/able)
	}
	for _, c := range p.wake[:able-1] {
		select {
		case c <- struct{}{}:
		default: // it has not begun since it was woken before
		}
	}
	whole := false
	defer func() {
		if !whole { // the caller's own task panics, but helpers use what is its
			p.finished(1 + p.abandon(0))
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

// take claims a task that nobody has taken, of the worker's own share first.
func (p *Pool) take(worker int) (id int, ok bool) {
	id, ok = p.open[worker].take(true)
	for i := 1; i < len(p.open) && !ok; i++ {
		id, ok = p.open[(worker+i)%len(p.open)].take(false)
	}
	return id, ok
}

// abandon leaves out what nobody has taken, and counts it.
func (p *Pool) abandon(worker int) (n int64) {
	for _, ok := p.take(worker); ok; _, ok = p.take(worker) {
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
	for id, ok := p.take(worker); ok; id, ok = p.take(worker) {
		p.tasks.Task(worker, id)
		p.finished(1)
	}
}

// help works whenever it is woken, until the pool is closed. After a call it
// stays awake for a while, because others are likely to follow.
func (p *Pool) help(worker int, wake chan struct{}) {
	has := func() bool { return p.has(worker) }
	for range wake {
		for again := true; again; again = soon(has) {
			p.try(worker)
		}
	}
}

// has reports whether there is work for a worker who had none. That of the
// caller comes last: who sees it finds its own.
func (p *Pool) has(worker int) bool { return p.open[worker].any() || p.open[0].any() }

// try keeps a panic for the goroutine that waits: on a helper's own it would end
// the program, and nobody could recover from it.
func (p *Pool) try(worker int) {
	defer func() {
		if r := recover(); r != nil {
			p.fault.CompareAndSwap(nil, &fault{r})
			p.finished(1 + p.abandon(worker))
		}
	}()
	p.work(worker)
}
