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
	helpers []helper
	shares  []share // one for each worker
	ended   sync.WaitGroup
	sleep   atomic.Bool   // whether the caller wants to be woken when a worker has finished …
	woken   chan struct{} // … by this
	fault   atomic.Pointer[fault]

	_     [128]byte // apart from what helpers look at: every call writes the rest
	begun uint64    // tasks of all calls so far
	rows  rowTasks
}

// helper is a goroutine of a pool. It says that it goes to sleep, and looks once
// more for work before it does: so a call need not wake those who are awake.
type helper struct {
	asleep atomic.Bool
	wake   chan struct{}
}

// share is the tasks of a worker. All that a call and a helper have to tell each
// other is in one cache line: to fetch one from another processor takes as long as
// a small task. The pad keeps those of two workers apart by more than the pair of
// lines that processors fetch together.
type share struct {
	// Tasks that nobody has taken: the number of the first, and above it the end.
	// In one word, so that a helper that comes late, after the call it was woken
	// for, finds nothing to take, or takes part in the next one.
	open  atomic.Uint64
	tasks Tasks
	done  atomic.Uint64 // tasks, of any share, that the worker has finished, in all calls
	count uint64        // more of them, which it has told nobody yet
	_     [88]byte
}

// put makes tasks from first to end-1 of t the share.
func (s *share) put(t Tasks, first, end int) {
	s.tasks = t
	s.open.Store(uint64(end)<<32 | uint64(first))
}

// any reports whether there are tasks in it.
func (s *share) any() bool {
	v := s.open.Load()
	return v&(1<<32-1) < v>>32
}

