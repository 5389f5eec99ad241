package recurrent

import (
	"math/rand/v2"
	"slices"
	"testing"
)

// Workers take some sequences of a batch through all steps each. Their number changes no
// bit of what is trained, for batches that they cannot divide evenly and for sequences of
// any length; steps allocate nothing.
func TestWorkers(t *testing.T) {
	const most = 37
	r := rand.New(rand.NewPCG(3, 1))
	xs, y := make([]float32, most*most*8), make([]float32, most*10)
	for i := range xs {
		xs[i] = float32(r.NormFloat64())
	}
	for i := range y {
		y[i] = float32(r.NormFloat64())
	}
	for _, c := range []struct{ batch, steps int }{{1, 9}, {7, 20}, {9, 1}, {16, 12}, {17, 13}, {most, most}, {16, 0}} {
		xs, y := xs[:c.steps*c.batch*8], y[:c.batch*10]
		var want []float32
		for _, workers := range []int{1, 2, 3, 8} {
			params := NewReaderParams()
			params.Init(1)
			trainer := NewMSETrainer(params, c.steps, c.batch)
			trainer.SetWorkers(workers)
			for range 3 {
				trainer.Step(xs, y)
			}
			if want == nil {
				want = slices.Clone(params.Data)
			} else if !slices.Equal(params.Data, want) {
				t.Errorf("%d sequences of %d: %d workers differ from one", c.batch, c.steps, workers)
			}
			if n := testing.AllocsPerRun(3, func() { trainer.Step(xs, y) }); n != 0 {
				t.Errorf("%d workers: %v allocations a step", workers, n)
			}
			trainer.Close()
		}
	}
}
