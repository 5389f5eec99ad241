package golden_test

import (
	"fmt"
	"maps"
	"math"
	"os"
	"slices"
	"testing"

	"github.com/gradgen/gradgen/codegen"
	"github.com/gradgen/gradgen/codegen/scratch"
	"github.com/gradgen/gradgen/dsl/prelude"
	"github.com/gradgen/gradgen/dsl/syntax"
	"github.com/gradgen/gradgen/ir"
)

// second are functions whose Hessian is compared with differences of the
// gradient: a gradient may be right and its derivative wrong, where something
// was held constant.
var second = []trap{
	{name: "products", text: "fn f(x: f64[N]) -> f64 = (sum[i] x[i]^2 * (1 + i)) * prod[i] x[i]", dims: map[string]int{"N": 4}, args: map[string][]float64{"x": wave(4, 0)}},
	{name: "rosenbrock", text: "fn f(x: f64[N]) -> f64 = sum[i < N-1] (100*(x[i+1] - x[i]^2)^2 + (1 - x[i])^2)", dims: map[string]int{"N": 4}, args: map[string][]float64{"x": wave(4, 1)}},
	{name: "softmax", text: "fn f(x: f64[N]) -> f64 { y = softmax(x); return sum[i] (1 + i) * y[i]^2 }", dims: map[string]int{"N": 3}, args: map[string][]float64{"x": wave(3, 2)}},
	{name: "logSoftmax", text: "fn f(x: f64[N]) -> f64 { y = logSoftmax(x); return sum[i] (1 + i) * y[i]^2 }", dims: map[string]int{"N": 3}, args: map[string][]float64{"x": wave(3, 2)}},
	{name: "logsumexp", text: "fn f(x: f64[N]) -> f64 = logsumexp(x)^2", dims: map[string]int{"N": 3}, args: map[string][]float64{"x": wave(3, 3)}},
	{name: "norm", text: "fn f(x: f64[N]) -> f64 = norm(x)^3", dims: map[string]int{"N": 3}, args: map[string][]float64{"x": wave(3, 4)}},
	{name: "crossEntropy", text: "fn f(x: f64[3, 4], y: i32[3]) -> f64 { l = crossEntropy(x, y); return sum[b] (1 + b) * l[b]^2 }", args: map[string][]float64{"x": wave(12, 5), "y": {3, 0, 3}}},
	{name: "binaryCrossEntropy", text: "fn f(x: f64[N]) -> f64 { p[i < N] = 0.3; l = binaryCrossEntropy(x, p); return sum[b] (1 + b) * l[b]^2 }", dims: map[string]int{"N": 3}, args: map[string][]float64{"x": wave(3, 6)}},
	{name: "smooth activations", text: "fn f(x: f64[N]) -> f64 = sum[i] (1 + i) * (softplus(x[i]) * gelu(x[i]) + silu(x[i]) * logSigmoid(x[i]) + tanh(x[i]) * sigmoid(x[i]) + mish(x[i]))", dims: map[string]int{"N": 3}, args: map[string][]float64{"x": wave(3, 7)}},
	{name: "pieces", text: "fn f(x: f64[N]) -> f64 = sum[i] (1 + i) * (relu(x[i])^3 + leakyRelu(x[i], 0.1)^2 + elu(x[i])^2 + clamp(x[i], -0.4, 0.9)^3 + relu6(x[i])^2 + hardtanh(x[i])^3 + hardsigmoid(x[i])^3 + abs(x[i])^3)", dims: map[string]int{"N": 4}, args: map[string][]float64{"x": wave(4, 8)}},
	{name: "a repeated gather index", text: "fn f(x: f64[3], k: i32[N]) -> f64 { y[i] = x[k[i]]^2; return sum[i] (1 + i) * y[i] * x[0] }", dims: map[string]int{"N": 4}, args: map[string][]float64{"x": wave(3, 9), "k": {1, 1, 0, 2}}},
	{name: "a scan", text: "fn f(x: f64[N]) -> f64 {\n step s(a: f64, v: f64) {\n  n = tanh(a*v + v^2)\n  return (n, n*a)\n }\n (last, ys) = scan(s, 0.5, x)\n return last + sum[t] (1 + t) * ys[t]\n}", dims: map[string]int{"N": 4}, args: map[string][]float64{"x": wave(4, 10)}},
	{name: "maxima", text: "fn f(x: f64[4]) -> f64 = (max[i] x[i])^3 + (min[i] x[i]^2) * x[0] + x[argmax[i](x[i])]^2 * x[1]", args: map[string][]float64{"x": wave(4, 11)}},
	{name: "a rule of the program", text: "fn own(x: real[...]) -> real[...] = x^3\nrule jvp own(x; dx) = 3 * x^2 * dx\nfn f(x: f64[N]) -> f64 { y = own(x); return sum[i] (1 + i) * y[i]^2 }",
		wrong: "fn own(x: real[...]) -> real[...] = x^3\nrule jvp own(x; dx) = 3 * stop(x)^2 * dx\nfn f(x: f64[N]) -> f64 { y = own(x); return sum[i] (1 + i) * y[i]^2 }",
		dims:  map[string]int{"N": 3}, args: map[string][]float64{"x": wave(3, 12)}},
}

