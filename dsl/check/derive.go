package check

import (
	"slices"

	"github.com/gradgen/gradgen/dsl/diag"
	"github.com/gradgen/gradgen/dsl/syntax"
	"github.com/gradgen/gradgen/ir"
	"github.com/gradgen/gradgen/ir/autodiff"
)

// derivations collects the derive declarations by the name of what they are about.
func (c *checker) derivations(s *scope, file *syntax.File) map[string][]*syntax.Derivative {
	out := map[string][]*syntax.Derivative{}
	for _, n := range file.Decls {
		d, ok := n.(*syntax.DeriveDecl)
		if !ok {
			continue
		}
		of := s.values[d.Name.Name]
		if of == nil {
			if s.find(valueTable, d.Name.Name) != nil {
				c.errorf(s.env, diag.DeriveForm, d.Name.Span(), "`%s` belongs to the prelude: derive a function of this file", d.Name.Spelt)
			}
			continue // undefined: reported with the names
		}
		switch of.node.(type) {
		case *syntax.FnDecl, *syntax.LossDecl, *syntax.ModelDecl:
		default:
			c.errorf(s.env, diag.DeriveForm, d.Name.Span(), "only functions, losses and models have derivatives").
				With(c.declared(of.node.Head().Name.Span()))
			continue
		}
		out[of.name] = append(out[of.name], d.Items...)
		if out[of.name] == nil {
			out[of.name] = []*syntax.Derivative{}
		}
	}
	return out
}

// derive emits the derivatives that are asked for.
func (c *checker) derive(m *ir.Module, d *decl, b *built, items []*syntax.Derivative) {
	seen := map[string]diag.Span{}
	for _, it := range items {
		if !it.Known() {
			continue // reported by the parser
		}
		key := it.Kind.Name
		if it.Transposed {
			key += ".T"
		}
		for _, x := range it.By {
			key += " " + x.Span().Text()
		}
		if first, dup := seen[key]; dup {
			c.errorf(d.scope.env, diag.DeriveForm, it.Span(), "this derivative is asked for twice").Note(first, "first", "here")
			continue
		}
		seen[key] = it.Span()
		if it.Kind.Name == "value" {
			if len(it.By) > 0 {
				c.errorf(d.scope.env, diag.DeriveForm, it.Span(), "`value` takes no arguments")
				continue
			}
			c.export(m, d, b, "")
			continue
		}
		c.derivative(m, d, b, it)
	}
}

// derivative emits one derivative.
func (c *checker) derivative(m *ir.Module, d *decl, b *built, it *syntax.Derivative) {
	e := d.scope.env
	if len(it.By) == 0 {
		c.errorf(e, diag.DeriveForm, it.Span(), "`%s` needs to know by what: %s(x)", it.Kind.Name, it.Kind.Name)
		return
	}
	var wrt []int
	var models []*model
	for _, x := range it.By {
		id, ok := syntax.Unparen(x).(*syntax.Ident)
		if !ok {
			c.errorf(e, diag.DeriveForm, x.Span(), "a derivative is by an argument or by a model")
			return
		}
		i := slices.IndexFunc(b.args, func(a ir.Binding) bool { return a.Kind == ir.BindInput && a.Name == id.Name })
		if i >= 0 {
			if t := b.f.Params[i].Type; !t.DType.IsFloat() {
				c.errorf(e, diag.NotDifferentiable, x.Span(), "`%s` is %s, and there is no derivative by integers or truth values", id.Spelt, t)
				return
			}
			wrt = append(wrt, i)
			continue
		}
		k := slices.IndexFunc(b.root.models, func(m *model) bool { return m.d.name == id.Name })
		if k < 0 {
			var names []string
			for _, a := range b.args[len(b.args)-b.inputs:] {
				names = append(names, a.Name)
			}
			for _, m := range b.root.models {
				names = append(names, m.d.name)
			}
			err := c.errorf(e, diag.DeriveForm, x.Span(), "`%s` has no argument `%s` and uses no model of that name", d.name, id.Spelt)
			if s := diag.Suggest(id.Name, names); s != "" {
				err.Helpf("is it meant to be `%s`?", s)
			}
			return
		}
		models = append(models, b.root.models[k])
	}
	kind := it.Kind.Name
	scalarResult := len(b.f.Results) == 1 && b.f.Results[0].Type.Rank() == 0 && b.f.Results[0].Type.DType.IsFloat()
	if !scalarResult && (kind == "grad" || kind == "hess" || kind == "hvp") {
		err := c.errorf(e, diag.DeriveForm, it.Span(), "`%s` is of a function with one number as its result, and `%s` has %s", kind, d.name, resultTypes(b.f))
		err.With(c.declared(d.node.Head().Name.Span()))
		if kind == "grad" {
			err.Helpf("the derivative of an array is jac(%s), or vjp(%s) for its product with a cotangent", it.By[0].Span().Text(), it.By[0].Span().Text())
		}
		return
	}
	if len(models) > 0 {
		if kind != "grad" || len(wrt) > 0 {
			c.errorf(e, diag.DeriveForm, it.Span(), "the derivative by a model is grad(%s), on its own", models[0].d.name)
			return
		}
		c.gradExport(m, d, b, models, it.Span())
		return
	}
	if (kind == "hess" || kind == "hvp") && len(wrt) > 1 {
		c.errorf(e, diag.DeriveForm, it.Span(), "`%s` is by one argument", kind)
		return
	}
	c.inputDerivative(m, d, b, it, wrt)
}

