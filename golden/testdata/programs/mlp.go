package mlp

import (
	"math/rand/v2"

	"example.test/scratch/use"
)

type real = float32

// Program classifies noise around a centre for each class.
var Program = &use.Program[real]{
	New: func(n []int) *use.Instance[real] {
		p, g := NewMLPParams(), NewMLPParams()
		f, w, t := NewMLPWorkspace(n[0]), NewXEntWorkspace(n[0]), NewXEntTrainer(p, n[0])
		return &use.Instance[real]{
			Memory: []any{f, w, t}, Params: p.Data, Grad: g.Data, Init: p.Init, WriteTo: p.WriteTo, ReadFrom: p.ReadFrom,
			Forward:    func(d *use.Data[real]) []real { return p.Forward(f, d.X) },
			Value:      func(d *use.Data[real]) real { return XEnt(w, p, d.X, d.K) },
			Gradient:   func(d *use.Data[real]) real { return XEntGrad(w, g, p, d.X, d.K) },
			Step:       func(d *use.Data[real]) real { return t.Step(d.X, d.K) },
			Accumulate: func(on bool) { w.Accumulate = on },
		}
	},
	Batch: func(n []int, r *rand.Rand) *use.Data[real] {
		d := &use.Data[real]{N: n, X: use.Fill[real](n[0]*784, r), K: make([]int32, n[0])}
		for b := range d.K {
			k := b % 10
			d.K[b] = int32(k)
			for i := range 20 {
				d.X[b*784+k*20+i] += 2
			}
		}
		return d
	},
	Max: []int{33}, Sizes: [][]int{{1}, {2}, {5}, {32}, {33}}, Empty: []int{0},
	Task: []int{30}, Steps: 40, Fall: 20,
}
