package golang

import (
	"fmt"

	"github.com/gradgen/gradgen/ir"
	"github.com/gradgen/gradgen/ir/plan"
)

// few is the number of arithmetic operations below which the Go form of a kernel
// is as fast: assembly must be called, and prepares vectors that it hardly uses.
const few = 100

// few is the condition that a call of the function that b prints, for a block,
// does few operations; nil where that holds for no sizes from 1 on, or where no
// parameter tells. A block with functions of package math has none: they cost
// many operations each.
func (b *bodyPrinter) few(block *plan.Block) code {
	terms, least := block.Flops.Terms()
	ok := len(terms) > 0 && !block.Flops.HasAxes()
	subtracts := false
	for _, t := range terms {
		least += t.Coef // at sizes of 1
		subtracts = subtracts || t.Coef < 0
	}
	ok = ok && (least < few || subtracts)
	block.Flops.Dims(func(d *ir.Dim) {
		_, known := b.names.Dim[d]
		ok = ok && known
	})
	plan.Each(block.Body, func(s plan.Stmt) {
		plan.EachExpr(s, func(e *plan.Expr) {
			e.Walk(func(e *plan.Expr) { ok = ok && e.Op.Cost < ir.Costly })
		})
	})
	if !ok {
		return nil
	}
	return op(b.int(block.Flops), "<", integer(few))
}

// Dispatch prints the file that declares kernels for machines with assembly:
// sets are the names of the sets of instructions, the best first.
func Dispatch(m *ir.Module, kernels []*Kernel, sets []string) (*Source, error) {
	return kernelFile(m, "amd64 && !purego", func(add func(string, ...code)) {
		for _, k := range kernels {
			add(k.Name, k.dispatch(sets))
			for _, s := range sets {
				add(k.Name, assembly(Ident(k.Name+s), k.params, k.results))
			}
		}
	})
}

// dispatch declares the function that takes the best form of a kernel.
func (k *Kernel) dispatch(sets []string) code {
	var body, cases []code
	if k.few != nil {
		then := k.run(PortableSuffix)
		if len(k.results) == 0 {
			then = append(then, ret())
		}
		body = append(body, comment(fmt.Sprintf("Fewer than %d operations do not pay for a call of assembly.", few)), ifThen(k.few, then...))
	}
	for _, s := range sets {
		cases = append(cases, caseOf([]code{qual("runtime", Ident(s))}, k.run(s)...))
	}
	// A function with results must end in a return.
	if len(k.results) == 0 {
		cases = append(cases, otherwise(k.run(PortableSuffix)...))
	}
	body = append(body, switchOn(call(qual("runtime", "Vectors")), cases...))
	if len(k.results) > 0 {
		body = append(body, k.run(PortableSuffix)...)
	}
	return funcDecl(nil, Ident(k.Name), k.params, k.results, body...)
}
