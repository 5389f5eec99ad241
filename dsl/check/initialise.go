package check

import (
	"math"
	"strings"

	"github.com/gradgen/gradgen/dsl/diag"
	"github.com/gradgen/gradgen/dsl/exact"
	"github.com/gradgen/gradgen/dsl/syntax"
	"github.com/gradgen/gradgen/ir"
)

// initFunc makes the function that gives the parameters and the state of a model their first values. Each parameter
// is a site of random numbers of its own.
func (c *checker) initFunc(m *model) (*built, bool) {
	out := &built{f: &ir.Func{Name: m.d.name + "_init", Place: irPlace(m.n.Name.Span())}}
	ok := true
	for i, p := range m.m.Params {
		v := c.initialValue(m, uint32(i), p, m.initial[i])
		ok = ok && v != nil
		out.f.Results = append(out.f.Results, v)
		out.results = append(out.results, ir.Binding{Kind: ir.BindParam, Name: p.Name, Model: m.m, Index: i})
	}
	for i, p := range m.m.State {
		v := c.initialValue(m, uint32(len(m.m.Params)+i), p, m.begin[i])
		ok = ok && v != nil
		out.f.Results = append(out.f.Results, v)
		out.results = append(out.results, ir.Binding{Kind: ir.BindState, Name: p.Name, Model: m.m, Index: i})
	}
	return out, ok
}

// initialValue evaluates how one parameter starts; nil after an error.
func (c *checker) initialValue(m *model, site uint32, p *ir.Param, in initial) *ir.Value {
	e := in.env.child()
	e.loops, e.assume, e.labels = nil, nil, nil
	e.target = strings.ReplaceAll(p.Name, ".", "_")
	axes := ir.Axes(lengths(in.shape))
	at := ir.AxisInts(axes)
	var elem *ir.Expr
	var text diag.Span
	switch {
	case in.s != nil && in.s.Init != nil:
		text = in.s.Init.Span()
		element := ir.Const(0)
		for k, x := range at {
			element = element.MulConst(p.Shape[k]).Add(x)
		}
		elem = c.draw(e, in.s.Init, m.m.DType, ir.Random(m.m.DType, site, element))
	default:
		x := in.value
		if in.s != nil {
			x = in.s.Value
		}
		text = x.Span()
		elem = c.startAt(e, x, m.m.DType, in.shape, at)
	}
	if elem == nil {
		return nil
	}
	if p.Constrained() {
		if lo, hi := span(elem); !(lo > p.Lo && hi < p.Hi) {
			d := c.errorf(e, diag.ParamInterval, text, "the parameter `%s` lies in (%s, %s), but it can start at %s",
				p.Name, exact.Float(p.Lo), exact.Float(p.Hi), exact.Float(outside(lo, hi, p)))
			d.Note(in.s.In.Span(), "interval", "here")
			d.Helpf("an initialiser must stay inside the interval, its ends excluded")
			return nil
		}
	}
	c.place(e, text)
	return c.made(c.b.Map(strings.ReplaceAll(p.Name, ".", "_"), len(axes), &ir.Map{Axes: axes, Body: elem}))
}

func outside(lo, hi float64, p *ir.Param) float64 {
	if !(lo > p.Lo) {
		return lo
	}
	return hi
}

// startAt evaluates `= e`: a number for all elements, or a table.
func (c *checker) startAt(e *env, x syntax.Expr, t ir.DType, shape []size, at []ir.Int) *ir.Expr {
	v := c.eval(e, x)
	if isBad(v) {
		return nil
	}
	a := asArray(v)
	if a == nil || a.table == nil || a.rank() > 0 && !equalShapes(a.shape, shape) {
		c.errorf(e, diag.ParamInit, x.Span(), "a parameter starts as a number or a table of its shape %s, but this is %s", shapeText(shape), v.describe()).
			Helpf("a random start is written ~ uniform(-1, 1)")
		return nil
	}
	return a.element(t, at)
}

