package plan

import (
	"slices"

	"github.com/gradgen/gradgen/ir"
)

// parted parts a test in two, the second of which may only be evaluated where
// the first holds. Go evaluates a condition like that, but the variable for an
// element of an index array is declared before the statement that uses it: if
// predicates of the same test say that the element exists, they must be a
// condition around that statement.
func (l *lowerer) parted(e *Expr) (first, second *Expr, ok bool) {
	if e.Op != ir.OpTest || len(l.dyn) == 0 {
		return nil, nil, false
	}
	var known []*ir.Axis // what is read in any case
	for k, p := range e.Preds {
		n := len(known)
		p.E.Walk(func(x *ir.Axis) {
			if l.dyn[x] != nil && !slices.Contains(known, x) && !l.exists(x) {
				known = append(known, x)
			}
		}, nil)
		if k > 0 && len(known) > n {
			return l.x.test(e.Preds[:k]), l.x.test(e.Preds[k:]), true
		}
	}
	return nil, nil, false
}

// exists proves that the elements of arrays which a variable stands for exist,
// whatever conditions hold.
func (l *lowerer) exists(x *ir.Axis) bool {
	ok := true
	l.dyn[x].walk(func(e *Expr) {
		ok = ok && (e.Op != ir.OpRead || e.Buffer.Rank == 0 || l.inside(e.Int, ir.Const(1), e.Buffer))
	})
	return ok
}
