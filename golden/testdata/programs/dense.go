package dense

import (
	"math/rand/v2"

	"example.test/scratch/use"
)

type real = float32

// Program fits a linear map.
var Program = &use.Program[real]{
	New: func(n []int) *use.Instance[real] {
		p, g := NewNetParams(), NewNetParams()
		f, w, t := NewNetWorkspace(n[0]), NewMSEWorkspace(n[0]), NewMSETrainer(p, n[0])
		return &use.Instance[real]{
			Memory: []any{f, w, t}, Params: p.Data, Grad: g.Data, Init: p.Init, WriteTo: p.WriteTo, ReadFrom: p.ReadFrom,
			Forward:    func(d *use.Data[real]) []real { return p.Forward(f, d.X) },
			Value:      func(d *use.Data[real]) real { return MSE(w, p, d.X, d.Y) },
			Gradient:   func(d *use.Data[real]) real { return MSEGrad(w, g, p, d.X, d.Y) },
			Step:       func(d *use.Data[real]) real { return t.Step(d.X, d.Y) },
			Accumulate: func(on bool) { w.Accumulate = on },
		}
	},
	Batch: func(n []int, r *rand.Rand) *use.Data[real] {
		d := &use.Data[real]{N: n, X: use.Fill[real](n[0]*4, r), Y: make([]real, n[0]*3)}
		for b := range n[0] {
			x := d.X[b*4:][:4]
			copy(d.Y[b*3:], []real{x[0] - x[1], x[2] / 2, x[3] + x[0]/2})
		}
		return d
	},
	Max: []int{21}, Sizes: [][]int{{1}, {2}, {3}, {20}, {21}}, Empty: []int{0},
	Task: []int{20}, Steps: 600, Fall: 20, Smooth: true,
}
