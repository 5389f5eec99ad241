package check

import (
	"errors"
	"fmt"

	"github.com/gradgen/gradgen/dsl/diag"
	"github.com/gradgen/gradgen/ir"
	"github.com/gradgen/gradgen/ir/autodiff"
)

// grad differentiates a function, once for all who need the same.
func (c *checker) grad(b *built, wrt []int) (*ir.Func, error) {
	key := fmt.Sprint(wrt)
	if b.grads[key] != nil {
		return b.grads[key], nil
	}
	f, err := autodiff.Grad(c.b, b.f, wrt)
	if err == nil {
		b.grads[key] = f
	}
	return f, err
}

// notDifferentiable reports what autodiff cannot do.
func (c *checker) notDifferentiable(d *decl, at diag.Span, err error) {
	var e *autodiff.Error
	if !errors.As(err, &e) {
		c.errorf(d.scope.env, diag.NotDifferentiable, at, "%v", err)
		return
	}
	place := at
	for src := range c.sources {
		if src.Name == e.Place.File && e.Place.Line > 0 && !c.prelude.files[src] {
			place = lineSpan(src, e.Place)
		}
	}
	out := c.errorf(d.scope.env, diag.NotDifferentiable, place, "%s", e.Message)
	if place != at {
		out.Note(at, "asked", "for here")
	}
	if e.Hint != "" {
		out.Helpf("%s", e.Hint)
	}
}

// lineSpan turns a place of the IR back into a span of one character.
func lineSpan(src *diag.Source, p ir.Place) diag.Span {
	line, start := 1, 0
	for i, b := range src.Text {
		if line == p.Line {
			start = i
			break
		}
		if b == '\n' {
			line++
		}
	}
	if p.Line > 1 && start == 0 {
		start = len(src.Text)
	}
	return src.Span(start+p.Col-1, start+p.Col)
}

// hasRunTimeSize reports whether an argument has a size that is known at run time only.
func hasRunTimeSize(params []*ir.Value) bool {
	found := false
	for _, v := range params {
		for _, n := range v.Type.Shape {
			n.Dims(func(*ir.Dim) { found = true })
		}
	}
	return found
}
