package autodiff

import (
	"slices"

	"github.com/gradgen/gradgen/ir"
)

// Outputs that are independent of each other, such as those of the samples in a
// batch, need no seed each. Where all that flows from wrt to y flows along one
// axis, y is sliced there: it becomes one output, of a free axis, with all that
// it depends on, and is differentiated like that. What was sliced is lifted over
// the axis in the end; a primal value then is the very value it was before. The
// Jacobian of a batch so costs what the gradients of its samples do.

// sliced takes the leading axes of run-time size off y as far as outputs are
// independent along them, and returns these axes.
func sliced(b *ir.Builder, y *ir.Value, wrt []*ir.Value) (*ir.Value, []*ir.Axis) {
	var axes []*ir.Axis
	for y.Type.Rank() > 0 && y.Type.DType.IsFloat() {
		if _, isConst := y.Type.Shape[0].IsConst(); isConst {
			break // a few seeds, which are solved away entry by entry
		}
		s := &slicer{b: b, x: ir.NewAxis("n", y.Type.Shape[0]), act: find([]*ir.Value{y}, wrt), wrt: wrt, done: map[slicing]*ir.Value{}}
		z := s.slice(slicing{y, 0})
		if z == nil {
			break
		}
		y, axes = z, append(axes, s.x)
	}
	return y, axes
}

// slicer slices values at one free axis.
type slicer struct {
	b    *ir.Builder
	x    *ir.Axis
	act  activity
	wrt  []*ir.Value
	done map[slicing]*ir.Value
}

// slicing is a value and the axis that it loses.
type slicing struct {
	v  *ir.Value
	at int
}

// slice returns a value at x, or nil if something active would be needed whole.
func (s *slicer) slice(p slicing) *ir.Value {
	if v, ok := s.done[p]; ok {
		return v
	}
	s.done[p] = nil
	if slices.Contains(s.wrt, p.v) {
		return nil
	}
	place := s.b.Place
	s.b.Place = p.v.Place
	switch d := p.v.Def.(type) {
	case *ir.Map:
		s.done[p] = s.sliceMap(p, d)
	case *ir.Reshape:
		if shape := p.v.Type.Shape; p.at == 0 && d.X.Type.Rank() > 0 && d.X.Type.Shape[0].Equal(shape[0]) {
			if x := s.slice(slicing{d.X, 0}); x != nil {
				s.done[p] = s.b.Reshape(p.v.Name, x, shape[1:])
			}
		}
	}
	s.b.Place = place
	return s.done[p]
}

func (s *slicer) sliceMap(p slicing, m *ir.Map) *ir.Value {
	if m.Write != nil {
		return nil
	}
	axis := m.Axes[p.at]
	parts := map[*ir.Value]*ir.Value{}
	at := map[*ir.Value]int{}
	good := true
	m.Body.Walk(func(e *ir.Expr) {
		if e.Op != ir.OpRead || !s.act.float(e.Array) || slices.Contains(s.wrt, e.Array) || !good {
			return
		}
		k, ok := along(e.Index, axis)
		if before, seen := at[e.Array]; !ok || seen && before != k {
			good = false
			return
		}
		at[e.Array] = k
		parts[e.Array] = s.slice(slicing{e.Array, k})
		good = parts[e.Array] != nil
	})
	if !good {
		return nil
	}
	sub := &ir.Subst{Axis: map[*ir.Axis]ir.Int{axis: ir.Of(s.x)}, Read: func(a *ir.Value, index []ir.Int) *ir.Expr {
		if part := parts[a]; part != nil {
			return ir.Read(part, slices.Delete(slices.Clone(index), at[a], at[a]+1)...)
		}
		return ir.Read(a, index...)
	}}
	out := &ir.Map{Axes: slices.Delete(slices.Clone(m.Axes), p.at, p.at+1), Domain: sub.Preds(m.Domain), Reduce: m.Reduce, Body: sub.Expr(m.Body)}
	return s.b.Map(p.v.Name, p.v.Type.Rank()-1, out)
}

// along finds the one index that is the axis, if no other has it.
func along(index []ir.Int, axis *ir.Axis) (int, bool) {
	at := -1
	for k, i := range index {
		x, is := i.IsAxis()
		switch {
		case is && x == axis && at < 0:
			at = k
		case i.Uses(axis):
			return 0, false
		}
	}
	return at, at >= 0
}
