package pass

import (
	"testing"

	"github.com/gradgen/gradgen/ir"
	"github.com/gradgen/gradgen/ir/autodiff"
)

// gru is a recurrent cell reduced to what matters here: an input projection,
// a recurrent projection, a gate; the loss sums the outputs.
func gru(b *ir.Builder) *ir.Func {
	T, B := ir.Of(&ir.Dim{Name: "T"}), ir.Of(&ir.Dim{Name: "B"})
	I, H := ir.Const(3), ir.Const(5)
	in := func(name string, shape ...ir.Int) *ir.Value {
		return b.Input(name, ir.Type{DType: ir.F64, Shape: shape})
	}
	W, U, xs, h0 := in("W", H, I), in("U", H, H), in("xs", T, B, I), in("h0", B, H)
	t := ir.NewAxis("t", T)
	h := b.Carry("h", t, h0.Type)
	ax := func(name string, n ir.Int) *ir.Axis { return ir.NewAxis(name, n) }
	project := func(name string, w *ir.Value, n ir.Int, read func(bb, i ir.Int) *ir.Expr) *ir.Value {
		bb, j, i := ax("b", B), ax("j", H), ax("i", n)
		return b.Map(name, 2, &ir.Map{Axes: []*ir.Axis{bb, j, i}, Reduce: ir.Sum,
			Body: ir.Apply(ir.OpMul, ir.Read(w, ir.Of(j), ir.Of(i)), read(ir.Of(bb), ir.Of(i)))})
	}
	a := project("a", W, I, func(bb, i ir.Int) *ir.Expr { return ir.Read(xs, ir.Of(t), bb, i) })
	c := project("c", U, H, func(bb, i ir.Int) *ir.Expr { return ir.Read(h, bb, i) })
	op := func(name string, args ...*ir.Expr) *ir.Expr { return ir.Apply(ir.OpByName(name), args...) }
	z := b.Elementwise("z", h0.Type.Shape, func(at []ir.Int) *ir.Expr {
		return op("sigmoid", op("+", ir.Read(a, at...), ir.Read(c, at...)))
	})
	next := b.Elementwise("g", h0.Type.Shape, func(at []ir.Int) *ir.Expr {
		zz := ir.Read(z, at...)
		return op("+", op("*", op("-", ir.Lit(ir.F64, 1), zz), op("tanh", ir.Read(a, at...))), op("*", zz, ir.Read(h, at...)))
	})
	carries, emits := b.Scan(&ir.Scan{Axis: t, Carry: []*ir.Value{h}, Init: []*ir.Value{h0}, Next: []*ir.Value{next}, Emit: []*ir.Value{next}})
	axes := ir.Axes(emits[0].Type.Shape)
	loss := b.Map("loss", 0, &ir.Map{Axes: axes, Reduce: ir.Sum, Body: ir.Read(emits[0], ir.AxisInts(axes)...)})
	return &ir.Func{Name: "gru", Params: []*ir.Value{W, U, xs, h0}, Results: []*ir.Value{loss, carries[0]}}
}

func TestShowGRU(t *testing.T) {
	b := ir.NewBuilder()
	f := gru(b)
	g, err := autodiff.Grad(b, f, []int{0, 1, 3})
	if err != nil {
		t.Fatal(err)
	}
	t.Log(g)
	o, err := Optimize(b, g, Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Log(o)
	g, err = autodiff.HVP(b, f, []int{3})
	if err != nil {
		t.Fatal(err)
	}
	o, err = Optimize(b, g, Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Log(o)
}
