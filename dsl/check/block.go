package check

import (
	"slices"
	"strings"

	"github.com/gradgen/gradgen/dsl/diag"
	"github.com/gradgen/gradgen/dsl/syntax"
	"github.com/gradgen/gradgen/ir"
)

// block evaluates the statements of a body. It returns what the body returns and where.
func (c *checker) block(e *env, b *syntax.Block, t syntax.Type) (value, diag.Span) {
	in := e.child()
	in.body.returns, in.body.only = returned(b, t)
	in.lose(b)
	out, at := value(nil), b.Span()
	for _, s := range b.Stmts {
		c.spend(e, s)
		if r, ok := s.(*syntax.ReturnStmt); ok && out == nil {
			in.target = ""
			if in.body.only != "" {
				in.target = in.nameOf(in.body.only)
			} else if in.body.prefix != "" {
				in.target = in.body.prefix
			}
			out, at = c.evalAs(in, r.Value, in.target), r.Value.Span()
			continue
		}
		c.stmt(in, s)
	}
	if out == nil {
		if !b.Bad && c.quiet == 0 {
			c.errorf(e, diag.NoReturn, diag.Span{File: b.Span().File, Start: b.Span().End - 1, End: b.Span().End}, "%s returns nothing", e.body.what).
				Helpf("end the body with return and a value")
		}
		return bad{}, at
	}
	return out, at
}

// lose gives the names of statements with mistakes a value about which nothing more is said.
func (e *env) lose(b *syntax.Block) {
	for _, name := range b.Lost {
		if _, known := e.local(name); !known {
			e.set(name, bad{})
		}
	}
}

// returned finds the names that a body returns and the types declared for them.
func returned(b *syntax.Block, t syntax.Type) (types map[string]syntax.Type, only string) {
	types = map[string]syntax.Type{}
	for _, s := range b.Stmts {
		r, ok := s.(*syntax.ReturnStmt)
		if !ok {
			continue
		}
		switch x := syntax.Unparen(r.Value).(type) {
		case *syntax.Ident:
			types[x.Name], only = t, x.Name
		case *syntax.Tuple:
			tt, ok := t.(*syntax.TupleType)
			for i, y := range x.Elems {
				if id, isName := syntax.Unparen(y).(*syntax.Ident); isName && ok && i < len(tt.Elems) {
					types[id.Name] = tt.Elems[i]
				}
			}
		}
	}
	return types, only
}

// stmt evaluates a statement other than return.
func (c *checker) stmt(e *env, s syntax.Stmt) {
	switch s := s.(type) {
	case *syntax.Define:
		c.define(e, s)
	case *syntax.Equation:
		want, ok := c.declaredFor(e, s)
		if !ok {
			e.set(s.Name.Name, bad{})
			return
		}
		e.set(s.Name.Name, c.equation(e, s.Name, s.Indices, s.Value, want))
	case *syntax.Unpack:
		c.unpack(e, s)
	case *syntax.DimDecl:
		e.set(s.Name.Name, c.dimStmt(e, s))
	case *syntax.ConstDecl:
		e.set(s.Name.Name, c.constStmt(e, s))
	case *syntax.ParamStmt:
		c.param(e, s)
	case *syntax.StateStmt:
		c.state(e, s)
	case *syntax.NextStmt:
		c.next(e, s)
	case *syntax.StepStmt:
		e.set(s.Name.Name, &stepFn{n: s, env: e})
	}
}

// define evaluates `name = e`. What is computed gets that name; numbers, sizes and functions stay what they are.
func (c *checker) define(e *env, s *syntax.Define) {
	since := c.newest
	name := e.nameOf(s.Name.Name)
	in := e.child()
	in.target = name
	v := c.evalAs(in, s.Value, name)
	if a, ok := v.(*array); ok && (a.elem != untyped || a.rank() > 0) && a.table == nil {
		v = c.settled(e, a, s.Value, name, s.Name.Span())
	}
	if l, isLayer := v.(*layer); isLayer {
		c.mustCall(e, l, s.Value.Span())
		v = bad{}
	}
	c.rename(v, name, since)
	e.set(s.Name.Name, named1(v, origin{"`" + s.Name.Spelt + "`", s.Name.Span()}))
}

