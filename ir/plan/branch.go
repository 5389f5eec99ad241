package plan

import (
	"github.com/gradgen/gradgen/ir"
	"github.com/gradgen/gradgen/ir/few"
)

// branches turns selections into If statements, so that the side not taken
// is not evaluated: its reads may lie outside their arrays.
func (l *lowerer) branches(list []Stmt) []Stmt {
	var out []Stmt
	for _, s := range list {
		out = append(out, l.branch(s)...)
	}
	return out
}

func (l *lowerer) branch(s Stmt) []Stmt {
	switch s := s.(type) {
	case *Block:
		s.Body = l.branches(s.Body)
	case *Loop:
		s.Body = l.branches(s.Body)
		return []Stmt{l.outside(s)}
	case *If:
		if first, second, ok := l.parted(s.Cond); ok && len(s.Else) == 0 {
			return l.branch(&If{Cond: first, Then: []Stmt{&If{Cond: second, Then: s.Then}}})
		}
		var out []Stmt
		cond := l.straight(s.Cond, &out)
		return append(out, &If{Cond: cond, Then: l.branches(s.Then), Else: l.branches(s.Else)})
	case *Let:
		if s.Value == nil {
			return []Stmt{s}
		}
		var parts []Stmt
		s.Value = l.untangled(s.Value, &parts)
		if s.Value.Op == ir.OpSelect {
			out := append(parts, &Let{Reg: s.Reg, Mutable: true})
			return append(out, l.sides(s.Value, func(e *Expr) Stmt {
				if e.IsZero() {
					return nil // as declared
				}
				return &Set{Reg: s.Reg, Value: e}
			})...)
		}
		out := parts
		s.Value = l.straight(s.Value, &out)
		return append(out, s)
	case *Set:
		var parts []Stmt
		if e := l.untangled(s.Value, &parts); len(parts) > 0 {
			n := *s
			n.Value = e
			return append(parts, l.branch(&n)...)
		}
		if s.Value.Op == ir.OpSelect {
			return l.sides(s.Value, func(e *Expr) Stmt {
				if s.Op == AssignAdd && e.Op == ir.OpLit && e.Lit == 0 {
					return nil
				}
				return &Set{Reg: s.Reg, Op: s.Op, Value: e}
			})
		}
		var out []Stmt
		n := *s
		n.Value = l.straight(s.Value, &out)
		return append(out, &n)
	case *Store:
		var parts []Stmt
		if e := l.untangled(s.Value, &parts); len(parts) > 0 {
			n := *s
			n.Value = e
			return append(parts, l.branch(&n)...)
		}
		if s.Value.Op == ir.OpSelect && s.Op == AssignAdd {
			return l.sides(s.Value, func(e *Expr) Stmt {
				if e.Op == ir.OpLit && e.Lit == 0 {
					return nil
				}
				n := *s
				n.Value = e
				return &n
			})
		}
		if l.keeps(s) {
			// What stays as it was need not be written.
			return l.sides(s.Value, func(e *Expr) Stmt {
				if l.reads(e, s) {
					return nil
				}
				n := *s
				n.Value = e
				return &n
			})
		}
		// An assignment stays outside the branches, where its row is known to
		// be written as a whole.
		var out []Stmt
		n := *s
		n.Value = l.straight(s.Value, &out)
		return append(out, &n)
	}
	return []Stmt{s}
}

// keeps reports whether an element is assigned itself on one side of a
// selection, as a gradient that is added to what was there.
func (l *lowerer) keeps(s *Store) bool {
	e := s.Value
	return e.Op == ir.OpSelect && s.Op == Assign && (l.reads(e.Args[1], s) || l.reads(e.Args[2], s))
}

// reads reports whether e is the element that s assigns.
func (l *lowerer) reads(e *Expr, s *Store) bool {
	return e.Op == ir.OpRead && s.Buffer.Rank > 0 && e.Buffer == s.Buffer && e.Int.Equal(s.At)
}

// outside takes a condition that all steps of a loop share out of it.
func (l *lowerer) outside(s *Loop) Stmt {
	if len(s.Body) != 1 {
		return s
	}
	c, ok := s.Body[0].(*If)
	if !ok || len(c.Else) > 0 || c.Cond.Op == ir.OpTest {
		return s
	}
	if b := l.boundIn(s); !l.steady(c.Cond, &b, written(s.Body)) {
		return s
	}
	s.Body = c.Then
	return &If{Cond: c.Cond, Then: []Stmt{s}}
}

