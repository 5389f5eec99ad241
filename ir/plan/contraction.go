package plan

import (
	"slices"

	"github.com/gradgen/gradgen/ir"
)

// closed reports whether the nest of m takes nothing but elementwise work on
// its element: m is a sum of products of elementwise work on one array each.
func (m *member) closed() bool {
	c := m.contraction()
	return c != nil && oneArray(c.Left) != nil && oneArray(c.Right) != nil
}

// contraction describes m if it is a sum of products; nil otherwise.
func (m *member) contraction() *Contraction {
	if m.reduce != ir.Sum || m.form != formDot && m.form != formRow && m.form != formProduct || len(m.pieces) != 1 && m.form != formProduct {
		return nil
	}
	p := m.pieces[0]
	if p.body.Op != ir.OpMul {
		return nil
	}
	c := &Contraction{Value: m.v, Left: p.body.Args[0], Right: p.body.Args[1], Domain: p.domain}
	c.Batch, c.FreeLeft, c.FreeRight = sides(m.free, c.Left, c.Right)
	left, right := axesOf(c.Left), axesOf(c.Right)
	for _, x := range p.axes {
		if !slices.Contains(left, x) || !slices.Contains(right, x) {
			return nil
		}
		c.Reduced = append(c.Reduced, x)
	}
	if len(c.Reduced) == 0 || len(c.FreeLeft)+len(c.FreeRight) == 0 {
		return nil
	}
	return c
}

// sides are the free axes of both factors of a sum, and of each alone.
func sides(free []*ir.Axis, left, right *ir.Expr) (both, one, other []*ir.Axis) {
	l, r := axesOf(left), axesOf(right)
	for _, x := range free {
		switch inLeft, inRight := slices.Contains(l, x), slices.Contains(r, x); {
		case inLeft && inRight:
			both = append(both, x)
		case inLeft:
			one = append(one, x)
		case inRight:
			other = append(other, x)
		}
	}
	return both, one, other
}

// axesOf lists the axes that occur in e, each once.
func axesOf(e *ir.Expr) (out []*ir.Axis) {
	e.Axes(func(x *ir.Axis) {
		if !slices.Contains(out, x) {
			out = append(out, x)
		}
	})
	return out
}

// oneArray returns the array that e reads, if it is one.
func oneArray(e *ir.Expr) *ir.Value {
	var arrays []*ir.Value
	e.Walk(func(r *ir.Expr) {
		if r.Op == ir.OpRead && !slices.Contains(arrays, r.Array) {
			arrays = append(arrays, r.Array)
		}
	})
	if len(arrays) != 1 {
		return nil
	}
	return arrays[0]
}
