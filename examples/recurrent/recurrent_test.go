package recurrent

import (
	"math"
	"math/rand/v2"
	"testing"
)

const (
	inp   = 8
	hid   = 32
	out   = 10
	steps = 32
	batch = 16
)

func problem() (p *ReaderParams, xs, y []float32) {
	r := rand.New(rand.NewPCG(1, 2))
	p, xs, y = NewReaderParams(), make([]float32, steps*batch*inp), make([]float32, batch*out)
	p.Init(1)
	for _, x := range [][]float32{xs, y} {
		for i := range x {
			x[i] = float32(r.NormFloat64())
		}
	}
	return p, xs, y
}

// gru is value and gradient by hand.
type gru struct {
	p, g                   *ReaderParams
	h                      []float32 // [steps+1, batch, hid]
	a, c                   []float32 // [steps, batch, 3*hid]
	r, z, n                []float32 // [steps, batch, hid]
	dh, next, da, dc, s, d []float32
}

func newGRU(p *ReaderParams) *gru {
	f := func(n int) []float32 { return make([]float32, n) }
	return &gru{p: p, g: NewReaderParams(), h: f((steps + 1) * batch * hid), a: f(steps * batch * 3 * hid), c: f(steps * batch * 3 * hid),
		r: f(steps * batch * hid), z: f(steps * batch * hid), n: f(steps * batch * hid), dh: f(batch * hid), next: f(batch * hid),
		da: f(steps * batch * 3 * hid), dc: f(steps * batch * 3 * hid), s: f(batch * out), d: f(batch * out)}
}

// product is y = x·wᵀ + b, four samples at a time.
func product(y, x, w, b []float32, n, k, m int) {
	for r := 0; r < n; r += 4 {
		x0, x1, x2, x3 := x[r*k:][:k], x[(r+1)*k:][:k], x[(r+2)*k:][:k], x[(r+3)*k:][:k]
		for o := range m {
			var s0, s1, s2, s3 float32
			for i, w := range w[o*k:][:k] {
				s0 += w * x0[i]
				s1 += w * x1[i]
				s2 += w * x2[i]
				s3 += w * x3[i]
			}
			y[r*m+o], y[(r+1)*m+o], y[(r+2)*m+o], y[(r+3)*m+o] = s0+b[o], s1+b[o], s2+b[o], s3+b[o]
		}
	}
}

// outer adds the products dyᵀ·x and the sums of dy.
func outer(dw, db, dy, x []float32, n, k, m int) {
	for r := 0; r < n; r += 4 {
		x0, x1, x2, x3 := x[r*k:][:k], x[(r+1)*k:][:k], x[(r+2)*k:][:k], x[(r+3)*k:][:k]
		for o := range m {
			d0, d1, d2, d3 := dy[r*m+o], dy[(r+1)*m+o], dy[(r+2)*m+o], dy[(r+3)*m+o]
			db[o] += d0 + d1 + (d2 + d3)
			row := dw[o*k:][:k]
			for i := range row {
				row[i] += d0*x0[i] + d1*x1[i] + (d2*x2[i] + d3*x3[i])
			}
		}
	}
}

// back adds dy·w.
func back(dx, dy, w []float32, n, k, m int) {
	for r := range n {
		dx := dx[r*k:][:k]
		d := dy[r*m:][:m]
		for o := 0; o+1 < m; o += 2 {
			d0, d1 := d[o], d[o+1]
			w0, w1 := w[o*k:][:k], w[(o+1)*k:][:k]
			for i := range dx {
				dx[i] += d0*w0[i] + d1*w1[i]
			}
		}
	}
}

func sigmoid(x float32) float32 { return float32(1 / (1 + math.Exp(-float64(x)))) }

