// Rosenbrock minimises a function with gonum's optimisers, given a gradient
// and a Hessian that gradgen derived from one line.
package main

import (
	"fmt"
	"log"
	"math"
	"slices"

	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/optimize"
)

//go:generate go tool gradgen

const size = 20

func main() {
	log.SetFlags(0)
	start := make([]float64, size) // the minimum is (1, …, 1), at the end of the valley
	for _, m := range []struct {
		name   string
		method optimize.Method
	}{
		{"BFGS, by the gradient", &optimize.BFGS{}},
		{"Newton, by the Hessian", &optimize.Newton{}},
	} {
		result, err := optimize.Minimize(problem(size), start, nil, m.method)
		if err != nil {
			log.Fatal(err)
		}
		fmt.Printf("%-24s f = %.2g after %d iterations, largest error of x %.2g\n",
			m.name, result.F, result.Stats.MajorIterations, errorOf(result.X))
	}
}

// problem hands the generated functions to gonum. gonum asks for value and
// gradient separately at the same x, and the generated function yields both,
// so the last pair is kept.
func problem(n int) optimize.Problem {
	w := NewRosenbrockWorkspace(n)
	at, grad := make([]float64, n), make([]float64, n)
	at[0] = math.NaN()
	var value float64
	evaluate := func(x []float64) {
		if !slices.Equal(at, x) {
			value = RosenbrockGrad(w, grad, x)
			copy(at, x)
		}
	}
	hess, discard := make([]float64, n*n), make([]float64, n)
	return optimize.Problem{
		Func: func(x []float64) float64 {
			evaluate(x)
			return value
		},
		Grad: func(g, x []float64) {
			evaluate(x)
			copy(g, grad)
		},
		Hess: func(h *mat.SymDense, x []float64) {
			RosenbrockHess(w, hess, discard, x)
			for i := range n {
				for j := i; j < n; j++ {
					h.SetSym(i, j, hess[i*n+j])
				}
			}
		},
	}
}

// errorOf is the distance to the minimum (1, …, 1) in its worst coordinate.
func errorOf(x []float64) float64 {
	worst := 0.0
	for _, v := range x {
		worst = max(worst, math.Abs(v-1))
	}
	return worst
}
