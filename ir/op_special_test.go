package ir

import (
	"math"
	"testing"
)

var nan, inf = math.NaN(), math.Inf(1)

// specials holds the gradients where a derivative does not exist, or a factor
// is 0, infinite or NaN: the conventions of the package, a case a row. The
// flow s arrives; want leaves to argument arg.
var specials = []struct {
	op   string
	x    []float64
	arg  int
	s    float64
	want float64
}{
	// max and min: the winner, half each at a tie, NaN where a side is NaN.
	{"max", []float64{2, 1}, 0, 3, 3}, {"max", []float64{2, 1}, 1, 3, 0},
	{"max", []float64{1, 2}, 0, 3, 0}, {"max", []float64{1, 2}, 1, 3, 3},
	{"max", []float64{1, 1}, 0, 3, 1.5}, {"max", []float64{1, 1}, 1, 3, 1.5},
	{"max", []float64{0, math.Copysign(0, -1)}, 0, 1, 0.5},
	{"max", []float64{nan, 1}, 0, 3, nan}, {"max", []float64{1, nan}, 0, 3, nan},
	{"max", []float64{nan, 1}, 1, 3, nan}, {"max", []float64{1, nan}, 1, 3, nan},
	{"max", []float64{inf, inf}, 0, 1, 0.5}, {"max", []float64{inf, inf}, 1, 1, 0.5},
	{"max", []float64{-inf, 1}, 0, 1, 0}, {"max", []float64{1, -inf}, 1, 1, 0},
	{"max", []float64{2, 1}, 1, nan, 0}, {"max", []float64{1, 2}, 0, inf, 0},
	{"min", []float64{2, 1}, 0, 3, 0}, {"min", []float64{2, 1}, 1, 3, 3},
	{"min", []float64{1, 2}, 0, 3, 3}, {"min", []float64{1, 2}, 1, 3, 0},
	{"min", []float64{1, 1}, 0, 3, 1.5}, {"min", []float64{1, 1}, 1, 3, 1.5},
	{"min", []float64{nan, 1}, 0, 3, nan}, {"min", []float64{1, nan}, 0, 3, nan},
	{"min", []float64{nan, 1}, 1, 3, nan}, {"min", []float64{1, nan}, 1, 3, nan},
	{"min", []float64{2, 1}, 0, nan, 0}, {"min", []float64{1, 2}, 1, inf, 0},

	{"abs", []float64{0}, 0, 3, 0}, {"abs", []float64{math.Copysign(0, -1)}, 0, 3, 0}, {"abs", []float64{0}, 0, inf, 0},
	{"abs", []float64{nan}, 0, 1, nan}, {"abs", []float64{-inf}, 0, 1, -1}, {"abs", []float64{nan}, 0, 0, 0},
	{"sign", []float64{0}, 0, 1, 0}, {"floor", []float64{1}, 0, 1, 0}, {"ceil", []float64{1}, 0, 1, 0}, {"round", []float64{0.5}, 0, 1, 0},

	{"relu", []float64{0}, 0, 3, 0}, {"relu", []float64{math.Copysign(0, -1)}, 0, 3, 0},
	{"relu", []float64{5e-324}, 0, 3, 3}, {"relu", []float64{-5e-324}, 0, 3, 0},
	{"relu", []float64{nan}, 0, 3, nan}, {"relu", []float64{inf}, 0, 3, 3}, {"relu", []float64{-inf}, 0, 3, 0},
	{"relu", []float64{-1}, 0, inf, 0}, {"relu", []float64{-1}, 0, nan, 0},

	// An exact 0 wins over a singular factor.
	{"sqrt", []float64{0}, 0, 1, inf}, {"sqrt", []float64{0}, 0, 0, 0}, {"sqrt", []float64{-1}, 0, 1, nan}, {"sqrt", []float64{-1}, 0, 0, 0},
	{"sqrt", []float64{inf}, 0, 1, 0},
	{"rsqrt", []float64{0}, 0, 0, 0}, {"rsqrt", []float64{0}, 0, 1, -inf}, {"rsqrt", []float64{-1}, 0, 1, nan},
	{"cbrt", []float64{0}, 0, 1, inf}, {"cbrt", []float64{0}, 0, 0, 0},
	{"log", []float64{0}, 0, 1, inf}, {"log", []float64{0}, 0, 0, 0}, {"log", []float64{-1}, 0, 1, nan}, {"log", []float64{-1}, 0, 0, 0},
	{"log", []float64{nan}, 0, 1, nan},
	{"log1p", []float64{-1}, 0, 1, inf}, {"log1p", []float64{-1}, 0, 0, 0}, {"log1p", []float64{-2}, 0, 1, nan}, {"log1p", []float64{-1.0000001}, 0, 1, nan},
	{"log2", []float64{0}, 0, 1, inf}, {"log2", []float64{0}, 0, 0, 0}, {"log2", []float64{-1}, 0, 1, nan},
	{"asin", []float64{1}, 0, 1, inf}, {"asin", []float64{1}, 0, 0, 0}, {"asin", []float64{2}, 0, 1, nan},
	{"acos", []float64{1}, 0, 1, -inf}, {"acos", []float64{1}, 0, 0, 0}, {"acos", []float64{-2}, 0, 1, nan},
	{"acosh", []float64{1}, 0, 1, inf}, {"acosh", []float64{1}, 0, 0, 0}, {"acosh", []float64{0}, 0, 1, nan}, {"acosh", []float64{-2}, 0, 1, nan},
	{"atanh", []float64{1}, 0, 1, inf}, {"atanh", []float64{1}, 0, 0, 0}, {"atanh", []float64{2}, 0, 1, nan},
	{"atanh", []float64{-2}, 0, 1, nan}, {"atanh", []float64{1.0000001}, 0, 1, nan}, {"atanh", []float64{1.2}, 0, 1, nan}, {"atanh", []float64{0.75}, 0, 2, 2 / 0.4375},
	{"/", []float64{1, 0}, 0, 1, inf}, {"/", []float64{1, 0}, 0, 0, 0}, {"/", []float64{1, 0}, 1, 0, 0}, {"/", []float64{0, 3}, 1, inf, 0},
	{"mulz", []float64{0, inf}, 0, 1, inf}, {"mulz", []float64{3, 0}, 0, inf, 0}, {"mulz", []float64{0, 3}, 1, inf, 0},
	{"mulz", []float64{3, inf}, 0, 0, 0}, {"mulz", []float64{inf, 3}, 1, 0, 0},

	{"digamma", []float64{-2}, 0, 1, nan}, {"digamma", []float64{-2}, 0, 0, 0}, {"digamma", []float64{0}, 0, 1, inf},
	{"lgamma", []float64{0}, 0, 0, 0}, {"lgamma", []float64{-1}, 0, 1, nan}, {"probit", []float64{0}, 0, 0, 0}, {"probit", []float64{1}, 0, 1, inf},

	// x^y by x at 0, and by y at x = 0.
	{"pow", []float64{0, 0}, 0, 1, 0}, {"pow", []float64{0, 1}, 0, 3, 3}, {"pow", []float64{0, 2}, 0, 1, 0}, {"pow", []float64{0, 1.5}, 0, 1, 0},
	{"pow", []float64{0, 0.5}, 0, 1, inf}, {"pow", []float64{0, 0.5}, 0, 0, 0},
	{"pow", []float64{0, 0}, 1, 1, 0}, {"pow", []float64{0, 2}, 1, 1, 0}, {"pow", []float64{0, 0.5}, 1, inf, 0}, {"pow", []float64{0, -1}, 1, 1, -inf},
	{"pow", []float64{0, -1}, 1, 0, 0}, {"pow", []float64{-2, 2}, 0, 1, -4}, {"pow", []float64{-2, 3}, 0, 1, 12}, {"pow", []float64{-2, 2}, 1, 1, nan},
	{"pow", []float64{5, 0}, 1, 1, math.Log(5)},
	{"pow", []float64{5, 0}, 0, 1, 0}, {"pow", []float64{inf, 0}, 0, 1, 0}, {"pow", []float64{1, 3}, 1, 1, 0}, {"pow", []float64{-2, 2}, 1, 0, 0},

	{"atan2", []float64{0, 0}, 0, 3, 0}, {"atan2", []float64{0, 0}, 1, 3, 0},
	{"atan2", []float64{0, 2}, 0, 3, 1.5}, {"atan2", []float64{2, 0}, 1, 3, -1.5}, {"atan2", []float64{2, 0}, 0, 3, 0}, {"atan2", []float64{0, 2}, 1, 3, 0},
	{"atan2", []float64{3e200, 4e200}, 0, 5e200, 0.8}, {"atan2", []float64{3e-200, 4e-200}, 0, 5e-200, 0.8},
	{"atan2", []float64{3e200, 4e200}, 1, 5e200, -0.6}, {"atan2", []float64{3e-200, 4e-200}, 1, 5e-200, -0.6},
	{"hypot", []float64{0, 0}, 0, 3, 0}, {"hypot", []float64{0, 0}, 1, 3, 0}, {"hypot", []float64{0, 0}, 0, inf, 0},
	{"hypot", []float64{3e200, 4e200}, 0, 10, 6}, {"hypot", []float64{3e200, 4e200}, 1, 10, 8},
	{"hypot", []float64{3e-200, 4e-200}, 0, 10, 6}, {"hypot", []float64{3e-200, 4e-200}, 1, 10, 8}, {"hypot", []float64{nan, 1}, 0, 1, nan},
	{"hypot", []float64{nan, 0}, 1, 1, nan}, {"hypot", []float64{0, nan}, 0, 1, nan}, {"hypot", []float64{4, 0}, 0, 2, 2}, {"hypot", []float64{0, 4}, 1, 2, 2},

	{"select", []float64{1, nan, inf}, 1, 3, 3}, {"select", []float64{1, nan, inf}, 2, 3, 0},
	{"select", []float64{0, nan, inf}, 1, 3, 0}, {"select", []float64{0, nan, inf}, 2, 3, 3},
	{"softplus", []float64{0}, 0, 1, 0.5}, {"softplus", []float64{-inf}, 0, 1, 0}, {"softplus", []float64{inf}, 0, 1, 1}, {"softplus", []float64{nan}, 0, 1, nan},
	{"sigmoid", []float64{0}, 0, 1, 0.25}, {"sigmoid", []float64{-1000}, 0, 1, 0}, {"sigmoid", []float64{1000}, 0, 1, 0}, {"sigmoid", []float64{nan}, 0, 1, nan},
	{"tanh", []float64{1000}, 0, 1, 0}, {"exp", []float64{-inf}, 0, 1, 0}, {"erf", []float64{inf}, 0, 1, 0}, {"atan", []float64{inf}, 0, 1, 0},
	{"asinh", []float64{1e200}, 0, 1e200, 1}, {"asinh", []float64{inf}, 0, 1, 0},
}

