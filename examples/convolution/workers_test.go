package convolution

import (
	"math"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
)

// The number of workers changes no bit of a convolution and its adjoints.
func TestWorkers(t *testing.T) {
	const size = 9
	r := rand.New(rand.NewPCG(1, 2))
	random := func(n int) []float32 {
		x := make([]float32, n)
		for i := range x {
			x[i] = float32(r.NormFloat64())
		}
		return x
	}
	x, k, dy := random(size*6*14*14), random(16*6*5*5), random(size*16*10*10)
	var want []float32
	for _, workers := range []int{1, 2, 3, 8} {
		w := NewConvWorkspace(size)
		w.SetWorkers(workers)
		dx, dk, y := make([]float32, len(x)), make([]float32, len(k)), make([]float32, len(dy))
		run := func() { ConvVJP(w, dx, dk, y, x, k, dy) }
		run()
		got := slices.Concat(dx, dk, y)
		if want == nil {
			want = got
		}
		for i, v := range got {
			if math.Float32bits(v) != math.Float32bits(want[i]) {
				t.Fatalf("%d workers: element %d is %v, with one worker %v", workers, i, v, want[i])
			}
		}
		if n := testing.AllocsPerRun(3, run); n != 0 {
			t.Errorf("%d workers: %v allocations a call", workers, n)
		}
		w.Close()
	}
}

// Nor does it change a bit of a maximum, whose gradient goes where an index that was computed says.
func TestWorkersOfPool(t *testing.T) {
	const size = 200
	r := rand.New(rand.NewPCG(1, 2))
	x, dy := make([]float32, size*16*10*10), make([]float32, size*16*5*5)
	for _, a := range [][]float32{x, dy} {
		for i := range a {
			a[i] = float32(r.NormFloat64())
		}
	}
	var want []float32
	for _, workers := range []int{1, 2, 3, 8} {
		w := NewPoolWorkspace(size)
		w.SetWorkers(workers)
		dx, y := make([]float32, len(x)), make([]float32, len(dy))
		for range 5 {
			PoolVJP(w, dx, y, x, dy)
			got := slices.Concat(dx, y)
			if want == nil {
				want = got
			}
			if !slices.Equal(got, want) {
				t.Fatalf("%d workers compute something else than one", workers)
			}
		}
		w.Close()
	}
}

// Workspaces, each with workers of its own, serve goroutines at the same time.
func TestWorkersOfSeveralWorkspaces(t *testing.T) {
	const size = 6
	x, k, dy := make([]float32, size*6*14*14), make([]float32, 16*6*5*5), make([]float32, size*16*10*10)
	for _, a := range [][]float32{x, k, dy} {
		for i := range a {
			a[i] = float32(i%7) - 3
		}
	}
	var results [4][]float32
	var all sync.WaitGroup
	for g := range results {
		all.Go(func() {
			w := NewConvWorkspace(size)
			w.SetWorkers(1 + g)
			defer w.Close()
			for range 5 {
				dx, dk, y := make([]float32, len(x)), make([]float32, len(k)), make([]float32, len(dy))
				ConvVJP(w, dx, dk, y, x, k, dy)
				results[g] = slices.Concat(dx, dk, y)
			}
		})
	}
	all.Wait()
	for g, r := range results {
		if !slices.Equal(r, results[0]) {
			t.Errorf("%d workers beside others compute something else than one", 1+g)
		}
	}
}
