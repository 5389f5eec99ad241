package plan

import (
	"slices"

	"github.com/gradgen/gradgen/ir"
)

// jam works on several iterations of a loop at once, where that saves loads
// or breaks a chain of additions:
//
//   - several sums that share an operand run through it together;
//   - several rows are added to a row in one go, which is then loaded and
//     stored once for all of them;
//   - a sum by itself gets several accumulators.
//
// The order of every sum depends on sizes only.
func (l *lowerer) jam(list []Stmt) []Stmt {
	var out []Stmt
	for _, s := range list {
		switch s := s.(type) {
		case *Block:
			s.Body = l.jam(s.Body)
		case *If:
			s.Then, s.Else = l.jam(s.Then), l.jam(s.Else)
		case *Loop:
			switch {
			case l.tiles(s), l.rows(s):
				out = append(out, l.jamBy(s)...)
				continue
			case l.chain(s):
				out = append(out, l.accumulators(s)...)
				continue
			}
			if before, r := l.rebased(s); r != nil && l.chain(r) {
				out = append(append(out, before...), l.accumulators(r)...)
				continue
			}
			if parts := l.taps(s); parts != nil {
				out = append(out, parts...)
				continue
			}
			s.Body = l.jam(s.Body)
		}
		out = append(out, s)
	}
	return out
}

// maxJam bounds the cost of a body that is copied.
const maxJam = 120

// tiles recognises a loop over a free axis around sums, one for each of its
// iterations, that read something all of them read.
func (l *lowerer) tiles(s *Loop) bool {
	if s.Reduce || s.Down || !l.copyable(s) {
		return false
	}
	sums, shared := 0, false
	for _, t := range s.Body {
		if st, ok := t.(*Store); ok && st.Op == Assign && !l.usesAxis(st.At, s.Axis) {
			return false // memory that the iterations use in turn
		}
		inner, ok := t.(*Loop)
		if !ok {
			continue
		}
		if !l.onlySums(inner, s.Axis) {
			return false
		}
		sums++
		shared = shared || l.readsWithout(inner, s.Axis)
	}
	return sums > 0 && shared
}

// onlySums tells reductions into registers whose bounds do not use x.
func (l *lowerer) onlySums(s *Loop, x *ir.Axis) bool {
	if !s.Reduce || s.usesInBounds(x) {
		return false
	}
	for _, t := range s.Body {
		switch t := t.(type) {
		case *Loop:
			if !l.onlySums(t, x) {
				return false
			}
		case *Let, *Set:
		default:
			return false
		}
	}
	return true
}

func (s *Loop) usesInBounds(x *ir.Axis) bool {
	found := false
	ownInts(s, func(i *ir.Int) { found = found || i.Uses(x) })
	return found
}

// readsWithout reports whether an innermost loop of s has a read that does
// not depend on x, and one that does.
func (l *lowerer) readsWithout(s *Loop, x *ir.Axis) bool {
	found := false
	for _, t := range s.Body {
		if inner, ok := t.(*Loop); ok {
			return l.readsWithout(inner, x)
		}
		eachExpr(t, func(e **Expr) {
			(*e).walk(func(e *Expr) {
				found = found || e.Op == ir.OpRead && e.Buffer.Rank > 0 && !l.usesAxis(e.Int, x) && e.Int.Uses(s.Axis)
			})
		})
	}
	return found
}

// usesAxis is Uses through the variables that stand for index arrays.
func (l *lowerer) usesAxis(i ir.Int, x *ir.Axis) bool {
	return l.changes(i, &bound{axes: []*ir.Axis{x}})
}

