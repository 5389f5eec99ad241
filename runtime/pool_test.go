package runtime

import (
	"errors"
	goruntime "runtime"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// counted notes who did what.
type counted struct {
	done  []atomic.Int64
	until int // the task that panics, or -1
}

func (c *counted) Task(worker, id int) {
	c.done[id].Add(1)
	if id == c.until {
		panic(errors.New("task"))
	}
}

// Every task is done once, whatever the number of workers.
func TestPoolDoesAllTasks(t *testing.T) {
	for _, workers := range []int{0, 1, 2, 3, 8} {
		p := NewPool(workers)
		for _, n := range []int{0, 1, 2, 7, 1000} {
			c := &counted{done: make([]atomic.Int64, n), until: -1}
			p.Run(c, n)
			for id := range n {
				if got := c.done[id].Load(); got != 1 {
					t.Errorf("%d workers: task %d of %d is done %d times", workers, id, n, got)
				}
			}
		}
		p.Close()
	}
	var none *Pool
	c := &counted{done: make([]atomic.Int64, 3), until: -1}
	none.Run(c, 3)
	none.Close()
	if none.Workers() != 1 || c.done[2].Load() != 1 {
		t.Error("no pool is not one worker")
	}
}

// atMost waits until there are no more than so many goroutines: one is counted
// until a moment after its last statement.
func atMost(t *testing.T, want int) {
	t.Helper()
	for range 1000 {
		if goruntime.NumGoroutine() <= want {
			return
		}
		time.Sleep(time.Millisecond)
	}
	t.Errorf("%d goroutines, want %d", goruntime.NumGoroutine(), want)
}

// Close ends every goroutine; the pool still works, alone.
func TestPoolClose(t *testing.T) {
	before := goruntime.NumGoroutine()
	p := NewPool(4)
	p.Close()
	atMost(t, before)
	c := &counted{done: make([]atomic.Int64, 5), until: -1}
	p.Run(c, 5)
	if p.Close(); p.Workers() != 1 || c.done[4].Load() != 1 {
		t.Error("a closed pool is not one worker")
	}
}

// mixed panics wherever it is told to: on the caller's own worker or on others.
type mixed struct {
	on    func(worker int) bool
	begun [2]chan struct{} // closed by the caller, and by the first helper
	once  [2]sync.Once
}

func (m *mixed) Task(worker, id int) {
	self := min(worker, 1)
	m.once[self].Do(func() { close(m.begun[self]) })
	<-m.begun[1-self] // so that both have a task for certain
	if m.on(worker) {
		panic(&ShapeError{Func: "rows"})
	}
}

// A panic of any worker reaches the caller, as it was, and the pool goes on.
func TestPoolPanic(t *testing.T) {
	before := goruntime.NumGoroutine()
	p := NewPool(3)
	for name, on := range map[string]func(int) bool{
		"the caller": func(w int) bool { return w == 0 },
		"a helper":   func(w int) bool { return w > 0 },
		"all":        func(int) bool { return true },
	} {
		for range 50 {
			func() {
				defer func() {
					var e *ShapeError
					if err, _ := recover().(error); !errors.As(err, &e) || e.Func != "rows" {
						t.Errorf("%s: recovered %v", name, err)
					}
				}()
				p.Run(&mixed{on: on, begun: [2]chan struct{}{make(chan struct{}), make(chan struct{})}}, 100)
			}()
			c := &counted{done: make([]atomic.Int64, 9), until: -1}
			p.Run(c, 9)
			for id := range c.done {
				if c.done[id].Load() != 1 {
					t.Fatalf("%s: after a panic task %d is not done once", name, id)
				}
			}
		}
	}
	p.Close()
	atMost(t, before)
}

// cover notes the rows that were done, and in which pieces.
type cover struct {
	rows   []int32
	pieces [][2]int // if there is one worker
}

func (c *cover) Rows(_, lo, n int) {
	for i := lo; i < lo+n; i++ {
		c.rows[i]++
	}
}

type pieces cover

func (c *pieces) Rows(_, lo, n int) { c.pieces = append(c.pieces, [2]int{lo, n}) }

// Rows are all done once, in whole units, in pieces that depend on sizes alone;
// little work is one piece.
func TestShare(t *testing.T) {
	pool := NewPool(3)
	defer pool.Close()
	for _, r := range []Rows{
		{}, {N: 1}, {N: 1000}, {N: 1, Cost: 1 << 29}, {N: 2, Cost: 1 << 29}, {N: 128, Cost: 20000},
		{N: 1 << 20, Cost: 3, Unit: 16}, {N: 1<<20 + 5, Cost: 1, Unit: 16}, {N: 64, Cost: 5000, Unit: 16}, {N: 10, Cost: 1 << 16, Unit: 16},
	} {
		c := &cover{rows: make([]int32, r.N)}
		pool.Share(c, r)
		if i := slices.IndexFunc(c.rows, func(n int32) bool { return n != 1 }); i >= 0 {
			t.Errorf("%+v: row %d is done %d times", r, i, c.rows[i])
		}
		var one *Pool
		p := &pieces{}
		one.Share(p, r)
		at := 0
		for k, piece := range p.pieces {
			if piece[0] != at || piece[1] < 1 || k < len(p.pieces)-1 && piece[1]%max(r.Unit, 1) != 0 {
				t.Errorf("%+v: pieces %v", r, p.pieces)
				break
			}
			at += piece[1]
		}
		if at != r.N || len(p.pieces) > mostTasks || r.N > 0 && r.N*r.Cost <= HandOver && len(p.pieces) != 1 {
			t.Errorf("%+v: pieces %v", r, p.pieces)
		}
	}
}

// Calls allocate nothing, with workers or without.
func TestPoolAllocatesNothing(t *testing.T) {
	for _, workers := range []int{1, 3} {
		p := NewPool(workers)
		c := &cover{rows: make([]int32, 1000)}
		if n := testing.AllocsPerRun(100, func() { p.Share(c, Rows{N: 1000, Cost: 1000}) }); n != 0 {
			t.Errorf("%d workers: %v allocations", workers, n)
		}
		p.Close()
	}
}

// A worker takes its own share from the beginning, and then others' from the
// end.
func TestPoolShares(t *testing.T) {
	p := &Pool{shares: make([]share, 3)}
	for i := range p.shares {
		p.shares[i].put(nil, 10*i, 10*i+2)
	}
	var got []int
	for _, worker := range []int{1, 0, 1, 1, 1, 2, 2} {
		_, id, ok := p.take(worker)
		if !ok {
			id = -1
		}
		got = append(got, id)
	}
	if want := []int{10, 0, 11, 21, 20, 1, -1}; !slices.Equal(got, want) {
		t.Errorf("took %v, want %v", got, want)
	}
}

// meeting is tasks that end when so many have begun.
type meeting struct{ absent atomic.Int64 }

func (m *meeting) Task(int, int) {
	for m.absent.Add(-1); m.absent.Load() > 0; {
	}
}

// BenchmarkPoolRun is what it takes to hand one of two tasks over to a helper who is
// awake, and to see that it is done.
func BenchmarkPoolRun(b *testing.B) {
	p, m := NewPool(2), &meeting{}
	defer p.Close()
	for b.Loop() {
		m.absent.Store(2)
		p.Run(m, 2)
	}
}

// A helper that calls let wait for a while stays awake for that long, and one whose
// calls are far apart does not.
func TestPatience(t *testing.T) {
	step := []time.Duration{250 * time.Microsecond, 2 * time.Microsecond, time.Microsecond, 5 * time.Microsecond, 300 * time.Microsecond, time.Microsecond}
	look := untilOver
	for n := range 10 {
		for _, waited := range step {
			if n > 0 && waited > look {
				t.Errorf("in step %d it looks out for %v, and waits for %v", n, look, waited)
			}
			look = patience(look, waited)
		}
	}
	for range 5 {
		look = patience(look, 10*time.Millisecond)
	}
	if look != untilOver {
		t.Errorf("after calls that were far apart it looks out for %v", look)
	}
	if look = patience(look, untilNext-1); look > untilNext {
		t.Errorf("it looks out for %v", look)
	}
}
