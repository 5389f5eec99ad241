package plan

import (
	"slices"

	"github.com/gradgen/gradgen/ir"
)

// group puts the Maps of a region into nests, and those of the scans in it.
func (l *lowerer) group(r *region) {
	for _, u := range r.order {
		if u.scan != nil {
			l.group(u.body)
			n := len(l.steps[r])
			l.steps[r] = append(l.steps[r], step{scan: u})
			for v, w := range l.order.unitOf {
				if w == u {
					l.where[v] = n
				}
			}
			continue
		}
		v := u.value
		if m := l.pending[v]; m != nil {
			l.place(r, m)
			continue
		}
		if l.taken[v] {
			continue
		}
		m := newMember(v)
		if l.leave(r, m) {
			continue
		}
		if w := l.absorber(r, m); w != nil {
			l.pending[w] = m
			continue
		}
		l.place(r, m)
	}
}

// absorber finds the addition that is the only use of the sum m, and makes m
// compute it: a sum that starts from the other operand.
func (l *lowerer) absorber(r *region, m *member) *ir.Value {
	s, v := m.v, l.onlyReader(m)
	if v == nil || m.reduce != ir.Sum || m.form != formDot && m.form != formRow {
		return nil
	}
	if l.pending[v] != nil || l.overwrites(r, s, v, m) {
		return nil // starts another sum, whose other operand is this one; or comes too late
	}
	d, ok := v.Def.(*ir.Map)
	if !ok || d.Reduce != nil || len(d.Domain) > 0 || d.Write != nil || d.Body.Op != ir.OpAdd ||
		v.Type.Rank() != s.Type.Rank() || !v.Type.Equal(s.Type) || !slices.Equal(v.Free(), s.Free()) && len(v.Free()) != len(s.Free()) {
		return nil
	}
	for i, e := range d.Body.Args {
		if e.Op != ir.OpRead || e.Array != s || !identity(e.Index, d.Axes) {
			continue
		}
		other := d.Body.Args[1-i]
		twice := false
		other.Walk(func(e *ir.Expr) { twice = twice || e.Op == ir.OpRead && base(e.Array) == s })
		if twice || other.Op == ir.OpLit {
			return nil
		}
		to := map[*ir.Axis]ir.Int{}
		for k, x := range d.Axes {
			to[x] = ir.Of(m.free[k])
		}
		m.base = (&ir.Subst{Axis: to}).Expr(other)
		m.v, m.also = v, []*ir.Value{s}
		return v
	}
	return nil
}

// identity reports whether the indices are just these axes, or 0 where that is
// all that an axis can be.
func identity(index []ir.Int, axes []*ir.Axis) bool {
	if len(index) != len(axes) {
		return false
	}
	for k, i := range index {
		if x, ok := i.IsAxis(); (!ok || x != axes[k]) && !(i.Is(0) && axes[k].Extent.Is(1)) {
			return false
		}
	}
	return true
}

// place puts m into the nest of its operands, the last nest, or a new one.
func (l *lowerer) place(r *region, m *member) {
	least, related := -1, false
	m.reads(func(a *ir.Value, _ []ir.Int, _ *node) {
		if n, ok := l.where[base(a)]; ok && l.order.unitIn(base(a), r) {
			least = max(least, n)
		}
	})
	old := l.donated[m.v]
	if old != nil && !l.inPlace(r, m, old, &least) {
		delete(l.donated, m.v)
		old = nil
	}
	steps := l.steps[r]
	last := len(steps) - 1
	for _, k := range []int{least, last} {
		if k < 0 || steps[k].nest == nil || k < least || l.total(m) {
			continue
		}
		n := steps[k].nest
		related = false
		m.reads(func(a *ir.Value, _ []ir.Int, _ *node) { related = related || n.member(base(a)) != nil })
		if old != nil && l.readIn(n, old) {
			continue
		}
		if whole := n.embrace(m); whole != nil {
			steps[k].nest, n = whole, whole
		} else if !n.fuse(m, related) && !n.joinLonger(m) {
			continue
		}
		l.where[m.v] = k
		l.members[m.v] = m
		return
	}
	n := newNest()
	n.index = len(steps)
	n.start(m)
	l.steps[r] = append(steps, step{nest: n})
	l.where[m.v] = n.index
	l.members[m.v] = m
}