func secondSource(tr trap, text string) string {
	tr.by = []string{"x"}
	return tr.source(text) + "derive f { hess(x), hvp(x) }\n"
}

// hessian is the Hessian of f by x, from differences of its gradient.
func hessian(t *testing.T, p *program, tr trap) []float64 {
	n := len(tr.args["x"])
	out := make([]float64, n*n)
	for i := range n {
		row := differences(func(args map[string][]float64) float64 {
			return derivative(p.interpreted(t, request{fn: "f", derives: "grad", dims: tr.dims, args: args}, false), "x")[i]
		}, tr.args, "x")
		copy(out[i*n:], row)
	}
	return out
}

// TestSecondOrder compares Hessians, and their products with a direction, with
// differences of gradients that are right.
func TestSecondOrder(t *testing.T) {
	var programs []*program
	for i, tr := range second {
		programs = append(programs, compile(t, fmt.Sprint("second", i), secondSource(tr, tr.text)))
	}
	d := newDriver(t, programs...)
	var calls [][2]int
	var requests [][2]request
	for i, tr := range second {
		hess := request{fn: "f", derives: "hess", dims: tr.dims, args: tr.args}
		hvp := request{fn: "f", derives: "hvp", dims: tr.dims, args: maps.Clone(tr.args)}
		hvp.args["v"] = wave(len(tr.args["x"]), 30)
		requests = append(requests, [2]request{hess, hvp})
		calls = append(calls, [2]int{d.call(programs[i], hess), d.call(programs[i], hvp)})
	}
	d.run()
	// What is the same of the results on every path.
	checks := make([]func(t *testing.T, how string, r [2]results), len(second))
	for i, tr := range second {
		t.Run(tr.name, func(t *testing.T) {
			p, q := programs[i], requests[i]
			tr.by = []string{"x"}
			slope := differences(tr.value(t, p), tr.args, "x")
			want := hessian(t, p, tr)
			v := q[1].args["v"]
			product := make([]float64, len(v))
			for i := range v {
				for j := range v {
					product[i] += want[i*len(v)+j] * v[j]
				}
			}
			checks[i] = func(t *testing.T, how string, r [2]results) {
				for _, c := range []struct {
					what      string
					got, want []float64
				}{{"gradient", r[0]["grad"], slope}, {"gradient beside the product", r[1]["grad"], slope}, {"Hessian", r[0]["hess"], want}, {"product", r[1]["hvp"], product}} {
					if e := apart(c.got, c.want); !(e <= gradientBound) {
						t.Errorf("%s, %s: the %s is %v, differences give %v", tr.name, how, c.what, c.got, c.want)
					}
				}
			}
			for how, r := range map[string][2]results{
				"as written": {p.interpreted(t, q[0], false), p.interpreted(t, q[1], false)},
				"optimised":  {p.interpreted(t, q[0], true), p.interpreted(t, q[1], true)},
				"emitted":    {d.results[calls[i][0]], d.results[calls[i][1]]},
			} {
				checks[i](t, how, r)
			}
			if tr.wrong == "" {
				return
			}
			bad := compile(t, "wrong", secondSource(tr, tr.wrong))
			r := bad.interpreted(t, q[0], true)
			if e := apart(r["grad"], slope); !(e <= gradientBound) {
				t.Errorf("the control is wrong in its first derivative: %v", e)
			}
			if e := apart(r["hess"], hessian(t, bad, tr)); e < 1e-3 {
				t.Errorf("the mistake goes unseen: error %v", e)
			}
		})
	}
	d.again(func(how string) {
		for i, check := range checks {
			if check != nil { // of those that -run leaves out
				check(t, how, [2]results{d.results[calls[i][0]], d.results[calls[i][1]]})
			}
		}
	})
}

