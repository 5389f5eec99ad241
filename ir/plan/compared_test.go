package plan

import (
	"testing"

	"github.com/gradgen/gradgen/ir"
)

// What a maximum and an equality compare is rounded operation by operation; other
// sums, and what is compared with a literal, are free.
func TestCompared(t *testing.T) {
	for _, c := range []struct {
		name, text string
		want       bool
	}{
		{"a maximum", "m : f32; m = max[i < N] (a[i] * b[i] + a[i])\n  return m", true},
		{"an equality", "y : f32[N]; y[i] = if a[i] * b[i] + a[i] == b[i] then 1 else 0\n  return y", true},
		{"a literal", "y : f32[N]; y[i] = if a[i] * b[i] + a[i] == 0.5 then 1 else 0\n  return y", false},
		{"an order", "y : f32[N]; y[i] = if a[i] * b[i] + a[i] < b[i] then 1 else 0\n  return y", false},
		{"a sum", "s : f32; s = sum[i < N] (a[i] * b[i] + a[i])\n  return s", false},
	} {
		p := lower(t, "dim N\nfunc f {\n  input a : f32[N]\n  input b : f32[N]\n  "+c.text+"\n}", Options{Force: Loops})
		got := false
		for e := range Compared(p.Body, func(b *Block) []Stmt { return b.Body }) {
			got = got || e.Op == ir.OpAdd
		}
		if got != c.want {
			t.Errorf("%s: rounded operation by operation: %v, want %v\n%v", c.name, got, c.want, p)
		}
	}
}
