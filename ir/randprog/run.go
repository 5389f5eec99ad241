package randprog

import (
	"math"

	"github.com/gradgen/gradgen/ir"
	"github.com/gradgen/gradgen/ir/interp"
)

// Arrays returns the arguments for the interpreter.
func (p *Program) Arrays() []interp.Array {
	out := make([]interp.Array, len(p.Args))
	for k, v := range p.Func.Params {
		shape := make([]int, len(v.Type.Shape))
		for i, s := range v.Type.Shape {
			shape[i] = p.size(s)
		}
		out[k] = interp.Of(v.Type.DType, shape, p.Args[k]...)
	}
	return out
}

// Run evaluates f, a function with the parameters of p, on the data of p.
func (p *Program) Run(f *ir.Func) ([]interp.Array, error) {
	return interp.Run(f, p.Arrays(), interp.Options{Dims: p.Dims})
}

// Slope is the derivative of a number made from the results of f, a function
// with the parameters of p, along a direction in those of Wrt, by Richardson extrapolation of central differences. It is
// sharp if two sequences of steps agree; at a kink they do not.
func (p *Program) Slope(f *ir.Func, number func(results []interp.Array) float64, direction [][]float64) (slope float64, sharp bool, err error) {
	at := func(h float64) float64 {
		args := p.Arrays()
		for i, k := range p.Wrt {
			for j := range args[k].Data {
				args[k].Data[j] += h * direction[i][j]
			}
		}
		out, e := interp.Run(f, args, interp.Options{Dims: p.Dims})
		if e != nil {
			err = e
			return math.NaN()
		}
		return number(out)
	}
	a, b := richardson(at, 1.0/32), richardson(at, 1.0/47)
	return a, math.Abs(a-b) <= 1e-9*(1+math.Abs(a)), err
}

// richardson extrapolates central differences with steps h, h/2, h/4, …, and
// takes the entry of the tableau that changed least.
func richardson(at func(float64) float64, h float64) float64 {
	const n = 5
	var table [n][n]float64
	best, slope := math.Inf(1), math.NaN()
	for i := range n {
		table[i][0] = (at(h) - at(-h)) / (2 * h)
		h /= 2
		factor := 1.0
		for j := 1; j <= i; j++ {
			factor *= 4
			table[i][j] = (factor*table[i][j-1] - table[i-1][j-1]) / (factor - 1)
			if e := math.Abs(table[i][j] - table[i][j-1]); e < best {
				best, slope = e, table[i][j]
			}
		}
	}
	return slope
}
