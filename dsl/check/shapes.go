package check

import (
	"slices"

	"github.com/gradgen/gradgen/dsl/diag"
	"github.com/gradgen/gradgen/dsl/exact"
	"github.com/gradgen/gradgen/dsl/syntax"
	"github.com/gradgen/gradgen/ir"
)

// vector evaluates [a, b, c]: numbers are a table, anything else an array with one more axis.
func (c *checker) vector(e *env, x *syntax.Vector) value {
	parts := make([]operand, len(x.Elems))
	arrays := make([]*array, len(x.Elems))
	good := true
	tables := true
	for i, y := range x.Elems {
		v := c.eval(e, y)
		parts[i] = operand{v, y.Span()}
		if good = good && !isBad(v); isBad(v) {
			continue
		}
		if arrays[i] = asArray(v); arrays[i] == nil {
			c.notAnArray(e, operation{verb: "make an element of"}, parts[i])
			good = false
			continue
		}
		tables = tables && arrays[i].table != nil
	}
	if !good {
		return bad{}
	}
	o := operation{verb: "put together", at: x.Span(), bools: arrays[0].elem == ir.Bool}
	for i, a := range arrays[1:] {
		if axis, same := sameShape(arrays[0].shape, a.shape); !same {
			c.shapesDiffer(e, operation{verb: o.verb, at: parts[i+1].at}, parts[0], parts[i+1], arrays[0], a, axis)
			return bad{}
		}
	}
	shape := append([]size{{n: ir.Const(int64(len(arrays)))}}, arrays[0].shape...)
	if problem, ok := fits(shape); !ok {
		c.errorf(e, diag.ArrayTooLarge, x.Span(), "%s", problem)
		return bad{}
	}
	if tables {
		var data []exact.Number
		for _, a := range arrays {
			data = append(data, a.table...)
		}
		return c.tableOf("table", shape, data)
	}
	t, ok := c.unify(e, o, parts, arrays)
	if !ok {
		return bad{}
	}
	out := &array{elem: t, shape: shape, hint: "v", whole: true}
	for _, a := range arrays {
		out.whole = out.whole && a.whole
	}
	out.at = func(want ir.DType, i []ir.Int) *ir.Expr {
		dt := t
		if dt == untyped {
			dt = want
		}
		if k, isConst := i[0].IsConst(); isConst && k >= 0 && k < int64(len(arrays)) {
			return arrays[k].element(dt, i[1:])
		}
		y := arrays[len(arrays)-1].element(dt, i[1:])
		for k := len(arrays) - 2; k >= 0; k-- {
			y = c.apply(ir.OpSelect, ir.Test(ir.Eq(i[0], ir.Const(int64(k)))), arrays[k].element(dt, i[1:]), y)
		}
		return y
	}
	return out
}

