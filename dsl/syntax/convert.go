package syntax

import (
	"slices"

	"github.com/gradgen/gradgen/dsl/diag"
)

// This file turns what participle read into the tree, and checks what a grammar cannot say.

func names(gs []nameG) (out []*Ident) {
	for _, g := range gs {
		out = append(out, g.Name)
	}
	return out
}

func vars(gs []varG) (out []*Ident) {
	for _, g := range gs {
		out = append(out, g.Name)
	}
	return out
}

func (g *exprG) expr() Expr {
	if g == nil {
		return nil
	}
	return g.Expr
}

func (g *typeG) typ() Type {
	if g == nil {
		return nil
	}
	return g.Type
}

func (g *fieldsG) fields() []*Field {
	if g == nil {
		return nil
	}
	return g.Fields
}

func (g *bindersG) binders() []*Binder {
	if g == nil {
		return nil
	}
	return g.Binders
}

// parts returns the formula or the block, and the faults in the block.
func (g *bodyG) parts() (Expr, *Block, []*fault) {
	if g.Block == nil {
		return g.Value.expr(), nil, nil
	}
	return nil, g.Block.Block, g.Block.Faults
}

// convert makes the declaration. Its head is filled in by the caller but for the name. A nil declaration comes with a
// fault.
func (g *declG) convert() (Decl, []*fault) {
	switch {
	case g.Package != nil:
		return &PackageDecl{DeclHead{Name: g.Package.Name.Name}}, nil
	case g.Import != nil:
		return &ImportDecl{Path: g.Import.Path.String}, nil
	case g.Dim != nil:
		return &DimDecl{DeclHead{Name: g.Dim.Name.Name}, g.Dim.Value.expr()}, nil
	case g.Const != nil:
		return g.Const.convert()
	case g.Fn != nil:
		d := &FnDecl{DeclHead: DeclHead{Name: g.Fn.Name.Name}, Inputs: g.Fn.Inputs.fields(), Result: g.Fn.Result.typ()}
		var faults []*fault
		d.Value, d.Body, faults = g.Fn.Body.parts()
		return d, faults
	case g.Layer != nil:
		return g.Layer.convert()
	case g.Model != nil:
		m := g.Model
		d := &ModelDecl{DeclHead: DeclHead{Name: m.Name.Name}}
		d.Sig = Signature{Pointwise: m.Inputs != nil, Inputs: m.Inputs.fields(), Result: m.Result.typ(), From: m.From.typ(), To: m.To.typ()}
		var faults []*fault
		d.Value, d.Body, faults = m.Body.parts()
		return d, append(faults, onlyComposition("model", d.Sig, d.Body)...)
	case g.Loss != nil:
		d := &LossDecl{DeclHead: DeclHead{Name: g.Loss.Name.Name}, Inputs: g.Loss.Inputs.fields(), Result: g.Loss.Result.typ()}
		var faults []*fault
		d.Value, d.Body, faults = g.Loss.Body.parts()
		return d, faults
	case g.Train != nil:
		return g.Train.convert(), nil
	case g.Derive != nil:
		return g.Derive.convert()
	case g.Rule != nil:
		return g.Rule.convert()
	case g.Optimizer != nil:
		o := g.Optimizer
		return &OptimizerDecl{DeclHead{Name: o.Name.Name}, o.Hyper.fields(), o.Body.Block}, o.Body.Faults
	}
	d := &InitDecl{DeclHead: DeclHead{Name: g.Init.Name.Name}, Value: g.Init.Value.expr()}
	if g.Init.Hyper != nil {
		d.Hyper = g.Init.Hyper.Fields
	}
	return d, nil
}

func (g *constG) convert() (*ConstDecl, []*fault) {
	d := &ConstDecl{DeclHead{Name: g.Name.Name}, g.Indices.binders(), g.Value.expr()}
	for _, b := range d.Indices {
		if b.Bound == nil {
			return d, []*fault{faultOn(b, diag.BadBinder, "an index of a table needs its range").
				hint("write [i < 4] for the values 0, 1, 2, 3")}
		}
	}
	return d, nil
}

func (g *layerG) convert() (Decl, []*fault) {
	d := &LayerDecl{DeclHead: DeclHead{Name: g.Name.Name}, Hyper: g.First.fields()}
	d.Sig = Signature{Pointwise: g.Result != nil, Inputs: g.Second.fields(), Result: g.Result.typ(), From: g.From.typ(), To: g.To.typ()}
	var faults []*fault
	d.Value, d.Body, faults = g.Body.parts()
	switch {
	case d.Sig.Pointwise && g.Second == nil:
		faults = append(faults, faultOn(d.Name, diag.LayerForm, "layer `"+d.Name.Spelt+"` has one list of arguments; it needs two").
			hint("hyper-parameters come first, inputs second: layer "+d.Name.Spelt+"()(x: …) -> …"))
	case !d.Sig.Pointwise && g.Second != nil:
		faults = append(faults, faultOn(d.Name, diag.LayerForm, "layer `"+d.Name.Spelt+"` has named inputs and a `:`").
			hint("with named inputs the result type follows ->"))
	}
	return d, append(faults, onlyComposition("layer", d.Sig, d.Body)...)
}

// onlyComposition refuses a block behind `: T -> U`, where the input has no name that the block could use.
func onlyComposition(what string, sig Signature, body *Block) []*fault {
	if sig.Pointwise || body == nil {
		return nil
	}
	at := body.Span()
	f := &fault{code: diag.LayerForm, start: at.Start, end: at.Start + 1, message: "a " + what + " with `: T -> U` is a composition, not a body"}
	return []*fault{f.hint("name the inputs, (x: T) -> U { … }, or write = and a composition")}
}

