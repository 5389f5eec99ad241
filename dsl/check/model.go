package check

import (
	"math"
	"path"
	"strings"

	"github.com/gradgen/gradgen/dsl/diag"
	"github.com/gradgen/gradgen/dsl/exact"
	"github.com/gradgen/gradgen/dsl/syntax"
	"github.com/gradgen/gradgen/ir"
)

// model is a declared model: the one instance of a layer that it is, and its parameters.
type model struct {
	d       *decl
	n       *syntax.ModelDecl
	m       *ir.Model
	params  map[string]int // by path, into m.Params
	states  map[string]int
	initial []initial // of m.Params
	begin   []initial // of m.State
	places  map[string]diag.Span
	fields  []*syntax.Field
	ok      bool
	sealed  bool
	forward *built
}

// initial is how a parameter starts: the text and what it is evaluated in.
type initial struct {
	s     *syntax.ParamStmt
	value syntax.Expr
	env   *env
	shape []size
}

// modelRef is a model used as a function.
type modelRef struct{ d *decl }

func (f *modelRef) describe() string { return "the model " + f.d.name }

func (f *modelRef) call(c *checker, e *env, s site) value {
	m := c.elaborate(f.d)
	if !m.ok {
		return bad{}
	}
	if here, there := path.Dir(c.file.Name), path.Dir(m.n.Span().File.Name); !f.d.own && here != there {
		c.errorf(e, diag.NotHere, s.fn, "the model `%s` belongs to another package, in %s", f.d.name, there).
			Helpf("a layer can be imported from anywhere in the module, a model from the same directory")
		return bad{}
	}
	r := e.body.root
	if r.rule != nil || r.params == nil {
		c.errorf(e, diag.NotHere, s.fn, "the model `%s` cannot be called here", f.d.name).
			Helpf("a constant, and a function with a rule, use no parameters")
		return bad{}
	}
	r.use(m)
	return c.applyModel(m, e, s)
}

// applyModel writes a model out.
func (c *checker) applyModel(m *model, e *env, s site) value {
	what := "`" + m.d.name + "`"
	in, ok := c.enter(m.d, e, s, what)
	if !ok {
		return bad{}
	}
	in.body.generic = false
	in.body.params = true
	in.labels = newLabels(nil, "", m, nil)
	if !c.inputs(in, e, m.fields, s, what) {
		return bad{}
	}
	in.body.real = m.m.DType
	if m.n.Sig.Pointwise {
		return c.body(in, m.n.Sig.Result, m.n.Value, m.n.Body, what)
	}
	args := make([]argument, len(m.fields))
	for i, g := range m.fields {
		v, _ := in.local(g.Name.Name)
		args[i] = argument{v: v, at: g.Span()}
	}
	return c.compositionBody(in, m.n.Sig, m.n.Value, args, s, what)
}

// elaborate finds the parameters of a model, by writing it out once for its declared inputs.
func (c *checker) elaborate(d *decl) *model {
	if d.model != nil {
		return d.model // perhaps running: a cycle, which is reported with the names
	}
	defer c.aloud()()
	n := d.node.(*syntax.ModelDecl)
	m := &model{d: d, n: n, params: map[string]int{}, states: map[string]int{}, places: map[string]diag.Span{}}
	d.model = m
	e := d.scope.env
	sig := n.Sig
	out := sig.Result
	if m.fields = sig.Inputs; !sig.Pointwise {
		m.fields, out = fromFields(sig.From), sig.To
	}
	what := "the model `" + d.name + "`"
	types := append(fieldTypes(m.fields), out)
	if !c.mustBeClosed(e, what, types...) {
		return m
	}
	m.m = &ir.Model{Name: d.name, Doc: strings.Join(n.Doc, "\n"), Place: irPlace(n.Name.Span()), DType: floatOf(ir.F32, types...)}
	m.ok = true
	b, trained := c.forward(m, false), (*built)(nil)
	if b != nil && b.root.usedTraining {
		trained = c.forward(m, true) // it may have parameters that evaluation does not touch
		b = c.forward(m, false)
		m.ok = trained != nil
	}
	m.ok = m.ok && b != nil
	m.sealed = true
	m.forward = b
	return m
}

// forward builds the function of a model.
func (c *checker) forward(m *model, training bool) *built {
	r := newRoot(training)
	r.building = m
	r.use(m)
	e, args, values, ok := c.start(m.d, r, "`"+m.d.name+"`", m.m.DType, m.fields)
	if !ok {
		return nil
	}
	at := m.n.Name.Span()
	v := c.applyModel(m, e, site{fn: at, args: args})
	if isBad(v) {
		return nil
	}
	e.body.real = m.m.DType
	out := m.n.Sig.Result
	if !m.n.Sig.Pointwise {
		out = m.n.Sig.To
	}
	if v, ok = c.typed(e, v, out); !ok {
		c.errorf(e, diag.ResultMismatch, out.Span(), "`%s` returns %s, which cannot be emitted", m.d.name, v.describe())
		return nil
	}
	return c.finish(e, r, m.d.name, m.n.Doc, at, resultText(m.n.Value, m.n.Body), values, v, resultNames(m.n.Value, m.n.Body, "y"))
}

