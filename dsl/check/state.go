package check

import (
	"github.com/gradgen/gradgen/dsl/diag"
	"github.com/gradgen/gradgen/dsl/syntax"
	"github.com/gradgen/gradgen/ir"
)

// updates is what the body of an optimiser computes: the next weight and the next states of one parameter.
type updates struct {
	c      *checker
	t      ir.DType
	shape  []size
	names  []string // of states, in the order of the text
	read   map[string]*ir.Value
	next   map[string]*ir.Value
	weight *array
}

// state declares the states of a statement: arrays that only a train step changes.
func (c *checker) state(e *env, s *syntax.StateStmt) {
	if u := e.body.updates; u != nil {
		u.state(e, s)
		return
	}
	for _, n := range s.Names {
		e.set(n.Name, c.oneState(e, s, n))
	}
}

func (c *checker) oneState(e *env, s *syntax.StateStmt, n *syntax.Ident) value {
	if !e.body.params || e.labels == nil || e.labels.model == nil {
		c.errorf(e, diag.NotHere, s.Span(), "state belongs to a layer or a model that is part of a model")
		return bad{}
	}
	t, ok := s.Type.(*syntax.ArrayType)
	m := e.labels.model
	if !ok || e.dtype(t.Elem) != m.m.DType {
		c.errorf(e, diag.ParamShape, n.Span(), "a state is an array of the dtype of its model").Helpf("write state %s : real[n] = 0", n.Spelt)
		return bad{}
	}
	shape, ok := c.shape(e, t)
	if !ok {
		return bad{}
	}
	dims, ok := c.constants(e, s.Type, shape, "the state `"+n.Spelt+"`")
	if !ok || !c.claim(e, e.labels.owner) {
		return bad{}
	}
	path := e.labels.prefix + n.Name
	i, known := m.states[path]
	switch {
	case !known && m.sealed, known && m.places[path] != n.Span(), m.params[path] > 0:
		c.errorf(e, diag.NeedsLabel, n.Span(), "two states would be called `%s`", path)
		return bad{}
	case !known:
		i = len(m.m.State)
		m.states[path], m.places[path] = i, n.Span()
		p := &ir.Param{Name: path, Shape: dims, Lo: negInf, Hi: posInf, Place: irPlace(c.userPlace(e, n.Span()))}
		m.m.State = append(m.m.State, p)
		m.begin = append(m.begin, initial{value: s.Value, env: e, shape: shape})
	}
	return c.readParam(e, m, m.m.State[i], shape, n)
}

// next says the value of a state after a train step.
func (c *checker) next(e *env, s *syntax.NextStmt) {
	if u := e.body.updates; u != nil {
		u.nextStmt(e, s)
		return
	}
	r := e.body.root
	if e.labels == nil || e.labels.model == nil {
		c.errorf(e, diag.NotHere, s.Span(), "`next` belongs to the state of a layer or a model")
		return
	}
	m := e.labels.model
	i, known := m.states[e.labels.prefix+s.Name.Name]
	if !known {
		if v, ok := e.local(s.Name.Name); !ok || !isBad(v) {
			c.errorf(e, diag.NotHere, s.Name.Span(), "`%s` is not a state", s.Name.Spelt).
				Helpf("declare it: state %s : real[n] = 0", s.Name.Spelt)
		}
		return
	}
	p := m.m.State[i]
	want := &target{elem: m.m.DType, at: s.Name.Span(), what: "the state is " + ir.Type{DType: m.m.DType, Shape: ir.Ints(p.Shape...)}.String()}
	for _, n := range p.Shape {
		want.shape = append(want.shape, size{n: ir.Const(n)})
	}
	if v := c.nextValue(e, s, want); v != nil && r.training && r.next != nil {
		r.next[p] = v
	}
}

// nextValue evaluates the right side of a next; nil after an error.
func (c *checker) nextValue(e *env, s *syntax.NextStmt, want *target) *ir.Value {
	var v value
	if s.Indices != nil {
		v = c.equation(e, s.Name, s.Indices, s.Value, want)
	} else {
		in := e.child()
		in.target = e.nameOf(s.Name.Name)
		v = c.evalAs(in, s.Value, in.target)
	}
	if isBad(v) {
		return nil
	}
	a := asArray(v)
	if a == nil || a.rank() > 0 && !equalShapes(a.shape, want.shape) || fitsDType(a, v, want.elem) != "" {
		c.errorf(e, diag.ResultMismatch, s.Value.Span(), "the next `%s` is %s, but %s", s.Name.Spelt, v.describe(), want.what)
		return nil
	}
	if a.rank() == 0 && len(want.shape) > 0 {
		a = filled(a, &array{elem: want.elem, shape: want.shape})
	}
	return c.storeOver(e, nil, a, want.elem, e.nameOf(s.Name.Name), s.Span())
}

// state of an optimiser: an array like the weight, which starts at 0.
func (u *updates) state(e *env, s *syntax.StateStmt) {
	v, ok := u.c.eval(e, s.Value).(number)
	if !ok || !v.n.IsZero() || s.Type != nil {
		u.c.errorf(e, diag.OptimizerForm, s.Span(), "the state of an optimizer has the shape of the weight and starts at 0").
			Helpf("write state %s = 0", s.Names[0].Spelt)
	}
	for _, n := range s.Names {
		in := u.c.made(u.c.b.Input(n.Name, ir.Type{DType: u.t, Shape: lengths(u.shape)}))
		u.names = append(u.names, n.Name)
		u.read[n.Name] = in
		e.set(n.Name, stored(in, u.shape))
	}
}

func (u *updates) nextStmt(e *env, s *syntax.NextStmt) {
	name := s.Name.Name
	if u.read[name] == nil && name != "w" {
		u.c.errorf(e, diag.OptimizerForm, s.Name.Span(), "`%s` is neither the weight `w` nor a state", s.Name.Spelt)
		return
	}
	want := &target{shape: u.shape, elem: u.t, at: s.Span(), what: "the weight is " + (&array{elem: u.t, shape: u.shape}).describe()}
	if v := u.c.nextValue(e, s, want); v != nil {
		u.next[name] = v
	}
}
