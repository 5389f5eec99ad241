package amd64

import (
	"slices"

	"github.com/gradgen/gradgen/codegen/amd64/vec"
	"github.com/gradgen/gradgen/ir"
	"github.com/gradgen/gradgen/ir/plan"
)

// Rows that are shorter than a vector, one after the other in memory, would be
// masked vectors each. Several of them are one vector where the length of a row
// divides the number of lanes: lanes then take pairs of an index of the rows and
// one along them. What is the same in all rows, or along them, is loaded once and
// permuted.
//
//	for i { for j < 4 { w[4i+j] = d[i]*x[j] } }    becomes
//	for i by 4 { w[4i…] = (d[i] ×4, d[i+1] ×4, …) * (x[0…3], x[0…3], …) }

// flat tells whether the rows of a loop can be put side by side, and along which
// loop they run.
func (c *chooser) flat(rows *plan.Loop) (along *plan.Loop, ok bool) {
	if len(rows.Body) == 0 || !independentRows(rows) {
		return nil, false
	}
	along, ok = rows.Body[len(rows.Body)-1].(*plan.Loop)
	if !ok || !c.short(along) || !independentRows(along) {
		return nil, false
	}
	stores := 0
	for _, t := range slices.Concat(rows.Body[:len(rows.Body)-1], along.Body) {
		switch t := t.(type) {
		case *plan.Let:
			ok = ok && !t.Mutable && t.Reg.Type.IsFloat()
		case *plan.Store:
			stores++
			i, j, constant := coefficients(t.At, rows.Axis, along.Axis)
			n, _ := constantTrips(along)
			ok = ok && constant && j == 1 && i == n && t.Buffer.DType == floats[c.f.Elem]
		default:
			ok = false
		}
		plan.EachExpr(t, func(e *plan.Expr) { ok = ok && c.flatReads(e, rows, along) })
	}
	return along, ok && stores > 0 && apart(along, false) && apart(rows, false)
}

// short tells loops over parts of a vector.
func (c *chooser) short(s *plan.Loop) bool {
	n, known := constantTrips(s)
	return known && s.Lo[0].E.Is(0) && n > 1 && n < int64(c.f.Lanes) && int64(c.f.Lanes)%n == 0
}

// independentRows tells loops of constant length that could run in any order.
func independentRows(s *plan.Loop) bool {
	n, known := constantTrips(s)
	return known && n > 1 && !s.Down && s.Step == 1 && !s.Reduce
}

// coefficients are by how much a place moves with each of two loops.
func coefficients(at ir.Int, rows, along *ir.Axis) (i, j int64, constant bool) {
	a, rest, ok := at.Coef(rows)
	if !ok || rest.Uses(rows) {
		return 0, 0, false
	}
	b, _, linear := at.Coef(along)
	i, constant = a.IsConst()
	j, known := b.IsConst()
	return i, j, constant && known && linear
}

// flatReads reports whether what e reads can be loaded for lanes that take pairs:
// side by side, or from within a vector.
func (c *chooser) flatReads(e *plan.Expr, rows, along *plan.Loop) bool {
	ok := true
	n, _ := constantTrips(along)
	e.Walk(func(e *plan.Expr) {
		ok = ok && e.Op != ir.OpSelect && e.Op != ir.OpAnd && e.Op != ir.OpOr
		e.Ints(func(at ir.Int) {
			if !at.Uses(rows.Axis) && !at.Uses(along.Axis) {
				return
			}
			i, j, constant := coefficients(at, rows.Axis, along.Axis)
			ok = ok && constant && e.Op == ir.OpRead && e.Buffer.DType == floats[c.f.Elem] &&
				i >= 0 && j >= 0 && (i == n*j && j <= 1 || (int64(c.f.Lanes)/n-1)*i+(n-1)*j < int64(c.f.Lanes))
		})
	})
	return ok
}

