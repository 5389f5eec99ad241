package check

import (
	"slices"

	"github.com/gradgen/gradgen/dsl/diag"
	"github.com/gradgen/gradgen/dsl/exact"
	"github.com/gradgen/gradgen/dsl/syntax"
	"github.com/gradgen/gradgen/ir"
)

// reduceExpr evaluates a reduction inside a larger expression: it becomes a Map of its own.
func (c *checker) reduceExpr(e *env, x *syntax.Reduce) value {
	return c.reduce(e, x, c.suffixed(e, x.Name.Name))
}

// reduce evaluates sum[i] e and its kin, as a value of this name.
func (c *checker) reduce(e *env, x *syntax.Reduce, name string) value {
	switch x.Name.Name {
	case "softmax", "logSoftmax", "cumsum":
		return c.along(e, x, name)
	case "logsumexp":
		return c.logsumexp(e, x, name)
	}
	if e.exact {
		return c.exactReduce(e, x)
	}
	in, axes, preds, rest, ok := c.reduceScope(e, x)
	if !ok {
		c.eval(in, x.X) // for its errors
		return bad{}
	}
	v := c.eval(in, x.X)
	body := c.scalarOf(in, v, x.X.Span(), "what `"+x.Name.Spelt+"` is taken over")
	if body == nil {
		return bad{}
	}
	return c.reduceOver(in, e, reduction{x.Name.Name, axes, preds, rest, name, x.Span()}, body, v, x.X.Span())
}

// reduction is what reduceOver needs to know about the text.
type reduction struct {
	kind  string
	axes  []*ir.Axis
	preds []ir.Pred
	rest  *ir.Expr // the part of the mask that depends on data, or nil
	name  string
	at    diag.Span
}

// reduceScope binds the indices of a reduction and splits its mask. The env is good for finding more errors even when
// ok is false.
func (c *checker) reduceScope(e *env, x *syntax.Reduce) (in *env, axes []*ir.Axis, preds []ir.Pred, rest *ir.Expr, ok bool) {
	in = e.child()
	ok = true
	names := make([]string, 0, len(x.Indices))
	for _, b := range x.Indices {
		if _, bound := e.local(b.Name.Name); bound && c.isIndex(e, b.Name.Name) {
			c.errorf(e, diag.IndexRebound, b.Name.Span(), "the index `%s` is in use already", b.Name.Spelt).
				Helpf("choose another name")
			ok = false
		}
		names = append(names, b.Name.Name)
	}
	r := c.collect(e, names, x.X, x.Where)
	for _, b := range x.Indices {
		axis, s, mask, found := c.axis(in, b, nil, r)
		_ = s
		if !found {
			in.set(b.Name.Name, bad{})
			ok = false
			continue
		}
		in.loop(b.Name.Name, axis)
		axes = append(axes, axis)
		preds = append(preds, masked(axis, mask)...)
	}
	in = in.within(preds...)
	if x.Where == nil || !ok {
		return in, axes, preds, nil, ok
	}
	affine, rest, good := c.mask(in, x.Where)
	if !good {
		return in, axes, preds, nil, false
	}
	return in.within(affine...), axes, append(preds, affine...), rest, ok
}

func (c *checker) isIndex(e *env, name string) bool {
	v, _ := e.local(name)
	i, ok := v.(integer)
	return ok && i.num.HasAxes()
}

// mask evaluates a condition and splits it into affine predicates and the rest.
func (c *checker) mask(e *env, x syntax.Expr) (preds []ir.Pred, rest *ir.Expr, ok bool) {
	v := c.eval(e, x)
	if isBad(v) || isBad(c.mustBeBool(e, operand{v, x.Span()})) {
		return nil, nil, false
	}
	a := c.scalarOf(e, v, x.Span(), "a mask")
	if a == nil {
		return nil, nil, false
	}
	cond := a.at(ir.Bool, nil)
	switch {
	case cond.Op == ir.OpLit && cond.Lit != 0:
		return nil, nil, true
	case cond.Op == ir.OpLit:
		return []ir.Pred{ir.Ge(ir.Const(-1), ir.Const(0))}, nil, true
	}
	preds, rest = split(cond)
	return preds, rest, true
}

