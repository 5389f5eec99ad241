package pass

import "github.com/gradgen/gradgen/ir"

// itself compares an element of an array with the element, where it would be
// compared with the same value made again: that may be rounded otherwise in another
// loop, and the derivative of a maximum would find no winner.
func itself(b *ir.Builder, v *ir.Value) *ir.Value {
	m, ok := v.Def.(*ir.Map)
	if !ok {
		return nil
	}
	s := &ir.Subst{Apply: func(e *ir.Expr) *ir.Expr {
		if e.Op == ir.OpEq {
			return comparedWithItself(e)
		}
		return nil
	}}
	body := s.Expr(m.Body)
	if body == m.Body {
		return nil
	}
	return defined(b, v, &ir.Map{Axes: m.Axes, Domain: m.Domain, Reduce: m.Reduce, Body: body, Write: m.Write})
}

// comparedWithItself is a comparison of an element of an array with what that
// element is, as one of the element with the element: true but for NaN. It is nil
// for other comparisons.
func comparedWithItself(e *ir.Expr) *ir.Expr {
	for i, read := range e.Args {
		made := e.Args[1-i]
		if read.Op != ir.OpRead || len(made.Args) == 0 {
			continue
		}
		m, ok := read.Array.Def.(*ir.Map)
		if !ok || m.Reduce != nil || m.Write != nil || len(m.Domain) > 0 || m.Body.Op != made.Op {
			continue
		}
		s := &ir.Subst{Axis: map[*ir.Axis]ir.Int{}}
		for k, x := range m.Axes {
			s.Axis[x] = read.Index[k]
		}
		if s.Expr(m.Body).Compare(made) == 0 {
			return ir.Apply(ir.OpEq, read, read)
		}
	}
	return nil
}
