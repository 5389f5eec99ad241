package check

import (
	"math"

	"github.com/gradgen/gradgen/dsl/diag"
	"github.com/gradgen/gradgen/dsl/exact"
	"github.com/gradgen/gradgen/ir"
)

// operation is what is done to the elements of arrays.
type operation struct {
	op    *ir.Op // nil if build says it
	build func(t ir.DType, xs []*ir.Expr) *ir.Expr
	whole func(x *ir.Expr) *ir.Expr // of an integer, where op is for floats
	verb  string
	at    diag.Span // of the operator
	text  diag.Span // of the whole, for an operation that programs write
	float bool      // integers become floats
	truth bool      // the result is a bool, the operands are numbers
	bools bool      // operands are bools
	hint  string
}

func (o operation) apply(c *checker, t ir.DType, xs []*ir.Expr) *ir.Expr {
	if o.build != nil {
		x := o.build(t, xs)
		c.weigh(x)
		return x
	}
	if o.whole != nil && t == ir.I32 {
		x := o.whole(xs[0])
		c.weigh(x)
		return x
	}
	return c.apply(o.op, xs...)
}

// elementwise applies an operation to arrays of one shape, and scalars.
func (c *checker) elementwise(e *env, o operation, xs ...operand) value {
	arrays := make([]*array, len(xs))
	for k, x := range xs {
		if isBad(x.v) {
			return bad{}
		}
		if arrays[k] = asArray(x.v); arrays[k] == nil {
			c.notAnArray(e, o, x)
			return bad{}
		}
	}
	if len(xs) == 2 && (o.op == ir.OpAdd || o.op == ir.OpSub) {
		if arrays[1].absent {
			return xs[0].v
		}
		if arrays[0].absent && o.op == ir.OpAdd {
			return xs[1].v
		}
	}
	shape, ok := c.broadcast(e, o, xs, arrays)
	if !ok {
		return bad{}
	}
	t, ok := c.unify(e, o, xs, arrays)
	if !ok {
		return bad{}
	}
	if o.truth && t == untyped {
		t = e.body.real
	}
	out := &array{elem: t, shape: shape, hint: o.hint}
	if o.truth || o.bools {
		out.elem = ir.Bool
	}
	out.whole = !o.float
	for _, a := range arrays {
		out.whole = out.whole && a.whole
	}
	out.at = func(want ir.DType, i []ir.Int) *ir.Expr {
		dt := t
		if dt == untyped {
			dt = want
		}
		args := make([]*ir.Expr, len(arrays))
		for k, a := range arrays {
			args[k] = a.element(dt, i)
		}
		return c.stable(e, o.apply(c, dt, args), o.text)
	}
	if len(shape) == 0 && out.elem != untyped {
		// A scalar is computed once, however often it is used.
		s := scalar(out.at(out.elem, nil))
		s.hint = out.hint
		return s
	}
	return out
}

// element is the element of an operand in a dtype; a scalar serves all indices.
func (a *array) element(t ir.DType, i []ir.Int) *ir.Expr {
	if a.rank() == 0 {
		i = nil
	}
	if a.elem == untyped {
		return a.at(t, i)
	}
	if a.elem == ir.I32 && t.IsFloat() {
		if x := a.at(a.elem, i); x.Op == ir.OpIndex {
			return ir.IndexValue(t, x.Int)
		} else {
			return ir.Cast(t, x)
		}
	}
	return a.at(a.elem, i)
}

func (c *checker) notAnArray(e *env, o operation, x operand) {
	d := c.errorf(e, diag.NotAnArray, x.at, "cannot %s %s", o.verb, x.v.describe())
	switch x.v.(type) {
	case callable:
		d.Helpf("apply the function first: %s(…)", shorten(x.at.Text()))
	case *tuple:
		d.Helpf("unpack it first: (a, b) = …")
	}
}

