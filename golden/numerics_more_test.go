package golden_test

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/gradgen/gradgen/dsl"
	"github.com/gradgen/gradgen/dsl/diag"
	"github.com/gradgen/gradgen/ir"
)

// Rows of the conventions that are no function of a few numbers.

const poolText = `
dim B
model Apart : f64[B, 1, 4, 4] -> f64[B, 1, 2, 2] = MaxPool2d(2)
model Overlapping : f64[B, 1, 3, 3] -> f64[B, 1, 2, 2] = MaxPool2d(2, stride = 1)
fn firstApart(x: f64[B, 1, 4, 4], w: f64[B, 1, 2, 2]) -> f64 = sum(w * Apart(x))
fn firstOverlapping(x: f64[B, 1, 3, 3], w: f64[B, 1, 2, 2]) -> f64 = sum(w * Overlapping(x))
derive firstApart { grad(x) }
derive firstOverlapping { grad(x) }
`

// TestMaxPoolTies: the first of equal entries in row-major order gets all of
// the gradient, a window over NaN is NaN.
func TestMaxPoolTies(t *testing.T) {
	w := []float64{1, 2, 4, 8}
	cases := []struct {
		fn   string
		x    []float64
		y    float64
		grad []float64
	}{
		{"firstApart", []float64{
			5, 5, 0, 1,
			5, 5, 1, 1,
			-1, 2, 3, 3,
			2, 2, 4, 4}, 5 + 2*1 + 4*2 + 8*4, []float64{
			1, 0, 0, 2,
			0, 0, 0, 0,
			0, 4, 0, 0,
			0, 0, 8, 0}},
		{"firstApart", make([]float64, 16), 0, []float64{1, 0, 2, 0, 0, 0, 0, 0, 4, 0, 8, 0, 0, 0, 0, 0}},
		{"firstOverlapping", []float64{
			7, 7, 7,
			7, 9, 7,
			7, 7, 7}, 9 * 15, []float64{0, 0, 0, 0, 15, 0, 0, 0, 0}},
		{"firstOverlapping", []float64{
			7, 7, 7,
			7, 7, 7,
			7, 7, 7}, 7 * 15, []float64{1, 2, 0, 4, 8, 0, 0, 0, 0}},
		{"firstOverlapping", []float64{
			7, 7, nan,
			7, 7, 7,
			7, 7, 7}, nan, []float64{1, 0, some, 4, 8, 0, 0, 0, 0}},
	}
	var all []question
	for i, c := range cases {
		req := request{fn: c.fn, derives: "grad", dims: map[string]int{"B": 1}, args: map[string][]float64{"x": c.x, "w": w}}
		all = append(all, question{"", fmt.Sprint("window ", i), ir.F64, true, req, results{"y": {c.y}, "grad": c.grad}, c.x})
	}
	ask(t, poolText, all)
}

// ask puts questions to a text, in double and in single precision, to the
// interpreter and to the emitted code.
func ask(t *testing.T, text string, all []question) {
	t.Helper()
	programs := map[ir.DType]*program{ir.F64: compile(t, "asked64", text), ir.F32: compile(t, "asked32", in32(text))}
	d := newDriver(t, programs[ir.F64], programs[ir.F32])
	var calls []int
	for _, dt := range []ir.DType{ir.F64, ir.F32} {
		for _, q := range all {
			calls = append(calls, d.call(programs[dt], q.req))
		}
	}
	d.run()
	for i, k := range calls {
		q := all[i%len(all)]
		q.dt = []ir.DType{ir.F64, ir.F32}[i/len(all)]
		report(t, q.check("as written", programs[q.dt].interpreted(t, q.req, false)))
		report(t, q.check("optimised", programs[q.dt].interpreted(t, q.req, true)))
		report(t, q.check("emitted", d.results[k]))
	}
	d.again(func(how string) {
		for i, k := range calls {
			q := all[i%len(all)]
			q.dt = []ir.DType{ir.F64, ir.F32}[i/len(all)]
			report(t, q.check(how, d.results[k]))
		}
	})
}

