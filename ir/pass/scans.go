package pass

import (
	"slices"

	"github.com/gradgen/gradgen/ir"
)

// mergeScans makes one scan of those that run the same body: they have one
// step axis, agree on start and next value of the carries they share, and none
// needs a result of another.
func mergeScans(b *ir.Builder, results []*ir.Value) []*ir.Value {
	order := ir.Topological(results...)
	if !slices.ContainsFunc(order, isScan) {
		return results
	}
	below := scansBelow(order)
	merged := map[*ir.Axis]*ir.Scan{}
	group := map[*ir.Scan]bool{}
	count := 0
	for _, v := range order {
		s, ok := v.Def.(*ir.Scan)
		if !ok || group[s] {
			continue
		}
		m := merged[s.Axis]
		if m == nil {
			m = &ir.Scan{Axis: s.Axis, Reverse: s.Reverse}
			merged[s.Axis] = m
		} else if !agree(m, s) || needs(s, below) {
			continue
		} else {
			count++
		}
		absorb(m, s)
		group[s] = true
	}
	if count == 0 {
		return results
	}
	made := map[*ir.Axis][2][]*ir.Value{}
	r := &ir.Rewriter{B: b, Alias: func(v *ir.Value) *ir.Value {
		s, ok := v.Def.(*ir.Scan)
		if !ok || !group[s] {
			return nil
		}
		m := merged[s.Axis]
		values, ok := made[s.Axis]
		if !ok {
			c, e := b.Scan(m)
			values = [2][]*ir.Value{c, e}
			made[s.Axis] = values
		}
		if v.Result < len(s.Carry) {
			return values[0][slices.Index(m.Carry, s.Carry[v.Result])]
		}
		return values[1][slices.Index(m.Emit, s.Emit[v.Result-len(s.Carry)])]
	}}
	return r.Values(results)
}

func isScan(v *ir.Value) bool {
	_, ok := v.Def.(*ir.Scan)
	return ok
}

// scansBelow finds for every value the step axes of scans it needs results of.
func scansBelow(order []*ir.Value) map[*ir.Value]map[*ir.Axis]bool {
	below := map[*ir.Value]map[*ir.Axis]bool{}
	for _, v := range order {
		var set map[*ir.Axis]bool
		shared := true // with the one operand that has it
		add := func(x *ir.Axis) {
			if set[x] {
				return
			}
			if shared {
				set, shared = cloneSet(set), false
			}
			set[x] = true
		}
		v.Operands(func(w *ir.Value) {
			if set == nil {
				set = below[w]
				return
			}
			for x := range below[w] {
				add(x)
			}
		})
		if s, ok := v.Def.(*ir.Scan); ok {
			add(s.Axis)
		}
		below[v] = set
	}
	return below
}

func cloneSet(set map[*ir.Axis]bool) map[*ir.Axis]bool {
	out := make(map[*ir.Axis]bool, len(set)+1)
	for x := range set {
		out[x] = true
	}
	return out
}

// needs reports whether s needs a result of another scan along its axis.
func needs(s *ir.Scan, below map[*ir.Value]map[*ir.Axis]bool) bool {
	for _, list := range [][]*ir.Value{s.Init, s.Next, s.Emit} {
		for _, v := range list {
			if below[v][s.Axis] {
				return true
			}
		}
	}
	return false
}

func agree(m, s *ir.Scan) bool {
	if m.Reverse != s.Reverse {
		return false
	}
	for k, c := range s.Carry {
		if i := slices.Index(m.Carry, c); i >= 0 && (m.Init[i] != s.Init[k] || m.Next[i] != s.Next[k]) {
			return false
		}
	}
	return true
}

func absorb(m, s *ir.Scan) {
	for k, c := range s.Carry {
		if !slices.Contains(m.Carry, c) {
			m.Carry, m.Init, m.Next = append(m.Carry, c), append(m.Init, s.Init[k]), append(m.Next, s.Next[k])
		}
	}
	for _, e := range s.Emit {
		if !slices.Contains(m.Emit, e) {
			m.Emit = append(m.Emit, e)
		}
	}
}

