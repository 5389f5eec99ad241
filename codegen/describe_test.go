package codegen

import (
	"testing"

	"github.com/gradgen/gradgen/ir"
	"github.com/gradgen/gradgen/ir/plan"
)

// Blocks say that they call the engine, for one product or for several part by part, and
// so do those of the steps of a scan.
func TestDescribeCalls(t *testing.T) {
	for _, c := range []struct {
		name, body string
		calls      int
	}{
		{"one", `
  h : f32[B, 64]; h[b,o] = sum[i < 64] w[o,i] * x[b,i]
  return h`, 1},
		{"several", `
  h : f32[B, 64]; h[b,o] = sum[i < 64] w[o,i] * x[b,i]
  g : f32[B, 64]; g[b,o] = sum[i < 64] w[o,i] * h[b,i]
  return g`, 1},
		{"steps", `
  (h) = scan t < 100 {
    carry g : f32[B, 64] = x
    a : f32[B, 64]; a[b,o] = sum[i < 64] w[o,i] * g[b,i]
    n : f32[B, 64]; n[b,o] = sin(a[b,o] + g[b,63 - o])
    next g = n
  }
  return h`, 1},
	} {
		f, err := ir.ParseFunc(ir.NewBuilder(), "dim B\nfunc f {\n  input w : f32[64, 64]\n  input x : f32[B, 64]"+c.body+"\n}")
		if err != nil {
			t.Fatal(err)
		}
		p, err := plan.Lower(f, plan.Options{Engine: plan.WorthEngine, Rows: plan.WorthRows, Lanes: true})
		if err != nil {
			t.Fatal(err)
		}
		Describe([]*plan.Program{p})
		calls := 0
		plan.Each(p.Body, func(s plan.Stmt) {
			if b, ok := s.(*plan.Block); ok && b.Code == "call of the engine" {
				calls++
			}
		})
		if calls != c.calls {
			t.Errorf("%s: %d blocks say that they call the engine, want %d:\n%v", c.name, calls, c.calls, p)
		}
	}
}