// TestNoDerivativeThroughIntegers: what is asked through an integer or a truth
// value is an error that names the way out, and the way out works.
func TestNoDerivativeThroughIntegers(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"fn f(x: f64) -> f64 = f64(i32(x)) * x\nderive f { grad(x) }", "stop"},
		{"fn f(x: f64[3]) -> f64 { k[i] = i32(x[i]); return sum[i] f64(k[i]) }\nderive f { grad(x) }", "stop"},
		{"fn f(x: f64, y: i32) -> f64 = x * y\nderive f { grad(y) }", "no derivative by integers"},
		{"fn f(x: f64) -> f64 = stop(f64(i32(x))) * x\nderive f { grad(x) }", ""},
		{"fn f(x: f64) -> f64 = f64(i32(stop(x))) * x\nderive f { grad(x) }", ""},
		{"fn f(x: f64[3]) -> f64 { k[i] = i32(stop(x[i])); return sum[i] f64(k[i]) * x[i] }\nderive f { grad(x), jvp(x) }", ""},
		{"fn f(x: f64) -> f64 = f64(i32(x)) * x\nderive f { jvp(x) }", "stop"},
		{"fn f(x: f64[3]) -> f64 = x[argmax[i](x[i])]\nderive f { grad(x) }", ""},
		{"fn f(x: f64) -> f64 = if x > 0 then x else 0\nderive f { grad(x) }", ""},
	} {
		_, found := dsl.Compile(diag.NewSource("t.grad", []byte(c.text)), nil)
		switch text := found.Text(); {
		case c.want == "" && found.HasErrors():
			t.Errorf("%s\n%s", c.text, text)
		case c.want != "" && (!found.HasErrors() || !strings.Contains(text, c.want)):
			t.Errorf("%s\nan error with %q is expected, not\n%s", c.text, c.want, text)
		}
	}
}

// TestLiteralsSurvive: numbers that no Go constant holds reach the emitted
// code, as elements of tables and in expressions, with the sign of a zero.
func TestLiteralsSurvive(t *testing.T) {
	for _, dt := range []ir.DType{ir.F64, ir.F32} {
		numbers := []float64{0, minus0, nan, inf, -inf, extremesOf[dt].least, -extremesOf[dt].least}
		b := ir.NewBuilder()
		typ := ir.Type{DType: dt, Shape: []ir.Int{ir.Const(int64(len(numbers)))}}
		x := b.Input("x", ir.Type{DType: dt})
		table := b.Table("numbers", typ, numbers)
		f := &ir.Func{Name: "f", Params: []*ir.Value{x}}
		e := &ir.Export{Name: "f", Func: f, Args: []ir.Binding{{Kind: ir.BindInput, Name: "x"}}}
		result := func(name string, v *ir.Value) {
			f.Results = append(f.Results, v)
			kind := ir.BindReturn
			if v.Type.Rank() > 0 {
				kind = ir.BindDest
			}
			e.Results = append(e.Results, ir.Binding{Kind: kind, Name: name})
		}
		result("table", b.Elementwise("t", typ.Shape, func(at []ir.Int) *ir.Expr { return ir.Read(table, at...) }))
		for k, v := range numbers {
			result(fmt.Sprint("literal", k), b.Elementwise("l", nil, func([]ir.Int) *ir.Expr {
				return ir.Select(ir.Apply(ir.OpLt, ir.Lit(dt, 0), ir.Read(x)), ir.Lit(dt, v), ir.Lit(dt, 1))
			}))
			result(fmt.Sprint("fill", k), b.Fill("c", typ, v))
		}
		p := &program{"literals", &ir.Module{Package: "literals", File: "literals.grad", Exports: []*ir.Export{e}}, map[*ir.Export]*ir.Func{e: f}}
		d := newDriver(t, p)
		q := request{fn: "f", args: map[string][]float64{"x": {1}}}
		k := d.call(p, q)
		d.run()
		for how, got := range map[string]results{"interpreted": p.interpreted(t, q, true), "emitted": d.results[k]} {
			same := func(name string, i int, want float64) {
				if g := got[name]; len(g) <= i || g[i] != want && want == want || want != want && g[i] == g[i] || math.Signbit(g[i]) != math.Signbit(want) && want == want {
					t.Errorf("%s %v: %s[%d] of %v is not %v", how, dt, name, i, g, want)
				}
			}
			for i, v := range numbers {
				same("table", i, v)
				same(fmt.Sprint("literal", i), 0, v)
				same(fmt.Sprint("fill", i), 3, v)
			}
		}
	}
}

// TestNumericsControl: a wrong value or gradient in any row is seen.
func TestNumericsControl(t *testing.T) {
	p := compile(t, "numerics64", numericsText())
	var all []question
	for k := range pointwiseRows {
		all = append(all, pointwiseRows[k].questions(k, ir.F64)...)
	}
	for k := range alongRows {
		all = append(all, alongRows[k].questions(k, ir.F64)...)
	}
	for _, q := range all {
		right := p.interpreted(t, q.req, true)
		for name, want := range q.want {
			for i, v := range want {
				if isSome(v) {
					continue
				}
				for _, wrong := range []float64{v + 1e-9, nan, v / 2, -v, 0, inf} {
					if wrong == v || wrong != wrong && v != v || math.Abs(wrong-v) < 1e-12*math.Abs(v) {
						continue
					}
					bad := results{}
					for n, data := range right {
						bad[n] = append([]float64(nil), data...)
					}
					bad[name][i] = wrong
					if len(q.check("", bad)) == 0 {
						t.Errorf("%s, %s: %v instead of %v for %s goes unseen", q.row, q.what, wrong, v, name)
					}
				}
			}
		}
	}
}
