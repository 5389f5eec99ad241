package plan

import (
	"slices"

	"github.com/gradgen/gradgen/ir"
	"github.com/gradgen/gradgen/ir/few"
)

// hoist moves what a loop does not change out of it; Go does not.
func (l *lowerer) hoist(list []Stmt) []Stmt {
	var out []Stmt
	for _, s := range list {
		switch s := s.(type) {
		case *Block:
			s.Body = l.hoist(s.Body)
		case *If:
			s.Then, s.Else = l.hoist(s.Then), l.hoist(s.Else)
		case *Loop:
			s.Body = l.hoist(s.Body)
			out = append(out, l.hoistFrom(s)...)
		}
		out = append(out, s)
	}
	return out
}

// hoistFrom takes expressions out of a loop, into registers before it.
func (l *lowerer) hoistFrom(s *Loop) []Stmt {
	if hasBlock(s.Body) {
		return nil // the loop of a scan: its blocks stay together
	}
	var out []Stmt
	b, stored := l.boundIn(s), written(s.Body)
	var regs few.Map[*Expr, *Reg]
	type visit struct {
		e    *Expr
		sure bool
	}
	var done few.Map[visit, *Expr] // of one statement: what is shared is visited once
	var rec func(e *Expr, sure bool) *Expr
	rec = func(e *Expr, sure bool) *Expr {
		if worthRegister(e) && l.steady(e, &b, stored) && (sure || cost(e) < ir.Costly) {
			r := regs.At(e)
			if r == nil {
				r = l.x.reg(nameFor(e), e.Type)
				regs.Set(e, r)
				out = append(out, &Let{Reg: r, Value: e})
			}
			return l.x.use(r)
		}
		if len(e.Args) == 0 {
			return e
		}
		if r := done.At(visit{e, sure}); r != nil {
			return r
		}
		r := l.x.rebuild(e, mapArgs(e, func(i int, a *Expr) *Expr {
			return rec(a, sure && !(conditional(e.Op) && i > 0))
		}))
		done.Set(visit{e, sure}, r)
		return r
	}
	var body []Stmt
	for _, t := range s.Body {
		if let, ok := t.(*Let); ok && !let.Mutable && let.Value != nil && l.steady(let.Value, &b, stored) {
			b.regs.Set(let.Reg, false)
			b.steady.Clear()
			out = append(out, let)
			continue
		}
		done.Clear()
		eachExpr(t, func(e **Expr) { *e = rec(*e, true) })
		body = append(body, t)
	}
	s.Body = body
	return out
}

func hasBlock(list []Stmt) bool {
	for _, s := range list {
		if _, ok := s.(*Block); ok {
			return true
		}
	}
	return false
}

// conditional tells operations that may not evaluate arguments but the first.
func conditional(op *ir.Op) bool { return op == ir.OpSelect || op == ir.OpAnd || op == ir.OpOr }

// worthRegister tells expressions that cost more to evaluate again than a
// register does.
func worthRegister(e *Expr) bool {
	switch e.Op {
	case ir.OpLit, ir.OpVar, ir.OpTest:
		return false
	case ir.OpRead:
		return e.Buffer.Rank > 0
	}
	return true
}

func cost(e *Expr) int {
	n := 0
	e.walk(func(e *Expr) { n += e.Op.Cost })
	return n
}

// nameFor suggests a name for a register that holds e.
func nameFor(e *Expr) string {
	switch e.Op {
	case ir.OpRead:
		if e.Buffer.Name != "" {
			return e.Buffer.Name + "At"
		}
	case ir.OpIndex:
		return "n"
	case ir.OpRandom:
		return "u"
	}
	return "c"
}

// share gives what a list of statements evaluates more than once a register.
func (l *lowerer) share(list []Stmt) []Stmt { return l.shareIn(list, true) }