func (g *trainG) convert() *TrainDecl {
	d := &TrainDecl{Loss: g.First.Name, With: g.With.expr()}
	if g.Loss != nil {
		d.Name, d.Loss = g.First.Name, g.Loss.Name
	}
	for _, s := range g.On {
		d.On = append(d.On, s.String)
	}
	return d
}

// derivatives are the kinds that derive knows.
var derivatives = []string{"value", "grad", "jac", "jvp", "vjp", "hess", "hvp"}

// Known reports whether the kind is one of those that exist.
func (d *Derivative) Known() bool { return slices.Contains(derivatives, d.Kind.Name) }

func (g *deriveG) convert() (Decl, []*fault) {
	d := &DeriveDecl{DeclHead: DeclHead{Name: g.Name.Name}}
	var faults []*fault
	for i, item := range g.Items {
		kindName := item.Kind.Name
		out := &Derivative{At: kindName.At, Kind: kindName}
		if !slices.Contains(derivatives, kindName.Name) {
			faults = append(faults, unknownKind(kindName, derivatives))
		}
		for _, by := range item.By {
			out.By = append(out.By, by.Expr)
			out.Loc.End = by.Expr.Span().End + 1
			if !isPath(by.Expr) {
				faults = append(faults, faultOn(by.Expr, diag.Unexpected, "a derivative is taken by an argument or a model").
					hint("write its name: grad(x)"))
			}
		}
		if item.T != nil {
			out.Transposed, out.Loc.End = true, item.T.Name.Span().End
			if kindName.Name != "jac" || item.T.Name.Name != "T" {
				faults = append(faults, faultOn(kindName, diag.Unexpected, "only a Jacobian has two layouts").
					hint("jac(x) has a row for every output, jac(x).T a row for every input"))
			}
		}
		if i+1 < len(g.Items) && len(item.Ends) == 0 {
			next := g.Items[i+1].Kind.Name
			faults = append(faults, faultOn(next, diag.Unexpected, "expected `,` between derivatives, found `"+next.Spelt+"`"))
		}
		d.Items = append(d.Items, out)
	}
	return d, faults
}

func isPath(e Expr) bool {
	for {
		switch x := e.(type) {
		case *Ident:
			return true
		case *Select:
			e = x.X
		default:
			return false
		}
	}
}

func unknownKind(id *Ident, known []string) *fault {
	f := faultOn(id, diag.UnknownDerivative, "`"+id.Spelt+"` is not a kind of derivative")
	others := map[string]string{
		"gradient": "grad", "jacobian": "jac", "hessian": "hess", "forward": "value", "val": "value", "backward": "vjp", "derivative": "grad",
	}
	switch word := others[id.Name]; {
	case word != "" && slices.Contains(known, word):
		return f.hint("is it meant to be " + word + "?")
	case diag.Suggest(id.Name, known) != "":
		return f.hint("is it meant to be " + diag.Suggest(id.Name, known) + "?")
	case len(known) == 2:
		return f.hint("a rule is one of jvp and vjp")
	}
	return f.hint("the kinds are value, grad, jac, jvp, vjp, hess and hvp")
}

func (g *ruleG) convert() (Decl, []*fault) {
	d := &RuleDecl{DeclHead: DeclHead{Name: g.Name.Name}, Mode: g.Mode.Name, Inputs: vars(g.Inputs), Linear: names(g.Linear)}
	var faults []*fault
	d.Value, d.Body, faults = g.Body.parts()
	if modes := []string{"jvp", "vjp"}; !slices.Contains(modes, d.Mode.Name) {
		faults = append(faults, unknownKind(d.Mode, modes))
	}
	return d, faults
}

// convert makes the statement, which lies between two bytes.
func (g *stmtG) convert(start, end int32) (Stmt, []*fault) {
	at := At{diag.Span{Start: start, End: end}}
	switch {
	case g.Param != nil:
		p := &ParamStmt{At: at, Names: vars(g.Param.Names), Type: g.Param.Type.typ(),
			Init: g.Param.Init.expr(), Value: g.Param.Value.expr(), When: g.Param.When.expr()}
		if g.Param.In != nil {
			p.In = g.Param.In.Interval
		}
		return p, nil
	case g.State != nil:
		return &StateStmt{at, vars(g.State.Names), g.State.Type.typ(), g.State.Value.expr()}, nil
	case g.Next != nil:
		return &NextStmt{at, g.Next.Name.Name, g.Next.Indices.binders(), g.Next.Value.expr()}, nil
	case g.Step != nil:
		s := g.Step
		return &StepStmt{at, s.Name.Name, s.Inputs.fields(), s.Result.typ(), s.Body.Block}, s.Body.Faults
	case g.Dim != nil:
		return &DimDecl{bodyHead(at, g.Dim.Name.Name, "dim"), g.Dim.Value.expr()}, nil
	case g.Const != nil:
		c, faults := g.Const.convert()
		c.DeclHead = bodyHead(at, c.Name, "const")
		return c, faults
	case g.Return != nil:
		return &ReturnStmt{at, g.Return.Value.expr()}, nil
	case g.Unpack != nil:
		return &Unpack{at, vars(g.Unpack.Names), g.Unpack.Value.expr()}, nil
	}
	e := g.Equation
	if e.Indices == nil {
		return &Define{at, e.Name.Name, e.Value.expr()}, nil
	}
	return &Equation{at, e.Name.Name, e.Indices.binders(), e.Value.expr()}, nil
}

// bodyHead is the head of a declaration that stands in a body.
func bodyHead(at At, name *Ident, word string) DeclHead {
	h := DeclHead{At: at, Name: name}
	h.Keyword = at.Loc
	h.Keyword.End = h.Keyword.Start + int32(len(word))
	return h
}
