package amd64

import (
	"fmt"
	"strings"

	"github.com/gradgen/gradgen/ir"
	"github.com/gradgen/gradgen/ir/plan"
)

// Form tells how the loops of a kernel are made, in their order and by the
// names of their axes; for each set of instructions if that makes a difference.
func (k *Kernel) Form() string {
	var parts []string
	same := true
	for i, f := range k.Funcs {
		same = same && k.forms[i] == k.forms[0]
		parts = append(parts, f.ISA.String()+" "+k.forms[i])
	}
	if same {
		return k.forms[0]
	}
	return strings.Join(parts, "; ")
}

// formText is the choices for the loops in a list.
func formText(list []plan.Stmt, choices map[*plan.Loop]*choice) string {
	var parts []string
	var visit func(list []plan.Stmt)
	visit = func(list []plan.Stmt) {
		for _, s := range list {
			switch s := s.(type) {
			case *plan.Block: // of several
				visit(s.Lanes.Body())
			case *plan.If:
				visit(s.Then)
				visit(s.Else)
			case *plan.Loop:
				if c := choices[s]; c != nil && c.String() != "" {
					parts = append(parts, s.Axis.Name+" "+c.String())
				}
				visit(s.Body)
			}
		}
	}
	visit(list)
	return strings.Join(parts, ", ")
}

// String is a choice after the name of a loop; "" for a plain loop.
func (c *choice) String() string {
	var words []string
	switch {
	case c.vector && c.unroll > 1:
		words = append(words, fmt.Sprintf("in %d vectors of lanes", c.unroll))
	case c.vector:
		words = append(words, "in lanes")
	case c.rows != nil:
		words = append(words, "flat in lanes")
	case c.cross:
		words = append(words, "crosswise in lanes")
	case c.unroll > 1:
		words = append(words, "written out")
	}
	if c.jam > 1 {
		words = append(words, fmt.Sprintf("%d abreast", c.jam))
	}
	return strings.Join(words, " ")
}

// Text is the functions of the kernel of a block before registers are given out.
// They are called as the value that the block makes, and parameters and results
// as in the plan of the block.
func (k *Kernel) Text(b *plan.Block) string {
	names := planNames(b.Operands)
	value := b.Values[len(b.Values)-1].String()
	texts := make([]string, len(k.Funcs))
	for i, f := range k.Funcs {
		f.Rename(value+setNames[f.ISA], names)
		texts[i] = f.String()
	}
	return strings.Join(texts, "\n")
}

// planNames are the names of parameters and results in the text of a plan. One
// that is there already is followed by its number.
func planNames(ops *plan.Operands) map[string]string {
	names, taken := map[string]string{}, map[string]bool{}
	add := func(param, name string) {
		if taken[name] {
			name += "_" + param
		}
		names[param], taken[name] = name, true
	}
	next := func(name string) { add(Param(len(names)), name) }
	ops.Each(plan.OperandVisitor{
		Array:  func(b *plan.Buffer) { next(b.String()) },
		Joined: func(j *plan.Joined) { next(j.Buffer.String()) },
		Scalar: func(b *plan.Buffer) { next(b.String()) },
		Reg:    func(r *plan.Reg) { next(r.String()) },
		Int:    func(x *ir.Axis) { next(x.Name) },
		Dim:    func(d *ir.Dim) { next(d.Name) },
		Draw:   func(uint32) { next("site") },
		Key:    func() { next("key") },
	})
	for i, r := range ops.Results {
		add(Result(i), r.String())
	}
	return names
}