// settled stores what a statement computes. A small scalar inside an equation stays an expression.
func (c *checker) settled(e *env, a *array, x syntax.Expr, name string, at diag.Span) *array {
	if a.value != nil || a.cheap && a.elem != untyped {
		return a
	}
	if a.rank() == 0 && len(e.loops) > 0 && c.weightOf(a.at(a.elem, nil)) <= maxWeight {
		return a
	}
	return c.store(e, a, a.settle(e), name, at)
}

func (c *checker) unpack(e *env, s *syntax.Unpack) {
	since := c.newest
	in := e.child()
	in.target = e.nameOf(s.Names[0].Name)
	v := c.eval(in, s.Value)
	t, ok := v.(*tuple)
	if !isBad(v) && (!ok || len(t.elems) != len(s.Names)) {
		d := c.errorf(e, diag.UnpackCount, s.Value.Span(), "%s are named, but this is %s", plural(len(s.Names), "value"), v.describe())
		c.origin(d, v, "here", s.Value.Span())
		ok = false
	}
	for i, n := range s.Names {
		if !ok || isBad(v) {
			e.set(n.Name, bad{})
			continue
		}
		w := t.elems[i]
		if a, isArray := w.(*array); isArray && (a.elem != untyped || a.rank() > 0) && a.table == nil {
			w = c.settled(e, a, s.Value, e.nameOf(n.Name), n.Span())
		}
		c.rename(w, e.nameOf(n.Name), since)
		e.set(n.Name, named1(w, origin{"`" + n.Spelt + "`", n.Span()}))
	}
}

// declaredFor is the type of the array that an equation defines, if the result type says it. It fails where that type
// has an error in it.
func (c *checker) declaredFor(e *env, s *syntax.Equation) (*target, bool) {
	t, ok := e.body.returns[s.Name.Name].(*syntax.ArrayType)
	if !ok {
		return nil, true
	}
	for _, x := range t.Axes {
		if !isDots(x) && c.freeIn(e, x) != nil {
			return nil, true // reported when the result is checked
		}
	}
	shape, ok := c.shape(e, t)
	if !ok {
		return nil, false
	}
	return &target{shape: shape, elem: e.dtype(t.Elem), at: t.Span(), what: "the result is " + t.Span().Text()}, true
}

// target is what is known of an array before its equation is read.
type target struct {
	shape []size
	elem  ir.DType
	at    diag.Span
	what  string
}

// equation evaluates y[b, o] = e.
func (c *checker) equation(e *env, name *syntax.Ident, binders []*syntax.Binder, x syntax.Expr, want *target) value {
	since := c.newest
	in := e.child()
	in.target = e.nameOf(name.Name)
	shape, ok := c.leftSide(e, in, name, binders, x, want)
	if !ok {
		return bad{}
	}
	own := in.loops[len(e.loops):]
	v := c.evalAs(in, x, in.target)
	if t, isTuple := v.(*tuple); isTuple {
		out := &tuple{}
		for i, w := range t.elems {
			if k, isWinner := w.(integer); isWinner && k.elem == ir.I32 {
				out.elems = append(out.elems, winnerView(k, own, shape))
				continue
			}
			a := c.scalarOf(in, w, x.Span(), "an element of `"+name.Spelt+"`")
			if a == nil {
				return bad{}
			}
			out.elems = append(out.elems, c.gathered(e, a, a.settle(e), own, shape, numbered(in.target, i), name.Span(), since))
		}
		return out
	}
	a := c.scalarOf(in, v, x.Span(), "an element of `"+name.Spelt+"`")
	if a == nil {
		return bad{}
	}
	dt := a.settle(e)
	if want != nil && fitsDType(a, v, want.elem) == "" {
		dt = want.elem
	}
	out := c.gathered(e, a, dt, own, shape, in.target, name.Span(), since)
	out.from = origin{"`" + name.Spelt + "`", name.Span()}
	return out
}

// winnerView is the array of one index of each winner; it is computed from the winner's number where it is read.
func winnerView(k integer, own []*ir.Axis, shape []size) *array {
	return &array{elem: ir.I32, shape: shape, cheap: true, at: func(t ir.DType, i []ir.Int) *ir.Expr {
		s := &ir.Subst{Axis: map[*ir.Axis]ir.Int{}}
		for d, x := range own {
			s.Axis[x] = i[d]
		}
		return integer{num: s.Int(k.num), den: 1, elem: ir.I32}.expr(ir.I32)
	}}
}

