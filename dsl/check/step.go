package check

import (
	"math"
	"slices"

	"github.com/gradgen/gradgen/dsl/diag"
	"github.com/gradgen/gradgen/dsl/exact"
	"github.com/gradgen/gradgen/dsl/syntax"
	"github.com/gradgen/gradgen/ir"
)

// stepOf builds the function of one step.
type stepOf struct {
	c     *checker
	e     *env
	opt   *optimizerUse
	b     *built       // the loss
	g     *ir.Func     // its gradient
	wrt   []int        // the arguments of the loss that a step moves
	moved []ir.Binding // what they are
	at    diag.Span
	step  *ir.Value
	// hyper-parameters that stay fields of the trainer. One that is 0 or a truth value is fixed, and what it turns off
	// is not there: no momentum, no second buffer.
	hyper []ir.Hyper
	field map[string]*ir.Value
}

// sameDType reports models of two dtypes: what the optimiser remembers is one block, and its numbers are of one type.
func (s *stepOf) sameDType() bool {
	models := modelsIn(s.moved)
	for _, m := range models[1:] {
		if first := models[0]; m.DType != first.DType {
			s.c.errorf(s.e, diag.TrainForm, s.at, "a trainer works in one dtype, but `%s` is %s and `%s` is %s", first.Name, first.DType, m.Name, m.DType).
				Helpf("train them one by one: train Name = %s with … on \"%s.*\"", s.b.f.Name, m.Name)
			return false
		}
	}
	return true
}

func (s *stepOf) dtype() ir.DType { return s.moved[0].Model.DType }

func (s *stepOf) build(name string) (*ir.Export, bool) {
	c := s.c
	t := ir.Type{DType: s.dtype()}
	s.step = c.b.Input("t", t)
	s.field = map[string]*ir.Value{}
	for _, f := range s.opt.n.Hyper {
		if n, ok := s.opt.value[f.Name.Name].(number); ok && !n.n.IsZero() {
			v := literal(t.DType, n.n).Lit
			s.hyper = append(s.hyper, ir.Hyper{Name: f.Name.Name, Default: v})
			s.field[f.Name.Name] = c.b.Input(f.Name.Name, t)
		}
	}
	n := len(s.b.f.Results)
	all := make([]*updates, len(s.wrt))
	for k, w := range s.wrt {
		if all[k] = s.update(s.moved[k], s.b.f.Params[w], s.g.Results[n+k]); all[k] == nil {
			return nil, false
		}
	}
	return s.assemble(name, all), true
}

// update evaluates the text of the optimiser for one parameter.
func (s *stepOf) update(b ir.Binding, w, g *ir.Value) *updates {
	c := s.c
	p := b.Model.Params[b.Index]
	shape := make([]size, len(p.Shape))
	for k, n := range p.Shape {
		shape[k] = size{n: ir.Const(n)}
	}
	u := &updates{c: c, t: s.dtype(), shape: shape, read: map[string]*ir.Value{}, next: map[string]*ir.Value{}}
	e := s.opt.d.scope.env.child()
	e.body = &body{root: newRoot(true), real: u.t, what: "the optimizer", call: s.opt.at, updates: u, outer: map[string]size{}}
	for name, v := range s.opt.value {
		if f := s.field[name]; f != nil {
			v = scalar(ir.Read(f))
		}
		e.set(name, v)
	}
	e.set("t", scalar(ir.Read(s.step)))
	weight, grad := stored(w, shape), stored(g, shape)
	if p.Constrained() {
		free := s.constraint(e, "unconstrain", weight, p.Lo, p.Hi)
		slope := s.constraint(e, "constrainSlope", weight, p.Lo, p.Hi)
		u.weight = free
		scaled := c.elementwise(e, operation{op: ir.OpMul, verb: "multiply"}, operand{grad, s.at}, operand{slope, s.at})
		grad = c.store(e, scaled.(*array), u.t, g.Name, s.at)
		weight = free
	}
	e.set("w", scalarIf(weight))
	e.set("g", scalarIf(grad))
	in := e.child()
	in.lose(s.opt.n.Body)
	for _, stmt := range s.opt.n.Body.Stmts {
		if r, ok := stmt.(*syntax.ReturnStmt); ok {
			c.errorf(e, diag.OptimizerForm, r.Span(), "an optimizer returns nothing: it says the next `w`").Helpf("write next w = …")
			return nil
		}
		c.stmt(in, stmt)
	}
	next := u.next["w"]
	if next == nil {
		if !s.opt.n.Body.Bad && !c.list.HasErrors() {
			c.errorf(e, diag.OptimizerForm, s.opt.n.Name.Span(), "the optimizer `%s` does not say the next weight", s.opt.d.name).
				Helpf("end its body with next w = …")
		}
		return nil
	}
	for _, name := range u.names {
		if u.next[name] == nil {
			if !c.list.HasErrors() {
				c.errorf(e, diag.OptimizerForm, s.opt.n.Name.Span(), "the optimizer `%s` does not say the next `%s`", s.opt.d.name, name)
			}
			return nil
		}
	}
	if p.Constrained() {
		back := s.constraint(e, "constrain", stored(next, shape), p.Lo, p.Hi)
		least, most := within(u.t, p)
		inside := s.constraint(e, "keepInside", back, least, most)
		next = c.storeOver(e, nil, inside, u.t, w.Name, s.at)
	}
	if next != w {
		next.Name = w.Name
	}
	u.next["w"] = next
	return u
}

