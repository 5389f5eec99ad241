package codegen

import (
	"github.com/gradgen/gradgen/codegen/amd64"
	"github.com/gradgen/gradgen/ir/plan"
)

// Kernel is a block that becomes a kernel.
type Kernel struct {
	Block *plan.Block // the first of those that are equal
	*amd64.Kernel
}

// Text is what the kernel is made of, for people.
func (k Kernel) Text() string { return k.Kernel.Text(k.Block) }

// Describe takes the programs of a module through what [Generate] does before
// it prints, and notes on every block what becomes of it: a call of the
// contraction engine, a kernel, or Go, and why. It returns the kernels.
func Describe(programs []*plan.Program) []Kernel {
	var made amd64.Kernels
	var kernels []Kernel
	for _, g := range plan.Share(programs, made.Make) {
		if k := made.Of(g.Block); k != nil {
			kernels = append(kernels, Kernel{g.Block, k})
		}
	}
	for _, p := range programs {
		if p.Lowering != plan.Flat { // straight-line code is Go
			describe(p.Body, &made)
		}
	}
	return kernels
}

// describe notes it on the blocks of a list, not on those that others were made
// of, but for the steps of a scan.
func describe(list []plan.Stmt, made *amd64.Kernels) {
	for _, s := range list {
		switch s := s.(type) {
		case *plan.Block:
			if s.IsScan() {
				describe(s.Body, made)
				continue
			}
			s.Code = codeOf(s, made)
		case *plan.Loop:
			describe(s.Body, made)
		case *plan.If:
			describe(s.Then, made)
			describe(s.Else, made)
		}
	}
}

// codeOf tells what becomes of a block.
func codeOf(b *plan.Block, made *amd64.Kernels) string {
	product := false
	plan.Each(b.Body, func(s plan.Stmt) {
		switch s.(type) {
		case *plan.Product, *plan.Chain:
			product = true
		}
	})
	switch {
	case product:
		return "call of the engine"
	case b.Lanes == nil:
		return "in Go: not made of loops over numbers"
	case b.Operands == nil:
		return "in Go: bound to the function around it"
	}
	if b.Shared != nil {
		if k := made.Of(b.Shared.Block); k != nil {
			return "kernel: " + k.Form()
		}
	}
	if _, err := amd64.Lower(b, b.Operands, made.Always); err != nil {
		return "in Go: " + err.Error()
	}
	return "in Go"
}
