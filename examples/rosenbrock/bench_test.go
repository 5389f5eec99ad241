package main

import (
	"math"
	"testing"

	"gonum.org/v1/gonum/optimize/functions"

	"github.com/gradgen/gradgen/runtime"
)

// The benchmarks compare with the same derivatives written by hand, and with
// those that gonum has, which yield value and gradient apart.

// gradByHand is value and gradient in one pass.
func gradByHand(grad, x []float64) float64 {
	n := len(x)
	if n == 0 {
		return 0
	}
	grad = grad[:n]
	sum, carried := 0.0, 0.0 // what the term before gives to this element
	for i := range n - 1 {
		v := x[i]
		a, b := x[i+1]-v*v, 1-v
		sum += 100*a*a + b*b
		grad[i] = carried - 400*a*v - 2*b
		carried = 200 * a
	}
	grad[n-1] = carried
	return sum
}

// gradCarefully also checks its arguments, as generated functions do.
func gradCarefully(most int, grad, x []float64) float64 {
	runtime.CheckMax("gradCarefully", "N", len(x), most)
	runtime.CheckLen("gradCarefully", "grad", len(grad), len(x))
	runtime.CheckAlias("gradCarefully", "grad", "x", runtime.Overlap(grad, x))
	return gradByHand(grad, x)
}

// hessByHand is value, gradient and Hessian.
func hessByHand(hess, grad, x []float64) float64 {
	n := len(x)
	clear(hess)
	for i := range n - 1 {
		v := x[i]
		hess[i*n+i] += 1200*v*v - 400*x[i+1] + 2
		hess[i*n+i+1] = -400 * v
		hess[(i+1)*n+i] = -400 * v
		hess[(i+1)*n+i+1] = 200
	}
	return gradByHand(grad, x)
}

func startOf(n int) []float64 {
	x := make([]float64, n)
	for i := range x {
		x[i] = math.Sin(float64(i))
	}
	return x
}

var sizes = []struct {
	name string
	n    int
}{{"2", 2}, {"10", 10}, {"100", 100}, {"1000", 1000}}

// TestByHand: all of them compute the same.
func TestByHand(t *testing.T) {
	near := func(what string, got, want []float64) {
		t.Helper()
		for i := range got {
			if d := math.Abs(got[i] - want[i]); d > 1e-12*(100+math.Abs(want[i])) {
				t.Fatalf("%s: element %d is %v and, by hand, %v", what, i, got[i], want[i])
			}
		}
	}
	for _, s := range sizes {
		x := startOf(s.n)
		w, g, h := NewRosenbrockWorkspace(s.n), make([]float64, s.n), make([]float64, s.n*s.n)
		gh, hh, gg := make([]float64, s.n), make([]float64, s.n*s.n), make([]float64, s.n)
		y, yh := RosenbrockHess(w, h, g, x), hessByHand(hh, gh, x)
		near("value", []float64{y, RosenbrockGrad(w, g, x)}, []float64{yh, functions.ExtendedRosenbrock{}.Func(x)})
		near("gradient", g, gh)
		near("Hessian", h, hh)
		functions.ExtendedRosenbrock{}.Grad(gg, x)
		near("gradient of gonum", g, gg)
	}
}

func BenchmarkGradient(b *testing.B) {
	for _, s := range sizes {
		x, g, w := startOf(s.n), make([]float64, s.n), NewRosenbrockWorkspace(s.n)
		b.Run(s.name+"/gradgen", func(b *testing.B) {
			for b.Loop() {
				RosenbrockGrad(w, g, x)
			}
		})
		b.Run(s.name+"/by hand", func(b *testing.B) {
			for b.Loop() {
				gradByHand(g, x)
			}
		})
		b.Run(s.name+"/by hand with checks", func(b *testing.B) {
			for b.Loop() {
				gradCarefully(s.n, g, x)
			}
		})
		b.Run(s.name+"/gonum", func(b *testing.B) {
			f := functions.ExtendedRosenbrock{}
			for b.Loop() {
				f.Func(x)
				f.Grad(g, x)
			}
		})
	}
}

func BenchmarkHessian(b *testing.B) {
	for _, s := range sizes {
		x, g, h, w := startOf(s.n), make([]float64, s.n), make([]float64, s.n*s.n), NewRosenbrockWorkspace(s.n)
		b.Run(s.name+"/gradgen", func(b *testing.B) {
			for b.Loop() {
				RosenbrockHess(w, h, g, x)
			}
		})
		b.Run(s.name+"/by hand", func(b *testing.B) {
			for b.Loop() {
				hessByHand(h, g, x)
			}
		})
	}
}
