package autodiff

import (
	"slices"

	"github.com/gradgen/gradgen/ir"
)

// Forward extends a program by tangents: given a tangent for each of wrt, of
// its shape (nil for zero), it returns the primal outputs, rebuilt, and their
// tangents; nil stands for zero. Tangents of integers do not exist and are nil.
func Forward(b *ir.Builder, outs, wrt, tangents []*ir.Value) (primal, derivs []*ir.Value, err error) {
	outs = compared(b, outs)
	f := &pusher{b: b, act: find(outs, wrt), tangent: map[*ir.Value]*ir.Value{}}
	f.B = b
	for k, w := range wrt {
		f.tangent[w] = tangents[k]
	}
	f.Enter, f.Scan = f.enter, f.scan
	f.Replace = func(v *ir.Value) *ir.Value {
		f.push(v)
		return nil
	}
	for _, v := range outs {
		w := f.Value(v)
		primal = append(primal, w)
		derivs = append(derivs, f.tangent[w])
	}
	return primal, derivs, f.err
}

// pusher rebuilds the primal bottom-up and keeps the tangent of each rebuilt
// value; a missing one is zero.
type pusher struct {
	ir.Rewriter
	b       *ir.Builder
	act     activity
	tangent map[*ir.Value]*ir.Value
	err     error
}

func (f *pusher) push(v *ir.Value) {
	if f.err != nil || f.tangent[v] != nil || !v.Type.DType.IsFloat() {
		return
	}
	place := f.b.Place
	f.b.Place = v.Place
	defer func() { f.b.Place = place }()
	switch d := v.Def.(type) {
	case *ir.Map:
		f.pushMap(v, d)
	case *ir.Reshape:
		if t := f.tangent[d.X]; t != nil {
			f.tangent[v] = f.b.Reshape(dot(v), t, v.Type.Shape)
		}
	case *ir.Call:
		f.pushCall(v, d)
	}
}

func dot(v *ir.Value) string { return "d" + v.Name }

func (f *pusher) pushMap(v *ir.Value, m *ir.Map) {
	act := activity{}
	m.Body.Walk(func(e *ir.Expr) {
		if e.Op == ir.OpRead && f.tangent[e.Array] != nil {
			act[e.Array] = true
		}
	})
	if len(act) == 0 || m.Reduce != nil && m.Reduce.Arg {
		return
	}
	d := &body{act: act, value: v, root: m.Body}
	rank := len(v.Type.Shape)
	if m.Reduce == nil && m.Write == nil {
		d.known = map[*ir.Expr]*ir.Expr{d.root: ir.Read(v, ir.AxisInts(m.Axes[:rank])...)}
	}
	if f.err = d.checkDiscrete(); f.err != nil {
		return
	}
	t, err := d.forward(func(read *ir.Expr) *ir.Expr { return ir.Read(f.tangent[read.Array], read.Index...) })
	if err != nil {
		f.err = err
		return
	}
	if t == nil {
		return
	}
	reduce := m.Reduce
	switch m.Reduce {
	case ir.Max, ir.Min:
		at := ir.AxisInts(m.Axes[:rank])
		t = share(t, m.Body, ir.Read(v, at...), ir.Read(winners(f.b, v, m), at...))
		reduce = ir.Sum
	case ir.Prod:
		t = ir.Apply(ir.OpMul, t, otherFactors(f.b, v, m)(ir.AxisInts(m.Axes)))
		reduce = ir.Sum
	}
	dm := &ir.Map{Axes: m.Axes, Domain: m.Domain, Reduce: reduce, Body: t, Write: m.Write}
	if m.Write != nil {
		f.tangent[v] = f.b.Scatter(dot(v), v.Type.Shape, dm)
	} else {
		f.tangent[v] = f.b.Map(dot(v), rank, dm)
	}
}

// enter gives every carry that depends on wrt a tangent before the body is
// rebuilt, so that the tangents of the body follow, inner scans included.
func (f *pusher) enter(s *ir.Scan) {
	for _, c := range s.Carry {
		if f.act.float(c) {
			f.tangent[c] = f.b.Carry(dot(c), s.Axis, c.Type)
		}
	}
}

// scan adds the tangent carries, and a tangent emit for every emit with one.
func (f *pusher) scan(s *ir.Scan) (carries, emits []*ir.Value) {
	out := &ir.Scan{Axis: s.Axis, Reverse: s.Reverse, Carry: slices.Clone(s.Carry), Init: slices.Clone(s.Init),
		Next: slices.Clone(s.Next), Emit: slices.Clone(s.Emit)}
	orZero := func(v *ir.Value) *ir.Value {
		if t := f.tangent[v]; t != nil {
			return t
		}
		return f.b.Fill(dot(v), v.Type, 0)
	}
	var ofCarry, ofEmit []int
	for k, c := range s.Carry {
		if t := f.tangent[c]; t != nil {
			ofCarry = append(ofCarry, k)
			out.Carry, out.Init, out.Next = append(out.Carry, t), append(out.Init, orZero(s.Init[k])), append(out.Next, orZero(s.Next[k]))
		}
	}
	for k, e := range s.Emit {
		if t := f.tangent[e]; t != nil {
			ofEmit = append(ofEmit, k)
			out.Emit = append(out.Emit, t)
		}
	}
	if len(ofCarry)+len(ofEmit) == 0 {
		return nil, nil
	}
	carries, emits = f.b.Scan(out)
	for i, k := range ofCarry {
		f.tangent[carries[k]] = carries[len(s.Carry)+i]
	}
	for i, k := range ofEmit {
		f.tangent[emits[k]] = emits[len(s.Emit)+i]
	}
	return carries[:len(s.Carry)], emits[:len(s.Emit)]
}

func (f *pusher) pushCall(v *ir.Value, d *ir.Call) {
	var tangents []*ir.Value
	any := false
	for _, a := range d.Args {
		if !a.Type.DType.IsFloat() {
			continue
		}
		t := f.tangent[a]
		any = any || t != nil
		if t == nil {
			t = f.b.Fill(dot(a), a.Type, 0)
		}
		tangents = append(tangents, t)
	}
	if !any {
		return
	}
	jvp := d.Func.Rule.JVP
	if jvp == nil {
		if jvp, f.err = transposeVJP(f.b, d.Func); f.err != nil {
			return
		}
	}
	out := f.b.Inline(jvp, slices.Concat(d.Args, tangents))
	k := 0
	for i, r := range d.Func.Results {
		if r.Type.DType.IsFloat() {
			if i == v.Result {
				f.tangent[v] = out[k]
			}
			k++
		}
	}
}
