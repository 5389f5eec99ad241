package rosenbrock

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"gonum.org/v1/gonum/optimize/functions"

	"example.test/scratch/use"
)

// epsilon is a few units in the last place of the element type.
var epsilon = 40 * float64(math.Nextafter32(1, 2)-1)

func init() {
	if _, double := any(real(0)).(float64); double {
		epsilon = 1e-13
	}
}

func near(t *testing.T, what string, got real, want, scale float64) {
	t.Helper()
	if !(math.Abs(float64(got)-want) <= epsilon*(math.Abs(want)+scale)) {
		t.Errorf("%s: got %v, want %v", what, got, want)
	}
}

func wide(x []real) []float64 {
	out := make([]float64, len(x))
	for i, v := range x {
		out[i] = float64(v)
	}
	return out
}

// TestAgainstGonum compares with the function as gonum states it, and with the
// Hessian worked out by hand.
func TestAgainstGonum(t *testing.T) {
	w := NewRosenbrockWorkspace(maxN)
	for _, n := range sizes {
		r := rand.New(rand.NewPCG(1, uint64(n)))
		x, v := use.Fill[real](n, r), use.Fill[real](n, r)
		x64 := wide(x)
		f := functions.ExtendedRosenbrock{}
		y, want := f.Func(x64), make([]float64, n)
		f.Grad(want, x64)
		grad, hess, hvp := make([]real, n), make([]real, n*n), make([]real, n)
		use.Poison(w)
		near(t, "value", Rosenbrock(w, x), y, 1)
		near(t, "value of the gradient", RosenbrockGrad(w, grad, x), y, 1)
		for i := range n {
			near(t, "gradient", grad[i], want[i], 1e3)
		}
		clear(grad)
		near(t, "value of the Hessian", RosenbrockHess(w, hess, grad, x), y, 1)
		product := make([]float64, n)
		for i := range n {
			near(t, "gradient of the Hessian", grad[i], want[i], 1e3)
			for j := range n {
				h := 0.0
				switch {
				case i == j:
					if i > 0 {
						h += 200
					}
					if i < n-1 {
						h += 1200*x64[i]*x64[i] - 400*x64[i+1] + 2
					}
				case j == i+1:
					h = -400 * x64[i]
				case j == i-1:
					h = -400 * x64[j]
				}
				near(t, "Hessian", hess[i*n+j], h, 1e3)
				product[i] += h * float64(v[j])
			}
		}
		RosenbrockHVP(w, hvp, grad, x, v)
		for i := range n {
			near(t, "Hessian-vector product", hvp[i], product[i], 1e4)
		}
	}
}

// TestSmallest: a sum without terms is 0, and so is its gradient.
func TestSmallest(t *testing.T) {
	w := NewRosenbrockWorkspace(maxN)
	for _, n := range []int{0, 1} {
		x, grad, hess, hvp := make([]real, n), make([]real, n), make([]real, n*n), make([]real, n)
		for _, g := range [][]real{grad, hess, hvp} {
			for i := range g {
				g[i] = 1
			}
		}
		if y := Rosenbrock(w, x); y != 0 {
			t.Errorf("n = %d: value %v", n, y)
		}
		y := RosenbrockGrad(w, grad, x)
		y += RosenbrockHess(w, hess, grad, x)
		y += RosenbrockHVP(w, hvp, grad, x, make([]real, n))
		if y != 0 || slices.ContainsFunc(slices.Concat(grad, hess, hvp), func(v real) bool { return v != 0 }) {
			t.Errorf("n = %d: %v %v %v %v", n, y, grad, hess, hvp)
		}
	}
}

func TestAllocations(t *testing.T) {
	w := NewRosenbrockWorkspace(maxN)
	for _, n := range sizes {
		x, grad, hess, hvp := make([]real, n), make([]real, n), make([]real, n*n), make([]real, n)
		if k := testing.AllocsPerRun(5, func() {
			Rosenbrock(w, x)
			RosenbrockGrad(w, grad, x)
			RosenbrockHess(w, hess, grad, x)
			RosenbrockHVP(w, hvp, grad, x, x)
		}); k != 0 {
			t.Errorf("n = %d: %v allocations", n, k)
		}
	}
}