// rows recognises a reduction that adds a row to a row.
func (l *lowerer) rows(s *Loop) bool {
	if !s.Reduce || s.Down || !l.copyable(s) {
		return false
	}
	rows := 0
	for _, t := range s.Body {
		switch t := t.(type) {
		case *Let:
			if t.Mutable {
				return false
			}
		case *Loop:
			rows++
			if t.usesInBounds(s.Axis) || len(t.Body) != 1 {
				return false
			}
			st, ok := t.Body[0].(*Store)
			if !ok || st.Op == Assign || l.usesAxis(st.At, s.Axis) {
				return false
			}
		default:
			return false
		}
	}
	return rows == 1
}

// chain recognises an innermost reduction into registers.
func (l *lowerer) chain(s *Loop) bool {
	if !s.Reduce || s.Down || !l.copyable(s) {
		return false
	}
	if n, ok := s.trips(); ok {
		if k, ok := n.IsConst(); ok && k < 8 {
			return false
		}
	}
	sets := 0
	for _, t := range s.Body {
		switch t := t.(type) {
		case *Let:
			if t.Mutable {
				return false
			}
		case *Set:
			if t.Op == Assign {
				return false
			}
			sets++
		case *Store:
			if t.Op != Assign {
				return false
			}
		default:
			return false
		}
	}
	return sets > 0 && sets <= 2
}

// copyable tells loops from 0 to one bound whose body is small, and makes no
// choices.
func (l *lowerer) copyable(s *Loop) bool {
	n, one := s.trips()
	if !one || !s.Lo[0].E.Is(0) || !n.NonNegative() {
		return false
	}
	total, ok := 0, true
	eachStmt(s.Body, func(t Stmt) {
		switch t.(type) {
		case *Let, *Set, *Store, *Loop:
		default:
			ok = false
		}
		eachExpr(t, func(e **Expr) {
			total += cost(*e)
			ok = ok && !l.branchy(*e)
		})
		eachInt(t, func(i ir.Int) {
			i.Walk(func(x *ir.Axis) { ok = ok && l.dyn[x] == nil }, nil)
		})
	})
	return ok && total <= maxJam
}

// factor is how many iterations run together: a divisor of a constant number
// of them, if there is one.
func factor(n ir.Int) int64 {
	k, ok := n.IsConst()
	if !ok {
		return 4
	}
	if k >= 2 && k <= 5 {
		return k
	}
	for _, f := range []int64{4, 5, 3} {
		if k%f == 0 {
			return f
		}
	}
	return 4
}

// jamBy copies the body of a loop for several iterations, their inner loops
// merged.
func (l *lowerer) jamBy(s *Loop) []Stmt {
	n, _ := s.trips()
	f := factor(n)
	k, isConst := n.IsConst()
	if isConst && k < 2 {
		return []Stmt{s}
	}
	var out []Stmt
	if isConst && k == f {
		return l.jammed(s.Body, s.Axis, ir.Int{}, f)
	}
	whole := n.FloorDiv(f).MulConst(f)
	x := ir.NewAxis(s.Axis.Name, whole.AddConst(1-f))
	hi := whole
	if !isConst {
		x.Extent, hi = n.AddConst(1-f), n.AddConst(1-f)
	}
	main := &Loop{Axis: x, Lo: s.Lo, Hi: []Bound{{hi, 1}}, Step: f, Reduce: s.Reduce}
	main.Body = l.jammed(s.Body, s.Axis, ir.Of(x), f)
	out = append(out, main)
	if isConst && k%f == 0 {
		return out
	}
	return append(out, l.rest(s, whole))
}

// rest is the loop over the last iterations, one by one.
func (l *lowerer) rest(s *Loop, from ir.Int) *Loop {
	c := newCopier(l, map[*ir.Axis]ir.Int{})
	r := c.list([]Stmt{s})[0].(*Loop)
	r.Lo = []Bound{{from, 1}}
	return r
}

// jammed makes the copies for x = at, at+1, …
func (l *lowerer) jammed(body []Stmt, x *ir.Axis, at ir.Int, f int64) []Stmt {
	copies := make([]*copier, f)
	for k := range copies {
		copies[k] = newCopier(l, map[*ir.Axis]ir.Int{x: at.AddConst(int64(k))})
	}
	return l.merge(body, copies)
}

