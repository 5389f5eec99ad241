package pass

import (
	"slices"

	"github.com/gradgen/gradgen/ir"
)

// hoist moves work out of scans: a value of the body that does not need the
// carry, and is a reduction or is emitted, is computed for all steps at once
// (input projections become one contraction). So is elementwise work on such a
// value that nobody else wants: the values for all steps then are held in its stead,
// and the contraction does that work, such as adding a bias. The body then reads its
// slice.
func hoist(b *ir.Builder, results []*ir.Value) []*ir.Value {
	return (&ir.Rewriter{B: b, Scan: func(s *ir.Scan) (carries, emits []*ir.Value) {
		return hoistScan(b, s)
	}}).Values(results)
}

func hoistScan(b *ir.Builder, s *ir.Scan) (carries, emits []*ir.Value) {
	carried := map[*ir.Value]bool{}
	var needsCarry func(v *ir.Value) bool
	needsCarry = func(v *ir.Value) bool {
		if known, ok := carried[v]; ok || !v.DependsOn(s.Axis) {
			return known
		}
		c, isCarry := v.Def.(*ir.Carry)
		needs := isCarry && c.Axis == s.Axis
		carried[v] = needs
		v.Operands(func(w *ir.Value) { needs = needsCarry(w) || needs })
		carried[v] = needs
		return needs
	}
	lifted := map[*ir.Value]*ir.Value{}
	lift := func(v *ir.Value) *ir.Value {
		if lifted[v] == nil {
			lifted[v] = b.Lift(v, s.Axis)
		}
		return lifted[v]
	}
	slice := func(v *ir.Value) *ir.Value {
		stack := lift(v)
		return b.Elementwise(v.Name, v.Type.Shape, func(at []ir.Int) *ir.Expr {
			return ir.Read(stack, slices.Concat([]ir.Int{ir.Of(s.Axis)}, at)...)
		})
	}
	// Values of the bodies of inner scans stay there: they may need an inner
	// carry, which stands for more than it shows.
	around := map[*ir.Axis]bool{s.Axis: true}
	for _, list := range [][]*ir.Value{s.Next, s.Emit} {
		for _, v := range list {
			for _, x := range v.Free() {
				around[x] = true
			}
		}
	}
	free := func(v *ir.Value) bool {
		for _, x := range v.Free() {
			if !around[x] {
				return false
			}
		}
		return v.DependsOn(s.Axis) && !needsCarry(v)
	}
	readers := readersIn(s)
	var leaves func(v *ir.Value) bool
	leaves = func(v *ir.Value) bool {
		m, ok := v.Def.(*ir.Map)
		if !ok || !free(v) {
			return false
		}
		if m.Reduce != nil || slices.Contains(s.Emit, v) {
			return true
		}
		alone := func(u *ir.Value) bool { return readers[u] == 1 && u.Type.Equal(v.Type) && leaves(u) }
		found := false
		m.Body.Walk(func(e *ir.Expr) {
			found = found || e.Op == ir.OpRead && slices.EqualFunc(e.Index, m.Axes, isAxis) && alone(e.Array)
		})
		return found
	}
	r := &ir.Rewriter{B: b, Alias: func(v *ir.Value) *ir.Value {
		if leaves(v) {
			return slice(v)
		}
		return nil
	}}
	if !slices.ContainsFunc(s.Emit, free) {
		next, emit := r.Values(s.Next), r.Values(s.Emit)
		if slices.Equal(next, s.Next) && slices.Equal(emit, s.Emit) {
			return nil, nil
		}
		return b.Scan(&ir.Scan{Axis: s.Axis, Reverse: s.Reverse, Carry: s.Carry, Init: s.Init, Next: next, Emit: emit})
	}
	// Emits without the carry are their lifts; the scan keeps the others.
	rest := slices.DeleteFunc(slices.Clone(s.Emit), free)
	carries, kept := b.Scan(&ir.Scan{Axis: s.Axis, Reverse: s.Reverse, Carry: s.Carry, Init: s.Init, Next: r.Values(s.Next), Emit: r.Values(rest)})
	for _, e := range s.Emit {
		if free(e) {
			emits = append(emits, lift(e))
		} else {
			emits, kept = append(emits, kept[0]), kept[1:]
		}
	}
	return carries, emits
}

// readersIn counts who reads each value that a scan needs, the scan itself included.
func readersIn(s *ir.Scan) map[*ir.Value]int {
	readers := map[*ir.Value]int{}
	ends := slices.Concat(s.Next, s.Emit)
	for _, v := range ends {
		readers[v]++
	}
	for _, v := range ir.Topological(ends...) {
		seen := map[*ir.Value]bool{}
		v.Operands(func(x *ir.Value) {
			if !seen[x] {
				seen[x] = true
				readers[x]++
			}
		})
	}
	return readers
}

// isAxis reports whether an index is just an axis.
func isAxis(i ir.Int, x *ir.Axis) bool {
	y, ok := i.IsAxis()
	return ok && x == y
}
