package plan

import (
	"slices"

	"github.com/gradgen/gradgen/ir"
)

// guards brings what stands under equal conditions together, where nothing
// between depends on the order: one test then does for all, and what the sides
// have in common is in one place for the compiler to see.
func (l *lowerer) guards(list []Stmt) []Stmt {
	var out []Stmt
	last := map[*Expr]*If{} // by condition
	for _, s := range list {
		c, ok := s.(*If)
		if ok && last[c.Cond] != nil {
			if joined := l.joined(out, slices.Index(out, Stmt(last[c.Cond])), c); joined != nil {
				out = joined
				continue
			}
		}
		if ok {
			last[c.Cond] = c
		}
		out = append(out, s)
	}
	for _, s := range out {
		for _, body := range bodies(s) {
			*body = l.guards(*body)
		}
	}
	return out
}

// joined is a list whose condition at a place does what c does, too; nil if it
// must not be done there.
func (l *lowerer) joined(list []Stmt, at int, c *If) []Stmt {
	first, moved := list[at].(*If), l.effectsOf(c)
	cond := l.effectsOf(&If{Cond: c.Cond})
	if !cond.apart(l.effectsOf(first)) {
		return nil // it may hold no longer
	}
	out := slices.Clone(list[:at])
	var rest []Stmt
	for _, s := range list[at+1:] {
		if d, ok := s.(*Let); ok && d.Value == nil && moved.sets[d.Reg] {
			out = append(out, s) // the variable alone
			continue
		}
		if !moved.apart(l.effectsOf(s)) {
			return nil
		}
		rest = append(rest, s)
	}
	first.Then, first.Else = append(first.Then, c.Then...), append(first.Else, c.Else...)
	return append(append(out, first), rest...)
}

// effects are what statements refer to.
type effects struct {
	uses, sets    map[*Reg]bool
	reads, writes map[*Buffer]bool
	ints          map[*ir.Axis]bool
	binds         map[*ir.Axis]bool // variables of integers that they declare
	calls         bool              // of the engine
	fixed         bool              // they stay where they are: what an alias stands for is not followed
}

func (l *lowerer) effectsOf(s Stmt) *effects {
	f := &effects{map[*Reg]bool{}, map[*Reg]bool{}, map[*Buffer]bool{}, map[*Buffer]bool{}, map[*ir.Axis]bool{}, map[*ir.Axis]bool{}, false, false}
	var expr func(*Expr)
	number := func(i ir.Int) {
		i.Walk(func(x *ir.Axis) {
			if f.ints[x] {
				return
			}
			f.ints[x] = true
			if e := l.dyn[x]; e != nil {
				expr(e) // read where it is needed
			}
		}, nil)
	}
	expr = func(e *Expr) {
		e.walk(func(e *Expr) {
			e.eachInt(number)
			switch {
			case e.Op == ir.OpVar:
				f.uses[e.Reg] = true
			case e.Buffer != nil:
				f.reads[e.Buffer] = true
			}
		})
	}
	eachStmt([]Stmt{s}, func(s Stmt) {
		ownInts(s, func(i *ir.Int) { number(*i) })
		eachExpr(s, func(e **Expr) { expr(*e) })
		ownBuffers(s, func(b *Buffer, write bool) {
			if write {
				f.writes[b] = true
			} else {
				f.reads[b] = true
			}
		})
		switch s := s.(type) {
		case *Let:
			f.sets[s.Reg] = true
		case *LetInt:
			f.binds[s.Var] = true
		case *Set:
			f.uses[s.Reg], f.sets[s.Reg] = true, true
		case *Product, *Chain:
			f.calls = true
		case *Forget, *Rebind, *Swap:
			f.fixed = true
		}
	})
	for _, list := range []map[*Buffer]bool{f.reads, f.writes} {
		for b := range list {
			f.fixed = f.fixed || b.Class == Alias
		}
	}
	return f
}

// apart reports whether two statements call no engine and are independent.
func (f *effects) apart(g *effects) bool { return !f.calls && !g.calls && f.independent(g) }

// independent reports whether the order of two statements makes no difference.
func (f *effects) independent(g *effects) bool {
	return !f.fixed && !g.fixed &&
		!meet(f.sets, g.uses) && !meet(f.sets, g.sets) && !meet(f.uses, g.sets) &&
		!meet(f.writes, g.reads) && !meet(f.writes, g.writes) && !meet(f.reads, g.writes) &&
		!meet(f.binds, g.ints) && !meet(f.ints, g.binds)
}

func meet[T comparable](a, b map[T]bool) bool {
	for x := range a {
		if b[x] {
			return true
		}
	}
	return false
}
