package main

import (
	"math/rand/v2"
	"runtime"
	"slices"
	"testing"
	"time"
)

// The number of workers of a trainer changes no bit of what it trains; its
// steps allocate nothing, and Close leaves no goroutine.
func TestWorkers(t *testing.T) {
	const size = 512
	training, _, _, err := load(rand.New(rand.NewPCG(1, 0)))
	if err != nil {
		t.Fatal(err)
	}
	b := training.batch(0, size)
	before := runtime.NumGoroutine()
	var want []float32
	for _, workers := range []int{1, 2, 3, 8} {
		params := NewMLPParams()
		params.Init(1)
		trainer := NewXEntTrainer(params, size)
		trainer.SetWorkers(workers)
		for range 3 {
			trainer.Step(b.x, b.y)
		}
		if want == nil {
			want = slices.Clone(params.Data)
		}
		for i, v := range params.Data {
			if v != want[i] {
				t.Fatalf("%d workers: parameter %d is %v, with one worker %v", workers, i, v, want[i])
			}
		}
		if n := testing.AllocsPerRun(3, func() { trainer.Step(b.x, b.y) }); n != 0 {
			t.Errorf("%d workers: %v allocations a step", workers, n)
		}
		if n := runtime.NumGoroutine(); n != before+workers-1 {
			t.Errorf("%d workers: %d goroutines, %d before", workers, n, before)
		}
		trainer.Close()
		// A goroutine is counted until a moment after its last statement.
		for range 1000 {
			if runtime.NumGoroutine() == before {
				break
			}
			time.Sleep(time.Millisecond)
		}
		if n := runtime.NumGoroutine(); n != before {
			t.Errorf("%d goroutines after Close, %d before", n, before)
		}
		trainer.Step(b.x, b.y) // alone again
	}
}
