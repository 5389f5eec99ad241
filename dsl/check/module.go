package check

import (
	"path"
	"slices"
	"strings"

	"github.com/gradgen/gradgen/dsl/diag"
	"github.com/gradgen/gradgen/dsl/syntax"
	"github.com/gradgen/gradgen/ir"
)

// module checks everything that a file declares and makes what it emits: first the models, then functions and losses
// in the order of the text, then trainers.
func (c *checker) module(file *syntax.File) *ir.Module {
	s := newScope(c, c.prelude)
	c.file = file.Source
	c.main = s
	c.sources[file.Source] = file
	c.declare(s, file, true)
	m := &ir.Module{File: path.Base(strings.ReplaceAll(file.Source.Name, "\\", "/"))}
	for _, n := range file.Decls {
		if p, ok := n.(*syntax.PackageDecl); ok {
			m.Package = p.Name.Name
		}
	}
	if !c.checkNames(s) {
		return nil // a cycle: nothing can be written out
	}
	for _, d := range s.order {
		switch d.node.(type) {
		case *syntax.DimDecl, *syntax.ConstDecl:
			c.valueOf(d, d.node.Head().Name)
		}
	}
	c.models(m, s)
	derived := c.derivations(s, file)
	losses := map[string]*lossOf{}
	for _, d := range s.order {
		switch n := d.node.(type) {
		case *syntax.FnDecl:
			c.fnExports(m, d, n, derived[d.name])
		case *syntax.LossDecl:
			losses[d.name] = c.lossExports(m, d, derived[d.name])
		case *syntax.ModelDecl:
			c.modelExports(m, d, derived[d.name])
		}
	}
	for _, n := range file.Decls {
		if t, ok := n.(*syntax.TrainDecl); ok {
			c.train(m, s, t, losses)
		}
	}
	if c.lost && !c.list.HasErrors() {
		panic("something was left out without an error")
	}
	return m
}

// models elaborates the models of a file and emits what runs and starts them.
func (c *checker) models(m *ir.Module, s *scope) {
	for _, d := range s.order {
		n, ok := d.node.(*syntax.ModelDecl)
		if !ok {
			continue
		}
		e := c.elaborate(d)
		c.lost = c.lost || !e.ok
		if !e.ok && e.m != nil && d.own {
			c.bystander = true // what the prelude says follows from what was wrong before
			c.initFunc(e)
			c.bystander = false
		}
		if !e.ok || !d.own {
			continue
		}
		m.Models = append(m.Models, e.m)
		c.emit(m, d, &ir.Export{Kind: ir.ExportForward, Name: d.name, Doc: strings.Join(n.Doc, "\n"),
			Func: e.forward.f, Model: e.m, Args: e.forward.args, Results: e.forward.results})
		if start, ok := c.initFunc(e); ok {
			c.emit(m, d, &ir.Export{Kind: ir.ExportInit, Name: d.name, Func: start.f, Model: e.m, Results: start.results})
		} else {
			c.lost = true
		}
	}
}

// fnExports checks a function and emits what is asked of it: its value if nothing is.
func (c *checker) fnExports(m *ir.Module, d *decl, n *syntax.FnDecl, items []*syntax.Derivative) {
	e := d.scope.env
	types := append(fieldTypes(n.Inputs), n.Result)
	if !c.closed(e, types...) {
		if len(items) > 0 {
			c.mustBeClosed(e, "what is derived, `"+d.name+"`,", types...)
		}
		return
	}
	b := c.fnFunc(d, n)
	c.lost = c.lost || b == nil
	if b == nil || !d.own {
		return
	}
	if items == nil {
		c.export(m, d, b, "")
		return
	}
	c.derive(m, d, forms{b, b}, items)
}

func (c *checker) fnFunc(d *decl, n *syntax.FnDecl) *built {
	r := newRoot(false)
	dt := floatOf(ir.F64, append(fieldTypes(n.Inputs), n.Result)...)
	what := "`" + d.name + "`"
	e, args, values, ok := c.start(d, r, what, dt, n.Inputs)
	if !ok {
		return nil
	}
	for i, f := range n.Inputs {
		e.set(f.Name.Name, args[i].v)
		if a, isArray := args[i].v.(*array); isArray && a.rank() == 0 {
			x := scalar(a.at(a.elem, nil))
			x.from = a.from
			e.set(f.Name.Name, x)
		}
	}
	e.target = resultName(d, n)
	var v value
	if len(d.rules) > 0 {
		// Its derivatives are those of the rule, as they are wherever it is called.
		v = (&function{d: d, fn: n}).call(c, e, site{at: n.Name.Span(), fn: n.Name.Span(), args: args, name: e.target})
	} else {
		v = c.body(e, n.Result, n.Value, n.Body, what)
	}
	if isBad(v) {
		return nil
	}
	v, ok = c.typed(e, v, n.Result)
	if !ok {
		c.errorf(e, diag.ResultMismatch, n.Result.Span(), "%s returns %s, which cannot be emitted", what, v.describe())
		return nil
	}
	return c.finish(e, r, d.name, n.Doc, n.Name.Span(), resultText(n.Value, n.Body), values, v, resultNames(n.Value, n.Body, e.target))
}

