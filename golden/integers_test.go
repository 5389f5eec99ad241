package golden_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// integers are formulas of i32 that yield i32: what the scalar operations and the
// reductions make of integers.
var integers = []string{
	"x[i] + y[i]*3 - i", "-x[i]", "abs(x[i])", "sign(x[i])", "abs(x[i] - y[i]) + sign(y[i])", "abs(i - 3)", "sign(i - 3)",
	"max(x[i], y[i])", "min(x[i], 2)", "x[i]^2", "x[i]^3", "floor(x[i]/2)", "ceil(x[i]/3)", "i32(x[i]/2)", "i32(round(x[i]/7))",
	"if x[i] > y[i] then x[i] else 1", "x[y[i] else 5]", "stop(x[i])",
	"sum[j] x[j]*x[i]", "sum[j where x[j] > 0] x[j]", "prod[j where abs(x[j]) < 3] x[j]",
	"max[j] x[j]", "min[j] x[j]", "max[j where j <= i] abs(x[j])", "min[j where j < i] x[j]", "max[j where x[j] > 40] x[j]",
	"argmax[j](x[j])", "argmin[j](abs(x[j]))", "argmin[j where x[j] > 0](x[j])", "argmax[j < 5](j*x[i] - j*j)",
	// The first, where all are equally bad, and of those that take part.
	"argmax[j where j > 1](log(f64(0*x[j])))",
	"argmax[j < 3 where j > i](0*x[i] - 2147483647 - 1)", "argmax[j where j > 90](x[j])",
	"i32(x[i] > 3 and y[i] < 2)", "i32(f64(x[i] > y[i])*3)",
}

// TestIntegers: formulas of integers give in Go what they give in the interpreter,
// also where sizes are constants, and where there is nothing to reduce.
func TestIntegers(t *testing.T) {
	var run, fixed strings.Builder
	run.WriteString("dim N\n")
	for k, f := range integers {
		fmt.Fprintf(&run, "fn f%d(x: i32[N], y: i32[N]) -> i32[N] { z[i] = %s; return z }\n", k, f)
		fmt.Fprintf(&fixed, "fn f%d(x: i32[3], y: i32[3]) -> i32[3] { z[i] = %s; return z }\n", k, f)
	}
	const all = `fn all(x: i32[N], y: i32[N]) -> (i32, i32, i32, i32, i32, i32) {
  (p, q) = argmin[j < 3, k < 3 where k > j and j > 0](inf - x[j else 0]*x[k else 1])
  return (sum(x), prod(y), max(x), min(y), p, q)
}
`
	run.WriteString(all)
	fixed.WriteString(strings.ReplaceAll(all, "N", "3"))
	programs := []*program{compile(t, "run", run.String()), compile(t, "fixed", fixed.String())}
	d := newDriver(t, programs...)
	type asked struct {
		p *program
		q request
	}
	var list []asked
	for _, p := range programs {
		sizes := []int{3}
		if p.name == "run" {
			sizes = []int{0, 1, 3, 37}
		}
		for _, n := range sizes {
			args := map[string][]float64{"x": {}, "y": {}}
			for i := range n {
				args["x"] = append(args["x"], float64(i*29%97-48))
				args["y"] = append(args["y"], float64(i*17%11-3))
			}
			for k := range len(integers) + 1 {
				name := fmt.Sprint("f", k)
				if k == len(integers) {
					name = "all"
				}
				q := request{fn: name, dims: map[string]int{"N": n}, args: args}
				d.call(p, q)
				list = append(list, asked{p, q})
			}
		}
	}
	check := func(how string) {
		for k, a := range list {
			formula := a.q.fn
			if n := 0; formula != "all" {
				fmt.Sscanf(formula, "f%d", &n)
				formula = integers[n]
			}
			for name, want := range a.p.interpreted(t, a.q, false) {
				if got := d.results[k][name]; !slices.Equal(got, want) {
					t.Errorf("%s, N = %d, %s: %s is %v, not %v", formula, a.q.dims["N"], how, name, got, want)
				}
			}
		}
	}
	d.run()
	check("emitted")
	d.again(check)
}
