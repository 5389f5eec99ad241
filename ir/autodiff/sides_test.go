package autodiff

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/gradgen/gradgen/ir"
)

// gradOf is the gradient of y in a program of x, and how many nodes its formulas have.
func gradOf(t *testing.T, body string) (*ir.Func, int) {
	t.Helper()
	b := ir.NewBuilder()
	f, err := ir.ParseFunc(b, "dim N\nfunc f {\n  input x : f64[N]\n"+body+"  return y\n}")
	if err != nil {
		t.Fatal(err)
	}
	g, err := Grad(b, f, []int{0})
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, v := range ir.Topological(g.Results...) {
		if m, ok := v.Def.(*ir.Map); ok {
			m.Body.Walk(func(*ir.Expr) { n++ })
		}
	}
	return g, n
}

// What flows to the formula of an array that only sides read goes on to its operands:
// the array has no cotangent.
func TestSides(t *testing.T) {
	for _, c := range []struct {
		name, body string
		found      bool
	}{
		{"one side", "e : f64[N]; e[i] = exp(x[i])\n  y : f64; y = sum[i < N] (if x[i] < 9 then e[i] else 0)\n", true},
		{"both", "e : f64[N]; e[i] = exp(x[i])\n  y : f64; y = sum[i < N] (if x[i] < 9 then e[i] else 2 * e[i])\n", true},
		{"through another", "e : f64[N]; e[i] = exp(x[i])\n  s : f64[N]; s[i] = e[i] * x[i]\n  y : f64; y = sum[i < N] (if x[i] < 9 then s[i] else 0)\n", true},
		{"through a sum", "e : f64[N]; e[i] = exp(x[i])\n  s : f64[N]; s[i] = e[i] + x[i]\n  y : f64; y = sum[i < N] (if x[i] < 9 then s[i] else 0)\n", true},
		{"a sum of two", "e : f64[N]; e[i] = x[i] + 2 * x[i]\n  y : f64; y = sum[i < N] (if x[i] < 9 then e[i] else 0)\n", false},
		{"and elsewhere", "e : f64[N]; e[i] = exp(x[i])\n  y : f64; y = sum[i < N] ((if x[i] < 9 then e[i] else 0) + e[i])\n", false},
		{"shifted", "e : f64[N]; e[i] = exp(x[i])\n  y : f64; y = sum[i < N where i >= 1] (if x[i] < 9 then e[i - 1] else 0)\n", false},
		{"for every element of a matrix", "e : f64[N]; e[i] = exp(x[i])\n  y : f64; y = sum[i < N, j < N] (if x[j] < 9 then e[i] else 0)\n", false},
		{"by an index", "e : f64[N]; e[i] = exp(x[i])\n  y : f64; y = sum[i < N] (if i <= 9 then e[i] else 0)\n", false},
		{"a reduction", "e : f64[N]; e[i] = sum[j < N] x[j] * x[i]\n  y : f64; y = sum[i < N] (if x[i] < 9 then e[i] else 0)\n", false},
	} {
		g, _ := gradOf(t, "  "+c.body)
		cotangent := slices.ContainsFunc(ir.Topological(g.Results...), func(v *ir.Value) bool { return strings.HasPrefix(v.Name, "de") })
		if cotangent == c.found {
			t.Errorf("%s: there is a cotangent of e: %v\n%v", c.name, cotangent, g)
		}
	}
}

// Cases of cases are no more than their number: what flows back through both sides of a
// selection is one flow again.
func TestSidesOfSides(t *testing.T) {
	sizeOf := func(n int) int {
		body := "  a0 : f64[N]; a0[i] = x[i]\n"
		for k := range n {
			body += fmt.Sprintf("  a%[2]d : f64[N]; a%[2]d[i] = if a%[1]d[i] < %[1]d then sin(a%[1]d[i]) + x[i] else 2 * a%[1]d[i]\n", k, k+1)
		}
		_, size := gradOf(t, body+fmt.Sprintf("  y : f64; y = sum[i < N] a%d[i]\n", n))
		return size
	}
	if one, eight := sizeOf(1), sizeOf(8); eight-one > 7*40 {
		t.Errorf("the gradient of one selection has %d nodes, that of eight %d", one, eight)
	}
}
