package check

import (
	"slices"
	"strings"

	"github.com/gradgen/gradgen/dsl/diag"
	"github.com/gradgen/gradgen/dsl/exact"
	"github.com/gradgen/gradgen/dsl/syntax"
	"github.com/gradgen/gradgen/ir"
)

// read evaluates x[i, j else 0]. With fewer indices than axes the rest of the array is read: E[tok[b]] is a row.
func (c *checker) read(e *env, x *syntax.Index) value {
	if id, ok := syntax.Unparen(x.X).(*syntax.Ident); ok && id.Name == "random" && !c.shadowed(e, "random") {
		return c.random(e, x)
	}
	v := c.eval(e, x.X)
	index, ok := c.indices(e, x)
	if !ok || isBad(v) {
		return bad{}
	}
	a, isArray := v.(*array)
	if isArray && a.rank() == 0 && len(index) == 1 && isDots(x.Indices[0]) {
		return a // m[...] where there are no leading axes
	}
	if !isArray || a.rank() == 0 {
		d := c.errorf(e, diag.NotAnArray, x.X.Span(), "cannot read an element of %s", v.describe())
		if t, ok := v.(*tuple); ok {
			d.Helpf("unpack it first: (%s) = …", indexNames(len(t.elems)))
		}
		return bad{}
	}
	if index, ok = c.spread(e, x, a, index); !ok {
		return bad{}
	}
	return c.readAt(e, x, a, index)
}

// indices evaluates the indices of a read; `...` is left nil.
func (c *checker) indices(e *env, x *syntax.Index) ([]*ir.Int, bool) {
	all := true
	out := make([]*ir.Int, len(x.Indices))
	for k, n := range x.Indices {
		if _, dots := n.(*syntax.Ellipsis); dots {
			continue
		}
		i, ok := c.index(e, n)
		all = all && ok
		out[k] = &i
	}
	return out, all
}

// index evaluates one index: an integer expression.
func (c *checker) index(e *env, n syntax.Expr) (ir.Int, bool) {
	v := c.eval(e, n)
	if isBad(v) {
		return ir.Int{}, false
	}
	i, ok := asInt(v)
	if a, isArray := v.(*array); isArray && a.rank() == 0 && a.elem == untyped && a.whole {
		i, ok = integer{num: intOf(a.at(ir.I32, nil)), den: 1, elem: ir.I32}, true // an element of a constant table
	}
	if !ok {
		d := c.errorf(e, diag.NotAnIndex, n.Span(), "an index is a whole number, but this is %s", v.describe())
		if i, isFraction := v.(integer); isFraction && i.den != 1 {
			d.Message = "an index is a whole number, and " + shorten(n.Span().Text()) + " need not be one"
		}
		switch v := v.(type) {
		case integer:
			d.Helpf("write floor(%s)", shorten(n.Span().Text()))
		case *array:
			if v.rank() == 0 && v.elem != ir.Bool {
				d.Helpf("indices are computed from indices, sizes and i32 arrays")
			}
		}
		return ir.Int{}, false
	}
	if !affineIndex(i.num) {
		c.errorf(e, diag.NotAffine, n.Span(), "the index %s is not affine: it multiplies indices with each other", shorten(n.Span().Text())).
			Helpf("an index is a sum of indices times numbers or sizes")
		return ir.Int{}, false
	}
	return i.num, true
}

// affineIndex reports whether no two indices are multiplied, with coefficients that cannot overflow.
func affineIndex(i ir.Int) bool {
	terms, k := i.Terms()
	for _, t := range terms {
		moving := 0
		for _, a := range t.Atoms {
			switch a := a.(type) {
			case *ir.Axis, *ir.Expr:
				moving++
			case *ir.FloorDiv:
				if a.Num.HasAxes() {
					moving++
				}
			}
		}
		if moving > 1 {
			return false
		}
	}
	return largest(terms, k) <= 1<<40
}

