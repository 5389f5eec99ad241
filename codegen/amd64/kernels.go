package amd64

import (
	"slices"
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
	made  map[*plan.Block]made
	named []*Kernel
}

// made is the kernel of a block, nil if it stays in Go, and what it has for each
// of its operands.
type made struct {
	kernel *Kernel
	joined []int64
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

// Make makes the kernel of a block, once for operands that are joined in the same
// way, and reports whether there is one. Kernels of several blocks may be made at
// the same time.
func (k *Kernels) Make(b *plan.Block, ops *plan.Operands) bool {
	k.lock.Lock()
	m, known := k.made[b]
	k.lock.Unlock()
	joined := ops.Layout()
	if known && slices.Equal(m.joined, joined) {
		return m.kernel != nil
	}
	kernel, _ := Lower(b, ops, k.Always) // the reason is for those who ask Lower
	k.lock.Lock()
	defer k.lock.Unlock()
	if k.made == nil {
		k.made = map[*plan.Block]made{}
	}
	k.made[b] = made{kernel, joined}
	return kernel != nil
}

// Of is the kernel of a block that [Kernels.Make] has seen; nil if it stays in
// Go.
func (k *Kernels) Of(b *plan.Block) *Kernel { return k.made[b].kernel }

// Name gives the kernel of a block its name in Go, and the names of its
// parameters and results there. Only what has a name is assembled.
func (k *Kernels) Name(b *plan.Block, name string, params, results []string) {
	kernel := k.made[b].kernel
	to := map[string]string{}
	for i, p := range params {
		to[Param(i)] = p
	}
	for i, r := range results {
		to[Result(i)] = r
	}
	for _, f := range kernel.Funcs {
		f.Rename(name+setNames[f.ISA], to)
	}
	k.named = append(k.named, kernel)
}

// Assemble prints the functions of all kernels with a name.
func (k *Kernels) Assemble() ([]byte, error) {
	var funcs []*vec.Func
	for _, m := range k.named {
		funcs = append(funcs, m.Funcs...)
	}
	return vec.Emit(funcs, vec.Options{})
}
