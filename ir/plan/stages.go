package plan

import (
	"slices"

	"github.com/gradgen/gradgen/ir"
)

// minStage is how many terms of a sum there must be for each of its partial sums:
// these are written and read once more.
const minStage = 16

// stages are the sums of either stage.
type stages struct{ parts, totals map[*ir.Value]bool }

// staged returns f with sums down whole arrays in two stages: one for each index of
// the first axis, and the sum of these. Workers share the first stage by that axis,
// as they share what makes the array, so that each adds up what it has made; one
// sum of everything would be that of one worker, who fetches it from all. work is
// what is worth sharing.
func staged(f *ir.Func, work int64) (*ir.Func, stages) {
	if work <= 0 {
		return f, stages{}
	}
	s := stages{map[*ir.Value]bool{}, map[*ir.Value]bool{}}
	b := builderAfter(f)
	r := &ir.Rewriter{B: b, Replace: func(v *ir.Value) *ir.Value {
		d, ok := v.Def.(*ir.Map)
		if !ok || d.Reduce != ir.Sum || d.Write != nil || !v.Type.DType.IsFloat() || len(v.Free()) > 0 {
			return nil
		}
		free, held := d.Axes[:v.Type.Rank()], heldAxes(v, d)
		axes := without(d.Axes, held)
		first := firstAxis(v, d, axes)
		if first == nil || role(axes).work() < work || role(d.Axes[len(free):]).work()/extent(first) < min(minStage, work) {
			return nil
		}
		b.Place = v.Place
		part := b.Map(v.Name+"_part", 1+len(free)-len(held), &ir.Map{
			Axes: append([]*ir.Axis{first}, without(axes, []*ir.Axis{first})...), Reduce: ir.Sum, Body: d.Body})
		to := map[*ir.Axis]ir.Int{}
		var fresh []*ir.Axis
		for _, x := range append(slices.Clone(free), first) {
			y := ir.NewAxis(x.Name, x.Extent)
			fresh, to[x] = append(fresh, y), ir.Of(y)
		}
		again := ir.Subst{Axis: to}
		index := []ir.Int{to[first]}
		for _, x := range without(free, held) {
			index = append(index, to[x])
		}
		total := b.Map(v.Name, len(free), &ir.Map{Axes: fresh, Domain: again.Preds(d.Domain), Reduce: ir.Sum, Body: ir.Read(part, index...)})
		s.parts[part], s.totals[total] = true, true
		return total
	}}
	c := *f
	c.Results = r.Values(f.Results)
	return &c, s
}

// heldAxes are the axes of a sum's result that its domain gives one place, or some, and
// that nothing else mentions: all other elements are zeros. They are those of a
// parameter of which a model reads one part here and another there.
func heldAxes(v *ir.Value, d *ir.Map) []*ir.Axis {
	return slices.DeleteFunc(slices.Clone(d.Axes[:v.Type.Rank()]), func(x *ir.Axis) bool {
		return dependsOn(d.Body, role{x}) || !slices.ContainsFunc(d.Domain, func(p ir.Pred) bool { return p.E.Uses(x) })
	})
}

// firstAxis is the axis of a sum that leads through an array by its first index, if
// the sum reads every element of that array once, by these axes, and its domain is one
// of others; else nil.
func firstAxis(v *ir.Value, d *ir.Map, axes []*ir.Axis) (first *ir.Axis) {
	for _, p := range d.Domain {
		if slices.ContainsFunc(axes, p.E.Uses) || !linear(p.E, d.Axes) {
			return nil
		}
	}
	d.Body.Walk(func(e *ir.Expr) {
		if e.Op != ir.OpRead || len(e.Index) == 0 || len(e.Index) != len(axes) {
			return
		}
		seen := map[*ir.Axis]bool{}
		for _, i := range e.Index {
			x, _ := i.IsAxis()
			seen[x] = slices.Contains(axes, x)
		}
		x, _ := e.Index[0].IsAxis()
		if all := len(seen) == len(axes) && !seen[nil]; all && slices.Contains(d.Axes[v.Type.Rank():], x) {
			first = x
		}
	})
	return first
}
