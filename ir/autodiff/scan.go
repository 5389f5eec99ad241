package autodiff

import (
	"slices"

	"github.com/gradgen/gradgen/ir"
)

// locals rebuilds a program so that every scan also emits the values of its
// body, and knows the stack of each. What the way back does not read is
// dropped again by dead-code elimination.
type locals struct {
	ir.Rewriter
	stack   map[*ir.Value]*ir.Value
	results map[*ir.Axis][]*ir.Value // of each scan, by its axis
}

func keepLocals(b *ir.Builder) *locals {
	l := &locals{stack: map[*ir.Value]*ir.Value{}, results: map[*ir.Axis][]*ir.Value{}}
	l.B = b
	l.Scan = func(s *ir.Scan) (carries, emits []*ir.Value) {
		body := l.body(s)
		n := len(s.Emit)
		carries, emits = b.Scan(&ir.Scan{Axis: s.Axis, Reverse: s.Reverse, Carry: s.Carry, Init: s.Init, Next: s.Next,
			Emit: slices.Concat(s.Emit, body)})
		for k, v := range body {
			l.stack[v] = emits[n+k]
		}
		l.results[s.Axis] = slices.Concat(carries, emits)
		return carries, emits
	}
	return l
}

// body lists the values of a scan's body, with all results of scans in it.
func (l *locals) body(s *ir.Scan) []*ir.Value {
	var out []*ir.Value
	seen := map[*ir.Value]bool{}
	var visit func(v *ir.Value)
	visit = func(v *ir.Value) {
		if seen[v] || !v.DependsOn(s.Axis) {
			return
		}
		seen[v] = true
		operandsOf(v, visit)
		out = append(out, v)
		if inner, ok := v.Def.(*ir.Scan); ok {
			for _, r := range l.results[inner.Axis] {
				visit(r)
			}
		}
	}
	for _, list := range [][]*ir.Value{s.Carry, s.Next, s.Emit} {
		for _, v := range list {
			visit(v)
		}
	}
	return out
}

// residuals rewrites primal expressions of this region for use on the way
// back: values of loop bodies are read from their stacks, at the step the way
// back is at.
func (s *sweep) residuals() *ir.Subst {
	if s.parent == nil {
		return &ir.Subst{}
	}
	steps := map[*ir.Axis]ir.Int{}
	for r := s; r.parent != nil; r = r.parent {
		steps[r.axis] = ir.Of(r.back)
	}
	return &ir.Subst{Axis: steps, Read: s.residual}
}

func (s *sweep) residual(v *ir.Value, index []ir.Int) *ir.Expr {
	if s.parent == nil {
		return nil
	}
	if !v.DependsOn(s.axis) {
		return s.parent.residual(v, index)
	}
	stack := s.kept.stack[v]
	if stack == nil {
		// Made on the way, from primal values only (the winners of a maximum,
		// say): computed again from residuals.
		return ir.Read(s.recompute(v), index...)
	}
	index = slices.Concat([]ir.Int{ir.Of(s.back)}, index)
	if e := s.parent.residual(stack, index); e != nil {
		return e
	}
	return ir.Read(stack, index...)
}

// recompute rebuilds, for the way back, a value that no stack holds.
func (s *sweep) recompute(v *ir.Value) *ir.Value {
	if s.again == nil {
		s.again = &ir.Rewriter{B: s.b, Fresh: true, Axes: s.residuals().Axis, Known: func(v *ir.Value) *ir.Value {
			switch {
			case !s.inside(v):
				return v
			case s.kept.stack[v] != nil:
				return s.primalValue(v)
			}
			return nil
		}}
	}
	return s.again.Value(v)
}

// inside reports whether v belongs to the body of this or an enclosing scan.
func (s *sweep) inside(v *ir.Value) bool {
	for r := s; r.parent != nil; r = r.parent {
		if v.DependsOn(r.axis) {
			return true
		}
	}
	return false
}