// total reports whether m is the sum of partial sums, whose rows it would tie
// together in their nest.
func (l *lowerer) total(m *member) bool {
	return l.stages.totals[m.v] || slices.ContainsFunc(m.also, func(v *ir.Value) bool { return l.stages.totals[v] })
}

// readIn reports whether a member of the nest reads a.
func (l *lowerer) readIn(n *nest, a *ir.Value) bool {
	found := false
	for _, m := range n.members {
		m.reads(func(x *ir.Value, _ []ir.Int, _ *node) { found = found || base(x) == a })
	}
	return found
}

// inPlace reports whether m may overwrite the parameter old: it reads old at
// most where it writes, and everyone else has read it before step least.
func (l *lowerer) inPlace(r *region, m *member, old *ir.Value, least *int) bool {
	ok := m.form != formScatter
	for _, p := range m.pieces {
		p.body.Walk(func(e *ir.Expr) {
			if e.Op == ir.OpRead && base(e.Array) == old {
				ok = ok && m.form == formValue && e.Array == old && identity(e.Index, m.free)
			}
		})
	}
	if m.base != nil {
		m.base.Walk(func(e *ir.Expr) {
			if e.Op == ir.OpRead && base(e.Array) == old {
				ok = ok && e.Array == old && identity(e.Index, m.free)
			}
		})
	}
	for _, v := range l.readers[old] {
		u := l.order.unitOf[v]
		reg := l.order.regionOf(v)
		for reg != l.order.top && reg != nil {
			u, reg = reg.home, reg.outer
		}
		if v == m.v || slices.Contains(m.also, v) || u == nil {
			continue
		}
		for k, s := range l.steps[r] {
			if s.scan == u && u.scan != nil || s.nest != nil && s.nest.member(v) != nil {
				*least = max(*least, k)
			}
		}
	}
	return ok
}

// resolve finds which values are read from memory, and how much of each must
// be kept.
func (l *lowerer) resolve() {
	for _, m := range l.members {
		m.common = m.node.depth
		m.stored = m.form == formRow || m.form == formScatter || m.form == formProduct
	}
	for _, m := range l.members {
		m.reads(func(a *ir.Value, index []ir.Int, at *node) {
			d := l.members[base(a)]
			switch {
			case d == nil || base(a).Type.Rank() == 0:
				if d != nil {
					d.used = true
				}
			case a == d.v && d.readable(index, at):
				d.used = true
			case d.nest != m.nest || a != d.v:
				d.stored, d.common = true, 0
			default:
				d.stored = true
				d.common = min(d.common, sharedLoops(d.node, at))
				// Dropping an axis needs it read at the same index.
				path := loopsTo(d.node)
				for k := 0; k < d.common; k++ {
					dim := slices.Index(d.free, path[k].axis)
					if dim < 0 {
						continue
					}
					if x, ok := index[dim].IsAxis(); !ok || x != path[k].axis {
						d.common = k
					}
				}
			}
		})
	}
	for _, m := range l.members {
		if l.pinned[m.v] > 0 {
			m.common = 0
			m.stored = m.v.Type.Rank() > 0
			m.used = m.used || !m.stored
		}
		path := loopsTo(m.node)
		m.dims = []int{}
		for d, x := range m.free {
			if k := slices.IndexFunc(path, func(n *node) bool { return n.axis == x }); k < 0 || k >= m.common {
				m.dims = append(m.dims, d)
			}
		}
		if m.form == formScatter {
			m.dims = m.dims[:0]
			for d := range m.v.Type.Shape {
				m.dims = append(m.dims, d)
			}
		}
	}
}

// readable reports whether a read at the node finds the value in its register.
func (m *member) readable(index []ir.Int, at *node) bool {
	return (m.form == formValue || m.form == formDot) && at.within(m.node) && identity(index, m.free)
}

// loopsTo lists the loops around and at n, outermost first.
func loopsTo(n *node) []*node {
	var out []*node
	for ; n != nil; n = n.parent {
		if n.axis != nil {
			out = append(out, n)
		}
	}
	slices.Reverse(out)
	return out
}

func sharedLoops(a, b *node) int {
	p, q := loopsTo(a), loopsTo(b)
	n := 0
	for n < len(p) && n < len(q) && p[n] == q[n] {
		n++
	}
	return n
}
