package plan

import (
	"fmt"
	"math"
	"slices"

	"github.com/gradgen/gradgen/ir"
)

// checks collects what elements of index arrays that are parameters must
// satisfy: where one is an index by itself, to lie within the axis; where a
// condition sees to that, to be no negative number.
func (l *lowerer) checks() {
	for _, v := range ir.Topological(l.f.Results...) {
		m, ok := v.Def.(*ir.Map)
		if !ok {
			continue
		}
		l.checkReads(m.Body, m.Domain, map[*ir.Expr]bool{})
		for k, i := range m.Write {
			l.check1(i, v.Type.Shape[k], m.Domain)
		}
	}
}

// signed refuses an index that the program computes and that may be negative.
// The number that a variable index stands for is taken to be 0 or more: true
// for elements of parameters, which are checked at entry, and for what is
// proved; a guard against anything else would be folded away.
func (l *lowerer) signed() error {
	var err error
	see := func(e *ir.Expr) {
		if err != nil {
			return
		}
		if e.Op == ir.OpRead && slices.Contains(l.f.Params, base(e.Array)) || ir.ProvesKnown(nil, ir.Ge(ir.Of(e), ir.Const(0))) {
			return
		}
		err = fmt.Errorf("the index %v may be negative, and emitted code cannot test a computed index yet: write max(…, 0)", e)
	}
	ints := func(i ir.Int) {
		ts, _ := i.Terms()
		for _, t := range ts {
			for _, a := range t.Atoms {
				if e, ok := a.(*ir.Expr); ok {
					see(e)
				}
			}
		}
	}
	for _, v := range ir.Topological(l.f.Results...) {
		m, ok := v.Def.(*ir.Map)
		if !ok {
			continue
		}
		m.Body.Walk(func(e *ir.Expr) {
			for _, i := range e.Index {
				ints(i)
			}
		})
		for _, i := range m.Write {
			ints(i)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// checkReads visits the reads of e, which is evaluated where preds hold.
func (l *lowerer) checkReads(e *ir.Expr, preds []ir.Pred, seen map[*ir.Expr]bool) {
	if seen[e] {
		return
	}
	seen[e] = true
	for k, i := range e.Index {
		l.check1(i, e.Array.Type.Shape[k], preds)
	}
	for k, a := range e.Args {
		if e.Op == ir.OpSelect && k == 1 {
			if more := testsOf(e.Args[0]); len(more) > 0 {
				l.checkReads(a, slices.Concat(preds, more), map[*ir.Expr]bool{})
				continue
			}
		}
		l.checkReads(a, preds, seen)
	}
}

// testsOf lists predicates that hold where a condition does.
func testsOf(cond *ir.Expr) []ir.Pred {
	switch cond.Op {
	case ir.OpTest:
		return cond.Preds
	case ir.OpAnd:
		return slices.Concat(testsOf(cond.Args[0]), testsOf(cond.Args[1]))
	}
	return nil
}

// check1 demands what makes 0 ≤ i < limit hold.
func (l *lowerer) check1(i, limit ir.Int, preds []ir.Pred) {
	ts, k := i.Terms()
	if len(ts) != 1 || ts[0].Coef != 1 || len(ts[0].Atoms) != 1 || k < 0 {
		return
	}
	e, ok := ts[0].Atoms[0].(*ir.Expr)
	if !ok || e.Op != ir.OpRead {
		return
	}
	j := slices.Index(l.f.Params, base(e.Array))
	if j < 0 {
		return
	}
	c := IndexCheck{l.prog.Params[j], limit.AddConst(-k)}
	below := limit.AddConst(-1).Sub(i)
	if slices.ContainsFunc(preds, func(p ir.Pred) bool { return p.Kind == ir.GE0 && below.Sub(p.E).NonNegative() }) {
		c.Limit = ir.Const(math.MaxInt32)
	}
	if !slices.ContainsFunc(l.prog.IndexChecks, func(d IndexCheck) bool { return d.Buffer == c.Buffer && d.Limit.Equal(c.Limit) }) {
		l.prog.IndexChecks = append(l.prog.IndexChecks, c)
	}
}
