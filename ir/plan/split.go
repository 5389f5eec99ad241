package plan

import (
	"slices"

	"github.com/gradgen/gradgen/ir"
)

// split cuts loops where conditions on their axis change, so that the inner
// part, nearly all of it, is free of them: before it and after it, the
// conditions stay.
func (l *lowerer) split(list []Stmt) []Stmt {
	var out []Stmt
	for _, s := range list {
		switch s := s.(type) {
		case *Block:
			s.Body = l.split(s.Body)
		case *If:
			s.Then, s.Else = l.split(s.Then), l.split(s.Else)
		case *Loop:
			if parts := l.cut(s); parts != nil {
				out = append(out, parts...)
				continue
			}
			s.Body = l.split(s.Body)
		}
		out = append(out, s)
	}
	return out
}

// maxSplit bounds the cost of a body that is copied into three.
const maxSplit = 400

// cutPoints are the conditions on the axis of a loop that bound it.
type cutPoints struct {
	lower, upper []ir.Pred
	equal        []ir.Pred
}

// conditions collects the predicates in the body that use the axis of s and
// nothing that is bound inside.
func (l *lowerer) conditions(s *Loop) (c cutPoints, ok bool) {
	b := l.boundIn(s)
	b.axes = slices.DeleteFunc(b.axes, func(x *ir.Axis) bool { return x == s.Axis })
	size := 0
	ok = true
	add := func(list []ir.Pred, p ir.Pred) []ir.Pred {
		if slices.ContainsFunc(list, p.Equal) {
			return list
		}
		return append(list, p)
	}
	eachStmt(s.Body, func(t Stmt) {
		switch t.(type) {
		case *Let, *Set, *Store, *Loop, *If, *Fill:
		default:
			ok = false
		}
		eachExpr(t, func(e **Expr) {
			size += cost(*e)
			(*e).walk(func(e *Expr) {
				for _, p := range e.Preds {
					coef, _, linear := p.E.Coef(s.Axis)
					k, isConst := coef.IsConst()
					if !linear || !isConst || k == 0 || l.changes(p.E, &b) || l.data(p.E) {
						continue
					}
					switch {
					case p.Kind == ir.GE0 && k > 0:
						c.lower = add(c.lower, p)
					case p.Kind == ir.GE0:
						c.upper = add(c.upper, p)
					case p.Kind == ir.EQ0 && (k == 1 || k == -1):
						c.equal = add(c.equal, p)
					}
				}
			})
		})
	})
	return c, ok && size <= maxSplit && len(c.lower)+len(c.upper)+len(c.equal) > 0
}

// data reports whether i depends on elements of index arrays.
func (l *lowerer) data(i ir.Int) bool {
	found := false
	i.Walk(func(x *ir.Axis) { found = found || l.dyn[x] != nil }, nil)
	return found
}

// cut splits one loop; nil leaves it.
func (l *lowerer) cut(s *Loop) []Stmt {
	if s.Down || s.Step != 1 {
		return nil
	}
	c, ok := l.conditions(s)
	if !ok {
		return nil
	}
	if n, ok := s.trips(); ok {
		if k, isConst := n.IsConst(); isConst && k <= 4 {
			return l.unrolled(s, k)
		}
	}
	if parts := l.atPoints(s, c); parts != nil {
		return parts
	}
	known := slices.Concat(c.lower, c.upper)
	if len(known) == 0 {
		if len(c.equal) > 1 {
			return nil
		}
		e := c.equal[0].E
		if k, _, _ := e.Coef(s.Axis); k.Is(-1) {
			e = e.Neg()
		}
		known = []ir.Pred{{Kind: ir.GE0, E: e}, {Kind: ir.GE0, E: e.Neg()}}
	}
	lo, hi, _ := limits(s.Axis, known)
	inLo, inHi := strongest(slices.Concat(s.Lo, lo), true), strongest(slices.Concat(s.Hi, hi), false)

	var out []Stmt
	before := !sameBounds(inLo, strongest(s.Lo, true))
	after := !sameBounds(inHi, strongest(s.Hi, false))
	if before && len(inLo) > 1 {
		x := ir.NewAxis("lo", ir.Const(1<<31))
		out = append(out, &LetInt{Var: x, Lo: inLo})
		inLo = []Bound{{ir.Of(x), 1}}
	}
	if after && len(inHi) > 1 {
		x := ir.NewAxis("hi", ir.Const(1<<31))
		out = append(out, &LetInt{Var: x, Hi: inHi})
		inHi = []Bound{{ir.Of(x), 1}}
	}
	if before {
		out = append(out, l.piece(s, s.Lo, slices.Concat(s.Hi, inLo), nil, c.onlyLower())...)
	}
	inner := l.piece(s, inLo, inHi, slices.Concat(c.lower, c.upper, c.equal1()), nil)
	out = append(out, l.split(inner)...)
	if after {
		from := inHi
		if before {
			from = slices.Concat(inLo, inHi)
		} else {
			from = slices.Concat(s.Lo, inHi)
		}
		out = append(out, l.piece(s, from, s.Hi, c.lower, c.onlyUpper())...)
	}
	return out
}

