package amd64

import (
	"slices"

	"github.com/gradgen/gradgen/codegen/amd64/vec"
	"github.com/gradgen/gradgen/ir/plan"
)

// A sum begins with its first term: a register that is to begin with a number is
// not assigned before it must be. Where what is assigned first is combined with
// the identity of the combination, that is left out, and the number with it.

// begin is a register that begins with a number.
func (l *lowerer) begin(x float64) vec.Vec {
	v := l.f.NewVec()
	l.unset[v] = x
	return v
}

// ready is a register after it has been assigned.
func (l *lowerer) ready(v vec.Vec) vec.Vec {
	if x, ok := l.unset[v]; ok {
		delete(l.unset, v)
		l.f.Set(v, l.f.Const(x))
	}
	return v
}

// allReady assigns all registers, since what follows may run often or not at all.
func (l *lowerer) allReady() {
	var list []vec.Vec
	for v := range l.unset {
		list = append(list, v)
	}
	slices.SortFunc(list, func(a, b vec.Vec) int { return int(a.Reg - b.Reg) })
	for _, v := range list {
		l.ready(v)
	}
}

// starts reports whether a register holds the identity of a combination still,
// so that the first term takes its place. 0 is that of sums but for the sign of
// their zeros, which part sums need not keep: they are added to others.
func (l *lowerer) starts(v vec.Vec, op plan.AssignOp, part bool) bool {
	x, ok := l.unset[v]
	return ok && op != plan.Assign && x == identities[op] && (part || op != plan.AssignAdd)
}
