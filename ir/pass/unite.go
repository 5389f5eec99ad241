package pass

import (
	"slices"

	"github.com/gradgen/gradgen/ir"
)

// unite makes one scatter of those that are added and write to the same places:
// what several gathers of one array at the same indices give back to it. The
// places are visited once, and no array is filled for each part.
func unite(b *ir.Builder, results []*ir.Value) []*ir.Value {
	scatters := func(v *ir.Value) bool {
		m, ok := v.Def.(*ir.Map)
		return ok && m.Write != nil
	}
	if !slices.ContainsFunc(ir.Topological(results...), scatters) {
		return results
	}
	uses := countReads(results)
	return (&ir.Rewriter{B: b,
		Replace: func(v *ir.Value) *ir.Value {
			if m, ok := v.Def.(*ir.Map); ok && m.Reduce == nil && m.Write == nil && len(m.Domain) == 0 {
				return uniteIn(b, v, m, uses)
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

// uniteIn unites the scatters among the summands of v.
func uniteIn(b *ir.Builder, v *ir.Value, m *ir.Map, uses map[*ir.Value]int) *ir.Value {
	terms := summands(m.Body)
	changed := false
	for i := 0; i < len(terms); i++ {
		first := scattered(terms[i], m, uses)
		if first == nil {
			continue
		}
		for j := i + 1; j < len(terms); j++ {
			second := scattered(terms[j], m, uses)
			if second == nil {
				continue
			}
			both := united(first, second)
			if both == nil {
				continue
			}
			array := b.Scatter(v.Name, v.Type.Shape, both)
			uses[array] = 1
			terms[i], changed = ir.Read(array, terms[i].Index...), true
			terms = slices.Delete(terms, j, j+1)
			first, j = both, j-1
		}
	}
	if !changed {
		return nil
	}
	sum := terms[0]
	for _, t := range terms[1:] {
		sum = ir.Apply(ir.OpAdd, sum, t)
	}
	if len(terms) == 1 {
		return sum.Array // every element, and each in its place
	}
	return b.Map(v.Name, v.Type.Rank(), &ir.Map{Axes: m.Axes, Body: sum})
}

// summands are the terms of a sum, in order, as far as there are not too many.
func summands(e *ir.Expr) (terms []*ir.Expr) {
	if long(e, mostSummands, ir.OpAdd) {
		return []*ir.Expr{e}
	}
	var visit func(e *ir.Expr)
	visit = func(e *ir.Expr) {
		if e.Op != ir.OpAdd {
			terms = append(terms, e)
			return
		}
		visit(e.Args[0])
		visit(e.Args[1])
	}
	visit(e)
	return terms
}

// scattered is the scatter of which a term reads every element in its place, if
// nothing else reads it.
func scattered(term *ir.Expr, m *ir.Map, uses map[*ir.Value]int) *ir.Map {
	if term.Op != ir.OpRead || uses[term.Array] != 1 || len(term.Index) != len(m.Axes) {
		return nil
	}
	d, ok := term.Array.Def.(*ir.Map)
	if !ok || d.Write == nil {
		return nil
	}
	for k, i := range term.Index {
		if x, ok := i.IsAxis(); !ok || x != m.Axes[k] || !x.Extent.Equal(term.Array.Type.Shape[k]) {
			return nil
		}
	}
	return d
}

// united adds the bodies of two scatters that visit the same points and write to
// the same places; nil if they do not.
func united(first, second *ir.Map) *ir.Map {
	if len(first.Axes) != len(second.Axes) || len(first.Domain) != len(second.Domain) {
		return nil
	}
	s := &ir.Subst{Axis: map[*ir.Axis]ir.Int{}}
	for k, x := range second.Axes {
		if !x.Extent.Equal(first.Axes[k].Extent) {
			return nil
		}
		s.Axis[x] = ir.Of(first.Axes[k])
	}
	if !slices.EqualFunc(first.Write, s.Ints(second.Write), ir.Int.Equal) ||
		!slices.EqualFunc(first.Domain, s.Preds(second.Domain), ir.Pred.Equal) {
		return nil
	}
	body := ir.Apply(ir.OpAdd, first.Body, s.Expr(second.Body))
	return &ir.Map{Axes: first.Axes, Domain: first.Domain, Reduce: first.Reduce, Body: body, Write: first.Write}
}