// specialValue makes the partial through Op.Partial, as differentiation does.
func specialValue(op *Op, arg int, x []float64, s float64) float64 {
	args := make([]*Expr, op.Args)
	for k := range args {
		args[k] = variable("xyz"[k : k+1])
	}
	if op == OpSelect {
		args[0].Type = Bool
	}
	e, ok := op.Partial(arg, args, variable("r"), variable("s"))
	if !ok {
		return math.Inf(-1)
	}
	if e == nil {
		return 0
	}
	return EvalScalar(e, variables(op, x, s))
}

func TestSpecialValues(t *testing.T) {
	for _, c := range specials {
		op := OpByName(c.op)
		got := specialValue(op, c.arg, c.x, c.s)
		if !same(got, c.want) && !(math.Abs(got-c.want) < 1e-15*math.Abs(c.want)) {
			t.Errorf("%s%v by %s, flow %v: %v, want %v", c.op, c.x, "xyz"[c.arg:c.arg+1], c.s, got, c.want)
		}
	}
}

// max(x, x) has the derivative 1.
func TestTiesSumToOne(t *testing.T) {
	for _, op := range []*Op{OpMax, OpMin} {
		if sum := specialValue(op, 0, []float64{2, 2}, 1) + specialValue(op, 1, []float64{2, 2}, 1); sum != 1 {
			t.Errorf("%s: %v", op.Name, sum)
		}
	}
}

