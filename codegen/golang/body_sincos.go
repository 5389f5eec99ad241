package golang

import (
	"github.com/gradgen/gradgen/ir"
	"github.com/gradgen/gradgen/ir/plan"
)

// A sine and a cosine of one angle reduce it to the same octant. Where both become
// variables of a list of statements, math.Sincos makes them in two thirds of the time
// of two calls, with the same bits: a joint of a robot's arm, a rotation and its
// derivative.

// other finds the variable that is the cosine of what s is the sine of, or the other
// way round, among the statements that follow s; nil if there is none.
func (b *bodyPrinter) other(s *plan.Let, rest []plan.Stmt) *plan.Let {
	if s == nil || !b.turns(s) {
		return nil
	}
	angle := s.Value.Args[0]
	for _, t := range rest {
		if o, ok := t.(*plan.Let); ok && b.turns(o) && o.Value.Op != s.Value.Op && o.Value.Args[0] == angle {
			return o
		}
		changed := false
		plan.EachSet(t, func(r *plan.Reg) { changed = changed || r == angle.Reg })
		if changed {
			return nil
		}
	}
	return nil
}

// turns reports whether s is a variable for the sine or the cosine of a variable.
func (b *bodyPrinter) turns(s *plan.Let) bool {
	e := s.Value
	return e != nil && e.Type == ir.F64 && (e.Op.Go == "math.Sin" || e.Op.Go == "math.Cos") &&
		e.Args[0].Op == ir.OpVar && b.names.Forward[s.Reg] == nil
}

// sincos declares both variables.
func (b *bodyPrinter) sincos(s, o *plan.Let) code {
	angle := b.expr(s.Value.Args[0], 0)
	if s.Value.Op.Go == "math.Cos" {
		s, o = o, s
	}
	for _, l := range []*plan.Let{s, o} {
		b.regs[l.Reg] = b.declare(l.Reg.Name)
	}
	return define(names(id(b.regs[s.Reg]), id(b.regs[o.Reg])), call(funcOf("math", "Sincos"), angle))
}
