package check

import (
	"strings"

	"github.com/gradgen/gradgen/dsl/diag"
	"github.com/gradgen/gradgen/dsl/syntax"
	"github.com/gradgen/gradgen/ir"
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

// forms are the functions whose derivatives can be asked for under one name: of a loss, that of values evaluates and
// the other one trains. Derivatives by arguments are of the first, those by the parameters of a model of the second,
// as that is what a step of training goes down along.
type forms struct{ value, train *built }

// derive emits the derivatives that are asked for.
func (c *checker) derive(m *ir.Module, d *decl, of forms, items []*syntax.Derivative) {
	seen := map[string]diag.Span{}
	for _, it := range items {
		if !it.Known() {
			continue // reported by the parser
		}
		if it.Kind.Name == "value" && len(it.By) > 0 {
			c.errorf(d.scope.env, diag.DeriveForm, it.Span(), "`value` takes no arguments")
			continue
		}
		p := &variables{}
		if it.Kind.Name != "value" {
			if p = c.variables(d, of.value, it); p == nil {
				continue
			}
		}
		key := it.Kind.Name + " " + strings.Join(p.names, " ")
		if it.Transposed {
			key += " T"
		}
		if first, dup := seen[key]; dup {
			c.errorf(d.scope.env, diag.DeriveForm, it.Span(), "this derivative is asked for twice").Note(first, "first", "here")
			continue
		}
		seen[key] = it.Span()
		switch {
		case it.Kind.Name == "value":
			c.export(m, d, of.value, "")
		case len(p.models) > 0:
			c.derivative(m, d, of.train, it.Kind.Name, it.Transposed, p, it.Span())
		default:
			c.derivative(m, d, of.value, it.Kind.Name, it.Transposed, p, it.Span())
		}
	}
}