// draw evaluates `~ uniform(-1, 1)`: the formula of the initialiser for one element.
func (c *checker) draw(e *env, x syntax.Expr, t ir.DType, random *ir.Expr) *ir.Expr {
	call, ok := syntax.Unparen(x).(*syntax.Call)
	id, isName := syntax.Unparen(x).(*syntax.Ident)
	if ok {
		id, isName = syntax.Unparen(call.Fn).(*syntax.Ident)
	}
	if !isName {
		c.errorf(e, diag.ParamInit, x.Span(), "`~` is followed by an initialiser such as uniform(-1, 1)")
		return nil
	}
	d := e.scope.find(initTable, id.Name)
	if d == nil {
		err := c.errorf(e, diag.ParamInit, id.Span(), "there is no initialiser `%s`", id.Spelt)
		if s := diag.Suggest(id.Name, e.scope.names(initTable)); s != "" {
			err.Helpf("is it meant to be `%s`?", s)
		} else {
			err.Helpf("a fixed start is written = 0")
		}
		return nil
	}
	n := d.node.(*syntax.InitDecl)
	s := site{at: x.Span(), fn: id.Span()}
	if call != nil {
		for _, a := range call.Args {
			v := c.eval(e, a.Value)
			if isBad(v) {
				return nil
			}
			if _, ok := v.(number); !ok {
				c.errorf(e, diag.ParamInit, a.Value.Span(), "the arguments of an initialiser are numbers, but this is %s", v.describe())
				return nil
			}
			s.args = append(s.args, argument{v: v, at: a.Value.Span(), name: a.Name})
		}
	}
	args, ok := c.assign(e, n.Hyper, s, "`"+id.Name+"`")
	if !ok {
		return nil
	}
	in := d.scope.env.child()
	in.body = &body{up: e.body, call: x.Span(), what: shorten(x.Span().Text()), root: e.body.root, real: t, outer: map[string]size{}}
	for i, f := range n.Hyper {
		if args[i] != nil {
			in.set(f.Name.Name, args[i].v)
		} else {
			in.set(f.Name.Name, c.eval(in, f.Default))
		}
	}
	in.set("random", scalar(random))
	v := c.eval(in, n.Value)
	a := c.scalarOf(in, v, n.Value.Span(), "an initialiser")
	if a == nil {
		return nil
	}
	return a.element(t, nil)
}

// span bounds the values of an expression over draws from [0, 1), by interval arithmetic; what it does not know may
// be anything.
func span(x *ir.Expr) (lo, hi float64) {
	any := func() (float64, float64) { return math.Inf(-1), math.Inf(1) }
	ends := make([][2]float64, len(x.Args))
	for i, a := range x.Args {
		ends[i][0], ends[i][1] = span(a)
	}
	hull := func(f func(p, q float64) float64) (float64, float64) {
		lo, hi := math.Inf(1), math.Inf(-1)
		for _, p := range ends[0] {
			for _, q := range ends[len(ends)-1] {
				v := f(p, q)
				if v != v {
					return any()
				}
				lo, hi = min(lo, v), max(hi, v)
			}
		}
		return lo, hi
	}
	switch x.Op {
	case ir.OpLit:
		return x.Lit, x.Lit
	case ir.OpRandom:
		return 0, 1
	case ir.OpRead:
		if t, ok := x.Array.Def.(*ir.Table); ok {
			lo, hi = math.Inf(1), math.Inf(-1)
			for _, v := range t.Data {
				lo, hi = min(lo, v), max(hi, v)
			}
			return lo, hi
		}
		return any()
	case ir.OpAdd, ir.OpSub, ir.OpMul, ir.OpMax, ir.OpMin:
		return hull(func(p, q float64) float64 { return x.Op.Eval([]float64{p, q}) })
	case ir.OpDiv:
		if ends[1][0] <= 0 && ends[1][1] >= 0 {
			return any()
		}
		return hull(func(p, q float64) float64 { return p / q })
	case ir.OpSelect:
		return min(ends[1][0], ends[2][0]), max(ends[1][1], ends[2][1])
	}
	switch x.Op.Name {
	case "neg":
		return -ends[0][1], -ends[0][0]
	case "exp", "sqrt", "log", "sigmoid", "softplus", "tanh", "cast", "probit":
		if x.Op.Eval == nil {
			return ends[0][0], ends[0][1]
		}
		lo, hi = x.Op.Eval([]float64{ends[0][0]}), x.Op.Eval([]float64{ends[0][1]})
		if lo == lo && hi == hi {
			return lo, hi
		}
	}
	return any()
}
