package plan

import (
	"strings"
	"testing"

	"github.com/gradgen/gradgen/ir"
)

// An array takes the place of another one if each element is written where that one
// is read for the last time, and only then.
func TestInPlace(t *testing.T) {
	for _, c := range []struct {
		name, y string
		want    bool
	}{
		{"element by element", "exp(s[b,o] - m[o])", true},
		{"an element read twice", "s[b,o] * exp(s[b,o] - m[o])", true},
		{"in another order", "exp(s[b,19-o] - m[o])", false},
		{"with one element of the row", "exp(s[b,o] - s[b,0])", false},
		{"with the sum of the row", "exp(s[b,o] - n[b])", false},
		{"in another order, too", "exp(s[b,o] - m[o]) + s[b,19-o]", false},
	} {
		for _, lanes := range []bool{false, true} {
			p := lower(t, `dim B
func f {
  input W : f32[20, 20]
  input x : f32[B, 20]
  s : f32[B, 20]; s[b,o] = sum[i < 20] W[o,i] * x[b,i]
  m : f32[20]; m[o] = max[b < B] s[b,o]
  n : f32[B]; n[b] = sum[i < 20] s[b,i]
  y : f32[B, 20]; y[b,o] = `+c.y+`
  r : f32[20, 20]; r[i,o] = sum[b < B] y[b,i] * y[b,o]
  return r
}`, Options{Lanes: lanes})
			text := p.String()
			shared := false
			for _, s := range p.Slots {
				shared = shared || strings.Contains(s.Buffers[0].Name+" "+s.Buffers[len(s.Buffers)-1].Name, "s y")
			}
			if shared != c.want {
				t.Errorf("%s, lanes %v: shared %v\n%s", c.name, lanes, shared, text)
			}
		}
	}
}

// An element that something else is made of, too, may be read again for that where
// statements are yet to be arranged: by then it is lost.
func TestInPlaceReadAgain(t *testing.T) {
	x, at := newExprs(), ir.Of(ir.NewAxis("i", ir.Const(8)))
	array := func(id int) *Buffer { return &Buffer{ID: id, Rank: 1, DType: ir.F32, Len: ir.Const(8)} }
	old, to, other := array(1), array(2), array(3)
	r := x.reg("t", ir.F32)
	let := &Let{Reg: r, Value: x.read(old, at)}
	made := &Store{Buffer: to, At: at, Value: x.apply(ir.OpNeg, x.use(r))}
	also := &Store{Buffer: other, At: at, Value: x.use(r)}
	sum := func(b *Buffer) Stmt { return &Set{Reg: x.reg("s", ir.F32), Op: AssignAdd, Value: x.read(b, at)} }
	for _, c := range []struct {
		list    []Stmt
		rereads bool
		want    bool
	}{
		{[]Stmt{let, made}, true, true},
		{[]Stmt{let, made, also}, false, true},
		{[]Stmt{let, made, also}, true, false},
		{[]Stmt{let, made, sum(to)}, true, true},
		{[]Stmt{let, made, sum(old)}, true, false},
	} {
		o := &overwrite{old: old, to: to, rereads: c.rereads}
		if got := o.list(c.list); got != c.want {
			t.Errorf("%v, read again %v: may overwrite %v", c.list, c.rereads, got)
		}
	}
}
