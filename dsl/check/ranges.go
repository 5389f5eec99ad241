package check

import (
	"github.com/gradgen/gradgen/dsl/diag"
	"github.com/gradgen/gradgen/dsl/syntax"
	"github.com/gradgen/gradgen/ir"
)

// source is a place that says what the range of an index is.
type source struct {
	s    size
	at   diag.Span
	what string
}

// ranges collects, for the indices that a statement or a reduction binds, where they are used as plain indices of an
// axis.
type ranges struct {
	c     *checker
	e     *env
	of    map[string][]source
	dots  []size // what `...` stands for in reads
	known bool   // dots was seen
	bad   bool   // an array is bad, so that missing a range means nothing
}

// collect looks for plain uses of names in expressions.
func (c *checker) collect(e *env, names []string, xs ...syntax.Expr) *ranges {
	r := &ranges{c: c, e: e, of: map[string][]source{}}
	for _, n := range names {
		r.of[n] = nil
	}
	for _, x := range xs {
		if x != nil {
			syntax.Inspect(x, r.visit)
		}
	}
	return r
}

func (r *ranges) visit(n syntax.Node) bool {
	x, ok := n.(*syntax.Index)
	if !ok {
		return true
	}
	shape, ok := r.shapeOf(x.X)
	if !ok {
		if id, isName := syntax.Unparen(x.X).(*syntax.Ident); isName {
			v, found := r.c.resolve(r.e, id)
			r.bad = r.bad || !found || isBad(v)
		}
		return true
	}
	_, dots := x.Indices[0].(*syntax.Ellipsis)
	offset := 0
	if dots {
		offset = len(shape) - len(x.Indices)
		if offset+1 < 0 {
			return true
		}
		if !r.known {
			r.dots, r.known = shape[:offset+1], true
		}
	}
	for k, i := range x.Indices {
		id, ok := syntax.Unparen(i).(*syntax.Ident)
		if !ok || k+offset >= len(shape) {
			continue
		}
		if _, wanted := r.of[id.Name]; wanted {
			r.of[id.Name] = append(r.of[id.Name], source{shape[k+offset], id.Span(), "axis of " + describeShort(x.X)})
		}
	}
	return true
}

// shapeOf finds the shape of what is read without evaluating what depends on indices of unknown range.
func (r *ranges) shapeOf(x syntax.Expr) ([]size, bool) {
	c, e := r.c, r.e
	switch y := syntax.Unparen(x).(type) {
	case *syntax.Ident:
		if v, ok := e.local(y.Name); ok {
			if isBad(v) {
				return nil, false
			}
			a, isArray := v.(*array)
			return arrayShape(a, isArray)
		}
	case *syntax.Transpose:
		s, ok := r.shapeOf(y.X)
		if ok && len(s) == 2 {
			return []size{s[1], s[0]}, true
		}
		return nil, false
	case *syntax.Call:
		if shape, ok := r.declared(y); ok {
			return shape, true
		}
	}
	free := true
	syntax.Inspect(x, func(n syntax.Node) bool {
		if id, ok := n.(*syntax.Ident); ok {
			if _, is := r.of[id.Name]; is {
				free = false
			}
		}
		if _, ok := n.(*syntax.Label); ok {
			free = false
		}
		return free
	})
	if !free || hasDots(x) {
		return nil, false
	}
	// Evaluated for its shape only; errors are reported when the expression is evaluated in earnest.
	c.quiet++
	v := c.eval(e, x)
	c.quiet--
	r.bad = r.bad || isBad(v)
	a, isArray := v.(*array)
	return arrayShape(a, isArray)
}

// declared is the shape that a function which is called returns whatever its arguments are.
func (r *ranges) declared(x *syntax.Call) ([]size, bool) {
	id, ok := syntax.Unparen(x.Fn).(*syntax.Ident)
	if !ok {
		return nil, false
	}
	v, _ := r.c.resolve(r.e, id)
	f, ok := v.(*function)
	if !ok {
		return nil, false
	}
	t, ok := f.fn.Result.(*syntax.ArrayType)
	if !ok || len(t.Axes) == 0 {
		return nil, false
	}
	in := f.d.scope.env
	for _, n := range t.Axes {
		if isDots(n) || r.c.freeIn(in, n) != nil {
			return nil, false
		}
	}
	r.c.quiet++
	defer func() { r.c.quiet-- }()
	return r.c.shape(in, t)
}

func hasDots(x syntax.Expr) bool {
	found := false
	syntax.Inspect(x, func(n syntax.Node) bool {
		if _, ok := n.(*syntax.Ellipsis); ok {
			found = true
		}
		return !found
	})
	return found
}

func arrayShape(a *array, ok bool) ([]size, bool) {
	if !ok {
		return nil, false
	}
	return a.shape, true
}

