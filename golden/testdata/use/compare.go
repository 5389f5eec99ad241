package use

import (
	"math"
	"testing"
)

// SameBits compares the traces of one program, planned and unplanned, on clean
// and on poisoned memory.
func SameBits(t *testing.T, traces ...[]float64) {
	t.Helper()
	for k, trace := range traces[1:] {
		if len(trace) != len(traces[0]) {
			t.Fatalf("traces of %d and %d numbers", len(traces[0]), len(trace))
		}
		for i, v := range trace {
			if math.Float64bits(v) != math.Float64bits(traces[0][i]) {
				t.Fatalf("number %d of trace %d is %v, not %v", i, k+1, v, traces[0][i])
			}
		}
	}
}

// SameGradients compares single with double precision, at equal weights.
func SameGradients(t *testing.T, single *Program[float32], double *Program[float64]) {
	a, b := single.New(single.Max), double.New(double.Max)
	a.Init(2)
	for i, v := range a.Params {
		b.Params[i] = float64(v)
	}
	for _, n := range single.Sizes {
		d := single.batch(n)
		e := &Data[float64]{N: d.N, X: wide(d.X), Y: wide(d.Y), K: d.K}
		x, y := float64(a.Gradient(d)), b.Gradient(e)
		if !(math.Abs(x-y) <= 1e-5*math.Abs(y)) {
			t.Errorf("sizes %v: values %v and %v", n, x, y)
		}
		norm, off := 0.0, 0.0
		for i, g := range b.Grad {
			norm += g * g
			off += (g - float64(a.Grad[i])) * (g - float64(a.Grad[i]))
		}
		if !(math.Sqrt(off) <= 1e-4*math.Sqrt(norm)) {
			t.Errorf("sizes %v: gradients differ by %v of a norm of %v", n, math.Sqrt(off), math.Sqrt(norm))
		}
	}
}

func wide(x []float32) []float64 {
	out := make([]float64, len(x))
	for i, v := range x {
		out[i] = float64(v)
	}
	return out
}