// TestPreludeRules compares every rule of the prelude with differences of the
// function it belongs to, away from kinks. A rule without a case fails.
func TestPreludeRules(t *testing.T) {
	args := func(x float64) map[string][]float64 { return map[string][]float64{"x": wave(6, x)} }
	each := "y[i,j] = %s; return sum[i, j] (1 + i - 0.4*j) * y[i,j]^2"
	whole := "y = %s; return sum[i, j] (1 + i - 0.4*j) * y[i,j]^2"
	perRow := "y = %s; return sum[i] (1 + i) * y[i]^2"
	cases := map[string]struct{ form, expr, more string }{
		"softmax": {whole, "softmax(x)", ""}, "maskedSoftmax": {"keep[i < 2, j < 3] = j <= i + 1; " + whole, "maskedSoftmax(x, keep)", ""},
		"logSoftmax": {whole, "logSoftmax(x)", ""}, "maskedLogSoftmax": {"keep[i < 2, j < 3] = j <= i + 1; l = maskedLogSoftmax(x, keep); y[i,j] = if keep[i,j] then %s else 0; return sum[i, j] (1 + i - 0.4*j) * y[i,j]^2", "l[i,j]", ""},
		"logsumexp": {perRow, "logsumexp(x)", ""}, "maskedLogsumexp": {"keep[i < 2, j < 3] = j <= i + 1; " + perRow, "maskedLogsumexp(x, keep)", ""}, "norm": {perRow, "norm(x)", ""},
		"leakyRelu": {each, "leakyRelu(x[i,j], a)", "a"}, "clamp": {each, "clamp(x[i,j], a - 0.6, 2*a)", "a"}, "relu6": {each, "relu6(7*x[i,j])", ""},
		"hardtanh": {each, "hardtanh(1.3*x[i,j])", ""}, "hardsigmoid": {each, "hardsigmoid(3*x[i,j])", ""},
		"crossEntropy":       {"k[i < 2] = i32(2 - 2*i); " + perRow, "crossEntropy(x, k)", ""},
		"binaryCrossEntropy": {each, "binaryCrossEntropy(x[i,j], a)", "a"},
	}
	for _, f := range prelude.Files() {
		for _, decl := range f.Decls {
			r, ok := decl.(*syntax.RuleDecl)
			if !ok {
				continue
			}
			t.Run(r.Name.Name, func(t *testing.T) {
				c, ok := cases[r.Name.Name]
				if !ok {
					t.Fatal("a case is missing here")
				}
				tr := trap{by: []string{"x"}, args: args(0.5)}
				inputs := "x: f64[2, 3]"
				if c.more != "" {
					inputs += ", " + c.more + ": f64"
					tr.by, tr.args[c.more] = append(tr.by, c.more), []float64{0.37}
				}
				p := compile(t, "rule", tr.source(fmt.Sprintf("fn f(%s) -> f64 { "+c.form+" }", inputs, c.expr)))
				r := p.interpreted(t, request{fn: "f", derives: "grad", args: tr.args}, true)
				slope := 0.0
				forward := maps.Clone(tr.args)
				for _, arg := range tr.by {
					want := differences(tr.value(t, p), tr.args, arg)
					if e := apart(derivative(r, arg), want); !(e <= gradientBound) {
						t.Errorf("by %s: %v, differences give %v", arg, derivative(r, arg), want)
					}
					forward["d"+arg] = wave(len(want), 3)
					for k, g := range derivative(r, arg) {
						slope += g * forward["d"+arg][k]
					}
				}
				if got := p.interpreted(t, request{fn: "f", derives: "jvp", args: forward}, true)["dy"][0]; math.Abs(got-slope) > 1e-13*(1+math.Abs(slope)) {
					t.Errorf("forward %v, reverse %v", got, slope)
				}
			})
		}
	}
}

// TestWrongRuleFailsEmittedTests: the tests that a user can have emitted beside
// the code see a rule that is wrong, and pass where it is right.
func TestWrongRuleFailsEmittedTests(t *testing.T) {
	for _, tr := range traps {
		if tr.name != "a rule with a wrong factor" {
			continue
		}
		module := scratch.New(t)
		for dir, text := range map[string]string{"right": tr.text, "wrong": tr.wrong} {
			p := compile(t, dir, tr.source(text))
			files, err := codegen.Generate(p.module, codegen.Options{Tests: true})
			if err != nil {
				t.Fatal(err)
			}
			for _, f := range files {
				module.Write(dir+"/"+f.Name, f.Data)
			}
		}
		if out, err := module.Go("test", "./right"); err != nil {
			t.Errorf("%s", out)
		}
		if out, err := module.Go("test", "./wrong"); err == nil {
			t.Errorf("the emitted tests accept a wrong rule:\n%s", out)
		}
	}
}

