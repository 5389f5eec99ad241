package check

import (
	"github.com/gradgen/gradgen/dsl/diag"
	"github.com/gradgen/gradgen/dsl/exact"
	"github.com/gradgen/gradgen/dsl/syntax"
	"github.com/gradgen/gradgen/ir"
)

// result checks what a function computes against the type that it declares, and calls its sizes what the caller calls
// them. t may be nil: then anything goes.
func (c *checker) result(e *env, t syntax.Type, v value, at diag.Span, what string) value {
	if isBad(v) || t == nil {
		return v
	}
	switch t := t.(type) {
	case *syntax.TupleType:
		w, ok := v.(*tuple)
		if !ok || len(w.elems) != len(t.Elems) {
			return c.wrongResult(e, t, v, at, what, "")
		}
		out := &tuple{elems: make([]value, len(w.elems))}
		for i := range w.elems {
			out.elems[i] = c.result(e, t.Elems[i], w.elems[i], at, what)
			if isBad(out.elems[i]) {
				return bad{}
			}
		}
		return out
	case *syntax.ArrayType:
		return c.arrayResult(e, t, v, at, what)
	}
	return c.wrongResult(e, t, v, at, what, "a result is an array, a number or a truth value")
}

func (c *checker) arrayResult(e *env, t *syntax.ArrayType, v value, at diag.Span, what string) value {
	a := asArray(v)
	if a == nil {
		return c.wrongResult(e, t, v, at, what, "")
	}
	for _, x := range t.Axes {
		if free := c.freeIn(e, x); free != nil {
			c.errorf(e, diag.UnknownSize, free.Span(), "the size `%s` of the result does not follow from the inputs", free.Spelt).
				Helpf("it must be an axis of an input, a hyper-parameter, or be computed from them")
			return bad{}
		}
	}
	shape, ok := c.shape(e, t)
	if !ok {
		return bad{}
	}
	dt := e.dtype(t.Elem)
	if problem := fitsDType(a, v, dt); problem != "" {
		if problem == "the dtypes differ" {
			problem = ""
		}
		return c.wrongResult(e, t, v, at, what, problem)
	}
	outer := e.outerNames(t, shape)
	if a.rank() == 0 && len(shape) > 0 {
		x := a
		return &array{elem: dt, shape: outer, cheap: a.cheap, hint: a.hint, at: func(_ ir.DType, _ []ir.Int) *ir.Expr { return x.element(dt, nil) }}
	}
	if axis, same := sameShape(a.shape, shape); !same {
		why := axes(a.rank()) + ", not " + exact.Int(int64(len(shape))).String()
		if len(shape) == 0 {
			why = ""
		}
		if axis >= 0 {
			why = "axis " + exact.Int(int64(axis)).String() + " is " + a.shape[axis].String() + ", not " + shape[axis].String()
		}
		return c.wrongResult(e, t, v, at, what, why)
	}
	if a.rank() == 0 {
		switch v.(type) {
		case number, integer, boolean:
			if !c.fits(e, dt, operand{v, at}) {
				return bad{}
			}
			return v
		}
	}
	if a.elem == dt {
		w := *a
		w.shape = outer
		return &w
	}
	if a.elem == untyped && a.rank() == 0 {
		return a
	}
	x := a
	out := &array{elem: dt, shape: outer, cheap: a.cheap, hint: a.hint, from: a.from}
	out.at = func(_ ir.DType, i []ir.Int) *ir.Expr { return x.element(dt, i) }
	return out
}

// outerNames calls the sizes of a result what the caller calls them.
func (e *env) outerNames(t *syntax.ArrayType, shape []size) []size {
	out := make([]size, 0, len(shape))
	for _, x := range t.Axes {
		if isDots(x) {
			out = append(out, e.body.dots...)
			continue
		}
		s := size{n: shape[len(out)].n}
		if id, ok := syntax.Unparen(x).(*syntax.Ident); ok {
			if o, known := e.body.outer[id.Name]; known {
				s.name = o.name
			} else {
				s.name = shape[len(out)].name
			}
		}
		out = append(out, s)
	}
	return out
}

func (c *checker) wrongResult(e *env, t syntax.Type, v value, at diag.Span, what, why string) value {
	if why != "" {
		why = ": " + why
	}
	d := c.errorf(e, diag.ResultMismatch, at, "%s is declared to return %s, but this is %s%s", what, shorten(t.Span().Text()), v.describe(), why)
	c.origin(d, v, "returned", at)
	if !c.inPrelude(t.Span()) {
		d.Note(t.Span(), "declared", "%s", t.Span().Text())
	}
	return bad{}
}
