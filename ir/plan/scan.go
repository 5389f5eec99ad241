package plan

import (
	"slices"

	"github.com/gradgen/gradgen/ir"
)

// scan makes the loop of a scan. Carries that are arrays are aliases: of the
// start value, then of what a step made. A carry that is also emitted is made
// in its row of the stacked emits, and the alias moves there; another one has
// two buffers that change places.
func (l *lowerer) scan(u *unit) []Stmt {
	s := u.scan
	t := ir.Of(s.Axis)
	final, stacked := l.scanResults(s)
	var before, end, rebind []Stmt

	for k, c := range s.Carry {
		if c.Type.Rank() == 0 {
			r := l.x.reg(c.String(), c.Type.DType)
			before = append(before, &Let{Reg: r, Value: l.element(base(s.Init[k]), ir.Int{}), Mutable: true})
			l.regs[c] = r
			continue
		}
		a := l.buffer(c.Name, Alias, c, c.Type, c.Type.Len())
		l.store[c] = place{buf: a}
	}
	// Emits first: they fix where values of the body are made.
	for k, e := range s.Emit {
		b, n := base(e), e.Type.Len()
		out := l.at(stacked[k])
		row := place{out.buf, out.off.Add(t.Mul(n))}
		if b.Type.Rank() > 0 && e.Type.Rank() > 0 && l.makes(u.body, b) && l.store[b].buf == nil {
			l.store[b] = row
			continue
		}
		end = append(end, l.deferred(func() Stmt {
			if b.Type.Rank() == 0 {
				return &Store{Buffer: row.buf, At: row.off, Value: l.element(b, ir.Int{})}
			}
			from := l.at(b)
			return &Copy{To: row.buf, ToOff: row.off, From: from.buf, FromOff: from.off, Len: n}
		}))
	}
	var scalars []Stmt
	for k, c := range s.Carry {
		next := base(s.Next[k])
		if c.Type.Rank() == 0 {
			if next == c {
				continue
			}
			r := l.x.reg(c.String(), c.Type.DType)
			end = append(end, l.deferred(func() Stmt { return &Let{Reg: r, Value: l.element(next, ir.Int{})} }))
			scalars = append(scalars, &Set{Reg: l.regs[c], Value: l.x.use(r)})
			continue
		}
		before, end, rebind = l.carry(u, k, before, end, rebind)
	}

	loop := &Loop{Axis: s.Axis, Lo: []Bound{{ir.Const(0), 1}}, Hi: []Bound{{s.Axis.Extent, 1}}, Step: 1, Down: s.Reverse}
	loop.Body = l.region(u.body)
	for _, e := range end {
		loop.Body = append(loop.Body, e.(*lateStmt).make())
	}
	loop.Body = slices.Concat(loop.Body, scalars, rebind)
	for k, v := range final {
		if v == nil {
			continue
		}
		if s.Carry[k].Type.Rank() == 0 {
			l.regs[v] = l.regs[s.Carry[k]]
		} else {
			l.store[v] = l.store[s.Carry[k]]
		}
	}
	return append(before, loop)
}

// carry arranges the storage of the k-th carry, an array.
func (l *lowerer) carry(u *unit, k int, before, end, rebind []Stmt) (b, e, r []Stmt) {
	s := u.scan
	c, next, init := s.Carry[k], base(s.Next[k]), base(s.Init[k])
	a, n := l.store[c].buf, c.Type.Len()
	if next == c {
		from := l.at(init)
		return append(before, &Rebind{Alias: a, To: from.buf, Off: from.off, Len: n, Declare: true}), end, rebind
	}
	if at, ok := l.store[next]; ok && l.makes(u.body, next) {
		// Made in a row of the emits, or for another carry: this one moves along.
		from := l.at(init)
		before = append(before, &Rebind{Alias: a, To: from.buf, Off: from.off, Len: n, Declare: true})
		// First, because the place may be that of a carry before, which moves on.
		return before, end, slices.Insert(rebind, 0, Stmt(&Rebind{Alias: a, To: at.buf, Off: at.off, Len: n}))
	}
	// Even steps begin with one, odd ones with two.
	from, one := l.at(init), (*Buffer)(nil)
	if l.startsOnly(init, u) && from.buf.Class == Arena && from.off.Is(0) && from.buf.Len.Equal(n) {
		one = from.buf
	} else {
		one = l.buffer(c.Name+"_even", Arena, c, c.Type, n)
		before = append(before, &Copy{To: one, From: from.buf, FromOff: from.off, Len: n})
	}
	two := l.buffer(c.Name+"_odd", Arena, c, c.Type, n)
	other := l.buffer(c.Name+"_next", Alias, c, c.Type, n)
	before = append(before,
		&Rebind{Alias: a, To: one, Len: n, Declare: true}, &Rebind{Alias: other, To: two, Len: n, Declare: true})
	if l.makes(u.body, next) {
		l.store[next] = place{buf: other}
	} else {
		end = append(end, l.deferred(func() Stmt {
			if next.Type.Rank() == 0 {
				return &Store{Buffer: other, Value: l.element(next, ir.Int{})}
			}
			from := l.at(next)
			return &Copy{To: other, From: from.buf, FromOff: from.off, Len: n}
		}))
	}
	return before, end, append(rebind, &Swap{a, other})
}

// startsOnly reports whether a carry of a scan begins with v, and nobody else
// wants it: the scan may write over it.
func (l *lowerer) startsOnly(v *ir.Value, u *unit) bool {
	return l.makes(u.body.outer, v) && l.pinned[v] == 1 && len(l.readers[v]) == 0
}

// makes reports whether v is a Map of this region: one that can be made in
// storage chosen for it.
func (l *lowerer) makes(r *region, v *ir.Value) bool {
	m := l.members[v]
	return m != nil && l.order.unitIn(v, r)
}

// scanResults finds the values that are results of s; nil where nobody uses
// one, but for emits, which need a place.
func (l *lowerer) scanResults(s *ir.Scan) (final, stacked []*ir.Value) {
	final, stacked = make([]*ir.Value, len(s.Carry)), make([]*ir.Value, len(s.Emit))
	for _, v := range l.order.all {
		if v.Def != ir.Def(s) {
			continue
		}
		if v.Result < len(s.Carry) {
			final[v.Result] = v
		} else {
			stacked[v.Result-len(s.Carry)] = v
		}
	}
	for k, e := range s.Emit {
		if stacked[k] == nil {
			stacked[k] = &ir.Value{Name: e.Name, Def: s, Type: ir.Type{DType: e.Type.DType, Shape: slices.Concat([]ir.Int{s.Axis.Extent}, e.Type.Shape)}}
		}
	}
	return final, stacked
}

// A lateStmt is made after the body, when its operands have a place.
type lateStmt struct{ make func() Stmt }

func (*lateStmt) stmt() {}

func (l *lowerer) deferred(f func() Stmt) Stmt { return &lateStmt{f} }
