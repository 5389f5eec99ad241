package plan

import "github.com/gradgen/gradgen/ir"

// marks finds the loops whose iterations a vector could hold: innermost ones
// in which every access is contiguous or fixed along the axis.
func (l *lowerer) marks(list []Stmt) []Stmt {
	eachStmt(list, func(s Stmt) {
		if s, ok := s.(*Loop); ok {
			s.Vector = l.vector(s)
		}
	})
	return list
}

func (l *lowerer) vector(s *Loop) bool {
	ok, moves := !s.Down, false
	check := func(at ir.Int) {
		c, _, linear := at.Coef(s.Axis)
		ok = ok && linear && (c.Is(0) || c.Is(1))
		moves = moves || c.Is(1)
	}
	for _, t := range s.Body {
		switch t := t.(type) {
		case *Let, *Set:
		case *Store:
			check(t.At)
			c, _, _ := t.At.Coef(s.Axis)
			ok = ok && !(c.Is(0) && t.Op == Assign) // one element for all iterations
		default:
			return false
		}
		eachExpr(t, func(e **Expr) {
			(*e).walk(func(e *Expr) {
				if e.Op == ir.OpRead && e.Buffer.Rank > 0 {
					check(e.Int)
				}
			})
		})
	}
	return ok && moves
}
