package plan

import (
	"fmt"

	"github.com/gradgen/gradgen/ir"
)

// Verify reports the first axis, register or view that a statement of p uses
// where it is not declared, or an axis that two nested loops bind: mistakes of
// a pass.
func Verify(p *Program) error {
	v := &verifier{axes: map[*ir.Axis]bool{}, regs: map[*Reg]bool{}, views: map[*View]bool{}}
	v.list(p.Body)
	return v.err
}

// verifier knows what is declared at the statement it visits.
type verifier struct {
	axes  map[*ir.Axis]bool
	regs  map[*Reg]bool
	views map[*View]bool
	err   error
}

func (v *verifier) fail(s Stmt, format string, args ...any) {
	if v.err == nil {
		w := &writer{}
		w.stmt(s)
		v.err = fmt.Errorf("plan: %s in\n%s", fmt.Sprintf(format, args...), w.String())
	}
}

// list visits statements; what they declare ends with them.
func (v *verifier) list(list []Stmt) {
	var undo []func()
	for _, s := range list {
		undo = append(undo, v.stmt(s)...)
	}
	for _, f := range undo {
		f()
	}
}

// rows declares the variables of a range, if there is one.
func (v *verifier) rows(r *Rows) (undo func()) {
	if r == nil || r.Within {
		return func() {}
	}
	v.axes[r.Lo], v.axes[r.N] = true, true
	return func() { delete(v.axes, r.Lo); delete(v.axes, r.N) }
}

func (v *verifier) stmt(s Stmt) (undo []func()) {
	use := func(i ir.Int) {
		i.Walk(func(x *ir.Axis) {
			if !v.axes[x] {
				v.fail(s, "%s is not bound", x.Name)
			}
		}, nil)
	}
	ownInts(s, func(i *ir.Int) { use(*i) })
	eachExpr(s, func(e **Expr) {
		(*e).walk(func(e *Expr) {
			e.eachInt(use)
			if e.Op == ir.OpVar && !v.regs[e.Reg] {
				v.fail(s, "%s is not declared", e.Reg)
			}
			if e.View != nil && !v.views[e.View] {
				v.fail(s, "the view %s is not declared", viewName(e.View))
			}
		})
	})
	switch s := s.(type) {
	case *Block:
		// No scope of its own: what a block declares, later ones use.
		undo = append(undo, v.rows(s.Rows))
		for _, t := range s.Body {
			undo = append(undo, v.stmt(t)...)
		}
	case *Loop:
		if v.axes[s.Axis] {
			v.fail(s, "%s is bound twice", s.Axis)
		}
		v.axes[s.Axis] = true
		undo := v.rows(s.Rows)
		v.list(s.Body)
		undo()
		delete(v.axes, s.Axis)
	case *If:
		v.list(s.Then)
		v.list(s.Else)
	case *Let:
		v.regs[s.Reg] = true
		undo = append(undo, func() { delete(v.regs, s.Reg) })
	case *LetInt:
		v.axes[s.Var] = true
		undo = append(undo, func() { delete(v.axes, s.Var) })
	case *View:
		v.views[s] = true
		undo = append(undo, func() { delete(v.views, s) })
	case *Set:
		if !v.regs[s.Reg] {
			v.fail(s, "%s is not declared", s.Reg)
		}
	case *Store:
		if s.View != nil && !v.views[s.View] {
			v.fail(s, "the view %s is not declared", viewName(s.View))
		}
	}
	return undo
}
