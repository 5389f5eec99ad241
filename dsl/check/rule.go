package check

import (
	"fmt"
	"slices"
	"strings"

	"github.com/gradgen/gradgen/dsl/diag"
	"github.com/gradgen/gradgen/dsl/syntax"
	"github.com/gradgen/gradgen/ir"
)

// A function with a rule of its own stays a call, so that differentiation finds the rule. It is instantiated for the
// types and shapes of its arguments. Inside an equation it is instantiated for the indices in scope, too: the
// arguments that depend on them, and the results, get them as leading axes.

// attachRule finds the function that a rule is for.
func (c *checker) attachRule(s *scope, r *syntax.RuleDecl) {
	d := s.values[r.Name.Name]
	if d == nil {
		if !s.isBad(r.Name.Name) {
			e := c.errorf(s.env, diag.RuleForm, r.Name.Span(), "no function `%s` is declared in this file", r.Name.Spelt)
			if n := diag.Suggest(r.Name.Name, s.names(valueTable)); n != "" {
				e.Helpf("is it meant to be `%s`?", n)
			}
		}
		return
	}
	fn, ok := d.node.(*syntax.FnDecl)
	switch {
	case !ok:
		c.errorf(s.env, diag.RuleForm, r.Name.Span(), "a rule is for a function, and `%s` is none", r.Name.Spelt).
			With(c.declared(d.node.Head().Name.Span()))
		return
	case d.rules[r.Mode.Name] != nil:
		c.errorf(s.env, diag.RuleForm, r.Span(), "`%s` has two rules for %s", r.Name.Spelt, r.Mode.Name).
			Note(d.rules[r.Mode.Name].Span(), "first", "here")
		return
	case len(r.Inputs) != len(fn.Inputs):
		c.errorf(s.env, diag.RuleForm, r.Name.Span(), "`%s` takes %s, but its rule names %d", r.Name.Spelt, plural(len(fn.Inputs), "argument"), len(r.Inputs)).
			Note(fn.Name.Span(), "declared", "here")
		return
	}
	if d.rules == nil {
		d.rules = map[string]*syntax.RuleDecl{}
	}
	d.rules[r.Mode.Name] = r
}

// ruleCall is one instantiation.
type ruleCall struct {
	f     *function
	e     *env
	s     site
	loops []*ir.Axis // that an argument depends on
	args  []*array
	over  []bool // whether the argument depends on the loops
	in    *env   // holds what the signature settles
}

// callRule makes a call of a function with a rule.
func (c *checker) callRule(f *function, e *env, s site) value {
	what := "`" + f.d.name + "`"
	in, ok := c.enter(f.d, e, s, what)
	if !ok || !c.inputs(in, e, f.fn.Inputs, s, what) {
		return bad{}
	}
	r := &ruleCall{f: f, e: e, s: s, in: in}
	if !r.collect(c) {
		return bad{}
	}
	fn, ok := c.instantiate(r)
	if !ok {
		return bad{}
	}
	values := make([]*ir.Value, len(r.args))
	for i, a := range r.args {
		var loops []*ir.Axis
		if r.over[i] {
			loops = r.loops
		}
		values[i] = c.storeOver(e, loops, a, a.elem, c.hinted(e, a, f.fn.Inputs[i].Name.Name), s.at)
	}
	if !c.indicesInside(r, fn, values) {
		return bad{}
	}
	c.place(e, s.at)
	results := c.b.Call(fn.f, values)
	out := make([]value, len(results))
	for k, v := range results {
		if s.name != "" {
			v.Name = s.name
		}
		out[k] = readOver(c.made(v), r.loops, fn.shapes[k])
	}
	return tupled(out)
}

// collect makes the arguments typed arrays and finds the loops that they depend on.
func (r *ruleCall) collect(c *checker) bool {
	seen := map[*ir.Axis]bool{}
	for _, f := range r.f.fn.Inputs {
		t, isArray := f.Type.(*syntax.ArrayType)
		v, _ := r.in.local(f.Name.Name)
		a := asArray(v)
		if !isArray || a == nil {
			c.errorf(r.e, diag.RuleForm, f.Span(), "the inputs of a function with a rule are arrays and numbers")
			return false
		}
		dt := r.in.dtype(t.Elem)
		b := *a
		b.elem = dt
		inner := a
		b.at = func(_ ir.DType, i []ir.Int) *ir.Expr { return inner.element(dt, i) }
		if a.elem != dt {
			b.value = nil
		}
		r.args = append(r.args, &b)
		b.at(dt, ir.AxisInts(ir.Axes(lengths(b.shape)))).Axes(func(x *ir.Axis) { seen[x] = true })
	}
	for _, x := range r.e.loops {
		if seen[x] {
			r.loops = append(r.loops, x)
		}
	}
	for _, a := range r.args {
		over := false
		a.at(a.elem, ir.AxisInts(ir.Axes(lengths(a.shape)))).Axes(func(x *ir.Axis) {
			over = over || slices.Contains(r.loops, x)
		})
		r.over = append(r.over, over)
	}
	return true
}

