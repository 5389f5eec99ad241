package main

import (
	"maps"

	"github.com/gradgen/gradgen/examples/bench/arm"
	"github.com/gradgen/gradgen/examples/bench/rosenbrock"
	"github.com/gradgen/gradgen/examples/bench/tiny"
	"github.com/gradgen/gradgen/runtime"
)

// sample is what the tiny networks classify, and class is the right answer.
var sample = [4]float64{0.3, -0.2, 0.7, 0.1}

const class = 1

func tinySingle() *workload {
	p, g, x := tiny.NewSingleParams(), tiny.NewSingleParams(), make([]float32, len(sample))
	p.Init(1)
	for i, v := range sample {
		x[i] = float32(v)
	}
	return &workload{
		element: 4, inputs: with(p.Tensors(), map[string]runtime.View{"x": {F32: x}, "y": {I32: []int32{class}}}),
		run: func() { tiny.SingleXEntGrad(g, p, x, class) },
		values: func() []float64 {
			return append([]float64{float64(tiny.SingleXEntGrad(g, p, x, class))}, double(g.Data)...)
		},
	}
}

func tinyDouble() *workload {
	p, g, x := tiny.NewDoubleParams(), tiny.NewDoubleParams(), sample[:]
	p.Init(1)
	return &workload{
		element: 8, inputs: with(p.Tensors(), map[string]runtime.View{"x": {F64: x}, "y": {I32: []int32{class}}}),
		run: func() { tiny.DoubleXEntGrad(g, p, x, class) },
		values: func() []float64 {
			return append([]float64{tiny.DoubleXEntGrad(g, p, x, class)}, g.Data...)
		},
	}
}

// rosenbrockGradient is value and gradient in n variables.
func rosenbrockGradient(n int) func() *workload {
	return func() *workload {
		x, g, w := valley(n), make([]float64, n), rosenbrock.NewRosenbrockWorkspace(n)
		return &workload{
			element: 8, inputs: maps.All(map[string]runtime.View{"x": {F64: x}}),
			run: func() { rosenbrock.RosenbrockGrad(w, g, x) },
			values: func() []float64 {
				return append([]float64{rosenbrock.RosenbrockGrad(w, g, x)}, g...)
			},
		}
	}
}

// valley is a point beside the minimum, where no term vanishes.
func valley(n int) []float64 {
	x := make([]float64, n)
	for i := range x {
		x[i] = 1 + 0.25*float64(i%5-2)
	}
	return x
}

func armJacobian() *workload {
	q, hand, jac := []float64{0.1, -0.7, 1.1, 0.4, -0.9, 0.3}, make([]float64, 3), make([]float64, 18)
	return &workload{
		element: 8, inputs: maps.All(map[string]runtime.View{"q": {F64: q}}),
		run: func() { arm.HandJac(jac, hand, q) },
		values: func() []float64 {
			arm.HandJac(jac, hand, q)
			return append(append([]float64(nil), hand...), jac...)
		},
	}
}
