package main

import (
	"fmt"
	"math"
	"runtime"
	"slices"
	"sync/atomic"
	"time"

	"github.com/gradgen/gradgen/examples/bench/turn"
	"github.com/gradgen/gradgen/runtime/peak"
)

// patience is how many seconds of a workload one takes part; who is slow has
// fewer turns.
const patience = 2

// times of the rounds, nanoseconds a call.
type times []float64

// within reports whether one call of each turn took so many seconds at most.
func (t times) within(seconds float64) bool {
	sum := 0.0
	for _, v := range t {
		sum += v
	}
	return sum < seconds*1e9
}

func (t times) least() float64  { return slices.Min(t) }
func (t times) median() float64 { return slices.Sorted(slices.Values(t))[len(t)/2] }

// result is a workload measured.
type result struct {
	*workload
	ours    times
	ceiling float64 // operations a second of as many cores; 0 if unknown
	clocked float64 // the same at the clock that the workload has
	copies  times   // of copies that compute at once, a core each: nanoseconds for a result
	allocs  float64 // a call
	against []comparison
}

// comparison is what one peer did with a workload.
type comparison struct {
	peer  string
	times times
	fault error // what went wrong, or differs
}

// race measures a workload, the ceiling and the peers by turns, so that
// whatever else the machine does slows all of them alike.
func race(w *workload, peers []peer, rounds int) *result {
	r := &result{workload: w}
	want := w.values()
	var rivals []peer
	for _, p := range peers {
		if !p.has(w.name) {
			continue
		}
		got, err := p.values(w.name)
		if err == nil {
			err = w.agree(got, want)
		}
		r.against = append(r.against, comparison{peer: p.name(), fault: err})
		rivals = append(rivals, p)
	}
	calls := 1
	for range rounds {
		if r.ours.within(patience) {
			if w.workers > 1 {
				turn.Settle(w.run)
			}
			r.ours = append(r.ours, turn.PerCall(w.run, &calls))
			r.clocked = max(r.clocked, w.mostOf(moment))
			if len(w.copies) > 0 {
				r.copies = append(r.copies, w.apart(calls))
			}
		}
		for i, p := range rivals {
			c := &r.against[i]
			if c.fault != nil || !c.times.within(patience) {
				continue
			}
			var t float64
			if t, c.fault = p.time(w.name); c.fault == nil {
				c.times = append(c.times, t)
			}
		}
	}
	for range 5 {
		r.ceiling = max(r.ceiling, w.mostOf(100*moment), r.clocked)
	}
	r.allocs = allocations(w.run, max(calls, 3))
	return r
}

// agree says where values are not those that are wanted.
func (w *workload) agree(got, want []float64) error {
	if len(got) != len(want) {
		return fmt.Errorf("%d values, want %d", len(got), len(want))
	}
	scale := 0.0
	for _, v := range want {
		scale = max(scale, math.Abs(v))
	}
	for i, v := range got {
		if !(math.Abs(v-want[i]) <= w.tolerance()*scale) {
			return fmt.Errorf("value %d is %v, want %v", i, v, want[i])
		}
	}
	return nil
}

// moment is so many operations of each core that they take some tenths of a
// millisecond.
const moment = 5e7

// mostOf is the operations a second that as many cores do together as the
// workload has which do nothing but multiply and add, with the fastest vectors
// there are; each does so many.
//
// Processors lower their clock where every multiply-add has a load beside it,
// and raise it again a millisecond or two after the loads have ceased. So a
// moment right after a turn of the workload is measured at the workload's clock:
// what part of that it reaches says how well it uses the units that there are.
// Many moments are measured at the highest clock, and are the ceiling.
func (w *workload) mostOf(flops int) float64 {
	if w.element == 0 || w.flops == 0 {
		return 0
	}
	loops := peak.Loops(w.element)
	if len(loops) == 0 {
		return 0
	}
	turns := flops / loops[0].Flops
	jobs := make([]func(), max(w.workers, 1))
	for i := range jobs {
		jobs[i] = func() { loops[0].Run(turns) }
	}
	return float64(len(jobs)*turns*loops[0].Flops) / atOnce(jobs).Seconds()
}

// apart is nanoseconds for a result where every core computes its own, so many of
// them. Nothing is handed over and nobody waits: who shares the work of each
// result does no better.
func (w *workload) apart(calls int) float64 {
	jobs := make([]func(), len(w.copies))
	for i, run := range w.copies {
		run() // it finds the caches as others left them
		jobs[i] = func() {
			for range calls {
				run()
			}
		}
	}
	return float64(atOnce(jobs).Nanoseconds()) / float64(calls*len(jobs))
}

// atOnce does jobs at the same time, on a core each, and says how long that takes.
func atOnce(jobs []func()) time.Duration {
	var ready, done atomic.Int64
	all := func(n *atomic.Int64) {
		for n.Add(1); n.Load() < int64(len(jobs)); {
			runtime.Gosched() // nobody sleeps, because waking takes time
		}
	}
	for _, job := range jobs[1:] {
		go func() { all(&ready); job(); all(&done) }()
	}
	all(&ready)
	start := time.Now()
	jobs[0]()
	all(&done)
	return time.Since(start)
}

// allocations a call, on average; what the rest of the program allocates
// meanwhile is less.
func allocations(f func(), calls int) float64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	for range calls {
		f()
	}
	runtime.ReadMemStats(&after)
	return math.Floor(float64(after.Mallocs-before.Mallocs) / float64(calls))
}
