package golden_test

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"testing"
)

// The mistakes that automatic differentiation is known for, a test each. The
// gradient of f is compared with differences of f; the control is the same
// function with a rule that makes the mistake, which must be seen.

// trap is a program with a function f of one number, and the same with the
// mistake.
type trap struct {
	name, text, wrong string
	dims              map[string]int
	by                []string // what f is differentiated by
	args              map[string][]float64
}

// wave makes arguments that no symmetry hides anything in.
func wave(n int, phase float64) []float64 {
	out := make([]float64, n)
	for i := range out {
		out[i] = 0.3 + math.Sin(1.7*float64(i*i)+phase)
	}
	return out
}

var traps = []trap{
	{name: "one operand used twice",
		text:  "fn f(x: f64[N]) -> f64 = sum[i] x[i] * x[i] * (1 + i)",
		wrong: "fn twice(x: real[n]) -> real[n] { y[i] = x[i] * x[i]; return y }\nrule vjp twice(x; dy) { dx[i] = x[i] * dy[i]; return dx }\nfn f(x: f64[N]) -> f64 { y = twice(x); return sum[i] y[i] * (1 + i) }",
		dims:  map[string]int{"N": 4}, by: []string{"x"}, args: map[string][]float64{"x": wave(4, 0)}},
	{name: "one matrix used twice, once transposed",
		text:  "fn f(x: f64[3, 3]) -> f64 { y = x @ x.T; return sum[i, j] (1 + i + 0.3*j) * y[i,j]^2 }",
		wrong: "fn gram(x: real[n, m]) -> real[n, n] { y[i,j] = sum[k] x[i,k] * x[j,k]; return y }\nrule vjp gram(x; dy) { dx[i,k] = sum[j] dy[i,j] * x[j,k]; return dx }\nfn f(x: f64[3, 3]) -> f64 { y = gram(x); return sum[i, j] (1 + i + 0.3*j) * y[i,j]^2 }",
		by:    []string{"x"}, args: map[string][]float64{"x": wave(9, 1)}},
	{name: "a tied weight",
		text:  "fn f(w: f64[3, 3], x: f64[3]) -> f64 { h = w @ x; y = w @ h; z = w.T @ y; return sum[i] (1 + i) * z[i]^2 }",
		wrong: "fn apply(w: real[n, n], x: real[n]) -> real[n] { h = w @ x; return w @ h }\nrule vjp apply(w, x; dy) { h = w @ x; dw[i,j] = dy[i] * h[j]; t = w.T @ dy; return (dw, w.T @ t) }\nfn f(w: f64[3, 3], x: f64[3]) -> f64 { y = apply(w, x); z = w.T @ y; return sum[i] (1 + i) * z[i]^2 }",
		by:    []string{"w", "x"}, args: map[string][]float64{"w": wave(9, 2), "x": wave(3, 0)}},
	{name: "a repeated gather index",
		text: "fn f(e: f64[4, 2], k: i32[N]) -> f64 { y[i,j] = e[k[i],j]; return sum[i, j] (1 + i - 0.4*j) * y[i,j]^2 }",
		wrong: "fn rows(e: real[m, d], k: i32[n]) -> real[n, d] { y[i,j] = e[k[i],j]; return y }\n" +
			"rule vjp rows(e, k; dy) { last[v < m] = max[i] (if k[i] == v then i + 1 else 0)\n de[v,j] = sum[i where k[i] == v] (if i + 1 == last[v] then dy[i,j] else 0)\n return de }\n" +
			"fn f(e: f64[4, 2], k: i32[N]) -> f64 { y = rows(e, k); return sum[i, j] (1 + i - 0.4*j) * y[i,j]^2 }",
		dims: map[string]int{"N": 5}, by: []string{"e"}, args: map[string][]float64{"e": wave(8, 3), "k": {2, 0, 2, 3, 2}}},
	{name: "a broadcast adjoint over the wrong axis",
		text: "fn f(a: f64[3, 3], b: f64[3]) -> f64 { y[i,j] = a[i,j] + b[j]; return sum[i, j] (1 + i - 0.4*j) * y[i,j]^2 }",
		wrong: "fn shift(a: real[n, n], b: real[n]) -> real[n, n] { y[i,j] = a[i,j] + b[j]; return y }\nrule vjp shift(a, b; dy) { db[j] = sum[i] dy[j,i]; return (dy, db) }\n" +
			"fn f(a: f64[3, 3], b: f64[3]) -> f64 { y = shift(a, b); return sum[i, j] (1 + i - 0.4*j) * y[i,j]^2 }",
		by: []string{"a", "b"}, args: map[string][]float64{"a": wave(9, 4), "b": wave(3, 5)}},
	{name: "a convolution with a remainder",
		text: "fn f(x: f64[8], w: f64[3]) -> f64 { y[h < 3] = sum[i < 3] w[i] * x[2*h + i]; return sum[h] (1 + h) * y[h]^2 }",
		wrong: "fn conv(x: real[n], w: real[k]) -> real[3] { y[h < 3] = sum[i] w[i] * x[2*h + i else 0]; return y }\n" + // aligned to the end
			"rule vjp conv(x, w; dy) { dx[p < n] = sum[h < 3, i < k where 2*h + i + 1 == p] w[i] * dy[h]; dw[i < k] = sum[h < 3] x[2*h + i else 0] * dy[h]; return (dx, dw) }\n" +
			"fn f(x: f64[8], w: f64[3]) -> f64 { y = conv(x, w); return sum[h] (1 + h) * y[h]^2 }",
		by: []string{"x", "w"}, args: map[string][]float64{"x": wave(8, 6), "w": wave(3, 7)}},
	{name: "a padded convolution with stride, dilation and a remainder",
		text: "fn f(x: f64[B, 9], w: f64[3]) -> f64 { y[b, h < 3] = sum[i < 3] w[i] * x[b, 3*h + 2*i - 1 else 0]; return sum[b, h] (1 + h + 0.1*b) * y[b,h]^2 }",
		dims: map[string]int{"B": 2}, by: []string{"x", "w"}, args: map[string][]float64{"x": wave(18, 8), "w": wave(3, 7)}},
	{name: "a permutation of axes that is not its own inverse",
		text: "fn f(x: f64[3, 3, 3]) -> f64 { y[j,k,i] = x[i,j,k]; return sum[i, j, k] (1 + i - 0.4*j + 0.1*j*k) * y[i,j,k]^2 }",
		wrong: "fn turn(x: real[n, n, n]) -> real[n, n, n] { y[j,k,i] = x[i,j,k]; return y }\nrule vjp turn(x; dy) { dx[j,k,i] = dy[i,j,k]; return dx }\n" +
			"fn f(x: f64[3, 3, 3]) -> f64 { y = turn(x); return sum[i, j, k] (1 + i - 0.4*j + 0.1*j*k) * y[i,j,k]^2 }",
		by: []string{"x"}, args: map[string][]float64{"x": wave(27, 9)}},
	{name: "a permutation of elements that is not its own inverse",
		text: "fn f(x: f64[N], p: i32[N]) -> f64 { y[i] = x[p[i]]; return sum[i] (1 + i) * y[i]^2 }",
		wrong: "fn permute(x: real[n], p: i32[n]) -> real[n] { y[i] = x[p[i]]; return y }\nrule vjp permute(x, p; dy) { dx[i] = dy[p[i]]; return dx }\n" +
			"fn f(x: f64[N], p: i32[N]) -> f64 { y = permute(x, p); return sum[i] (1 + i) * y[i]^2 }",
		dims: map[string]int{"N": 3}, by: []string{"x"}, args: map[string][]float64{"x": wave(3, 10), "p": {1, 2, 0}}},
	{name: "square shapes hide a swap",
		text: "fn f(x: f64[3, 3], w: f64[3, 3]) -> f64 { y = x @ w; return sum[i, j] (1 + i - 0.4*j) * y[i,j]^2 }",
		wrong: "fn product(x: real[n, n], w: real[n, n]) -> real[n, n] = x @ w\nrule vjp product(x, w; dy) = (dy @ w, x.T @ dy)\n" +
			"fn f(x: f64[3, 3], w: f64[3, 3]) -> f64 { y = product(x, w); return sum[i, j] (1 + i - 0.4*j) * y[i,j]^2 }",
		by: []string{"x", "w"}, args: map[string][]float64{"x": wave(9, 11), "w": wave(9, 12)}},
	{name: "a scan whose carry meets its input again",
		text: "fn f(x: f64[N], h: f64) -> f64 {\n step s(a: f64, v: f64) {\n  n = tanh(a*v + v)\n  return (n, n*a)\n }\n (last, ys) = scan(s, h, x)\n return last + sum[t] (1 + t) * ys[t]\n}",
		dims: map[string]int{"N": 4}, by: []string{"x", "h"}, args: map[string][]float64{"x": wave(4, 13), "h": {.4}}},
	{name: "a size that an empty array does not tell, but another",
		text: "fn f(w: f64[N], x: f64[N, M], a: f64[M]) -> f64 = sum(a^3) + sum[i,j] w[i]*x[i,j]",
		dims: map[string]int{"N": 0, "M": 3}, by: []string{"a"}, args: map[string][]float64{"w": {}, "x": {}, "a": wave(3, 15)}},
	{name: "a rule with a wrong factor",
		text:  "fn own(x: real[...]) -> real[...] = x^3\nrule jvp own(x; dx) = 3 * x^2 * dx\nfn f(x: f64[N]) -> f64 { y = own(x); return sum[i] (1 + i) * y[i] }",
		wrong: "fn own(x: real[...]) -> real[...] = x^3\nrule jvp own(x; dx) = 2 * x^2 * dx\nfn f(x: f64[N]) -> f64 { y = own(x); return sum[i] (1 + i) * y[i] }",
		dims:  map[string]int{"N": 3}, by: []string{"x"}, args: map[string][]float64{"x": wave(3, 14)}},
	{name: "a rule with a wrong sign for one argument of two",
		text:  "fn own(x: real, y: real) -> real = x^2 * y\nrule vjp own(x, y; dr) = (2*x*y*dr, x^2*dr)\nfn f(x: f64, y: f64) -> f64 = own(x, y)",
		wrong: "fn own(x: real, y: real) -> real = x^2 * y\nrule vjp own(x, y; dr) = (2*x*y*dr, -x^2*dr)\nfn f(x: f64, y: f64) -> f64 = own(x, y)",
		by:    []string{"x", "y"}, args: map[string][]float64{"x": {1.3}, "y": {-.7}}},
}

