package plan

import (
	"slices"

	"github.com/gradgen/gradgen/ir"
)

// eachStmt visits every statement, outer ones first.
func eachStmt(list []Stmt, f func(Stmt)) {
	for _, s := range list {
		f(s)
		switch s := s.(type) {
		case *Block:
			eachStmt(s.Body, f)
		case *Loop:
			eachStmt(s.Body, f)
		case *If:
			eachStmt(s.Then, f)
			eachStmt(s.Else, f)
		}
	}
}

// bodies lists the statement lists inside s.
func bodies(s Stmt) []*[]Stmt {
	switch s := s.(type) {
	case *Block:
		return []*[]Stmt{&s.Body}
	case *Loop:
		return []*[]Stmt{&s.Body}
	case *If:
		return []*[]Stmt{&s.Then, &s.Else}
	}
	return nil
}

// eachExpr calls f for the expressions that s itself holds, to be replaced.
func eachExpr(s Stmt, f func(**Expr)) {
	switch s := s.(type) {
	case *Let:
		if s.Value != nil {
			f(&s.Value)
		}
	case *LetInt:
		if s.Expr != nil {
			f(&s.Expr)
		}
	case *Set:
		f(&s.Value)
	case *Store:
		f(&s.Value)
	case *If:
		f(&s.Cond)
	case *Product:
		s.eachExpr(f)
	case *Chain:
		for _, k := range s.Links {
			k.eachExpr(f)
		}
	}
}

// ownInts calls f for the integer expressions that s itself holds, outside
// its scalar expressions, to be replaced.
func ownInts(s Stmt, f func(*ir.Int)) {
	switch s := s.(type) {
	case *Loop:
		for i := range s.Lo {
			f(&s.Lo[i].E)
		}
		for i := range s.Hi {
			f(&s.Hi[i].E)
		}
	case *LetInt:
		f(&s.Value)
		for i := range s.Lo {
			f(&s.Lo[i].E)
		}
		for i := range s.Hi {
			f(&s.Hi[i].E)
		}
	case *View:
		f(&s.Off)
		f(&s.Len)
	case *Store:
		f(&s.At)
	case *Fill:
		f(&s.Off)
		f(&s.Len)
	case *Copy:
		f(&s.ToOff)
		f(&s.FromOff)
		f(&s.Len)
	case *Rebind:
		f(&s.Off)
		f(&s.Len)
	case *Product:
		s.eachInt(f)
	case *Chain:
		for _, k := range s.Links {
			k.eachInt(f)
		}
	}
}

// eachInt calls f for every integer expression in s itself, scalar
// expressions included.
func eachInt(s Stmt, f func(ir.Int)) {
	ownInts(s, func(i *ir.Int) { f(*i) })
	eachExpr(s, func(e **Expr) { (*e).walk(func(e *Expr) { e.eachInt(f) }) })
}

// eachBuffer calls f for every buffer that s itself refers to.
func eachBuffer(s Stmt, f func(b *Buffer, write bool)) {
	eachExpr(s, func(e **Expr) {
		(*e).walk(func(e *Expr) {
			if e.Op == ir.OpRead {
				f(e.Buffer, false)
			}
		})
	})
	ownBuffers(s, f)
}

// ownBuffers is eachBuffer without what scalar expressions read.
func ownBuffers(s Stmt, f func(b *Buffer, write bool)) {
	switch s := s.(type) {
	case *Store:
		f(s.Buffer, true)
	case *Fill:
		f(s.Buffer, true)
	case *Copy:
		f(s.From, false)
		f(s.To, true)
	case *Rebind:
		f(s.Alias, true)
		f(s.To, false)
	case *Swap:
		f(s.A, true)
		f(s.B, true)
	case *Product:
		s.eachBuffer(f)
	case *Chain:
		for _, k := range s.Links {
			k.eachBuffer(f)
		}
	}
}

// written lists the buffers that statements store to, each once: they are few.
func written(list []Stmt) (out []*Buffer) {
	note := func(b *Buffer, write bool) {
		if write && !slices.Contains(out, b) {
			out = append(out, b)
		}
	}
	eachStmt(list, func(s Stmt) { ownBuffers(s, note) })
	return out
}

