package plan

import (
	"math"
	"slices"

	"github.com/gradgen/gradgen/ir"
)

// steps is the elementwise work on the sums that a call takes along, in the
// order in which the engine does it.
type steps struct {
	factor   *ir.Expr
	row, col *ir.Expr // reads
	relu     bool
	gate     *ir.Expr  // a read
	onto     *ir.Expr  // the condition under which C's old elements are added
	more     []*member // further products, which are added
	last     rank
}

// A rank is the place of one of the engine's steps.
type rank uint8

const (
	rankSum rank = iota
	rankScale
	rankRow
	rankCol
	rankRelu
	rankGate
	rankOnto
)

// take makes m compute what its only reader makes of the sum, and so on, as
// far as the steps of the engine go. It returns the last value that m then
// computes.
func (l *lowerer) take(r *region, m *member) *ir.Value {
	for {
		s := m.v
		v, base := l.onlyReader(m), m.base
		if v == nil || l.pending[v] != nil || l.order.regionOf(v) != r || l.overwrites(r, s, v, m) {
			return s
		}
		d, ok := v.Def.(*ir.Map)
		if !ok || d.Reduce != nil || d.Write != nil || len(d.Domain) > 0 || !v.Type.Equal(s.Type) {
			return s
		}
		to := map[*ir.Axis]ir.Int{}
		for k, x := range d.Axes {
			to[x] = ir.Of(m.free[k])
		}
		t := &taker{l: l, r: r, m: m, sum: s, result: v, steps: m.call.steps, base: base}
		if !t.work((&ir.Subst{Axis: to}).Expr(d.Body)) {
			return s
		}
		m.also = append(m.also, s)
		for _, a := range t.more[len(m.call.more):] {
			l.taken[a.v] = true
			m.pieces, m.also = append(m.pieces, a.pieces...), append(m.also, a.v)
		}
		m.call.steps, m.base, m.v = t.steps, t.base, v
	}
}

// onlyReader returns the value that alone reads what m makes.
func (l *lowerer) onlyReader(m *member) *ir.Value {
	if l.pinned[m.v] > 0 || len(l.readers[m.v]) != 1 {
		return nil
	}
	return l.readers[m.v][0]
}

// overwrites reports whether a parameter that m reads is overwritten between
// the places of s and v in the order.
func (l *lowerer) overwrites(r *region, s, v *ir.Value, m *member) bool {
	from := slices.Index(r.order, l.order.unitOf[s])
	to := slices.Index(r.order, l.order.unitOf[v])
	if from < 0 || to < from {
		return true
	}
	for _, u := range r.order[from:to] {
		old := l.donated[u.value]
		if old == nil {
			continue
		}
		if m.readsArray(old) {
			return true
		}
	}
	return false
}

// A taker recognises the work of one Map as steps.
type taker struct {
	l           *lowerer
	r           *region
	m           *member
	sum, result *ir.Value
	steps
	base *ir.Expr
}

// reach moves on to a rank; every one but the scaling happens once, and what
// is not added happens before other products are.
func (t *taker) reach(s rank) bool {
	if len(t.more) > 0 && (s == rankScale || s == rankRelu || s == rankGate) {
		return false
	}
	if t.m.call.apart != nil && s != rankOnto {
		return false
	}
	if s < t.last || s == t.last && s != rankScale || (len(t.m.call.sums) > 0 || t.m.call.total) && s != rankScale && s != rankOnto {
		return false
	}
	t.last = s
	return true
}

// ofSum reports whether e reads the sum.
func (t *taker) ofSum(e *ir.Expr) bool {
	found := false
	e.Walk(func(r *ir.Expr) { found = found || r.Op == ir.OpRead && base(r.Array) == t.sum })
	return found
}

// fixed reports whether e is one number for the whole call.
func (t *taker) fixed(e *ir.Expr) bool {
	ok := !dependsOn(e, t.m.free)
	e.Walk(func(r *ir.Expr) { ok = ok && (r.Op != ir.OpRead || r.Array.Type.Rank() == 0) && r.Op != ir.OpRandom })
	return ok
}

// work takes the steps of e, from the inside out.
func (t *taker) work(e *ir.Expr) bool {
	switch {
	case e.Op == ir.OpRead:
		return e.Array == t.sum && identity(e.Index, t.m.free)
	case e.Op.Name == "relu":
		t.relu = true
		return t.work(e.Args[0]) && t.reach(rankRelu)
	case e.Op == ir.OpNeg:
		return t.work(e.Args[0]) && t.scale(ir.Lit(e.Type, -1))
	case e.Op == ir.OpSelect:
		d, g := gated(e)
		if d == nil || !t.work(d) || !t.reach(rankGate) || !identity(g.Index, t.m.free) || !g.Array.Type.Equal(t.sum.Type) {
			return false
		}
		t.gate = g
		return true
	case len(e.Args) != 2 || t.ofSum(e.Args[0]) == t.ofSum(e.Args[1]):
		return false
	}
	inner, other := e.Args[0], e.Args[1]
	if t.ofSum(other) {
		inner, other = other, inner
	}
	if !t.work(inner) {
		return false
	}
	switch {
	case e.Op == ir.OpMul:
		return t.scale(other)
	case e.Op == ir.OpDiv && inner == e.Args[0] && invertible(other):
		return t.scale(ir.Lit(other.Type, 1/other.Lit))
	case e.Op == ir.OpAdd:
		return t.add(other)
	case e.Op == ir.OpSub && inner == e.Args[1]:
		return t.scale(ir.Lit(e.Type, -1)) && t.add(other)
	}
	return false
}