func (tr *trap) source(f string) string {
	by := ""
	for i, a := range tr.by {
		if i > 0 {
			by += ", "
		}
		by += a
	}
	dims := ""
	for d := range tr.dims {
		dims += "dim " + d + "\n"
	}
	return dims + f + fmt.Sprintf("\nderive f { value, grad(%s), jvp(%s) }\n", by, by)
}

// derivative finds the gradient by an argument among the results.
func derivative(r results, arg string) []float64 {
	if g, ok := r["d"+arg]; ok {
		return g
	}
	return r["grad"]
}

// differences are the derivatives of a number by every element of an argument,
// by Richardson's extrapolation of central differences.
func differences(value func(args map[string][]float64) float64, args map[string][]float64, arg string) []float64 {
	out := make([]float64, len(args[arg]))
	for i := range out {
		slope := func(h float64) float64 {
			at := func(h float64) float64 {
				shifted := maps.Clone(args)
				shifted[arg] = slices.Clone(args[arg])
				shifted[arg][i] += h
				return value(shifted)
			}
			return (at(h) - at(-h)) / (2 * h)
		}
		const h = 1e-3
		d1, d2, d4 := slope(h), slope(2*h), slope(4*h)
		a, b := (4*d1-d2)/3, (4*d2-d4)/3
		out[i] = (16*a - b) / 15
	}
	return out
}

