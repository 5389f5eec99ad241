package check

import (
	"math"
	"strings"
	"testing"

	"github.com/gradgen/gradgen/ir"
	"github.com/gradgen/gradgen/ir/interp"
)

func TestDerivatives(t *testing.T) {
	m := compileText(t, `
dim N
dim M
fn rosenbrock(x: f64[N]) -> f64 = sum[i < N-1] (100*(x[i+1] - x[i]^2)^2 + (1 - x[i])^2)
derive rosenbrock { value, grad(x), hess(x), hvp(x) }
fn misra1a(b: f64[2], x: f64[M]) -> f64[M] { y[m] = -b[0] * expm1(-b[1] * x[m]); return y }
derive misra1a { value, jac(b), jvp(b), vjp(b, x) }
fn g(x: f64, y: f64) -> f64 = x^2 * y
derive g { grad(x, y) }
`)
	x := vec(2, 3)
	near(t, "value", run(t, m, "rosenbrock", "", ir.ExportFunc, x)[0], 101)
	g := run(t, m, "rosenbrock", "grad", ir.ExportFunc, x)
	near(t, "value with grad", g[0], 101)
	near(t, "grad", g[1], 802, -200)
	h := run(t, m, "rosenbrock", "hess", ir.ExportFunc, x)
	near(t, "hess", h[1], 1200*4-400*3+2, -800, -800, 200)
	near(t, "grad of hess", h[2], 802, -200)
	hv := run(t, m, "rosenbrock", "hvp", ir.ExportFunc, x, vec(1, 0))
	near(t, "hvp", hv[1], 1200*4-400*3+2, -800)
	b, xs := vec(2, 0.5), vec(1, 3)
	j := run(t, m, "misra1a", "jac", ir.ExportFunc, b, xs)
	e1, e3 := math.Exp(-0.5), math.Exp(-1.5)
	near(t, "jac", j[0], 1-e1, 2*e1, 1-e3, 6*e3)
	near(t, "values", j[1], 2*(1-e1), 2*(1-e3))
	near(t, "jvp", run(t, m, "misra1a", "jvp", ir.ExportFunc, b, xs, vec(0, 1))[0], 2*e1, 6*e3)
	v := run(t, m, "misra1a", "vjp", ir.ExportFunc, b, xs, vec(1, 1))
	near(t, "vjp b", v[0], 2-e1-e3, 2*e1+6*e3)
	near(t, "vjp x", v[1], 2*0.5*e1, 2*0.5*e3)
	s := run(t, m, "g", "grad", ir.ExportFunc, num(3), num(5))
	near(t, "f", s[0], 45)
	near(t, "dx", s[1], 30)
	near(t, "dy", s[2], 9)
	e := m.Exports[len(m.Exports)-1]
	if e.Results[1].Name != "dx" || e.Results[2].Name != "dy" || e.Results[1].Kind != ir.BindReturn {
		t.Errorf("results %v", e.Results)
	}
}

// A function with a rule is called with the derivative that the rule states, right or wrong, whatever it computes.
func TestRules(t *testing.T) {
	m := compileText(t, `
fn sq(x: real) -> real = x * x
rule jvp sq(x; dx) = 100 * dx
fn f(x: f64[2]) -> f64 {
  y[i] = sq(x[i]) * i
  return sum(y) + sq(3)
}
derive f { value, grad(x) }
fn wsum(w: real[n], x: real) -> real = x * sum(w)
rule vjp wsum(w, x; dy) {
  dw[i] = 10 * w[i] * dy
  return (dw, 7 * dy)
}
fn h(w: f64[2], x: f64[3]) -> f64 {
  y[i] = wsum(w, x[i])
  return sum(y)
}
derive h { value, grad(w, x) }
`)
	near(t, "value", run(t, m, "f", "", ir.ExportFunc, vec(2, 5))[0], 25+9)
	near(t, "gradient by the rule", run(t, m, "f", "grad", ir.ExportFunc, vec(2, 5))[1], 0, 100)
	out := run(t, m, "h", "grad", ir.ExportFunc, vec(1, 2), vec(1, 1, 1))
	near(t, "shared argument collects", out[1], 30, 60)
	near(t, "own argument", out[2], 7, 7, 7)
}

// What is derived is the rule, also if it is that of the function itself.
func TestDerivativeOfARuledFunction(t *testing.T) {
	m := compileText(t, `
fn ste(x: f64[2]) -> f64[2] = round(x)
rule vjp ste(x; dy) = 7 * dy
derive ste { value, jac, jvp }
fn both(x: f64, k: i32) -> (f64, f64) = (floor(x), k * x)
rule jvp both(x, k; dx) = (dx, 5 * dx)
derive both { vjp }
fn cube(x: f64) -> f64 = x^3
rule jvp cube(x; dx) = 3 * x^2 * dx
derive cube { hess }
`)
	x := vec(1.2, 3.9)
	near(t, "value", run(t, m, "ste", "", ir.ExportFunc, x)[0], 1, 4)
	j := run(t, m, "ste", "jac", ir.ExportFunc, x)
	near(t, "jac", j[0], 7, 0, 0, 7)
	near(t, "jvp", run(t, m, "ste", "jvp", ir.ExportFunc, x, vec(1, 2))[0], 7, 14)
	v := run(t, m, "both", "vjp", ir.ExportFunc, num(2.5), interp.Scalar(ir.I32, 3), num(10), num(1))
	near(t, "vjp", v[len(v)-1], 15)
	near(t, "hess", run(t, m, "cube", "hess", ir.ExportFunc, num(2))[1], 12)
}

func TestEveryDerivativeIsEmittedOnce(t *testing.T) {
	m := compileText(t, `
model M(x: f64[3]) -> f64[2] = d: Dense(2)(x)
loss L(x: f64[3]) = sum(M(x))
derive L { value, grad(M), grad(x) }
derive M { jac(x), jac(x).T, vjp(x) }
`)
	var got []string
	for _, e := range m.Exports {
		if e.Kind == ir.ExportFunc {
			got = append(got, e.Name+" "+e.Derives+" "+strings.Join(e.By, " "))
		}
	}
	if want := "M jac x, M jacT x, M vjp x, L  , L grad M, L grad x"; strings.Join(got, ", ") != want {
		t.Errorf("%s, want %s", strings.Join(got, ", "), want)
	}
	w, b, x := mat(2, 3, 1, 2, 3, 4, 5, 6), vec(0, 0), vec(1, 1, 1)
	near(t, "jac", run(t, m, "M", "jac", ir.ExportFunc, w, b, x)[0], 1, 2, 3, 4, 5, 6)
	near(t, "jac.T", run(t, m, "M", "jacT", ir.ExportFunc, w, b, x)[0], 1, 4, 2, 5, 3, 6)
}
