package rosenbrock

import (
	"math/rand/v2"
	"slices"

	"example.test/scratch/use"
)

type real = float64

const maxN = 40

var sizes = []int{2, 3, 4, 5, 8, 17, 40}

// Trace is every number that the program makes.
func Trace(poisoned bool) []float64 {
	var out []float64
	w := NewRosenbrockWorkspace(maxN)
	for _, n := range sizes {
		r := rand.New(rand.NewPCG(uint64(n), 1))
		x, v := use.Fill[real](n, r), use.Fill[real](n, r)
		// Results start as what no one may read.
		grad, hess, hvp := use.Fill[real](n, r), use.Fill[real](n*n, r), use.Fill[real](n, r)
		if poisoned {
			use.Poison(w)
		}
		ys := []real{Rosenbrock(w, x), RosenbrockGrad(w, grad, x)}
		ys = append(ys, RosenbrockHess(w, hess, grad, x), RosenbrockHVP(w, hvp, grad, x, v))
		for _, y := range slices.Concat(ys, grad, hess, hvp) {
			out = append(out, float64(y))
		}
	}
	return out
}