// resultName is the name of a result that the source gives none: that of the function for a number, y for an array.
func resultName(d *decl, n *syntax.FnDecl) string {
	t, ok := n.Result.(*syntax.ArrayType)
	taken := slices.ContainsFunc(n.Inputs, func(f *syntax.Field) bool { return f.Name.Name == "y" })
	if ok && len(t.Axes) == 0 || taken {
		return d.name
	}
	return "y"
}

// typed makes what is emitted arrays of the declared types: here numbers that are exact so far meet their dtype.
func (c *checker) typed(e *env, v value, t syntax.Type) (value, bool) {
	switch t := t.(type) {
	case *syntax.TupleType:
		w, ok := v.(*tuple)
		if !ok || len(w.elems) != len(t.Elems) {
			return v, false
		}
		out := &tuple{elems: make([]value, len(w.elems))}
		for i, u := range t.Elems {
			if out.elems[i], ok = c.typed(e, w.elems[i], u); !ok {
				return v, false
			}
		}
		return out, true
	case *syntax.ArrayType:
		a := asArray(v)
		if a == nil {
			return v, false
		}
		dt := e.dtype(t.Elem)
		if a.elem == dt {
			return a, true
		}
		return &array{elem: dt, shape: a.shape, cheap: a.cheap, hint: a.hint, from: a.from,
			at: func(_ ir.DType, i []ir.Int) *ir.Expr { return a.element(dt, i) }}, true
	}
	return v, false
}

// lossExports emits the value of a loss and its gradient by the parameters.
func (c *checker) lossExports(m *ir.Module, d *decl, items []*syntax.Derivative) *lossOf {
	l := c.loss(d)
	c.lost = c.lost || l == nil
	if l == nil || !d.own {
		return l
	}
	c.export(m, d, l.value, "")
	all := &variables{models: l.train.root.models}
	for _, of := range all.models {
		all.names = append(all.names, of.d.name)
	}
	c.derivative(m, d, l.train, "grad", false, all, d.node.Head().Name.Span())
	var more []*syntax.Derivative
	for _, it := range items {
		if !emittedAnyway(it, l.train.root.models) {
			more = append(more, it)
		}
	}
	c.derive(m, d, forms{l.value, l.train}, more)
	return l
}

// emittedAnyway reports whether a derivative is one that every loss has: the value, the gradient by all its models.
func emittedAnyway(it *syntax.Derivative, models []*model) bool {
	if it.Kind.Name == "value" {
		return len(it.By) == 0
	}
	named := map[string]bool{}
	for _, x := range it.By {
		if id, ok := syntax.Unparen(x).(*syntax.Ident); ok {
			named[id.Name] = true
		}
	}
	for _, m := range models {
		if !named[m.d.name] {
			return false
		}
	}
	return it.Kind.Name == "grad" && len(named) == len(models)
}

func (c *checker) modelExports(m *ir.Module, d *decl, items []*syntax.Derivative) {
	if e := c.elaborate(d); e.ok && d.own && len(items) > 0 {
		c.derive(m, d, forms{e.forward, e.forward}, items)
	}
}

// export emits a function as it is.
func (c *checker) export(m *ir.Module, d *decl, b *built, derives string) {
	c.emit(m, d, &ir.Export{Kind: ir.ExportFunc, Name: d.name, Doc: b.f.Doc, Func: b.f, Args: b.args,
		Results: placed(b.f, b.results), Derives: derives})
}

// maxExports is how many Go functions one file can become; it bounds the time and the memory that printing them takes.
const maxExports = 1000

// emit adds one to the Go functions that a program becomes.
func (c *checker) emit(m *ir.Module, d *decl, e *ir.Export) {
	if len(m.Exports) == maxExports {
		c.errorf(d.scope.env, diag.ProgramTooLarge, d.node.Head().Name.Span(), "a file becomes at most %d functions in Go", maxExports).
			Helpf("declare fewer in one file, and import what they share")
		c.aborted = true
		panic(abort{})
	}
	m.Exports = append(m.Exports, e)
}

// placed says where the results of a function go: scalars are returned, arrays are written to slices of the caller.
func placed(f *ir.Func, results []ir.Binding) []ir.Binding {
	out := make([]ir.Binding, len(results))
	for k, r := range results {
		out[k] = r
		if r.Kind == ir.BindReturn && f.Results[k].Type.Rank() > 0 {
			out[k].Kind = ir.BindDest
		}
	}
	return out
}
