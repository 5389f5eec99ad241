package exact

import (
	"math"
	"math/big"

	"github.com/gradgen/gradgen/ir"
)

func newFloat() *big.Float { return new(big.Float).SetPrec(prec) }

func mustParse(text string) *big.Float {
	f, _, err := big.ParseFloat(text, 10, prec, big.ToNearestEven)
	if err != nil {
		panic(err)
	}
	return f
}

// The constants to 90 digits.
var (
	pi  = mustParse("3.14159265358979323846264338327950288419716939937510582097494459230781640628620899862803482534")
	ln2 = mustParse("0.693147180559945309417232121458176568075500134360255254120680009493393621969694715605863326996")
)

// Apply evaluates a row of the table of scalar operations. Square roots, exponentials, logarithms and what is made of
// them are good to about 240 bits; the other rows are evaluated in f64.
func Apply(row string, args ...Number) (Number, bool) {
	for _, a := range args {
		if a.nan {
			return NaN, true
		}
	}
	if len(args) == 1 {
		if v, ok := applyOne(row, args[0]); ok {
			return v, true
		}
	}
	if row == "pow" && len(args) == 2 {
		return args[0].Pow(args[1]), true
	}
	if (row == "max" || row == "min") && len(args) == 2 {
		if c, _ := args[0].Cmp(args[1]); (c >= 0) == (row == "max") {
			return args[0], true
		}
		return args[1], true
	}
	return byFloat(row, args...)
}

func applyOne(row string, a Number) (Number, bool) {
	switch row {
	case "neg":
		return a.Neg(), true
	case "abs":
		return a.Abs(), true
	case "floor":
		return a.Floor(), true
	case "ceil":
		return a.Neg().Floor().Neg(), true
	case "stop":
		return a, true
	}
	if a.IsInf() || a.Sign() < 0 && row != "exp" || a.IsZero() {
		return Number{}, false
	}
	switch row {
	case "sqrt":
		return sqrt(a), true
	case "rsqrt":
		return Int(1).Quo(sqrt(a)), true
	case "exp":
		return exp(a.float()), true
	case "log":
		return real(ln(a.float())), true
	case "log2":
		return real(newFloat().Quo(ln(a.float()), ln2)), true
	}
	return Number{}, false
}

// byFloat evaluates a row of the table in f64.
func byFloat(row string, args ...Number) (Number, bool) {
	op := ir.OpByName(row)
	if op == nil || op.Eval == nil || op.Args != len(args) {
		return Number{}, false
	}
	x := make([]float64, len(args))
	for i, a := range args {
		x[i] = a.Float64()
	}
	return Float(op.Eval(x)), true
}

// sqrt is rational for squares.
func sqrt(a Number) Number {
	if a.rat != nil {
		n, d := new(big.Int).Sqrt(a.rat.Num()), new(big.Int).Sqrt(a.rat.Denom())
		r := new(big.Rat).SetFrac(n, d)
		if new(big.Rat).Mul(r, r).Cmp(a.rat) == 0 {
			return Number{rat: r}
		}
	}
	return real(newFloat().Sqrt(a.float()))
}

// exp halves the argument until the series converges fast, and squares back.
func exp(x *big.Float) Number {
	if v, _ := x.Float64(); math.Abs(v) > 1e6 {
		return Float(math.Exp(v)) // 0 or infinite in every dtype
	}
	const halvings = 40
	t := newFloat().SetMantExp(x, -halvings)
	sum, term := newFloat().SetInt64(1), newFloat().SetInt64(1)
	for k := int64(1); k < 40; k++ {
		term.Mul(term, t)
		term.Quo(term, newFloat().SetInt64(k))
		sum.Add(sum, term)
	}
	for range halvings {
		sum.Mul(sum, sum)
	}
	return real(sum)
}

// ln takes the binary exponent off and inverts exp by Newton's method.
func ln(x *big.Float) *big.Float {
	m := newFloat()
	e := x.MantExp(m) // x = m * 2^e, 0.5 <= m < 1
	v, _ := m.Float64()
	y := newFloat().SetFloat64(math.Log(v))
	for range 4 {
		// y += m/exp(y) - 1, twice the digits every time
		r := newFloat().Quo(m, exp(y).float())
		y.Add(y, r.Sub(r, newFloat().SetInt64(1)))
	}
	return y.Add(y, newFloat().Mul(ln2, newFloat().SetInt64(int64(e))))
}
