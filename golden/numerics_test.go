package golden_test

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/gradgen/gradgen/ir"
)

// The tests here hold the language to its conventions where a derivative does
// not exist, and where a formula that is right on paper fails in floating
// point. A row is a function and points, each with its value and gradient; the
// rows are in numerics_rows_test.go. Every row runs as one number, whose code
// is straight, and as an array, whose code is a loop; in reverse and in forward
// mode; in both precisions; interpreted before and after the passes, and
// emitted.

// extremes are numbers whose squares leave a type, and the smallest there is.
type extremes struct{ big, tiny, least float64 }

var extremesOf = map[ir.DType]extremes{
	ir.F64: {1e200, 1e-200, math.SmallestNonzeroFloat64},
	ir.F32: {1e30, 1e-30, math.SmallestNonzeroFloat32},
}

// point is where a row is asked for its value and its gradient, a number for
// each argument. A nil gradient is not compared.
type point struct {
	at    []float64
	value float64
	grad  []float64
}

// pointwise is a row about a function of numbers.
type pointwise struct {
	name    string
	expr    string // of x, and of y and z if it takes more
	arity   int    // 0 stands for 1
	exact   bool   // nothing is rounded
	reverse bool   // forward mode is not asked
	points  func(k extremes) []point
}

func (r *pointwise) args() []string { return []string{"x", "y", "z"}[:max(r.arity, 1)] }

// text declares the row as number k: e is the formula, s is it of numbers, v of
// arrays.
func (r *pointwise) text(k int) string {
	var generic, numbers, arrays, reads []string
	for _, a := range r.args() {
		generic = append(generic, a+": real")
		numbers = append(numbers, a+": f64")
		arrays = append(arrays, a+": f64[N]")
		reads = append(reads, a+"[i]")
	}
	by := strings.Join(r.args(), ", ")
	return fmt.Sprintf(`
fn e%[1]d(%[2]s) -> real = %[5]s
fn s%[1]d(%[3]s) -> f64 = e%[1]d(%[6]s)
derive s%[1]d { value, grad(%[6]s) }
fn v%[1]d(%[4]s) -> f64[N] { r[i] = e%[1]d(%[7]s); return r }
derive v%[1]d { value, vjp(%[6]s), jvp(%[6]s) }
`, k, strings.Join(generic, ", "), strings.Join(numbers, ", "), strings.Join(arrays, ", "), r.expr, by, strings.Join(reads, ", "))
}

// question is a request with what must come back: each name alone.
type question struct {
	row, what string
	dt        ir.DType
	exact     bool
	req       request
	want      results
	point     []float64
}

func (r *pointwise) questions(k int, dt ir.DType) []question {
	var out []question
	points := r.points(extremesOf[dt])
	add := func(what string, q request, at []float64, want results) {
		out = append(out, question{r.name, what, dt, r.exact, q, want, at})
	}
	all := map[string][]float64{"dr": slices.Repeat([]float64{1}, len(points))}
	values, grads := results{}, results{}
	for _, p := range points {
		args, want := map[string][]float64{}, results{"y": {p.value}}
		grad := p.grad
		if grad == nil {
			grad = slices.Repeat([]float64{some}, len(r.args()))
		}
		for i, a := range r.args() {
			args[a] = []float64{p.at[i]}
			all[a] = append(all[a], p.at[i])
			want["d"+a] = []float64{grad[i]}
			grads["d"+a] = append(grads["d"+a], grad[i])
		}
		values["r"] = append(values["r"], p.value)
		add("one number", request{fn: fmt.Sprint("s", k), derives: "grad", args: args}, p.at, want)
	}
	n := map[string]int{"N": len(points)}
	back := results{"r": values["r"]}
	for name, v := range grads {
		back[name] = v
	}
	add("an array", request{fn: fmt.Sprint("v", k), derives: "vjp", dims: n, args: all}, nil, back)
	for i, a := range r.args() {
		if r.reverse {
			break
		}
		along := map[string][]float64{}
		for j, b := range r.args() {
			along[b] = all[b]
			along["d"+b] = slices.Repeat([]float64{0}, len(points))
			if i == j {
				along["d"+b] = all["dr"]
			}
		}
		add("an array, forward by "+a, request{fn: fmt.Sprint("v", k), derives: "jvp", dims: n, args: along}, nil, results{"r": values["r"], "dr": grads["d"+a]})
	}
	return out
}

// some stands for a number that is not compared: a NaN that no operation makes.
var some = math.Float64frombits(0x7ff8_0000_0000_0bad)

func isSome(v float64) bool { return math.Float64bits(v) == math.Float64bits(some) }

// along is a row about a function of a vector, with SIZE for its length: run as
// a constant and as a size that is known when it is called.
type along struct {
	name  string
	text  string // declares NAME, of x and perhaps with the result r of the same shape
	exact bool
	cases func(k extremes) []vectorPoint
}

// vectorPoint is a vector with the value there, a number or a vector r, and the
// gradient of its product with the cotangent dr.
type vectorPoint struct{ x, value, dr, grad []float64 }

