package amd64

import (
	"cmp"
	"maps"
	"math"
	"slices"

	"github.com/gradgen/gradgen/codegen/amd64/vec"
	"github.com/gradgen/gradgen/ir"
	"github.com/gradgen/gradgen/ir/plan"
)

// loop makes a loop in the way that was chosen for it.
func (l *lowerer) loop(s *plan.Loop) {
	ch := l.choices[s]
	if ch == nil {
		ch = &choice{vector: l.vector() == nil, unroll: 1}
	}
	defer func(body []plan.Stmt) { l.body = body }(l.body)
	l.body = s.Body
	switch {
	case ch.vector:
		l.vectorLoop(s, ch)
	case ch.cross && ch.flat && !l.inBranch:
		l.acrossShortRows(s)
	case ch.cross && !l.inBranch:
		l.acrossRows(s)
	case ch.rows != nil:
		l.rowsAbreast(s, ch.rows)
	case ch.flat:
		l.list(s.Body)
	case ch.jam > 1:
		l.jammed(s, ch)
	default:
		l.plain(s, ch)
	}
}

// span is where a loop begins, and its number of iterations.
type span struct {
	lo    ir.Int
	trips vec.Bound
}

// span evaluates the bounds of a loop; all copies must agree on them.
func (l *lowerer) span(s *plan.Loop) span {
	if len(s.Lo) == 1 && s.Lo[0].Den == 1 && len(s.Hi) == 1 && s.Hi[0].Den == 1 {
		lo := l.uniform(s.Lo[0].E)
		n := l.uniform(s.Hi[0].E).Sub(lo)
		if k, ok := n.IsConst(); ok {
			return span{lo, vec.Number(max(k, 0))}
		}
		return span{lo, l.atLeast0(l.int(n), n)}
	}
	lo, hi := l.bound(s.Lo, true, l.uniform), l.bound(s.Hi, false, l.uniform)
	if lo.Int.Reg == vec.None {
		if hi.Int.Reg == vec.None {
			return span{ir.Const(lo.Const), vec.Number(max(hi.Const-lo.Const, 0))}
		}
		return span{ir.Const(lo.Const), l.atLeast0(l.f.GAddI(hi.Int, -lo.Const), ir.Const(-1))}
	}
	// What was computed gets an axis that stands for it.
	x := ir.NewAxis("lo", ir.Const(math.MaxInt32))
	l.ints[x] = &integer{lo.Int, len(l.levels) - 1}
	if hi.Int.Reg == vec.None {
		return span{ir.Of(x), l.atLeast0(l.f.GSub(l.f.IConst(hi.Const), lo.Int), ir.Const(-1))}
	}
	return span{ir.Of(x), l.atLeast0(l.f.GSub(hi.Int, lo.Int), ir.Const(-1))}
}

// atLeast0 is a number of iterations: none if bounds have crossed. What it is
// made of may show that they do not.
func (l *lowerer) atLeast0(n vec.Int, is ir.Int) vec.Bound {
	if is.NonNegative() {
		return vec.To(n)
	}
	return vec.To(l.f.GMax(n, l.int(ir.Const(0))))
}

// counted builds a loop from 0 whose body is given the counter.
func (l *lowerer) counted(name string, from, to vec.Bound, step int64, down bool, body func(i ir.Int)) {
	l.forgetWritten(l.body) // by the iteration before
	x := ir.NewAxis(name, ir.Const(math.MaxInt32))
	loop := l.f.NewLoop(from, to, step)
	loop.Down = down
	loop.Body = l.enter(loop, x, func() { body(ir.Of(x)) })
	l.f.Append(loop)
}

// bind runs body with an axis that is an expression of others.
func (l *lowerer) bind(x *ir.Axis, i ir.Int, body func()) {
	old, had := l.env[x]
	l.env[x] = i
	body()
	if had {
		l.env[x] = old
	} else {
		delete(l.env, x)
	}
}

