package plan

import (
	"github.com/gradgen/gradgen/ir"
)

// once makes loops that run once at most, what split leaves at the ends of a
// range, conditions: a short vector is nothing but ends.
func (l *lowerer) once(list []Stmt) []Stmt {
	var out []Stmt
	for _, s := range list {
		for _, body := range bodies(s) {
			*body = l.once(*body)
		}
		if loop, ok := s.(*Loop); ok && loop.Step == 1 && scalarWork(loop.Body) {
			if at, cond, ok := l.onlyOne(loop); ok {
				c := newCopier(l, map[*ir.Axis]ir.Int{loop.Axis: at})
				body := c.list(loop.Body)
				switch {
				case cond.Op != ir.OpLit:
					out = append(out, &If{Cond: cond, Then: body})
				case cond.Lit != 0:
					out = append(out, body...)
				}
				continue
			}
		}
		out = append(out, s)
	}
	return out
}

// onlyOne finds the only value that the axis of a loop can have, and when it
// has it: one of the bounds from below, if one from above is no more than that
// and one.
func (l *lowerer) onlyOne(s *Loop) (at ir.Int, cond *Expr, ok bool) {
	for _, lo := range s.Lo {
		for _, hi := range s.Hi {
			if lo.Den == 1 && hi.Den == 1 && lo.E.AddConst(1).Sub(hi.E).NonNegative() {
				return lo.E, l.x.test(s.within(lo.E)), true
			}
		}
	}
	return ir.Int{}, nil, false
}

// scalarWork reports whether statements are such that a copier keeps what they
// mean outside of a loop.
func scalarWork(list []Stmt) bool {
	ok := true
	eachStmt(list, func(s Stmt) {
		switch s.(type) {
		case *Let, *Set, *Store, *Loop, *If, *Fill:
		default:
			ok = false
		}
	})
	return ok
}
