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
		e := *s
		e.Body = []Stmt{&Loop{Axis: row.Axis, Lo: strongest(lo, true), Hi: strongest(hi, false), Step: 1, Reduce: row.Reduce, Body: row.Body}}
		out = append(out, newCopier(l, map[*ir.Axis]ir.Int{}).list([]Stmt{&e})...)
	}
	if !sameBounds(lo, row.Lo) {
		ends(row.Lo, slices.Concat(row.Hi, []Bound{{from, 1}}))
	}
	if !sameBounds(hi, row.Hi) {
		ends(slices.Concat(row.Lo, []Bound{{from, 1}, {to, 1}}), row.Hi)
	}
	return out
}
