package check

import (
	"path"
	"strings"

	"github.com/gradgen/gradgen/dsl/diag"
	"github.com/gradgen/gradgen/dsl/syntax"
	"github.com/gradgen/gradgen/ir"
)

// module checks everything that a file declares and makes what it emits: first the models, then functions and losses
// in the order of the text, then trainers.
func (c *checker) module(file *syntax.File) *ir.Module {
	s := newScope(c, c.prelude)
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
		if !e.ok || !d.own {
			continue
		}
		m.Models = append(m.Models, e.m)
		m.Exports = append(m.Exports, &ir.Export{Kind: ir.ExportForward, Name: d.name, Doc: strings.Join(n.Doc, "\n"),
			Func: e.forward.f, Model: e.m, Args: e.forward.args, Results: e.forward.results})
		if start, ok := c.initFunc(e); ok {
			m.Exports = append(m.Exports, &ir.Export{Kind: ir.ExportInit, Name: d.name, Func: start.f, Model: e.m, Results: start.results})
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
	c.derive(m, d, b, items)
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
	e.target = "y"
	v := c.body(e, n.Result, n.Value, n.Body, what)
	if isBad(v) {
		return nil
	}
	for k, x := range flat(v) {
		a := asArray(x)
		if a == nil {
			c.errorf(e, diag.ResultMismatch, n.Result.Span(), "%s returns %s, which cannot be emitted", what, x.describe())
			return nil
		}
		if a.elem == untyped { // an exact number meets the declared type here
			types := []syntax.Type{n.Result}
			if t, ok := n.Result.(*syntax.TupleType); ok && k < len(t.Elems) {
				types = t.Elems[k : k+1]
			}
			if t, ok := types[0].(*syntax.ArrayType); ok {
				w := *a
				w.elem, w.value = e.dtype(t.Elem), nil
				flat(v)[k] = &w
				if k == 0 {
					if _, isTuple := v.(*tuple); !isTuple {
						v = &w
					}
				}
			}
		}
	}
	return c.finish(e, r, d.name, n.Doc, n.Name.Span(), values, v, resultNames(n.Body))
}

// lossExports emits the value of a loss and its gradient by the parameters.
func (c *checker) lossExports(m *ir.Module, d *decl, items []*syntax.Derivative) *lossOf {
	l := c.loss(d)
	c.lost = c.lost || l == nil
	if l == nil || !d.own {
		return l
	}
	c.export(m, d, l.value, "")
	c.gradExport(m, d, l.train, l.train.root.models, d.node.Head().Name.Span())
	for i, it := range items {
		if it.Kind.Name == "value" {
			items = append(items[:i:i], items[i+1:]...)
			break
		}
	}
	if len(items) > 0 {
		c.derive(m, d, l.value, items)
	}
	return l
}

func (c *checker) modelExports(m *ir.Module, d *decl, items []*syntax.Derivative) {
	if e := c.elaborate(d); e.ok && d.own && len(items) > 0 {
		c.derive(m, d, e.forward, items)
	}
}

// export emits a function as it is.
func (c *checker) export(m *ir.Module, d *decl, b *built, derives string) {
	m.Exports = append(m.Exports, &ir.Export{Kind: ir.ExportFunc, Name: d.name, Doc: b.f.Doc, Func: b.f, Args: b.args,
		Results: placed(b.f, b.results), Derives: derives})
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
