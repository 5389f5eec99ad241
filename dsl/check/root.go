package check

import (
	"slices"
	"strings"

	"github.com/gradgen/gradgen/dsl/diag"
	"github.com/gradgen/gradgen/dsl/syntax"
	"github.com/gradgen/gradgen/ir"
)

// root is one function that is being built, into which everything that it calls is written out.
type root struct {
	training     bool
	usedTraining bool
	up           *root  // the function in which this one was found
	rule         *decl  // a function with a rule, which is a function of its own
	building     *model // the model whose parameters are being found
	models       []*model
	params       map[*ir.Param]*ir.Value
	next         map[*ir.Param]*ir.Value // of states
	drawing      map[drawer][]*body      // the applications of instances that draw
}

func newRoot(training bool) *root {
	return &root{training: training, params: map[*ir.Param]*ir.Value{}, next: map[*ir.Param]*ir.Value{}}
}

// use notes that a model's parameters are needed.
func (r *root) use(m *model) {
	if !slices.Contains(r.models, m) {
		r.models = append(r.models, m)
	}
}

// value is the argument that carries a parameter or a state.
func (r *root) value(c *checker, m *model, p *ir.Param) *ir.Value {
	if v := r.params[p]; v != nil {
		return v
	}
	v := c.made(c.b.Input(strings.ReplaceAll(p.Name, ".", "_"), ir.Type{DType: m.m.DType, Shape: ir.Ints(p.Shape...)}))
	v.Place = p.Place
	r.params[p] = v
	return v
}

// built is a function that is to be emitted, and how its arguments appear in Go.
type built struct {
	f       *ir.Func
	args    []ir.Binding
	inputs  int // how many of the arguments, at the end, are inputs
	results []ir.Binding
	root    *root
	grads   map[string]*ir.Func // by the numbers of the parameters
}

// closed reports whether types have no variables: all sizes are declared, and real does not occur.
func (c *checker) closed(e *env, types ...syntax.Type) bool {
	ok := true
	for _, t := range types {
		switch t := t.(type) {
		case *syntax.TupleType:
			ok = ok && c.closed(e, t.Elems...)
		case *syntax.ArrayType:
			ok = ok && t.Elem != syntax.Real
			for _, x := range t.Axes {
				ok = ok && !isDots(x) && c.freeIn(e, x) == nil
			}
		default:
			ok = false
		}
	}
	return ok
}

// mustBeClosed reports what keeps the types of a model or a loss from being fixed.
func (c *checker) mustBeClosed(e *env, what string, types ...syntax.Type) bool {
	ok := true
	for _, t := range types {
		switch t := t.(type) {
		case *syntax.TupleType:
			ok = c.mustBeClosed(e, what, t.Elems...) && ok
		case *syntax.ArrayType:
			if t.Elem == syntax.Real {
				c.errorf(e, diag.NotConcrete, t.Span(), "%s has a dtype of its own: `real` is not one", what).Helpf("write f32 or f64")
				ok = false
			}
			for _, x := range t.Axes {
				if isDots(x) {
					c.errorf(e, diag.NotConcrete, x.Span(), "%s has axes of its own: `...` stands for any", what)
					ok = false
				} else if free := c.freeIn(e, x); free != nil {
					c.notDefined(e, free, c.visible(e), "declare it: dim "+free.Spelt+", or dim "+free.Spelt+" = 10")
					ok = false
				}
			}
		case *syntax.KindType:
			c.errorf(e, diag.NotConcrete, t.Span(), "%s takes arrays and numbers", what)
			ok = false
		}
	}
	return ok
}

// floatOf is the first float type in some types, or otherwise.
func floatOf(otherwise ir.DType, types ...syntax.Type) ir.DType {
	for _, t := range types {
		switch t := t.(type) {
		case *syntax.TupleType:
			if d := floatOf(untyped, t.Elems...); d != untyped {
				return d
			}
		case *syntax.ArrayType:
			switch t.Elem {
			case syntax.F32:
				return ir.F32
			case syntax.F64:
				return ir.F64
			}
		}
	}
	return otherwise
}

// fieldTypes are the types of inputs.
func fieldTypes(fields []*syntax.Field) []syntax.Type {
	out := make([]syntax.Type, len(fields))
	for i, f := range fields {
		out[i] = f.Type
	}
	return out
}