// spread replaces `...` by the indices that it stands for in this equation.
func (c *checker) spread(e *env, x *syntax.Index, a *array, index []*ir.Int) ([]*ir.Int, bool) {
	dots, hasDots := x.Indices[0].(*syntax.Ellipsis)
	if !hasDots {
		if len(index) > a.rank() {
			c.wrongCount(e, x, a, len(index))
			return nil, false
		}
		return index, true
	}
	lead := a.rank() - (len(index) - 1)
	switch {
	case lead < 0:
		c.wrongCount(e, x, a, len(index)-1)
		return nil, false
	case e.dots == nil && lead > 0:
		c.errorf(e, diag.EllipsisMismatch, dots.Span(), "`...` stands for the leading indices of an equation, and there are none here").
			Helpf("write the equation as y[..., i] = …")
		return nil, false
	case lead != len(e.dots):
		d := c.errorf(e, diag.EllipsisMismatch, dots.Span(), "`...` stands for %s here, but for %s on the left of the equation", axes(lead), axes(len(e.dots)))
		c.origin(d, a, "array", x.X.Span())
		return nil, false
	}
	out := make([]*ir.Int, 0, a.rank())
	for k := range e.dots {
		out = append(out, &e.dots[k])
	}
	return append(out, index[1:]...), true
}

func (c *checker) wrongCount(e *env, x *syntax.Index, a *array, n int) {
	d := c.errorf(e, diag.IndexCount, x.Span(), "%s has %s and is read with %s", describeShort(x.X), axes(a.rank()), pluralIndex(n))
	c.origin(d, a, "array", x.X.Span())
}

func pluralIndex(n int) string {
	if n == 1 {
		return "1 index"
	}
	return exact.Int(int64(n)).String() + " indices"
}

func describeShort(x syntax.Expr) string { return "`" + shorten(x.Span().Text()) + "`" }

// shorten keeps a piece of the user's text within a message.
func shorten(text string) string {
	for i, r := range text {
		if r == '\n' || i > 40 {
			return text[:i] + "…"
		}
	}
	return text
}

// readAt reads with indices for the leading axes. Each index is proved to lie in its axis, or guarded.
func (c *checker) readAt(e *env, x *syntax.Index, a *array, index []*ir.Int) value {
	at := make([]ir.Int, len(index))
	var guard, needs []ir.Pred
	ok := true
	for k, i := range index {
		if i.HasReads() {
			*i = ir.Forwarded(*i)
		}
		at[k] = *i
		for _, p := range ir.InRange(*i, a.shape[k].n) {
			used, proved := c.provable(e, p)
			switch {
			case proved:
				needs = append(needs, used...)
			case x.Else != nil:
				guard = append(guard, p)
			case ir.CheckedWhenCalled(*i):
			case i.HasReads():
				c.unproved(e, x, a, k, *i)
				ok = false
			default:
				c.leaves(e, x, a, k, *i)
				ok = false
			}
			if !ok {
				break
			}
		}
	}
	if !ok {
		return bad{}
	}
	if a.table != nil {
		if n, isConst := a.entry(at); isConst && len(at) == a.rank() && len(guard) == 0 {
			return number{n: n}
		}
	}
	out := &array{elem: a.elem, whole: a.whole, shape: a.shape[len(at):], cheap: a.cheap, hint: a.hint, absent: a.absent,
		from: origin{describeShort(x), x.Span()}}
	out.from.what = ""
	out.at = func(t ir.DType, i []ir.Int) *ir.Expr {
		r := a.at(t, slices.Concat(at, i))
		if len(needs) > 0 {
			c.needs[r] = needs
		}
		return r
	}
	if x.Else != nil {
		return c.guarded(e, x, out, guard)
	}
	if out.rank() == 0 && out.elem != untyped {
		s := scalar(out.at(out.elem, nil))
		s.absent, s.from = out.absent, out.from
		return s
	}
	return out
}

