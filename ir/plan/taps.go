package plan

import (
	"slices"

	"github.com/gradgen/gradgen/ir"
)

// taps recognises a short reduction around a row whose bounds depend on it:
// the window of a convolution with padding. In the part of the row that all
// of its iterations share they run together; the ends are done one by one.
func (l *lowerer) taps(s *Loop) []Stmt {
	n, ok := s.trips()
	k, isConst := n.IsConst()
	if !ok || !isConst || k < 2 || k > 8 || !s.Reduce || !l.copyable(s) || len(s.Body) != 1 {
		return nil
	}
	row, ok := s.Body[0].(*Loop)
	if !ok || len(row.Body) != 1 || !row.usesInBounds(s.Axis) {
		return nil
	}
	st, ok := row.Body[0].(*Store)
	if !ok || st.Op == Assign || l.usesAxis(st.At, s.Axis) {
		return nil
	}
	var lo, hi []Bound
	for i := range k {
		to := &ir.Subst{Axis: map[*ir.Axis]ir.Int{s.Axis: ir.Const(i)}}
		for _, b := range row.Lo {
			lo = append(lo, Bound{to.Int(b.E), b.Den})
		}
		for _, b := range row.Hi {
			hi = append(hi, Bound{to.Int(b.E), b.Den})
		}
	}
	lo, hi = strongest(lo, true), strongest(hi, false)
	from, ok1 := single(lo)
	to, ok2 := single(hi)
	if !ok1 || !ok2 || from.Sub(to).NonNegative() {
		return nil // too short to share anything
	}
	inner := *s
	inner.Body = []Stmt{&Loop{Axis: row.Axis, Lo: lo, Hi: hi, Step: 1, Reduce: row.Reduce, Body: row.Body}}
	out := l.jammed(inner.Body, s.Axis, ir.Int{}, k)
	ends := func(lo, hi []Bound) {
		for i := range k {
			c := newCopier(l, map[*ir.Axis]ir.Int{s.Axis: ir.Const(i)})
			e := &Loop{Axis: row.Axis, Step: 1, Reduce: row.Reduce, Body: row.Body}
			e.Lo, e.Hi = strongest(c.bounds(lo), true), strongest(c.bounds(hi), false)
			if n, ok := e.trips(); ok && n.Neg().NonNegative() {
				continue
			} else if at, _ := single(e.Lo); ok && n.Is(1) {
				c.bind(row.Axis, at)
				out = append(out, c.list(row.Body)...)
				continue
			}
			out = append(out, c.list([]Stmt{e})...)
		}
	}
	if !sameBounds(lo, row.Lo) {
		ends(row.Lo, slices.Concat(row.Hi, []Bound{{from, 1}}))
	}
	if !sameBounds(hi, row.Hi) {
		ends(slices.Concat(row.Lo, []Bound{{from, 1}, {to, 1}}), row.Hi)
	}
	return out
}

// rebased makes an innermost reduction between computed bounds one from 0, so
// that it can get several accumulators.
func (l *lowerer) rebased(s *Loop) (before []Stmt, loop *Loop) {
	if n, isConst := s.Axis.Extent.IsConst(); isConst && n < 8 || !s.Reduce || s.Down || s.Step != 1 {
		return nil, nil
	}
	if len(s.Lo) == 1 && len(s.Hi) == 1 && s.Lo[0].E.Is(0) && s.Hi[0].Den == 1 {
		return nil, nil
	}
	for _, t := range s.Body {
		switch t.(type) {
		case *Let, *Set:
		default:
			return nil, nil
		}
	}
	lo := ir.NewAxis("lo", ir.Const(1<<31))
	hi := ir.NewAxis("hi", ir.Const(1<<31))
	n := ir.NewAxis("n", ir.Const(1<<31))
	x := ir.NewAxis(s.Axis.Name, ir.Of(n))
	loop = &Loop{Axis: x, Lo: []Bound{{ir.Const(0), 1}}, Hi: []Bound{{ir.Of(n), 1}}, Step: 1, Reduce: true}
	loop.Body = newCopier(l, map[*ir.Axis]ir.Int{s.Axis: ir.Of(lo).Add(ir.Of(x))}).list(s.Body)
	before = []Stmt{&LetInt{Var: lo, Lo: s.Lo}, &LetInt{Var: hi, Hi: s.Hi}, &LetInt{Var: n, Hi: []Bound{{ir.Of(hi).Sub(ir.Of(lo)), 1}}}}
	return before, loop
}
