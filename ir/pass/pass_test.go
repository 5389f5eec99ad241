package pass

import (
	"testing"

	"github.com/gradgen/gradgen/ir"
	"github.com/gradgen/gradgen/ir/autodiff"
)

func rosenbrock(b *ir.Builder) *ir.Func {
	n := ir.Of(&ir.Dim{Name: "N"})
	x := b.Input("x", ir.Type{DType: ir.F64, Shape: []ir.Int{n}})
	i := ir.NewAxis("i", n.AddConst(-1))
	at := ir.Of(i)
	lit := func(v float64) *ir.Expr { return ir.Lit(ir.F64, v) }
	xi := ir.Read(x, at)
	t := ir.Apply(ir.OpSub, ir.Read(x, at.AddConst(1)), ir.Apply(ir.OpMul, xi, xi))
	u := ir.Apply(ir.OpSub, lit(1), xi)
	body := ir.Apply(ir.OpAdd, ir.Apply(ir.OpMul, lit(100), ir.Apply(ir.OpMul, t, t)), ir.Apply(ir.OpMul, u, u))
	y := b.Map("y", 0, &ir.Map{Axes: []*ir.Axis{i}, Reduce: ir.Sum, Body: body})
	return &ir.Func{Name: "rosenbrock", Params: []*ir.Value{x}, Results: []*ir.Value{y}}
}

func TestShowRosenbrock(t *testing.T) {
	b := ir.NewBuilder()
	f := rosenbrock(b)
	for _, d := range []func(*ir.Builder, *ir.Func, []int) (*ir.Func, error){autodiff.Grad, autodiff.Hess, autodiff.HVP} {
		g, err := d(b, f, []int{0})
		if err != nil {
			t.Fatal(err)
		}
		t.Log(g)
		o, err := Optimize(b, g, Options{})
		if err != nil {
			t.Fatal(err)
		}
		t.Log(o)
	}
}
