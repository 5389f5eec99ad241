package ir

import "math"

// Op is a row of the table of scalar operations: everything the compiler knows
// about one operation stands here, so that a new one is one row. Tests iterate
// the table.
type Op struct {
	Name string
	Args int
	Bool bool // yields a bool whatever the arguments are

	// Eval evaluates in float64; bools are 0 and 1. Nil for leaves.
	Eval func(x []float64) float64

	// Partials is the derivative: one text per argument, the contribution of
	// that argument to a flow s through the operation, linear in s. The
	// arguments are x, y, z, the result is r. Read as s = cotangent of r it is
	// the summand of the argument's cotangent; read as s = tangent of the
	// argument it is the summand of r's tangent: for a scalar both are the same
	// formula. "0" stops the flow. Where a factor selects or can be singular,
	// mulz makes an exact 0 win (numerical convention 4).
	Partials []string

	// Go is the lowering to Go: an infix or prefix operator such as "+", or a
	// function of float64 such as "math.Exp" or "runtime.Sigmoid".
	Go string

	// Both is a function of Go that gives two operations on one argument at once, of
	// which this one is number Half: a sine and a cosine reduce an angle alike.
	Both string
	Half int

	// Cost counts in additions. Rows of at least Costly are never repeated to
	// save memory traffic.
	Cost int

	// Lo, Hi is a domain in which the operation and its partials are smooth
	// for all arguments, but for Kinks; tests draw from it.
	Lo, Hi float64
	Kinks  []float64

	id int
}

// Costly is the cost from which on an expression is kept rather than computed
// again.
const Costly = 8

// Leaves of expressions; they have rows so that Op identifies a node.
var (
	OpLit    = &Op{Name: "lit"}
	OpIndex  = &Op{Name: "index"}
	OpRead   = &Op{Name: "read", Cost: 1}
	OpTest   = &Op{Name: "test", Bool: true, Cost: 1}
	OpRandom = &Op{Name: "random", Cost: 20}
	OpVar    = &Op{Name: "var"}
	OpCast   = &Op{Name: "cast", Args: 1, Cost: 1, Partials: []string{"s"}}
)

// The rows that the compiler itself refers to; the others are found by name.
var (
	OpNeg = &Op{Name: "neg", Args: 1, Go: "-", Cost: 1, Lo: -2, Hi: 2,
		Eval: func(x []float64) float64 { return -x[0] }, Partials: []string{"-s"}}
	OpAdd = &Op{Name: "+", Args: 2, Go: "+", Cost: 1, Lo: -2, Hi: 2,
		Eval: func(x []float64) float64 { return x[0] + x[1] }, Partials: []string{"s", "s"}}
	OpSub = &Op{Name: "-", Args: 2, Go: "-", Cost: 1, Lo: -2, Hi: 2,
		Eval: func(x []float64) float64 { return x[0] - x[1] }, Partials: []string{"s", "-s"}}
	OpMul = &Op{Name: "*", Args: 2, Go: "*", Cost: 1, Lo: -2, Hi: 2,
		Eval: func(x []float64) float64 { return x[0] * x[1] }, Partials: []string{"s*y", "s*x"}}
	OpDiv = &Op{Name: "/", Args: 2, Go: "/", Cost: 4, Lo: 0.2, Hi: 3,
		Eval: func(x []float64) float64 { return x[0] / x[1] }, Partials: []string{"mulz(s, 1/y)", "mulz(s, -r/y)"}}
	OpMulZ = &Op{Name: "mulz", Args: 2, Go: "runtime.MulZ", Cost: 2, Lo: 0.2, Hi: 2,
		Eval: func(x []float64) float64 { return mulZ(x[0], x[1]) }, Partials: []string{"mulz(s, y)", "mulz(s, x)"}}
	OpMax = &Op{Name: "max", Args: 2, Go: "max", Cost: 1, Lo: -2, Hi: 2,
		Eval:     func(x []float64) float64 { return max(x[0], x[1]) },
		Partials: []string{"if x > y then s else if x < y then 0 else if x == y then 0.5*s else (x + y)*s", "if y > x then s else if y < x then 0 else if x == y then 0.5*s else (x + y)*s"}}
	OpMin = &Op{Name: "min", Args: 2, Go: "min", Cost: 1, Lo: -2, Hi: 2,
		Eval:     func(x []float64) float64 { return min(x[0], x[1]) },
		Partials: []string{"if x < y then s else if x > y then 0 else if x == y then 0.5*s else (x + y)*s", "if y < x then s else if y > x then 0 else if x == y then 0.5*s else (x + y)*s"}}
	OpSelect = &Op{Name: "select", Args: 3, Go: "if", Cost: 1,
		Eval: func(x []float64) float64 {
			if x[0] != 0 {
				return x[1]
			}
			return x[2]
		}, Partials: []string{"0", "if x then s else 0", "if x then 0 else s"}}
	OpStop = &Op{Name: "stop", Args: 1, Go: "()",
		Eval: func(x []float64) float64 { return x[0] }, Partials: []string{"0"}}

	OpLt  = &Op{Name: "<", Args: 2, Bool: true, Go: "<", Cost: 1, Eval: func(x []float64) float64 { return truth(x[0] < x[1]) }, Partials: zeros(2)}
	OpLe  = &Op{Name: "<=", Args: 2, Bool: true, Go: "<=", Cost: 1, Eval: func(x []float64) float64 { return truth(x[0] <= x[1]) }, Partials: zeros(2)}
	OpEq  = &Op{Name: "==", Args: 2, Bool: true, Go: "==", Cost: 1, Eval: func(x []float64) float64 { return truth(x[0] == x[1]) }, Partials: zeros(2)}
	OpNe  = &Op{Name: "!=", Args: 2, Bool: true, Go: "!=", Cost: 1, Eval: func(x []float64) float64 { return truth(x[0] != x[1]) }, Partials: zeros(2)}
	OpAnd = &Op{Name: "and", Args: 2, Bool: true, Go: "&&", Cost: 1, Eval: func(x []float64) float64 { return truth(x[0] != 0 && x[1] != 0) }, Partials: zeros(2)}
	OpOr  = &Op{Name: "or", Args: 2, Bool: true, Go: "||", Cost: 1, Eval: func(x []float64) float64 { return truth(x[0] != 0 || x[1] != 0) }, Partials: zeros(2)}
	OpNot = &Op{Name: "not", Args: 1, Bool: true, Go: "!", Cost: 1, Eval: func(x []float64) float64 { return truth(x[0] == 0) }, Partials: zeros(1)}
)

