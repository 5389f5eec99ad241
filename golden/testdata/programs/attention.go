package attention

import (
	"math/rand/v2"

	"example.test/scratch/use"
)

type real = float32

// Program shifts a sequence by one step, with the sign turned.
var Program = &use.Program[real]{
	New: func(n []int) *use.Instance[real] {
		p, g := NewTowerParams(), NewTowerParams()
		f, w, t := NewTowerWorkspace(n[0], n[1]), NewMSEWorkspace(n[0], n[1]), NewMSETrainer(p, n[0], n[1])
		return &use.Instance[real]{
			Memory: []any{f, w, t}, Params: p.Data, Grad: g.Data, Init: p.Init, WriteTo: p.WriteTo, ReadFrom: p.ReadFrom,
			Forward:    func(d *use.Data[real]) []real { return p.Forward(f, d.X, d.N[1]) },
			Value:      func(d *use.Data[real]) real { return MSE(w, p, d.X, d.Y, d.N[1]) },
			Gradient:   func(d *use.Data[real]) real { return MSEGrad(w, g, p, d.X, d.Y, d.N[1]) },
			Step:       func(d *use.Data[real]) real { return t.Step(d.X, d.Y, d.N[1]) },
			Accumulate: func(on bool) { w.Accumulate = on },
		}
	},
	Batch: func(n []int, r *rand.Rand) *use.Data[real] {
		d := &use.Data[real]{N: n, X: use.Fill[real](n[0]*n[1]*64, r), Y: make([]real, n[0]*n[1]*64)}
		for b := range n[0] {
			x, y := d.X[b*n[1]*64:][:n[1]*64], d.Y[b*n[1]*64:][:n[1]*64]
			for i := range y {
				if i >= 64 {
					y[i] = -x[i-64]
				}
			}
		}
		return d
	},
	Max: []int{3, 7}, Sizes: [][]int{{1, 1}, {1, 7}, {2, 5}, {3, 7}}, Empty: []int{0, 3},
	Task: []int{2, 6}, Steps: 120, Fall: 5, Smooth: true,
}
