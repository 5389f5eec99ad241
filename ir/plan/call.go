package plan

import (
	"fmt"
	"slices"

	"github.com/gradgen/gradgen/ir"
)

// WorthEngine is the number of multiply-adds from which on a call of the
// contraction engine pays. There it does 45 to 110 operations a nanosecond; a
// portable loop nest does 3 to 6, one of vectors may do 30 to 50; a call itself
// costs some hundreds of nanoseconds. Sizes known at run time only count as
// nominal ones.
const WorthEngine = 16 << 10

// Of that, a single matrix of a batch needs a part; and two of its three sizes
// must fill half a vector, or most of what the engine does is wasted.
const (
	worthMatrix = 8
	worthSide   = 8
)

// worthFull is the part of the products that must not be with zeros around an
// operand: a loop nest leaves those out.
const worthFull = 0.25

// A call is a sum of products that the engine computes instead of loops.
type call struct {
	a, b        *ir.Expr // reads
	m, n, k     role
	batch       role
	axes        role // all of them
	total       bool // the batch is part of the sum
	loops, sums role // the axes around the call: free ones, and those of the sum
	// fixed are axes of the result that the domain gives one value; all other
	// elements are zeros.
	fixed       map[*ir.Axis]ir.Int
	parted      bool   // … or what other calls make
	apart       *apart // nil, or the form in which results overlap
	left, right *source
	steps
}

// engineCall makes the call for m, or says why it has none; nothing, if m is
// no sum of products, or none that this function may leave to the engine.
func (l *lowerer) engineCall(m *member) (*call, string) {
	least := l.opts.Engine
	d := m.contraction()
	if least <= 0 || d == nil || !m.v.Type.DType.IsFloat() {
		return nil, ""
	}
	if a := newApart(m, d); a != nil {
		if c, why := l.callOf(m, a.Contraction, a); why == "" && c.addsUp(c.place(m)) {
			return c, ""
		}
	}
	return l.callOf(m, d, nil)
}

// callOf makes the call for the contraction d of m, which may be another form of
// it.
func (l *lowerer) callOf(m *member, d *Contraction, a *apart) (*call, string) {
	least, free := l.opts.Engine, m.free
	if a != nil {
		free = a.free
	}
	all := role(slices.Concat(free, d.Reduced))
	if n := all.work(); n < least {
		return nil, fmt.Sprintf("%d multiply-adds, fewer than the %d of a call", n, least)
	}
	c := &call{fixed: map[*ir.Axis]ir.Int{}, axes: all, apart: a}
	var why string
	domain := d.Domain
	for _, x := range free {
		if x.Extent.Is(1) || slices.ContainsFunc([][]*ir.Axis{d.Batch, d.FreeLeft, d.FreeRight}, func(r []*ir.Axis) bool { return slices.Contains(r, x) }) {
			continue
		}
		value, rest, ok := ir.Solve(x, domain)
		if _, isConst := value.IsConst(); !ok || !isConst {
			return nil, "an axis of the result is in neither operand"
		}
		c.fixed[x], domain = value, rest
	}
	if len(c.fixed) > 0 {
		c.last = rankCol // a bias would reach the zeros, too
	}
	if c.left, why = l.newSource(d.Left, all); why != "" {
		return nil, why
	}
	if c.right, why = l.newSource(d.Right, all); why != "" {
		return nil, why
	}
	zeros := true // in copies of both operands, where a condition on data does not hold
	for _, s := range []*source{c.left, c.right} {
		guarded := l.guard(s, domain)
		if !guarded && s.gathers() {
			return nil, "a copy of an operand would read where no condition says that it may"
		}
		zeros = zeros && guarded
	}
	open := slices.DeleteFunc(slices.Clone(domain), func(p ir.Pred) bool {
		return zeros && p.E.HasReads() || c.left.covers(p) || c.right.covers(p) || l.unread(m.v, free, p)
	})
	if len(open) > 0 && !l.mask(c.left, open) && !l.mask(c.right, open) {
		return nil, fmt.Sprintf("the condition %v is neither the range of an operand nor along a diagonal of one", open[0])
	}
	if c.left.full*c.right.full < worthFull {
		return nil, "most of the products would be with zeros around an operand"
	}
	for _, s := range []*source{c.left, c.right} {
		if s.made != nil && estimate(s.made.Type.Len()) > all.work()/worthMatrix {
			return nil, "a copy of an operand costs too much beside its use"
		}
	}
	c.a, c.b = c.left.read, c.right.read
	places := [...]ir.Int{placeOf(c.a), placeOf(c.b), c.place(m)}
	for _, at := range places {
		if !linear(at, all) {
			return nil, fmt.Sprintf("the place %s is not linear in the axes", at)
		}
	}
	c.assign(d, places)
	if why := c.pays(least); why != "" {
		return nil, why
	}
	return c, ""
}

