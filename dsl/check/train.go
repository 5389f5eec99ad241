package check

import (
	"path"
	"strings"

	"github.com/gradgen/gradgen/dsl/diag"
	"github.com/gradgen/gradgen/dsl/syntax"
	"github.com/gradgen/gradgen/ir"
)

// train emits a trainer: one function that runs forward and backward and updates.
func (c *checker) train(m *ir.Module, s *scope, t *syntax.TrainDecl, losses map[string]*lossOf) {
	e := s.env
	d := s.find(valueTable, t.Loss.Name)
	if d == nil {
		return // reported with the names
	}
	if _, ok := d.node.(*syntax.LossDecl); !ok {
		c.errorf(e, diag.WrongKindOfName, t.Loss.Span(), "`%s` is not a loss", t.Loss.Spelt).
			With(c.declared(d.node.Head().Name.Span())).Helpf("declare one: loss Name(x: …) = mean(…)")
		return
	}
	name := d.name
	at := t.Loss.Span()
	if t.Name != nil {
		name, at = t.Name.Name, t.Name.Span()
	}
	for _, x := range m.Exports {
		if x.Trainer != nil && x.Trainer.Name == name {
			c.errorf(e, diag.Redeclared, at, "there are two trainers `%s`", name).Helpf("give one a name of its own: train Name = %s with …", t.Loss.Spelt)
			return
		}
	}
	opt := c.optimizer(e, t.With)
	l := losses[d.name]
	if l == nil || opt == nil {
		return
	}
	b := l.train
	if len(b.root.models) != 1 {
		var names []string
		for _, u := range b.root.models {
			names = append(names, u.d.name)
		}
		c.errorf(e, diag.TrainForm, t.Loss.Span(), "a trainer works on one model, but the loss `%s` uses %s", d.name, strings.Join(names, " and ")).
			Helpf("make them one model, which then has the parameters of both")
		return
	}
	on := b.root.models[0]
	wrt := c.trained(e, t, on, b)
	if wrt == nil {
		return
	}
	g, err := c.grad(b, wrt)
	if err != nil {
		c.notDifferentiable(d, at, err)
		return
	}
	st := &stepOf{c: c, e: e, opt: opt, m: on, b: b, g: g, wrt: wrt, at: at}
	out, ok := st.build(name)
	c.lost = c.lost || !ok
	if !ok {
		return
	}
	out.Doc = strings.Join(t.Doc, "\n")
	m.Exports = append(m.Exports, out)
}

// trained finds the parameters that a trainer moves.
func (c *checker) trained(e *env, t *syntax.TrainDecl, on *model, b *built) []int {
	hit := map[int]bool{}
	for _, p := range t.On {
		found := false
		for i, q := range on.m.Params {
			ok, err := path.Match(p.Value, q.Name)
			if err != nil || strings.ContainsAny(p.Value, "\\/") {
				c.errorf(e, diag.TrainForm, p.Span(), "`%s` is not a pattern", p.Value).Helpf("* stands for any letters, ? for one")
				return nil
			}
			if ok {
				hit[i], found = true, true
			}
		}
		if !found {
			err := c.errorf(e, diag.TrainForm, p.Span(), "no parameter of `%s` matches `%s`", on.d.name, p.Value)
			var names []string
			for _, q := range on.m.Params {
				names = append(names, q.Name)
			}
			if len(names) > 0 {
				err.Helpf("its parameters are %s", shorten(strings.Join(names, ", ")))
			}
			return nil
		}
	}
	wrt := []int{}
	for i, a := range b.args {
		if a.Kind == ir.BindParam && a.Model == on.m && (len(t.On) == 0 || hit[a.Index]) {
			wrt = append(wrt, i)
		}
	}
	if len(wrt) == 0 {
		c.errorf(e, diag.TrainForm, t.Loss.Span(), "the model `%s` has no parameters, so there is nothing to train", on.d.name)
		return nil
	}
	return wrt
}
