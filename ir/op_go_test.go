package ir

import (
	"math"
	"strings"
	"testing"

	"github.com/gradgen/gradgen/runtime"
)

// goFunctions are the functions that rows lower to, by the text in the row.
var goFunctions = map[string]any{
	"math.Abs": math.Abs, "math.Floor": math.Floor, "math.Ceil": math.Ceil, "math.RoundToEven": math.RoundToEven,
	"math.Sqrt": math.Sqrt, "math.Cbrt": math.Cbrt, "math.Exp": math.Exp, "math.Expm1": math.Expm1,
	"math.Log": math.Log, "math.Log1p": math.Log1p, "math.Log2": math.Log2, "math.Sin": math.Sin, "math.Cos": math.Cos,
	"math.Tan": math.Tan, "math.Asin": math.Asin, "math.Acos": math.Acos, "math.Atan": math.Atan, "math.Sinh": math.Sinh,
	"math.Cosh": math.Cosh, "math.Tanh": math.Tanh, "math.Asinh": math.Asinh, "math.Acosh": math.Acosh, "math.Atanh": math.Atanh,
	"math.Erf": math.Erf, "math.Erfc": math.Erfc, "math.Pow": math.Pow, "math.Atan2": math.Atan2, "math.Hypot": math.Hypot,
	"runtime.Sign": runtime.Sign, "runtime.Rsqrt": runtime.Rsqrt, "runtime.Sigmoid": runtime.Sigmoid,
	"runtime.Softplus": runtime.Softplus, "runtime.Relu": runtime.Relu, "runtime.Lgamma": runtime.Lgamma,
	"runtime.Digamma": runtime.Digamma, "runtime.Trigamma": runtime.Trigamma, "runtime.Probit": runtime.Probit,
	"runtime.MulZ": runtime.MulZ[float64],
	"max":          func(x, y float64) float64 { return max(x, y) },
	"min":          func(x, y float64) float64 { return min(x, y) },
}

// goError bounds, relative to the value, how far a function of package runtime
// and the row's own evaluation may be apart, where their methods differ.
var goError = map[string]float64{"digamma": 4e-13, "trigamma": 1e-14, "probit": 1e-14, "lgamma": 4e-16}

// What the interpreter computes is what emitted code calls.
func TestEvalIsWhatGoCalls(t *testing.T) {
	grid := []float64{nan, -inf, -1e300, -700, -37.5, -3.25, -2, -1.5, -1, -0.7, -0.5, -1e-3, -1e-9, -1e-300, -5e-324, math.Copysign(0, -1),
		0, 5e-324, 1e-300, 1e-9, 1e-3, 0.1, 0.25, 0.5, 0.75, 0.9, 0.999, 1, 1.3, 1.5, 2, 2.5, 3.75, 17, 40, 700, 1e300, inf}
	for _, op := range Ops {
		if !strings.Contains(op.Go, ".") && op != OpMax && op != OpMin {
			continue
		}
		f, ok := goFunctions[op.Go]
		if !ok {
			t.Errorf("%s lowers to %s, which is not tested", op.Name, op.Go)
		}
		agree := func(want float64, x ...float64) {
			got := op.Eval(x)
			if math.Float64bits(got) == math.Float64bits(want) || math.IsNaN(got) && math.IsNaN(want) {
				return
			}
			if !(math.Abs(got-want) <= goError[op.Name]*max(1e-300, math.Abs(want))) {
				t.Errorf("%s%v: %v, but %s gives %v", op.Name, x, got, op.Go, want)
			}
		}
		for _, x := range grid {
			if op.Name == "probit" && x > 0 && x < 1e-290 {
				continue // the method here meets subnormals of erfc
			}
			switch f := f.(type) {
			case func(float64) float64:
				agree(f(x), x)
			case func(float64, float64) float64:
				for _, y := range grid {
					agree(f(x, y), x, y)
				}
			}
		}
	}
}
