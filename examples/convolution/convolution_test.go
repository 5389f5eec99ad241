package convolution

import (
	"math"
	"math/rand/v2"
	"testing"
)

const batch = 8

func random(n int) []float32 {
	r := rand.New(rand.NewPCG(uint64(n), 1))
	out := make([]float32, n)
	for i := range out {
		out[i] = float32(r.NormFloat64())
	}
	return out
}

// byHand is the convolution, with the window unrolled along a row.
func byHand(y, x, k []float32) {
	clear(y)
	for b := range batch {
		for o := range 16 {
			for c := range 6 {
				image := x[(b*6+c)*196:][:196]
				filter := k[(o*6+c)*25:][:25]
				for i := range 5 {
					f := filter[i*5:][:5]
					f0, f1, f2, f3, f4 := f[0], f[1], f[2], f[3], f[4]
					for h := range 10 {
						in := image[(h+i)*14:][:14]
						out := y[(b*16+o)*100+h*10:][:10]
						for w := range 10 {
							out[w] += f0*in[w] + f1*in[w+1] + f2*in[w+2] + (f3*in[w+3] + f4*in[w+4])
						}
					}
				}
			}
		}
	}
}

// byHandBack is the adjoint by the image and by the filters, and the value.
func byHandBack(dx, dk, y, x, k, dy []float32) {
	byHand(y, x, k)
	clear(dx)
	clear(dk)
	for b := range batch {
		for o := range 16 {
			for c := range 6 {
				image, dimage := x[(b*6+c)*196:][:196], dx[(b*6+c)*196:][:196]
				filter, dfilter := k[(o*6+c)*25:][:25], dk[(o*6+c)*25:][:25]
				for i := range 5 {
					f, df := filter[i*5:][:5], dfilter[i*5:][:5]
					for h := range 10 {
						in, din := image[(h+i)*14:][:14], dimage[(h+i)*14:][:14]
						d := dy[(b*16+o)*100+h*10:][:10]
						for j, v := range f {
							var sum float32
							din := din[j:][:10]
							in := in[j:][:10]
							for w, d := range d {
								sum += d * in[w]
								din[w] += d * v
							}
							df[j] += sum
						}
					}
				}
			}
		}
	}
}

func TestByHand(t *testing.T) {
	x, k, dy := random(batch*6*196), random(16*6*25), random(batch*1600)
	near := func(what string, got, want []float32) {
		t.Helper()
		for i, v := range got {
			if d := math.Abs(float64(v - want[i])); d > 1e-3 {
				t.Fatalf("%s: element %d is %v and, by hand, %v", what, i, v, want[i])
			}
		}
	}
	w := NewConvWorkspace(batch)
	y, dx, dk := make([]float32, len(dy)), make([]float32, len(x)), make([]float32, len(k))
	yh, dxh, dkh := make([]float32, len(dy)), make([]float32, len(x)), make([]float32, len(k))
	byHandBack(dxh, dkh, yh, x, k, dy)
	Conv(w, y, x, k)
	near("value", y, yh)
	clear(y)
	ConvVJP(w, dx, dk, y, x, k, dy)
	near("value", y, yh)
	near("adjoint by the image", dx, dxh)
	near("adjoint by the filters", dk, dkh)
}

// The gradient of a pooling goes to the first of the largest entries.
func TestPool(t *testing.T) {
	w := NewPoolWorkspace(1)
	x, dx, y, dy := make([]float32, 1600), make([]float32, 1600), make([]float32, 400), random(400)
	x[11] = 1 // the last of the first window; everything else is equal
	PoolVJP(w, dx, y, x, dy)
	if y[0] != 1 || y[1] != 0 || dx[11] != dy[0] || dx[0] != 0 || dx[2] != dy[1] || dx[3] != 0 {
		t.Errorf("%v %v", y[:2], dx[:12])
	}
}

func BenchmarkForward(b *testing.B) {
	x, k, y := random(batch*6*196), random(16*6*25), make([]float32, batch*1600)
	w := NewConvWorkspace(batch)
	b.Run("gradgen", func(b *testing.B) {
		for b.Loop() {
			Conv(w, y, x, k)
		}
	})
	b.Run("by hand", func(b *testing.B) {
		for b.Loop() {
			byHand(y, x, k)
		}
	})
}

func BenchmarkAdjoints(b *testing.B) {
	x, k, dy := random(batch*6*196), random(16*6*25), random(batch*1600)
	dx, dk, y := make([]float32, len(x)), make([]float32, len(k)), make([]float32, batch*1600)
	w := NewConvWorkspace(batch)
	b.Run("gradgen", func(b *testing.B) {
		for b.Loop() {
			ConvVJP(w, dx, dk, y, x, k, dy)
		}
	})
	b.Run("by hand", func(b *testing.B) {
		for b.Loop() {
			byHandBack(dx, dk, y, x, k, dy)
		}
	})
}
