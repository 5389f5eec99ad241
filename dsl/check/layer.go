package check

import (
	"maps"
	"slices"
	"strings"
	"unicode"

	"github.com/gradgen/gradgen/dsl/diag"
	"github.com/gradgen/gradgen/dsl/syntax"
)

// layer is a declared layer; with its hyper-parameters it becomes an instance.
type layer struct {
	d *decl
	n *syntax.LayerDecl
}

func (l *layer) describe() string { return "the layer " + l.d.name }

// usage is how an instance is written.
func (l *layer) usage() string {
	names := make([]string, 0, len(l.n.Hyper))
	for _, f := range l.n.Hyper {
		if f.Default == nil {
			names = append(names, f.Name.Name)
		}
	}
	return l.d.name + "(" + strings.Join(names, ", ") + ")"
}

// labels is the space of names that the instances of one body share; a stack and a labelled group have one inside it.
type labels struct {
	up     *labels // of the same body
	prefix string  // of the paths of parameters, with a point at the end, or empty
	model  *model  // nil where there is no model, and so no parameters
	owner  *owner  // the instance whose body this is; nil for a model
	items  map[string]*item
	claims map[string]*owner
}

// item is what a label stands for.
type item struct {
	f  value
	at diag.Span
}

// owner is whatever has a part of the path of parameters: an instance, a stack, a labelled group.
type owner struct {
	name string
	at   diag.Span // of the call that made it
	in   *labels   // where its name is
}

func newLabels(up *labels, prefix string, m *model, o *owner) *labels {
	return &labels{up: up, prefix: prefix, model: m, owner: o}
}

// define gives a label what it stands for.
func (l *labels) define(name string, v value, at diag.Span) {
	if l.items == nil {
		l.items = map[string]*item{}
	}
	l.items[name] = &item{v, at}
}

func (l *labels) names() []string { return slices.Sorted(maps.Keys(l.items)) }

// path is the prefix of the parameters of an owner, without the point.
func (o *owner) path() string { return o.in.prefix + o.name }

// claim reserves the name of an owner, which happens when it turns out to have parameters.
func (c *checker) claim(e *env, o *owner) bool {
	if o == nil {
		return true
	}
	other := o.in.claims[o.name]
	if other == nil {
		if o.in.claims == nil {
			o.in.claims = map[string]*owner{}
		}
		o.in.claims[o.name] = o
		return c.claim(e, o.in.owner)
	}
	if other == o || other.at == o.at {
		return true
	}
	d := c.errorf(e, diag.NeedsLabel, o.at, "two instances would be called `%s`", o.name)
	d.Note(other.at, "first", "here")
	d.Helpf("give them labels: a: %s, b: %s", shorten(other.at.Text()), shorten(o.at.Text()))
	return false
}

// instance is a layer with its hyper-parameters.
type instance struct {
	l     *layer
	env   *env // holds the hyper-parameters
	owner *owner
	at    diag.Span
	outer map[string]size
}

func (f *instance) describe() string { return "the layer " + shorten(f.at.Text()) }

// instance makes an instance of a layer from a call with hyper-parameters.
func (c *checker) instance(e *env, l *layer, x *syntax.Call, label *owner) value {
	s := site{at: x.Span(), fn: x.Fn.Span()}
	good := true
	for _, a := range x.Args {
		v := c.eval(e, a.Value)
		good = good && !isBad(v)
		s.args = append(s.args, argument{v: v, at: a.Value.Span(), name: a.Name})
	}
	if !good {
		return bad{}
	}
	return c.instanceOf(e, l, s, label)
}