// param declares the parameters of a statement.
func (c *checker) param(e *env, s *syntax.ParamStmt) {
	failed := func() {
		for _, n := range s.Names {
			e.set(n.Name, bad{})
		}
	}
	if !e.body.params || e.labels == nil || e.labels.model == nil {
		c.errorf(e, diag.NotHere, s.Span(), "parameters belong to a layer or a model that is part of a model")
		failed()
		return
	}
	t, ok := s.Type.(*syntax.ArrayType)
	if !ok || t.Elem == syntax.I32 || t.Elem == syntax.Boolean {
		c.errorf(e, diag.ParamShape, s.Type.Span(), "a parameter is an array of floats")
		failed()
		return
	}
	m := e.labels.model
	if dt := e.dtype(t.Elem); dt != m.m.DType {
		c.errorf(e, diag.MixedDTypes, s.Type.Span(), "the parameters of `%s` are %s, and this one is %s", m.d.name, m.m.DType, dt).Helpf("write real")
		failed()
		return
	}
	for _, x := range t.Axes {
		if !isDots(x) && c.freeIn(e, x) != nil {
			c.undefined(e, c.freeIn(e, x))
			failed()
			return
		}
	}
	shape, ok := c.shape(e, t)
	if !ok {
		failed()
		return
	}
	if s.When != nil {
		v := c.eval(e, s.When)
		b, isStatic := v.(boolean)
		if !isStatic {
			if !isBad(v) {
				c.errorf(e, diag.NotBool, s.When.Span(), "whether there is a parameter is known before anything runs, but this is %s", v.describe())
			}
			failed()
			return
		}
		if !b.b {
			for _, n := range s.Names {
				e.set(n.Name, absentParam(m.m.DType, shape))
			}
			return
		}
	}
	for _, n := range s.Names {
		e.set(n.Name, c.oneParam(e, m, s, n, shape))
	}
}

// absentParam reads as 0.
func absentParam(t ir.DType, shape []size) *array {
	return &array{elem: t, shape: shape, cheap: true, absent: true, at: func(ir.DType, []ir.Int) *ir.Expr { return ir.Lit(t, 0) }}
}

// oneParam registers a parameter, or finds it, and reads it.
func (c *checker) oneParam(e *env, m *model, s *syntax.ParamStmt, n *syntax.Ident, shape []size) value {
	name := e.labels.prefix + n.Name
	dims, ok := c.constants(e, s.Type, shape, "the parameter `"+n.Spelt+"`")
	if !ok || !c.claim(e, e.labels.owner) {
		return bad{}
	}
	i, known := m.params[name]
	switch {
	case known && m.places[name] != n.Span():
		c.errorf(e, diag.NeedsLabel, n.Span(), "two parameters would be called `%s`", name).Note(c.visibleSpan(m.places[name]), "first", "here")
		return bad{}
	case known && !ir.Type{Shape: ir.Ints(m.m.Params[i].Shape...)}.Equal(ir.Type{Shape: ir.Ints(dims...)}):
		first := ir.Type{DType: m.m.DType, Shape: ir.Ints(m.m.Params[i].Shape...)}
		c.errorf(e, diag.TiedShapes, n.Span(), "the parameter `%s` is %s here, but %s where its instance was used first", name, ir.Type{DType: m.m.DType, Shape: ir.Ints(dims...)}, first).
			Helpf("an instance that is used again keeps its parameters, so its inputs have the same sizes")
		return bad{}
	case !known && m.sealed:
		c.errorf(e, diag.NotHere, n.Span(), "the parameter `%s` is not one of the model `%s`", name, m.d.name)
		return bad{}
	case !known:
		lo, hi, ok := c.interval(e, s)
		if !ok {
			return bad{}
		}
		if s.Init == nil && s.Value == nil {
			c.errorf(e, diag.ParamInit, n.Span(), "the parameter `%s` has no initial value", n.Spelt).
				Helpf("write ~ uniform(-1, 1), or = 0")
			return bad{}
		}
		i = len(m.m.Params)
		m.params[name], m.places[name] = i, n.Span()
		m.m.Params = append(m.m.Params, &ir.Param{Name: name, Shape: dims, Lo: lo, Hi: hi, Place: irPlace(c.userPlace(e, n.Span()))})
		m.initial = append(m.initial, initial{s: s, env: e, shape: shape})
	}
	return c.readParam(e, m, m.m.Params[i], shape, n)
}

