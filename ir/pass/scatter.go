package pass

import (
	"slices"

	"github.com/gradgen/gradgen/ir"
)

// fewPlaces is up to how many places, if they are along the last axis, a sum asks each
// of them for its points: lanes compare those faster than points are added one by one.
// Along another axis a point adds a row.
const fewPlaces = 4

// scatter makes a sum over the points that belong to an element, where data says
// which element that is, as in sum[k where dst[k] == n] m[k], one that goes through
// the points and adds each where it belongs. An element would ask every point.
// The points of an element are added in the same order.
func scatter(b *ir.Builder, v *ir.Value) *ir.Value {
	m, ok := v.Def.(*ir.Map)
	if !ok || m.Write != nil || m.Reduce != ir.Sum {
		return nil
	}
	rank := v.Type.Rank()
	axes, domain, body, write := m.Axes, m.Domain, m.Body, ir.AxisInts(m.Axes[:rank])
	for k, x := range m.Axes[:rank] {
		place, rest, ok := solve(x, domain)
		if n, isConst := x.Extent.IsConst(); !ok || isConst && n <= fewPlaces && k == rank-1 || !place.HasReads() {
			continue
		}
		s := &ir.Subst{Axis: map[*ir.Axis]ir.Int{x: place}}
		if domain, ok = ir.Conj(s.Preds(rest)); !ok {
			return b.Fill(v.Name, v.Type, 0)
		}
		body, write = s.Expr(body), s.Ints(write)
		if at := slices.Index(axes, x); len(axes) == len(m.Axes) {
			// The points come where the element was: what is in front is in front of both.
			axes = slices.Concat(axes[:at], axes[rank:], axes[at+1:rank])
		} else {
			axes = slices.Delete(axes, at, at+1)
		}
	}
	if len(axes) == len(m.Axes) {
		return nil
	}
	return b.Scatter(v.Name, v.Type.Shape, &ir.Map{Axes: axes, Domain: domain, Reduce: ir.Sum, Body: body, Write: write})
}

// presum adds up what a scatter adds to one place first, over the axes that do not
// say which place it is. That sum is dense, a contraction mostly, and the scatter that
// is left visits fewer points.
func presum(b *ir.Builder, v *ir.Value) *ir.Value {
	m, ok := v.Def.(*ir.Map)
	if !ok || m.Write == nil {
		return nil
	}
	says := func(x *ir.Axis) bool { return slices.ContainsFunc(m.Write, func(w ir.Int) bool { return w.Uses(x) }) }
	var where, over []*ir.Axis
	for _, x := range m.Axes {
		if says(x) {
			where = append(where, x)
		} else {
			over = append(over, x)
		}
	}
	if len(over) == 0 {
		return nil
	}
	inner, outer, kept := apart(m, where, over)
	if connected(m, where, over) {
		for d, w := range m.Write {
			if readsAtData(w) {
				return nil // what it reads may exist for that reason alone
			}
			outer = append(outer, ir.InRange(w, v.Type.Shape[d])...)
		}
		if outer, ok = ir.Conj(outer); !ok {
			return b.Fill(v.Name, v.Type, 0)
		}
	}
	sum := b.Map(v.Name, len(kept), &ir.Map{Axes: slices.Concat(kept, over), Domain: inner, Reduce: ir.Sum, Body: m.Body})
	return b.Scatter(v.Name, v.Type.Shape, &ir.Map{Axes: where, Domain: outer, Reduce: ir.Sum, Body: ir.Read(sum, ir.AxisInts(kept)...), Write: m.Write})
}

// connected reports whether a predicate is on axes of the sum and on those of the places.
// It goes with the sum, and may have kept the places inside: where it holds nowhere,
// nothing is added.
func connected(m *ir.Map, where, over []*ir.Axis) bool {
	return slices.ContainsFunc(m.Domain, func(p ir.Pred) bool {
		return slices.ContainsFunc(over, p.E.Uses) && slices.ContainsFunc(where, p.E.Uses)
	})
}

// readsAtData reports whether an index reads an array where data says.
func readsAtData(i ir.Int) bool {
	found := false
	i.Walk(nil, func(e *ir.Expr) { found = found || slices.ContainsFunc(e.Index, ir.Int.HasReads) })
	return found
}

// apart divides the domain of a scatter: the predicates of the sum over some of its
// axes, those of the places that are left, and which axes of the places the sum has.
// A predicate that connects an axis of the sum with one of the places makes that one
// an axis of the sum, and the sum is under all that its axes decide, as reads in its
// body may lie inside their arrays for that reason alone.
func apart(m *ir.Map, where, over []*ir.Axis) (inner, outer []ir.Pred, kept []*ir.Axis) {
	in := map[*ir.Axis]bool{}
	m.Body.Axes(func(x *ir.Axis) { in[x] = true })
	for _, x := range over {
		in[x] = true
	}
	touches := func(p ir.Pred) bool {
		return slices.ContainsFunc(m.Axes, func(x *ir.Axis) bool { return in[x] && p.E.Uses(x) })
	}
	for changed := true; changed; {
		changed = false
		for _, p := range m.Domain {
			if !touches(p) {
				continue
			}
			for _, x := range m.Axes {
				if !in[x] && p.E.Uses(x) {
					in[x], changed = true, true
				}
			}
		}
	}
	for _, p := range m.Domain {
		if !slices.ContainsFunc(m.Axes, func(x *ir.Axis) bool { return !in[x] && p.E.Uses(x) }) {
			inner = append(inner, p)
		}
		if !slices.ContainsFunc(over, p.E.Uses) {
			outer = append(outer, p)
		}
	}
	for _, x := range where {
		if in[x] {
			kept = append(kept, x)
		}
	}
	return inner, outer, kept
}

// inRows orders the axes of a scatter as its places lie in memory, so that inner loops
// add to rows. The axes that data is found by stay in their order, in which an element
// has its points added.
func inRows(b *ir.Builder, v *ir.Value) *ir.Value {
	m, ok := v.Def.(*ir.Map)
	if !ok || m.Write == nil {
		return nil
	}
	plain := func(x *ir.Axis) bool {
		return slices.ContainsFunc(m.Write, func(w ir.Int) bool { y, ok := w.IsAxis(); return ok && x == y })
	}
	var order []*ir.Axis
	inData := slices.DeleteFunc(slices.Clone(m.Axes), plain)
	for _, w := range m.Write {
		if x, ok := w.IsAxis(); !ok {
			order, inData = append(order, inData...), nil
		} else if slices.Contains(m.Axes, x) && !slices.Contains(order, x) { // not the step of a scan
			order = append(order, x)
		}
	}
	order = append(order, inData...)
	if slices.Equal(order, m.Axes) {
		return nil
	}
	return b.Scatter(v.Name, v.Type.Shape, &ir.Map{Axes: order, Domain: m.Domain, Reduce: ir.Sum, Body: m.Body, Write: m.Write})
}