// split takes the affine predicates out of a conjunction.
func split(x *ir.Expr) (preds []ir.Pred, rest *ir.Expr) {
	switch x.Op {
	case ir.OpTest:
		return x.Preds, nil
	case ir.OpAnd:
		p, r := split(x.Args[0])
		q, s := split(x.Args[1])
		switch {
		case r == nil:
			rest = s
		case s == nil:
			rest = r
		default:
			rest = ir.Apply(ir.OpAnd, r, s)
		}
		return slices.Concat(p, q), rest
	}
	return nil, x
}

var reducers = map[string]*ir.Reducer{
	"sum": ir.Sum, "mean": ir.Sum, "prod": ir.Prod, "max": ir.Max, "min": ir.Min, "argmax": ir.ArgMax, "argmin": ir.ArgMin,
}

// reduceOver makes the Map of a reduction. in is the env of the body, e the one outside.
func (c *checker) reduceOver(in, e *env, r reduction, body *array, v value, at diag.Span) value {
	count := ir.Const(1)
	fits := true
	for _, x := range r.axes {
		var ok bool
		if count, ok = product(count, x.Extent); !ok {
			fits = false
		}
	}
	terms, k := count.Terms()
	if !fits || largest(terms, k) > maxLength {
		c.errorf(e, diag.ArrayTooLarge, r.at, "`%s` runs over more than %d elements", r.kind, int64(maxLength))
		return bad{}
	}
	if n, ok := v.(number); ok && len(r.preds) == 0 && r.rest == nil {
		if folded, ok := foldConstant(r.kind, n, count); ok {
			return folded
		}
	}
	t := body.elem
	if t == untyped || t == ir.I32 && r.kind == "mean" {
		t = e.body.real
	}
	if t == ir.Bool {
		d := c.errorf(e, diag.NotBool, at, "cannot take `%s` of a bool", r.kind)
		d.Helpf("choose numbers: if c then 1 else 0")
		return bad{}
	}
	red := reducers[r.kind]
	if red.Arg && len(r.axes) > 1 {
		for _, a := range r.axes[1:] {
			if _, isConst := a.Extent.IsConst(); !isConst {
				c.errorf(e, diag.BadAlong, r.at, "`%s` over several indices needs constant ranges, and that of `%s` is %s", r.kind, a.Name, a.Extent)
				return bad{}
			}
		}
	}
	x := body.element(t, nil)
	if r.rest != nil {
		x = c.apply(ir.OpSelect, r.rest, x, ir.Lit(t, red.Of(t)))
	}
	name := r.name
	if r.kind == "mean" {
		name += "_sum"
	}
	used, w := c.mapOver(e.relying(in), r.axes, 0, r.preds, red, x, name, r.at)
	out := readOver(w, used, nil)
	switch {
	case red.Arg && len(r.axes) > 1:
		return winners(out, r.axes)
	case red.Arg:
		return scalar(out.at(ir.I32, nil))
	case r.kind == "mean":
		return c.meanOf(e, r, in, out, count, t)
	}
	s := scalar(out.at(t, nil))
	s.value = out.value
	return s
}

// relying is e with the assumptions of an inner env, for finding what the reads in a body rely on. The predicates on
// the inner axes are in the mask of the reduction anyway.
func (e *env) relying(in *env) *env {
	c := e.child()
	for _, p := range in.assume {
		inner := false
		p.E.Walk(func(x *ir.Axis) { inner = inner || slices.Contains(in.loops, x) && !slices.Contains(e.loops, x) }, nil)
		if !inner && !slices.ContainsFunc(c.assume, p.Equal) {
			c.assume = append(slices.Clip(c.assume), p)
		}
	}
	return c
}