func (c *checker) readParam(e *env, m *model, p *ir.Param, shape []size, n *syntax.Ident) value {
	e.body.root.use(m)
	a := stored(e.body.root.value(c, m, p), shape)
	a.from = origin{"parameter `" + n.Spelt + "`", n.Span()}
	if a.rank() == 0 {
		x := scalar(a.at(a.elem, nil))
		x.value, x.from = a.value, a.from
		return x
	}
	return a
}

// constants returns a shape as numbers.
func (c *checker) constants(e *env, t syntax.Type, shape []size, what string) ([]int64, bool) {
	out := make([]int64, len(shape))
	for k, s := range shape {
		n, ok := s.n.IsConst()
		if !ok {
			at := t.Span()
			if a, isArray := t.(*syntax.ArrayType); isArray && len(a.Axes) == len(shape) {
				at = a.Axes[k].Span()
			}
			c.errorf(e, diag.ParamShape, at, "the shape of %s must be constant, but its axis %d is the run-time size %s", what, k, s).
				Helpf("parameters are stored, so their sizes are known before the program runs: dim %s = 10", s.n)
			return nil, false
		}
		out[k] = n
	}
	return out, true
}

// interval evaluates the range of a constrained parameter.
func (c *checker) interval(e *env, s *syntax.ParamStmt) (lo, hi float64, ok bool) {
	lo, hi = math.Inf(-1), math.Inf(1)
	if s.In == nil {
		return lo, hi, true
	}
	ends := [2]exact.Number{}
	for k, x := range []syntax.Expr{s.In.Lo, s.In.Hi} {
		v := c.eval(e, x)
		n, isNumber := v.(number)
		if !isNumber || n.n.IsNaN() {
			if !isBad(v) {
				c.errorf(e, diag.ParamInterval, x.Span(), "the end of an interval is a number, but this is %s", v.describe())
			}
			return 0, 0, false
		}
		ends[k] = n.n
	}
	if order, _ := ends[0].Cmp(ends[1]); order >= 0 {
		c.errorf(e, diag.ParamInterval, s.In.Span(), "the interval (%s, %s) is empty", ends[0], ends[1])
		return 0, 0, false
	}
	lo, hi = ends[0].Float64(), ends[1].Float64()
	if !s.In.LoOpen && !math.IsInf(lo, 0) || !s.In.HiOpen && !math.IsInf(hi, 0) {
		c.errorf(e, diag.ParamInterval, s.In.Span(), "the interval of a parameter is open: its ends are never reached").
			Helpf("write in (%s, %s)", ends[0], ends[1])
		return 0, 0, false
	}
	return lo, hi, true
}

// selected evaluates a path: fc1.weight, or MLP.fc1.weight.
func (c *checker) selected(e *env, x *syntax.Select) value {
	parts := []string{x.Name.Name}
	base := x.X
	for {
		s, ok := syntax.Unparen(base).(*syntax.Select)
		if !ok {
			break
		}
		parts = append([]string{s.Name.Name}, parts...)
		base = s.X
	}
	id, ok := syntax.Unparen(base).(*syntax.Ident)
	if !ok {
		c.errorf(e, diag.NoSuchParam, x.Span(), "a path begins with a label or a model")
		return bad{}
	}
	var m *model
	name := strings.Join(parts, ".")
	labelled := false
	if _, isLocal := e.local(id.Name); !isLocal {
		for l := e.labels; l != nil && !labelled; l = l.up {
			if l.items[id.Name] != nil {
				m, name, labelled = l.model, l.prefix+id.Name+"."+name, true
			}
		}
	}
	if !labelled {
		v := c.eval(e, id)
		ref, isModel := v.(*modelRef)
		if !isModel {
			if !isBad(v) {
				c.errorf(e, diag.NoSuchParam, x.Span(), "`%s` has no parts: it is %s", id.Spelt, v.describe()).
					Helpf("a path such as fc1.weight begins with a label or a model")
			}
			return bad{}
		}
		if m = c.elaborate(ref.d); !m.ok {
			return bad{}
		}
	}
	i, known := -1, false
	if m != nil {
		i, known = m.params[name]
	}
	if !known {
		d := c.errorf(e, diag.NoSuchParam, x.Span(), "there is no parameter `%s`", name)
		var names []string
		if m != nil {
			for _, p := range m.m.Params {
				names = append(names, p.Name)
			}
		}
		if s := diag.Suggest(name, names); s != "" {
			d.Helpf("is it meant to be `%s`?", s)
		} else if labelled && m != nil && !m.sealed {
			d.Helpf("an instance has its parameters once it has been applied")
		}
		return bad{}
	}
	p := m.m.Params[i]
	shape := make([]size, len(p.Shape))
	for k, n := range p.Shape {
		shape[k] = size{n: ir.Const(n)}
	}
	return c.readParam(e, m, p, shape, &syntax.Ident{At: x.At, Name: name, Spelt: name})
}
