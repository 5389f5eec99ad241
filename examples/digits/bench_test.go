package main

import (
	"math"
	"math/rand/v2"
	"testing"
)

// The benchmarks come in pairs: what gradgen wrote, and the same network
// written with care by hand, in plain Go like the former. TestByHand holds the
// two to each other, so that the pair computes the same.

// byHand is the network, its gradient and its optimiser by hand. Memory is
// made once.
type byHand struct {
	w1, b1, w2, b2     []float32 // [hidden, pixels], [hidden], [classes, hidden], [classes]
	dw1, db1, dw2, db2 []float32
	m, v               [4][]float32
	h, dh              []float32 // [B, hidden]
	z                  []float32 // [B, classes]
	steps              int
}

const hidden = 64

func newByHand(p *MLPParams, maxB int) *byHand {
	clone := func(x []float32) []float32 { return append([]float32(nil), x...) }
	n := &byHand{
		w1: clone(p.Fc1Weight), b1: clone(p.Fc1Bias), w2: clone(p.Fc2Weight), b2: clone(p.Fc2Bias),
		h: make([]float32, maxB*hidden), dh: make([]float32, maxB*hidden), z: make([]float32, maxB*classes),
	}
	for i, x := range [][]float32{n.w1, n.b1, n.w2, n.b2} {
		n.m[i], n.v[i] = make([]float32, len(x)), make([]float32, len(x))
	}
	n.dw1, n.db1 = make([]float32, len(n.w1)), make([]float32, len(n.b1))
	n.dw2, n.db2 = make([]float32, len(n.w2)), make([]float32, len(n.b2))
	return n
}

// dense is y = x·wᵀ + b, four samples at a time: each row of w is read once
// for all of them, and four sums run side by side.
func dense(y, x, w, b []float32, batch, in, out int) {
	k := 0
	for ; k+4 <= batch; k += 4 {
		x0, x1, x2, x3 := x[k*in:][:in], x[(k+1)*in:][:in], x[(k+2)*in:][:in], x[(k+3)*in:][:in]
		for o := range out {
			row := w[o*in:][:in]
			var s0, s1, s2, s3 float32
			for i, w := range row {
				s0 += w * x0[i]
				s1 += w * x1[i]
				s2 += w * x2[i]
				s3 += w * x3[i]
			}
			y[k*out+o], y[(k+1)*out+o], y[(k+2)*out+o], y[(k+3)*out+o] = s0+b[o], s1+b[o], s2+b[o], s3+b[o]
		}
	}
	for ; k < batch; k++ {
		x := x[k*in:][:in]
		for o := range out {
			var s float32
			for i, w := range w[o*in:][:in] {
				s += w * x[i]
			}
			y[k*out+o] = s + b[o]
		}
	}
}

func (n *byHand) forward(x []float32) []float32 {
	batch := len(x) / pixels
	h, z := n.h[:batch*hidden], n.z[:batch*classes]
	dense(h, x, n.w1, n.b1, batch, pixels, hidden)
	for i, v := range h {
		h[i] = max(v, 0)
	}
	dense(z, h, n.w2, n.b2, batch, hidden, classes)
	return z
}

func (n *byHand) gradient(x []float32, y []int32) float32 {
	batch := len(y)
	z := n.forward(x)
	var loss float32
	for k, class := range y {
		row := z[k*classes:][:classes]
		m := row[0]
		for _, v := range row {
			m = max(m, v)
		}
		var s float32
		right := row[class] - m
		for i, v := range row {
			row[i] = float32(math.Exp(float64(v - m)))
			s += row[i]
		}
		loss += float32(math.Log(float64(s))) - right
		scale := 1 / (s * float32(batch))
		for i := range row {
			row[i] *= scale
		}
		row[class] -= 1 / float32(batch)
	}
	clear(n.dw1)
	clear(n.db1)
	clear(n.dw2)
	clear(n.db2)
	weights(n.dw2, n.db2, z, n.h, batch, hidden, classes)
	for k := range batch {
		dh, h := n.dh[k*hidden:][:hidden], n.h[k*hidden:][:hidden]
		clear(dh)
		for o, d := range z[k*classes:][:classes] {
			for i, w := range n.w2[o*hidden:][:hidden] {
				dh[i] += d * w
			}
		}
		for i, v := range h {
			if v <= 0 {
				dh[i] = 0
			}
		}
	}
	weights(n.dw1, n.db1, n.dh, x, batch, pixels, hidden)
	return loss / float32(batch)
}

