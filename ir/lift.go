package ir

import (
	"maps"
	"slices"
)

// Lift turns a value that depends on a free axis into an array over that axis:
// the result has the extent of x as its leading axis and does not depend on x.
// It is how work leaves a scan whose carry it does not need, how Jacobians are
// made from one seeded derivative, and how functions are batched. Calls must
// have been inlined.
func (b *Builder) Lift(v *Value, x *Axis) *Value { return b.LiftAll([]*Value{v}, x)[0] }

// LiftAll lifts values that may have scans in common, which stay in common.
func (b *Builder) LiftAll(vs []*Value, x *Axis) []*Value {
	l := &lifter{b: b, x: x, done: map[*Value]lifted{}, scans: map[*Scan][]lifted{}}
	out := make([]*Value, len(vs))
	for k, v := range vs {
		out[k] = l.front(l.lift(v))
	}
	return out
}

// front is a lifted value with the lifted axis in front.
func (l *lifter) front(w lifted) *Value {
	if !w.changed {
		return l.b.repeat(w.v, l.x)
	}
	return l.b.axisToFront(w.v, w.at)
}

// lifted is a value with the lifted axis at position at. Without changed there
// is no such axis, for the value did not depend on it; but it may be another
// value than before, a result of a scan that had to be rebuilt for others.
type lifted struct {
	v       *Value
	at      int
	changed bool
}

type lifter struct {
	b    *Builder
	x    *Axis
	done map[*Value]lifted
	// scans is kept beside done because all results of a scan are made at once.
	scans map[*Scan][]lifted
}

func (b *Builder) repeat(v *Value, x *Axis) *Value {
	shape := slices.Concat([]Int{x.Extent}, v.Type.Shape)
	return b.Elementwise(v.Name, shape, func(at []Int) *Expr { return Read(v, at[1:]...) })
}

func (b *Builder) axisToFront(v *Value, at int) *Value {
	if at == 0 {
		return v
	}
	shape := slices.Clone(v.Type.Shape)
	n := shape[at]
	shape = slices.Insert(slices.Delete(shape, at, at+1), 0, n)
	return b.Elementwise(v.Name, shape, func(i []Int) *Expr {
		return Read(v, slices.Insert(slices.Clone(i[1:]), at, i[0])...)
	})
}

func (l *lifter) lift(v *Value) lifted {
	if w, ok := l.done[v]; ok {
		return w
	}
	place := l.b.Place
	l.b.Place = v.Place
	w := l.def(v)
	l.b.Place = place
	l.done[v] = w
	return w
}

func (l *lifter) def(v *Value) lifted {
	same := lifted{v: v}
	switch d := v.Def.(type) {
	case *Map:
		return l.mapDef(v, d)
	case *Reshape:
		x := l.lift(d.X)
		if !x.changed {
			return lifted{v: l.b.Reshape(v.Name, x.v, v.Type.Shape)}
		}
		front := l.b.axisToFront(x.v, x.at)
		return lifted{l.b.Reshape(v.Name, front, slices.Concat([]Int{l.x.Extent}, v.Type.Shape)), 0, true}
	case *Scan:
		results, ok := l.scans[d]
		if !ok {
			results = l.scan(d)
			l.scans[d] = results
		}
		if results != nil {
			return results[v.Result]
		}
	case *Call:
		panic("ir: Lift of a call")
	}
	return same
}

func (l *lifter) mapDef(v *Value, m *Map) lifted {
	fresh := NewAxis(l.x.Name, l.x.Extent)
	changed, moved := v.DependsOn(l.x), false
	s := &Subst{Axis: map[*Axis]Int{l.x: Of(fresh)}, Read: func(a *Value, index []Int) *Expr {
		w := l.lift(a)
		if !w.changed {
			moved = moved || w.v != a
			return Read(w.v, index...)
		}
		changed = true
		return Read(w.v, slices.Insert(slices.Clone(index), w.at, Of(fresh))...)
	}}
	out := &Map{Axes: m.Axes, Domain: s.Preds(m.Domain), Reduce: m.Reduce, Body: s.Expr(m.Body)}
	if m.Write != nil {
		out.Write = s.Ints(m.Write)
	}
	if !changed {
		if moved {
			v = l.b.mapOf(v.Name, v.Type.Shape, out)
		}
		return lifted{v: v}
	}
	out.Axes = slices.Concat([]*Axis{fresh}, m.Axes)
	if m.Write != nil {
		out.Write = slices.Concat([]Int{Of(fresh)}, out.Write)
	}
	return lifted{l.b.mapOf(v.Name, slices.Concat([]Int{l.x.Extent}, v.Type.Shape), out), 0, true}
}

// scan lifts the carries that need it, found by iteration: a carry does when
// its start does or its next value comes to. It returns nil for a scan that
// does not depend on the axis, else its results; a stacked emit has the lifted
// axis behind the step axis.
func (l *lifter) scan(d *Scan) (out []lifted) {
	need := make([]bool, len(d.Carry))
	for k, v := range d.Init {
		need[k] = l.lift(v).changed
	}
	outer, outerScans := l.done, l.scans
	for {
		// What was found for body values under fewer lifted carries is void.
		l.done, l.scans = maps.Clone(outer), maps.Clone(outerScans)
		for k, c := range d.Carry {
			if need[k] {
				t := Type{c.Type.DType, slices.Concat([]Int{l.x.Extent}, c.Type.Shape)}
				l.done[c] = lifted{l.b.Carry(c.Name, d.Axis, t), 0, true}
			} else {
				l.done[c] = lifted{v: c}
			}
		}
		grew := false
		for k, n := range d.Next {
			if !need[k] && l.lift(n).changed {
				need[k], grew = true, true
			}
		}
		if !grew {
			break
		}
	}
	s := &Scan{Axis: d.Axis, Reverse: d.Reverse, Carry: slices.Clone(d.Carry),
		Init: slices.Clone(d.Init), Next: slices.Clone(d.Next), Emit: slices.Clone(d.Emit)}
	any := false
	front := func(v *Value) *Value { return l.front(l.lift(v)) }
	for k := range d.Carry {
		if need[k] {
			s.Carry[k], s.Init[k], s.Next[k], any = l.done[d.Carry[k]].v, front(d.Init[k]), front(d.Next[k]), true
		} else {
			s.Init[k], s.Next[k] = l.lift(d.Init[k]).v, l.lift(d.Next[k]).v
		}
	}
	moved := make([]bool, len(d.Emit))
	for k, e := range d.Emit {
		w := l.lift(e)
		s.Emit[k] = w.v
		if w.changed {
			s.Emit[k], moved[k], any = front(e), true, true
		}
	}
	l.done, l.scans = outer, outerScans
	if !any {
		return nil
	}
	carries, emits := l.b.Scan(s)
	for k, v := range carries {
		out = append(out, lifted{v, 0, need[k]})
	}
	for k, v := range emits {
		out = append(out, lifted{v, 1, moved[k]})
	}
	return out
}
