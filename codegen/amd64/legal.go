package amd64

import (
	"slices"

	"github.com/gradgen/gradgen/ir"
	"github.com/gradgen/gradgen/ir/plan"
)

// independent reports whether lanes can take the iterations of a loop: none
// writes what another reads or writes, all run the same inner loops, and what
// they leave in registers are sums.
func independent(s *plan.Loop) bool {
	if s.Down || s.Step != 1 {
		return false
	}
	varying := varyingIn(s)
	uses := func(i ir.Int) bool { return usesAny(i, varying) }
	ok := true
	plan.Each(s.Body, func(t plan.Stmt) {
		switch t := t.(type) {
		case *plan.Loop:
			for _, b := range slices.Concat(t.Lo, t.Hi) {
				ok = ok && !uses(b.E)
			}
		case *plan.LetInt:
			if t.Expr == nil {
				for _, b := range slices.Concat(t.Lo, t.Hi) {
					ok = ok && !uses(b.E)
				}
				ok = ok && !uses(t.Value)
			}
		case *plan.Store:
			coef, _, linear := t.At.Coef(s.Axis)
			ok = ok && linear && coef.Is(1) && !usesAny(t.At, without(varying, s.Axis))
		case *plan.Fill, *plan.Copy, *plan.Block, *plan.Rebind, *plan.Swap, *plan.View:
			ok = false
		}
	})
	return ok && sumsOnly(s) && apart(s, true)
}

// jammable reports whether several iterations of a loop can run side by side,
// their inner loops merged.
func jammable(s *plan.Loop) bool {
	if s.Down || s.Step != 1 || s.Reduce || len(sumsOf(s)) > 0 {
		return false
	}
	ok := true
	plan.Each(s.Body, func(t plan.Stmt) {
		switch t := t.(type) {
		case *plan.Loop:
			for _, b := range slices.Concat(t.Lo, t.Hi) {
				ok = ok && !b.E.Uses(s.Axis)
			}
		case *plan.Let, *plan.Set:
		case *plan.Store:
			ok = ok && t.At.Uses(s.Axis)
		default:
			ok = false
		}
	})
	return ok && apart(s, false)
}

// access is a place in memory.
type access struct {
	b     *plan.Buffer
	at    ir.Int
	write bool
}

// accesses lists the places that statements read and write.
func accesses(list []plan.Stmt) []access {
	var out []access
	plan.Each(list, func(t plan.Stmt) {
		if t, ok := t.(*plan.Store); ok {
			out = append(out, access{t.Buffer, t.At, true})
		}
		plan.EachExpr(t, func(e *plan.Expr) {
			e.Walk(func(e *plan.Expr) {
				if e.Op == ir.OpRead && e.Buffer.Rank > 0 {
					out = append(out, access{e.Buffer, e.Int, false})
				}
			})
		})
	})
	return out
}

// apart reports whether no iteration of s writes where another reads or writes:
// places of one array are equal expressions, or, if far, further apart than the
// loop reaches.
func apart(s *plan.Loop, far bool) bool {
	n := s.Axis.Extent
	if len(s.Hi) == 1 && s.Hi[0].Den == 1 && len(s.Lo) == 1 && s.Lo[0].Den == 1 {
		n = s.Hi[0].E.Sub(s.Lo[0].E)
	}
	places := accesses(s.Body)
	for _, w := range places {
		if !w.write {
			continue
		}
		if far && !stepsOver(w.at, s, n) {
			return false
		}
		for _, o := range places {
			if o.b != w.b || o.at.Equal(w.at) {
				continue
			}
			d := o.at.Sub(w.at)
			if !far || !d.Sub(n).NonNegative() && !d.Neg().Sub(n).NonNegative() {
				return false
			}
		}
	}
	return true
}

// stepsOver reports whether inner loops move a place by whole rows of the vector
// axis, n elements at least, or not at all.
func stepsOver(at ir.Int, s *plan.Loop, n ir.Int) bool {
	ok := true
	plan.Each(s.Body, func(t plan.Stmt) {
		if t, isLoop := t.(*plan.Loop); isLoop && at.Uses(t.Axis) {
			coef, _, linear := at.Coef(t.Axis)
			ok = ok && linear && coef.Sub(n).NonNegative()
		}
	})
	return ok
}

// sumsOnly reports whether the registers that a loop assigns and does not
// declare are sums: only added to, and read by nobody inside.
func sumsOnly(s *plan.Loop) bool {
	ops := map[*plan.Reg]plan.AssignOp{}
	for _, t := range sumsOf(s) {
		ops[t.Reg] = t.Op
	}
	ok := true
	plan.Each(s.Body, func(t plan.Stmt) {
		if t, isSet := t.(*plan.Set); isSet {
			if op, outer := ops[t.Reg]; outer {
				ok = ok && t.Op == op && op != plan.Assign && op != plan.AssignMul && t.Reg.Type.IsFloat()
			}
		}
		plan.EachExpr(t, func(e *plan.Expr) {
			e.Walk(func(e *plan.Expr) {
				if e.Op == ir.OpVar {
					_, outer := ops[e.Reg]
					ok = ok && !outer
				}
			})
		})
	})
	return ok
}

// varyingIn are the axis of a loop and the integer variables that depend on
// it.
func varyingIn(s *plan.Loop) map[*ir.Axis]bool {
	out := map[*ir.Axis]bool{s.Axis: true}
	regs := map[*plan.Reg]bool{}
	plan.Each(s.Body, func(t plan.Stmt) {
		differs := false
		plan.EachExpr(t, func(e *plan.Expr) {
			e.Walk(func(e *plan.Expr) {
				differs = differs || e.Op == ir.OpVar && regs[e.Reg]
				e.Ints(func(i ir.Int) { differs = differs || usesAny(i, out) })
			})
		})
		switch t := t.(type) {
		case *plan.LetInt:
			if differs {
				out[t.Var] = true
			}
		case *plan.Let:
			if differs || t.Mutable {
				regs[t.Reg] = true
			}
		}
	})
	return out
}

func usesAny(i ir.Int, axes map[*ir.Axis]bool) bool {
	found := false
	i.Walk(func(x *ir.Axis) { found = found || axes[x] }, nil)
	return found
}

func without(axes map[*ir.Axis]bool, x *ir.Axis) map[*ir.Axis]bool {
	out := map[*ir.Axis]bool{}
	for a := range axes {
		if a != x {
			out[a] = true
		}
	}
	return out
}
