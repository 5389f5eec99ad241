package autodiff_test

import (
	"fmt"
	"testing"

	"github.com/gradgen/gradgen/ir"
	"github.com/gradgen/gradgen/ir/autodiff"
)

// A cotangent asks the one window that an element is in whether the element won,
// if every element is in one. Where windows overlap, or leave elements out, the
// cotangent is scattered.
func TestWindows(t *testing.T) {
	for _, c := range []struct {
		length, stride, window, windows int
		gathers                         bool
	}{
		{8, 2, 2, 4, true},
		{9, 3, 3, 3, true},
		{8, 4, 2, 2, true},
		{9, 2, 2, 4, false}, // the last element is in none
		{9, 2, 3, 4, false}, // overlap
	} {
		b := ir.NewBuilder()
		f, err := ir.ParseFunc(b, fmt.Sprintf(`dim B
func f {
  input x : f32[B, %[1]d]
  best : i32[B, %[4]d]; best[b,i] = argmax[p < %[3]d](x[b,%[2]d*i + p])
  y : f32[B, %[4]d]; y[b,i] = x[b,%[2]d*i + best[b,i]]
  return y
}`, c.length, c.stride, c.window, c.windows))
		if err != nil {
			t.Fatal(err)
		}
		g, err := autodiff.VJP(b, f, []int{0})
		if err != nil {
			t.Fatal(err)
		}
		if err := ir.Verify(g); err != nil {
			t.Error(err)
		}
		m, ok := g.Results[1].Def.(*ir.Map)
		if !ok || (m.Write == nil) != c.gathers {
			t.Errorf("%+v: %v", c, g)
		}
	}
}