func (f *gru) gradient(xs, y []float32) float32 {
	p, g := f.p, f.g
	product(f.a, xs, p.RnnWeightIhL0, p.RnnBiasIhL0, steps*batch, inp, 3*hid)
	for t := range steps {
		h, next := f.h[t*batch*hid:][:batch*hid], f.h[(t+1)*batch*hid:][:batch*hid]
		c := f.c[t*batch*3*hid:][:batch*3*hid]
		product(c, h, p.RnnWeightHhL0, p.RnnBiasHhL0, batch, hid, 3*hid)
		for b := range batch {
			a, c := f.a[(t*batch+b)*3*hid:][:3*hid], c[b*3*hid:][:3*hid]
			at := (t*batch + b) * hid
			r, z, n := f.r[at:][:hid], f.z[at:][:hid], f.n[at:][:hid]
			h, next := h[b*hid:][:hid], next[b*hid:][:hid]
			for j := range hid {
				r[j] = sigmoid(a[j] + c[j])
				z[j] = sigmoid(a[hid+j] + c[hid+j])
				n[j] = float32(math.Tanh(float64(a[2*hid+j] + r[j]*c[2*hid+j])))
				next[j] = (1-z[j])*n[j] + z[j]*h[j]
			}
		}
	}
	last := f.h[steps*batch*hid:]
	product(f.s, last, p.FcWeight, p.FcBias, batch, hid, out)
	var loss float32
	for i, s := range f.s {
		e := s - y[i]
		loss += e * e
		f.d[i] = 2 * e / (batch * out)
	}
	clear(g.Data)
	outer(g.FcWeight, g.FcBias, f.d, last, batch, hid, out)
	clear(f.dh)
	back(f.dh, f.d, p.FcWeight, batch, hid, out)
	for t := steps - 1; t >= 0; t-- {
		for b := range batch {
			at := (t*batch + b) * hid
			r, z, n, h := f.r[at:][:hid], f.z[at:][:hid], f.n[at:][:hid], f.h[at:][:hid]
			da, dc := f.da[at*3:][:3*hid], f.dc[at*3:][:3*hid]
			c := f.c[at*3:][:3*hid]
			dh, next := f.dh[b*hid:][:hid], f.next[b*hid:][:hid]
			for j := range hid {
				d := dh[j]
				dn := d * (1 - z[j]) * (1 - n[j]*n[j])
				dz := d * (h[j] - n[j]) * (z[j] * (1 - z[j]))
				dr := dn * c[2*hid+j] * (r[j] * (1 - r[j]))
				da[j], da[hid+j], da[2*hid+j] = dr, dz, dn
				dc[j], dc[hid+j], dc[2*hid+j] = dr, dz, dn*r[j]
				next[j] = d * z[j]
			}
		}
		back(f.next, f.dc[t*batch*3*hid:], p.RnnWeightHhL0, batch, hid, 3*hid)
		f.dh, f.next = f.next, f.dh
	}
	outer(g.RnnWeightIhL0, g.RnnBiasIhL0, f.da, xs, steps*batch, inp, 3*hid)
	outer(g.RnnWeightHhL0, g.RnnBiasHhL0, f.dc, f.h, steps*batch, hid, 3*hid)
	return loss / (batch * out)
}

func TestByHand(t *testing.T) {
	p, xs, y := problem()
	f := newGRU(p)
	g := NewReaderParams()
	loss, want := MSEGrad(NewMSEWorkspace(steps, batch), g, p, xs, y), f.gradient(xs, y)
	if math.Abs(float64(loss-want)) > 1e-5 {
		t.Errorf("loss %v and, by hand, %v", loss, want)
	}
	for i, v := range g.Data {
		if math.Abs(float64(v-f.g.Data[i])) > 1e-5 {
			t.Fatalf("element %d of the gradient is %v and, by hand, %v", i, v, f.g.Data[i])
		}
	}
}

// TestLearns: the unit learns to remember the first input.
func TestLearns(t *testing.T) {
	p, xs, y := problem()
	for b := range batch {
		for o := range out {
			y[b*out+o] = xs[b*inp+o%inp] / 2
		}
	}
	trainer := NewMSETrainer(p, 4, batch)
	xs = xs[:4*batch*inp]
	first := trainer.Step(xs, y)
	last := first
	for range 1500 {
		last = trainer.Step(xs, y)
	}
	if !(last < first/5) {
		t.Errorf("the loss fell from %v to %v only", first, last)
	}
}

func BenchmarkGradient(b *testing.B) {
	p, xs, y := problem()
	w, g, f := NewMSEWorkspace(steps, batch), NewReaderParams(), newGRU(p)
	b.Run("gradgen", func(b *testing.B) {
		for b.Loop() {
			MSEGrad(w, g, p, xs, y)
		}
	})
	b.Run("by hand", func(b *testing.B) {
		for b.Loop() {
			f.gradient(xs, y)
		}
	})
}