// guarded makes a read that yields another value outside the array.
func (c *checker) guarded(e *env, x *syntax.Index, a *array, guard []ir.Pred) value {
	other := operand{c.eval(e, x.Else), x.Else.Span()}
	o := operation{verb: "choose between", at: x.Span(), bools: a.elem == ir.Bool}
	if len(guard) > 0 {
		o.build = func(_ ir.DType, xs []*ir.Expr) *ir.Expr {
			return c.apply(ir.OpSelect, ir.Test(guard...), xs[0], xs[1])
		}
	} else {
		o.build = func(_ ir.DType, xs []*ir.Expr) *ir.Expr { return xs[0] }
	}
	return c.elementwise(e, o, operand{a, x.Span()}, other)
}

// indexNode is the text of the index for an axis.
func indexNode(x *syntax.Index, a *array, axis int) syntax.Expr {
	if _, dots := x.Indices[0].(*syntax.Ellipsis); dots {
		return x.Indices[max(0, axis-a.rank()+len(x.Indices))]
	}
	return x.Indices[axis]
}

// unproved reports an index that is computed when the program runs, from what may be any number.
func (c *checker) unproved(e *env, x *syntax.Index, a *array, axis int, i ir.Int) {
	n := indexNode(x, a, axis)
	text := shorten(n.Span().Text())
	size := "size " + a.shape[axis].String()
	if _, isConst := a.shape[axis].n.IsConst(); !isConst {
		if _, ok := c.provable(e, ir.Lt(i, a.shape[axis].n.AddConst(1))); ok {
			size += " and may be empty"
		}
	}
	d := c.errorf(e, diag.IndexUnproved, n.Span(), "the index %s is computed, and nothing keeps it inside axis %d of %s, which has %s", text, axis, describeShort(x.X), size)
	c.origin(d, a, "array", x.X.Span())
	d.Helpf("give the value outside: %s", withElse(x))
}

// withElse is a read as it would be written with a value outside.
func withElse(x *syntax.Index) string {
	texts := make([]string, len(x.Indices))
	for k, i := range x.Indices {
		texts[k] = i.Span().Text()
	}
	return shorten(x.X.Span().Text()) + "[" + shorten(strings.Join(texts, ", ")) + " else 0]"
}

// leaves reports an index that can lie outside its axis.
func (c *checker) leaves(e *env, x *syntax.Index, a *array, axis int, i ir.Int) {
	n := indexNode(x, a, axis)
	where := "axis " + exact.Int(int64(axis)).String() + " of " + describeShort(x.X)
	s := a.shape[axis]
	if k, isConst := i.IsConst(); isConst {
		if len, isConst := s.n.IsConst(); isConst {
			d := c.errorf(e, diag.OutOfRange, n.Span(), "index %d is outside %s, which has size %s", k, where, s)
			c.origin(d, a, "array", x.X.Span())
			if len > 0 {
				d.Helpf("it runs from 0 to %d", len-1)
			}
			return
		}
		d := c.errorf(e, diag.OutOfRange, n.Span(), "index %d can be outside %s: the size %s may be smaller", k, where, s)
		c.origin(d, a, "array", x.X.Span())
		d.Helpf("give the value outside: %s", withElse(x))
		return
	}
	text := shorten(n.Span().Text())
	why := "it can be negative"
	if _, ok := c.provable(e, ir.Ge(i, ir.Const(0))); ok {
		why = "it can exceed " + s.n.AddConst(-1).String()
	}
	if lo := lowest(i, 8); why == "it can be negative" && !lo.HasAxes() {
		why = "it goes down to " + lo.String()
	} else if hi := lowest(i.Neg(), 8).Neg(); why != "it can be negative" && !hi.HasAxes() {
		why = "it goes up to " + hi.String() + ", and the size is " + s.String()
	}
	d := c.errorf(e, diag.OutOfRange, n.Span(), "the index %s can leave %s: %s", text, where, why)
	c.origin(d, a, "array", x.X.Span())
	d.Helpf("state a smaller range (i < n), mask with where, or give the value outside: %s[… else 0]", shorten(x.X.Span().Text()))
}
