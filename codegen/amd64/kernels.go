package amd64

import (
	"sync"

	"github.com/gradgen/gradgen/codegen/amd64/vec"
	"github.com/gradgen/gradgen/ir/plan"
)

// Kernels are those of one file. The zero value is none.
type Kernels struct {
	// Always makes kernels also where they do not pay, for tests: small blocks
	// then show what large ones would.
	Always bool

	lock  sync.Mutex
	made  map[*plan.Block]*Kernel // nil for a block that stays in Go
	named []*Kernel
}

// setNames are the sets of instructions as package runtime calls them.
var setNames = map[vec.ISA]string{vec.AVX2: "AVX2", vec.AVX512: "AVX512"}

// Sets are the names of the sets of instructions that kernels are made for, the
// best first.
func Sets() []string {
	var out []string
	for k := len(ISAs) - 1; k >= 0; k-- {
		out = append(out, setNames[ISAs[k]])
	}
	return out
}

// Make makes the kernel of a block, once, and reports whether there is one.
// Kernels of several blocks may be made at the same time.
func (k *Kernels) Make(b *plan.Block, ops *plan.Operands) bool {
	k.lock.Lock()
	made, known := k.made[b]
	k.lock.Unlock()
	if known {
		return made != nil
	}
	made, _ = Lower(b, ops, k.Always) // the reason is for those who ask Lower
	k.lock.Lock()
	defer k.lock.Unlock()
	if k.made == nil {
		k.made = map[*plan.Block]*Kernel{}
	}
	k.made[b] = made
	return made != nil
}

// Of is the kernel of a block that [Kernels.Make] has seen; nil if it stays in
// Go.
func (k *Kernels) Of(b *plan.Block) *Kernel { return k.made[b] }

// Name gives the kernel of a block its name in Go, and the names of its
// parameters and results there. Only what has a name is assembled.
func (k *Kernels) Name(b *plan.Block, name string, params, results []string) {
	made := k.made[b]
	to := map[string]string{}
	for i, p := range params {
		to[Param(i)] = p
	}
	for i, r := range results {
		to[Result(i)] = r
	}
	for _, f := range made.Funcs {
		f.Rename(name+setNames[f.ISA], to)
	}
	k.named = append(k.named, made)
}

// Assemble prints the functions of all kernels with a name.
func (k *Kernels) Assemble() ([]byte, error) {
	var funcs []*vec.Func
	for _, m := range k.named {
		funcs = append(funcs, m.Funcs...)
	}
	return vec.Emit(funcs, vec.Options{})
}
