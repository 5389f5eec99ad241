package check

import (
	"slices"

	"github.com/gradgen/gradgen/dsl/diag"
	"github.com/gradgen/gradgen/dsl/syntax"
	"github.com/gradgen/gradgen/ir"
)

// stepFn is a declared step. It can only be scanned with.
type stepFn struct {
	n   *syntax.StepStmt
	env *env
}

func (f *stepFn) describe() string { return "the step " + f.n.Name.Name }

func (f *stepFn) call(c *checker, e *env, s site) value {
	c.errorf(e, diag.ScanForm, s.fn, "the step `%s` is not called: scan runs it", f.n.Name.Spelt).
		Helpf("write scan(%s, carry, xs)", f.n.Name.Spelt)
	return bad{}
}

// scan evaluates scan(cell, carry, xs) and scan(cell, carry, n).
//
// What the body of the step computes depends on the step axis, through the carries and the elements of xs; everything
// else it reads is outside the loop by construction. Inside an equation all carries get the indices in scope as
// leading axes.
func (c *checker) scan(e *env, s site) value {
	if len(s.args) != 3 || s.args[0].name != nil || s.args[1].name != nil || s.args[2].name != nil {
		c.errorf(e, diag.ScanForm, s.at, "`scan` takes 3 arguments: a step, the carry, and what it runs along").
			Helpf("several carries or arrays stand in parentheses: scan(cell, (h, c), (xs, ys))")
		return bad{}
	}
	step, ok := s.args[0].v.(*stepFn)
	if !ok {
		c.errorf(e, diag.ScanForm, s.args[0].at, "`scan` runs a step, but this is %s", s.args[0].v.describe()).
			Helpf("declare it in the body: step cell(h: …, x: …) { … return (h, y) }")
		return bad{}
	}
	r := &scanRun{c: c, e: e, s: s, step: step, loops: e.loops}
	if !r.along() || !r.carries() {
		return bad{}
	}
	return r.run()
}

// scanRun is one scan while it is lowered.
type scanRun struct {
	c     *checker
	e     *env
	s     site
	step  *stepFn
	loops []*ir.Axis
	axis  *ir.Axis
	in    *env
	xs    []*array
	scan  *ir.Scan
	types []*array // of the carries, as the body sees them
}

// along settles the axis: the leading one of the inputs, or a number of steps.
func (r *scanRun) along() bool {
	a := r.s.args[2]
	if n, ok := asInt(a.v); ok && n.elem == untyped {
		if n.num.HasAxes() || !r.c.sizeInBounds(r.e, size{n: n.num}, a.at) {
			if n.num.HasAxes() {
				r.c.errorf(r.e, diag.ScanForm, a.at, "the number of steps cannot depend on an index")
			}
			return false
		}
		r.axis = ir.NewAxis("t", n.num)
		return true
	}
	for _, x := range spreadOut(a.v, a.at) {
		if isBad(x.v) {
			return false
		}
		v, ok := x.v.(*array)
		if !ok || v.rank() == 0 {
			r.c.errorf(r.e, diag.ScanForm, a.at, "`scan` runs along the leading axis of arrays, but this is %s", x.v.describe())
			return false
		}
		if r.axis == nil {
			r.axis = ir.NewAxis("t", v.shape[0].n)
		} else if !r.axis.Extent.Equal(v.shape[0].n) {
			d := r.c.errorf(r.e, diag.ShapeMismatch, a.at, "`scan` runs along arrays of different lengths: %s and %s", r.axis.Extent, v.shape[0])
			r.c.origin(d, v, "second", a.at)
			return false
		}
		if !v.cheap {
			v = r.c.store(r.e, v, v.settle(r.e), r.c.hinted(r.e, v, "xs"), a.at)
		}
		r.xs = append(r.xs, v)
	}
	return true
}

// carries matches the start of the carries and one element of the inputs with what the step declares.
func (r *scanRun) carries() bool {
	c, e := r.c, r.e
	starts := spreadOut(r.s.args[1].v, r.s.args[1].at)
	fields := r.step.n.Inputs
	what := "the step `" + r.step.n.Name.Spelt + "`"
	if len(starts)+len(r.xs) != len(fields) {
		d := c.errorf(e, diag.ScanForm, r.s.at, "%s takes %s, but this gives it %s and %s", what, plural(len(fields), "input"),
			plural(len(starts), "carry value"), plural(len(r.xs), "element"))
		if !c.inPrelude(r.step.n.Span()) {
			d.Note(r.step.n.Name.Span(), "declared", "here")
		}
		return false
	}
	args := slices.Clone(starts)
	for _, x := range r.xs {
		args = append(args, argument{v: x.elementAt(ir.Of(r.axis)), at: r.s.args[2].at})
	}
	in := r.step.env.child()
	b := *r.step.env.body
	in.body = &b
	b.outer = map[string]size{}
	in.loops, in.assume = r.loops, e.assume
	in.steps = append(slices.Clip(e.steps), r.axis)
	in.target = ""
	r.in = in
	if !c.inputs(in, e, fields, site{at: r.s.at, fn: r.s.fn, args: args}, what) {
		return false
	}
	r.scan = &ir.Scan{Axis: r.axis}
	for k := range starts {
		v, _ := in.local(fields[k].Name.Name)
		if isBad(v) {
			return false
		}
		a := asArray(v)
		if a == nil {
			c.errorf(e, diag.ScanForm, r.s.args[1].at, "a carry is an array or a number, but this is %s", v.describe())
			return false
		}
		dt := a.elem
		if t, ok := fields[k].Type.(*syntax.ArrayType); ok {
			dt = in.dtype(t.Elem)
		}
		name := e.nameOf(fields[k].Name.Name)
		init := c.storeOver(e, r.loops, a, dt, name, r.s.args[1].at)
		carry := c.made(c.b.Carry(name, r.axis, init.Type))
		seen := readOver(carry, r.loops, a.shape)
		seen.value = nil
		if len(r.loops) == 0 {
			seen.value = carry
		}
		seen.from = origin{"carry `" + fields[k].Name.Spelt + "`", fields[k].Name.Span()}
		in.set(fields[k].Name.Name, seen)
		r.scan.Init = append(r.scan.Init, init)
		r.scan.Carry = append(r.scan.Carry, carry)
		r.types = append(r.types, seen)
	}
	return true
}