func (l *lowerer) merge(list []Stmt, copies []*copier) []Stmt {
	var out []Stmt
	for _, s := range list {
		if s, ok := s.(*Loop); ok {
			y := ir.NewAxis(s.Axis.Name, s.Axis.Extent)
			n := *s
			n.Axis, n.Lo, n.Hi = y, copies[0].bounds(s.Lo), copies[0].bounds(s.Hi)
			for _, c := range copies {
				c.bind(s.Axis, ir.Of(y))
			}
			n.Body = l.merge(s.Body, copies)
			out = append(out, &n)
			continue
		}
		first := len(out)
		for _, c := range copies {
			out = append(out, c.list([]Stmt{s})...)
		}
		if st, ok := out[first].(*Store); ok && st.Op != Assign && st.At.Equal(out[len(out)-1].(*Store).At) {
			st.Value = l.pairwise(st.Op, out[first:])
			out = out[:first+1]
		}
	}
	return out
}

var combine = map[AssignOp]*ir.Op{AssignAdd: ir.OpAdd, AssignMul: ir.OpMul, AssignMax: ir.OpMax, AssignMin: ir.OpMin}

// pairwise combines the values of stores to one place, in a balanced tree.
func (l *lowerer) pairwise(op AssignOp, stores []Stmt) *Expr {
	if len(stores) == 1 {
		return stores[0].(*Store).Value
	}
	h := (len(stores) + 1) / 2
	return l.x.apply(combine[op], l.pairwise(op, stores[:h]), l.pairwise(op, stores[h:]))
}

// accumulators makes an innermost reduction run in four chains.
func (l *lowerer) accumulators(s *Loop) []Stmt {
	const f = 4
	n, _ := s.trips()
	whole := n.FloorDiv(f).MulConst(f)
	k, isConst := n.IsConst()
	x := ir.NewAxis(s.Axis.Name, whole.AddConst(1-f))
	hi := whole
	if !isConst {
		x.Extent, hi = n.AddConst(1-f), n.AddConst(1-f)
	}
	main := &Loop{Axis: x, Lo: s.Lo, Hi: []Bound{{hi, 1}}, Step: f, Reduce: true}
	var before, after []Stmt
	sums := sumsOf(s.Body)
	parts := map[*Reg][]Stmt{}
	for i := range int64(f) {
		c := newCopier(l, map[*ir.Axis]ir.Int{s.Axis: ir.Of(x).AddConst(i)})
		for _, set := range sums {
			r := set.Reg
			if i > 0 {
				r = c.fresh(set.Reg)
				before = append(before, &Let{Reg: r, Value: l.x.lit(r.Type, reducers[set.Op].Of(r.Type)), Mutable: true})
			}
			parts[set.Reg] = append(parts[set.Reg], &Store{Value: l.x.use(r)})
		}
		main.Body = append(main.Body, c.list(s.Body)...)
	}
	for _, set := range sums {
		after = append(after, &Set{Reg: set.Reg, Value: l.pairwise(set.Op, parts[set.Reg])})
	}
	out := append(before, main)
	if !isConst || k%f != 0 {
		out = append(out, l.rest(s, whole))
	}
	return append(out, after...)
}

// sumsOf lists the first assignment of every register that a body assigns: an
// unrolled loop adds to one several times.
func sumsOf(body []Stmt) []*Set {
	var out []*Set
	for _, t := range body {
		set, ok := t.(*Set)
		if ok && !slices.ContainsFunc(out, func(o *Set) bool { return o.Reg == set.Reg }) {
			out = append(out, set)
		}
	}
	return out
}

var reducers = map[AssignOp]*ir.Reducer{AssignAdd: ir.Sum, AssignMul: ir.Prod, AssignMax: ir.Max, AssignMin: ir.Min}
