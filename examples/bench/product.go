package main

import (
	"maps"

	"github.com/gradgen/gradgen/runtime"
	"github.com/gradgen/gradgen/runtime/contract"
)

// side is that of the square matrices.
const side = 1024

// product multiplies square matrices.
func product[T contract.Float](workers int) *workload {
	pool := runtime.NewPool(workers)
	numbers := func(seed int) []T {
		x := make([]T, side*side)
		for i := range x {
			x[i] = T((i*7+seed)%31-15) / 16
		}
		return x
	}
	a, b, c := numbers(1), numbers(5), make([]T, side*side)
	e := contract.NewEngine(pool, make([]T, workers*contract.Space(side, side, side)))
	p := contract.Product[T]{
		M: side, N: side, K: side,
		A: contract.Matrix(a, side, 1), B: contract.Matrix(b, side, 1), C: contract.Matrix(c, side, 1),
	}
	w := &workload{
		flops: 2 * side * side * side,
		run:   func() { e.Run(p) },
		values: func() (diagonal []float64) {
			e.Run(p)
			for i := range side {
				diagonal = append(diagonal, float64(c[i*side+i]))
			}
			return diagonal
		},
	}
	var va, vb runtime.View
	switch a := any(a).(type) {
	case []float32:
		w.element, va.F32, vb.F32 = 4, a, any(b).([]float32)
	case []float64:
		w.element, va.F64, vb.F64 = 8, a, any(b).([]float64)
	}
	w.inputs = maps.All(map[string]runtime.View{"a": va, "b": vb})
	return w
}
