package autodiff

import (
	"testing"

	"github.com/gradgen/gradgen/ir"
)

// The derivative of a maximum compares with what the maximum has seen, and makes no
// costly operation for that again: in another loop its last bit might differ.
func TestWinnersAreNotMadeAgain(t *testing.T) {
	for _, text := range []string{
		"m : f64[3]; m[i] = max[j < 4] exp(x[i,j])",
		"m : f64[3]; m[i] = max[j < 4] (if j <= i then exp(x[i,j]) else tanh(x[i,j]))",
		"m : f64[3]; m[i] = min[j < 4 where j <= i] x[i,j] * sin(x[i,j])",
		"m : f64[3]; m[i] = min[j < 4 where j <= i] (if exp(x[i,j]) < 1 then tanh(x[i,j]) else 0.5)",
	} {
		b := ir.NewBuilder()
		f, err := ir.ParseFunc(b, "func f {\n  input x : f64[3, 4]\n  "+text+"\n  y : f64; y = sum[i < 3] m[i]\n  return y\n}")
		if err != nil {
			t.Fatal(err)
		}
		reverse, err := Grad(b, f, []int{0})
		if err != nil {
			t.Fatal(err)
		}
		forward, err := JVP(b, f, []int{0})
		if err != nil {
			t.Fatal(err)
		}
		for _, g := range []*ir.Func{reverse, forward} {
			compares := 0
			for _, v := range ir.Topological(g.Results...) {
				m, ok := v.Def.(*ir.Map)
				if !ok {
					continue
				}
				m.Body.Walk(func(e *ir.Expr) {
					if e.Op != ir.OpEq {
						return
					}
					if compares++; costly(e) {
						t.Errorf("%s: the derivative compares %v\n%v", text, e, g)
					}
				})
			}
			if compares == 0 {
				t.Errorf("%s: nothing is compared\n%v", text, g)
			}
		}
	}
}
