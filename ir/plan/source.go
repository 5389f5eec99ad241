package plan

import (
	"slices"

	"github.com/gradgen/gradgen/ir"
	"github.com/gradgen/gradgen/ir/few"
)

// A source is where the engine reads an operand: an array as it is, or a copy
// made for it, in which the work on its elements is done, whose elements lie
// where the axes lead, and in which zeros surround them as far as the sum
// reaches beyond the array.
type source struct {
	read *ir.Expr  // what the call reads
	made *ir.Value // nil, or the copy
	key  *ir.Expr  // the read by whose index the copy is laid out …
	sure bool      // … unless the operand has a value where it is not read
	full float64   // the part of what the sum reaches that is not zeros around it
}

// newSource finds the source of operand e of a sum over some axes, those of its
// result included, or says why there is none.
func (l *lowerer) newSource(e *ir.Expr, axes role) (*source, string) {
	s := &source{read: e, full: 1}
	used := 0
	find := func(r *ir.Expr) {
		if r.Op != ir.OpRead || r.Array.Type.Rank() == 0 || !linear(placeOf(r), axes) {
			return
		}
		n := 0
		for _, x := range axes {
			if slices.ContainsFunc(r.Index, func(i ir.Int) bool { return i.Uses(x) }) {
				n++
			}
		}
		if n > used {
			s.key, used = r, n
		}
	}
	eachNeeded(e, find)
	if s.sure = s.key != nil; !s.sure {
		e.Walk(find)
	}
	if s.key == nil {
		return nil, "no place that an operand reads is linear in the axes"
	}
	if e == s.key && s.inside(axes) {
		return s, ""
	}
	return s, l.lay(s, axes)
}

// eachNeeded visits what e is computed of wherever it is not zero: neither side of a
// selection, unless it is the one of all of e and has 0 on the other.
func eachNeeded(e *ir.Expr, visit func(*ir.Expr)) {
	for e.Op == ir.OpSelect && e.Args[2].Op == ir.OpLit && e.Args[2].Lit == 0 {
		e = e.Args[1]
	}
	var seen few.Set[*ir.Expr]
	var rec func(e *ir.Expr)
	rec = func(e *ir.Expr) {
		if !seen.Add(e) {
			return
		}
		visit(e)
		for _, i := range e.Index {
			i.Walk(nil, rec)
		}
		for i, a := range e.Args {
			if i == 0 || e.Op != ir.OpSelect {
				rec(a)
			}
		}
	}
	rec(e)
}

// inside reports whether every index of the key is within its array wherever
// the axes lead, whatever a condition says.
func (s *source) inside(axes role) bool {
	for d, i := range s.key.Index {
		if !within(i, s.key.Array.Type.Shape[d]) {
			return false
		}
	}
	return true
}

func within(i, n ir.Int) bool { return i.NonNegative() && n.AddConst(-1).Sub(i).NonNegative() }

// lay designs the copy. Each index of the key that depends on the axes is a
// dimension of it, as long as the values it takes; and so is each axis that
// the operand depends on otherwise. Beyond the array of the key, which the sum then does
// not want, are zeros.
func (l *lowerer) lay(s *source, axes role) (why string) {
	to := map[*ir.Axis]ir.Int{} // what stands for the axes that are solved for
	var fresh []*ir.Axis
	var index []ir.Int
	var guard []ir.Pred
	for d, i := range s.key.Index {
		if !s.sure {
			break
		}
		n := s.key.Array.Type.Shape[d]
		lo, size, ok := reach(i, axes)
		solved := (&ir.Subst{Axis: to}).Int(i)
		y, sign := lone(solved, axes, to)
		if y == nil || !ok {
			if !within(i, n) {
				return "zeros around an operand do not fit the way it is read"
			}
			continue
		}
		x := ir.NewAxis(y.Name, size)
		at := ir.Of(x).Add(lo)
		_, rest, _ := solved.Coef(y)
		value := at.Sub(rest).MulConst(sign)
		for z, v := range to {
			to[z] = (&ir.Subst{Axis: map[*ir.Axis]ir.Int{y: value}}).Int(v)
		}
		to[y] = value
		fresh, index = append(fresh, x), append(index, i.Sub(lo))
		if !within(i, n) {
			guard = append(guard, ir.InRange(at, n)...)
			s.full *= share(i, axes, lo, n)
		}
	}
	body := (&ir.Subst{Axis: to}).Expr(s.read)
	for _, y := range axes {
		if dependsOn(body, role{y}) {
			x := ir.NewAxis(y.Name, y.Extent)
			fresh, index = append(fresh, x), append(index, ir.Of(y))
			body = (&ir.Subst{Axis: map[*ir.Axis]ir.Int{y: ir.Of(x)}}).Expr(body)
		}
	}
	name := s.key.Array.Name
	if s.read.Op == ir.OpRead {
		name = s.read.Array.Name
	}
	if len(guard) == 0 {
		name += "_operand"
	} else {
		name += "_padded"
		body = ir.Select(ir.Test(guard...), body, ir.Lit(body.Type, 0))
	}
	s.made = l.copies.Map(name, len(fresh), &ir.Map{Axes: fresh, Body: body})
	if !ir.ReadsInside(s.made) {
		return "a copy of an operand would read outside of an array"
	}
	s.read = ir.Read(s.made, index...)
	return ""
}

