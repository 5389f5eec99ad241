package golden_test

import (
	"fmt"
	"runtime"
	"strings"
	"testing"

	"github.com/gradgen/gradgen/codegen"
	"github.com/gradgen/gradgen/dsl"
	"github.com/gradgen/gradgen/dsl/diag"
	"github.com/gradgen/gradgen/ir"
	"github.com/gradgen/gradgen/ir/pass"
)

// lines writes a line for each k below n.
func lines(n int, line string) string {
	var b strings.Builder
	for k := range n {
		fmt.Fprintf(&b, line, k, k+1)
	}
	return b.String()
}

// large are programs whose text is small for what it asks of the stages behind
// the front end. Each ends in an error of the user's or in files, and in work
// that memory allocated stands for: what once was exponential does not end.
var large = []struct{ name, outcome, text string }{
	{"a chain of equations", "files", "dim N\nfn f(x: f64[N]) -> f64[N] {\n  y0 = x\n" + lines(100, "  y%[2]d[i] = sin(y%[1]d[i]) + y%[1]d[i]\n") + "  return y100\n}\nderive f { vjp(x) }"},
	{"a chain of choices", "files", "dim N\nfn f(x: f64[N]) -> f64[N] {\n  y0 = x\n" + lines(60, "  y%[2]d[i] = if y%[1]d[i] > 0.1 then sin(y%[1]d[i])*y%[1]d[i] else y%[1]d[i] + 0.01\n") + "  return y60\n}\nderive f { vjp(x) }"},
	{"the place of the largest of some", "files", "fn f(x: f64[16, 16], y: f64[16, 16]) -> f64[16] { r[i] = y[i, argmax[j](x[i,j])]; return r }"},
	{"a long product", "files", "fn f(x: f64) -> f64 = x" + lines(200, " * sin(%[1]d*x)") + "\nderive f { grad(x) }"},
	{"a long sum", "files", "fn f(x: f64) -> f64 = x" + lines(2000, " + %[1]d*x") + "\nderive f { grad(x) }"},
	{"a long composition", "the program is too large", "dim B\nmodel M : f64[B, 2] -> f64[B, 2] = id" + strings.Repeat(" >> tanh", 50_000)},
	{"stacks of stacks", "the program is too large", "dim B\nlayer L0() : real[..., n] -> real[..., n] = tanh\n" + lines(20, "layer L%[2]d() : real[..., n] -> real[..., n] = stack(10, L%[1]d())\n") + "model M : f64[B, 2] -> f64[B, 2] = L20()"},
	{"thousands of functions", "at most 1000 functions", lines(2000, "fn f%[1]d(x: f64[3]) -> f64 = sum(x^3)\nderive f%[1]d { grad, hess }\n")},
	{"a concatenation of many", "the program is too large", "fn f(x: f64[2]) -> f64 = sum(concat[0](x" + strings.Repeat(", x", 3000) + "))\nderive f { grad(x) }"},
	{"a disjunction of many", "falls into too many cases", "fn f(x: f64[10]) -> f64 = sum[i where i == 0" + lines(500, " or i == %d and i != %d") + "] x[i]\nderive f { grad(x) }"},
	{"a conjunction of choices", "falls into too many cases", "fn f(x: f64[100]) -> f64 = sum[i where i >= 0" + lines(60, " and (i < %d or i > 3*%d)") + "] x[i]\nderive f { grad(x) }"},
	{"conditions under conditions", "falls into too many cases", "fn f(x: f64[100]) -> f64 {\n  y[i] = " + lines(40, "if i == %d or i == 3*%d then 0 else ") + "x[i]\n  return sum(y)\n}\nderive f { grad(x) }"},
}

func TestLargePrograms(t *testing.T) {
	for _, each := range large {
		t.Run(each.name, func(t *testing.T) {
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			outcome, err := generateText(each.text)
			runtime.ReadMemStats(&after)
			mb := (after.TotalAlloc - before.TotalAlloc) >> 20
			t.Logf("%s, %d MB", outcome, mb)
			if err != nil || !strings.Contains(outcome, each.outcome) {
				t.Errorf("got %q, %v; want %q", outcome, err, each.outcome)
			}
			if mb > 1000 {
				t.Errorf("allocated %d MB", mb)
			}
		})
	}
}

// generateText takes a text through all stages. What stops it may be an error in
// the text; every other is returned.
func generateText(text string) (outcome string, err error) {
	b := ir.NewBuilder()
	m, found := dsl.CompileIn(b, diag.NewSource("large.grad", []byte(text)), nil)
	if m == nil {
		for _, d := range found {
			if d.Code == diag.InternalFault {
				return "", fmt.Errorf("%s", d.Text())
			}
		}
		return found[0].Message, nil
	}
	m.Package = "large"
	for _, e := range m.Exports {
		if e.Func, err = pass.Optimize(b, e.Func, pass.Options{}); err != nil {
			return "", err
		}
	}
	files, err := codegen.Generate(m, codegen.Options{})
	if err != nil {
		return "", err
	}
	size := 0
	for _, f := range files {
		size += len(f.Data)
	}
	return fmt.Sprintf("%d files of %d kB", len(files), size>>10), nil
}