// primalValue is a primal value of this region as an array on the way back.
func (s *sweep) primalValue(v *ir.Value) *ir.Value {
	if !s.inside(v) {
		return v
	}
	return s.b.Elementwise(v.Name, v.Type.Shape, func(at []ir.Int) *ir.Expr {
		return s.residuals().Expr(ir.Read(v, at...))
	})
}

// scan is the rule for Scan: a scan in the other direction, whose carries are
// the cotangents of the carries. What flows to arrays outside the body is
// collected, and leaves as Maps over all steps that read the stacked
// cotangents of the body's values.
func (s *sweep) scan(d *ir.Scan, results []*ir.Value) error {
	seeds := make([]*ir.Value, len(d.Carry)+len(d.Emit))
	any := false
	for _, v := range results {
		if s.act.float(v) {
			seeds[v.Result] = s.total(v)
			any = any || seeds[v.Result] != nil
		}
	}
	if !any {
		return nil
	}
	extent := s.residuals().Int(d.Axis.Extent)
	in := &sweep{b: s.b, act: s.act, sides: s.sides, kept: s.kept, cot: map[*ir.Value][]*ir.Value{},
		parent: s, axis: d.Axis, back: ir.NewAxis(d.Axis.Name, extent)}

	rev := &ir.Scan{Axis: in.back, Reverse: !d.Reverse}
	var carried []int
	for k, c := range d.Carry {
		if !s.act.float(c) {
			continue
		}
		dc := s.b.Carry("d"+c.Name, in.back, c.Type)
		start := seeds[k]
		if start == nil {
			start = s.b.Fill(dc.Name, c.Type, 0)
		}
		carried = append(carried, k)
		rev.Carry, rev.Init = append(rev.Carry, dc), append(rev.Init, start)
		in.deliverValue(d.Next[k], dc)
	}
	for k, e := range d.Emit {
		if seed := seeds[len(d.Carry)+k]; seed != nil {
			in.deliverValue(e, s.b.Elementwise("d"+e.Name, e.Type.Shape, func(at []ir.Int) *ir.Expr {
				return ir.Read(seed, slices.Concat([]ir.Int{ir.Of(in.back)}, at)...)
			}))
		}
	}
	if err := in.run(slices.Concat(d.Carry, d.Next, d.Emit)); err != nil {
		return err
	}
	for _, k := range carried {
		next := in.total(d.Carry[k])
		if next == nil {
			next = s.b.Fill("d"+d.Carry[k].Name, d.Carry[k].Type, 0)
		}
		rev.Next = append(rev.Next, next)
	}
	rev.Emit = in.leaving()
	carries, emits := s.b.Scan(rev)
	for i, k := range carried {
		s.deliverValue(d.Init[k], carries[i])
	}
	for _, t := range in.pending {
		s.deliver(in.outside(t, rev.Emit, emits))
	}
	return nil
}

// leaving lists the body's values that pending terms read.
func (s *sweep) leaving() []*ir.Value {
	var out []*ir.Value
	add := func(e *ir.Expr) {
		if e.Op == ir.OpRead && e.Array.DependsOn(s.back) && !slices.Contains(out, e.Array) {
			out = append(out, e.Array)
		}
	}
	for _, t := range s.pending {
		t.body.Walk(add)
		for _, p := range t.domain {
			p.E.Walk(nil, add)
		}
		for _, i := range t.write {
			i.Walk(nil, add)
		}
	}
	return out
}

// outside turns a pending term into one over all steps.
func (s *sweep) outside(t term, body, stacks []*ir.Value) term {
	step := ir.NewAxis(s.back.Name, s.back.Extent)
	out := t.substitute(&ir.Subst{Axis: map[*ir.Axis]ir.Int{s.back: ir.Of(step)}, Read: func(v *ir.Value, index []ir.Int) *ir.Expr {
		if k := slices.Index(body, v); k >= 0 {
			return ir.Read(stacks[k], slices.Concat([]ir.Int{ir.Of(step)}, index)...)
		}
		return nil
	}})
	out.axes = slices.Concat([]*ir.Axis{step}, t.axes)
	return out
}
