package gru

import (
	"math/rand/v2"

	"example.test/scratch/use"
)

type real = float32

// Program remembers which of the first inputs was large.
var Program = &use.Program[real]{
	New: func(n []int) *use.Instance[real] {
		p, g := NewReaderParams(), NewReaderParams()
		f, w, t := NewReaderWorkspace(n[0], n[1]), NewXEntWorkspace(n[0], n[1]), NewXEntTrainer(p, n[0], n[1])
		return &use.Instance[real]{
			Memory: []any{f, w, t}, Params: p.Data, Grad: g.Data, Init: p.Init, WriteTo: p.WriteTo, ReadFrom: p.ReadFrom,
			Forward:    func(d *use.Data[real]) []real { return p.Forward(f, d.X, d.N[1]) },
			Value:      func(d *use.Data[real]) real { return XEnt(w, p, d.X, d.K) },
			Gradient:   func(d *use.Data[real]) real { return XEntGrad(w, g, p, d.X, d.K) },
			Step:       func(d *use.Data[real]) real { return t.Step(d.X, d.K) },
			Accumulate: func(on bool) { w.Accumulate = on },
		}
	},
	Batch: func(n []int, r *rand.Rand) *use.Data[real] {
		d := &use.Data[real]{N: n, X: use.Fill[real](n[0]*n[1]*8, r), K: make([]int32, n[1])}
		for b := range d.K {
			d.K[b] = int32(b % 8)
			if n[0] > 0 {
				d.X[b*8+b%8] += 3
			}
		}
		return d
	},
	Max: []int{7, 9}, Sizes: [][]int{{1, 1}, {2, 3}, {6, 8}, {7, 9}, {3, 9}}, Empty: []int{4, 0},
	Task: []int{5, 8}, Steps: 400, Fall: 20, Smooth: true,
}
