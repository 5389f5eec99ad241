package check

import (
	"slices"

	"github.com/gradgen/gradgen/dsl/diag"
	"github.com/gradgen/gradgen/ir"
	"github.com/gradgen/gradgen/ir/autodiff"
)

// derivative emits one derivative of a function.
//
// Whatever can lie side by side in one block of the caller is apart, one result for each variable: gradients, tangents,
// cotangents, products. What cannot, the columns of a matrix, is one result: a Jacobian or a Hessian by several
// variables has one column for every element of all of them. What belongs to the parameters of a model is in its struct.
func (c *checker) derivative(m *ir.Module, d *decl, b *built, kind string, transposed bool, by *variables, at diag.Span) {
	leaves := by.leaves(b)
	if kind == "hess" && !c.hessianInBounds(d, b, leaves, at) {
		return
	}
	f, err := c.differentiated(b, kind, leaves)
	if err != nil {
		c.notDifferentiable(d, at, err)
		return
	}
	if (kind == "jac" || kind == "hess") && !c.matrixInBounds(d, b, f, kind, at) {
		return
	}
	derives := kind
	if transposed {
		derives, f = "jacT", c.transposed(b, f)
	}
	n := len(b.f.Results)
	r := &placing{c: c, b: b, f: f}
	for k, v := range f.Results[n:] {
		r.place(v, r.binding(kind, k, by, leaves))
	}
	values, derivs := slices.Clone(f.Results[:n]), r.results
	valueBinds := placed(b.f, b.results)
	// The highest derivative comes first, but a number is returned before its derivatives.
	if kind == "hess" || kind == "hvp" {
		k := len(leaves)
		derivs = slices.Concat(derivs[k:], derivs[:k])
		r.binds = slices.Concat(r.binds[k:], r.binds[:k])
	}
	out := &ir.Export{Kind: ir.ExportFunc, Name: d.name, Doc: b.f.Doc, Derives: derives, By: by.names}
	g := *f
	g.Name, g.Doc = b.f.Name+"_"+kind, b.f.Doc
	if n > 0 && values[0].Type.Rank() == 0 {
		g.Results, out.Results = slices.Concat(values, derivs), slices.Concat(valueBinds, r.binds)
	} else {
		g.Results, out.Results = slices.Concat(derivs, values), slices.Concat(r.binds, valueBinds)
	}
	r.arguments(&g, out, kind, leaves, by)
	out.Func = &g
	c.emit(m, d, out)
}

// differentiated makes a derivative by some arguments of a function; a gradient, once for all who need the same.
func (c *checker) differentiated(b *built, kind string, leaves []int) (*ir.Func, error) {
	switch kind {
	case "grad":
		return c.grad(b, leaves)
	case "jac":
		return autodiff.Jac(c.b, b.f, leaves)
	case "jvp":
		return autodiff.JVP(c.b, b.f, leaves)
	case "vjp":
		return autodiff.VJP(c.b, b.f, leaves)
	case "hess":
		return autodiff.Hess(c.b, b.f, leaves)
	}
	return autodiff.HVP(c.b, b.f, leaves)
}

// transposed puts the axes of the variables before those of the result in every Jacobian of f: the layout of lecture
// notes, in which column m is the gradient of output m.
func (c *checker) transposed(b *built, f *ir.Func) *ir.Func {
	g := *f
	g.Results = slices.Clone(f.Results)
	k := len(b.f.Results)
	for _, r := range b.f.Results {
		if !r.Type.DType.IsFloat() {
			continue
		}
		j, m := g.Results[k], r.Type.Rank()
		n := j.Type.Rank() - m
		shape := slices.Concat(j.Type.Shape[m:], j.Type.Shape[:m])
		g.Results[k] = c.made(c.b.Elementwise(j.Name, shape, func(at []ir.Int) *ir.Expr {
			return ir.Read(j, slices.Concat(at[n:], at[:n])...)
		}))
		k++
	}
	return &g
}

// placing finds places in Go for what a derivative yields and takes.
type placing struct {
	c          *checker
	b          *built
	f          *ir.Func // the derivative
	accumulate *ir.Value
	results    []*ir.Value
	binds      []ir.Binding
	before     []*ir.Value // what structs of models held before
	held       []ir.Binding
}