// weights adds the outer products dyᵀ·x, four samples at a time.
func weights(dw, db, dy, x []float32, batch, in, out int) {
	k := 0
	for ; k+4 <= batch; k += 4 {
		x0, x1, x2, x3 := x[k*in:][:in], x[(k+1)*in:][:in], x[(k+2)*in:][:in], x[(k+3)*in:][:in]
		for o := range out {
			d0, d1, d2, d3 := dy[k*out+o], dy[(k+1)*out+o], dy[(k+2)*out+o], dy[(k+3)*out+o]
			db[o] += d0 + d1 + (d2 + d3)
			row := dw[o*in:][:in]
			for i := range row {
				row[i] += d0*x0[i] + d1*x1[i] + (d2*x2[i] + d3*x3[i])
			}
		}
	}
	for ; k < batch; k++ {
		for o := range out {
			d := dy[k*out+o]
			db[o] += d
			row := dw[o*in:][:in]
			for i, v := range x[k*in:][:in] {
				row[i] += d * v
			}
		}
	}
}

func (n *byHand) step(x []float32, y []int32) float32 {
	const lr, beta1, beta2, eps = 2e-3, 0.9, 0.999, 1e-8
	loss := n.gradient(x, y)
	n.steps++
	rate := float32(lr / (1 - math.Pow(beta1, float64(n.steps))))
	scale := float32(1 / math.Sqrt(1-math.Pow(beta2, float64(n.steps))))
	ws, ds := [4][]float32{n.w1, n.b1, n.w2, n.b2}, [4][]float32{n.dw1, n.db1, n.dw2, n.db2}
	for k, w := range ws {
		d, m, v := ds[k][:len(w)], n.m[k][:len(w)], n.v[k][:len(w)]
		for i := range w {
			m[i] = beta1*m[i] + (1-beta1)*d[i]
			v[i] = beta2*v[i] + (1-beta2)*(d[i]*d[i])
			w[i] -= rate * m[i] / (float32(math.Sqrt(float64(v[i])))*scale + eps)
		}
	}
	return loss
}

// problem is a batch of the digits, and parameters as they start.
func problem(t testing.TB) (p *MLPParams, b set) {
	t.Helper()
	training, _, _, err := load(rand.New(rand.NewPCG(1, 0)))
	if err != nil {
		t.Fatal(err)
	}
	p = NewMLPParams()
	p.Init(1)
	return p, training.batch(0, batchSize)
}

// TestByHand: the pairs compute the same, up to rounding.
func TestByHand(t *testing.T) {
	p, b := problem(t)
	n := newByHand(p, batchSize)
	trainer := NewXEntTrainer(p, batchSize)
	near := func(what string, got, want []float32, bound float64) {
		t.Helper()
		for i, v := range got {
			if d := math.Abs(float64(v - want[i])); d > bound {
				t.Fatalf("%s: element %d is %v and, by hand, %v", what, i, v, want[i])
			}
		}
	}
	near("scores", p.Forward(NewMLPWorkspace(batchSize), b.x), n.forward(b.x), 1e-5)
	g := NewMLPParams()
	loss := XEntGrad(NewXEntWorkspace(batchSize), g, p, b.x, b.y)
	near("loss", []float32{loss}, []float32{n.gradient(b.x, b.y)}, 1e-5)
	near("dw1", g.Fc1Weight, n.dw1, 1e-6)
	near("db1", g.Fc1Bias, n.db1, 1e-6)
	near("dw2", g.Fc2Weight, n.dw2, 1e-6)
	near("db2", g.Fc2Bias, n.db2, 1e-6)
	for range 20 {
		near("loss of a step", []float32{trainer.Step(b.x, b.y)}, []float32{n.step(b.x, b.y)}, 1e-3)
	}
}

func BenchmarkForward(b *testing.B) {
	p, d := problem(b)
	w, n := NewMLPWorkspace(batchSize), newByHand(p, batchSize)
	b.Run("gradgen", func(b *testing.B) {
		for b.Loop() {
			p.Forward(w, d.x)
		}
	})
	b.Run("by hand", func(b *testing.B) {
		for b.Loop() {
			n.forward(d.x)
		}
	})
}

func BenchmarkGradient(b *testing.B) {
	p, d := problem(b)
	w, g, n := NewXEntWorkspace(batchSize), NewMLPParams(), newByHand(p, batchSize)
	b.Run("gradgen", func(b *testing.B) {
		for b.Loop() {
			XEntGrad(w, g, p, d.x, d.y)
		}
	})
	b.Run("by hand", func(b *testing.B) {
		for b.Loop() {
			n.gradient(d.x, d.y)
		}
	})
}

func BenchmarkAdamStep(b *testing.B) {
	p, d := problem(b)
	n, t := newByHand(p, batchSize), NewXEntTrainer(p, batchSize)
	b.Run("gradgen", func(b *testing.B) {
		for b.Loop() {
			t.Step(d.x, d.y)
		}
	})
	b.Run("by hand", func(b *testing.B) {
		for b.Loop() {
			n.step(d.x, d.y)
		}
	})
}
