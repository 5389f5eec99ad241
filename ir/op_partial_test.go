package ir

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

// variables evaluates expressions over x, y, z, r and s.
func variables(op *Op, x []float64, s float64) *Env {
	return &Env{Var: func(name string) float64 {
		switch name {
		case "s":
			return s
		case "r":
			return op.Eval(x)
		}
		return x[strings.Index("xyz", name)]
	}}
}

func variable(name string) *Expr { return &Expr{Op: OpVar, Type: F64, Var: name} }

// partialAt evaluates a partial's text for the flow s.
func partialAt(op *Op, text string, x []float64, s float64) float64 {
	return EvalScalar(Instantiate(text, F64, variable), variables(op, x, s))
}

// testPoints draws arguments from the row's domain, away from its kinks, and
// for rows of several arguments away from their equality.
func testPoints(op *Op, n int) [][]float64 {
	r := rand.New(rand.NewPCG(uint64(op.id), 7))
	var out [][]float64
	for len(out) < n {
		x := make([]float64, op.Args)
		for k := range x {
			x[k] = op.Lo + (op.Hi-op.Lo)*(0.03+0.94*r.Float64())
		}
		near := op.Args == 2 && math.Abs(x[0]-x[1]) < 0.05
		for _, v := range x {
			for _, kink := range op.Kinks {
				near = near || math.Abs(v-kink) < 0.05
			}
		}
		if !near {
			out = append(out, x)
		}
	}
	return out
}

// richardson is the derivative of f at x from central differences of five
// widths, each extrapolated by the others, and an estimate of its error.
func richardson(f func(float64) float64, x float64) (d, err float64) {
	const levels = 6
	var a [levels][levels]float64
	h, best := 0.02, math.Inf(1)
	for i := range levels {
		a[i][0] = (f(x+h) - f(x-h)) / ((x + h) - (x - h))
		factor := 1.0
		for j := 1; j <= i; j++ {
			factor *= 4
			a[i][j] = (factor*a[i][j-1] - a[i-1][j-1]) / (factor - 1)
			if e := max(math.Abs(a[i][j]-a[i][j-1]), math.Abs(a[i][j]-a[i-1][j-1])); e < best {
				best, d = e, a[i][j]
			}
		}
		h /= 2
	}
	return d, best
}

// checkPartial compares a text with differences of the row by argument i. The
// flow is not 1, and two flows are tried, so that it must be linear in s.
func checkPartial(op *Op, i int, text string) error {
	for n, x := range testPoints(op, 5) {
		want, _ := richardson(func(v float64) float64 {
			y := slices.Clone(x)
			y[i] = v
			return op.Eval(y)
		}, x[i])
		s := []float64{0.7, -1.3}[n%2]
		got := partialAt(op, text, x, s)
		if !(math.Abs(got-s*want) <= 1e-7*max(math.Abs(s*want), 1e-3)) {
			return fmt.Errorf("%s by %s at %v: %s is %.12g, by differences %.12g", op.Name, "xyz"[i:i+1], x, text, got, s*want)
		}
	}
	return nil
}

// differentiable lists the rows and arguments whose partial is a formula.
func differentiable(f func(op *Op, i int, text string)) {
	for _, op := range Ops {
		if op.Eval == nil || op.Hi <= op.Lo {
			continue
		}
		for i, text := range op.Partials {
			f(op, i, text)
		}
	}
}

func TestPartialsAgreeWithDifferences(t *testing.T) {
	checked := 0
	differentiable(func(op *Op, i int, text string) {
		checked++
		if err := checkPartial(op, i, text); err != nil {
			t.Error(err)
		}
	})
	if checked < 50 {
		t.Errorf("only %d partials checked", checked)
	}
}

// Every row that has a result of a float type is either checked above or
// listed here with the reason.
func TestEveryRowHasADomain(t *testing.T) {
	why := map[string]string{
		"select": "chooses; its partials are tested by cases",
		"stop":   "has the derivative 0 by definition, not by differences",
	}
	for _, op := range Ops {
		if op.Eval != nil && !op.Bool && op.Hi <= op.Lo && why[op.Name] == "" {
			t.Errorf("%s has no test domain", op.Name)
		}
	}
	for _, c := range []float64{0, 1} {
		x := []float64{c, 3, 4}
		if a, b := partialAt(OpSelect, "if x == 1 then s else 0", x, 2), partialAt(OpSelect, "if x == 1 then 0 else s", x, 2); a != 2*c || b != 2-2*c {
			t.Errorf("select at %v: %v, %v", c, a, b)
		}
	}
}

// diff differentiates a template by a variable, through the table itself: the
// partial of a partial.
func diff(t *testing.T, e *Expr, by string, result *Op, args []*Expr) *Expr {
	one := Lit(F64, 1)
	var tangent func(e *Expr) *Expr
	tangent = func(e *Expr) *Expr {
		if e.Op == OpVar {
			switch e.Var {
			case by:
				return one
			case "r":
				d, ok := result.Partial(strings.Index("xyz", by), args, e, one)
				if !ok {
					t.Fatalf("%s has no partial", result.Name)
				}
				return d
			}
			return nil
		}
		var sum *Expr
		for i, a := range e.Args {
			flow := tangent(a)
			if flow == nil {
				continue
			}
			d, ok := e.Op.Partial(i, e.Args, e, flow)
			if !ok {
				return &Expr{Op: OpLit, Type: F64, Lit: math.NaN(), Var: "missing"}
			}
			if d != nil && sum != nil {
				d = Apply(OpAdd, sum, d)
			}
			if d != nil {
				sum = d
			}
		}
		return sum
	}
	return tangent(e)
}

// Second derivatives come from the same texts.
func TestSecondPartials(t *testing.T) {
	differentiable(func(op *Op, i int, text string) {
		args := []*Expr{variable("x"), variable("y"), variable("z")}[:op.Args]
		e := Instantiate(text, F64, variable)
		for j := range op.Args {
			d := diff(t, e, "xyz"[j:j+1], op, args)
			missing := false
			if d == nil {
				d = Lit(F64, 0)
			}
			d.Walk(func(e *Expr) { missing = missing || e.Var == "missing" })
			if missing {
				if op.Name != "digamma" {
					t.Errorf("%s: no second derivative", op.Name)
				}
				continue
			}
			for _, x := range testPoints(op, 5) {
				want, _ := richardson(func(v float64) float64 {
					y := slices.Clone(x)
					y[j] = v
					return partialAt(op, text, y, 1)
				}, x[j])
				got := EvalScalar(d, variables(op, x, 1))
				if !(math.Abs(got-want) <= 1e-7*max(math.Abs(want), 1e-2)) {
					t.Errorf("%s by %s, %s at %v: %.12g, by differences %.12g", op.Name, "xyz"[i:i+1], "xyz"[j:j+1], x, got, want)
				}
			}
		}
	})
}