// axis settles the range of an index: an explicit bound, or what all other sources agree on.
func (c *checker) axis(e *env, b *syntax.Binder, declared *source, r *ranges) (x *ir.Axis, s size, mask []ir.Pred, ok bool) {
	if b.Bound != nil {
		s, mask, ok := c.bound(e, b)
		if ok && declared != nil && !declared.s.n.Equal(s.n) {
			c.errorf(e, diag.RangesDisagree, b.Bound.Span(), "the range of `%s` is %s, but the result has size %s here", b.Name.Spelt, s, declared.s).
				Note(declared.at, "declared", "%s", declared.what)
			return nil, s, nil, false
		}
		if !ok {
			return nil, s, nil, false
		}
		return ir.NewAxis(b.Name.Name, s.n), s, mask, true
	}
	sources := r.of[b.Name.Name]
	if declared != nil {
		sources = append([]source{*declared}, sources...)
	}
	if len(sources) == 0 && r.bad {
		return nil, size{}, nil, false // what is bad was reported
	}
	if len(sources) == 0 {
		c.errorf(e, diag.RangeUnknown, b.Span(), "the range of `%s` is not known", b.Name.Spelt).
			Helpf("state it: %s; or use `%s` as a plain index of an array", rangeOf(b), b.Name.Spelt)
		return nil, size{}, nil, false
	}
	s = sources[0].s
	for _, t := range sources[1:] {
		if !t.s.n.Equal(s.n) {
			d := c.errorf(e, diag.RangesDisagree, t.at, "`%s` has size %s here and size %s there", b.Name.Spelt, t.s, s)
			d.Note(t.at, "here", "%s: %s", t.what, t.s)
			d.Note(sources[0].at, "there", "%s: %s", sources[0].what, s)
			d.Helpf("state the range to use a part of an axis: %s", rangeOf(b))
			return nil, s, nil, false
		}
		if s.name == "" {
			s.name = t.s.name
		}
	}
	return ir.NewAxis(b.Name.Name, s.n), s, nil, true
}

// rangeOf is an index with a range as an example of one.
func rangeOf(b *syntax.Binder) string {
	if b.Name.Name == "n" {
		return b.Name.Spelt + " < size"
	}
	return b.Name.Spelt + " < n"
}

// bound evaluates `i < n`. A range that depends on outer indices is a mask over the largest that it can be.
func (c *checker) bound(e *env, b *syntax.Binder) (size, []ir.Pred, bool) {
	v := c.eval(e, b.Bound)
	if isBad(v) {
		return size{}, nil, false
	}
	i, ok := asInt(v)
	if !ok || i.num.HasReads() {
		d := c.errorf(e, diag.BadSize, b.Bound.Span(), "the range of `%s` is a whole number, but this is %s", b.Name.Spelt, v.describe())
		if ok {
			d.Helpf("a condition on data is a mask: %s where …", b.Name.Spelt)
		}
		return size{}, nil, false
	}
	if !i.num.HasAxes() {
		s := size{i.num, i.name}
		return s, nil, c.sizeInBounds(e, s, b.Bound.Span())
	}
	// The largest value of the bound.
	largest := lowest(i.num.Neg(), 8).Neg()
	if largest.HasAxes() {
		c.errorf(e, diag.NotAffine, b.Bound.Span(), "the range of `%s` is not affine in the outer indices", b.Name.Spelt)
		return size{}, nil, false
	}
	x := size{n: largest}
	if !c.sizeInBounds(e, x, b.Bound.Span()) {
		return size{}, nil, false
	}
	return x, []ir.Pred{{Kind: ir.GE0, E: i.num.AddConst(-1)}}, true // with the axis taken off by the caller
}

// masked completes the mask of a range that depends on outer indices: i < bound.
func masked(x *ir.Axis, mask []ir.Pred) []ir.Pred {
	out := make([]ir.Pred, len(mask))
	for k, p := range mask {
		out[k] = ir.Pred{Kind: p.Kind, E: p.E.Sub(ir.Of(x)), Mod: p.Mod}
	}
	return out
}

// sizeInBounds reports a size that is negative or too large.
func (c *checker) sizeInBounds(e *env, s size, at diag.Span) bool {
	if n, isConst := s.n.IsConst(); isConst {
		if n < 0 {
			c.errorf(e, diag.BadSize, at, "a size is not negative, but this is %d", n)
			return false
		}
		if n > maxLength {
			c.errorf(e, diag.ArrayTooLarge, at, "the size %d is too large: an axis has at most %d elements", n, int64(maxLength))
			return false
		}
		return true
	}
	terms, k := s.n.Terms()
	if largest(terms, k) > maxLength {
		c.errorf(e, diag.ArrayTooLarge, at, "the size %s is too large", s)
		return false
	}
	return true
}

// size evaluates a size expression.
func (c *checker) size(e *env, x syntax.Expr) (size, bool) {
	v := c.eval(e, x)
	if isBad(v) {
		return size{}, false
	}
	i, ok := asInt(v)
	if !ok || i.elem == ir.I32 || i.num.HasAxes() {
		d := c.errorf(e, diag.BadSize, x.Span(), "a size is a whole number, but this is %s", v.describe())
		switch v := v.(type) {
		case number:
			d.Message = "a size is a whole number, but this is " + v.n.String()
			if v.n.IsInf() || v.n.IsNaN() {
				d.Helpf("a size cannot be divided by 0")
			} else if ch, isChain := syntax.Unparen(x).(*syntax.Chain); isChain && ch.Ops[len(ch.Ops)-1].Kind == syntax.Div {
				d.Helpf("a division of sizes must be exact, or be rounded down: floor(%s)", shorten(x.Span().Text()))
			}
		case integer:
			if v.den != 1 {
				d.Message = "a size is a whole number, and " + shorten(x.Span().Text()) + " need not be one"
				d.Helpf("round it down: floor(%s)", shorten(x.Span().Text()))
			}
		}
		return size{}, false
	}
	s := size{i.num, i.name}
	return s, c.sizeInBounds(e, s, x.Span())
}
