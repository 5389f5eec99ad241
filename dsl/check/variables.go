package check

import (
	"slices"
	"strings"

	"github.com/gradgen/gradgen/dsl/diag"
	"github.com/gradgen/gradgen/dsl/syntax"
	"github.com/gradgen/gradgen/ir"
)

// variables are what a derivative is by: arguments of a function, and models whose parameters it uses.
type variables struct {
	names  []string // of arguments and models, in the order of the source
	models []*model
}

// leaves lists the arguments of f that the variables stand for: a model stands for its parameters, in their order. A
// derivative is by all of them.
func (v *variables) leaves(b *built) []int {
	var out []int
	for _, name := range v.names {
		for i, a := range b.args {
			switch a.Kind {
			case ir.BindInput:
				if a.Name == name {
					out = append(out, i)
				}
			case ir.BindParam:
				if slices.ContainsFunc(v.models, func(m *model) bool { return m.m == a.Model && m.d.name == name }) {
					out = append(out, i)
				}
			}
		}
	}
	return out
}

// one reports whether there is one variable, an argument.
func (v *variables) one() bool { return len(v.names) == 1 && len(v.models) == 0 }

// variables finds what a derivative is by, and whether it exists; nil after an error.
func (c *checker) variables(d *decl, b *built, it *syntax.Derivative) *variables {
	e := d.scope.env
	out := &variables{}
	for _, x := range it.By {
		id, ok := syntax.Unparen(x).(*syntax.Ident)
		if !ok {
			if _, path := syntax.Unparen(x).(*syntax.Select); path { // what else there is, the parser reports
				c.errorf(e, diag.DeriveForm, x.Span(), "a derivative is by arguments and by models, not by one parameter").
					Helpf("by a model it has a part for each of its parameters: %s(%s)", it.Kind.Name, shorten(beginning(x).Span().Text()))
			}
			return nil
		}
		if slices.Contains(out.names, id.Name) {
			c.errorf(e, diag.DeriveForm, x.Span(), "`%s` is named twice", id.Spelt)
			return nil
		}
		if i := argumentNamed(b, id.Name); i >= 0 {
			if t := b.f.Params[i].Type; !t.DType.IsFloat() {
				c.errorf(e, diag.NotDifferentiable, x.Span(), "`%s` is %s, and there is no derivative by integers or truth values", id.Spelt, t)
				return nil
			}
		} else if m := modelNamed(b, id.Name); m != nil {
			out.models = append(out.models, m)
		} else {
			c.noVariable(d, b, id)
			return nil
		}
		out.names = append(out.names, id.Name)
	}
	if len(it.By) == 0 && !c.everyArgument(d, b, it, out) || !c.scalarResult(d, b, it, out) || !c.oneType(d, b, it, out) {
		return nil
	}
	return out
}

// beginning is what a path begins with.
func beginning(x syntax.Expr) syntax.Expr {
	for {
		s, ok := syntax.Unparen(x).(*syntax.Select)
		if !ok {
			return x
		}
		x = s.X
	}
}

func argumentNamed(b *built, name string) int {
	return slices.IndexFunc(b.args, func(a ir.Binding) bool { return a.Kind == ir.BindInput && a.Name == name })
}

func modelNamed(b *built, name string) *model {
	k := slices.IndexFunc(b.root.models, func(m *model) bool { return m.d.name == name })
	if k < 0 {
		return nil
	}
	return b.root.models[k]
}

func (c *checker) noVariable(d *decl, b *built, id *syntax.Ident) {
	var names []string
	for _, a := range b.args[len(b.args)-b.inputs:] {
		names = append(names, a.Name)
	}
	for _, m := range b.root.models {
		names = append(names, m.d.name)
	}
	err := c.errorf(d.scope.env, diag.DeriveForm, id.Span(), "`%s` has no argument `%s` and uses no model of that name", d.name, id.Spelt)
	if s := diag.Suggest(id.Name, names); s != "" {
		err.Helpf("is it meant to be `%s`?", s)
	}
}

// everyArgument makes a derivative that names no variables one by all arguments that are floats.
func (c *checker) everyArgument(d *decl, b *built, it *syntax.Derivative, v *variables) bool {
	for i, a := range b.args {
		if a.Kind == ir.BindInput && b.f.Params[i].Type.DType.IsFloat() {
			v.names = append(v.names, a.Name)
		}
	}
	if len(v.names) > 0 {
		return true
	}
	err := c.errorf(d.scope.env, diag.NotDifferentiable, it.Span(), "`%s` has no argument that is a float, so there is no derivative by its arguments", d.name)
	if len(b.root.models) > 0 {
		err.Helpf("by the parameters of a model it is %s(%s)", it.Kind.Name, b.root.models[0].d.name)
	}
	return false
}

// scalarResult refuses derivatives that only a number has.
func (c *checker) scalarResult(d *decl, b *built, it *syntax.Derivative, v *variables) bool {
	kind := it.Kind.Name
	if kind != "grad" && kind != "hess" && kind != "hvp" {
		return true
	}
	if len(b.f.Results) == 1 && b.f.Results[0].Type.Rank() == 0 && b.f.Results[0].Type.DType.IsFloat() {
		return true
	}
	err := c.errorf(d.scope.env, diag.DeriveForm, it.Span(), "`%s` is of a function with one number as its result, and `%s` has %s", kind, d.name, resultTypes(b.f))
	err.With(c.declared(d.node.Head().Name.Span()))
	if kind == "grad" {
		by := strings.Join(v.names, ", ")
		err.Helpf("the derivative of an array is jac(%s), or vjp(%s) for its product with a cotangent", by, by)
	}
	return false
}

// oneType refuses matrices whose columns would be of two types.
func (c *checker) oneType(d *decl, b *built, it *syntax.Derivative, v *variables) bool {
	if kind := it.Kind.Name; kind != "jac" && kind != "hess" {
		return true
	}
	leaves := v.leaves(b)
	for _, i := range leaves {
		t, u := b.f.Params[leaves[0]].Type.DType, b.f.Params[i].Type.DType
		if t == u {
			continue
		}
		c.errorf(d.scope.env, diag.DeriveForm, it.Span(), "`%s` by %s is one matrix, but `%s` is %s and `%s` is %s", it.Kind.Name, strings.Join(v.names, ", "),
			v.names[0], t, v.of(b, i), u).Helpf("ask for one type at a time: %s(%s)", it.Kind.Name, v.names[0])
		return false
	}
	return true
}

// of is the name of the variable that leaf i belongs to.
func (v *variables) of(b *built, i int) string {
	if a := b.args[i]; a.Kind == ir.BindInput {
		return a.Name
	}
	return b.args[i].Model.Name
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
