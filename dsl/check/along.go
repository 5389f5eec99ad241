package check

import (
	"slices"

	"github.com/gradgen/gradgen/dsl/diag"
	"github.com/gradgen/gradgen/dsl/exact"
	"github.com/gradgen/gradgen/dsl/syntax"
	"github.com/gradgen/gradgen/ir"
)

// The forms that work along an index make an array with that index as its last axis and call the function of the
// prelude that has their name. So their numerics and their derivatives are text of the prelude.

// along evaluates softmax[i](e), logSoftmax[i](e) and cumsum[i](e), which keep their index.
func (c *checker) along(e *env, x *syntax.Reduce, name string) value {
	if len(x.Indices) != 1 {
		c.errorf(e, diag.BadAlong, x.Span(), "`%s` works along one index", x.Name.Spelt)
		return bad{}
	}
	b := x.Indices[0]
	old, isAxis := c.loopNamed(e, b.Name.Name)
	if !isAxis {
		if v, ok := e.local(b.Name.Name); ok && isBad(v) {
			return bad{}
		}
		c.noIndex(e, x, b)
		return bad{}
	}
	if b.Bound != nil {
		s, mask, ok := c.bound(e, b)
		if !ok {
			return bad{}
		}
		if len(mask) > 0 || !s.n.Equal(old.Extent) {
			c.errorf(e, diag.RangesDisagree, b.Bound.Span(), "`%s` runs over %s already, and cannot have the range %s here", b.Name.Spelt, old.Extent, s).
				Helpf("mask a part of it: %s[%s where …]", x.Name.Spelt, b.Name.Spelt)
			return bad{}
		}
	}
	args, ok := c.alongArrays(e, x, old)
	if !ok {
		return bad{}
	}
	fn := x.Name.Name
	if len(args) > 1 {
		fn = maskedForms[fn]
	}
	out := c.preludeCall(e.without(old), x, fn, args, name)
	a, ok := out.(*array)
	if !ok {
		return bad{}
	}
	return scalar(a.at(a.elem, []ir.Int{ir.Of(old)}))
}

func (c *checker) noIndex(e *env, x *syntax.Reduce, b *syntax.Binder) {
	c.errorf(e, diag.BadAlong, b.Name.Span(), "`%s` keeps its index, and there is no index `%s` here", x.Name.Spelt, b.Name.Spelt).
		Helpf("name it on the left: y[%s] = %s[%s](…)", b.Name.Spelt, x.Name.Spelt, b.Name.Spelt)
}

// logsumexp evaluates logsumexp[i](e), which consumes its indices.
func (c *checker) logsumexp(e *env, x *syntax.Reduce, name string) value {
	in, axes, preds, rest, ok := c.reduceScope(e, x)
	if !ok {
		c.eval(in, x.X)
		return bad{}
	}
	v := c.eval(in, x.X)
	body := c.scalarOf(in, v, x.X.Span(), "what `"+x.Name.Spelt+"` is taken over")
	if body == nil {
		return bad{}
	}
	t := e.floatFor(body.elem)
	elem := c.maskedBody(body.element(t, nil), preds, rest, exact.Inf().Neg())
	shape := make([]size, len(axes))
	total := ir.Const(1)
	for k, a := range axes {
		shape[k] = size{n: a.Extent}
		if total, ok = product(total, a.Extent); !ok {
			c.errorf(e, diag.ArrayTooLarge, x.Span(), "`%s` runs over too many elements", x.Name.Spelt)
			return bad{}
		}
	}
	used, w := c.mapOver(e.relying(in), axes, len(axes), nil, nil, elem, c.suffixed(e, "terms"), x.X.Span())
	if len(axes) > 1 {
		flat := make([]ir.Int, 0, len(used)+1)
		for _, l := range used {
			flat = append(flat, l.Extent)
		}
		w = c.made(c.b.Reshape(w.Name, w, append(flat, total)))
		shape = []size{{n: total}}
	}
	out := c.preludeCall(e, x, "logsumexp", []*array{readOver(w, used, shape)}, name)
	a, isArray := out.(*array)
	if !isArray {
		return bad{}
	}
	return a
}