// take claims the first task or, for a worker whose share it is not, the last.
func (s *share) take(first bool) (id int, ok bool) {
	for {
		old := s.open.Load()
		at, end := old&(1<<32-1), old>>32
		if at >= end {
			return 0, false
		}
		id, rest := int(at), old+1
		if !first {
			id, rest = int(end-1), old-1<<32
		}
		if s.open.CompareAndSwap(old, rest) {
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
	workers = max(workers, 1)
	p := &Pool{helpers: make([]helper, workers-1), shares: make([]share, workers), woken: make(chan struct{}, 1)}
	for i := range p.helpers {
		p.helpers[i].wake = make(chan struct{}, 1)
		p.ended.Go(func() { p.help(i + 1) })
	}
	return p
}

// Workers is the number of workers.
func (p *Pool) Workers() int {
	if p == nil {
		return 1
	}
	return len(p.helpers) + 1
}

// Close ends the goroutines and waits until they are gone. The pool is then
// one worker.
func (p *Pool) Close() {
	if p == nil {
		return
	}
	for i := range p.helpers {
		close(p.helpers[i].wake)
	}
	p.ended.Wait()
	p.helpers = nil
}

// Run does tasks 0 to n-1 of t and returns when all are done. It waits for tasks
// that others have taken, not for workers that are yet to begin. A panic of a
// task reaches the caller on whichever worker it happened; tasks that nobody has
// taken are then left out, and the pool remains as it was. Until its next call it
// may refer to t.
func (p *Pool) Run(t Tasks, n int) {
	if p == nil || len(p.helpers) == 0 || n < 2 {
		for id := range n {
			t.Task(0, id)
		}
		return
	}
	p.begun += uint64(n)
	able := min(len(p.shares), n)
	for i := range able {
		p.shares[i].put(t, i*n/able, (i+1)*n/able)
	}
	for i := range p.helpers[:able-1] {
		p.helpers[i].rouse()
	}
	whole := false
	defer func() {
		if !whole { // the caller's own task panics, but helpers use what is its
			p.abandon(0)
		}
		p.wait()
		if f := p.fault.Swap(nil); f != nil {
			panic(f.value)
		}
	}()
	p.work(0)
	whole = true
}

// How long a worker looks out for what it waits for before it goes to sleep: waking
// takes a microsecond at best, and on a busy or virtual machine dozens of them.
const (
	// A call, for tasks that others have taken. These are short, or else who does them
	// has lost its processor, and may be waiting for this one.
	untilOver = 50 * time.Microsecond
	// A helper, for the next call, if the last ones let it wait for so long: see
	// patience.
	untilNext = time.Millisecond
)

// patience is how long a helper looks out for the next call, after one for which it
// has waited so long, and had as much patience as was. In the step of a recurrent
// network a scan is one worker's for a while, and then all are wanted: it pays to stay
// awake. Where calls are far apart nearly all of that is in vain.
func patience(was, waited time.Duration) time.Duration {
	if waited >= untilNext {
		return max(untilOver, was/2)
	}
	return max(untilOver, was-was/32, min(2*waited, untilNext))
}

// soon reports whether something happens within so long. Now and then it lets
// other goroutines run, if there are more than processors: seldom, because that
// takes as long as a small task.
func soon(happens func() bool, within time.Duration) bool {
	for start := time.Now(); time.Since(start) < within; runtime.Gosched() {
		for range 1000 {
			if happens() {
				return true
			}
		}
	}
	return false
}

// over reports whether all tasks are finished.
func (p *Pool) over() bool {
	n := p.begun
	for i := range p.shares {
		n -= p.shares[i].done.Load()
	}
	return n == 0
}

// wait returns when all tasks are finished.
func (p *Pool) wait() {
	if soon(p.over, untilOver) {
		return
	}
	for {
		p.sleep.Store(true)
		if p.over() && p.sleep.CompareAndSwap(true, false) {
			return // and nobody saw it
		}
		<-p.woken
		if p.over() {
			return
		}
	}
}

// take claims a task that nobody has taken, of the worker's own share first.
func (p *Pool) take(worker int) (of *share, id int, ok bool) {
	for i := range p.shares {
		of = &p.shares[(worker+i)%len(p.shares)]
		if id, ok = of.take(i == 0); ok {
			break
		}
	}
	return of, id, ok
}

// work does tasks until all are taken.
func (p *Pool) work(worker int) {
	own := &p.shares[worker]
	for s, id, ok := p.take(worker); ok; s, id, ok = p.take(worker) {
		s.tasks.Task(worker, id)
		own.count++
	}
	p.finished(own)
}

// abandon leaves out what nobody has taken, and the worker's task that panics.
func (p *Pool) abandon(worker int) {
	own := &p.shares[worker]
	for ok := true; ok; _, _, ok = p.take(worker) {
		own.count++
	}
	p.finished(own)
}

// finished tells what a worker has done.
func (p *Pool) finished(s *share) {
	if s.count == 0 {
		return
	}
	s.done.Add(s.count)
	s.count = 0
	if p.sleep.Load() && p.sleep.CompareAndSwap(true, false) {
		p.woken <- struct{}{}
	}
}

// help works whenever there is work, until the pool is closed. After a call it
// stays awake for a while, because others are likely to follow.
func (p *Pool) help(worker int) {
	h, has := &p.helpers[worker-1], p.shares[worker].any
	for awake, look := true, untilOver; awake; {
		p.try(worker) // others' tasks, if a worker more awake has taken its own
		start := time.Now()
		if !soon(has, look) {
			awake = h.rest(has)
		}
		look = patience(look, time.Since(start))
	}
}

// rest sleeps until there may be work; it returns false when the pool is closed.
func (h *helper) rest(has func() bool) bool {
	h.asleep.Store(true)
	if has() && h.asleep.CompareAndSwap(true, false) {
		return true
	}
	_, ok := <-h.wake // also if there is work, but the call has seen it asleep
	return ok
}

// rouse wakes a helper who sleeps, or is about to.
func (h *helper) rouse() {
	if h.asleep.Load() && h.asleep.CompareAndSwap(true, false) {
		h.wake <- struct{}{}
	}
}

// try keeps a panic for the goroutine that waits: on a helper's own it would end
// the program, and nobody could recover from it.
func (p *Pool) try(worker int) {
	defer func() {
		if r := recover(); r != nil {
			p.fault.CompareAndSwap(nil, &fault{r})
			p.abandon(worker)
		}
	}()
	p.work(worker)
}
