package check

import (
	"slices"
	"strconv"

	"github.com/gradgen/gradgen/dsl/diag"
	"github.com/gradgen/gradgen/ir"
)

// store computes an array: it becomes a value, with the indices in scope that it depends on as leading axes. The
// array returned reads that value.
func (c *checker) store(e *env, a *array, t ir.DType, name string, at diag.Span) *array {
	if a.value != nil && a.elem == t {
		return a
	}
	inner := ir.Axes(lengths(a.shape))
	used, v := c.mapOver(e, inner, len(inner), nil, nil, a.element(t, ir.AxisInts(inner)), name, at)
	out := readOver(v, used, a.shape)
	out.from, out.absent = a.from, false
	return out
}

// readOver is the array that a value stores with axes for some loops in front.
func readOver(v *ir.Value, used []*ir.Axis, shape []size) *array {
	front := ir.AxisInts(used)
	out := &array{elem: v.Type.DType, shape: shape, cheap: true}
	out.at = func(_ ir.DType, i []ir.Int) *ir.Expr { return ir.Read(v, slices.Concat(front, i)...) }
	if len(used) == 0 {
		out.value = v
	}
	return out
}

// storeOver computes an array with axes for all of some loops in front, whether it depends on them or not.
func (c *checker) storeOver(e *env, loops []*ir.Axis, a *array, t ir.DType, name string, at diag.Span) *ir.Value {
	if a.value != nil && a.elem == t && len(loops) == 0 {
		return a.value
	}
	inner := ir.Axes(lengths(a.shape))
	body := a.element(t, ir.AxisInts(inner))
	return c.mapWith(e, loops, inner, len(inner), nil, nil, body, name, at)
}

// mapOver makes a Map over the loops that its body depends on and some axes of its own, of which the first rank are
// free and the others reduced. preds is the mask. It returns the loops that became leading axes.
func (c *checker) mapOver(e *env, own []*ir.Axis, rank int, preds []ir.Pred, r *ir.Reducer, body *ir.Expr, name string, at diag.Span) ([]*ir.Axis, *ir.Value) {
	seen := map[*ir.Axis]bool{}
	see := func(x *ir.Axis) { seen[x] = true }
	body.Axes(see)
	for _, p := range preds {
		p.E.Walk(see, nil)
	}
	for _, x := range own {
		x.Extent.Walk(see, nil)
	}
	// What the reads in the body rely on is part of the domain, with the loops that it speaks of.
	for _, p := range c.relied(e, body) {
		covered := false
		for _, x := range e.loops {
			covered = covered || seen[x] && p.E.Equal(x.Extent.AddConst(-1))
		}
		if !covered && !slices.ContainsFunc(preds, p.Equal) {
			preds = append(slices.Clip(preds), p)
			p.E.Walk(see, nil)
		}
	}
	var used []*ir.Axis
	for _, x := range e.loops {
		if seen[x] {
			used = append(used, x)
		}
	}
	// Other assumptions about the same loops are not needed, but spare work.
	for _, p := range e.assume {
		some, all := false, true
		p.E.Walk(func(x *ir.Axis) {
			if slices.Contains(e.loops, x) {
				some = true
				all = all && slices.Contains(used, x)
			}
		}, nil)
		if some && all && !slices.ContainsFunc(preds, p.Equal) {
			preds = append(slices.Clip(preds), p)
		}
	}
	return used, c.mapWith(e, used, own, rank, preds, r, body, name, at)
}

// relied lists the assumptions in force that the proofs of the reads in an expression used.
func (c *checker) relied(e *env, body *ir.Expr) []ir.Pred {
	if len(c.needs) == 0 || len(e.assume) == 0 && len(e.loops) == 0 {
		return nil
	}
	known := c.assumptions(e)
	var out []ir.Pred
	body.Walk(func(x *ir.Expr) {
		for _, p := range c.needs[x] {
			if slices.ContainsFunc(known, p.Equal) && !slices.ContainsFunc(out, p.Equal) {
				out = append(out, p)
			}
		}
	})
	return out
}

// mapWith makes a Map whose leading axes are fresh copies of some loops.
func (c *checker) mapWith(e *env, loops, own []*ir.Axis, rank int, preds []ir.Pred, r *ir.Reducer, body *ir.Expr, name string, at diag.Span) *ir.Value {
	axes := make([]*ir.Axis, 0, len(loops)+len(own))
	s := &ir.Subst{Axis: map[*ir.Axis]ir.Int{}}
	for _, x := range loops {
		y := ir.NewAxis(x.Name, x.Extent)
		axes = append(axes, y)
		s.Axis[x] = ir.Of(y)
	}
	axes = append(axes, own...)
	if len(loops) > 0 {
		body, preds = s.Expr(body), s.Preds(preds)
	}
	preds, ok := ir.Conj(preds)
	if !ok {
		preds = []ir.Pred{ir.Ge(ir.Const(-1), ir.Const(0))} // empty, and the reducer's identity everywhere
	}
	if r == nil && len(preds) == 0 {
		if v := ir.Copied(axes, body); v != nil {
			return v
		}
	}
	c.place(e, at)
	return c.made(c.b.Map(name, len(loops)+rank, &ir.Map{Axes: axes, Domain: preds, Reduce: r, Body: body}))
}

// suffixed is the name of a part of the statement at hand.
func (c *checker) suffixed(e *env, what string) string {
	if e.target == "" {
		return what
	}
	return e.target + "_" + what
}

// maxName bounds the names of values, which are made of others: those of the layers around, of what was applied before.
const maxName = 100

// nameOf is what a name of a body is called in the program as a whole: the path of the instance goes in front, and
// what the body returns is called like the instance.
func (e *env) nameOf(local string) string {
	switch {
	case e.body.prefix == "", len(e.body.prefix)+len(local) > maxName:
		return local
	case e.body.only == local:
		return e.body.prefix
	}
	return e.body.prefix + "_" + local
}

// rename gives a value that the statement at hand made the name of its target.
func (c *checker) rename(v value, name string, since int) {
	if a, ok := v.(*array); ok && a.value != nil && a.value.ID > since {
		a.value.Name = name
	}
}

func numbered(name string, k int) string { return name + strconv.Itoa(k) }