// foldConstant reduces a number over count elements.
func foldConstant(kind string, n number, count ir.Int) (value, bool) {
	switch kind {
	case "sum":
		return exactly(syntax.Mul, n, integer{num: count, den: 1, elem: untyped}.simplified())
	case "mean", "max", "min":
		if k, ok := count.IsConst(); ok && k > 0 {
			return n, true
		}
	}
	return nil, false
}

// meanOf divides a sum by the number of elements that the mask lets through.
func (c *checker) meanOf(e *env, r reduction, in *env, sum *array, count ir.Int, t ir.DType) value {
	n := ir.IndexValue(t, count)
	if len(r.preds) > 0 || r.rest != nil {
		one := ir.Lit(t, 1)
		if r.rest != nil {
			one = ir.Select(r.rest, one, ir.Lit(t, 0))
		}
		used, v := c.mapOver(e.relying(in), r.axes, 0, r.preds, ir.Sum, one, r.name+"_count", r.at)
		n = readOver(v, used, nil).at(t, nil)
	}
	return scalar(c.apply(ir.OpDiv, sum.at(t, nil), n))
}

// winners splits the number of a winner in row-major order into its indices.
func winners(a *array, axes []*ir.Axis) value {
	code := ir.Of(a.at(ir.I32, nil))
	out := &tuple{elems: make([]value, len(axes))}
	for k := len(axes) - 1; k >= 0; k-- {
		i := integer{num: code, den: 1, elem: ir.I32}
		if n, _ := axes[k].Extent.IsConst(); k > 0 {
			i.num, code = code.Mod(max(n, 1)), code.FloorDiv(max(n, 1))
		}
		out.elems[k] = i
	}
	return out
}

// exactReduce evaluates a reduction of a constant, element by element.
func (c *checker) exactReduce(e *env, x *syntax.Reduce) value {
	if x.Name.Name == "argmax" || x.Name.Name == "argmin" {
		c.errorf(e, diag.NotConstant, x.Span(), "`%s` cannot stand in a constant", x.Name.Spelt)
		return bad{}
	}
	names := make([]string, len(x.Indices))
	for k, b := range x.Indices {
		names[k] = b.Name.Name
	}
	r := c.collect(e, names, x.X, x.Where)
	lens := make([]int64, len(x.Indices))
	total := int64(1)
	for k, b := range x.Indices {
		_, s, mask, ok := c.axis(e, b, nil, r)
		if !ok {
			return bad{}
		}
		n, isConst := s.n.IsConst()
		if total *= max(n, 1); !isConst || len(mask) > 0 || n > maxTable || total > maxTable {
			c.errorf(e, diag.NotConstant, b.Span(), "the range of `%s` in a constant is a number of at most %d", b.Name.Spelt, maxTable)
			return bad{}
		}
		lens[k] = n
	}
	acc := exact.Float(reducers[x.Name.Name].Identity)
	if acc.IsZero() {
		acc = exact.Int(0)
	}
	n := int64(0)
	ok := true
	in := e.child()
	var run func(k int)
	run = func(k int) {
		if !ok {
			return
		}
		if k < len(lens) {
			for i := range lens[k] {
				in.set(names[k], number{n: exact.Int(i)})
				run(k + 1)
			}
			return
		}
		if x.Where != nil {
			b, isBool := c.eval(in, x.Where).(boolean)
			if ok = isBool; !ok || !b.b {
				return
			}
		}
		v, isNumber := c.eval(in, x.X).(number)
		if ok = isNumber; ok {
			acc, n = combine(x.Name.Name, acc, v.n), n+1
		}
	}
	run(0)
	if !ok {
		c.errorf(e, diag.NotConstant, x.X.Span(), "this is not a constant")
		return bad{}
	}
	if x.Name.Name == "mean" {
		acc = acc.Quo(exact.Int(n))
	}
	return number{n: acc}
}

func combine(kind string, a, b exact.Number) exact.Number {
	switch kind {
	case "prod":
		return a.Mul(b)
	case "max", "min":
		v, _ := exact.Apply(kind, a, b)
		return v
	}
	return a.Add(b)
}