// apart is the largest difference relative to the largest element.
func apart(got, want []float64) float64 {
	if len(got) != len(want) {
		return math.Inf(1)
	}
	worst := 0.0
	for i := range got {
		d := math.Abs(got[i] - want[i])
		if d != d {
			return math.Inf(1)
		}
		worst = max(worst, d)
	}
	return worst / max(largest(want), 1e-30)
}

const gradientBound = 1e-7

func TestTraps(t *testing.T) {
	var programs []*program
	for i, tr := range traps {
		programs = append(programs, compile(t, fmt.Sprint("trap", i), tr.source(tr.text)))
	}
	d := newDriver(t, programs...)
	grad := make([]int, len(traps))
	for i, tr := range traps {
		grad[i] = d.call(programs[i], request{fn: "f", derives: "grad", dims: tr.dims, args: tr.args})
	}
	d.run()
	for i, tr := range traps {
		t.Run(tr.name, func(t *testing.T) {
			p := programs[i]
			q := request{fn: "f", derives: "grad", dims: tr.dims, args: tr.args}
			written, optimised := p.interpreted(t, q, false), p.interpreted(t, q, true)
			slope, scale := 0.0, 0.0
			forward := q
			forward.derives, forward.args = "jvp", maps.Clone(tr.args)
			for _, arg := range tr.by {
				want := differences(tr.value(t, p), tr.args, arg)
				for how, r := range map[string]results{"as written": written, "optimised": optimised, "emitted": d.results[grad[i]]} {
					if e := apart(derivative(r, arg), want); !(e <= gradientBound) {
						t.Errorf("%s, by %s: %v, differences give %v", how, arg, derivative(r, arg), want)
					}
				}
				v := wave(len(want), 20)
				forward.args["d"+arg] = v
				for k, g := range derivative(written, arg) {
					slope += g * v[k]
					scale += math.Abs(g * v[k])
				}
			}
			if got := p.interpreted(t, forward, true)["dy"][0]; !(math.Abs(got-slope) <= 100*0x1p-52*scale) {
				t.Errorf("forward %v, reverse %v", got, slope)
			}
			tr.mustBeSeen(t)
		})
	}
	d.again(func(how string) {
		for i, tr := range traps {
			for _, arg := range tr.by {
				want := differences(tr.value(t, programs[i]), tr.args, arg)
				if e := apart(derivative(d.results[grad[i]], arg), want); !(e <= gradientBound) {
					t.Errorf("%s, %s, by %s: %v, differences give %v", tr.name, how, arg, derivative(d.results[grad[i]], arg), want)
				}
			}
		}
	})
}

func (tr *trap) value(t *testing.T, p *program) func(map[string][]float64) float64 {
	return func(args map[string][]float64) float64 {
		return p.interpreted(t, request{fn: "f", dims: tr.dims, args: args}, false)["y"][0]
	}
}

// mustBeSeen compares the gradient with the mistake: by one argument at least
// it is wrong, and the value is that of the right program.
func (tr *trap) mustBeSeen(t *testing.T) {
	t.Helper()
	if tr.wrong == "" {
		return
	}
	p := compile(t, "wrong", tr.source(tr.wrong))
	r := p.interpreted(t, request{fn: "f", derives: "grad", dims: tr.dims, args: tr.args}, true)
	worst := 0.0
	for _, arg := range tr.by {
		worst = max(worst, apart(derivative(r, arg), differences(tr.value(t, p), tr.args, arg)))
	}
	if worst < 1e-3 {
		t.Errorf("the mistake goes unseen: error %v", worst)
	}
}
