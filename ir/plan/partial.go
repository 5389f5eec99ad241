package plan

import (
	"github.com/gradgen/gradgen/ir"
)

// minPartial is the number of terms from which on a sum inside a loop is worth
// one more addition.
const minPartial = 32

// partials gives sums over several nested loops a register for each of the
// inner ones, which is added to the outer one at its end. The error of a sum
// over n·m terms then grows as n + m, not as n·m.
func (l *lowerer) partials(list []Stmt) []Stmt {
	for _, s := range list {
		if s, ok := s.(*Loop); ok && !hasBlock(s.Body) {
			s.Body = l.partialsIn(s.Body)
		}
		for _, body := range bodies(s) {
			*body = l.partials(*body)
		}
	}
	return list
}

// partialsIn does it for the loops that stand in the body of another.
func (l *lowerer) partialsIn(body []Stmt) []Stmt {
	own := map[*Reg]bool{}
	eachStmt(body, func(s Stmt) {
		if s, ok := s.(*Let); ok {
			own[s.Reg] = true
		}
	})
	var out []Stmt
	for _, s := range body {
		inner, ok := s.(*Loop)
		if !ok || terms(inner) < minPartial {
			out = append(out, s)
			continue
		}
		var after []Stmt
		for _, r := range l.sums(inner, own) {
			p := l.x.reg(r.Name, r.Type)
			eachStmt(inner.Body, func(s Stmt) {
				if s, ok := s.(*Set); ok && s.Reg == r {
					s.Reg = p
				}
			})
			out = append(out, &Let{Reg: p, Value: l.x.lit(r.Type, 0), Mutable: true})
			after = append(after, &Set{Reg: r, Op: AssignAdd, Value: l.x.use(p)})
		}
		out = append(append(out, inner), after...)
	}
	return out
}

// sums lists the registers that a loop only adds to, but for those in own.
func (l *lowerer) sums(s *Loop, own map[*Reg]bool) []*Reg {
	var out []*Reg
	other := map[*Reg]bool{} // read, or assigned otherwise
	seen := map[*Reg]bool{}
	eachStmt(s.Body, func(s Stmt) {
		if s, ok := s.(*Set); ok {
			if !seen[s.Reg] && !own[s.Reg] && s.Reg.Type.IsFloat() {
				out = append(out, s.Reg)
			}
			seen[s.Reg] = true
			other[s.Reg] = other[s.Reg] || s.Op != AssignAdd
		}
		eachExpr(s, func(e **Expr) {
			(*e).walk(func(e *Expr) {
				if e.Op == ir.OpVar {
					other[e.Reg] = true
				}
			})
		})
	})
	kept := out[:0]
	for _, r := range out {
		if !other[r] && !l.inIndex(r) {
			kept = append(kept, r)
		}
	}
	return kept
}

// terms estimates how often the innermost statements of a loop run.
func terms(s *Loop) int64 {
	n := extent(s.Axis)
	most := int64(1)
	for _, t := range s.Body {
		if t, ok := t.(*Loop); ok {
			most = max(most, terms(t))
		}
	}
	return min(n*most, 1<<30)
}
