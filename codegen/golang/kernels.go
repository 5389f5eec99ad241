package golang

import (
	"fmt"

	"github.com/gradgen/gradgen/ir/plan"
)

// Kernel is a function that has several forms: in Go, and in assembly, one for
// each set of instructions, under its name and that of the set. It begins with
// the choice of the best that the machine has (dispatch.go).
type Kernel struct {
	Block *plan.Block
	Name  string
	// Params and Results are in the order of the operands of the block.
	Params, Results []KernelParam

	params, results []code
	call            []code // the arguments, as its own parameters
}

// KernelParam is a parameter or a result, with its type as Go spells it.
type KernelParam struct{ Name, Type string }

// family is all the names of the function of a block, which is a kernel if there
// are sets of instructions, and may do a range of rows.
func family(sets []string, rows bool) func(Ident) []Ident {
	return func(n Ident) []Ident {
		out := []Ident{n}
		if rows {
			out = append(out, n+rowsSuffix)
		}
		for _, s := range sets {
			out = append(out, n+Ident(s))
		}
		return out
	}
}

// kernel notes the signature of a shared block that has other forms, and is what
// its function begins with; b prints the rest.
func (p *printer) kernel(g *plan.Shared, b *bodyPrinter, params []param, results []*plan.Reg) []code {
	k := &Kernel{Block: g.Block, Name: string(p.shared[g]), params: groupParams(params)}
	for _, x := range params {
		k.Params = append(k.Params, KernelParam{string(x.name), x.key})
		k.call = append(k.call, id(x.name))
	}
	for i, name := range resultNames(results) {
		t := results[i].Type
		k.Results = append(k.Results, KernelParam{string(name), string(goElem[t])})
		k.results = append(k.results, field(elemType(t), name))
	}
	p.kernels = append(p.kernels, k)
	var enough code
	if !p.always {
		enough = b.enough(g.Block)
	}
	return k.choice(enough, p.sets)
}

// resultNames are how a kernel calls its results.
func resultNames(results []*plan.Reg) []Ident {
	out := make([]Ident, len(results))
	for i := range results {
		out[i] = Ident(fmt.Sprintf("r%d", i))
	}
	return out
}
