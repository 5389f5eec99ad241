package check

import (
	"github.com/gradgen/gradgen/dsl/diag"
	"github.com/gradgen/gradgen/dsl/syntax"
)

// function is a declared fn. A call of it is written out, unless it has a rule of its own.
type function struct {
	d  *decl
	fn *syntax.FnDecl
}

func (f *function) describe() string { return "the function " + f.d.name }

func (f *function) call(c *checker, e *env, s site) value {
	if len(f.d.rules) > 0 && c.differentiable(s) && !e.body.root.within(f.d) {
		return c.callRule(f, e, s)
	}
	in, ok := c.enter(f.d, e, s, "`"+f.d.name+"`")
	if !ok {
		return bad{}
	}
	if !c.inputs(in, e, f.fn.Inputs, s, "`"+f.d.name+"`") {
		return bad{}
	}
	return c.body(in, f.fn.Result, f.fn.Value, f.fn.Body, "`"+f.d.name+"`")
}

// within reports whether a function with a rule, or its rule, is being made: there the function is written out, so that
// none calls itself.
func (r *root) within(d *decl) bool {
	for ; r != nil; r = r.up {
		if r.rule == d {
			return true
		}
	}
	return false
}

// differentiable reports whether anything but exact numbers is passed.
func (c *checker) differentiable(s site) bool {
	for _, a := range s.args {
		switch a.v.(type) {
		case number, boolean:
		default:
			return true
		}
	}
	return false
}

// enter makes the env of a callee.
func (c *checker) enter(d *decl, e *env, s site, what string) (*env, bool) {
	depth := 0
	for b := e.body; b != nil; b = b.up {
		depth++
	}
	if depth > maxCalls {
		c.giveUp(e, s.at)
	}
	in := d.scope.env.child()
	in.loops, in.steps, in.assume, in.exact = e.loops, e.steps, e.assume, e.exact
	in.body = &body{up: e.body, call: s.at, what: what, generic: true, root: e.body.root, real: e.body.real, outer: map[string]size{}}
	in.target = s.name
	return in, true
}

// body evaluates the formula or the block of a function and checks its result.
func (c *checker) body(in *env, t syntax.Type, x syntax.Expr, b *syntax.Block, what string) value {
	if b == nil {
		v := c.evalAs(in, x, in.target)
		return c.result(in, t, v, x.Span(), what)
	}
	v, at := c.block(in, b, t)
	return c.result(in, t, v, at, what)
}

// compositionBody applies the composition of a layer or model that states its types only.
func (c *checker) compositionBody(in *env, sig syntax.Signature, x syntax.Expr, args []argument, s site, what string) value {
	f := c.callableOf(in, x)
	if f == nil {
		return bad{}
	}
	v := c.invoke(in, f, site{at: x.Span(), fn: x.Span(), args: args, name: in.target})
	return c.result(in, sig.To, v, x.Span(), what)
}

// from binds the inputs of a composition to its types: x, or x1, x2, …
func fromFields(t syntax.Type) []*syntax.Field {
	types := []syntax.Type{t}
	if tt, ok := t.(*syntax.TupleType); ok {
		types = tt.Elems
	}
	fields := make([]*syntax.Field, len(types))
	for i, u := range types {
		name := "x"
		if len(types) > 1 {
			name = numbered("x", i+1)
		}
		fields[i] = &syntax.Field{At: syntax.At{Loc: u.Span()}, Type: u,
			Name: &syntax.Ident{At: syntax.At{Loc: u.Span()}, Name: name, Spelt: name}}
	}
	return fields
}

// kind checks an argument that is no array: a size, a function, an instance of a layer.
func (c *checker) kind(e *env, k *syntax.KindType, f *syntax.Field, a argument, what string) (value, bool) {
	if isBad(a.v) {
		return nil, false
	}
	wrong := func(help string) (value, bool) {
		d := c.errorf(e, diag.WrongHyper, a.at, "%s takes `%s`, but this is %s", what, shorten(f.Name.Spelt+": "+f.Type.Span().Text()), a.v.describe())
		if !c.inPrelude(f.Span()) {
			d.Note(f.Span(), "declared", "here")
		}
		if help != "" {
			d.Helpf("%s", help)
		}
		return nil, false
	}
	switch k.Kind {
	case syntax.KindDim:
		i, ok := asInt(a.v)
		if !ok || i.elem != untyped || i.num.HasAxes() {
			return wrong("")
		}
		s := size{i.num, i.name}
		if !c.sizeInBounds(e, s, a.at) {
			return nil, false
		}
		return s.value(f.Name.Name), true
	case syntax.KindFn, syntax.KindLayer:
		if l, ok := a.v.(*layer); ok {
			return wrong("write " + l.usage())
		}
		if _, ok := a.v.(callable); !ok {
			return wrong("")
		}
	}
	return a.v, true
}
