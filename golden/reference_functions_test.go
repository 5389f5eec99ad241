package golden_test

import (
	"fmt"
	"slices"
	"testing"
)

// functionCases are the questions to reference/functions.grad.
func functionCases(t *testing.T) []*compared {
	cases := referenceCases(t, "functions.json")
	out := activationCases(cases["elementwise"])
	add := func(what string, q request, want ...wanted) {
		out = append(out, &compared{what: what, req: q, want: want})
	}
	for _, name := range []string{"softmax", "logSoftmax", "logsumexp"} {
		for _, far := range []bool{false, true} {
			c, fn := cases[name], name+"Of"
			if far {
				c, fn = cases[name+"Far"], name+"Far"
			}
			want := []wanted{{name: "dx", data: c.Inputs[0].Grad}, {name: "dw", data: c.Outputs[0].Data}} // linear in w
			if fn == "logsumexpFar" {
				want[0].single = 4e-5 // exp(x - y) for y near 1000, which is rounded to a multiple of 6e-5
			}
			if !far {
				want = append(want, wanted{name: "y", data: []float64{*c.Value}})
			}
			add(fn, request{fn: fn, derives: "grad", args: c.args()}, want...)
		}
	}

	c := cases["crossEntropy"]
	add("crossEntropy", request{fn: "crossEntropyOf", derives: "grad", dims: map[string]int{"M": 4}, args: c.args()},
		wanted{name: "y", data: []float64{*c.Value}}, wanted{name: "grad", data: c.Inputs[0].Grad})
	c = cases["binaryCrossEntropy"]
	add("binaryCrossEntropy", request{fn: "binaryCrossEntropyOf", derives: "grad", dims: map[string]int{"M": 6}, args: c.args()},
		wanted{name: "y", data: []float64{*c.Value}}, wanted{name: "dx", data: c.Inputs[0].Grad}, wanted{name: "dy", data: c.Inputs[1].Grad})
	c = cases["binaryCrossEntropyFar"]
	sum := 0.0
	for _, v := range c.Outputs[0].Data {
		sum += v
	}
	add("binaryCrossEntropyFar", request{fn: "binaryCrossEntropyFar", derives: "grad", dims: map[string]int{"M": 10}, args: c.args()},
		wanted{name: "y", data: []float64{sum}}, wanted{name: "grad", data: c.Inputs[0].Grad, each: true})

	c = cases["rosenbrock"]
	n := map[string]int{"N": 5}
	add("rosenbrock hess", request{fn: "rosenbrock", derives: "hess", dims: n, args: c.args()},
		wanted{name: "y", data: []float64{*c.Value}}, wanted{name: "grad", data: c.Inputs[0].Grad}, wanted{name: "hess", data: c.Outputs[0].Data})
	add("rosenbrock hvp", request{fn: "rosenbrock", derives: "hvp", dims: n, args: c.args()}, wanted{name: "hvp", data: c.Outputs[1].Data})

	// The two columns of the Jacobian differ by six orders of magnitude.
	c = cases["misra1a"]
	add("misra1a", request{fn: "misra1a", derives: "jac", dims: map[string]int{"M": 7}, args: c.args()},
		wanted{name: "y", data: c.Outputs[0].Data}, wanted{name: "jac", data: c.Outputs[1].Data, each: true})

	c = cases["cost"]
	want := []wanted{{name: "y", data: []float64{*c.Value}}}
	for _, p := range c.Params {
		want = append(want, wanted{name: "d" + p.Name, data: p.Grad})
	}
	add("cost by Plant", request{fn: "cost", derives: "grad", args: c.args()}, want...)
	add("cost by inputs", request{fn: "costBy", derives: "grad", args: c.args()},
		wanted{name: "ds0", data: c.Inputs[0].Grad}, wanted{name: "du", data: c.Inputs[1].Grad})

	for _, name := range []string{"mixture", "mixturePrior"} {
		c := cases[name]
		want := []wanted{}
		for _, x := range c.Inputs {
			want = append(want, wanted{name: "d" + x.Name, data: x.Grad})
		}
		if name == "mixture" {
			want = append(want, wanted{name: "y", data: []float64{*c.Value + mixtureConstant}})
		}
		add(name, request{fn: name, derives: "grad", dims: map[string]int{"N": c.Inputs[3].Shape[0]}, args: c.args()}, want...)
	}
	return out
}

// mixtureConstant is K·C of the prior of case mixture, which is no part of the
// function: K = 3, d = 2, N = 3, γ = 1, and log Γ_2(3/2) = log(π/2).
const mixtureConstant = 3 * (-3*0.6931471805599453 - 0.4515827052894549)

// activationCases are all elementwise functions, one number at a time and all
// at once. Errors of values are relative to each: what is small is not lost.
// Those of derivatives are relative to the largest, which is about 1: the rows
// of sigmoid and expm1 make derivatives of their results, r·(1 - r) and r + 1,
// which saves an exponential.
func activationCases(c *referenceCase) []*compared {
	var out []*compared
	ones := slices.Repeat([]float64{1}, len(c.X))
	for k, f := range c.Functions {
		what := fmt.Sprintf("%s %v", f.Name, f.Alpha)
		n := map[string]int{"N": len(c.X)}
		add := func(q request, want ...wanted) {
			out = append(out, &compared{what: what + " " + q.derives, req: q, want: want})
		}
		each := func(name string, data ...float64) wanted {
			return wanted{name: name, data: data, each: true, bound: 2e-14, single: 1e-5}
		}
		slopes := func(name string, data ...float64) wanted {
			return wanted{name: name, data: data, unit: true, bound: 1e-15, single: 1e-6}
		}
		add(request{fn: fmt.Sprint("all", k), derives: "vjp", dims: n, args: map[string][]float64{"x": c.X, "dy": ones}}, each("y", f.Value...), slopes("dx", f.D1...))
		add(request{fn: fmt.Sprint("all", k), derives: "jvp", dims: n, args: map[string][]float64{"x": c.X, "dx": ones}}, each("y", f.Value...), slopes("dy", f.D1...))
		add(request{fn: fmt.Sprint("sum", k), derives: "hvp", dims: n, args: map[string][]float64{"x": c.X, "v": ones}}, slopes("grad", f.D1...), slopes("hvp", f.D2...))
		for i, x := range c.X {
			add(request{fn: fmt.Sprint("one", k), derives: "hess", args: map[string][]float64{"x": {x}}}, each("y", f.Value[i]), slopes("grad", f.D1[i]), slopes("hess", f.D2[i]))
		}
	}
	return out
}