// elementAt is x[i].
func (a *array) elementAt(i ir.Int) value {
	out := &array{elem: a.elem, whole: a.whole, shape: a.shape[1:], cheap: a.cheap, from: a.from}
	out.at = func(t ir.DType, rest []ir.Int) *ir.Expr { return a.at(t, slices.Concat([]ir.Int{i}, rest)) }
	if out.rank() == 0 && out.elem != untyped {
		return scalar(out.at(out.elem, nil))
	}
	return out
}

// run evaluates the body and makes the scan.
func (r *scanRun) run() value {
	c, e := r.c, r.e
	since := c.newest
	v, at := c.block(r.in, r.step.n.Body, r.step.n.Result)
	if r.step.n.Result != nil {
		v = c.result(r.in, r.step.n.Result, v, at, "the step `"+r.step.n.Name.Spelt+"`")
	}
	if isBad(v) {
		return bad{}
	}
	carry, out := split2(v, len(r.types))
	next := spreadOut(carry, at)
	if len(next) != len(r.types) {
		c.errorf(r.in, diag.ScanForm, at, "the step `%s` has %s, but returns %d", r.step.n.Name.Spelt, plural(len(r.types), "carry value"), len(next)).
			Helpf("return (carry, output)")
		return bad{}
	}
	for k, n := range next {
		if isBad(n.v) {
			return bad{}
		}
		a := asArray(n.v)
		want := r.types[k]
		if a == nil {
			c.errorf(r.in, diag.ScanForm, at, "a carry is an array or a number, but this is %s", n.v.describe())
			return bad{}
		}
		if _, same := sameShape(a.shape, want.shape); !same && a.rank() > 0 || fitsDType(a, n.v, want.elem) != "" {
			d := c.errorf(r.in, diag.ScanForm, at, "the carry `%s` is %s, but its next value is %s", r.step.n.Inputs[k].Name.Spelt, want.describe(), a.describe())
			c.origin(d, a, "next", at)
			d.Note(r.step.n.Inputs[k].Span(), "carry", "%s", want.describe())
			return bad{}
		}
		if a.rank() == 0 && want.rank() > 0 {
			a = filled(a, want)
		}
		name := e.nameOf(r.step.n.Inputs[k].Name.Name)
		r.scan.Next = append(r.scan.Next, c.storeOver(r.in, r.loops, a, want.elem, name, at))
	}
	emitted, ok := r.emits(out, at)
	if !ok {
		return bad{}
	}
	return r.results(out, emitted, since)
}

// filled is a scalar in the shape of another array.
func filled(a, like *array) *array {
	return &array{elem: like.elem, shape: like.shape, cheap: a.cheap,
		at: func(t ir.DType, _ []ir.Int) *ir.Expr { return a.element(like.elem, nil) }}
}

// split2 takes (carry, output) apart; out is nil for a step that only returns its carry.
func split2(v value, carries int) (carry, out value) {
	t, ok := v.(*tuple)
	if !ok || len(t.elems) != 2 {
		return v, nil
	}
	if _, nested := t.elems[0].(*tuple); carries == 1 || nested {
		return t.elems[0], t.elems[1]
	}
	return v, nil
}

// emits stores what the step puts out.
func (r *scanRun) emits(out value, at diag.Span) ([]*array, bool) {
	if out == nil {
		return nil, true
	}
	var arrays []*array
	for k, x := range spreadOut(out, at) {
		if isBad(x.v) {
			return nil, false
		}
		a := asArray(x.v)
		if a == nil {
			r.c.errorf(r.in, diag.ScanForm, at, "a step puts out arrays or numbers, but this is %s", x.v.describe())
			return nil, false
		}
		name := r.e.nameOf(numbered("out", k))
		if a.value != nil {
			name = a.value.Name
		}
		v := r.c.storeOver(r.in, r.loops, a, a.settle(r.in), name, at)
		r.scan.Emit = append(r.scan.Emit, v)
		arrays = append(arrays, a)
	}
	return arrays, true
}

// results are what scan returns: the carries after the last step, then what the steps put out, stacked.
func (r *scanRun) results(out value, emitted []*array, since int) value {
	c := r.c
	c.place(r.e, r.s.at)
	carries, emits := c.b.Scan(r.scan)
	var last, ys []value
	for k, v := range carries {
		last = append(last, readOver(c.made(v), r.loops, r.types[k].shape))
	}
	for k, v := range emits {
		c.made(v)
		a := &array{elem: v.Type.DType, shape: append([]size{{n: r.axis.Extent}}, emitted[k].shape...), cheap: true}
		front := ir.AxisInts(r.loops)
		a.at = func(_ ir.DType, i []ir.Int) *ir.Expr {
			return ir.Read(v, slices.Concat(i[:1], front, i[1:])...)
		}
		if len(r.loops) == 0 {
			a.value = v
		}
		ys = append(ys, a)
	}
	carry := tupled(last)
	if out == nil {
		return carry
	}
	return &tuple{elems: []value{carry, tupled(ys)}}
}

func tupled(vs []value) value {
	if len(vs) == 1 {
		return vs[0]
	}
	return &tuple{elems: vs}
}
