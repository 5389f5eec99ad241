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
		if !ok {
			return nil
		}
		first := firstAxis(v, d)
		if first == nil || role(d.Axes).work() < work || role(d.Axes[v.Type.Rank():]).work()/extent(first) < min(minStage, work) {
			return nil
		}
		b.Place = v.Place
		rest := slices.DeleteFunc(slices.Clone(d.Axes), func(x *ir.Axis) bool { return x == first })
		part := b.Map(v.Name+"_part", v.Type.Rank()+1, &ir.Map{Axes: append([]*ir.Axis{first}, rest...), Reduce: ir.Sum, Body: d.Body})
		fresh := make([]*ir.Axis, 0, len(d.Axes))
		for _, x := range append(slices.Clone(d.Axes[:v.Type.Rank()]), first) {
			fresh = append(fresh, ir.NewAxis(x.Name, x.Extent))
		}
		last := len(fresh) - 1
		index := append([]ir.Int{ir.Of(fresh[last])}, ir.AxisInts(fresh[:last])...)
		total := b.Map(v.Name, last, &ir.Map{Axes: fresh, Reduce: ir.Sum, Body: ir.Read(part, index...)})
		s.parts[part], s.totals[total] = true, true
		return total
	}}
	c := *f
	c.Results = r.Values(f.Results)
	return &c, s
}

// firstAxis is the axis of a sum that leads through an array by its first index, if
// the sum reads every element of that array once; else nil.
func firstAxis(v *ir.Value, d *ir.Map) (first *ir.Axis) {
	if d.Reduce != ir.Sum || d.Write != nil || len(d.Domain) > 0 || !v.Type.DType.IsFloat() || len(v.Free()) > 0 {
		return nil
	}
	d.Body.Walk(func(e *ir.Expr) {
		if e.Op != ir.OpRead || len(e.Index) == 0 || len(e.Index) != len(d.Axes) {
			return
		}
		seen := map[*ir.Axis]bool{}
		for _, i := range e.Index {
			x, _ := i.IsAxis()
			seen[x] = slices.Contains(d.Axes, x)
		}
		x, _ := e.Index[0].IsAxis()
		if all := len(seen) == len(d.Axes) && !seen[nil]; all && slices.Contains(d.Axes[v.Type.Rank():], x) {
			first = x
		}
	})
	return first
}
