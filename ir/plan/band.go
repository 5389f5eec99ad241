package plan

import (
	"slices"

	"github.com/gradgen/gradgen/ir"
)

// Band is the part of a matrix along its diagonal that counts: elements (i, j) with
// From ≤ j-i < To. The others are zeros, of an operand, and the engine may leave out
// what they are factors of; of a result nobody reads them, and it may leave them as
// they were. So causal attention takes about half of what its squares would.
type Band struct{ From, To ir.Int }

func (b *Band) String() string {
	if b == nil {
		return "all"
	}
	return b.From.String() + " to " + b.To.String()
}

// operandBand is the band of an operand that e reads, seen as matrices of these rows
// and columns; nil if it is not known to have one.
func operandBand(e *ir.Expr, row, col role) *Band {
	x, y := position(e.Index, row), position(e.Index, col)
	if x < 0 || y < 0 {
		return nil
	}
	axes, preds := support(e.Array)
	if len(preds) == 0 {
		return nil
	}
	var b interval
	b.cut(ir.Of(axes[y]).Sub(ir.Of(axes[x])), preds)
	return b.band(row, col)
}

// resultBand is the band of what is read of v, whose elements index finds, seen as
// matrices of these rows and columns; nil if that may be all of it.
func (l *lowerer) resultBand(v *ir.Value, index []ir.Int, row, col role) *Band {
	x, y := position(index, row), position(index, col)
	if x < 0 || y < 0 || l.pinned[v] > 0 || len(l.readers[v]) == 0 {
		return nil
	}
	axes, preds := support(v)
	if slices.ContainsFunc(preds, func(p ir.Pred) bool { return !l.unread(v, axes, p) }) {
		return nil // zeros are read, too
	}
	var all *interval
	if !l.eachRead(v, func(r *ir.Expr, preds []ir.Pred) {
		var one interval
		if r.Array == v {
			one.cut(r.Index[y].Sub(r.Index[x]), preds)
		}
		if all == nil {
			all = &one
		} else {
			all.join(one)
		}
	}) {
		return nil
	}
	return all.band(row, col)
}

// unread reports whether nobody reads the elements of v for which a condition on its
// axes does not hold, nor takes them for zeros as a call of the engine would.
func (l *lowerer) unread(v *ir.Value, axes []*ir.Axis, p ir.Pred) bool {
	if l.pinned[v] > 0 || len(l.readers[v]) == 0 {
		return false
	}
	ok := !slices.ContainsFunc(l.readers[v], func(w *ir.Value) bool {
		d, isMap := w.Def.(*ir.Map)
		return isMap && d.Reduce == ir.Sum && d.Write == nil
	})
	maps := l.eachRead(v, func(r *ir.Expr, preds []ir.Pred) {
		if ok = ok && r.Array == v; ok {
			s := &ir.Subst{Axis: map[*ir.Axis]ir.Int{}}
			for k, x := range axes {
				s.Axis[x] = r.Index[k]
			}
			ok = ir.Proves(preds, s.Preds([]ir.Pred{p})[0])
		}
	})
	return maps && ok
}

// eachRead calls f for all reads of v, or of it in another shape, and the conditions that
// they stand under. It reports false if something else than a Map reads it.
func (l *lowerer) eachRead(v *ir.Value, f func(r *ir.Expr, preds []ir.Pred)) bool {
	for _, w := range l.readers[v] {
		d, ok := w.Def.(*ir.Map)
		if !ok {
			return false
		}
		identity := 0.0
		if d.Reduce != nil {
			identity = d.Reduce.Of(d.Body.Type)
		}
		for _, t := range guarded(d.Body, identity, d.Reduce == nil || d.Reduce == ir.Sum) {
			preds := slices.Concat(d.Domain, t.preds)
			t.body.Walk(func(r *ir.Expr) {
				if r.Op == ir.OpRead && base(r.Array) == v {
					f(r, preds)
				}
			})
		}
	}
	return true
}