// in is a place in the result in terms of the axes of the call.
func (c *call) in(at ir.Int) ir.Int {
	if c.apart != nil {
		at = (&ir.Subst{Axis: c.apart.moved}).Int(at)
	}
	return (&ir.Subst{Axis: c.fixed}).Int(at)
}

// place is where the result of m, in an array of its own, has its element.
func (c *call) place(m *member) ir.Int {
	return c.in(offset(m.v.Type.Shape, ir.AxisInts(m.free)))
}

// placeOf is where a read finds its element, in an array of its own.
func placeOf(e *ir.Expr) ir.Int { return offset(e.Array.Type.Shape, e.Index) }

// linear reports whether a place is linear in the axes, with steps that are
// sizes, and holds no element of an array.
func linear(at ir.Int, axes role) bool {
	ok := true
	at.Walk(nil, func(*ir.Expr) { ok = false })
	for _, x := range axes {
		c, rest, isLinear := at.Coef(x)
		if ok = ok && isLinear && !c.HasAxes(); !ok {
			return false
		}
		at = rest
	}
	return ok
}

// assign gives every axis its role, or a loop around the call.
func (c *call) assign(d *Contraction, places [3]ir.Int) {
	a, b, out := places[0], places[1], places[2]
	var left [3]role
	c.batch, left[0] = newRole(d.Batch, out, a, b)
	c.m, left[1] = newRole(d.FreeLeft, out, a)
	c.n, left[2] = newRole(d.FreeRight, out, b)
	c.k, c.sums = newRole(d.Reduced, a, b)
	if columns := c.n.stride(out); !columns.By.Is(1) && c.m.stride(out).By.Is(1) {
		// Rows of the result lie in memory as rows.
		c.a, c.b, c.left, c.right = c.b, c.a, c.right, c.left
		c.m, c.n = c.n, c.m
	}
	c.loops = slices.Concat(left[:]...)
	if len(c.batch) > 0 {
		return
	}
	if len(c.loops) == 0 && len(c.sums) > 0 {
		c.batch, c.sums = newRole(c.sums, a, b)
		c.total = true
		return
	}
	c.batch, c.loops = newRole(c.loops, out, a, b)
}

// pays says why a call does not pay.
func (c *call) pays(least int64) string {
	matrix := slices.Concat(c.m, c.n, c.k)
	sides := []int64{c.m.work(), c.n.work(), c.k.work()}
	slices.Sort(sides)
	one, all := matrix.work(), slices.Concat(c.batch, matrix).work()
	switch {
	case all < least:
		return fmt.Sprintf("%d multiply-adds a call, fewer than %d", all, least)
	case one < least/worthMatrix:
		return fmt.Sprintf("%d multiply-adds a matrix, fewer than %d", one, least/worthMatrix)
	case least > 1 && sides[1] < worthSide:
		return fmt.Sprintf("two of the three sizes are below %d", worthSide)
	}
	return ""
}

// leave leaves m to the engine if that pays, and places it, or lets it wait for
// the last of the values that the call computes. It reports whether it did.
func (l *lowerer) leave(r *region, m *member) bool {
	c, why := l.engineCall(m)
	if c == nil {
		if why != "" {
			m.why += "; no call of the engine: " + why
		}
		return false
	}
	first := m.v
	m.toCall(c)
	for _, s := range []*source{c.left, c.right} {
		if s.made != nil && l.members[s.made] == nil {
			l.copy(s, m.v)
		}
	}
	last := l.take(r, m)
	if last == first {
		l.place(r, m)
		return true
	}
	for _, v := range m.also {
		l.taken[v] = true
	}
	l.pending[last] = m
	return true
}

