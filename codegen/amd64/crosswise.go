package amd64

import (
	"math"

	"github.com/gradgen/gradgen/codegen/amd64/vec"
	"github.com/gradgen/gradgen/ir"
	"github.com/gradgen/gradgen/ir/plan"
)

// A sum inside a vectorised loop may read what lies apart from lane to lane and
// side by side along the sum: the rows of a matrix, one a lane. Gathering would
// touch a line of the cache for every number. Instead each lane's sum runs along
// its row, with the sum's own axis in lanes, and one transposition at the end
// brings the sums side by side.
//
//	for o in lanes { for i { s += w[o,i]*x[i] } }    becomes
//	for k of the lanes { for i in lanes { s_k += w[o+k,i]*x[i] } }; s = Σ s_0, Σ s_1, …

// crosswise is what a sum inside the loop over v costs if it is made so, for
// each vector of v, and whether it can be.
func (c *chooser) crosswise(s, v *plan.Loop) (cost float64, flat, ok bool) {
	set := sumOf(s)
	if set == nil || !independent(s) {
		return 0, false, false
	}
	if _, known := constantTrips(v); !known {
		return 0, false, false // how many rows are the last must be known
	}
	own, names := map[*plan.Reg]bool{}, map[*ir.Axis]bool{}
	plan.Each(v.Body, func(t plan.Stmt) {
		switch t := t.(type) {
		case *plan.Let:
			own[t.Reg] = true
		case *plan.LetInt:
			names[t.Var] = true
		}
	})
	gathers, fits := 0.0, true
	set.Value.Walk(func(e *plan.Expr) {
		fits = fits && !(e.Op == ir.OpVar && own[e.Reg]) // would have to be taken from a lane
		e.Ints(func(i ir.Int) {
			coef, _, ok := i.Coef(s.Axis)
			fits = fits && ok && (e.Op == ir.OpRead && (coef.Is(0) || coef.Is(1)) || coef.Is(0))
			_, _, ok = i.Coef(v.Axis)
			fits = fits && ok && !usesAny(i, names)
		})
		if e.Op == ir.OpRead && c.node(e, v) > 1 {
			gathers += c.node(e, v)
		}
	})
	lanes := float64(c.f.Lanes)
	rows := min(lanes, trips(v))
	if c.short(s) && c.flatReads(set.Value, v, s) {
		vectors := math.Ceil(rows * trips(s) / lanes)
		return 4*vectors + 3*vectors, true, fits && gathers > 0
	}
	return rows*2*math.Ceil(trips(s)/lanes) + 3*lanes, false, fits && gathers > 0
}

func constantTrips(s *plan.Loop) (int64, bool) {
	if len(s.Lo) != 1 || len(s.Hi) != 1 || s.Lo[0].Den != 1 || s.Hi[0].Den != 1 {
		return 0, false
	}
	return s.Hi[0].E.Sub(s.Lo[0].E).IsConst()
}

// sumOf is the one assignment of a loop that does nothing but add.
func sumOf(s *plan.Loop) *plan.Set {
	if !s.Reduce || len(s.Body) != 1 {
		return nil
	}
	set, ok := s.Body[0].(*plan.Set)
	if !ok || set.Op != plan.AssignAdd || !set.Reg.Type.IsFloat() {
		return nil
	}
	return set
}

// acrossRows makes a sum crosswise, in the loop over the vector axis that is under
// way.
func (l *lowerer) acrossRows(s *plan.Loop) {
	outer := l.copies
	set := sumOf(s)
	sum := l.register(set.Reg)
	masks, tails := l.masks, l.tails
	for v := range outer.n {
		rows := l.f.Lanes
		tail, masked := tails[lane{v: v}]
		if masked {
			rows = l.rest
		}
		row := &slot{dep: onJam | onVector, mutable: true, part: true, vals: map[lane]value{}}
		jam := &copies{axis: outer.axis, jam: true, n: rows}
		for k := range rows {
			jam.values = append(jam.values, outer.values[v].AddConst(int64(k)))
			row.vals[lane{j: k}] = value{v: l.begin(0)}
		}
		l.copies, l.masks, l.tails = jam, nil, nil
		l.setRegister(set.Reg, row)
		l.vectorLoop(s, &choice{vector: true, unroll: 1, into: true})
		l.copies, l.masks, l.tails = outer, masks, tails
		l.setRegister(set.Reg, sum)
		list := make([]vec.Vec, rows)
		for k := range rows {
			list[k] = l.ready(row.vals[lane{j: k}].v)
		}
		l.addSums(sum.at(lane{v: v}).v, l.f.Sums(list, l.f.Lanes), tail, masked)
	}
}

// addSums adds the sums of rows to a register, as far as there are rows.
func (l *lowerer) addSums(into, sums vec.Vec, tail vec.Mask, masked bool) {
	l.ready(into)
	if masked {
		l.f.Set(into, l.f.Select(tail, l.f.Add(into, sums), into))
	} else {
		l.f.Into(into, vec.OpAdd, into, sums)
	}
}
