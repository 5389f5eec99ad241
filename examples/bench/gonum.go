package main

import (
	"fmt"

	"github.com/gradgen/gradgen/examples/bench/turn"
	"gonum.org/v1/gonum/optimize/functions"
)

// gonum is the gradients that package optimize/functions has by hand. It
// yields value and gradient in two calls.
type gonum struct{}

func (gonum) size(workload string) (n int, ok bool) {
	count, _ := fmt.Sscanf(workload, "rosenbrock %d: gradient", &n)
	return n, count == 1
}

func (gonum) name() string { return "gonum" }

func (g gonum) has(workload string) bool {
	_, ok := g.size(workload)
	return ok
}

func (g gonum) values(workload string) ([]float64, error) {
	n, _ := g.size(workload)
	f, grad := functions.ExtendedRosenbrock{}, make([]float64, n)
	f.Grad(grad, valley(n))
	return append([]float64{f.Func(valley(n))}, grad...), nil
}

func (g gonum) time(workload string) (float64, error) {
	n, _ := g.size(workload)
	f, x, grad, calls := functions.ExtendedRosenbrock{}, valley(n), make([]float64, n), 1
	return turn.PerCall(func() { f.Func(x); f.Grad(grad, x) }, &calls), nil
}

func (gonum) close() {}
