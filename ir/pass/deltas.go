package pass

import (
	"slices"

	"github.com/gradgen/gradgen/ir"
)

// deltas writes a body that is linear in Kronecker deltas as a sum of terms,
// each under its own guard. A sum over such a body becomes a sum of Maps, each
// over the domain where its term is not zero, so that the entries of a sparse
// Jacobian or Hessian are computed and nothing else.
func deltas(b *ir.Builder, v *ir.Value) *ir.Value {
	m, ok := v.Def.(*ir.Map)
	if !ok || m.Write != nil || m.Reduce != nil && m.Reduce != ir.Sum || !hasDelta(m.Body) {
		return nil
	}
	terms, ok := split(m.Body)
	if !ok || len(terms) < 2 {
		return nil
	}
	terms = collect(terms)
	if m.Reduce == nil {
		return b.Map(v.Name, v.Type.Rank(), &ir.Map{Axes: m.Axes, Domain: m.Domain, Body: join(terms)})
	}
	parts := make([]*ir.Value, len(terms))
	for i, t := range terms {
		parts[i] = b.Map(v.Name, v.Type.Rank(), &ir.Map{Axes: m.Axes, Domain: slices.Concat(m.Domain, t.preds), Reduce: ir.Sum, Body: t.coef})
	}
	return b.Elementwise(v.Name, v.Type.Shape, func(at []ir.Int) *ir.Expr {
		sum := ir.Read(parts[0], at...)
		for _, p := range parts[1:] {
			sum = ir.Apply(ir.OpAdd, sum, ir.Read(p, at...))
		}
		return sum
	})
}

// hasDelta reports whether a selection on an equality is in e.
func hasDelta(e *ir.Expr) bool {
	found := false
	e.Walk(func(e *ir.Expr) {
		if e.Op == ir.OpSelect && e.Args[0].Op == ir.OpTest && isZero(e.Args[2]) {
			for _, p := range e.Args[0].Preds {
				found = found || p.Kind == ir.EQ0
			}
		}
	})
	return found
}

// guarded is coef where preds hold, and nothing elsewhere.
type guarded struct {
	preds []ir.Pred
	coef  *ir.Expr
}

const mostTerms = 64 // beyond that a sum stays as it is

// split writes e as a sum of guarded terms. A product is split when only one
// factor holds guards.
func split(e *ir.Expr) ([]guarded, bool) {
	scale := func(terms []guarded, f func(*ir.Expr) *ir.Expr) []guarded {
		out := make([]guarded, len(terms))
		for i, t := range terms {
			out[i] = guarded{t.preds, f(t.coef)}
		}
		return out
	}
	whole := []guarded{{nil, e}}
	if !hasDelta(e) {
		return whole, true
	}
	switch e.Op {
	case ir.OpAdd, ir.OpSub:
		l, lok := split(e.Args[0])
		r, rok := split(e.Args[1])
		if !lok || !rok || len(l)+len(r) > mostTerms {
			return nil, false
		}
		if e.Op == ir.OpSub {
			r = scale(r, func(c *ir.Expr) *ir.Expr { return ir.Apply(ir.OpNeg, c) })
		}
		return slices.Concat(l, r), true
	case ir.OpNeg:
		t, ok := split(e.Args[0])
		return scale(t, func(c *ir.Expr) *ir.Expr { return ir.Apply(ir.OpNeg, c) }), ok
	case ir.OpMul, ir.OpMulZ:
		for i := range 2 {
			if !hasDelta(e.Args[1-i]) {
				t, ok := split(e.Args[i])
				return scale(t, func(c *ir.Expr) *ir.Expr {
					args := [2]*ir.Expr{e.Args[0], e.Args[1]}
					args[i] = c
					return ir.Apply(e.Op, args[0], args[1])
				}), ok
			}
		}
	case ir.OpDiv:
		if !hasDelta(e.Args[1]) {
			t, ok := split(e.Args[0])
			return scale(t, func(c *ir.Expr) *ir.Expr { return ir.Apply(ir.OpDiv, c, e.Args[1]) }), ok
		}
	case ir.OpSelect:
		if e.Args[0].Op == ir.OpTest {
			out, ok := under(e.Args[0].Preds, e.Args[1])
			for _, side := range e.Args[0].Negation() {
				if isZero(e.Args[2]) {
					break
				}
				terms, sideOK := under(side, e.Args[2])
				out, ok = append(out, terms...), ok && sideOK
			}
			return out, ok && len(out) <= mostTerms
		}
		if isZero(e.Args[2]) {
			t, ok := split(e.Args[1])
			return scale(t, func(c *ir.Expr) *ir.Expr { return ir.Select(e.Args[0], c, e.Args[2]) }), ok
		}
	}
	return nil, false
}

// under splits an expression that is there only where preds hold.
func under(preds []ir.Pred, e *ir.Expr) ([]guarded, bool) {
	if _, possible := ir.Conj(preds); !possible || isZero(e) {
		return nil, true
	}
	terms, ok := split(e)
	out := make([]guarded, len(terms))
	for i, t := range terms {
		out[i] = guarded{slices.Concat(preds, t.preds), t.coef}
	}
	return out, ok
}

// collect adds the terms with equal guards, and drops those that cannot hold.
func collect(terms []guarded) []guarded {
	var out []guarded
next:
	for _, t := range terms {
		preds, ok := ir.Conj(t.preds)
		if !ok {
			continue
		}
		for i, u := range out {
			if sameConj(u.preds, preds) {
				out[i].coef = ir.Apply(ir.OpAdd, u.coef, t.coef)
				continue next
			}
		}
		out = append(out, guarded{preds, t.coef})
	}
	return out
}

func sameConj(a, b []ir.Pred) bool {
	if len(a) != len(b) {
		return false
	}
	for _, p := range a {
		if !slices.ContainsFunc(b, p.Equal) {
			return false
		}
	}
	return true
}

// join is the sum of the terms as one expression.
func join(terms []guarded) *ir.Expr {
	var sum *ir.Expr
	for _, t := range terms {
		e := ir.Select(ir.Test(t.preds...), t.coef, ir.Lit(t.coef.Type, 0))
		if sum == nil {
			sum = e
		} else {
			sum = ir.Apply(ir.OpAdd, sum, e)
		}
	}
	return sum
}
