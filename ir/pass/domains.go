package pass

import (
	"slices"

	"github.com/gradgen/gradgen/ir"
)

// domains brings every Map to its smallest domain: guards around a whole body
// become predicates, predicates that always hold vanish, and an equality that
// determines an axis of a sum eliminates it (this is how Kronecker deltas are
// contracted away). Empty domains leave the identity of the reducer.
func domains(b *ir.Builder, v *ir.Value) *ir.Value {
	m, ok := v.Def.(*ir.Map)
	if !ok {
		return nil
	}
	out, empty := reduceDomain(m, v.Type.Rank())
	switch {
	case empty:
		identity := 0.0
		if m.Reduce != nil {
			identity = m.Reduce.Of(v.Type.DType)
		}
		return b.Fill(v.Name, v.Type, identity)
	case out == nil:
		return nil
	case out.Write != nil:
		return b.Scatter(v.Name, v.Type.Shape, out)
	}
	return b.Map(v.Name, v.Type.Rank(), out)
}

// reduceDomain returns the smaller Map, nil if nothing changed, or that the
// domain is empty.
func reduceDomain(m *ir.Map, rank int) (out *ir.Map, empty bool) {
	if m.Reduce != nil && m.Reduce.Arg {
		return nil, false // the number of the winner is a position in the axes
	}
	preds, body := slices.Clone(m.Domain), m.Body
	changed := false
	var guards []ir.Pred
	if m.Reduce == nil || m.Reduce == ir.Sum {
		guards, body = liftGuards(body)
	} else {
		guards, body = liftNeutral(body, m.Reduce.Of(m.Body.Type))
	}
	if len(guards) > 0 {
		preds, changed = append(preds, guards...), true
	}
	n := len(preds)
	preds, ok := ir.Conj(preds)
	if !ok {
		return nil, true
	}
	if preds, ok = narrow(m.Axes, preds); !ok {
		return nil, true
	}
	changed = changed || len(preds) != n
	axes, write := m.Axes, m.Write
	first := rank
	if write != nil {
		first = 0 // a scatter sums over all of its axes
	}
	for i := first; i < len(axes); i++ {
		x := axes[i]
		value, rest, ok := solve(x, preds)
		if !ok {
			value, rest, ok = pinned(x, preds)
		}
		if !ok {
			continue
		}
		s := &ir.Subst{Axis: map[*ir.Axis]ir.Int{x: value}}
		axes = slices.Delete(slices.Clone(axes), i, i+1)
		body, write, changed = s.Expr(body), s.Ints(write), true
		if preds, ok = ir.Conj(s.Preds(rest)); !ok {
			return nil, true
		}
		i = first - 1
	}
	// An axis of one element is 0 wherever it is used.
	for _, x := range axes[:min(rank, len(axes))] {
		if write == nil && x.Extent.Is(1) && (uses(body, x) || slices.ContainsFunc(preds, func(p ir.Pred) bool { return p.E.Uses(x) })) {
			s := &ir.Subst{Axis: map[*ir.Axis]ir.Int{x: ir.Const(0)}}
			body, changed = s.Expr(body), true
			if preds, ok = ir.Conj(s.Preds(preds)); !ok {
				return nil, true
			}
		}
	}
	if !changed {
		return nil, false
	}
	out = &ir.Map{Axes: axes, Domain: preds, Reduce: m.Reduce, Body: body, Write: write}
	if write == nil && len(axes) == rank && (len(preds) == 0 || m.Reduce == ir.Sum) {
		out.Reduce = nil
	}
	return out, false
}

// solve finds an equality that determines an axis, and returns its value and the
// predicates that are left, still with the axis in them: that the value is in range
// stands where the equality stood, and before what reads an array there.
func solve(x *ir.Axis, preds []ir.Pred) (value ir.Int, rest []ir.Pred, ok bool) {
	value, others, ok := ir.Solve(x, preds)
	if !ok {
		return value, preds, false
	}
	at := 0
	for at < len(others) && others[at].Equal(preds[at]) {
		at++
	}
	var later []ir.Pred
	for _, p := range others[:at] {
		if indexed(p, x) {
			later = append(later, p)
		} else {
			rest = append(rest, p)
		}
	}
	return value, slices.Concat(rest, ir.InRange(value, x.Extent), later, others[at:]), true
}

// indexed reports whether x is part of what indexes an array in p.
func indexed(p ir.Pred, x *ir.Axis) bool {
	found := false
	p.E.Walk(nil, func(read *ir.Expr) { found = found || uses(read, x) })
	return found
}

func uses(e *ir.Expr, x *ir.Axis) bool {
	found := false
	e.Axes(func(y *ir.Axis) { found = found || x == y })
	return found
}

// liftGuards takes affine conditions with zero on the other side off an
// expression, through products: the zero of a guard is no factor, it is the
// absence of a term.
func liftGuards(e *ir.Expr) ([]ir.Pred, *ir.Expr) {
	if !hasGuard(e) {
		return nil, e
	}
	switch e.Op {
	case ir.OpSelect:
		if guards, inner := liftNeutral(e, 0); len(guards) > 0 {
			more, inner := liftGuards(inner)
			return slices.Concat(guards, more), inner
		}
	case ir.OpMul, ir.OpMulZ:
		p, x := liftGuards(e.Args[0])
		q, y := liftGuards(e.Args[1])
		if len(p)+len(q) > 0 {
			return slices.Concat(p, q), ir.Apply(e.Op, x, y)
		}
	case ir.OpNeg, ir.OpCast:
		if p, x := liftGuards(e.Args[0]); len(p) > 0 {
			if e.Op == ir.OpCast {
				return p, ir.Cast(e.Type, x)
			}
			return p, ir.Apply(e.Op, x)
		}
	case ir.OpDiv:
		if p, x := liftGuards(e.Args[0]); len(p) > 0 {
			return p, ir.Apply(e.Op, x, e.Args[1])
		}
	}
	return nil, e
}

// liftNeutral takes affine conditions off a selection that has a neutral element on the other side: a reduction need not
// see it. Of a conjunction the rest remains.
func liftNeutral(e *ir.Expr, neutral float64) ([]ir.Pred, *ir.Expr) {
	if e.Op != ir.OpSelect || e.Args[2].Op != ir.OpLit || e.Args[2].Lit != neutral {
		return nil, e
	}
	preds, rest := conjuncts(e.Args[0])
	switch {
	case len(preds) == 0:
		return nil, e
	case rest == nil:
		return preds, e.Args[1]
	}
	return preds, ir.Select(rest, e.Args[1], e.Args[2])
}

// conjuncts splits a conjunction into its affine predicates and the rest, nil if nothing else is in it.
func conjuncts(e *ir.Expr) (preds []ir.Pred, rest *ir.Expr) {
	switch e.Op {
	case ir.OpTest:
		return e.Preds, nil
	case ir.OpAnd:
		p, x := conjuncts(e.Args[0])
		q, y := conjuncts(e.Args[1])
		if len(p)+len(q) == 0 {
			return nil, e
		}
		switch {
		case x == nil:
			x = y
		case y != nil:
			x = ir.Apply(ir.OpAnd, x, y)
		}
		return slices.Concat(p, q), x
	}
	return nil, e
}

func hasGuard(e *ir.Expr) bool {
	found := false
	e.Walk(func(e *ir.Expr) { found = found || e.Op == ir.OpSelect })
	return found
}

func isZero(e *ir.Expr) bool { return e.Op == ir.OpLit && e.Lit == 0 }
