package plan

import "github.com/gradgen/gradgen/ir"

// dead removes registers that nobody reads, with what sets them, and what
// that leaves empty.
func (l *lowerer) dead(list []Stmt) []Stmt {
	for {
		live := map[*Reg]bool{}
		eachStmt(list, func(s Stmt) {
			eachExpr(s, func(e **Expr) {
				(*e).walk(func(e *Expr) {
					if e.Op == ir.OpVar {
						live[e.Reg] = true
					}
				})
			})
		})
		for _, e := range l.dyn {
			e.walk(func(e *Expr) {
				if e.Op == ir.OpVar {
					live[e.Reg] = true
				}
			})
		}
		removed := false
		list = keepLive(list, live, &removed)
		if !removed {
			return list
		}
	}
}

func keepLive(list []Stmt, live map[*Reg]bool, removed *bool) []Stmt {
	var out []Stmt
	for _, s := range list {
		switch s := s.(type) {
		case *Let:
			if !live[s.Reg] {
				*removed = true
				continue
			}
		case *Set:
			if !live[s.Reg] {
				*removed = true
				continue
			}
		}
		inner := bodies(s)
		for _, b := range inner {
			*b = keepLive(*b, live, removed)
		}
		empty := len(inner) > 0
		for _, b := range inner {
			empty = empty && len(*b) == 0
		}
		if _, isBlock := s.(*Block); empty && !isBlock {
			*removed = true
			continue
		}
		out = append(out, s)
	}
	return out
}