// shareIn does it for one list; what an outer one declares, other blocks use.
func (l *lowerer) shareIn(list []Stmt, outer bool) []Stmt {
	for _, s := range list {
		_, block := s.(*Block)
		for _, inner := range bodies(s) {
			*inner = l.shareIn(*inner, block)
		}
	}
	if hasBlock(list) {
		return list
	}
	// What changes between the statements cannot be kept.
	var mutable few.Map[*Reg, bool]
	eachStmt(list, func(s Stmt) {
		if s, ok := s.(*Set); ok {
			mutable.Set(s.Reg, true)
		}
	})
	stored := written(list)
	var fixed few.Map[*Expr, bool]
	var isFixed func(e *Expr) bool
	isFixed = func(e *Expr) bool {
		if f, ok := fixed.Get(e); ok {
			return f
		}
		ok := !(e.Op == ir.OpVar && mutable.At(e.Reg)) && !(e.Op == ir.OpRead && slices.Contains(stored, e.Buffer))
		e.eachInt(func(i ir.Int) { ok = ok && !l.fromStored(i, stored) })
		for _, a := range e.Args {
			ok = ok && isFixed(a)
		}
		fixed.Set(e, ok)
		return ok
	}
	var uses few.Map[*Expr, int]
	var count func(e *Expr)
	count = func(e *Expr) {
		n := uses.At(e) + 1
		if uses.Set(e, n); n > 1 {
			return
		}
		for i, a := range e.Args {
			if !(conditional(e.Op) && i > 0) {
				count(a)
			}
		}
	}
	for _, s := range list {
		eachExpr(s, func(e **Expr) { count(*e) })
	}
	var regs few.Map[*Expr, *Reg]
	var alias few.Map[*Reg, *Expr]
	var out []Stmt
	// What is evaluated under a condition only is the same again as long as
	// there are the same registers.
	var done, unsure few.Map[*Expr, *Expr]
	for _, s := range list {
		done.Clear()
		unsure.Clear()
		known := 0
		var rec func(e *Expr, sure bool) *Expr
		rec = func(e *Expr, sure bool) *Expr {
			if r := regs.At(e); r != nil {
				return l.x.use(r)
			}
			if e.Op == ir.OpVar {
				if a := alias.At(e.Reg); a != nil {
					return a
				}
			}
			if regs.Len() != known {
				known = regs.Len()
				unsure.Clear()
			}
			memo := &unsure
			if sure {
				memo = &done
			}
			if r := memo.At(e); r != nil {
				return r
			}
			r := l.x.rebuild(e, mapArgs(e, func(i int, a *Expr) *Expr {
				return rec(a, sure && !(conditional(e.Op) && i > 0))
			}))
			if sure && uses.At(e) > 1 && worthRegister(e) && isFixed(e) {
				reg := l.x.reg(nameFor(e), e.Type)
				regs.Set(e, reg)
				out = append(out, &Let{Reg: reg, Value: r})
				r = l.x.use(reg)
			}
			if sure {
				done.Set(e, r)
			} else if regs.Len() == known {
				unsure.Set(e, r)
			}
			return r
		}
		let, ok := s.(*Let)
		if ok && !let.Mutable && let.Value != nil && isFixed(let.Value) {
			e := let.Value
			switch {
			case regs.At(e) != nil && !outer && !l.inIndex(let.Reg):
				alias.Set(let.Reg, l.x.use(regs.At(e))) // a second name
				continue
			case e.Op == ir.OpVar && !outer && !l.inIndex(let.Reg):
				alias.Set(let.Reg, rec(e, true))
				continue
			case worthRegister(e) && regs.At(e) == nil:
				// The register is there already.
				let.Value = l.x.rebuild(e, mapArgs(e, func(i int, a *Expr) *Expr {
					return rec(a, !(conditional(e.Op) && i > 0))
				}))
				out = append(out, let)
				regs.Set(e, let.Reg)
				continue
			}
		}
		eachExpr(s, func(e **Expr) { *e = rec(*e, true) })
		out = append(out, s)
	}
	if alias.Len() > 0 {
		eachStmt(out, func(s Stmt) {
			eachExpr(s, func(e **Expr) {
				*e = l.mapLeaves(*e, func(e *Expr) *Expr {
					if e.Op == ir.OpVar {
						return alias.At(e.Reg)
					}
					return nil
				})
			})
		})
	}
	return out
}

// inIndex reports whether an integer variable is made of a register.
func (l *lowerer) inIndex(r *Reg) bool {
	found := false
	for _, e := range l.dyn {
		e.walk(func(e *Expr) { found = found || e.Op == ir.OpVar && e.Reg == r })
	}
	return found
}
