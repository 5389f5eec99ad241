package golang

import (
	"fmt"

	"github.com/gradgen/gradgen/ir"
	"github.com/gradgen/gradgen/ir/plan"
)

// Kernel is a function that a file calls and has in several forms: in Go, under
// its name and [PortableSuffix], and in assembly, one for each set of
// instructions, under its name and that of the set. The function itself, which
// takes the best that the machine has, is declared in files of their own, one
// for machines that have assembly and one for all others.
type Kernel struct {
	Block *plan.Block
	Name  string
	// Params and Results are in the order of the operands of the block.
	Params, Results []KernelParam

	params, results []code
	call            []code // the arguments, as its own parameters
	few             code   // holds where a call does too little for assembly; nil: never
}

// KernelParam is a parameter or a result, with its type as Go spells it.
type KernelParam struct{ Name, Type string }

// PortableSuffix ends the name of the Go form of a kernel.
const PortableSuffix = "Go"

// family is all the names of the function of a block, which is a kernel if there
// are sets of instructions, and may do a range of rows.
func family(sets []string, rows bool) func(Ident) []Ident {
	return func(n Ident) []Ident {
		out := []Ident{n}
		if rows {
			out = append(out, n+rowsSuffix)
		}
		if len(sets) > 0 {
			out = append(out, n+PortableSuffix)
		}
		for _, s := range sets {
			out = append(out, n+Ident(s))
		}
		return out
	}
}

// kernel notes the signature of a shared block that has other forms; b prints
// its Go form.
func (p *printer) kernel(g *plan.Shared, b *bodyPrinter, params []param, results []*plan.Reg) {
	k := &Kernel{Block: g.Block, Name: string(p.shared[g]), params: groupParams(params)}
	if !p.always {
		k.few = b.few(g.Block)
	}
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
}

// resultNames are how a kernel calls its results.
func resultNames(results []*plan.Reg) []Ident {
	out := make([]Ident, len(results))
	for i := range results {
		out[i] = Ident(fmt.Sprintf("r%d", i))
	}
	return out
}

// run is a call of one form of a kernel, as all that a function does.
func (k *Kernel) run(form string) []code {
	c := call(id(Ident(k.Name+form)), k.call...)
	if len(k.results) > 0 {
		return []code{ret(c)}
	}
	return []code{c}
}

// Generic prints the file that declares kernels for all other machines.
func Generic(m *ir.Module, kernels []*Kernel) (*Source, error) {
	return kernelFile(m, "!amd64 || purego", func(add func(string, ...code)) {
		for _, k := range kernels {
			add(k.Name, funcDecl(nil, Ident(k.Name), k.params, k.results, k.run(PortableSuffix)...))
		}
	})
}

func kernelFile(m *ir.Module, constraint string, print func(add func(string, ...code))) (*Source, error) {
	file, err := newSource(m.Package)
	if err != nil {
		return nil, err
	}
	file.constrain(constraint)
	print(file.add)
	return file, nil
}