func (r *along) declare(k, size int) string {
	out := ""
	for _, n := range []string{fmt.Sprint(size), "N"} {
		name := fmt.Sprintf("a%dof%s", k, n)
		by := "grad(x)"
		if strings.Contains(r.text, "-> f64[SIZE]") {
			by = "vjp(x)"
		}
		out += strings.NewReplacer("NAME", name, "SIZE", n).Replace(r.text) + fmt.Sprintf("\nderive %s { value, %s, jvp(x) }\n", name, by)
	}
	return out
}

func (r *along) size() int { return len(r.cases(extremes{})[0].x) }

func (r *along) questions(k int, dt ir.DType) []question {
	var out []question
	for _, c := range r.cases(extremesOf[dt]) {
		for _, size := range []string{fmt.Sprint(r.size()), "N"} {
			q := request{fn: fmt.Sprintf("a%dof%s", k, size), dims: map[string]int{"N": len(c.x)}, args: map[string][]float64{"x": c.x}}
			back, forward := q, q
			forward.derives = "jvp"
			value := "y"
			if c.dr != nil {
				value = "r"
				back.derives, back.args = "vjp", map[string][]float64{"x": c.x, "dr": c.dr}
				out = append(out, question{r.name, "length " + size, dt, r.exact, back, results{"r": c.value, "dx": c.grad}, c.x})
				continue // forward is the transpose of the rule, which the gradient checks of the prelude compare
			}
			back.derives = "grad"
			out = append(out, question{r.name, "length " + size, dt, r.exact, back, results{value: c.value, "grad": c.grad}, c.x})
			for i := range c.x {
				unit := make([]float64, len(c.x))
				unit[i] = 1
				forward.args = map[string][]float64{"x": c.x, "dx": unit}
				out = append(out, question{r.name, "forward, length " + size, dt, r.exact, forward, results{value: c.value, "dy": {c.grad[i]}}, c.x})
			}
		}
	}
	return out
}

// agree compares two numbers: NaN is NaN, and the sign of a zero is compared
// only where the row is about it.
func agree(dt ir.DType, exact bool, got, want float64) bool {
	if isSome(want) || got == want || got != got && want != want {
		return true
	}
	bound := 2e-15
	if dt == ir.F32 {
		bound = 1e-6
	}
	return !exact && !math.IsInf(want, 0) && math.Abs(got-want) <= bound*math.Abs(want)
}

func (q *question) check(how string, got results) (wrong []string) {
	for name, want := range q.want {
		g := got[name]
		if len(g) != len(want) {
			wrong = append(wrong, fmt.Sprintf("%s, %s, %v: %s is %v among %v, want %v", how, q.what, q.dt, name, g, got.names(), want))
			continue
		}
		for i := range want {
			if !agree(q.dt, q.exact, g[i], want[i]) {
				at := fmt.Sprint(q.point)
				if q.point == nil {
					at = "point " + fmt.Sprint(i)
				}
				wrong = append(wrong, fmt.Sprintf("%s, %s, %v: at %s, %s[%d] is %v, want %v", how, q.what, q.dt, at, name, i, g[i], want[i]))
			}
		}
	}
	return wrong
}

// numericsText declares all rows.
func numericsText() string {
	var b strings.Builder
	b.WriteString("dim N\n")
	for k := range pointwiseRows {
		b.WriteString(pointwiseRows[k].text(k))
	}
	for k := range alongRows {
		b.WriteString(alongRows[k].declare(k, alongRows[k].size()))
	}
	return b.String()
}

func TestNumerics(t *testing.T) {
	text := numericsText()
	programs := map[ir.DType]*program{ir.F64: compile(t, "numerics64", text), ir.F32: compile(t, "numerics32", in32(text))}
	d := newDriver(t, programs[ir.F64], programs[ir.F32])
	var names []string
	rows := map[string][]question{}
	calls := map[string][]int{}
	for _, dt := range []ir.DType{ir.F64, ir.F32} {
		var all []question
		for k := range pointwiseRows {
			all = append(all, pointwiseRows[k].questions(k, dt)...)
		}
		for k := range alongRows {
			all = append(all, alongRows[k].questions(k, dt)...)
		}
		for _, q := range all {
			if rows[q.row] == nil {
				names = append(names, q.row)
			}
			rows[q.row] = append(rows[q.row], q)
			calls[q.row] = append(calls[q.row], d.call(programs[dt], q.req))
		}
	}
	d.run()
	for _, name := range names {
		t.Run(name, func(t *testing.T) {
			for i, q := range rows[name] {
				p := programs[q.dt]
				report(t, q.check("as written", p.interpreted(t, q.req, false)))
				report(t, q.check("optimised", p.interpreted(t, q.req, true)))
				report(t, q.check("emitted", d.results[calls[name][i]]))
			}
		})
	}
	d.again(func(how string) {
		for _, name := range names {
			for i, q := range rows[name] {
				report(t, q.check(how+", "+name, d.results[calls[name][i]]))
			}
		}
	})
}