// plain makes a loop that is neither taken by lanes nor jammed. A short one is
// written out: its places are then numbers.
func (l *lowerer) plain(s *plan.Loop, ch *choice) {
	p := l.span(s)
	if p.trips.Int.Reg == vec.None && p.trips.Const <= int64(ch.unroll) {
		sum := l.split(s, p.trips.Const)
		for i := range p.trips.Const {
			if s.Down {
				i = p.trips.Const - 1 - i
			}
			sum.next(i)
			l.bind(s.Axis, p.lo.AddConst(i), func() { l.list(s.Body) })
		}
		sum.end()
		return
	}
	l.counted(s.Axis.Name, vec.Number(0), p.trips, 1, s.Down, func(i ir.Int) {
		l.stepping(s, func() { l.bind(s.Axis, p.lo.Add(i), func() { l.list(s.Body) }) })
	})
}

// jammed makes several iterations of a loop run side by side: they share what
// they load.
func (l *lowerer) jammed(s *plan.Loop, ch *choice) {
	p := l.span(s)
	group := func(n int, at ir.Int) {
		c := &copies{outer: l.copies, axis: s.Axis, jam: true, n: n}
		for k := range n {
			c.values = append(c.values, at.AddConst(int64(k)))
		}
		masks := l.masks
		l.masks = map[lane]vec.Mask{}
		for k := range n {
			if m, ok := masks[lane{}]; ok {
				l.masks[lane{j: k}] = m
			}
		}
		l.copies = c
		l.list(s.Body)
		l.copies, l.masks = c.outer, masks
	}
	jam := int64(ch.jam)
	if p.trips.Int.Reg == vec.None {
		whole := p.trips.Const / jam * jam
		switch {
		case whole == jam:
			group(int(jam), p.lo)
		case whole > 0:
			l.counted(s.Axis.Name, vec.Number(0), vec.Number(whole), jam, false, func(i ir.Int) { group(int(jam), p.lo.Add(i)) })
		}
		if rest := p.trips.Const - whole; rest > 0 {
			group(int(rest), p.lo.AddConst(whole))
		}
		return
	}
	n := p.trips.Int
	l.counted(s.Axis.Name, vec.Number(0), vec.To(l.f.GAddI(n, 1-jam)), jam, false, func(i ir.Int) { group(int(jam), p.lo.Add(i)) })
	from := l.f.GMulI(l.f.GDivI(n, jam), jam)
	l.counted(s.Axis.Name, vec.To(from), p.trips, 1, false, func(i ir.Int) { group(1, p.lo.Add(i)) })
}

// vectorLoop gives a loop's iterations to lanes: several vectors at a time,
// then one, then the lanes that are left.
func (l *lowerer) vectorLoop(s *plan.Loop, ch *choice) {
	p := l.span(s)
	lanes := int64(l.f.Lanes)
	many := int64(max(ch.unroll, 1))
	if p.trips.Int.Reg == vec.None {
		many = max(1, min(many, (p.trips.Const+lanes-1)/lanes))
	}
	used := l.f.Lanes
	if n := p.trips; n.Int.Reg == vec.None {
		used = int(min(n.Const, lanes))
	}
	var sums []*partial
	if !ch.into {
		sums = l.parts(s, int(many))
	}
	if n := p.trips; n.Int.Reg == vec.None && (len(sums) == 0 || n.Const <= blockTerms*many*lanes) {
		l.constantLanes(s, p, many)
	} else {
		defer func(r int) { l.rest = r }(l.rest) // a crosswise sum runs inside a masked vector of another loop
		l.rest = int(n.Const % lanes)
		p.trips = vec.To(l.named(n))
		l.countedLanes(s, p, many, registersOf(sums))
	}
	for _, t := range sums {
		l.total(t, int(many), used)
	}
}

// group runs the body of a loop on n vectors from at on, the last of them
// masked if rest is not 0.
func (l *lowerer) group(s *plan.Loop, n int, at ir.Int, last vec.Mask) {
	c := &copies{outer: l.copies, axis: s.Axis, n: n}
	for k := range n {
		c.values = append(c.values, at.AddConst(int64(k*l.f.Lanes)))
	}
	l.copied(c, last, func() { l.list(s.Body) })
}