// position is which index is the only axis of a role, and the only one to hold it; -1
// if none is.
func position(index []ir.Int, r role) int {
	if len(r) != 1 || countUses(index, r[0]) != 1 {
		return -1
	}
	return slices.IndexFunc(index, func(i ir.Int) bool { x, ok := i.IsAxis(); return ok && x == r[0] })
}

// support is the conditions, in terms of an array's axes, outside of which its elements
// are zeros.
func support(v *ir.Value) (axes []*ir.Axis, preds []ir.Pred) {
	d, ok := v.Def.(*ir.Map)
	if !ok || d.Write != nil || d.Reduce != nil && d.Reduce != ir.Sum {
		return nil, nil
	}
	axes, reduced := d.Axes[:v.Type.Rank()], d.Axes[v.Type.Rank():]
	preds = slices.Clone(d.Domain)
	if terms := guarded(d.Body, 0, true); len(terms) == 1 {
		preds = append(preds, terms[0].preds...)
	}
	return axes, slices.DeleteFunc(preds, func(p ir.Pred) bool {
		return slices.ContainsFunc(reduced, p.E.Uses)
	})
}

// interval is from ≤ i < to, either of which may be unknown.
type interval struct{ from, to *ir.Int }

// cut adds what conditions say about i, as far as that depends on sizes alone.
func (n *interval) cut(i ir.Int, preds []ir.Pred) {
	for _, p := range preds {
		if p.Kind != ir.GE0 {
			continue
		}
		if most := p.E.Add(i); !most.HasAxes() { // p.E = most - i
			to := most.AddConst(1)
			if n.to == nil || n.to.Sub(to).NonNegative() {
				n.to = &to
			}
		}
		if least := i.Sub(p.E); !least.HasAxes() {
			if n.from == nil || least.Sub(*n.from).NonNegative() {
				n.from = &least
			}
		}
	}
}

// join widens n so that it holds all of m.
func (n *interval) join(m interval) {
	wider := func(a, b *ir.Int, sign int64) *ir.Int {
		switch {
		case a == nil || b == nil:
			return nil
		case a.Sub(*b).MulConst(sign).NonNegative():
			return a
		case b.Sub(*a).MulConst(sign).NonNegative():
			return b
		}
		return nil
	}
	n.from, n.to = wider(n.from, m.from, -1), wider(n.to, m.to, 1)
}

// band is n as a band of a matrix; nil if it is all of it.
func (n *interval) band(row, col role) *Band {
	if n == nil || n.from == nil && n.to == nil {
		return nil
	}
	b := &Band{From: ir.Const(1).Sub(row.size()), To: col.size()}
	if n.from != nil {
		b.From = *n.from
	}
	if n.to != nil {
		b.To = *n.to
	}
	return b
}

// diagonal finds the axes of a condition that limits how much greater y is than x, or
// smaller; nil for other conditions.
func diagonal(p ir.Pred) (x, y *ir.Axis) {
	p.E.Walk(func(a *ir.Axis) {
		switch c := coef(p.E, a); {
		case c.Is(-1):
			x = a
		case c.Is(1):
			y = a
		}
	}, nil)
	if p.Kind != ir.GE0 || x == nil || y == nil {
		return nil, nil
	}
	if p.E.Add(ir.Of(x)).Sub(ir.Of(y)).HasAxes() {
		return nil, nil
	}
	return x, y
}

// share estimates for which part of so many rows and columns the interval holds how
// much greater the column is.
func (n *interval) share(rows, cols int64) float64 {
	from, to := 1-rows, cols
	if n.from != nil {
		from = estimate(*n.from)
	}
	if n.to != nil {
		to = estimate(*n.to)
	}
	inside := int64(0)
	for i := range rows {
		inside += max(0, min(cols, i+to)-max(0, i+from))
	}
	return float64(inside) / float64(max(1, rows*cols))
}