// Where the value is NaN, so is the gradient; only constants have none, and
// rows that multiply by a number that is known pass the flow on.
func TestNaNStaysNaN(t *testing.T) {
	for _, op := range Ops {
		if op.Eval == nil || op.Args != 1 || op.Partials == nil || op.Partials[0] == "0" || op == OpNeg {
			continue
		}
		for _, x := range []float64{-inf, -1e300, -3, -2, -1.5, -1, -0.5, 0, 0.5, 1, 1.5, 2, 3, 1e300, inf, nan} {
			if v := op.Eval([]float64{x}); v == v {
				continue
			}
			if d := specialValue(op, 0, []float64{x}, 1); d == d {
				t.Errorf("%s(%v) is NaN, its derivative %v", op.Name, x, d)
			}
			if d := specialValue(op, 0, []float64{x}, 0); d == d && d != 0 {
				t.Errorf("%s(%v): a flow of 0 became %v", op.Name, x, d)
			}
		}
	}
}

// A flow of exactly 0 stays 0 at every row whose factor can be infinite.
func TestZeroFlow(t *testing.T) {
	for _, op := range Ops {
		if op.Eval == nil || op.Args != 1 || op.Partials == nil {
			continue
		}
		for _, x := range []float64{-2, -1, -0.5, math.Copysign(0, -1), 0, 0.5, 1, 2} {
			d := specialValue(op, 0, []float64{x}, 0)
			if v := op.Eval([]float64{x}); v == v && d != 0 {
				t.Errorf("%s at %v: a flow of 0 became %v", op.Name, x, d)
			}
		}
	}
}