func (c *checker) instanceOf(e *env, l *layer, s site, label *owner) value {
	what := "`" + l.d.name + "`"
	args, ok := c.assign(e, l.n.Hyper, s, what)
	if !ok {
		return bad{}
	}
	in := l.d.scope.env.child()
	in.body = &body{up: e.body, call: s.at, what: shorten(s.at.Text()), generic: true, root: e.body.root, real: e.body.real, outer: map[string]size{}}
	in.labels = e.labels
	f := &instance{l: l, env: in, at: s.at, outer: in.body.outer}
	for i, h := range l.n.Hyper {
		a := args[i]
		from := e
		if a == nil {
			v := c.eval(in, h.Default)
			if isBad(v) {
				return bad{}
			}
			a, from = &argument{v: v, at: h.Default.Span()}, in
		}
		v, ok := c.hyper(from, h, *a, what)
		if !ok {
			return bad{}
		}
		if i, isInt := asInt(a.v); isInt {
			in.body.outer[h.Name.Name] = size{i.num, i.name}
		}
		in.set(h.Name.Name, v)
	}
	f.owner = label
	if label == nil {
		f.owner = &owner{name: lowerFirst(l.d.name), at: s.at, in: e.labels}
	}
	return f
}

// hyper checks a hyper-parameter: a size, a number, a truth value, a function, a layer.
func (c *checker) hyper(e *env, f *syntax.Field, a argument, what string) (value, bool) {
	if isBad(a.v) {
		return nil, false
	}
	t, isArray := f.Type.(*syntax.ArrayType)
	if !isArray {
		if k, ok := f.Type.(*syntax.KindType); ok {
			return c.kind(e, k, f, a, what)
		}
		return a.v, true
	}
	ok := false
	switch v := a.v.(type) {
	case boolean:
		ok = t.Elem == syntax.Boolean
	case number:
		ok = t.Elem != syntax.Boolean && (t.Elem != syntax.I32 || v.n.IsInt())
	case integer:
		ok = t.Elem != syntax.Boolean && !v.num.HasAxes()
	case *array:
		ok = v.table != nil && t.Elem != syntax.Boolean && len(t.Axes) > 0
	}
	if !ok {
		d := c.errorf(e, diag.WrongHyper, a.at, "%s takes `%s`, but this is %s", what, shorten(f.Name.Spelt+": "+f.Type.Span().Text()), a.v.describe())
		if !c.inPrelude(f.Span()) {
			d.Note(f.Span(), "declared", "here")
		}
		d.Helpf("a hyper-parameter is known before anything runs")
		return nil, false
	}
	return a.v, true
}

func (f *instance) call(c *checker, e *env, s site) value {
	in := f.env.child()
	b := *f.env.body
	b.up, b.root, b.real = e.body, e.body.root, e.body.real
	b.outer = maps.Clone(f.outer)
	b.params = true
	in.body = &b
	in.loops, in.steps, in.assume, in.exact = e.loops, e.steps, e.assume, e.exact
	in.labels = nil
	if o := f.owner; o.in != nil {
		in.labels = newLabels(nil, o.path()+".", o.in.model, o)
		b.prefix = strings.ReplaceAll(o.path(), ".", "_")
	}
	if b.call == s.at || !b.call.IsValid() {
		b.call = s.at
	}
	in.target = b.prefix
	what := "`" + shorten(f.at.Text()) + "`"
	sig := f.l.n.Sig
	if sig.Pointwise {
		if !c.inputs(in, e, sig.Inputs, s, what) {
			return bad{}
		}
		return c.body(in, sig.Result, f.l.n.Value, f.l.n.Body, what)
	}
	fields := fromFields(sig.From)
	if !c.inputs(in, e, fields, s, what) {
		return bad{}
	}
	args := make([]argument, len(fields))
	for i, g := range fields {
		v, _ := in.local(g.Name.Name)
		args[i] = argument{v: v, at: g.Span()}
	}
	return c.compositionBody(in, sig, f.l.n.Value, args, s, what)
}

// lowerFirst is the name of an unlabelled instance: RMSNorm becomes rmsNorm, GRU gru, Dense dense.
func lowerFirst(name string) string {
	r := []rune(name)
	for i := range r {
		if !unicode.IsUpper(r[i]) || i > 0 && i+1 < len(r) && unicode.IsLower(r[i+1]) {
			break
		}
		r[i] = unicode.ToLower(r[i])
	}
	return string(r)
}
