package stable

import (
	"maps"

	"github.com/gradgen/gradgen/ir"
)

// matcher holds what a formula is made of so far.
type matcher struct {
	lib  Library
	vars map[string]*ir.Expr
}

// try returns what a form makes of e: the stable expression, e itself where the
// form says none, or nil if it does not match.
func (f *Form) try(m *matcher, e *ir.Expr) *ir.Expr {
	switch {
	case f.Match != nil:
		return f.Match(m, e)
	case !m.match(f.pattern, e) || f.bounded && !m.overflows(f.pattern, e.Type):
		return nil
	case f.result == nil:
		return e
	}
	return m.fill(f.result, e.Type)
}

// match compares an expression with a pattern and binds its variables. A sum or a
// product may have its operands in either order.
func (m *matcher) match(p, e *ir.Expr) bool {
	switch p.Op {
	case ir.OpVar:
		if x := m.vars[p.Var]; x != nil {
			return x.Compare(e) == 0
		}
		if m.vars == nil {
			m.vars = map[string]*ir.Expr{}
		}
		m.vars[p.Var] = e
		return true
	case ir.OpLit:
		return e.IsLit(p.Lit)
	}
	e = seen(e, p.Op)
	if e.Op != p.Op {
		return false
	}
	before := maps.Clone(m.vars)
	if m.matchAll(p.Args, e.Args) {
		return true
	}
	m.vars = before
	return (p.Op == ir.OpAdd || p.Op == ir.OpMul) && m.matchAll(p.Args, []*ir.Expr{e.Args[1], e.Args[0]})
}

func (m *matcher) matchAll(ps, es []*ir.Expr) bool {
	for i, p := range ps {
		if !m.match(p, es[i]) {
			return false
		}
	}
	return true
}

// fill makes an expression of a pattern. Two signs in a row go away, so that a
// formula of -x does not bring them.
func (m *matcher) fill(p *ir.Expr, t ir.DType) *ir.Expr {
	switch p.Op {
	case ir.OpVar:
		return m.vars[p.Var]
	case ir.OpLit:
		return ir.Lit(t, p.Lit)
	}
	args := make([]*ir.Expr, len(p.Args))
	for i, a := range p.Args {
		args[i] = m.fill(a, t)
	}
	if p.Op == ir.OpNeg && args[0].Op == ir.OpNeg {
		return args[0].Args[0]
	}
	return ir.Apply(p.Op, args...)
}

// seen looks through elementwise values that are stored, for an operation: where
// e reads an element of one, it is what that element is made of. e comes back if
// the operation is not there.
func seen(e *ir.Expr, op *ir.Op) *ir.Expr {
	x := e
	for x.Op != op {
		d, at := producer(x)
		if d == nil || d.Reduce != nil || d.Write != nil || len(d.Domain) > 0 || d.Body.Op != op && d.Body.Op != ir.OpRead {
			return e
		}
		x = substituted(d.Axes, at).Expr(d.Body)
	}
	return x
}

// producer is the Map that e reads an element of, and which; nil if there is none.
func producer(e *ir.Expr) (*ir.Map, []ir.Int) {
	if e.Op != ir.OpRead {
		return nil, nil
	}
	d, _ := e.Array.Def.(*ir.Map)
	return d, e.Index
}

// substituted puts indices in place of the first axes.
func substituted(axes []*ir.Axis, at []ir.Int) *ir.Subst {
	s := &ir.Subst{Axis: map[*ir.Axis]ir.Int{}}
	for k, i := range at {
		s.Axis[axes[k]] = i
	}
	return s
}

// overflows reports whether an exponential in a pattern that matched can: its
// exponent is not known to be negative or 0.
func (m *matcher) overflows(p *ir.Expr, t ir.DType) bool {
	found := false
	p.Walk(func(p *ir.Expr) { found = found || p.Op == opExp && !nonPositive(m.fill(p.Args[0], t)) })
	return found
}
