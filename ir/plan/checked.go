package plan

import "github.com/gradgen/gradgen/ir"

// checked drops the conditions on elements of index arrays that are checked
// before anything is written: a class is one of the classes.
func (l *lowerer) checked(list []Stmt) []Stmt {
	limits := map[*Buffer]ir.Int{}
	for _, c := range l.prog.IndexChecks {
		limits[c.Buffer] = c.Limit
	}
	if len(limits) == 0 {
		return list
	}
	holds := func(p ir.Pred) bool {
		if p.Kind != ir.GE0 {
			return false
		}
		for x, e := range l.dyn {
			limit, ok := limits[e.Buffer]
			if !ok || e.Op != ir.OpRead {
				continue
			}
			// room − x ≥ 0 with room ≥ limit − 1
			if coef, room, ok := p.E.Coef(x); ok && coef.Is(-1) && room.Sub(limit).AddConst(1).NonNegative() {
				return true
			}
		}
		return false
	}
	var visit func(list []Stmt) []Stmt
	visit = func(list []Stmt) []Stmt {
		var out []Stmt
		for _, s := range list {
			for _, inner := range bodies(s) {
				*inner = visit(*inner)
			}
			c, ok := s.(*If)
			if !ok || c.Cond.Op != ir.OpTest {
				out = append(out, s)
				continue
			}
			var rest []ir.Pred
			for _, p := range c.Cond.Preds {
				if !holds(p) {
					rest = append(rest, p)
				}
			}
			switch {
			case len(rest) == 0 && len(c.Else) == 0:
				out = append(out, c.Then...)
			case len(rest) == 0 || len(rest) == len(c.Cond.Preds):
				out = append(out, s)
			default:
				c.Cond = l.x.test(rest)
				out = append(out, s)
			}
		}
		return out
	}
	return visit(list)
}
