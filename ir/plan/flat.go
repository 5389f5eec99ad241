package plan

import (
	"fmt"
	"slices"

	"github.com/gradgen/gradgen/ir"
)

// Straight-line code pays while its values fit into registers: the gradient of
// a network 4-16-16-3, 1,900 operations, took 734 ns flat and 480 ns in loops.
const (
	maxFlatOps   = 600 // operations after unrolling
	maxFlatState = 512 // scalars of one array, parameter or result
	// Where an estimate of so many times as many operations is wrong, because
	// zeros and conditions on places leave less than half of them, loops would
	// do the others, too.
	maxFlatGuess = 4
)

// choose decides between straight-line code and loops, by cost.
func (l *lowerer) choose() (flat bool, reason string) {
	if l.opts.Force == Loops {
		return false, "as asked"
	}
	ops, why := l.flatCost()
	switch {
	case why != "":
		return false, why
	case l.opts.Force == Flat:
		return true, fmt.Sprintf("as asked; about %d operations", ops)
	case ops > maxFlatOps:
		if ops <= maxFlatGuess*maxFlatOps {
			if left := l.unrolledOps(); left <= min(maxFlatOps, ops/2) {
				return true, fmt.Sprintf("all sizes are constant, unrolling leaves %d operations of %d", left, ops)
			}
		}
		return false, fmt.Sprintf("about %d operations, more than the %d worth unrolling", ops, maxFlatOps)
	}
	return true, fmt.Sprintf("all sizes are constant, about %d operations", ops)
}

// flatCost counts the operations of the unrolled function, or says why there
// is no unrolling it.
func (l *lowerer) flatCost() (ops int64, why string) {
	times := map[*ir.Axis]int64{}
	values := ir.Topological(l.f.Results...)
	for _, v := range slices.Concat(values, l.f.Params) {
		n, ok := v.Type.Len().IsConst()
		if !ok {
			return 0, "the size of " + v.String() + " is known at run time only"
		}
		if n > maxFlatState {
			return 0, fmt.Sprintf("%s has %d elements, more than the %d worth unrolling", v, n, maxFlatState)
		}
		if s, ok := v.Def.(*ir.Scan); ok {
			n, isConst := s.Axis.Extent.IsConst()
			if !isConst {
				return 0, "the number of steps along " + s.Axis.Name + " is known at run time only"
			}
			times[s.Axis] = n
		}
	}
	for _, v := range values {
		m, ok := v.Def.(*ir.Map)
		if !ok {
			continue
		}
		if why := l.cannotUnroll(v, m); why != "" {
			return 0, why
		}
		if ops > 100*maxFlatOps {
			continue // enough, but what cannot be unrolled is still to be found
		}
		n := int64(1)
		for _, x := range m.Axes {
			k, isConst := x.Extent.IsConst()
			if !isConst {
				return 0, "the extent of " + x.Name + " is known at run time only"
			}
			n *= max(k, 0)
			if n > 1<<24 {
				break
			}
		}
		for _, x := range v.Free() {
			n *= times[x]
		}
		each := int64(0)
		m.Body.Walk(func(e *ir.Expr) {
			if len(e.Args) > 0 {
				each++
			}
		})
		if m.Reduce != nil {
			each++
		}
		ops += n * each
	}
	return ops, ""
}

// cannotUnroll names what straight-line code has no form for: elements chosen
// by data, but for those of parameters and tables.
func (l *lowerer) cannotUnroll(v *ir.Value, m *ir.Map) string {
	why, data := "", chosenByData
	m.Body.Walk(func(e *ir.Expr) {
		switch {
		case e.Op == ir.OpRead:
			_, input := base(e.Array).Def.(*ir.Input)
			_, table := base(e.Array).Def.(*ir.Table)
			if slices.ContainsFunc(e.Index, data) && !input && !table {
				why = "elements of " + e.Array.String() + " are chosen by data"
			}
		case e.Op == ir.OpTest:
			for _, p := range e.Preds {
				if data(p.E) {
					why = "a condition on places in " + v.String() + " depends on data"
				}
			}
		case (e.Op == ir.OpIndex || e.Op == ir.OpRandom) && data(e.Int):
			why = "a place in " + v.String() + " depends on data"
		}
	})
	if slices.ContainsFunc(m.Write, data) {
		why = "places written in " + v.String() + " are chosen by data"
	}
	for _, p := range m.Domain {
		if data(p.E) {
			why = "the domain of " + v.String() + " depends on data"
		}
	}
	return why
}

// chosenByData reports whether an integer depends on elements of other arrays
// than tables: those are known once the axes are.
func chosenByData(i ir.Int) bool {
	found := false
	i.Walk(nil, func(e *ir.Expr) {
		if e.Op == ir.OpRead {
			_, table := base(e.Array).Def.(*ir.Table)
			found = found || !table
		}
	})
	return found
}

// unroller evaluates values where the elements of the parameters are known.
func (l *lowerer) unroller() *unroller {
	u := &unroller{l: l, env: map[*ir.Axis]int64{}, known: map[*ir.Value][]*Expr{}, name: map[*Expr]*ir.Value{}, at: map[*Expr]int{}}
	for i, v := range l.f.Params {
		n, _ := v.Type.Len().IsConst()
		for k := range n {
			u.known[v] = append(u.known[v], l.x.read(l.prog.Params[i], ir.Const(k)))
		}
	}
	return u
}

// unrolledOps counts the operations that unrolling leaves, by unrolling.
func (l *lowerer) unrolledOps() int64 {
	trial := newLowerer(l.f, l.opts)
	trial.params()
	u := trial.unroller()
	var all []*Expr
	for _, v := range l.f.Results {
		all = append(all, u.value(v)...)
	}
	return countOps(all)
}

// flat lowers to straight-line code: every element of every value becomes an
// expression over the elements of the parameters; equal ones are one; what is
// used more than once becomes a variable.
func (l *lowerer) flat() {
	u := l.unroller()
	block := &Block{Place: l.f.Place, Form: "flat"}
	var stores []Stmt
	var values []*Expr
	for k, v := range l.f.Results {
		buf := (*Buffer)(nil)
		switch {
		case l.opts.donated(k) >= 0:
			buf = l.prog.Params[l.opts.donated(k)]
		case l.opts.inArena(k) && v.Type.Rank() > 0:
			buf = l.buffer(v.Name, Arena, v, v.Type, v.Type.Len())
		default:
			buf = l.buffer(v.Name, Result, v, v.Type, v.Type.Len())
		}
		l.prog.Results = append(l.prog.Results, buf)
		block.Values = append(block.Values, v)
		for i, e := range u.value(v) {
			values = append(values, e)
			stores = append(stores, &Store{Buffer: buf, At: ir.Const(int64(i)), Value: e})
		}
	}
	block.Flops = ir.Const(countOps(values))
	block.Body = u.schedule(stores)
	l.prog.Body = []Stmt{block}
	l.prog.Body = l.branches(l.prog.Body)
	l.prog.Body = l.dead(l.prog.Body)
	l.prog.Body = l.indices(l.prog.Body)
	block.Body = u.named(block.Body)
}
