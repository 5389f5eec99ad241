package pass

import (
	"slices"

	"github.com/gradgen/gradgen/ir"
)

// inline substitutes elementwise producers into the Maps that read them, where
// that repeats no costly work and hides no contraction:
//
//   - copies, fills, permutations and Kronecker deltas always;
//   - what is read in one place, by a Map over no larger a space;
//   - a reduction or a scatter never, except through a pure permutation;
//   - what ends a reduction for all steps of a scan stays with it, not with a step.
func inline(b *ir.Builder, results []*ir.Value) []*ir.Value {
	uses := countReads(results)
	return (&ir.Rewriter{B: b,
		Replace: func(v *ir.Value) *ir.Value {
			if m, ok := v.Def.(*ir.Map); ok {
				return inlineInto(b, v, m, uses)
			}
			return nil
		},
		Done: func(old, v *ir.Value) {
			if v != old {
				uses[v] += uses[old]
			}
		},
	}).Values(results)
}

// countReads counts for every value the places that read it: a consumer that
// reads one element twice counts once. What is not a Map, and the outside,
// count as many, for an array must exist for them.
func countReads(results []*ir.Value) map[*ir.Value]int {
	const many = 2
	uses := map[*ir.Value]int{}
	for _, v := range results {
		uses[v] += many
	}
	var seen []*ir.Expr // by the value at hand
	for _, v := range ir.Topological(results...) {
		m, ok := v.Def.(*ir.Map)
		if !ok {
			v.Operands(func(w *ir.Value) { uses[w] += many })
			continue
		}
		seen = seen[:0]
		count := func(e *ir.Expr) {
			if e.Op == ir.OpRead && !slices.ContainsFunc(seen, func(f *ir.Expr) bool { return f.Array == e.Array && e.Compare(f) == 0 }) {
				seen = append(seen, e)
				uses[e.Array]++
			}
		}
		m.Body.Walk(count)
		for _, p := range m.Domain {
			p.E.Walk(nil, count)
		}
		for _, i := range m.Write {
			i.Walk(nil, count)
		}
	}
	return uses
}

// substituted is the body that a read became; equal reads share it.
type substituted struct {
	array *ir.Value
	index []ir.Int
	body  *ir.Expr
}

func inlineInto(b *ir.Builder, v *ir.Value, m *ir.Map, uses map[*ir.Value]int) *ir.Value {
	if w := permuted(b, v, m, uses); w != nil {
		return w
	}
	w, data := substitute(b, v, m, uses, true)
	if data && !ir.ReadsInside(w) {
		w, _ = substitute(b, v, m, uses, false)
	}
	return w
}

// substitute is v with the bodies of producers in place of reads, nil if there are none; data tells whether one of them
// makes integers, which may stand in an index, or is read at an index that reads integers. What is read by an element of
// an argument is checked when the program runs; what is read by something computed must be known to be there, and the
// guards of a producer were made for the range of its own axes.
func substitute(b *ir.Builder, v *ir.Value, m *ir.Map, uses map[*ir.Value]int, withData bool) (w *ir.Value, data bool) {
	changed := false
	var made []substituted
	s := &ir.Subst{Read: func(a *ir.Value, index []ir.Int) *ir.Expr {
		p, ok := a.Def.(*ir.Map)
		if !ok || !inlinable(v, m, a, p, index, uses[a]) || inStep(v, a) && ends(p, uses) {
			return nil
		}
		onData := a.Type.DType == ir.I32 || slices.ContainsFunc(index, ir.Int.HasReads)
		if onData && !withData {
			return nil
		}
		changed, data = true, data || onData
		for _, known := range made {
			if known.array == a && slices.EqualFunc(known.index, index, ir.Int.Equal) {
				return known.body
			}
		}
		at := &ir.Subst{Axis: map[*ir.Axis]ir.Int{}}
		for k, x := range p.Axes {
			at.Axis[x] = index[k]
		}
		body := at.Expr(p.Body)
		if len(p.Domain) > 0 {
			body = ir.Select(ir.Test(at.Preds(p.Domain)...), body, ir.Lit(body.Type, 0))
		}
		made = append(made, substituted{a, index, body})
		return body
	}}
	out := &ir.Map{Axes: m.Axes, Domain: s.Preds(m.Domain), Reduce: m.Reduce, Body: s.Expr(m.Body)}
	if m.Write != nil {
		out.Write = s.Ints(m.Write)
	}
	if !changed {
		return nil, false
	}
	return defined(b, v, out), data
}

// defined is v with another definition.
func defined(b *ir.Builder, v *ir.Value, m *ir.Map) *ir.Value {
	if m.Write != nil {
		return b.Scatter(v.Name, v.Type.Shape, m)
	}
	return b.Map(v.Name, v.Type.Rank(), m)
}