// sides makes the If of a selection, with what make makes on either side; nil
// for nothing.
func (l *lowerer) sides(e *Expr, make func(*Expr) Stmt) []Stmt {
	if first, second, ok := l.parted(e.Args[0]); ok && e.Args[2].Op == ir.OpLit {
		both := l.x.apply(ir.OpSelect, second, e.Args[1], e.Args[2])
		return l.sides(l.x.apply(ir.OpSelect, first, both, e.Args[2]), make)
	}
	var out []Stmt
	cond := l.straight(e.Args[0], &out)
	side := func(e *Expr) []Stmt {
		if e.Op == ir.OpSelect {
			return l.sides(e, make)
		}
		s := make(e)
		if s == nil {
			return nil
		}
		return l.branch(s)
	}
	then, other := side(e.Args[1]), side(e.Args[2])
	switch {
	case len(then) == 0 && len(other) == 0:
		return nil
	case len(then) == 0:
		then, other, cond = other, nil, l.not(cond)
	}
	return append(out, &If{Cond: cond, Then: then, Else: other})
}

func (l *lowerer) not(e *Expr) *Expr {
	if e.Op == ir.OpTest && len(e.Preds) == 1 && e.Preds[0].Kind == ir.GE0 {
		return l.x.test([]ir.Pred{{Kind: ir.GE0, E: e.Preds[0].E.Neg().AddConst(-1)}})
	}
	return l.x.apply(ir.OpNot, e)
}

// straight makes e free of selections; statements that it needs first go to
// before.
func (l *lowerer) straight(e *Expr, before *[]Stmt) *Expr {
	if !l.branchy(e) {
		return e
	}
	var done few.Map[*Expr, *Expr]
	var rec func(e *Expr) *Expr
	rec = func(e *Expr) *Expr {
		if r, ok := done.Get(e); ok {
			return r
		}
		var out *Expr
		first, second, parted := l.parted(e)
		switch {
		case e.Op == ir.OpSelect:
			r := l.x.reg("s", e.Type)
			*before = append(*before, l.branch(&Let{Reg: r, Value: e})...)
			out = l.x.use(r)
		case parted:
			out = rec(l.x.apply(ir.OpSelect, first, second, l.x.lit(ir.Bool, 0)))
		case (e.Op == ir.OpAnd || e.Op == ir.OpOr) && l.branchy(e.Args[1]):
			// The right side runs only if the left one does not decide.
			short := l.x.lit(ir.Bool, 0)
			sel := l.x.apply(ir.OpSelect, e.Args[0], e.Args[1], short)
			if e.Op == ir.OpOr {
				sel = l.x.apply(ir.OpSelect, e.Args[0], l.x.lit(ir.Bool, 1), e.Args[1])
			}
			out = rec(sel)
		case e.Op == ir.OpMulZ:
			a, b := l.named("a", rec(e.Args[0]), before), l.named("b", rec(e.Args[1]), before)
			zero := l.x.lit(e.Type, 0)
			r := l.x.reg("z", e.Type)
			*before = append(*before, &Let{Reg: r, Value: l.x.apply(ir.OpMul, a, b), Mutable: true})
			var cond *Expr
			for _, f := range []*Expr{a, b} {
				if f.Op == ir.OpLit && f.Lit != 0 {
					continue
				}
				is := l.x.apply(ir.OpEq, f, zero)
				if cond == nil {
					cond = is
				} else {
					cond = l.x.apply(ir.OpOr, cond, is)
				}
			}
			if cond != nil {
				*before = append(*before, &If{Cond: cond, Then: []Stmt{&Set{Reg: r, Value: zero}}})
			}
			out = l.x.use(r)
		default:
			out = l.x.rebuild(e, mapArgs(e, func(_ int, a *Expr) *Expr { return rec(a) }))
		}
		done.Set(e, out)
		return out
	}
	return rec(e)
}

// named gives e a register, unless it is one or a literal.
func (l *lowerer) named(name string, e *Expr, before *[]Stmt) *Expr {
	if e.Op == ir.OpVar || e.Op == ir.OpLit {
		return e
	}
	r := l.x.reg(name, e.Type)
	*before = append(*before, &Let{Reg: r, Value: e})
	return l.x.use(r)
}

// branchy reports whether e needs statements.
func (l *lowerer) branchy(e *Expr) bool {
	found := false
	e.walk(func(e *Expr) {
		if found = found || e.Op == ir.OpSelect || e.Op == ir.OpMulZ; !found {
			_, _, found = l.parted(e)
		}
	})
	return found
}
