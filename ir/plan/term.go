package plan

import (
	"slices"

	"github.com/gradgen/gradgen/ir"
)

// thins tells predicates that leave a small part of a space: one place of an
// axis, or some. One that looks at an axis only through its quotient and rest
// leaves a place in every block, which is not few.
func thins(p ir.Pred) bool {
	if p.Kind == ir.GE0 {
		return false
	}
	found := false
	p.E.Walk(func(x *ir.Axis) {
		coef, _, linear := p.E.Coef(x)
		found = found || linear && !coef.Is(0)
	}, nil)
	return found
}

// A term is a summand under a condition.
type term struct {
	preds []ir.Pred
	body  *ir.Expr
}

// guarded splits a body into summands under conditions: a selection between
// something and the identity of the reduction is a smaller domain. Summands
// without a condition stay together.
func guarded(body *ir.Expr, identity float64, sum bool) []term {
	var out []term
	var rest *ir.Expr
	var split func(e *ir.Expr, preds []ir.Pred)
	split = func(e *ir.Expr, preds []ir.Pred) {
		switch {
		case e.Op == ir.OpSelect && e.Args[0].Op == ir.OpTest && e.Args[2].Op == ir.OpLit && e.Args[2].Lit == identity:
			split(e.Args[1], slices.Concat(preds, e.Args[0].Preds))
		case sum && e.Op == ir.OpAdd && hasGuard(e, identity):
			split(e.Args[0], preds)
			split(e.Args[1], preds)
		case len(preds) == 0 && rest == nil:
			rest = e
		case len(preds) == 0:
			rest = ir.Apply(ir.OpAdd, rest, e)
		default:
			out = append(out, term{preds, e})
		}
	}
	split(body, nil)
	if rest != nil {
		out = append([]term{{nil, rest}}, out...)
	}
	return out
}

// hasGuard reports whether a sum has a summand under a condition.
func hasGuard(e *ir.Expr, identity float64) bool {
	switch e.Op {
	case ir.OpAdd:
		return hasGuard(e.Args[0], identity) || hasGuard(e.Args[1], identity)
	case ir.OpSelect:
		return e.Args[0].Op == ir.OpTest && e.Args[2].Op == ir.OpLit && e.Args[2].Lit == identity
	}
	return false
}
