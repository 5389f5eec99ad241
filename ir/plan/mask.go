package plan

import (
	"slices"

	"github.com/gradgen/gradgen/ir"
)

// mask makes the source a copy with zeros where conditions do not hold, if all of them
// keep to one diagonal of the operand: its matrices then have a band. It reports whether
// it did.
func (l *lowerer) mask(s *source, preds []ir.Pred) bool {
	array := s.read.Array
	var axes []*ir.Axis
	var body *ir.Expr
	if s.made != nil {
		d := s.made.Def.(*ir.Map)
		axes, body = d.Axes, d.Body
	} else {
		for _, n := range array.Type.Shape {
			axes = append(axes, ir.NewAxis("i", n))
		}
		body = ir.Read(array, ir.AxisInts(axes)...)
	}
	of := s.axesOf(axes)
	x, y := diagonal(preds[0])
	for _, p := range preds {
		if a, b := diagonal(p); a == nil || !of[a].HasAxes() || !of[b].HasAxes() || a != x && a != y || b != x && b != y {
			return false
		}
	}
	var n interval
	n.cut(ir.Of(y).Sub(ir.Of(x)), preds)
	s.full *= n.share(extent(x), extent(y))
	l.remake(s, array.Name+"_masked", axes, body, (&ir.Subst{Axis: of}).Preds(preds))
	return true
}

// guard makes the copy of an operand, if it is one, under the conditions on data of a
// sum, with zeros elsewhere: it may read an array at places that are in it for that
// reason alone. It reports false if there is none, or if it has not all axes that they
// are about.
func (l *lowerer) guard(s *source, preds []ir.Pred) bool {
	if s.made == nil {
		return false
	}
	preds = slices.DeleteFunc(slices.Clone(preds), func(p ir.Pred) bool { return !p.E.HasReads() })
	if len(preds) == 0 {
		return true
	}
	d := s.made.Def.(*ir.Map)
	of := s.axesOf(d.Axes)
	for _, p := range preds {
		known := true
		p.E.Walk(func(x *ir.Axis) { known = known && of[x].HasAxes() }, nil)
		if !known {
			return false
		}
	}
	l.remake(s, s.made.Name, d.Axes, d.Body, (&ir.Subst{Axis: of}).Preds(preds))
	return true
}

// axesOf is the axes of a copy by those of the sum, where the sum reads along one.
func (s *source) axesOf(axes []*ir.Axis) map[*ir.Axis]ir.Int {
	of := map[*ir.Axis]ir.Int{}
	for k, i := range s.read.Index {
		if x, ok := i.IsAxis(); ok && countUses(s.read.Index, x) == 1 {
			of[x] = ir.Of(axes[k])
		}
	}
	return of
}

// remake makes the source a copy of body, with zeros where conditions do not hold.
func (l *lowerer) remake(s *source, name string, axes []*ir.Axis, body *ir.Expr, preds []ir.Pred) {
	s.made = l.copies.Map(name, len(axes), &ir.Map{Axes: axes, Body: ir.Select(ir.Test(preds...), body, ir.Lit(body.Type, 0))})
	s.read = ir.Read(s.made, s.read.Index...)
}

// gathers reports whether the source is a copy of what lies where data says.
func (s *source) gathers() bool {
	found := false
	if s.made != nil {
		s.made.Def.(*ir.Map).Body.Walk(func(e *ir.Expr) {
			found = found || slices.ContainsFunc(e.Index, ir.Int.HasReads)
		})
	}
	return found
}