// broadcast finds the shape of the result. Only a scalar goes with any shape.
func (c *checker) broadcast(e *env, o operation, xs []operand, arrays []*array) ([]size, bool) {
	first := -1
	for k, a := range arrays {
		if a.rank() == 0 {
			continue
		}
		if first < 0 {
			first = k
			continue
		}
		if axis, same := sameShape(arrays[first].shape, a.shape); !same {
			c.shapesDiffer(e, o, xs[first], xs[k], arrays[first], a, axis)
			return nil, false
		}
	}
	if first < 0 {
		return nil, true
	}
	shape := arrays[first].shape
	for _, a := range arrays {
		if a.rank() > 0 {
			shape = named(shape, a.shape)
		}
	}
	return shape, true
}

func (c *checker) shapesDiffer(e *env, o operation, x, y operand, a, b *array, axis int) {
	why := ""
	if axis >= 0 {
		why = "axis " + exact.Int(int64(axis)).String() + " differs"
	} else {
		why = axes(a.rank()) + " and " + axes(b.rank())
	}
	d := c.errorf(e, diag.ShapeMismatch, o.at, "cannot %s %s and %s: %s", o.verb, a.describe(), b.describe(), why)
	c.origin(d, a, "left", x.at)
	c.origin(d, b, "right", y.at)
	if axis < 0 {
		d.Helpf("only a scalar goes with any shape: name the indices, as in y[i, j] = a[i, j] + b[j]")
	}
}

func axes(n int) string {
	if n == 1 {
		return "1 axis"
	}
	return exact.Int(int64(n)).String() + " axes"
}

// unify finds the dtype in which an operation is done.
func (c *checker) unify(e *env, o operation, xs []operand, arrays []*array) (ir.DType, bool) {
	t := untyped
	from := -1
	fractional := o.float
	for k, a := range arrays {
		if a.elem == untyped {
			fractional = fractional || !a.whole
			continue
		}
		if (a.elem == ir.Bool) != o.bools {
			what, help := "a bool", "choose numbers: if c then 1 else 0"
			if o.bools {
				what, help = "a number", "compare it: x > 0"
			}
			d := c.errorf(e, diag.NotBool, xs[k].at, "cannot %s %s: it is %s", o.verb, a.describe(), what)
			c.origin(d, a, "here", xs[k].at)
			d.Helpf("%s", help)
			return 0, false
		}
		if t.IsFloat() && t != untyped && a.elem.IsFloat() && a.elem != t {
			d := c.errorf(e, diag.MixedDTypes, o.at, "cannot %s %s and %s: the dtypes differ", o.verb, arrays[from].describe(), a.describe())
			c.origin(d, arrays[from], "left", xs[from].at)
			c.origin(d, a, "right", xs[k].at)
			d.Helpf("convert one of them: %s(…)", elemName(t))
			return 0, false
		}
		if t == untyped || a.elem.IsFloat() {
			t, from = a.elem, k
		}
	}
	if o.bools {
		return ir.Bool, true
	}
	if t == ir.I32 && fractional {
		t = e.body.real
	}
	for _, x := range xs {
		if !c.fits(e, t, x) {
			return 0, false
		}
	}
	return t, true
}

// fits demands of a number that it is one in a dtype, and not only an infinity.
func (c *checker) fits(e *env, t ir.DType, x operand) bool {
	v, isNumber := x.v.(number)
	if !isNumber {
		return true
	}
	ok, help := true, "write inf if an infinity is meant"
	switch t {
	case ir.I32:
		n, whole := v.n.Int64()
		ok = !v.n.IsInt() || whole && math.MinInt32 <= n && n <= math.MaxInt32
		help = "convert the other operand, f64(…), to compute with floats"
	case ir.F32, ir.F64:
		ok = v.n.IsInf() || !math.IsInf(literal(t, v.n).Lit, 0)
	}
	if !ok {
		c.errorf(e, diag.NumberTooLarge, x.at, "%s is too large for %s", v.n, t).Helpf("%s", help)
	}
	return ok
}