// Ops is the table, in the order documentation and tests show it.
var Ops = []*Op{
	OpLit, OpIndex, OpRead, OpTest, OpRandom, OpVar, OpCast,
	OpNeg, OpAdd, OpSub, OpMul, OpDiv, OpMulZ, OpMax, OpMin, OpSelect, OpStop,
	OpLt, OpLe, OpEq, OpNe, OpAnd, OpOr, OpNot,

	unary("abs", "math.Abs", 1, math.Abs, -2, 2, "mulz(s, sign(x))", 0),
	unary("sign", "runtime.Sign", 2, sign, -2, 2, "0", 0),
	unary("floor", "math.Floor", 2, math.Floor, 0.1, 0.9, "0"),
	unary("ceil", "math.Ceil", 2, math.Ceil, 0.1, 0.9, "0"),
	unary("round", "math.RoundToEven", 2, math.RoundToEven, 0.6, 1.4, "0"),

	unary("sqrt", "math.Sqrt", 6, math.Sqrt, 0.2, 3, "mulz(s, 0.5/r)"),
	unary("rsqrt", "runtime.Rsqrt", 8, func(x float64) float64 { return 1 / math.Sqrt(x) }, 0.2, 3, "mulz(s, -0.5*r/x)"),
	unary("cbrt", "math.Cbrt", 20, math.Cbrt, 0.2, 3, "mulz(s, 1/(3*r*r))"),
	unary("exp", "math.Exp", 20, math.Exp, -2, 2, "s*r"),
	unary("expm1", "math.Expm1", 24, math.Expm1, -2, 2, "s*(r + 1)"),
	unary("log", "math.Log", 20, math.Log, 0.2, 3, "mulz(s, if x < 0 then r else 1/x)"),
	unary("log1p", "math.Log1p", 24, math.Log1p, -0.7, 3, "mulz(s, if x < -1 then r else 1/(1 + x))"),
	unary("log2", "math.Log2", 20, math.Log2, 0.2, 3, "mulz(s, if x < 0 then r else 1.4426950408889634/x)"),
	unary("sin", "math.Sin", 20, math.Sin, -3, 3, "s*cos(x)").half(0, "math.Sincos"),
	unary("cos", "math.Cos", 20, math.Cos, -3, 3, "-s*sin(x)").half(1, "math.Sincos"),
	unary("tan", "math.Tan", 24, math.Tan, -1.2, 1.2, "s*(1 + r*r)"),
	unary("asin", "math.Asin", 24, math.Asin, -0.8, 0.8, "mulz(s, 1/sqrt((1 - x)*(1 + x)))"),
	unary("acos", "math.Acos", 24, math.Acos, -0.8, 0.8, "mulz(s, -1/sqrt((1 - x)*(1 + x)))"),
	unary("atan", "math.Atan", 20, math.Atan, -3, 3, "s/(1 + x*x)"),
	unary("sinh", "math.Sinh", 24, math.Sinh, -2, 2, "s*cosh(x)"),
	unary("cosh", "math.Cosh", 24, math.Cosh, -2, 2, "s*sinh(x)"),
	unary("tanh", "math.Tanh", 24, math.Tanh, -2, 2, "s*(1 - r*r)"),
	unary("asinh", "math.Asinh", 24, math.Asinh, -3, 3, "s/hypot(1, x)"),
	unary("acosh", "math.Acosh", 24, math.Acosh, 1.3, 4, "mulz(s, 1/(sqrt(x - 1)*sqrt(x + 1)))"),
	unary("atanh", "math.Atanh", 24, math.Atanh, -0.8, 0.8, "mulz(s, if x*x > 1 then r else 1/((1 - x)*(1 + x)))"),
	unary("erf", "math.Erf", 24, math.Erf, -2, 2, "s*(1.1283791670955126*exp(-x*x))"),
	unary("erfc", "math.Erfc", 24, math.Erfc, -2, 2, "s*(-1.1283791670955126*exp(-x*x))"),
	unary("sigmoid", "runtime.Sigmoid", 22, sigmoid, -4, 4, "s*(r*(1 - r))"),
	unary("softplus", "runtime.Softplus", 40, softplus, -4, 4, "s*sigmoid(x)"),
	unary("relu", "runtime.Relu", 1, relu, -2, 2, "if r > 0 then s else if r == 0 then 0 else r*s", 0),
	unary("lgamma", "runtime.Lgamma", 60, lgamma, 0.4, 4, "mulz(s, digamma(x))"),
	unary("digamma", "runtime.Digamma", 60, Digamma, 0.4, 4, "mulz(s, if r == r then trigamma(x) else r)"),
	unary("trigamma", "runtime.Trigamma", 60, Trigamma, 0.4, 4, ""),
	unary("probit", "runtime.Probit", 60, probit, 0.1, 0.9, "mulz(s, 2.5066282746310002*exp(0.5*r*r))"),

	{Name: "pow", Args: 2, Go: "math.Pow", Cost: 40, Lo: 0.3, Hi: 2,
		Eval: func(x []float64) float64 { return math.Pow(x[0], x[1]) },
		Partials: []string{"mulz(s, mulz(y, pow(x, y - 1)))",
			"mulz(s, if x == 0 and y >= 0 then 0 else mulz(r, log(x)))"}},
	{Name: "atan2", Args: 2, Go: "math.Atan2", Cost: 30, Lo: 0.2, Hi: 2,
		Eval: func(x []float64) float64 { return math.Atan2(x[0], x[1]) },
		Partials: []string{"if x == 0 and y == 0 then 0 else s*(y/hypot(x, y)/hypot(x, y))",
			"if x == 0 and y == 0 then 0 else s*(-x/hypot(x, y)/hypot(x, y))"}},
	{Name: "hypot", Args: 2, Go: "math.Hypot", Cost: 10, Lo: 0.2, Hi: 2,
		Eval:     func(x []float64) float64 { return math.Hypot(x[0], x[1]) },
		Partials: []string{"if r == 0 then 0 else s*(x/r)", "if r == 0 then 0 else s*(y/r)"}},
}

var opByName = map[string]*Op{}

func init() {
	for i, op := range Ops {
		op.id = i
		opByName[op.Name] = op
	}
}

// OpByName finds a row, or nil.
func OpByName(name string) *Op { return opByName[name] }

func unary(name, goName string, cost int, eval func(float64) float64, lo, hi float64, partial string, kinks ...float64) *Op {
	op := &Op{Name: name, Args: 1, Go: goName, Cost: cost, Lo: lo, Hi: hi, Kinks: kinks,
		Eval: func(x []float64) float64 { return eval(x[0]) }}
	if partial != "" {
		op.Partials = []string{partial}
	}
	return op
}

// half says that a function of Go gives the operation together with another.
func (op *Op) half(n int, both string) *Op {
	op.Both, op.Half = both, n
	return op
}

func zeros(n int) []string {
	out := make([]string, n)
	for i := range out {
		out[i] = "0"
	}
	return out
}