// why says how the axes of the sum are distributed.
func (c *call) why(f *family) string {
	text := fmt.Sprintf("rows %s, columns %s, terms %s", axisNames(c.m), axisNames(c.n), axisNames(c.k))
	switch {
	case c.total:
		text += ", a sum of products over " + axisNames(c.batch)
	case len(f.groups) > 0:
		text += ", batches over " + axisNames(slices.Concat(f.groups, f.batch))
	case len(f.batch) > 0:
		text += ", a batch over " + axisNames(f.batch)
	}
	if c.apart != nil {
		text += ", results overlap"
	}
	if around := slices.Concat(f.loops, c.sums); len(around) > 0 {
		text += ", one call for each of " + axisNames(around)
	}
	return text
}

// copy places what makes the copy of an operand, before the call for value v:
// outside of the scans that do not change it.
func (l *lowerer) copy(s *source, v *ir.Value) {
	w := s.made
	w.Place = v.Place
	r := l.order.regionOf(w)
	l.order.unitOf[w] = &unit{value: w}
	w.Operands(func(a *ir.Value) {
		if a = base(a); !slices.Contains(l.readers[a], w) {
			l.readers[a] = append(l.readers[a], w)
		}
	})
	l.place(r, newMember(w))
}

// product makes the statements of a call, and of those that add to it.
func (l *lowerer) product(m *member, at *node) []Stmt {
	m.part()
	out := l.calls(m, m, at)
	for _, a := range m.call.more {
		out = append(out, l.calls(m, a, at)...)
	}
	return out
}

// calls makes the statements of the product m for the value of to: loops over
// the axes that the engine does not count through, around a call. A sum in
// several calls starts from zeros, and so does what is not all written.
func (l *lowerer) calls(to, m *member, at *node) []Stmt {
	c, s := m.call, l.at(to.v)
	place := c.in(to.offset(ir.AxisInts(m.free)))
	f := c.family(place)
	around := slices.Concat(f.loops, c.sums)
	p := &Product{Groups: f.groups.size(), Batch: f.batch.size(), Sum: c.total, Overlap: c.apart != nil, M: c.m.size(), N: c.n.size(), K: c.k.size(),
		A: l.matrix(c.a, f, c.m, c.k), B: l.matrix(c.b, f, c.k, c.n), C: f.matrix(s, place, c.m, c.n), Relu: c.relu}
	if c.apart == nil {
		p.A.Band, p.B.Band = operandBand(c.a, c.m, c.k), operandBand(c.b, c.k, c.n)
		p.C.Band = l.resultBand(to.v, ir.AxisInts(m.free), c.m, c.n)
	}
	if c.factor != nil {
		p.Factor = l.expr(c.factor, at)
	}
	if c.row != nil {
		p.Row = l.neighbours(c.row, c.m, f.inner)
	}
	if c.col != nil {
		p.Col = l.neighbours(c.col, c.n, f.inner)
	}
	if c.gate != nil {
		g := l.matrix(c.gate, f, c.m, c.n)
		p.Gate = &g
	}
	if c.onto != nil {
		p.Onto = l.expr(c.onto, at)
	}
	var out []Stmt
	number := func(e *Expr) *Expr {
		if e == nil || !l.branchy(e) {
			return e
		}
		r := l.x.reg(nameFor(e), e.Type)
		out = append(out, &Let{Reg: r, Value: e})
		return l.x.use(r)
	}
	p.Factor, p.Onto = number(p.Factor), number(p.Onto)
	if len(c.sums) > 0 || len(c.fixed) > 0 && !c.parted {
		clear := []Stmt{&Fill{Buffer: s.buf, Off: s.off, Len: to.v.Type.Len()}}
		switch e := p.Onto; {
		case e == nil:
			out = append(out, clear...)
		case e.Op != ir.OpLit:
			out = append(out, &If{Cond: l.x.apply(ir.OpNot, e), Then: clear})
		}
		p.Onto = l.x.lit(ir.Bool, 1)
	}
	body := []Stmt{p}
	for k := len(around) - 1; k >= 0; k-- {
		x := around[k]
		body = []Stmt{&Loop{Axis: x, Lo: []Bound{{ir.Const(0), 1}}, Hi: []Bound{{x.Extent, 1}}, Step: 1, Reduce: k >= len(f.loops), Body: body}}
	}
	return append(out, body...)
}

// neighbours is the elements of a read along a role.
func (l *lowerer) neighbours(e *ir.Expr, r, inner role) *Vector {
	s := l.at(base(e.Array))
	return &Vector{Buffer: s.buf, Off: s.off.Add(origin(placeOf(e), inner)), Len: r.size()}
}