// concat evaluates concat[axis](a, b).
func (c *checker) concat(e *env, x *syntax.Concat) value {
	parts := make([]operand, len(x.Args))
	arrays := make([]*array, len(x.Args))
	good := true
	for i, y := range x.Args {
		v := c.eval(e, y)
		parts[i] = operand{v, y.Span()}
		if isBad(v) {
			good = false
			continue
		}
		a, ok := v.(*array)
		if !ok || a.rank() == 0 {
			c.errorf(e, diag.NotAnArray, y.Span(), "cannot concatenate %s", v.describe())
			good = false
			continue
		}
		arrays[i] = a
	}
	k, ok := c.axisNumber(e, x.Axis)
	if !good || !ok {
		return bad{}
	}
	rank := arrays[0].rank()
	if k >= int64(rank) {
		d := c.errorf(e, diag.OutOfRange, x.Axis.Span(), "there is no axis %d", k)
		c.origin(d, arrays[0], "array", parts[0].at)
		return bad{}
	}
	// Which array an element is of is a chain of conditions: each has all before it.
	c.steps += len(arrays) * len(arrays)
	c.spend(e, x)
	shape := slices.Clone(arrays[0].shape)
	starts := make([]ir.Int, len(arrays)+1)
	for i, a := range arrays {
		for j := range shape {
			if a.rank() != rank || int64(j) != k && !a.shape[j].n.Equal(shape[j].n) {
				axis := j
				if a.rank() != rank {
					axis = -1
				}
				c.shapesDiffer(e, operation{verb: "concatenate", at: parts[i].at}, parts[0], parts[i], arrays[0], a, axis)
				return bad{}
			}
		}
		starts[i+1] = starts[i].Add(a.shape[k].n)
	}
	shape[k] = size{n: starts[len(arrays)]}
	if problem, ok := fits(shape); !ok {
		c.errorf(e, diag.ArrayTooLarge, x.Span(), "%s", problem)
		return bad{}
	}
	t, ok := c.unify(e, operation{verb: "concatenate", at: x.Span(), bools: arrays[0].elem == ir.Bool}, parts, arrays)
	if !ok {
		return bad{}
	}
	out := &array{elem: t, shape: shape, hint: "concat"}
	out.at = func(want ir.DType, i []ir.Int) *ir.Expr {
		dt := t
		if dt == untyped {
			dt = want
		}
		var y *ir.Expr
		for p := len(arrays) - 1; p >= 0; p-- {
			at := slices.Clone(i)
			at[k] = i[k].Sub(starts[p])
			part := arrays[p].element(dt, at)
			if y == nil {
				y = part
			} else {
				y = c.apply(ir.OpSelect, ir.Test(ir.Lt(i[k], starts[p+1])), part, y)
			}
		}
		return y
	}
	return out
}

// axisNumber evaluates the number of an axis.
func (c *checker) axisNumber(e *env, x syntax.Expr) (int64, bool) {
	v := c.eval(e, x)
	if isBad(v) {
		return 0, false
	}
	n, ok := v.(number)
	k, isInt := n.n.Int64()
	if !ok || !isInt || k < 0 {
		c.errorf(e, diag.BadSize, x.Span(), "the axis is a number from 0 up, but this is %s", v.describe())
		return 0, false
	}
	return k, true
}

// reshape evaluates reshape(x, [B, n]): the same elements in the same order.
func (c *checker) reshape(e *env, x *syntax.Call) value {
	if len(x.Args) != 2 {
		c.errorf(e, diag.ArgumentCount, x.Span(), "`reshape` takes 2 arguments: an array, and its new sizes in brackets")
		return bad{}
	}
	v := c.eval(e, x.Args[0].Value)
	list, ok := syntax.Unparen(x.Args[1].Value).(*syntax.Vector)
	if !ok {
		c.errorf(e, diag.BadSize, x.Args[1].Span(), "the new sizes stand in brackets: reshape(x, [m, n])")
		return bad{}
	}
	shape := make([]size, len(list.Elems))
	total := ir.Const(1)
	good := true
	for i, y := range list.Elems {
		var ok bool
		shape[i], ok = c.size(e, y)
		good = good && ok
	}
	if !good || isBad(v) {
		return bad{}
	}
	if problem, ok := fits(shape); !ok {
		c.errorf(e, diag.ArrayTooLarge, x.Span(), "%s", problem)
		return bad{}
	}
	a, isArray := v.(*array)
	if !isArray {
		if a = asArray(v); a == nil {
			c.notAnArray(e, operation{verb: "reshape"}, operand{v, x.Args[0].Span()})
			return bad{}
		}
	}
	for _, s := range shape {
		total, _ = product(total, s.n)
	}
	have := ir.Const(1)
	for _, s := range a.shape {
		have, _ = product(have, s.n)
	}
	if !have.Equal(total) {
		d := c.errorf(e, diag.ReshapeLength, x.Span(), "cannot reshape %s to %s: %s elements are not %s", a.describe(), shapeText(shape), have, total)
		c.origin(d, a, "array", x.Args[0].Span())
		return bad{}
	}
	s := c.store(e, a, a.settle(e), c.hinted(e, a, "x"), x.Args[0].Span())
	full := lengths(shape)
	v0, used := s.stored()
	var lead []ir.Int
	for _, l := range used {
		lead = append(lead, l.Extent)
	}
	c.place(e, x.Span())
	w := c.made(c.b.Reshape(c.suffixed(e, "flat"), v0, append(lead, full...)))
	return readOver(w, used, shape)
}