// TestStaleBuffers: a call sees nothing of the one before. Every function runs
// on other arguments, of a smaller size and of a larger one, in the workspace
// of the calls before and in one of its own that begins as NaN: the bits agree.
func TestStaleBuffers(t *testing.T) {
	text, err := os.ReadFile("reference/models.grad")
	if err != nil {
		t.Fatal(err)
	}
	p := compile(t, "stale", string(text))
	d := newDriver(t, p)
	type pair struct {
		what        string
		used, fresh int
	}
	var pairs []pair
	var others []int
	for _, c := range modelCases(t) {
		if c.req.steps > 0 || c.req.kind == ir.ExportForward && len(c.req.args["x"]) > 1000 {
			continue
		}
		first := c.req
		first.work = c.what
		d.call(p, first)
		for k, batch := range []int{1, first.dims["B"]} {
			q := first
			q.dims = maps.Clone(first.dims)
			q.dims["B"] = batch
			q.args = map[string][]float64{}
			e := p.export(t, q)
			for i, b := range e.Args {
				if b.Kind != ir.BindInput && b.Kind != ir.BindParam {
					continue
				}
				name := key(e, b)
				n := size(shapeOf(e.Func.Params[i].Type, q.dims))
				if q.args[name] = wave(n, float64(k+i)); e.Func.Params[i].Type.DType == ir.I32 {
					q.args[name] = slices.Clone(first.args[name][:n])
				}
			}
			used := d.call(p, q)
			q.work = ""
			pairs = append(pairs, pair{c.what, used, d.call(p, q)})
		}
		first.work = ""
		others = append(others, d.call(p, first))
	}
	d.run()
	for i, pr := range pairs {
		used, fresh := d.results[pr.used], d.results[pr.fresh]
		if !slices.Equal(used.names(), fresh.names()) || len(used) == 0 {
			t.Errorf("%s: %v, %v", pr.what, used.names(), fresh.names())
		}
		for name, want := range fresh {
			for k, v := range want {
				if got := used[name][k]; math.Float64bits(got) != math.Float64bits(v) || v != v {
					t.Errorf("%s: %s[%d] is %v in a used workspace, %v in a fresh one", pr.what, name, k, got, v)
					break
				}
			}
		}
		// Results of other arguments differ, so a stale one would be seen.
		if i%2 == 1 {
			for name, v := range d.results[others[i/2]] {
				if slices.Equal(v, fresh[name]) && largest(v) > 0 {
					t.Errorf("%s: %s does not depend on the arguments", pr.what, name)
				}
			}
		}
	}
}

const dropoutText = `
dim B
layer Scale()(x: real[B, n]) -> real[B, n] {
  param s : real[n] = 1
  y[b,i] = s[i] * x[b,i]
  return y
}
model Drop : f64[B, 64] -> f64[B, 64] = drop: Dropout(0.25) ∘ scale: Scale()
loss Square(x: f64[B, 64]) { y = Drop(x); return sum[b, i] (1 + 0.1*i) * y[b,i]^2 }
derive Square { value, grad(Drop) }
train Square with SGD(lr = 0.01)
`

// TestDropoutMask: backward drops what forward did. The loss is a form of
// degree 2 in the parameters, so the gradient along them is twice the loss if
// both used one mask (Euler), and about three quarters of that if not.
func TestDropoutMask(t *testing.T) {
	p := compile(t, "dropout", dropoutText)
	d := newDriver(t, p)
	s, x := wave(64, 0), wave(3*64, 1)
	q := request{fn: "Square", derives: "grad", dims: map[string]int{"B": 3}, args: map[string][]float64{"scale.s": s, "x": x}}
	k := d.call(p, q)
	d.run()
	all := 0.0
	for b := range 3 {
		for i := range 64 {
			all += (1 + 0.1*float64(i)) * math.Pow(s[i]*x[b*64+i], 2)
		}
	}
	for how, r := range map[string]results{"as written": p.interpreted(t, q, false), "optimised": p.interpreted(t, q, true), "emitted": d.results[k]} {
		loss, along := r["square"][0], 0.0
		for i, g := range r["dscale.s"] {
			along += g * s[i]
		}
		if math.Abs(along-2*loss) > 1e-12*loss {
			t.Errorf("%s: the gradient along the parameters is %v, not %v", how, along, 2*loss)
		}
		if math.Abs(loss-all) < 0.01*all || loss == 0 {
			t.Errorf("%s: Dropout let all through, or nothing: %v of %v", how, loss, all)
		}
	}
}