// pruneScans drops the emits that no one reads, then the carries that neither
// an emit nor another live carry needs.
func pruneScans(b *ir.Builder, results []*ir.Value) []*ir.Value {
	if !slices.ContainsFunc(ir.Topological(results...), isScan) {
		return results
	}
	used := map[ir.Def]map[int]bool{}
	mark := func(v *ir.Value) {
		if isScan(v) {
			if used[v.Def] == nil {
				used[v.Def] = map[int]bool{}
			}
			used[v.Def][v.Result] = true
		}
	}
	for _, v := range results {
		mark(v)
	}
	// Uses are found from the results down, so that what only a dropped emit
	// would need does not count: one emit is looked at when it is read.
	seen := map[*ir.Value]bool{}
	var visit func(v *ir.Value)
	live := map[*ir.Scan][]bool{}
	visit = func(v *ir.Value) {
		mark(v)
		if seen[v] {
			return
		}
		seen[v] = true
		s, ok := v.Def.(*ir.Scan)
		if !ok {
			v.Operands(visit)
			return
		}
		if live[s] == nil {
			live[s] = make([]bool, len(s.Carry))
		}
		var root *ir.Value
		if v.Result >= len(s.Carry) {
			root = s.Emit[v.Result-len(s.Carry)]
			visit(root)
		} else {
			live[s][v.Result] = true
		}
		for changed := true; changed; {
			changed = false
			for k, c := range s.Carry {
				if !live[s][k] && seen[c] {
					live[s][k], changed = true, true
				}
				if live[s][k] && !(seen[s.Init[k]] && seen[s.Next[k]]) {
					visit(s.Init[k])
					visit(s.Next[k])
					changed = true
				}
			}
		}
	}
	for _, v := range results {
		visit(v)
	}
	made := map[*ir.Scan]map[int]*ir.Value{}
	r := &ir.Rewriter{B: b}
	r.Alias = func(v *ir.Value) *ir.Value {
		s, ok := v.Def.(*ir.Scan)
		if !ok || live[s] == nil {
			return nil
		}
		if made[s] == nil {
			made[s] = prune(b, s, live[s], used[s])
		}
		return made[s][v.Result]
	}
	return r.Values(results)
}

// prune builds the smaller scan; without results it is the scan as it is.
func prune(b *ir.Builder, s *ir.Scan, live []bool, used map[int]bool) map[int]*ir.Value {
	out := &ir.Scan{Axis: s.Axis, Reverse: s.Reverse}
	var from []int        // the result of s that one of the smaller scan stands for
	same := map[int]int{} // emits of one value twice are one
	var fixed []int       // emits that are the same at every step need no scan
	for k, c := range s.Carry {
		if !live[k] {
			continue
		}
		from = append(from, k)
		out.Carry, out.Init, out.Next = append(out.Carry, c), append(out.Init, s.Init[k]), append(out.Next, s.Next[k])
	}
	for k, e := range s.Emit {
		if !used[len(s.Carry)+k] {
			continue
		}
		if !slices.Contains(e.Free(), s.Axis) {
			fixed = append(fixed, len(s.Carry)+k)
			continue
		}
		if first := slices.Index(out.Emit, e); first >= 0 {
			same[len(s.Carry)+k] = from[len(out.Carry)+first]
			continue
		}
		from = append(from, len(s.Carry)+k)
		out.Emit = append(out.Emit, e)
	}
	if len(from) == len(s.Carry)+len(s.Emit) {
		return map[int]*ir.Value{}
	}
	carries, emits := b.Scan(out)
	values := map[int]*ir.Value{}
	for i, v := range slices.Concat(carries, emits) {
		values[from[i]] = v
	}
	for k, first := range same {
		values[k] = values[first]
	}
	for _, k := range fixed {
		e := s.Emit[k-len(s.Carry)]
		values[k] = b.Elementwise(e.Name, slices.Concat([]ir.Int{s.Axis.Extent}, e.Type.Shape), func(at []ir.Int) *ir.Expr {
			return ir.Read(e, at[1:]...)
		})
	}
	return values
}