// lone finds an axis that i holds once, added or subtracted, and that nothing
// stands for yet.
func lone(i ir.Int, axes role, known map[*ir.Axis]ir.Int) (y *ir.Axis, sign int64) {
	for _, x := range axes {
		if _, ok := known[x]; ok {
			continue
		}
		if c, _, ok := i.Coef(x); ok && (c.Is(1) || c.Is(-1)) {
			sign, _ = c.IsConst()
			return x, sign
		}
	}
	return nil, 0
}

// reach is the least value of i over axes, and the number of values from there
// to the greatest.
func reach(i ir.Int, axes role) (lo, size ir.Int, ok bool) {
	lo, size = i, ir.Const(1)
	for _, x := range axes {
		c, rest, linear := lo.Coef(x)
		k, known := c.IsConst()
		if !linear || !known {
			return ir.Int{}, ir.Int{}, false
		}
		most := x.Extent.AddConst(-1)
		lo = rest
		if k < 0 {
			lo = lo.Add(most.MulConst(k))
		}
		size = size.Add(most.MulConst(max(k, -k)))
	}
	return lo, size, true
}

// share estimates for how many of the positions of axes an index, which is lo
// at least, lies between 0 and n.
func share(i ir.Int, axes role, lo, n ir.Int) float64 {
	counts := []float64{1} // by how much the index exceeds lo
	for _, x := range axes {
		k, _ := coef(i, x).IsConst()
		if k = max(k, -k); k == 0 {
			continue
		}
		next := make([]float64, int64(len(counts))+k*(extent(x)-1))
		for at, c := range counts {
			for j := range extent(x) {
				next[int64(at)+k*j] += c
			}
		}
		counts = next
	}
	inside, all := 0.0, 0.0
	least, most := estimate(lo), estimate(n)
	for at, c := range counts {
		all += c
		if v := least + int64(at); 0 <= v && v < most {
			inside += c
		}
	}
	return inside / all
}

func dependsOn(e *ir.Expr, axes role) bool {
	found := false
	e.Axes(func(x *ir.Axis) { found = found || slices.Contains(axes, x) })
	return found
}

// covers reports whether p only says that the sum reads inside the array, on
// one side, or where the array's own condition holds: zeros then do as well.
func (s *source) covers(p ir.Pred) bool {
	if s.made == nil {
		axes, preds := support(s.read.Array)
		to := map[*ir.Axis]ir.Int{}
		for d, x := range axes {
			to[x] = s.read.Index[d]
		}
		if slices.ContainsFunc((&ir.Subst{Axis: to}).Preds(preds), p.Equal) {
			return true
		}
	}
	if p.Kind != ir.GE0 || !s.sure {
		return false
	}
	for d, i := range s.key.Index {
		if p.E.Equal(i) || p.E.Equal(s.key.Array.Type.Shape[d].AddConst(-1).Sub(i)) {
			return true
		}
	}
	return false
}