// loopNamed finds the index in scope that has a name.
func (c *checker) loopNamed(e *env, name string) (*ir.Axis, bool) {
	v, _ := e.local(name)
	i, ok := v.(integer)
	if !ok {
		return nil, false
	}
	x, ok := i.num.IsAxis()
	return x, ok && slices.Contains(e.loops, x)
}

// without is e outside the loop over an index.
func (e *env) without(x *ir.Axis) *env {
	c := e.child()
	c.loops = slices.DeleteFunc(slices.Clone(e.loops), func(y *ir.Axis) bool { return x == y })
	c.assume = nil
	for _, p := range e.assume {
		if !p.E.Uses(x) {
			c.assume = append(c.assume, p)
		}
	}
	return c
}

// maskedForms are the functions of the prelude that take a mask beside the array, so that what is masked costs nothing.
var maskedForms = map[string]string{"softmax": "maskedSoftmax"}

// alongArrays makes the array that a form works along, all of e's elements for one index, and for a function that takes
// one the mask. For any other, masked elements are neutral.
func (c *checker) alongArrays(e *env, x *syntax.Reduce, old *ir.Axis) ([]*array, bool) {
	name := x.Indices[0].Name.Name
	u := ir.NewAxis(name, old.Extent)
	in := e.without(old)
	outer := in
	in = in.child()
	in.loop(name, u)
	var preds []ir.Pred
	var rest *ir.Expr
	if x.Where != nil {
		var ok bool
		if preds, rest, ok = c.mask(in, x.Where); !ok {
			return nil, false
		}
		in = in.within(preds...)
	}
	v := c.eval(in, x.X)
	body := c.scalarOf(in, v, x.X.Span(), "what `"+x.Name.Spelt+"` works along")
	if body == nil {
		return nil, false
	}
	t := e.floatFor(body.elem)
	neutral := exact.Inf().Neg()
	if x.Name.Name == "cumsum" {
		neutral = exact.Int(0)
		if body.elem == ir.I32 {
			t = ir.I32
		}
	}
	shape := []size{{n: old.Extent}}
	made := func(preds []ir.Pred, elem *ir.Expr, what string, at diag.Span) *array {
		used, w := c.mapOver(outer.relying(in), []*ir.Axis{u}, 1, preds, nil, elem, c.suffixed(e, what), at)
		return readOver(w, used, shape)
	}
	elem := body.element(t, nil)
	if maskedForms[x.Name.Name] == "" || len(preds) == 0 && rest == nil {
		return []*array{made(nil, c.maskedBody(elem, preds, rest, neutral), "in", x.X.Span())}, true
	}
	keep := rest
	if len(preds) > 0 {
		if keep = ir.Test(preds...); rest != nil {
			keep = c.apply(ir.OpAnd, keep, rest)
		}
	}
	mask := made(nil, keep, "keep", x.Where.Span())
	// What is there for masked entries as well is read where it is.
	if rest != nil {
		elem = c.apply(ir.OpSelect, rest, elem, ir.Lit(t, 0))
	}
	if elem.Op == ir.OpRead && len(c.relied(in, elem)) == 0 {
		preds = nil
	}
	return []*array{made(preds, elem, "in", x.X.Span()), mask}, true
}

// maskedBody makes masked entries neutral.
func (c *checker) maskedBody(x *ir.Expr, preds []ir.Pred, rest *ir.Expr, neutral exact.Number) *ir.Expr {
	n := literal(x.Type, neutral)
	if rest != nil {
		x = c.apply(ir.OpSelect, rest, x, n)
	}
	if len(preds) > 0 {
		x = c.apply(ir.OpSelect, ir.Test(preds...), x, n)
	}
	return x
}

// preludeCall applies a function of the prelude.
func (c *checker) preludeCall(e *env, x *syntax.Reduce, fn string, args []*array, name string) value {
	d := c.prelude.values[fn]
	if d == nil {
		panic("the prelude has no function " + fn)
	}
	f := &function{d: d, fn: d.node.(*syntax.FnDecl)}
	s := site{at: x.Span(), fn: x.Name.Span(), name: name}
	for _, a := range args {
		s.args = append(s.args, argument{v: a, at: x.X.Span()})
	}
	return f.call(c, e, s)
}
