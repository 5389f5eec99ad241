package plan

import (
	"github.com/gradgen/gradgen/ir"
	"github.com/gradgen/gradgen/ir/few"
)

// dead removes variables that nobody reads, names of arrays among them, with what
// sets them, loops that never run, and what that leaves empty.
func (l *lowerer) dead(list []Stmt) []Stmt {
	for {
		live, used, named := l.live(list), l.usedInts(list), l.usedAliases(list)
		removed := false
		list = keepLive(list, live, used, named, &removed)
		if !removed {
			return list
		}
	}
}

// usedInts tells of the integer variables that are declared whether anything
// refers to them.
func (l *lowerer) usedInts(list []Stmt) map[*ir.Axis]bool {
	used := map[*ir.Axis]bool{}
	eachStmt(list, func(s Stmt) {
		if s, ok := s.(*LetInt); ok {
			used[s.Var] = false
		}
	})
	if len(used) == 0 {
		return nil // most functions have none
	}
	see := func(x *ir.Axis) {
		if _, declared := used[x]; declared {
			used[x] = true
		}
	}
	l.eachAxis(list, see)
	return used
}

// usedAliases tells of the names that move from array to array whether anything
// refers to what they name.
func (l *lowerer) usedAliases(list []Stmt) map[*Buffer]bool {
	used := map[*Buffer]bool{}
	read := func(e *Expr) {
		if e.Op == ir.OpRead {
			used[e.Buffer] = true
		}
	}
	l.eachAxis(list, func(x *ir.Axis) { l.ifDyn(x, func(x *ir.Axis) { l.dyn[x].walk(read) }) })
	eachStmt(list, func(s Stmt) {
		switch s := s.(type) {
		case *Rebind:
			used[s.To] = true
		case *View:
			used[s.Buffer] = true
		default:
			eachBuffer(s, func(b *Buffer, _ bool) { used[b] = true })
		}
	})
	return used
}

// eachAxis calls f once for the axes that statements use, and for those in the
// places of elements of index arrays that they use. Copies of statements leave
// elements behind that none does.
func (l *lowerer) eachAxis(list []Stmt, f func(*ir.Axis)) {
	var seen few.Set[*ir.Axis]
	var note func(i ir.Int)
	see := func(x *ir.Axis) {
		if !seen.Add(x) {
			return
		}
		f(x)
		if e := l.dyn[x]; e != nil {
			e.walk(func(e *Expr) { e.eachInt(note) })
		}
	}
	note = func(i ir.Int) { i.Walk(see, nil) }
	eachStmt(list, func(s Stmt) { eachInt(s, note) })
}

// live finds the registers that what is stored or decided depends on. One that
// only adds to itself is not among them.
func (l *lowerer) live(list []Stmt) map[*Reg]bool {
	live, from := map[*Reg]bool{}, map[*Reg][]*Reg{}
	var todo []*Reg
	mark := func(r *Reg) {
		if !live[r] {
			live[r] = true
			todo = append(todo, r)
		}
	}
	eachReg := func(e *Expr, f func(*Reg)) {
		e.walk(func(e *Expr) {
			if e.Op == ir.OpVar {
				f(e.Reg)
			}
		})
	}
	for r, kept := range l.kept {
		if kept {
			mark(r)
		}
	}
	eachStmt(list, func(s Stmt) {
		var to *Reg
		switch s := s.(type) {
		case *Let:
			to = s.Reg
		case *Set:
			to = s.Reg
		}
		eachExpr(s, func(e **Expr) {
			if to == nil {
				eachReg(*e, mark)
			} else {
				eachReg(*e, func(r *Reg) { from[to] = append(from[to], r) })
			}
		})
	})
	if len(l.dyn) > 0 {
		l.eachAxis(list, func(x *ir.Axis) { l.ifDyn(x, func(x *ir.Axis) { eachReg(l.dyn[x], mark) }) })
	}
	for len(todo) > 0 {
		r := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		for _, x := range from[r] {
			mark(x)
		}
	}
	return live
}

func keepLive(list []Stmt, live map[*Reg]bool, used map[*ir.Axis]bool, named map[*Buffer]bool, removed *bool) []Stmt {
	var out []Stmt
	for _, s := range list {
		switch s := s.(type) {
		case *Let:
			if !live[s.Reg] {
				*removed = true
				continue
			}
		case *LetInt:
			if !used[s.Var] {
				*removed = true
				continue
			}
		case *Rebind:
			if !named[s.Alias] {
				*removed = true
				continue
			}
		case *Loop:
			if n, ok := s.trips(); ok && n.Neg().NonNegative() {
				*removed = true // never runs
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
			*b = keepLive(*b, live, used, named, removed)
		}
		empty := len(inner) > 0
		for _, b := range inner {
			empty = empty && len(*b) == 0
		}
		if empty {
			*removed = true
			continue
		}
		out = append(out, s)
	}
	return out
}