// scale multiplies by a number.
func (t *taker) scale(by *ir.Expr) bool {
	if !t.fixed(by) || !t.reach(rankScale) {
		return false
	}
	switch {
	case t.factor == nil:
		t.factor = by
	case by.IsLit(-1):
		t.factor = ir.Apply(ir.OpNeg, t.factor)
	default:
		t.factor = ir.Apply(ir.OpMul, t.factor, by)
	}
	return true
}

// invertible reports whether to multiply by the reciprocal of e does for a
// division: the sum is rounded more often than the quotient.
func invertible(e *ir.Expr) bool {
	const most = 1 << 60 // far from where a reciprocal is no normal number
	return e.Op == ir.OpLit && 1.0/most < math.Abs(e.Lit) && math.Abs(e.Lit) < most
}

// add adds a bias, or what the result's storage held.
func (t *taker) add(e *ir.Expr) bool {
	onto, old := ir.Lit(ir.Bool, 1), e
	if e.Op == ir.OpSelect && t.fixed(e.Args[0]) && e.Args[2].IsLit(0) {
		onto, old = e.Args[0], e.Args[1]
	}
	if old.Op != ir.OpRead {
		return false
	}
	if d := t.l.donated[t.result]; d != nil && old.Array == d && identity(old.Index, t.m.free) {
		if t.m.readsArray(d) || slices.ContainsFunc(t.more, func(m *member) bool { return m.readsArray(d) }) || !t.reach(rankOnto) {
			return false
		}
		t.onto, t.base = onto, e
		return true
	}
	if e.Op != ir.OpRead || e.Type != t.sum.Type.DType {
		return false
	}
	if t.join(e) {
		return true
	}
	c, at := t.m.call, placeOf(e)
	along := func(r role, s rank) bool {
		others := slices.DeleteFunc(slices.Clone(t.m.free), func(x *ir.Axis) bool { return slices.Contains(r, x) || slices.Contains(c.loops, x) })
		return len(r) > 0 && linear(at, t.m.free) && !slices.ContainsFunc(others, at.Uses) &&
			r.stride(at).By.Is(1) && t.reach(s)
	}
	switch {
	case along(c.m, rankRow):
		t.row = e
	case along(c.n, rankCol):
		t.col = e
	default:
		return false
	}
	return true
}

// gated recognises the derivative of relu as a factor of d: d where a result of
// relu is positive, 0 where it is 0, and NaN where it is. It returns the read of
// that result, or of what relu is taken of, which tells the same.
func gated(e *ir.Expr) (d, g *ir.Expr) {
	test, d, rest := e.Args[0], e.Args[1], e.Args[2]
	if test.Op != ir.OpLt || !test.Args[0].IsLit(0) || rest.Op != ir.OpSelect {
		return nil, nil
	}
	g = test.Args[1]
	zero, product := rest.Args[0], rest.Args[2]
	if zero.Op != ir.OpEq || zero.Args[0].Compare(g) != 0 || !zero.Args[1].IsLit(0) ||
		!rest.Args[1].IsLit(0) || product.Op != ir.OpMul || product.Args[0].Compare(g) != 0 || product.Args[1].Compare(d) != 0 {
		return nil, nil
	}
	switch {
	case g.Op == ir.OpRead && rectified(g.Array):
		return d, g
	case g.Op.Name == "relu" && g.Args[0].Op == ir.OpRead:
		return d, g.Args[0]
	}
	return nil, nil
}

// rectified reports whether v is a result of relu, and so never negative.
func rectified(v *ir.Value) bool {
	m, ok := v.Def.(*ir.Map)
	return ok && m.Reduce == nil && m.Write == nil && m.Body.Op.Name == "relu"
}

// exprs lists what the steps read.
func (s *steps) exprs() []*ir.Expr {
	return slices.DeleteFunc([]*ir.Expr{s.factor, s.row, s.col, s.gate}, func(e *ir.Expr) bool { return e == nil })
}

// count is the number of operations on an element.
func (s *steps) count() int64 {
	n := int64(len(s.exprs()))
	if s.relu {
		n++
	}
	if s.onto != nil {
		n++
	}
	return n + int64(len(s.more))
}
