package convolution

import (
	"math"
	"math/rand/v2"
	"slices"
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