// gathered stores a scalar that depends on the indices of the left side as an array over them.
func (c *checker) gathered(e *env, a *array, dt ir.DType, own []*ir.Axis, shape []size, name string, at diag.Span, since int) *array {
	used, v := c.mapOver(e, own, len(own), nil, nil, a.element(dt, nil), name, at)
	if v.ID > since {
		v.Name = name
	}
	return readOver(v, used, shape)
}

// leftSide binds the indices on the left of an equation.
func (c *checker) leftSide(e, in *env, name *syntax.Ident, binders []*syntax.Binder, x syntax.Expr, want *target) ([]size, bool) {
	ok := true
	var names []string
	seen := map[string]*syntax.Ident{}
	for _, b := range binders {
		if b.Ellipsis {
			continue
		}
		if first := seen[b.Name.Name]; first != nil {
			c.errorf(e, diag.IndexRebound, b.Name.Span(), "the index `%s` names two axes", b.Name.Spelt).Note(first.Span(), "first", "here").
				Helpf("a diagonal is read, not written: y[i] = a[i, i]")
			return nil, false
		}
		seen[b.Name.Name] = b.Name
		names = append(names, b.Name.Name)
	}
	r := c.collect(e, names, x)
	lead := 0
	if binders[0].Ellipsis {
		lead = len(binders) - 1
		dots, known := c.leading(e, binders[0], want, lead, r)
		if !known {
			return nil, false
		}
		r.dots = dots
	}
	rank := len(names) + len(r.leadingFor(binders))
	if want != nil && rank != len(want.shape) {
		c.errorf(e, diag.IndexCount, name.Span(), "`%s` has %s here, but the result has %s", name.Spelt, axes(rank), axes(len(want.shape))).
			Note(want.at, "declared", "%s", want.what)
		return nil, false
	}
	var shape []size
	in.dots = nil
	for _, b := range binders {
		if b.Ellipsis {
			in.dots = []ir.Int{}
			for k, s := range r.dots {
				axis := ir.NewAxis(dotName(k, s, names), s.n)
				in.loops = append(in.loops[:len(in.loops):len(in.loops)], axis)
				in.dots = append(in.dots, ir.Of(axis))
				shape = append(shape, s)
			}
			continue
		}
		var declared *source
		if want != nil {
			declared = &source{want.shape[len(shape)], want.at, want.what}
		}
		axis, s, mask, good := c.axis(e, b, declared, r)
		if good && len(mask) > 0 {
			c.errorf(e, diag.BadSize, b.Bound.Span(), "the size of an axis cannot depend on an index")
			good = false
		}
		if !good {
			in.set(b.Name.Name, bad{})
			ok = false
			shape = append(shape, size{})
			continue
		}
		in.loop(b.Name.Name, axis)
		shape = append(shape, s)
	}
	if !ok {
		return nil, false
	}
	if problem, fit := fits(shape); !fit {
		c.errorf(e, diag.ArrayTooLarge, name.Span(), "%s, and `%s` is %s", problem, name.Spelt, shapeText(shape))
		return nil, false
	}
	return shape, true
}

// dotName names an axis that `...` stands for: b for a size B, else e0, e1, ….
func dotName(k int, s size, taken []string) string {
	if name := strings.ToLower(s.n.String()); len(name) == 1 && name[0] >= 'a' && !slices.Contains(taken, name) {
		return name
	}
	return numbered("e", k)
}

func (r *ranges) leadingFor(binders []*syntax.Binder) []size {
	if binders[0].Ellipsis {
		return r.dots
	}
	return nil
}

// leading settles what `...` on the left of an equation stands for: the result type, the reads with `...`, or the
// signature.
func (c *checker) leading(e *env, b *syntax.Binder, want *target, named int, r *ranges) ([]size, bool) {
	switch {
	case want != nil && len(want.shape) >= named:
		return want.shape[:len(want.shape)-named], true
	case r.known:
		return r.dots, true
	case e.body.dots != nil:
		return e.body.dots, true
	}
	c.errorf(e, diag.EllipsisMismatch, b.Span(), "what `...` stands for is not known").
		Helpf("read an array with it on the right: x[..., i]")
	return nil, false
}