// copier copies statements with axes and registers replaced; what the copy
// declares is declared anew.
type copier struct {
	subst
	l *lowerer
}

func newCopier(l *lowerer, axes map[*ir.Axis]ir.Int) *copier {
	c := &copier{subst{x: l.x, axes: ir.Subst{Axis: map[*ir.Axis]ir.Int{}}, regs: map[*Reg]*Reg{}}, l}
	for x, i := range axes {
		c.bind(x, i)
	}
	return c
}

// bind replaces an axis from now on, and with it the variables for elements
// of index arrays that depend on it.
func (c *copier) bind(x *ir.Axis, i ir.Int) {
	c.axes.Axis[x] = i
	c.done.Clear()
	c.rebind(func(e *Expr) bool {
		found := false
		e.eachInt(func(i ir.Int) { found = found || i.Uses(x) })
		return found
	})
}

func (c *copier) fresh(r *Reg) *Reg {
	n := c.x.reg(r.Name, r.Type)
	c.regs[r] = n
	c.done.Clear()
	c.rebind(func(e *Expr) bool { return e.Op == ir.OpVar && e.Reg == r })
	return n
}

func (c *copier) rebind(uses func(*Expr) bool) {
	for _, v := range c.l.dynOrder {
		found := false
		c.l.dyn[v].walk(func(e *Expr) { found = found || uses(e) })
		if found {
			c.bind(v, ir.Of(c.l.variable(c.expr(c.l.dyn[v]), span{v.Least, v.Extent})))
		}
	}
}

func (c *copier) bounds(bs []Bound) []Bound {
	out := make([]Bound, len(bs))
	for i, b := range bs {
		out[i] = Bound{c.axes.Int(b.E), b.Den}
	}
	return out
}

func (c *copier) list(list []Stmt) []Stmt {
	var out []Stmt
	for _, s := range list {
		switch s := s.(type) {
		case *Block:
			n := *s
			n.Body = c.list(s.Body)
			out = append(out, &n)
		case *Loop:
			n := *s
			n.Lo, n.Hi = c.bounds(s.Lo), c.bounds(s.Hi)
			x := ir.NewAxis(s.Axis.Name, c.axes.Int(s.Axis.Extent))
			c.bind(s.Axis, ir.Of(x))
			n.Axis, n.Body = x, c.list(s.Body)
			out = append(out, &n)
		case *Let:
			n := *s
			if s.Value != nil {
				n.Value = c.expr(s.Value)
			}
			n.Reg = c.fresh(s.Reg)
			out = append(out, &n)
		case *Set:
			out = append(out, &Set{Reg: c.reg(s.Reg), Op: s.Op, Value: c.expr(s.Value)})
		case *Store:
			n := *s
			n.At, n.Value = c.axes.Int(s.At), c.expr(s.Value)
			out = append(out, &n)
		case *If:
			cond := c.expr(s.Cond)
			if cond.Op == ir.OpLit {
				if cond.Lit != 0 {
					out = append(out, c.list(s.Then)...)
				} else {
					out = append(out, c.list(s.Else)...)
				}
				continue
			}
			out = append(out, &If{Cond: cond, Then: c.list(s.Then), Else: c.list(s.Else)})
		case *LetInt:
			n := *s
			n.Value, n.Lo, n.Hi = c.axes.Int(s.Value), c.bounds(s.Lo), c.bounds(s.Hi)
			n.Var = ir.NewVariable(s.Var.Name, s.Var.Least, s.Var.Extent)
			c.bind(s.Var, ir.Of(n.Var))
			if s.Expr != nil {
				n.Expr = c.expr(s.Expr)
			}
			out = append(out, &n)
		case *Fill:
			n := *s
			n.Off, n.Len = c.axes.Int(s.Off), c.axes.Int(s.Len)
			out = append(out, &n)
		case *Copy:
			n := *s
			n.ToOff, n.FromOff, n.Len = c.axes.Int(s.ToOff), c.axes.Int(s.FromOff), c.axes.Int(s.Len)
			out = append(out, &n)
		default:
			panic("plan: copy of a statement that passes do not meet")
		}
	}
	return out
}

func (c *copier) reg(r *Reg) *Reg {
	if n := c.regs[r]; n != nil {
		return n
	}
	return r
}