// start makes the env in which something is built, and an argument for each of its inputs.
func (c *checker) start(d *decl, r *root, what string, dt ir.DType, fields []*syntax.Field) (*env, []argument, []*ir.Value, bool) {
	e := d.scope.env.child()
	e.body = &body{root: r, real: dt, what: what, outer: map[string]size{}}
	args := make([]argument, len(fields))
	var values []*ir.Value
	for i, f := range fields {
		v, ok := c.inputOf(e, f.Name, f.Type, f, &values)
		if !ok {
			return nil, nil, nil, false
		}
		args[i] = argument{v: v, at: f.Span()}
	}
	return e, args, values, true
}

// inputOf makes the arguments of one declared input; a tuple takes several.
func (c *checker) inputOf(e *env, name *syntax.Ident, t syntax.Type, f *syntax.Field, values *[]*ir.Value) (value, bool) {
	switch t := t.(type) {
	case *syntax.TupleType:
		out := &tuple{}
		for i, u := range t.Elems {
			part := &syntax.Ident{At: name.At, Name: numbered(name.Name, i+1), Spelt: name.Spelt}
			v, ok := c.inputOf(e, part, u, f, values)
			if !ok {
				return nil, false
			}
			out.elems = append(out.elems, v)
		}
		return out, true
	case *syntax.ArrayType:
		shape, ok := c.shape(e, t)
		if !ok {
			return nil, false
		}
		c.place(e, name.Span())
		v := c.made(c.b.Input(name.Name, ir.Type{DType: e.dtype(t.Elem), Shape: lengths(shape)}))
		*values = append(*values, v)
		a := stored(v, shape)
		a.from = origin{"parameter `" + name.Spelt + "`", f.Span()}
		return a, true
	}
	return nil, false
}

// finish makes the function of what was evaluated: the parameters of the models that it uses, then its inputs.
//
// at is the place of its name, and by that of the text which computes the result.
func (c *checker) finish(e *env, r *root, name string, doc []string, at, by diag.Span, inputs []*ir.Value, v value, names []string) *built {
	out := &built{root: r, grads: map[string]*ir.Func{}, f: &ir.Func{Name: name, Doc: strings.Join(doc, "\n"), Place: irPlace(at)}, inputs: len(inputs)}
	for _, m := range r.models {
		for i, p := range m.m.Params {
			out.f.Params = append(out.f.Params, r.value(c, m, p))
			out.args = append(out.args, ir.Binding{Kind: ir.BindParam, Name: p.Name, Model: m.m, Index: i})
		}
		for i, p := range m.m.State {
			out.f.Params = append(out.f.Params, r.value(c, m, p))
			out.args = append(out.args, ir.Binding{Kind: ir.BindState, Name: p.Name, Model: m.m, Index: i})
		}
	}
	for _, v := range inputs {
		out.f.Params = append(out.f.Params, v)
		out.args = append(out.args, ir.Binding{Kind: ir.BindInput, Name: v.Name})
	}
	for k, x := range flat(v) {
		a := asArray(x)
		label := name
		if k < len(names) {
			label = names[k]
		} else if a.hint != "" {
			label = a.hint
		}
		w := c.storeOver(e, nil, a, a.settle(e), label, by)
		out.f.Results = append(out.f.Results, w)
		kind := ir.BindReturn
		out.results = append(out.results, ir.Binding{Kind: kind, Name: label})
	}
	return out
}

// resultText is the place of what a declaration computes last.
func resultText(x syntax.Expr, b *syntax.Block) diag.Span {
	if b == nil {
		return x.Span()
	}
	at := b.Span()
	for _, s := range b.Stmts {
		if r, ok := s.(*syntax.ReturnStmt); ok {
			at = r.Value.Span()
		}
	}
	return at
}

// flat lists the arrays in a value.
func flat(v value) []value {
	t, ok := v.(*tuple)
	if !ok {
		return []value{v}
	}
	var out []value
	for _, x := range t.elems {
		out = append(out, flat(x)...)
	}
	return out
}

// resultNames are the names that a formula or a body yields; name, with a number if there are several, for one without.
func resultNames(value syntax.Expr, b *syntax.Block, name string) []string {
	if b != nil {
		for _, s := range b.Stmts {
			if r, ok := s.(*syntax.ReturnStmt); ok {
				value = r.Value
			}
		}
	}
	parts := []syntax.Expr{value}
	if t, ok := syntax.Unparen(value).(*syntax.Tuple); ok {
		parts = t.Elems
	}
	out := make([]string, len(parts))
	for i, x := range parts {
		out[i] = name
		if len(parts) > 1 {
			out[i] = numbered(name, i+1)
		}
		if id, ok := syntax.Unparen(x).(*syntax.Ident); ok && b != nil {
			out[i] = id.Name
		}
	}
	return out
}