// stored takes a stored array apart: the value, and the loops that are its leading axes.
func (s *array) stored() (*ir.Value, []*ir.Axis) {
	probe := ir.Axes(lengths(s.shape))
	r := s.at(s.elem, ir.AxisInts(probe))
	used := make([]*ir.Axis, len(r.Index)-len(probe))
	for i := range used {
		used[i], _ = r.Index[i].IsAxis()
	}
	return r.Array, used
}

// transpose evaluates A.T.
func (c *checker) transpose(e *env, x *syntax.Transpose) value {
	v := c.eval(e, x.X)
	if isBad(v) {
		return bad{}
	}
	a, ok := v.(*array)
	if !ok || a.rank() != 2 {
		d := c.errorf(e, diag.MatrixForm, x.Span(), "only a matrix has a transpose, and this is %s", v.describe())
		c.origin(d, v, "here", x.X.Span())
		d.Helpf("permute axes by name: y[i, j, k] = x[k, i, j]")
		return bad{}
	}
	out := *a
	out.value, out.table = nil, nil
	out.shape = []size{a.shape[1], a.shape[0]}
	out.at = func(t ir.DType, i []ir.Int) *ir.Expr { return a.at(t, []ir.Int{i[1], i[0]}) }
	return &out
}

// matmul evaluates A @ B: the last axis of A against the first of B. A may have more axes, B is a matrix or a vector.
func (c *checker) matmul(e *env, at diag.Span, x, y operand) value {
	if isBad(x.v) || isBad(y.v) {
		return bad{}
	}
	a, b := asArray(x.v), asArray(y.v)
	o := operation{verb: "multiply", at: at, op: ir.OpMul}
	for k, z := range []*array{a, b} {
		if z == nil || z.rank() == 0 || k == 1 && z.rank() > 2 {
			p := []operand{x, y}[k]
			d := c.errorf(e, diag.MatrixForm, at, "`@` multiplies matrices and vectors, but this is %s", p.v.describe())
			c.origin(d, p.v, []string{"left", "right"}[k], p.at)
			d.Helpf("a product of more axes is an equation: y[b, i, j] = sum[k] a[b, i, k] * b[b, k, j]")
			return bad{}
		}
	}
	inner := a.shape[a.rank()-1]
	if !inner.n.Equal(b.shape[0].n) {
		d := c.errorf(e, diag.ShapeMismatch, at, "cannot multiply %s and %s: the inner sizes %s and %s differ", a.describe(), b.describe(), inner, b.shape[0])
		c.origin(d, a, "left", x.at)
		c.origin(d, b, "right", y.at)
		return bad{}
	}
	t, ok := c.unify(e, o, []operand{x, y}, []*array{a, b})
	if !ok {
		return bad{}
	}
	if t == untyped {
		t = e.body.real
	}
	// Each element is read many times.
	if !a.cheap {
		a = c.store(e, a, t, c.hinted(e, a, "a"), x.at)
	}
	if !b.cheap {
		b = c.store(e, b, t, c.hinted(e, b, "b"), y.at)
	}
	shape := append(slices.Clone(a.shape[:a.rank()-1]), b.shape[1:]...)
	free := ir.Axes(lengths(shape))
	k := ir.NewAxis("k", inner.n)
	lead := ir.AxisInts(free[:a.rank()-1])
	rest := ir.AxisInts(free[a.rank()-1:])
	body := c.apply(ir.OpMul, a.element(t, append(slices.Clone(lead), ir.Of(k))), b.element(t, append([]ir.Int{ir.Of(k)}, rest...)))
	used, v := c.mapOver(e, append(free, k), len(free), nil, ir.Sum, body, c.suffixed(e, "dot"), x.at.To(y.at))
	out := readOver(v, used, shape)
	if len(shape) == 0 {
		s := scalar(out.at(t, nil))
		s.value = out.value
		return s
	}
	return out
}