// equal1 is the equality that the inner part satisfies, if it was made for it.
func (c *cutPoints) equal1() []ir.Pred {
	if len(c.lower)+len(c.upper) == 0 {
		return c.equal
	}
	return nil
}

// onlyLower is what is false before the inner part.
func (c *cutPoints) onlyLower() []ir.Pred {
	if len(c.lower) == 1 {
		return c.lower
	}
	return c.equal1()
}

// onlyUpper is what is false after it.
func (c *cutPoints) onlyUpper() []ir.Pred {
	if len(c.upper) == 1 {
		return c.upper
	}
	return c.equal1()
}

func sameBounds(a, b []Bound) bool {
	return slices.EqualFunc(a, b, func(x, y Bound) bool { return x.Den == y.Den && x.E.Equal(y.E) })
}

// piece copies a loop for part of its range, in which some predicates are
// known to hold, and some not to.
func (l *lowerer) piece(s *Loop, lo, hi []Bound, holds, fails []ir.Pred) []Stmt {
	n := &Loop{Lo: strongest(lo, true), Hi: strongest(hi, false), Step: 1, Reduce: s.Reduce}
	n.Axis = ir.NewAxis(s.Axis.Name, s.Axis.Extent)
	to := &ir.Subst{Axis: map[*ir.Axis]ir.Int{s.Axis: ir.Of(n.Axis)}}
	c := newCopier(l, map[*ir.Axis]ir.Int{s.Axis: ir.Of(n.Axis)})
	yes, no := to.Preds(holds), to.Preds(fails)
	c.test = func(preds []ir.Pred) (*Expr, bool) {
		var rest []ir.Pred
		for _, p := range preds {
			if slices.ContainsFunc(no, p.Equal) {
				return l.x.lit(ir.Bool, 0), true
			}
			if !slices.ContainsFunc(yes, p.Equal) {
				rest = append(rest, p)
			}
		}
		return l.x.test(rest), true
	}
	if k, ok := n.trips(); ok {
		if t, isConst := k.IsConst(); isConst && t <= 0 {
			return nil
		} else if isConst && t == 1 {
			from, _ := single(n.Lo)
			c.bind(s.Axis, from)
			to.Axis[s.Axis] = from
			yes, no = to.Preds(holds), to.Preds(fails)
			return c.list(s.Body)
		}
	}
	n.Body = c.list(s.Body)
	if len(n.Body) == 0 {
		return nil
	}
	return []Stmt{n}
}

// unrolled writes the iterations of a short loop out; tests fold.
func (l *lowerer) unrolled(s *Loop, n int64) []Stmt {
	from, _ := single(s.Lo)
	var out []Stmt
	for i := range n {
		c := newCopier(l, map[*ir.Axis]ir.Int{s.Axis: from.AddConst(i)})
		out = append(out, l.split(c.list(s.Body))...)
	}
	return out
}
