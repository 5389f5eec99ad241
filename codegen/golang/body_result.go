package golang

import (
	"github.com/gradgen/gradgen/ir"
	"github.com/gradgen/gradgen/ir/plan"
)

// forwarded finds the registers that only become results of rank 0: declared at
// the top of the body, stored there, and not assigned afterwards. They take the
// names of the results, so that nothing is copied at the end.
func forwarded(p *plan.Program) map[*plan.Reg]*plan.Buffer {
	out := map[*plan.Reg]*plan.Buffer{}
	declared, last := map[*plan.Reg]bool{}, map[*plan.Reg]bool{}
	done := map[*plan.Buffer]bool{}
	var see func(list []plan.Stmt)
	see = func(list []plan.Stmt) {
		for _, s := range list {
			switch s := s.(type) {
			case *plan.Block:
				see(s.Body)
				continue
			case *plan.Let:
				declared[s.Reg] = true
			case *plan.Store:
				r := s.Value.Reg
				if s.Buffer.Rank > 0 || s.Buffer.Class != plan.Result || s.Op != plan.Assign || s.Value.Op != ir.OpVar {
					break
				}
				if declared[r] && !last[r] && !done[s.Buffer] && r.Type == s.Buffer.DType {
					out[r], last[r], done[s.Buffer] = s.Buffer, true, true
				}
				continue
			}
			plan.EachSet(s, func(r *plan.Reg) {
				if last[r] {
					delete(out, r)
				}
			})
		}
	}
	see(p.Body)
	return out
}

// letResult declares a variable that is a result.
func (b *bodyPrinter) letResult(s *plan.Let, name Ident) code {
	b.regs[s.Reg] = name
	value := s.Value
	switch {
	case b.names.Declared && (value == nil || value.IsZero()):
		return nil // a named result is 0
	case b.names.Declared:
		return set(id(name), b.typed(value, 0))
	case value == nil || value.IsZero():
		return declare(name, elemType(s.Reg.Type))
	case value.Op == ir.OpLit:
		return define(id(name), call(elemType(s.Reg.Type), b.expr(value, 0)))
	}
	return define(id(name), b.expr(value, 0))
}
