package ir

import (
	"fmt"
	"testing"
)

func TestScratch(t *testing.T) {
	b := NewBuilder()
	B := &Dim{"B"}
	x := b.Input("x", Type{F32, []Int{Of(B), Const(784)}})
	W := b.Input("W1", Type{F32, []Int{Const(128), Const(784)}})
	c := b.Input("b", Type{F32, []Int{Const(128)}})
	tok := b.Input("tok", Type{I32, []Int{Of(B)}})
	bb, o, i := NewAxis("b", Of(B)), NewAxis("o", Const(128)), NewAxis("i", Const(784))
	b.Place = Place{"digits.grad", 5, 2}
	a1 := b.Map("h", 2, &Map{Axes: []*Axis{bb, o, i}, Reduce: Sum, Body: Apply(OpMul, Read(W, Of(o), Of(i)), Read(x, Of(bb), Of(i)))})
	h := b.Elementwise("h", a1.Type.Shape, func(at []Int) *Expr {
		return Apply(OpByName("tanh"), Apply(OpAdd, Read(a1, at...), Read(c, at[1])))
	})
	am := b.Map("w", 1, &Map{Axes: []*Axis{bb, o}, Reduce: ArgMax, Body: Read(h, Of(bb), Of(o))})
	s := b.Scatter("sc", Ints(10), &Map{Axes: []*Axis{bb, o}, Reduce: Sum, Domain: []Pred{Lt(Of(bb).Add(Of(o)), Const(200)), Ge(Of(o), Const(1))}, Write: []Int{Of(Read(tok, Of(bb)))}, Body: Apply(OpMul, IndexValue(F32, Of(o).AddConst(1)), Select(Test(Lt(Of(o), Of(bb)), Ge(Of(bb), Const(3))), Read(h, Of(bb), Of(o)), Lit(F32, 0.1)))})
	e := Read(c, Of(i))
	for k := 0; k < 300; k++ {
		e = Apply(OpMul, Apply(OpAdd, e, e), Lit(F32, 2))
	}
	big := b.Map("big", 0, &Map{Axes: []*Axis{i}, Domain: []Pred{Lt(Of(i), Const(128))}, Reduce: Sum, Body: e})
	T := NewAxis("t", Const(7))
	cr := b.Carry("h", T, 0, Type{F32, nil})
	nx := b.Map("n", 0, &Map{Body: Apply(OpAdd, Read(cr), Read(c, Of(T)))})
	cs, es := b.Scan(&Scan{Axis: T, Reverse: true, Carry: []*Value{cr}, Init: []*Value{big}, Next: []*Value{nx}, Emit: []*Value{nx, cr}})
	f := &Func{Name: "f", Doc: "a\nb", Params: []*Value{x, W, c, tok}, Results: []*Value{am, s, cs[0], es[1]}}
	fmt.Println(f)
	for _, v := range Topological(f.Results...) {
		fmt.Println(Equation(v))
	}
}