// place yields a value. What goes to the struct of a model is written over what that held, or added to it if the
// workspace says so; a function without run-time sizes has none, and only writes over.
func (r *placing) place(v *ir.Value, bind ir.Binding) {
	r.binds = append(r.binds, bind)
	if bind.Model == nil || !hasRunTimeSize(r.f.Params) {
		r.results = append(r.results, v)
		return
	}
	c := r.c
	if r.accumulate == nil {
		r.accumulate = c.b.Input("accumulate", ir.Type{DType: ir.Bool})
	}
	param := r.b.f.Params[slices.IndexFunc(r.b.args, func(a ir.Binding) bool {
		return a.Kind == ir.BindParam && a.Model == bind.Model && a.Index == bind.Index
	})]
	old := c.b.Input("old_"+param.Name, v.Type)
	r.before, r.held = append(r.before, old), append(r.held, bind)
	c.b.Place = param.Place
	r.results = append(r.results, c.made(c.b.Elementwise("d"+param.Name, v.Type.Shape, func(i []ir.Int) *ir.Expr {
		return ir.Apply(ir.OpAdd, ir.Read(v, i...), ir.Select(ir.Read(r.accumulate), ir.Read(old, i...), ir.Lit(v.Type.DType, 0)))
	})))
}

// binding is the place of result k of a derivative, in the order in which autodiff yields them.
func (r *placing) binding(kind string, k int, by *variables, leaves []int) ir.Binding {
	n := len(leaves)
	product := kind == "hvp" && k >= n
	if perLeaf := kind == "grad" || kind == "vjp" || kind == "hvp" || kind == "hess" && k < n; perLeaf {
		if a := r.b.args[leaves[k%n]]; a.Kind == ir.BindParam {
			a.Kind = ir.BindGrad
			if product {
				a.Kind = ir.BindProduct
			}
			return a
		}
	}
	bind := ir.Binding{Kind: ir.BindDest, Name: r.name(kind, k, by, leaves)}
	if r.f.Results[len(r.b.f.Results)+k].Type.Rank() == 0 {
		bind.Kind = ir.BindReturn
	}
	return bind
}

// name is the name of result k of a derivative: that of the kind where it is the only one of its kind, and otherwise by
// what it is of and by.
func (r *placing) name(kind string, k int, by *variables, leaves []int) string {
	n := len(leaves)
	leaf := func() string { return r.b.args[leaves[k%n]].Name }
	of := r.floats()
	switch kind {
	case "hess":
		if k == n {
			return "hess"
		}
		if by.one() {
			return "grad"
		}
	case "hvp":
		switch {
		case by.one() && k == 0:
			return "grad"
		case by.one():
			return "hvp"
		case k >= n:
			return "h" + leaf()
		}
	case "jvp":
		return "d" + r.b.results[of[k]].Name
	case "grad":
		if by.one() && r.b.f.Params[leaves[0]].Type.Rank() > 0 {
			return "grad"
		}
	case "jac":
		several := len(r.b.f.Results) > 1
		switch number := r.b.f.Params[leaves[0]].Type.Rank() == 0; {
		case several && by.one():
			return "d" + r.b.results[of[k]].Name + "d" + by.names[0]
		case several:
			return "d" + r.b.results[of[k]].Name
		case !by.one() || !number:
			return "jac"
		}
	}
	return "d" + leaf()
}

// floats lists the results of the function that have derivatives.
func (r *placing) floats() []int {
	var out []int
	for i, v := range r.b.f.Results {
		if v.Type.DType.IsFloat() {
			out = append(out, i)
		}
	}
	return out
}

// arguments completes the export: the arguments of the function, before its inputs what structs held before, and behind
// all the tangents or cotangents that the derivative takes.
func (r *placing) arguments(g *ir.Func, out *ir.Export, kind string, leaves []int, by *variables) {
	n := len(r.b.args)
	own := n - r.b.inputs
	if r.accumulate != nil {
		r.before = append(r.before, r.accumulate)
		r.held = append(r.held, ir.Binding{Kind: ir.BindAccumulate, Name: "accumulate"})
	}
	g.Params = slices.Concat(r.f.Params[:own], r.before, r.f.Params[own:])
	out.Args = slices.Concat(r.b.args[:own], r.held, r.b.args[own:])
	for k := range r.f.Params[n:] {
		bind := ir.Binding{Kind: ir.BindInput}
		switch {
		case kind == "vjp":
			bind.Name = "d" + r.b.results[r.floats()[k]].Name
		case r.b.args[leaves[k]].Kind == ir.BindParam:
			bind = r.b.args[leaves[k]]
			bind.Kind = ir.BindTangent
		case kind == "hvp" && by.one():
			bind.Name = "v"
		case kind == "hvp":
			bind.Name = "v" + r.b.args[leaves[k]].Name
		default:
			bind.Name = "d" + r.b.args[leaves[k]].Name
		}
		out.Args = append(out.Args, bind)
	}
}
