package ir

// Subst rewrites scalar expressions and the integer expressions inside them.
// It is the one substitution: renaming axes, lifting out of scans, inlining
// and instantiating templates are all made of it. Shared nodes stay shared.
type Subst struct {
	Axis map[*Axis]Int                         // axes to replace; nil for none
	Dim  map[*Dim]Int                          // sizes to replace; nil for none
	Var  func(name string) *Expr               // variables of a template
	Read func(array *Value, index []Int) *Expr // a read, its indices already rewritten; nil to keep reads
	done map[*Expr]*Expr
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

// Ints rewrites a list.
func (s *Subst) Ints(is []Int) []Int {
	out := make([]Int, len(is))
	for k, i := range is {
		out[k] = s.Int(i)
	}
	return out
}

// Preds rewrites a conjunction.
func (s *Subst) Preds(ps []Pred) []Pred {
	out := make([]Pred, len(ps))
	for k, p := range ps {
		out[k] = p.substitute(s)
	}
	return out
}

// Expr rewrites a scalar expression.
func (s *Subst) Expr(e *Expr) *Expr {
	if r, ok := s.done[e]; ok {
		return r
	}
	r := s.expr(e)
	if s.done == nil {
		s.done = map[*Expr]*Expr{}
	}
	s.done[e] = r
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
		return IndexValue(e.Type, s.Int(e.Int))
	case OpRandom:
		return Random(e.Type, e.Site, s.Int(e.Int))
	case OpTest:
		return Test(s.Preds(e.Preds)...)
	case OpRead:
		index := s.Ints(e.Index)
		if s.Read != nil {
			if r := s.Read(e.Array, index); r != nil {
				return r
			}
		}
		return Read(e.Array, index...)
	case OpCast:
		return Cast(e.Type, s.Expr(e.Args[0]))
	}
	args := make([]*Expr, len(e.Args))
	same := true
	for i, a := range e.Args {
		args[i] = s.Expr(a)
		same = same && args[i] == a
	}
	if same {
		return e
	}
	return Apply(e.Op, args...)
}
