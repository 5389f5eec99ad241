package plan

import (
	"testing"

	"github.com/gradgen/gradgen/ir"
)

func TestDivide(t *testing.T) {
	b, n := ir.Of(&ir.Dim{Name: "B"}), ir.Of(&ir.Dim{Name: "N"})
	s, j := ir.Of(ir.NewAxis("s", n)), ir.Of(ir.NewAxis("j", ir.Const(64)))
	for _, c := range []struct{ i, by, q, rest ir.Int }{
		{s.Mul(b).MulConst(192).Add(j), b.MulConst(192), s, j},
		{s.Mul(b).MulConst(192).Add(b.MulConst(64)), b.MulConst(192), s, b.MulConst(64)},
		{b.MulConst(64), b, ir.Const(64), ir.Int{}},
		{s.MulConst(48).Add(j).AddConst(-5), ir.Const(16), s.MulConst(3).AddConst(-1), j.AddConst(11)},
		{s.MulConst(40).AddConst(37), ir.Const(16), ir.Const(2), s.MulConst(40).AddConst(5)},
		{j, b.Add(n), ir.Int{}, j},
		{j.Mul(n), ir.Int{}, ir.Int{}, j.Mul(n)},
	} {
		if q, rest := divide(c.i, c.by); !q.Equal(c.q) || !rest.Equal(c.rest) {
			t.Errorf("%v by %v is %v and %v, want %v and %v", c.i, c.by, q, rest, c.q, c.rest)
		}
	}
}