// scalarIf makes an array without axes a scalar.
func scalarIf(a *array) *array {
	if a.rank() > 0 {
		return a
	}
	x := scalar(a.at(a.elem, nil))
	x.value = a.value
	return x
}

// constraint applies a function of the prelude about the interval of a parameter.
func (s *stepOf) constraint(e *env, fn string, x *array, lo, hi float64) *array {
	c := s.c
	d := c.prelude.values[fn]
	f := &function{d: d, fn: d.node.(*syntax.FnDecl)}
	args := []argument{{v: x, at: s.at}, {v: number{n: exact.Float(lo)}, at: s.at}, {v: number{n: exact.Float(hi)}, at: s.at}}
	a := f.call(c, e, site{at: s.at, fn: s.at, args: args}).(*array)
	return c.store(e, a, a.elem, x.value.Name, s.at)
}

// within returns the least and the greatest number in the interval of a parameter.
func within(t ir.DType, p *ir.Param) (least, most float64) {
	if t == ir.F32 {
		lo, hi := float32(p.Lo), float32(p.Hi)
		if float64(lo) <= p.Lo {
			lo = math.Nextafter32(lo, float32(posInf))
		}
		if float64(hi) >= p.Hi {
			hi = math.Nextafter32(hi, float32(negInf))
		}
		return float64(lo), float64(hi)
	}
	return math.Nextafter(p.Lo, posInf), math.Nextafter(p.Hi, negInf)
}

// assemble makes the function of a step: parameters, state, optimiser state, fields, the number of the step, inputs to
// the loss, the new parameters, the new states.
func (s *stepOf) assemble(name string, all []*updates) *ir.Export {
	c := s.c
	lead := len(s.b.args) - s.b.inputs
	f := &ir.Func{Name: name + "_step", Doc: s.b.f.Doc, Place: irPlace(s.at)}
	tr := &ir.Trainer{Name: name, Models: modelsIn(s.moved)}
	out := &ir.Export{Kind: ir.ExportStep, Name: name, Func: f, Trainer: tr}
	f.Results = append(f.Results, s.g.Results[0])
	out.Results = append(out.Results, s.b.results[0])
	f.Params = slices.Clone(s.b.f.Params[:lead])
	out.Args = slices.Clone(s.b.args[:lead])
	for k := range s.moved {
		f.Results = append(f.Results, all[k].next["w"])
		out.Results = append(out.Results, s.moved[k])
	}
	for _, m := range s.b.root.models {
		for i, p := range m.m.State {
			v := s.b.root.next[p]
			if v == nil {
				v = s.b.root.value(c, m, p)
			}
			f.Results = append(f.Results, v)
			out.Results = append(out.Results, ir.Binding{Kind: ir.BindState, Name: p.Name, Model: m.m, Index: i})
		}
	}
	needed := s.needed(all)
	for _, name := range all[0].names {
		if !needed[name] {
			continue
		}
		for k, arg := range s.moved {
			p := arg.Model.Params[arg.Index]
			bind := ir.Binding{Kind: ir.BindOpt, Name: name + "." + s.path(arg), Index: len(tr.State)}
			tr.State = append(tr.State, &ir.Param{Name: bind.Name, Shape: p.Shape, Lo: negInf, Hi: posInf, Place: p.Place})
			in, next := all[k].read[name], all[k].next[name]
			in.Name = name + "_" + s.b.f.Params[s.wrt[k]].Name
			if next != in {
				next.Name = in.Name
			}
			f.Params = append(f.Params, in)
			out.Args = append(out.Args, bind)
			f.Results = append(f.Results, next)
			out.Results = append(out.Results, bind)
		}
	}
	used := reached(f.Results)
	for _, h := range s.hyper {
		if v := s.field[h.Name]; used[v] {
			tr.Hyper = append(tr.Hyper, h)
			f.Params = append(f.Params, v)
			out.Args = append(out.Args, ir.Binding{Kind: ir.BindHyper, Name: h.Name})
		}
	}
	if used[s.step] {
		f.Params = append(f.Params, s.step)
		out.Args = append(out.Args, ir.Binding{Kind: ir.BindStep, Name: "t"})
	}
	f.Params = append(f.Params, s.b.f.Params[lead:]...)
	out.Args = append(out.Args, s.b.args[lead:]...)
	return out
}

// path is the name of a parameter among those of all models of the loss.
func (s *stepOf) path(b ir.Binding) string {
	if len(modelsIn(s.b.args)) == 1 {
		return b.Name
	}
	return b.Model.Name + "." + b.Name
}

func reached(roots []*ir.Value) map[*ir.Value]bool {
	all := ir.Topological(roots...)
	out := make(map[*ir.Value]bool, len(all))
	for _, v := range all {
		out[v] = true
	}
	return out
}

// needed finds the states on which the weights depend, now or later.
func (s *stepOf) needed(all []*updates) map[string]bool {
	out := map[string]bool{}
	var roots []*ir.Value
	for _, u := range all {
		roots = append(roots, u.next["w"])
	}
	for {
		grew := false
		used := reached(roots)
		for _, name := range all[0].names {
			if out[name] {
				continue
			}
			for _, u := range all {
				if used[u.read[name]] {
					out[name], grew = true, true
				}
			}
			if out[name] {
				for _, u := range all {
					roots = append(roots, u.next[name])
				}
			}
		}
		if !grew {
			return out
		}
	}
}
