package check

import (
	"slices"

	"github.com/gradgen/gradgen/dsl/diag"
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
	a, ok := c.preludeCall(e.without(old), x, args, name).(*array)
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
	args, ok := c.worked(e, in, x, axes, preds, rest, body.element(e.floatFor(body.elem), nil), "terms")
	if !ok {
		return bad{}
	}
	a, isArray := c.preludeCall(e, x, args, name).(*array)
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
var maskedForms = map[string]string{
	"softmax": "maskedSoftmax", "logSoftmax": "maskedLogSoftmax", "logsumexp": "maskedLogsumexp", "cumsum": "maskedCumsum",
}

// alongArrays makes the array that a form works along, all of e's elements for one index, and the mask if there is one.
func (c *checker) alongArrays(e *env, x *syntax.Reduce, old *ir.Axis) ([]*array, bool) {
	name := x.Indices[0].Name.Name
	u := ir.NewAxis(name, old.Extent)
	outer := e.without(old)
	in := outer.child()
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
	return c.worked(outer, in, x, []*ir.Axis{u}, preds, rest, body.element(e.floatFor(body.elem), nil), "in")
}

// worked makes the array that a form works on, the elements for some indices as its last axis, and the mask if there is
// one. in is the env of the elements, e the one outside.
func (c *checker) worked(e, in *env, x *syntax.Reduce, axes []*ir.Axis, preds []ir.Pred, rest, elem *ir.Expr, what string) ([]*array, bool) {
	total := ir.Const(1)
	for _, a := range axes {
		var ok bool
		if total, ok = product(total, a.Extent); !ok {
			c.errorf(e, diag.ArrayTooLarge, x.Span(), "`%s` runs over too many elements", x.Name.Spelt)
			return nil, false
		}
	}
	made := func(preds []ir.Pred, elem *ir.Expr, what string, at diag.Span) *array {
		used, w := c.mapOver(e.relying(in), axes, len(axes), preds, nil, elem, c.suffixed(e, what), at)
		if len(axes) > 1 {
			flat := make([]ir.Int, 0, len(used)+1)
			for _, l := range used {
				flat = append(flat, l.Extent)
			}
			w = c.made(c.b.Reshape(w.Name, w, append(flat, total)))
		}
		return readOver(w, used, []size{{n: total}})
	}
	if len(preds) == 0 && rest == nil {
		return []*array{made(nil, elem, what, x.X.Span())}, true
	}
	keep := rest
	if len(preds) > 0 {
		if keep = ir.Test(preds...); rest != nil {
			keep = c.apply(ir.OpAnd, keep, rest)
		}
	}
	at := x.X.Span() // a range that is smaller than the axis masks, too
	if x.Where != nil {
		at = x.Where.Span()
	}
	mask := made(nil, keep, "keep", at)
	// What is there for masked entries as well is read where it is.
	if rest != nil {
		elem = c.apply(ir.OpSelect, rest, elem, ir.Lit(elem.Type, 0))
	}
	if elem.Op == ir.OpRead && len(c.relied(in, elem)) == 0 {
		preds = nil
	}
	return []*array{made(preds, elem, what, x.X.Span()), mask}, true
}

// preludeCall applies the function of the prelude that has the name of a form; with a mask, the one that takes it.
func (c *checker) preludeCall(e *env, x *syntax.Reduce, args []*array, name string) value {
	fn := x.Name.Name
	if len(args) > 1 {
		fn = maskedForms[fn]
	}
	s := site{at: x.Span(), fn: x.Name.Span(), name: name}
	for _, a := range args {
		s.args = append(s.args, argument{v: a, at: x.X.Span()})
	}
	return c.preludeFunction(fn).call(c, e, s)
}

func (c *checker) preludeFunction(name string) *function {
	d := c.prelude.values[name]
	if d == nil {
		panic("the prelude has no function " + name)
	}
	return &function{d: d, fn: d.node.(*syntax.FnDecl)}
}
