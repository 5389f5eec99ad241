package rbf

import (
	"fmt"
	"math/rand/v2"

	"example.test/scratch/use"
)

type real = float64

// Program fits a hill with a crater, whose width the precisions must find.
var Program = &use.Program[real]{
	New: func(n []int) *use.Instance[real] {
		p, g := NewBumpsParams(), NewBumpsParams()
		f, w, t := NewBumpsWorkspace(n[0]), NewMSEWorkspace(n[0]), NewMSETrainer(p, n[0])
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
		d := &use.Data[real]{N: n, X: use.Fill[real](n[0]*2, r), Y: make([]real, n[0])}
		for b := range d.Y {
			x, y := d.X[b*2], d.X[b*2+1]
			q := x*x + y*y
			d.Y[b] = 2/(1+q) - 2/(1+9*q)
		}
		return d
	},
	Max: []int{41}, Sizes: [][]int{{1}, {2}, {3}, {40}, {41}}, Empty: []int{0},
	Task: []int{40}, Steps: 500, Fall: 20, Smooth: true,
	Check: func(i *use.Instance[real]) string {
		p := NewBumpsParams()
		copy(p.Data, i.Params)
		moved := false
		for _, s := range p.RbfS {
			if !(s > 0) {
				return fmt.Sprintf("a precision is %v", s)
			}
			moved = moved || s < 0.9 || s > 1.1
		}
		if !moved {
			return "no precision has moved"
		}
		return ""
	},
}
