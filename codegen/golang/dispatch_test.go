package golang

import (
	"fmt"
	"testing"

	"github.com/gradgen/gradgen/ir"
	"github.com/gradgen/gradgen/ir/plan"
)

func TestEnough(t *testing.T) {
	N, M, other := &ir.Dim{Name: "N"}, &ir.Dim{Name: "M"}, &ir.Dim{Name: "other"}
	n, m := ir.Of(N), ir.Of(M)
	compute := func(op string) []plan.Stmt {
		x := &plan.Expr{Op: ir.OpLit, Type: ir.F64, Lit: 1}
		return []plan.Stmt{&plan.Loop{Body: []plan.Stmt{&plan.Set{Value: &plan.Expr{Op: ir.OpByName(op), Args: []*plan.Expr{x}}}}}}
	}
	for _, c := range []struct {
		flops ir.Int
		op    string
		want  string
	}{
		{n.MulConst(8).AddConst(-8), "sqrt", "N >= 14"},
		{n.Mul(m).MulConst(3).Add(n), "neg", "M*N*3+N >= 100"},
		{n.Mul(n).MulConst(200).Sub(n.MulConst(150)), "neg", "N*N*200-N*150 >= 100"},
		{n.MulConst(21), "neg", "N >= 5"},
		{n.Mul(m).MulConst(20), "neg", "M*N >= 5"},
		{n, "exp", ""}, // many operations each
		{ir.Const(5), "neg", ""},
		{ir.Const(5000), "neg", ""},
		{n.AddConst(100), "neg", ""}, // more in any case
		{n.MulConst(100), "neg", ""},
		{n.MulConst(100).AddConst(-1), "neg", "N >= 2"},
		{ir.Of(other).MulConst(3), "neg", ""}, // no parameter
		{n.Mul(ir.Of(ir.NewAxis("i", ir.Const(3)))), "neg", ""},
	} {
		b := newBodyPrinter(&bodyNames{Dim: map[*ir.Dim]string{N: "N", M: "M"}})
		got := ""
		if code := b.enough(&plan.Block{Flops: c.flops, Body: compute(c.op)}); code != nil {
			got = fmt.Sprintf("%#v", code)
		}
		if got != c.want {
			t.Errorf("%s operations, with %s: %q, not %q", c.flops, c.op, got, c.want)
		}
	}
}
