package plan

import (
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