// copied builds the code of several vectors that run side by side, the last of
// them masked if last is a mask.
func (l *lowerer) copied(c *copies, last vec.Mask, build func()) {
	n := c.n
	masks, tails := l.masks, l.tails
	jams := 1
	if l.copies != nil {
		jams = l.copies.n
	}
	l.masks, l.tails = map[lane]vec.Mask{}, map[lane]vec.Mask{}
	for j := range jams {
		for v := range n {
			m, some := masks[lane{j: j}]
			if v == n-1 && last.Reg != vec.None {
				l.tails[lane{v, j}] = last
				if some {
					m = l.f.MaskAnd(m, last)
				} else {
					m, some = last, true
				}
			}
			if some {
				l.masks[lane{v, j}] = m
			}
		}
	}
	l.copies = c
	build()
	l.copies, l.masks, l.tails = c.outer, masks, tails
}

func (l *lowerer) constantLanes(s *plan.Loop, p span, many int64) {
	lanes := int64(l.f.Lanes)
	full, rest := p.trips.Const/lanes, p.trips.Const%lanes
	var last vec.Mask
	vectors := full
	if rest > 0 {
		last = l.first(int(rest))
		defer func(r int) { l.rest = r }(l.rest)
		l.rest = int(rest)
		vectors++
	}
	if vectors == 0 {
		return
	}
	if vectors <= many {
		l.group(s, int(vectors), p.lo, last)
		return
	}
	whole := full / many * many
	l.counted(s.Axis.Name, vec.Number(0), vec.Number(whole*lanes), many*lanes, false, func(i ir.Int) {
		l.countsVectors(i)
		l.group(s, int(many), p.lo.Add(i), vec.Mask{})
	})
	if vectors > whole {
		l.group(s, int(vectors-whole), p.lo.AddConst(whole*lanes), last)
	}
}

// countedLanes makes a loop whose length the run decides, or a long one. Sums run
// in blocks: the error of one then grows with the number of terms in a lane of a
// block and the number of blocks, not with that of all terms.
func (l *lowerer) countedLanes(s *plan.Loop, p span, many int64, sums []vec.Vec) {
	lanes, n := int64(l.f.Lanes), p.trips.Int
	from := vec.Number(0)
	steps := []int64{many, 1}
	if many == 1 {
		steps = steps[1:]
	}
	for _, k := range steps {
		l.inBlocks(s.Axis.Name, from, l.f.GAddI(n, 1-k*lanes), k*lanes, sums, func(i ir.Int) {
			l.countsVectors(i)
			l.group(s, int(k), p.lo.Add(i), vec.Mask{})
		})
		sums = nil // what is left is less than a block
		from = vec.To(l.f.GMulI(l.f.GDivI(n, k*lanes), k*lanes))
	}
	rest := ir.NewAxis("rest", ir.Const(math.MaxInt32))
	l.ints[rest] = &integer{from.Int, len(l.levels) - 1}
	l.byVectors[rest] = true
	left := l.f.GSub(n, from.Int)
	l.optional(vec.Cond{Op: vec.GT, A: vec.To(left), B: vec.Number(0)}, func() {
		l.group(s, 1, p.lo.Add(ir.Of(rest)), l.f.FirstN(left))
	})
}

// blockTerms is the number of terms that a lane adds up before its sum is put to
// those of other blocks.
const blockTerms = 256

// inBlocks is a counted loop whose sums, if there are any, are put aside after
// every block.
func (l *lowerer) inBlocks(name string, from vec.Bound, to vec.Int, step int64, sums []vec.Vec, body func(ir.Int)) {
	if len(sums) == 0 {
		l.counted(name, from, vec.To(to), step, false, body)
		return
	}
	totals := make([]vec.Vec, len(sums))
	for i := range sums {
		totals[i] = l.f.Copy(l.f.Const(0))
	}
	l.counted("block", from, vec.To(to), step*blockTerms, false, func(i ir.Int) {
		first := l.int(i)
		l.counted(name, vec.To(first), vec.To(l.f.GMin(l.f.GAddI(first, step*blockTerms), to)), step, false, body)
		for i, r := range sums {
			l.f.Into(totals[i], vec.OpAdd, totals[i], r)
			l.f.Set(r, l.f.Const(0))
		}
	})
	for i, r := range sums {
		l.f.Set(r, totals[i])
	}
}

