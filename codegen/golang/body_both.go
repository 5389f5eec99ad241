package golang

import (
	"github.com/gradgen/gradgen/ir"
	"github.com/gradgen/gradgen/ir/plan"
)

// A sine and a cosine of one angle reduce it to the same octant. Where two operations
// that a function of Go gives at once become variables of a list of statements, it is
// called: math.Sincos takes two thirds of the time of two calls, and gives the same
// bits.

// other finds the variable for the other half of what s is one half of, among the
// statements that follow s; nil if there is none.
func (b *bodyPrinter) other(s *plan.Let, rest []plan.Stmt) *plan.Let {
	if !b.half(s) {
		return nil
	}
	x := s.Value.Args[0]
	for _, t := range rest {
		if o, ok := t.(*plan.Let); ok && b.half(o) && o.Value.Op != s.Value.Op && o.Value.Op.Both == s.Value.Op.Both && o.Value.Args[0] == x {
			return o
		}
		if changes(t, x) {
			return nil
		}
	}
	return nil
}

// half reports whether s is a variable for half of what a function of Go gives, whose
// argument is a variable or a number among the parameters.
func (b *bodyPrinter) half(s *plan.Let) bool {
	if s == nil || s.Value == nil || s.Value.Op.Both == "" || s.Value.Type != ir.F64 || b.names.Forward[s.Reg] != nil {
		return false
	}
	x := s.Value.Args[0]
	return x.Op == ir.OpVar || x.Op == ir.OpRead && x.Buffer.Rank == 0
}

// changes reports whether a statement assigns the variable, or the number, x.
func changes(s plan.Stmt, x *plan.Expr) (found bool) {
	plan.Each([]plan.Stmt{s}, func(s plan.Stmt) {
		switch s := s.(type) {
		case *plan.Set:
			found = found || s.Reg == x.Reg
		case *plan.Store:
			found = found || x.Op == ir.OpRead && s.Buffer == x.Buffer
		}
	})
	return found
}

// both declares the variables for two halves.
func (b *bodyPrinter) both(s, o *plan.Let) code {
	x, f := b.expr(s.Value.Args[0], 0), s.Value.Op.Both
	if s.Value.Op.Half > o.Value.Op.Half {
		s, o = o, s
	}
	for _, l := range []*plan.Let{s, o} {
		b.regs[l.Reg] = b.declare(l.Reg.Name)
	}
	return define(names(id(b.regs[s.Reg]), id(b.regs[o.Reg])), callOf(f, x))
}
