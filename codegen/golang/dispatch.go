package golang

import (
	"fmt"

	"github.com/gradgen/gradgen/ir"
	"github.com/gradgen/gradgen/ir/plan"
)

// Kernels choose their form themselves, at their beginning, in the file that is
// the same for all builds: a call that is too small for assembly then costs a
// comparison, and one of assembly is no call of a function between.

// few is the number of arithmetic operations below which the Go form of a kernel
// is as fast: assembly must be called, and prepares vectors that it hardly uses.
const few = 100

// enough is the condition that a call of the function that b prints, for a block,
// does no few operations; nil where that holds for all sizes from 1 on, or where
// no parameter tells. A block with functions of package math has none: they cost
// many operations each.
func (b *bodyPrinter) enough(block *plan.Block) code {
	work, limit := block.Flops, int64(few)
	terms, rest := work.Terms()
	ok := len(terms) > 0 && !work.HasAxes()
	least, subtracts := rest, false
	for _, t := range terms {
		least += t.Coef // at sizes of 1
		subtracts = subtracts || t.Coef < 0
	}
	ok = ok && (least < few || subtracts)
	work.Dims(func(d *ir.Dim) {
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
	if len(terms) == 1 && !subtracts {
		// 21*N is 100 or more from an N of 5 on.
		work, limit = ir.Const(1), (few-rest+terms[0].Coef-1)/terms[0].Coef
		for _, a := range terms[0].Atoms {
			work = work.Mul(ir.Of(a))
		}
	}
	return op(b.int(work), ">=", integer(limit))
}

// choice is the first statements of a kernel: a call of the best form in assembly
// that the machine has, if there is one and enough to do. Enough is nil where
// there always is.
func (k *Kernel) choice(enough code, sets []string) []code {
	var cases []code
	for _, s := range sets {
		c := call(id(Ident(k.Name+s)), k.call...)
		run := []code{c, ret()}
		if len(k.results) > 0 {
			run = []code{ret(c)}
		}
		cases = append(cases, caseOf([]code{qual("runtime", Ident(s))}, run...))
	}
	forms := switchOn(call(qual("runtime", "Vectors")), cases...)
	if enough == nil {
		return []code{forms}
	}
	return []code{
		comment(fmt.Sprintf("Fewer than %d operations do not pay for a call of assembly.", few)),
		ifThen(enough, forms),
	}
}

// Assembly prints the file that declares the forms of kernels that are defined in
// assembly, for builds that have it.
func Assembly(m *ir.Module, kernels []*Kernel, sets []string) (*Source, error) {
	file, err := newSource(m.Package)
	if err != nil {
		return nil, err
	}
	file.constrain("amd64 && !purego")
	for _, k := range kernels {
		for _, s := range sets {
			file.add(k.Name, assembly(Ident(k.Name+s), k.params, k.results))
		}
	}
	return file, nil
}

// Generic prints the file that stands in for assembly in all other builds, where
// runtime.Vectors is a constant: the compiler leaves out every call of what is
// declared here.
func Generic(m *ir.Module, kernels []*Kernel, sets []string) (*Source, error) {
	file, err := newSource(m.Package)
	if err != nil {
		return nil, err
	}
	file.constrain("!amd64 || purego")
	file.add("what stands in for assembly", comment("In this build runtime.Vectors() is runtime.Portable, and nothing calls these functions."))
	for _, k := range kernels {
		for _, s := range sets {
			file.add(k.Name, funcLine(Ident(k.Name+s), k.params, k.results, call(id("panic"), str("no assembly"))))
		}
	}
	return file, nil
}