func resultTypes(f *ir.Func) string {
	text := ""
	for k, r := range f.Results {
		if k > 0 {
			text += ", "
		}
		text += r.Type.String()
	}
	return text
}

// inputDerivative emits a derivative by arguments.
func (c *checker) inputDerivative(m *ir.Module, d *decl, b *built, it *syntax.Derivative, wrt []int) {
	kind := it.Kind.Name
	by := map[string]func(*ir.Builder, *ir.Func, []int) (*ir.Func, error){
		"grad": autodiff.Grad, "jac": autodiff.Jac, "jvp": autodiff.JVP, "vjp": autodiff.VJP, "hess": autodiff.Hess, "hvp": autodiff.HVP,
	}[kind]
	f, err := by(c.b, b.f, wrt)
	if err != nil {
		c.notDifferentiable(d, it.Span(), err)
		return
	}
	derives := kind
	if it.Transposed {
		derives, f = "jacT", c.transposed(b, f, wrt)
	}
	args := slices.Clone(b.args)
	for k := range f.Params[len(b.f.Params):] {
		args = append(args, ir.Binding{Kind: ir.BindInput, Name: c.directionName(kind, k, b, wrt)})
	}
	names := c.derivativeNames(kind, b, wrt)
	n := len(b.results)
	values := placed(b.f, b.results)
	var derivs []ir.Binding
	for k, r := range f.Results[n:] {
		name := kind
		if k < len(names) {
			name = names[k]
		}
		bind := ir.Binding{Kind: ir.BindDest, Name: name}
		if r.Type.Rank() == 0 {
			bind.Kind = ir.BindReturn
		}
		derivs = append(derivs, bind)
	}
	g := *f
	g.Name, g.Doc = b.f.Name+"_"+kind, b.f.Doc
	out := &ir.Export{Kind: ir.ExportFunc, Name: d.name, Doc: b.f.Doc, Func: &g, Args: args, Derives: derives}
	for _, i := range wrt {
		out.By = append(out.By, b.args[i].Name)
	}
	// A number is returned before its derivatives; slices are given with the highest derivative first.
	if len(f.Results) > 0 && b.f.Results[0].Type.Rank() == 0 {
		slices.Reverse(derivs)
		ds := slices.Clone(f.Results[n:])
		slices.Reverse(ds)
		if kind != "hess" && kind != "hvp" {
			slices.Reverse(derivs)
			slices.Reverse(ds)
		}
		g.Results = slices.Concat(f.Results[:n], ds)
		out.Results = slices.Concat(values, derivs)
	} else {
		g.Results = slices.Concat(f.Results[n:], f.Results[:n])
		out.Results = slices.Concat(derivs, values)
	}
	m.Exports = append(m.Exports, out)
}

// transposed puts the axes of the argument before those of the result in every Jacobian of f: the layout of lecture
// notes, in which column m is the gradient of output m.
func (c *checker) transposed(b *built, f *ir.Func, wrt []int) *ir.Func {
	g := *f
	g.Results = slices.Clone(f.Results)
	k := len(b.f.Results)
	for _, w := range wrt {
		n := b.f.Params[w].Type.Rank()
		for _, r := range b.f.Results {
			if !r.Type.DType.IsFloat() {
				continue
			}
			j, m := g.Results[k], r.Type.Rank()
			shape := slices.Concat(j.Type.Shape[m:], j.Type.Shape[:m])
			g.Results[k] = c.made(c.b.Elementwise(j.Name, shape, func(at []ir.Int) *ir.Expr {
				return ir.Read(j, slices.Concat(at[n:], at[:n])...)
			}))
			k++
		}
	}
	return &g
}

// derivativeNames are the names of the derivatives in the order in which autodiff yields them: grad or jac alone, and
// by the argument if there are several or they are numbers.
func (c *checker) derivativeNames(kind string, b *built, wrt []int) []string {
	switch kind {
	case "hess":
		return []string{"grad", "hess"}
	case "hvp":
		return []string{"grad", "hvp"}
	case "jvp":
		var out []string
		for k, r := range b.f.Results {
			if r.Type.DType.IsFloat() {
				out = append(out, "d"+b.results[k].Name)
			}
		}
		return out
	case "grad", "jac":
		if len(wrt) == 1 && b.f.Params[wrt[0]].Type.Rank() > 0 && len(b.f.Results) == 1 {
			return []string{kind}
		}
	}
	var out []string
	for _, w := range wrt {
		if kind == "jac" && len(b.f.Results) > 1 {
			for k, r := range b.f.Results {
				if r.Type.DType.IsFloat() {
					out = append(out, "d"+b.results[k].Name+"d"+b.args[w].Name)
				}
			}
			continue
		}
		out = append(out, "d"+b.args[w].Name)
	}
	return out
}

// directionName is the name of tangent or cotangent k that a derivative takes: of the k-th argument that it is by, of
// the k-th result that is no integer.
func (c *checker) directionName(kind string, k int, b *built, wrt []int) string {
	switch kind {
	case "hvp":
		return "v"
	case "vjp":
		for i, r := range b.f.Results {
			if !r.Type.DType.IsFloat() {
				continue
			}
			if k == 0 {
				return "d" + b.results[i].Name
			}
			k--
		}
	}
	return "d" + b.args[wrt[k]].Name
}
