package plan

import (
	"slices"

	"github.com/gradgen/gradgen/ir"
	"github.com/gradgen/gradgen/ir/few"
)

// indices declares the integer variables that stand for elements of index
// arrays: outside the loops that do not change them, where they can be read
// for certain; else where they are used first.
func (l *lowerer) indices(list []Stmt) []Stmt {
	if len(l.dyn) == 0 {
		return list
	}
	return l.indicesIn(list, map[*ir.Axis]bool{})
}

func (l *lowerer) indicesIn(list []Stmt, outer map[*ir.Axis]bool) []Stmt {
	known := map[*ir.Axis]bool{}
	for x := range outer {
		known[x] = true
	}
	var out []Stmt
	var declare func(x *ir.Axis)
	declare = func(x *ir.Axis) {
		if known[x] {
			return
		}
		known[x] = true
		e := l.dyn[x]
		e.walk(func(e *Expr) { e.eachInt(func(i ir.Int) { i.Walk(func(y *ir.Axis) { l.ifDyn(y, declare) }, nil) }) })
		var pre []Stmt
		e = l.straight(l.untangled(e, &pre), &pre)
		out = append(append(out, pre...), &LetInt{Var: x, Expr: e})
	}
	for at, s := range list {
		if loop, ok := s.(*Loop); ok {
			l.renew(known, written(loop.Body), list[at:])
		}
		eachInt(s, func(i ir.Int) { i.Walk(func(x *ir.Axis) { l.ifDyn(x, declare) }, nil) })
		switch s := s.(type) {
		case *Block:
			s.Body = l.indicesIn(s.Body, known)
		case *If:
			s.Then, s.Else = l.indicesIn(s.Then, known), l.indicesIn(s.Else, known)
		case *Loop:
			inside := l.boundIn(s)
			stored := written(s.Body)
			eachStmt(s.Body, func(t Stmt) {
				eachInt(t, func(i ir.Int) {
					i.Walk(func(x *ir.Axis) {
						if e := l.dyn[x]; e != nil && !known[x] && l.steady(e, &inside, stored) {
							declare(x)
						}
					}, nil)
				})
			})
			s.Body = l.indicesIn(s.Body, known)
		}
		out = append(out, s)
		l.renew(known, written([]Stmt{s}), list[at+1:])
	}
	return out
}

// renew gives statements variables of their own for elements that were read
// before and have been written since: memory that iterations use in turn.
func (l *lowerer) renew(known map[*ir.Axis]bool, stored []*Buffer, rest []Stmt) {
	if len(stored) == 0 {
		return
	}
	var s *subst
	for _, x := range l.dynOrder {
		if !known[x] || !l.fromStored(ir.Of(x), stored) {
			continue
		}
		y := ir.NewVariable(x.Name, x.Least, x.Extent)
		if s == nil {
			s = &subst{x: l.x, axes: ir.Subst{Axis: map[*ir.Axis]ir.Int{}}}
		}
		e := s.expr(l.dyn[x])
		s.axes.Axis[x] = ir.Of(y)
		s.done.Clear()
		l.dyn[y] = e
		l.dynOrder = append(l.dynOrder, y)
	}
	if s == nil {
		return
	}
	eachStmt(rest, func(t Stmt) {
		ownInts(t, func(i *ir.Int) { *i = s.axes.Int(*i) })
		eachExpr(t, func(e **Expr) { *e = s.expr(*e) })
	})
}

// fromStored reports whether i depends on elements of buffers that are stored
// to.
func (l *lowerer) fromStored(i ir.Int, stored []*Buffer) bool {
	found := false
	i.Walk(func(x *ir.Axis) {
		if e := l.dyn[x]; e != nil && !found {
			e.walk(func(e *Expr) {
				found = found || e.Op == ir.OpRead && slices.Contains(stored, e.Buffer)
				e.eachInt(func(i ir.Int) { found = found || l.fromStored(i, stored) })
			})
		}
	}, nil)
	return found
}

func (l *lowerer) ifDyn(x *ir.Axis, f func(*ir.Axis)) {
	if l.dyn[x] != nil {
		f(x)
	}
}

// bound is what a loop changes: axes and registers.
type bound struct {
	axes []*ir.Axis // few: the nest of loops inside
	regs few.Map[*Reg, bool]
	// steady is what was found of expressions; what leaves the loop voids it.
	steady few.Map[*Expr, bool]
}

func (l *lowerer) boundIn(s *Loop) bound {
	b := bound{axes: []*ir.Axis{s.Axis}}
	eachStmt(s.Body, func(s Stmt) {
		switch s := s.(type) {
		case *Loop:
			b.axes = append(b.axes, s.Axis)
		case *LetInt:
			b.axes = append(b.axes, s.Var)
		case *Let:
			b.regs.Set(s.Reg, true)
		case *Set:
			b.regs.Set(s.Reg, true)
		}
	})
	return b
}

// changes reports whether i changes within the loop.
func (l *lowerer) changes(i ir.Int, b *bound) bool {
	found := false
	i.Walk(func(x *ir.Axis) {
		found = found || slices.Contains(b.axes, x)
		if e := l.dyn[x]; e != nil && !found {
			e.walk(func(e *Expr) {
				found = found || e.Op == ir.OpVar && b.regs.At(e.Reg)
				e.eachInt(func(i ir.Int) { found = found || l.changes(i, b) })
			})
		}
	}, nil)
	return found
}

// steady reports whether e may be evaluated before the loop instead of inside:
// it does not change, and its reads are in range whatever the loop does.
func (l *lowerer) steady(e *Expr, b *bound, stored []*Buffer) bool {
	if ok, known := b.steady.Get(e); known {
		return ok
	}
	ok := true
	switch e.Op {
	case ir.OpVar:
		ok = !b.regs.At(e.Reg)
	case ir.OpRead:
		ok = !slices.Contains(stored, e.Buffer) && !l.fromStored(e.Int, stored) && !l.changes(e.Int, b) && (e.Buffer.Rank == 0 || l.inside(e.Int, ir.Const(1), e.Buffer))
	default:
		e.eachInt(func(i ir.Int) { ok = ok && !l.changes(i, b) && !l.fromStored(i, stored) })
	}
	for _, a := range e.Args {
		ok = ok && l.steady(a, b, stored)
	}
	b.steady.Set(e, ok)
	return ok
}

// inside proves that n elements from at lie in the buffer, whatever conditions
// hold; of places that data decides it proves nothing.
func (l *lowerer) inside(at, n ir.Int, b *Buffer) bool {
	data := false
	at.Walk(func(x *ir.Axis) { data = data || l.dyn[x] != nil }, nil)
	if data {
		return false
	}
	return at.NonNegative() && b.Len.Sub(at).Sub(n).NonNegative()
}
