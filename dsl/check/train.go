package check

import (
	"path"
	"slices"
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
	wrt := c.trained(e, t, b)
	if wrt == nil {
		return
	}
	g, err := c.grad(b, wrt)
	if err != nil {
		c.notDifferentiable(d, at, err)
		return
	}
	st := &stepOf{c: c, e: e, opt: opt, b: b, g: g, wrt: wrt, at: at}
	for _, w := range wrt {
		st.moved = append(st.moved, b.args[w])
	}
	if !st.sameDType() {
		return
	}
	out, ok := st.build(name)
	c.lost = c.lost || !ok
	if !ok {
		return
	}
	out.Doc = strings.Join(t.Doc, "\n")
	c.emit(m, d, out)
}

// trained finds the parameters that a trainer moves: those whose names match one of its patterns, or all of them. A
// pattern matches the name of a parameter, in whichever model, or the same behind the name of the model: fc.weight or
// Encoder.fc.weight.
func (c *checker) trained(e *env, t *syntax.TrainDecl, b *built) []int {
	hit := map[int]bool{}
	var all []int
	for i, a := range b.args {
		if a.Kind == ir.BindParam {
			all = append(all, i)
		}
	}
	if len(all) == 0 {
		c.errorf(e, diag.TrainForm, t.Loss.Span(), "%s, so there is nothing to train", withoutParameters(b.root.models))
		return nil
	}
	if len(t.On) == 0 {
		return all
	}
	for _, p := range t.On {
		found := false
		for _, i := range all {
			ok, good := matches(p.Value, b.args[i])
			if !good {
				c.errorf(e, diag.TrainForm, p.Span(), "`%s` is not a pattern", p.Value).Helpf("* stands for any letters, ? for one")
				return nil
			}
			if ok {
				hit[i], found = true, true
			}
		}
		if !found {
			c.noMatch(e, p, b, all)
			return nil
		}
	}
	return slices.DeleteFunc(all, func(i int) bool { return !hit[i] })
}

// matches reports whether a pattern matches the name of a parameter; good is false if it is no pattern.
func matches(pattern string, a ir.Binding) (ok, good bool) {
	if strings.ContainsAny(pattern, "\\/") {
		return false, false
	}
	bare, err := path.Match(pattern, a.Name)
	full, _ := path.Match(pattern, a.Model.Name+"."+a.Name)
	return bare || full, err == nil
}

// noMatch reports a pattern that no parameter matches.
func (c *checker) noMatch(e *env, p *syntax.String, b *built, all []int) {
	several := len(b.root.models) > 1
	names := make([]string, len(all))
	for k, i := range all {
		names[k] = b.args[i].Name
		if several {
			names[k] = b.args[i].Model.Name + "." + names[k]
		}
	}
	c.errorf(e, diag.TrainForm, p.Span(), "no parameter of %s matches `%s`", modelNames(b.root.models, "or"), p.Value).
		Helpf("%s parameters are %s", map[bool]string{false: "its", true: "their"}[several], shorten(strings.Join(names, ", ")))
}

func withoutParameters(models []*model) string {
	if len(models) == 1 {
		return "the model `" + models[0].d.name + "` has no parameters"
	}
	return "the models " + modelNames(models, "and") + " have no parameters"
}

// modelNames lists models in a sentence.
func modelNames(models []*model, word string) string {
	text := ""
	for k, m := range models {
		switch {
		case k == 0:
		case k == len(models)-1:
			text += " " + word + " "
		default:
			text += ", "
		}
		text += "`" + m.d.name + "`"
	}
	return text
}

// modelsIn lists the models that arguments belong to.
func modelsIn(args []ir.Binding) []*ir.Model {
	var out []*ir.Model
	for _, a := range args {
		if a.Model != nil && !slices.Contains(out, a.Model) {
			out = append(out, a.Model)
		}
	}
	return out
}