// ruled is a function with its rule, and the shapes of its results as the caller calls them.
type ruled struct {
	f      *ir.Func
	shapes [][]size
	needs  []ir.Demand // of arguments that are used as indices
}

// indicesInside checks arguments that a function with a rule uses as indices.
func (c *checker) indicesInside(r *ruleCall, fn *ruled, values []*ir.Value) bool {
	for _, d := range fn.needs {
		if ir.ElementsInside(values[d.Param], d) {
			continue
		}
		at := r.s.at
		if d.Param < len(r.s.args) {
			at = r.s.args[d.Param].at
		}
		c.errorf(r.e, diag.IndexUnproved, at, "`%s` uses `%s` as an index below %s, and nothing keeps this inside", r.f.d.name, r.f.fn.Inputs[d.Param].Name.Spelt, d.Limit).
			Helpf("pass an i32 argument, which is checked when the function is called, or keep it inside: min(max(k, 0), n - 1)")
		return false
	}
	return true
}

func (r *ruleCall) key() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%p %s", r.f.d, r.in.body.real)
	for i, a := range r.args {
		fmt.Fprint(&b, " ", r.over[i], a.typed(a.elem))
	}
	for _, x := range r.loops {
		fmt.Fprint(&b, " ", x.Extent)
	}
	return b.String()
}

// instantiate makes the function and its rule for the types at hand.
func (c *checker) instantiate(r *ruleCall) (*ruled, bool) {
	key := r.key()
	if known := c.rules[key]; known != nil {
		return known, known.f != nil
	}
	defer c.aloud()()
	out := &ruled{}
	c.rules[key] = out // an error is reported once
	f := &ir.Func{Name: r.f.d.name, Doc: strings.Join(r.f.fn.Doc, "\n"), Place: irPlace(r.f.fn.Name.Span())}
	names := make([]*syntax.Ident, len(r.args))
	for i, n := range r.f.fn.Inputs {
		names[i] = n.Name
	}
	e, loops, params := c.ruleEnv(r, names, nil)
	f.Params = params
	v := c.body(e, r.f.fn.Result, r.f.fn.Value, r.f.fn.Body, "`"+r.f.d.name+"`")
	if isBad(v) {
		return nil, false
	}
	for k, x := range spreadOut(v, r.f.fn.Span()) {
		a := asArray(x.v)
		if a == nil {
			c.errorf(r.e, diag.RuleForm, r.f.fn.Result.Span(), "the results of a function with a rule are arrays and numbers")
			return nil, false
		}
		name := "y"
		if e.body.only != "" {
			name = e.body.only
		} else if k > 0 {
			name = numbered("y", k)
		}
		f.Results = append(f.Results, c.storeOver(e, loops, a, a.settle(e), name, x.at))
		out.shapes = append(out.shapes, a.shape)
	}
	out.f = f
	c.ruledBy[f] = r.f.d
	f.Rule = &ir.Rule{}
	ok := true
	if n := r.f.d.rules["jvp"]; n != nil {
		f.Rule.JVP = c.jvpRule(r, f, n)
		ok = f.Rule.JVP != nil
	}
	if n := r.f.d.rules["vjp"]; n != nil && ok {
		f.Rule.VJP = c.vjpRule(r, f, n)
		ok = f.Rule.VJP != nil
	}
	if !ok {
		out.f = nil
		return out, false
	}
	out.needs, _ = ir.Demands(f) // an index that may lie outside was reported
	return out, true
}

// ruleEnv makes the env of a function's body or of one of its rules: the arguments, and further arrays, are inputs of
// a function of its own.
func (c *checker) ruleEnv(r *ruleCall, names []*syntax.Ident, extra []linear) (*env, []*ir.Axis, []*ir.Value) {
	e := r.f.d.scope.env.child()
	b := *r.in.body
	b.root = &root{rule: r.f.d, up: r.e.body.root}
	b.outer = map[string]size{}
	b.prefix = ""
	e.body = &b
	// What the signature settled: sizes.
	for n, v := range r.in.names {
		if _, isArray := v.(*array); !isArray {
			e.set(n, v)
		}
	}
	loops := make([]*ir.Axis, len(r.loops))
	lead := make([]ir.Int, len(r.loops))
	for i, x := range r.loops {
		loops[i] = ir.NewAxis(x.Name, x.Extent)
		lead[i] = x.Extent
	}
	e.loops = loops
	var params []*ir.Value
	add := func(id *syntax.Ident, a *array, over bool) {
		t := a.typed(a.elem)
		var used []*ir.Axis
		if over {
			t.Shape, used = slices.Concat(lead, t.Shape), loops
		}
		v := c.made(c.b.Input(id.Name, t))
		params = append(params, v)
		x := readOver(v, used, a.shape)
		x.from = origin{"`" + id.Spelt + "`", id.Span()}
		if x.rank() == 0 {
			s := scalar(x.at(x.elem, nil))
			s.from = x.from
			e.set(id.Name, s)
			return
		}
		e.set(id.Name, x)
	}
	for i, a := range r.args {
		add(names[i], a, r.over[i])
	}
	for _, l := range extra {
		add(l.name, l.a, l.over)
	}
	return e, loops, params
}