// inlinable decides whether producer p of array a, read at index, goes into m.
func inlinable(v *ir.Value, m *ir.Map, a *ir.Value, p *ir.Map, index []ir.Int, uses int) bool {
	if p.Reduce != nil || p.Write != nil || choosesByData(p) && repeats(m.Body, a) {
		return false
	}
	if trivial(p.Body) {
		return true
	}
	cost := p.Body.Cost()
	if m.Reduce == nil && m.Write == nil {
		if uses == 1 && sameSpace(m, index) {
			return true
		}
		return uses == 1 && cost < ir.Costly || cost <= 2
	}
	// A reduction evaluates its body more often than the producer has
	// elements, unless it reads each element once.
	return uses == 1 && sameSpace(m, index) && !isProduct(m.Body)
}

// inStep reports whether v, which reads a, is made at each step of a scan that a is not
// made in.
func inStep(v, a *ir.Value) bool { return len(v.Free()) > len(a.Free()) }

// ends reports whether p is elementwise work on a reduction, or on such work, that
// nobody else reads.
func ends(p *ir.Map, uses map[*ir.Value]int) bool {
	found := false
	p.Body.Walk(func(e *ir.Expr) {
		if found || e.Op != ir.OpRead || uses[e.Array] != 1 || !slices.EqualFunc(e.Index, p.Axes, isAxis) {
			return
		}
		d, ok := e.Array.Def.(*ir.Map)
		found = ok && (d.Reduce != nil || ends(d, uses))
	})
	return found
}

// choosesByData reports whether integers that are read decide which elements of
// a Map are 0.
func choosesByData(m *ir.Map) bool {
	return slices.ContainsFunc(m.Domain, func(p ir.Pred) bool { return p.E.HasReads() })
}

// repeats reports whether e reads a more than once: on both sides of a
// selection, each of which would make the same choice again.
func repeats(e *ir.Expr, a *ir.Value) bool {
	n, seen := 0, map[*ir.Expr]bool{}
	var count func(e *ir.Expr)
	count = func(e *ir.Expr) {
		if seen[e] {
			return
		}
		seen[e] = true
		for _, x := range e.Args {
			if x.Op == ir.OpRead && x.Array == a {
				n++
			}
			count(x)
		}
	}
	count(e)
	return n > 1
}

// trivial bodies cost nothing worth an array: literals, index values, affine
// conditions, single reads, and those under an affine condition.
func trivial(e *ir.Expr) bool {
	switch e.Op {
	case ir.OpLit, ir.OpIndex, ir.OpTest:
		return true
	case ir.OpRead:
		return true
	case ir.OpCast, ir.OpNeg:
		return trivial(e.Args[0])
	case ir.OpSelect:
		return e.Args[0].Op == ir.OpTest && trivial(e.Args[1]) && trivial(e.Args[2])
	}
	return false
}

// sameSpace reports whether the index visits every element of the producer
// once: it is a permutation of the axes of the consumer.
func sameSpace(m *ir.Map, index []ir.Int) bool {
	if len(index) != len(m.Axes) {
		return false
	}
	seen := map[*ir.Axis]bool{}
	for _, i := range index {
		x, ok := i.IsAxis()
		if !ok || seen[x] || !slices.Contains(m.Axes, x) {
			return false
		}
		seen[x] = true
	}
	return true
}

// isProduct reports whether e multiplies two reads: a contraction, whose
// operands stay arrays.
func isProduct(e *ir.Expr) bool {
	return e.Op == ir.OpMul && e.Args[0].Op == ir.OpRead && e.Args[1].Op == ir.OpRead
}

// permuted replaces a pure copy: the identity by what it copies, and another
// order of axes by the producer with its axes in that order, even if it is a
// reduction.
func permuted(b *ir.Builder, v *ir.Value, m *ir.Map, uses map[*ir.Value]int) *ir.Value {
	e := m.Body
	if m.Reduce != nil || m.Write != nil || len(m.Domain) > 0 || e.Op != ir.OpRead || !sameSpace(m, e.Index) {
		return nil
	}
	order := make([]int, len(e.Index)) // axis k of the producer is axis order[k] here
	identity := true
	for k, i := range e.Index {
		x, _ := i.IsAxis()
		if !x.Extent.Equal(e.Array.Type.Shape[k]) {
			return nil // a part of it
		}
		order[k] = slices.Index(m.Axes, x)
		identity = identity && order[k] == k
	}
	a := e.Array
	switch d := a.Def.(type) {
	case *ir.Map:
		if identity {
			return a
		}
		if d.Write != nil || uses[a] > 1 {
			return nil
		}
		axes := slices.Clone(d.Axes)
		for k, at := range order {
			axes[at] = d.Axes[k]
		}
		return b.Map(v.Name, len(order), &ir.Map{Axes: axes, Domain: d.Domain, Reduce: d.Reduce, Body: d.Body})
	case *ir.Scan, *ir.Reshape, *ir.Table:
		if identity {
			return a
		}
	}
	return nil
}