// rowsAbreast makes the rows of a loop side by side.
func (l *lowerer) rowsAbreast(s, along *plan.Loop) {
	p := l.span(s)
	n, _ := constantTrips(along)
	abreast := int64(l.f.Lanes) / n
	group := func(vectors int, at ir.Int, rest int64) {
		defer func(r int) { l.rest = r }(l.rest)
		c := &copies{outer: l.copies, axis: along.Axis, rows: s.Axis, along: n, n: vectors}
		for k := range vectors {
			c.values = append(c.values, at.AddConst(int64(k)*abreast))
		}
		var last vec.Mask
		if rest > 0 {
			l.rest = int(rest * n)
			last = l.first(l.rest)
		}
		l.copied(c, last, func() { l.list(s.Body) })
	}
	trips := p.trips.Const
	whole := trips / abreast
	if vectors := (trips + abreast - 1) / abreast; vectors <= abreastWritten {
		group(int(vectors), p.lo, trips%abreast)
		return
	}
	l.counted(s.Axis.Name, vec.Number(0), vec.Number(whole*abreast), abreast, false, func(i ir.Int) { group(1, p.lo.Add(i), 0) })
	if rest := trips % abreast; rest > 0 {
		group(1, p.lo.AddConst(whole*abreast), rest)
	}
}

// abreastWritten is up to how many vectors of rows are written out.
const abreastWritten = 8

// placeOfPairs is where lanes that take pairs of indices read or write.
func (l *lowerer) placeOfPairs(i ir.Int, v *copies, c lane) alongLanes {
	row, one, _ := coefficients(i, v.rows, v.axis)
	a := l.along(l.in(c, i))
	if row == v.along*one {
		a.step = ir.Const(one)
		return a
	}
	for k := range int64(l.f.Lanes) {
		a.pattern = append(a.pattern, k/v.along*row+k%v.along*one)
	}
	return a
}

// window reads what lanes have within a vector, and permutes it.
func (x *evaluation) window(e *plan.Expr, a *alongLanes, c lane) vec.Vec {
	n := x.f.Lanes
	if _, tail := x.tails[c]; tail {
		n = x.rest
	}
	span := int64(1)
	for k := range n {
		span = max(span, a.pattern[k]+1)
	}
	from, held, by := vec.Vec{}, false, 0 // the window begins in that lane
	if first, known := a.first.IsConst(); known {
		if h, ok := x.heldAt(e.Buffer, first, span); ok && !h.same {
			from, held, by = h.v, true, int(first-h.first)
		}
	}
	if !held {
		x.loads(e.Buffer)
		at := x.address(e.Buffer, a.first)
		if span == int64(x.f.Lanes) {
			from = x.f.At(vec.OpLoad, at)
		} else {
			from = x.f.At(vec.OpLoadMask, at, x.first(int(span)).Reg)
		}
	}
	return x.f.Permute(from, func(k int) int {
		if k >= n {
			return 0
		}
		return int(a.pattern[k]) + by
	})
}

// acrossShortRows makes the sum along rows of which several are one vector, in
// the loop over the rows that is under way.
func (l *lowerer) acrossShortRows(s *plan.Loop) {
	outer, set := l.copies, sumOf(s)
	sum := l.register(set.Reg)
	masks, tails, rest := l.masks, l.tails, l.rest
	n, _ := constantTrips(s)
	abreast := l.f.Lanes / int(n)
	for v := range outer.n {
		rows := l.f.Lanes
		tail, masked := tails[lane{v: v}]
		if masked {
			rows = rest
		}
		c := &copies{axis: s.Axis, rows: outer.axis, along: n, n: (rows + abreast - 1) / abreast}
		for k := range c.n {
			c.values = append(c.values, outer.values[v].AddConst(int64(k*abreast)))
		}
		var last vec.Mask
		if r := rows % abreast; r > 0 {
			l.rest = r * int(n)
			last = l.first(l.rest)
		}
		l.copies, l.masks, l.tails = nil, nil, nil
		list := make([]vec.Vec, c.n)
		l.copied(c, last, func() {
			x := l.evaluation(set.Value)
			for k := range list {
				list[k] = x.value(set.Value, lane{v: k}).v
			}
		})
		l.copies, l.masks, l.tails, l.rest = outer, masks, tails, rest
		l.addSums(sum.at(lane{v: v}).v, l.f.Sums(list, int(n)), tail, masked)
	}
}