// registersOf lists the registers of sums that are added up.
func registersOf(list []*partial) []vec.Vec {
	var out []vec.Vec
	for _, p := range list {
		if p.op != plan.AssignAdd {
			continue
		}
		for _, c := range slices.SortedFunc(maps.Keys(p.parts.vals), func(a, b lane) int { return cmp.Or(a.j-b.j, a.v-b.v) }) {
			out = append(out, p.parts.vals[c].v)
		}
	}
	return out
}

// optional builds statements that run under a condition that all lanes share.
func (l *lowerer) optional(c vec.Cond, build func()) {
	s := &vec.If{Cond: c}
	s.Then = l.enter(nil, nil, build)
	l.f.Append(s)
}

// partial is a sum over the vector axis: parts in the lanes and copies, that
// become a total at the end.
type partial struct {
	reg   *plan.Reg
	op    plan.AssignOp
	whole *slot
	parts *slot
}

var identities = [...]float64{plan.AssignAdd: 0, plan.AssignMul: 1, plan.AssignMax: math.Inf(-1), plan.AssignMin: math.Inf(1)}

// parts begins the sums over a loop.
func (l *lowerer) parts(s *plan.Loop, many int) []*partial {
	var out []*partial
	for _, t := range sumsOf(s) {
		r := l.regs[t.Reg]
		if r == nil || t.Reg.Type == ir.Bool || t.Reg.Type == ir.I32 {
			refuse("a sum over lanes that is not one of numbers")
		}
		p := &partial{t.Reg, t.Op, r, &slot{dep: r.dep | onVector, mutable: true, part: true, vals: map[lane]value{}}}
		l.each(r.dep, func(c lane) {
			for v := range many {
				p.parts.vals[lane{v, c.j}] = value{v: l.begin(identities[t.Op])}
			}
		})
		l.regs[t.Reg] = p.parts
		out = append(out, p)
	}
	return out
}

var across = [...]*vec.Op{plan.AssignAdd: vec.OpSum, plan.AssignMul: vec.OpProduct, plan.AssignMax: vec.OpMost, plan.AssignMin: vec.OpLeast}

// total ends a sum: the copies are added in pairs, then the lanes, of which so
// many have been summed in.
func (l *lowerer) total(p *partial, many, lanes int) {
	l.regs[p.reg] = p.whole
	op, t := combine[p.op], p.reg.Type
	l.each(p.whole.dep, func(c lane) {
		parts := make([]value, many)
		for v := range many {
			parts[v] = value{v: l.ready(p.parts.vals[lane{v, c.j}].v)}
		}
		for len(parts) > 1 {
			half := (len(parts) + 1) / 2
			for k := half; k < len(parts); k++ {
				parts[k-half] = l.apply(op, t, parts[k-half], parts[k])
			}
			parts = parts[:half]
		}
		sum := l.f.Across(across[p.op], parts[0].v, lanes)
		if p.op == plan.AssignMax || p.op == plan.AssignMin {
			// Instructions lose NaN on the way.
			some := l.f.Any(l.f.Cmp(vec.Unordered, parts[0].v, parts[0].v))
			l.f.If(vec.Cond{Op: vec.NE, A: vec.To(some), B: vec.Number(0)}, func() { l.f.Set(sum, l.f.Const(math.NaN())) }, nil)
		}
		old := p.whole.vals[c].v
		zeros := lanes&(lanes-1) != 0 // lanes that hold 0 are summed, too: the sum is not -0
		if l.starts(old, p.op, p.whole.part || zeros) {
			delete(l.unset, old)
			l.f.Set(old, sum)
			return
		}
		l.f.Set(l.ready(old), l.apply(op, t, value{v: old}, value{v: sum}).v)
	})
}

// sumsOf lists the first assignment of every register that a loop assigns and
// does not declare.
func sumsOf(s *plan.Loop) []*plan.Set {
	own, seen := map[*plan.Reg]bool{}, map[*plan.Reg]bool{}
	plan.Each(s.Body, func(t plan.Stmt) {
		if t, ok := t.(*plan.Let); ok {
			own[t.Reg] = true
		}
	})
	var out []*plan.Set
	plan.Each(s.Body, func(t plan.Stmt) {
		if t, ok := t.(*plan.Set); ok && !own[t.Reg] && !seen[t.Reg] {
			seen[t.Reg] = true
			out = append(out, t)
		}
	})
	return out
}
