package plan

import "github.com/gradgen/gradgen/ir"

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
	regs := map[*Expr]*Reg{}
	type visit struct {
		e    *Expr
		sure bool
	}
	var done map[visit]*Expr // of one statement: what is shared is visited once
	var rec func(e *Expr, sure bool) *Expr
	rec = func(e *Expr, sure bool) *Expr {
		if worthRegister(e) && l.steady(e, b, stored) && (sure || cost(e) < ir.Costly) {
			r := regs[e]
			if r == nil {
				r = l.x.reg(nameFor(e), e.Type)
				regs[e] = r
				out = append(out, &Let{Reg: r, Value: e})
			}
			return l.x.use(r)
		}
		if len(e.Args) == 0 {
			return e
		}
		if r := done[visit{e, sure}]; r != nil {
			return r
		}
		args := make([]*Expr, len(e.Args))
		for i, a := range e.Args {
			args[i] = rec(a, sure && !(conditional(e.Op) && i > 0))
		}
		r := l.x.rebuild(e, args)
		done[visit{e, sure}] = r
		return r
	}
	var body []Stmt
	for _, t := range s.Body {
		if let, ok := t.(*Let); ok && !let.Mutable && let.Value != nil && l.steady(let.Value, b, stored) {
			delete(b.regs, let.Reg)
			clear(b.steady)
			out = append(out, let)
			continue
		}
		done = map[visit]*Expr{}
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
	mutable := map[*Reg]bool{}
	eachStmt(list, func(s Stmt) {
		if s, ok := s.(*Set); ok {
			mutable[s.Reg] = true
		}
	})
	stored := written(list)
	fixed := map[*Expr]bool{}
	var isFixed func(e *Expr) bool
	isFixed = func(e *Expr) bool {
		if f, ok := fixed[e]; ok {
			return f
		}
		ok := !(e.Op == ir.OpVar && mutable[e.Reg]) && !(e.Op == ir.OpRead && stored[e.Buffer])
		e.eachInt(func(i ir.Int) { ok = ok && !l.fromStored(i, stored) })
		for _, a := range e.Args {
			ok = ok && isFixed(a)
		}
		fixed[e] = ok
		return ok
	}
	uses := map[*Expr]int{}
	var count func(e *Expr)
	count = func(e *Expr) {
		uses[e]++
		if uses[e] > 1 {
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
	regs := map[*Expr]*Reg{}
	alias := map[*Reg]*Expr{}
	var out []Stmt
	for _, s := range list {
		done := map[*Expr]*Expr{}
		// What is evaluated under a condition only is the same again as long as
		// there are the same registers.
		unsure, known := map[*Expr]*Expr{}, 0
		var rec func(e *Expr, sure bool) *Expr
		rec = func(e *Expr, sure bool) *Expr {
			if r := regs[e]; r != nil {
				return l.x.use(r)
			}
			if e.Op == ir.OpVar && alias[e.Reg] != nil {
				return alias[e.Reg]
			}
			if len(regs) != known {
				known = len(regs)
				clear(unsure)
			}
			memo := unsure
			if sure {
				memo = done
			}
			if r := memo[e]; r != nil {
				return r
			}
			args := make([]*Expr, len(e.Args))
			for i, a := range e.Args {
				args[i] = rec(a, sure && !(conditional(e.Op) && i > 0))
			}
			r := l.x.rebuild(e, args)
			if sure && uses[e] > 1 && worthRegister(e) && isFixed(e) {
				reg := l.x.reg(nameFor(e), e.Type)
				regs[e] = reg
				out = append(out, &Let{Reg: reg, Value: r})
				r = l.x.use(reg)
			}
			if sure {
				done[e] = r
			} else if len(regs) == known {
				unsure[e] = r
			}
			return r
		}
		let, ok := s.(*Let)
		if ok && !let.Mutable && let.Value != nil && isFixed(let.Value) {
			e := let.Value
			switch {
			case regs[e] != nil && !outer && !l.inIndex(let.Reg):
				alias[let.Reg] = l.x.use(regs[e]) // a second name
				continue
			case e.Op == ir.OpVar && !outer && !l.inIndex(let.Reg):
				alias[let.Reg] = rec(e, true)
				continue
			case worthRegister(e) && regs[e] == nil:
				// The register is there already.
				args := make([]*Expr, len(e.Args))
				for i, a := range e.Args {
					args[i] = rec(a, !(conditional(e.Op) && i > 0))
				}
				let.Value = l.x.rebuild(e, args)
				out = append(out, let)
				regs[e] = let.Reg
				continue
			}
		}
		eachExpr(s, func(e **Expr) { *e = rec(*e, true) })
		out = append(out, s)
	}
	if len(alias) > 0 {
		eachStmt(out, func(s Stmt) {
			eachExpr(s, func(e **Expr) {
				*e = l.mapLeaves(*e, func(e *Expr) *Expr {
					if e.Op == ir.OpVar {
						return alias[e.Reg]
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
