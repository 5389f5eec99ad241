package ir

import (
	"slices"

	"github.com/gradgen/gradgen/ir/few"
)

// Subst rewrites scalar expressions and the integer expressions inside them.
// It is the one substitution: renaming axes, lifting out of scans, inlining
// and instantiating templates are all made of it. Shared nodes stay shared,
// and what nothing in it changes stays the same node.
type Subst struct {
	Axis map[*Axis]Int                         // axes to replace; nil for none
	Dim  map[*Dim]Int                          // sizes to replace; nil for none
	Var  func(name string) *Expr               // variables of a template
	Read func(array *Value, index []Int) *Expr // a read, its indices already rewritten; nil to keep reads
	// Apply says what becomes of an operation, before its arguments are looked at;
	// nil to go on.
	Apply func(e *Expr) *Expr
	done  few.Map[*Expr, *Expr]
}

// Int rewrites an integer expression.
func (s *Subst) Int(i Int) Int {
	return i.MapAtoms(func(m Atom) (Int, bool) {
		switch m := m.(type) {
		case *Axis:
			r, ok := s.Axis[m]
			return r, ok
		case *Dim:
			r, ok := s.Dim[m]
			return r, ok
		case *FloorDiv:
			n := s.Int(m.Num)
			if n.Equal(m.Num) {
				return Int{}, false
			}
			return n.FloorDiv(m.Den), true
		case *Expr:
			e := s.Expr(m)
			if e == m {
				return Int{}, false
			}
			return IntOf(e), true
		}
		return Int{}, false
	})
}

// IntOf makes an integer-valued scalar expression an integer expression.
func IntOf(e *Expr) Int {
	switch e.Op {
	case OpIndex:
		return e.Int
	case OpLit:
		return Const(int64(e.Lit))
	}
	return Of(e)
}

// Ints rewrites a list; the same list comes back if nothing in it changes.
func (s *Subst) Ints(is []Int) []Int {
	out := slices.Clip(is)
	for k, i := range is {
		j := s.Int(i)
		if j.same(i) {
			continue
		}
		if &out[0] == &is[0] {
			out = slices.Clone(is)
		}
		out[k] = j
	}
	return out
}

// Preds rewrites a conjunction, as Ints does.
func (s *Subst) Preds(ps []Pred) []Pred {
	out := slices.Clip(ps)
	for k, p := range ps {
		e := s.Int(p.E)
		if e.same(p.E) {
			continue
		}
		if &out[0] == &ps[0] {
			out = slices.Clone(ps)
		}
		out[k].E = e
	}
	return out
}

// Expr rewrites a scalar expression.
func (s *Subst) Expr(e *Expr) *Expr {
	if r, ok := s.done.Get(e); ok {
		return r
	}
	r := s.expr(e)
	s.done.Set(e, r)
	return r
}

func (s *Subst) expr(e *Expr) *Expr {
	switch e.Op {
	case OpLit:
		return e
	case OpVar:
		if s.Var == nil {
			return e
		}
		return s.Var(e.Var)
	case OpIndex:
		if i := s.Int(e.Int); !i.same(e.Int) {
			return IndexValue(e.Type, i)
		}
		return e
	case OpRandom:
		if i := s.Int(e.Int); !i.same(e.Int) {
			return Random(e.Type, e.Site, i)
		}
		return e
	case OpTest:
		if ps := s.Preds(e.Preds); len(ps) > 0 && &ps[0] != &e.Preds[0] {
			return Test(ps...)
		}
		return e
	case OpRead:
		index := s.Ints(e.Index)
		if s.Read != nil {
			if r := s.Read(e.Array, index); r != nil {
				return r
			}
		}
		if len(index) == 0 || &index[0] == &e.Index[0] {
			return e
		}
		return Read(e.Array, index...)
	case OpCast:
		if x := s.Expr(e.Args[0]); x != e.Args[0] {
			return Cast(e.Type, x)
		}
		return e
	}
	if s.Apply != nil {
		if r := s.Apply(e); r != nil {
			return r
		}
	}
	var args []*Expr
	for i, a := range e.Args {
		b := s.Expr(a)
		if b != a && args == nil {
			args = slices.Clone(e.Args)
		}
		if args != nil {
			args[i] = b
		}
	}
	if args == nil {
		return e
	}
	return Apply(e.Op, args...)
}
