package check

import (
	"math"

	"github.com/gradgen/gradgen/dsl/diag"
	"github.com/gradgen/gradgen/dsl/syntax"
	"github.com/gradgen/gradgen/ir"
)

var negInf, posInf = math.Inf(-1), math.Inf(1)

// lossOf is a loss in its two forms: evaluating, and training.
type lossOf struct {
	d            *decl
	n            *syntax.LossDecl
	value, train *built
}

// loss builds a loss; nil after an error.
func (c *checker) loss(d *decl) *lossOf {
	n := d.node.(*syntax.LossDecl)
	out := &lossOf{d: d, n: n, value: c.lossFunc(d, n, false)}
	if out.value == nil {
		return nil
	}
	out.train = out.value
	if out.value.root.usedTraining || c.hasState(out.value.root) {
		if out.train = c.lossFunc(d, n, true); out.train == nil {
			return nil
		}
	}
	return out
}

func (c *checker) hasState(r *root) bool {
	for _, m := range r.models {
		if len(m.m.State) > 0 {
			return true
		}
	}
	return false
}

func (c *checker) lossFunc(d *decl, n *syntax.LossDecl, training bool) *built {
	what := "the loss `" + d.name + "`"
	if !c.mustBeClosed(d.scope.env, what, fieldTypes(n.Inputs)...) {
		return nil
	}
	r := newRoot(training)
	dt := floatOf(untyped, fieldTypes(n.Inputs)...)
	if dt == untyped {
		dt = c.modelDType(d.scope)
	}
	e, args, values, ok := c.start(d, r, what, dt, n.Inputs)
	if !ok {
		return nil
	}
	for i, f := range n.Inputs {
		e.set(f.Name.Name, args[i].v)
	}
	e.target = lowerFirst(d.name)
	v := c.body(e, n.Result, n.Value, n.Body, what)
	if isBad(v) {
		return nil
	}
	at := n.Name.Span()
	if n.Value != nil {
		at = n.Value.Span()
	}
	a := asArray(v)
	if a == nil || a.rank() > 0 || a.elem == ir.Bool || a.elem == ir.I32 {
		d := c.errorf(e, diag.LossForm, at, "a loss is one number, but this is %s", v.describe())
		c.origin(d, v, "here", at)
		if a != nil && a.rank() > 0 {
			d.Helpf("take its mean: mean(%s)", shorten(at.Text()))
		}
		return nil
	}
	if len(r.models) == 0 {
		c.errorf(e, diag.LossForm, n.Name.Span(), "the loss `%s` uses no model, so nothing can be trained with it", n.Name.Spelt).
			Helpf("a function of arrays alone is a fn, with derive %s { value, grad(x) }", n.Name.Spelt)
		return nil
	}
	return c.finish(e, r, d.name, n.Doc, n.Name.Span(), resultText(n.Value, n.Body), values, v, []string{lowerFirst(d.name)})
}

// modelDType is the dtype of the first model that is declared.
func (c *checker) modelDType(s *scope) ir.DType {
	for _, d := range s.order {
		if _, ok := d.node.(*syntax.ModelDecl); ok {
			if m := c.elaborate(d); m.ok {
				return m.m.DType
			}
		}
	}
	return ir.F32
}
