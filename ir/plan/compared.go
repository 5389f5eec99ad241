package plan

import (
	"github.com/gradgen/gradgen/ir"
)

// Compared are the expressions that decide a comparison for equality, or a maximum
// or minimum, of numbers. The derivative of a maximum looks for the winner by
// making again, perhaps in another block, what was compared: it finds one only if
// both are rounded alike, operation by operation, whatever else the blocks do. Sums
// and what arrays hold are not made again. nested gives the statements of a block.
func Compared(list []Stmt, nested func(*Block) []Stmt) map[*Expr]bool {
	c := &compared{nested: nested, exact: map[*Expr]bool{}, values: map[*Reg]*Expr{}}
	c.each(list, func(s Stmt) {
		if s, ok := s.(*Let); ok && !s.Mutable && s.Value != nil {
			c.values[s.Reg] = s.Value
		}
	})
	c.each(list, func(s Stmt) {
		switch s := s.(type) {
		case *Set:
			if s.Op == AssignMax || s.Op == AssignMin {
				c.mark(s.Value)
			}
		case *Store:
			if s.Op == AssignMax || s.Op == AssignMin {
				c.mark(s.Value)
			}
		}
		eachExpr(s, func(e **Expr) {
			(*e).walk(func(e *Expr) {
				if (e.Op == ir.OpEq || e.Op == ir.OpNe) && e.Args[0].Op != ir.OpLit && e.Args[1].Op != ir.OpLit {
					c.mark(e.Args[0])
					c.mark(e.Args[1])
				}
			})
		})
	})
	return c.exact
}

type compared struct {
	nested func(*Block) []Stmt
	exact  map[*Expr]bool
	values map[*Reg]*Expr // of variables that are set once
}

func (c *compared) each(list []Stmt, f func(Stmt)) {
	for _, s := range list {
		f(s)
		if b, ok := s.(*Block); ok {
			c.each(c.nested(b), f)
			continue
		}
		for _, l := range bodies(s) {
			c.each(*l, f)
		}
	}
}

func (c *compared) mark(e *Expr) {
	if c.exact[e] {
		return
	}
	c.exact[e] = true
	for _, a := range e.Args {
		c.mark(a)
	}
	if v := c.values[e.Reg]; e.Op == ir.OpVar && v != nil {
		c.mark(v)
	}
}
