package plan

import (
	"slices"

	"github.com/gradgen/gradgen/ir"
)

// join makes the call add another product to its result, if e reads one that
// no one else does. A sum of products, what three heads of a network send back
// to their common input, then is one array that calls add to one after the
// other, and not an array for each of them and a pass that adds these up. So
// are gradients of the parts of one parameter, zeros elsewhere.
func (t *taker) join(e *ir.Expr) bool {
	l, s := t.l, e.Array
	if _, ok := s.Def.(*ir.Map); !ok || !identity(e.Index, t.m.free) || !s.Type.Equal(t.sum.Type) {
		return false
	}
	if _, placed := l.where[s]; placed || l.taken[s] || l.pinned[s] > 0 || len(l.readers[s]) != 1 || l.order.regionOf(s) != t.r {
		return false
	}
	m := newMember(s)
	if c, _ := l.engineCall(m); c == nil || c.left.made != nil || c.right.made != nil {
		return false // copies of operands are made before the first of the products
	} else {
		m.toCall(c)
	}
	if old := l.donated[t.result]; old != nil && m.readsArray(old) || l.overwrites(t.r, s, t.result, m) {
		return false
	}
	m.call.onto = ir.Lit(ir.Bool, 1)
	t.more = append(t.more, m)
	return true
}

// toCall leaves m to the engine.
func (m *member) toCall(c *call) {
	m.form, m.call = formProduct, c
	p := &m.pieces[0]
	p.body, p.domain = ir.Apply(ir.OpMul, c.a, c.b), nil
}

// readsArray reports whether m reads an array.
func (m *member) readsArray(old *ir.Value) bool {
	found := false
	m.reads(func(a *ir.Value, _ []ir.Int, _ *node) { found = found || base(a) == old })
	return found
}

// part finds that the products of m are parts of the result, which has an axis that
// each product gives one place, and every place is that of one product. Then nothing
// is to be cleared first, and every product adds to its part what all add to.
func (m *member) part() {
	axis, all := -1, append([]*member{m}, m.call.more...)
	seen := map[int64]bool{}
	for _, a := range all {
		if len(a.call.fixed) != 1 || len(a.call.sums) > 0 {
			return
		}
		for x, i := range a.call.fixed {
			k := slices.Index(a.free, x)
			at, _ := i.IsConst()
			if axis < 0 {
				axis = k
			}
			if k < 0 || k != axis || seen[at] {
				return
			}
			seen[at] = true
		}
	}
	if n, ok := m.free[axis].Extent.IsConst(); !ok || n != int64(len(seen)) {
		return
	}
	for _, a := range all {
		a.call.parted, a.call.onto = true, m.call.onto
	}
}
