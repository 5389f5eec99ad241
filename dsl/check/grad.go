package check

import (
	"errors"
	"fmt"
	"slices"

	"github.com/gradgen/gradgen/dsl/diag"
	"github.com/gradgen/gradgen/ir"
	"github.com/gradgen/gradgen/ir/autodiff"
)

// gradExport emits the gradient by the parameters of models. It is written over what the destination held, or added to
// it if the workspace says so; a function without run-time sizes has none, and only writes over.
func (c *checker) gradExport(m *ir.Module, d *decl, b *built, models []*model, at diag.Span) {
	var wrt []int
	for i, a := range b.args {
		if a.Kind == ir.BindParam && slices.ContainsFunc(models, func(m *model) bool { return m.m == a.Model }) {
			wrt = append(wrt, i)
		}
	}
	f, err := c.grad(b, wrt)
	if err != nil {
		c.notDifferentiable(d, at, err)
		return
	}
	g := *f
	g.Name, g.Doc = b.f.Name+"_grad", b.f.Doc
	n := len(b.f.Results)
	args := slices.Clone(b.args[:len(b.args)-b.inputs])
	inputs := b.args[len(b.args)-b.inputs:]
	g.Params = slices.Clone(f.Params[:len(args)])
	accumulate := c.b.Input("accumulate", ir.Type{DType: ir.Bool})
	results := slices.Clone(b.results)
	g.Results = slices.Clone(f.Results[:n])
	adds := hasRunTimeSize(f.Params)
	var before []*ir.Value
	var held []ir.Binding
	for k, w := range wrt {
		a := b.args[w]
		dw := f.Results[n+k]
		old := c.b.Input("old_"+b.f.Params[w].Name, dw.Type)
		bind := ir.Binding{Kind: ir.BindGrad, Name: a.Name, Model: a.Model, Index: a.Index}
		results = append(results, bind)
		if !adds {
			g.Results = append(g.Results, dw)
			continue
		}
		before = append(before, old)
		held = append(held, bind)
		c.b.Place = b.f.Params[w].Place
		sum := c.b.Elementwise("d"+b.f.Params[w].Name, dw.Type.Shape, func(i []ir.Int) *ir.Expr {
			t := dw.Type.DType
			return ir.Apply(ir.OpAdd, ir.Read(dw, i...), ir.Select(ir.Read(accumulate), ir.Read(old, i...), ir.Lit(t, 0)))
		})
		g.Results = append(g.Results, c.made(sum))
	}
	if adds {
		before = append(before, accumulate)
		held = append(held, ir.Binding{Kind: ir.BindAccumulate, Name: "accumulate"})
	}
	g.Params = slices.Concat(g.Params, before, f.Params[len(args):])
	args = slices.Concat(args, held, inputs)
	out := &ir.Export{Kind: ir.ExportFunc, Name: d.name, Doc: b.f.Doc, Func: &g, Args: args, Results: results, Derives: "grad"}
	for _, m := range models {
		out.By = append(out.By, m.d.name)
	}
	m.Exports = append(m.Exports, out)
}

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
