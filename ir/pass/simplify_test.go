package pass

import (
	"math"
	"slices"
	"testing"

	"github.com/gradgen/gradgen/ir"
)

// scalar builds an expression over the variables x, y and z from a formula.
func scalar(b *ir.Builder, vars map[string]*ir.Value, text string) *ir.Expr {
	return ir.Instantiate(text, ir.F64, func(name string) *ir.Expr {
		if vars[name] == nil {
			vars[name] = b.Input(name, ir.Type{DType: ir.F64})
		}
		return ir.Read(vars[name])
	})
}

// Every rule is expected by name, with what it makes of a formula.
var ruleCases = []struct{ rule, from, to string }{
	{"MulOne", "1*x", "x"},
	{"MulOne", "x*1", "x"},
	{"MulMinusOne", "-1*x", "-x"},
	{"DivOne", "x/1", "x"},
	{"DivPowerOfTwo", "x/4", "0.25*x"},
	{"SubZero", "x - 0", "x"},
	{"NegNeg", "-(-x)", "x"},
	{"NotNot", "if not(not(x < y)) then x else y", "if x < y then x else y"},
	{"AddNeg", "x + (-y)", "x - y"},
	{"AddNeg", "(-x) + y", "y - x"},
	{"SubNeg", "x - (-y)", "x + y"},
	{"GatherSigns", "(-x)*(-y)", "x*y"},
	{"GatherSigns", "(x*(-100))*y", "-100*x*y"},
	{"GatherSigns", "2*(3*x)", "6*x"},
	{"AddSame", "(x + y) + (x + y)", "2*(x + y)"},
	{"LikeTerms", "x*y + z + y*x", "2*x*y + z"},
	{"LikeTerms", "(x*y - z) - (4*x*y)", "-3*x*y - z"},
	{"AddNegProduct", "x + (-3)*y", "x - 3*y"},
	{"NegProduct", "-(2*x)", "-2*x"},
	{"SelectNot", "if not(x < y) then x else y", "if x < y then y else x"},
	{"TestedOnce", "if x < y and x < y then x else y", "if x < y then x else y"},
	{"TestedOnce", "if (x < y and y < z) and (x < y and x < z) then x else y", "if (x < y and y < z) and x < z then x else y"},
	{"TestedOnce", "if x < y or (z < y or x < y) then x else y", "if x < y or z < y then x else y"},
	{"SelectSelect", "if x < y then (if x < y then x else z) else y", "if x < y then x else y"},
	{"AddZero", "x + 0", "x"},
	{"ZeroSub", "0 - x", "-x"},
	{"MulZLit", "mulz(x, 3)", "3*x"},
}

func TestRules(t *testing.T) {
	seen := map[string]bool{}
	for _, c := range ruleCases {
		seen[c.rule] = true
		b, vars := ir.NewBuilder(), map[string]*ir.Value{}
		var fired []string
		got := Scalar(scalar(b, vars, c.from), func(rule string) { fired = append(fired, rule) })
		if !slices.Contains(fired, c.rule) {
			t.Errorf("%s: %s did not fire on it, but %v", c.from, c.rule, fired)
		}
		want := Scalar(scalar(b, vars, c.to), nil)
		if got.Compare(want) != 0 {
			t.Errorf("%s: became %v, want %v", c.from, got, c.to)
		}
	}
	for _, r := range rules {
		if !seen[r.Name] {
			t.Errorf("no case expects rule %s", r.Name)
		}
	}
}

// What must not be folded: the value is NaN for some x, or a cancellation was
// meant.
func TestNoRule(t *testing.T) {
	for _, text := range []string{"x*0", "0*x", "x - x", "x/x", "mulz(x, y)", "(x - y) - (z - y)"} {
		b, vars := ir.NewBuilder(), map[string]*ir.Value{}
		e := scalar(b, vars, text)
		if got := Scalar(e, nil); got.Compare(e) != 0 {
			t.Errorf("%s became %v", text, got)
		}
	}
}

// Exact rules keep every bit at special values; the others keep a finite
// number finite and within rounding.
func TestRuleValues(t *testing.T) {
	special := []float64{0, math.Copysign(0, -1), 1, -1.5, 3e-310, 1e300, math.Inf(1), math.Inf(-1), math.NaN()}
	exact := map[string]bool{}
	for _, r := range rules {
		exact[r.Name] = r.Exact
	}
	for _, c := range ruleCases {
		b, vars := ir.NewBuilder(), map[string]*ir.Value{}
		onlyExact := true
		from := scalar(b, vars, c.from)
		to := Scalar(from, func(rule string) { onlyExact = onlyExact && exact[rule] })
		for _, x := range special {
			for _, y := range special {
				values := map[*ir.Value]float64{vars["x"]: x, vars["y"]: y, vars["z"]: 0.75}
				p, q := evaluate(from, values), evaluate(to, values)
				switch {
				case onlyExact && math.Float64bits(p) != math.Float64bits(q) && !(p != p && q != q):
					t.Errorf("%s at x=%v y=%v is %v, but %v after exact rules", c.from, x, y, p, q)
				case !math.IsNaN(p) && math.IsNaN(q):
					t.Errorf("%s at x=%v y=%v is %v, but NaN after the rules", c.from, x, y, p)
				case isFinite(p) && isFinite(q) && math.Abs(p-q) > 1e-15*math.Abs(p):
					t.Errorf("%s at x=%v y=%v is %v, but %v after the rules", c.from, x, y, p, q)
				}
			}
		}
	}
}

func evaluate(e *ir.Expr, values map[*ir.Value]float64) float64 {
	if e.Op == ir.OpRead {
		return values[e.Array]
	}
	if e.Op == ir.OpLit {
		return e.Lit
	}
	x := make([]float64, len(e.Args))
	for i, a := range e.Args {
		x[i] = evaluate(a, values)
	}
	return e.Op.Eval(x)
}
