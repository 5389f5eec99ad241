package lenet

import (
	"math/rand/v2"

	"example.test/scratch/use"
)

type real = float32

// Program tells bars by their row.
var Program = &use.Program[real]{
	New: func(n []int) *use.Instance[real] {
		p, g := NewLeNetParams(), NewLeNetParams()
		f, w, t := NewLeNetWorkspace(n[0]), NewXEntWorkspace(n[0]), NewXEntTrainer(p, n[0])
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
		d := &use.Data[real]{N: n, X: use.Fill[real](n[0]*28*28, r), K: make([]int32, n[0])}
		for b := range d.K {
			k := b % 4
			d.K[b] = int32(k)
			for i := range d.X[:28*28] {
				d.X[b*28*28+i] *= 0.2
			}
			for i := range 28 * 3 {
				d.X[b*28*28+(4+6*k)*28+i] += 2
			}
		}
		return d
	},
	Max: []int{9}, Sizes: [][]int{{1}, {2}, {9}}, Empty: []int{0},
	Task: []int{8}, Steps: 80, Fall: 20,
}
