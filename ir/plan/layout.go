package plan

import (
	"slices"

	"github.com/gradgen/gradgen/ir"
)

// The logical shape of a value is one thing, the order of its axes in memory
// another. The engine counts through axes with one index if they follow each
// other in all operands (role.go), and q[b,h,t,i] keeps b from t and h from i,
// which follow each other in x[b,t,c] and w[h,i,c]: as q[b,t,h,i] it is one
// product instead of one for every b and h. So values that are nothing but
// operands and results of products are given the order of axes with which most
// of the work is done in few calls.

// maxLayoutRank bounds the rank of values whose axes are reordered: all orders
// are tried.
const maxLayoutRank = 5

// batchGain is what a product gains where two axes of its batch are one index,
// in parts of what it gains where two axes of another role are. Of products of
// 8×8×8 to 128×128×64 four at a time, one call instead of four saves 22 to 0 %
// of the time if they are a batch, and 63 to 2 % if they have a matrix in common
// and become one product: a third to a tenth of it, the less the larger they are.
// Large ones decide, because a gain counts by the work: hence less than the
// middle. With a quarter the scores of attention would make its projections,
// which gain most, batches of few rows.
const batchGain = 1.0 / 8

// laidOut returns f with the axes of values in the order in which they are to
// lie in memory; least is the multiply-adds from which on a call of the engine
// pays.
func laidOut(f *ir.Func, least int64) *ir.Func {
	if least <= 0 {
		return f
	}
	l := &layouts{class: map[*ir.Value]*ir.Value{}, fixed: map[*ir.Value]bool{}, uses: map[*ir.Value][]use{}, orders: map[*ir.Value][]int{}}
	all := ir.Topological(f.Results...)
	for _, v := range all {
		l.classify(v)
	}
	for _, v := range f.Results {
		l.fix(base(v))
	}
	for _, v := range all {
		l.use(v, least)
	}
	for _, v := range all {
		if l.root(v) == v {
			l.choose(v)
		}
	}
	if len(l.orders) == 0 {
		return f
	}
	return l.rewrite(f)
}

// layouts chooses the orders of axes. Values that are computed from each other
// element by element have one order: they are a class.
type layouts struct {
	class  map[*ir.Value]*ir.Value // towards the representative
	fixed  map[*ir.Value]bool      // representatives of classes that stay as they are
	uses   map[*ir.Value][]use
	orders map[*ir.Value][]int // by representative: for each place the dimension that goes there
}

// use is a product, and the read of its result.
type use struct {
	*Contraction
	out *ir.Expr
}

func (l *layouts) root(v *ir.Value) *ir.Value {
	for l.class[v] != nil {
		v = l.class[v]
	}
	return v
}

func (l *layouts) fix(v *ir.Value) { l.fixed[l.root(v)] = true }

func (l *layouts) unite(v, w *ir.Value) {
	if v, w = l.root(v), l.root(w); v != w {
		l.class[v] = w
		l.fixed[w] = l.fixed[w] || l.fixed[v]
	}
}

// classify finds what of the order of v and of its operands cannot be chosen.
func (l *layouts) classify(v *ir.Value) {
	d, ok := v.Def.(*ir.Map)
	if !ok || d.Write != nil || len(v.Free()) > 0 || v.Type.Rank() < 3 || v.Type.Rank() > maxLayoutRank {
		l.fix(v)
	}
	if !ok || d.Write != nil {
		v.Operands(l.fix)
		return
	}
	d.Body.Walk(func(r *ir.Expr) {
		if r.Op != ir.OpRead {
			return
		}
		a := r.Array
		switch _, given := base(a).Def.(*ir.Input); {
		case d.Reduce == nil && identity(r.Index, d.Axes):
			l.unite(v, a)
		case d.Reduce == nil && !given:
			l.fix(v) // shares its loops with what makes a
			l.fix(a)
		case !byAxes(r.Index):
			l.fix(a)
		}
	})
}

// byAxes reports whether an element is read at axes, each of them once.
func byAxes(index []ir.Int) bool {
	var seen []*ir.Axis
	for _, i := range index {
		x, ok := i.IsAxis()
		if !ok || slices.Contains(seen, x) {
			return false
		}
		seen = append(seen, x)
	}
	return true
}

// use notes which classes take part in v, if it is a product for the engine.
func (l *layouts) use(v *ir.Value, least int64) {
	d, ok := v.Def.(*ir.Map)
	if !ok || d.Reduce != ir.Sum || d.Body.Op != ir.OpMul || len(v.Free()) > 0 || role(d.Axes).work() < least {
		return
	}
	c := newMember(v).contraction()
	if c == nil || c.Left.Op != ir.OpRead || c.Right.Op != ir.OpRead {
		return
	}
	u := use{c, ir.Read(v, ir.AxisInts(d.Axes[:v.Type.Rank()])...)}
	for _, a := range []*ir.Value{v, c.Left.Array, c.Right.Array} {
		if r := l.root(a); !l.fixed[r] && !slices.Contains(l.uses[r], u) {
			l.uses[r] = append(l.uses[r], u)
		}
	}
}

// choose tries all orders of the axes of a class but the last, which stays
// where loops run along it.
func (l *layouts) choose(v *ir.Value) {
	uses := l.uses[v]
	if len(uses) == 0 || l.fixed[v] {
		return
	}
	gain := func() (sum float64) {
		for _, c := range uses {
			sum += l.gain(c)
		}
		return sum
	}
	best, most := []int(nil), gain()
	n := v.Type.Rank() - 1
	orderings(n, func(order []int) {
		l.orders[v] = append(slices.Clone(order), n)
		if g := gain(); g > most {
			best, most = l.orders[v], g
		}
	})
	if l.orders[v] = best; best == nil {
		delete(l.orders, v)
	}
}

// orderings calls f for all orders of n things, the given one first.
func orderings(n int, f func(order []int)) {
	order := make([]int, 0, n)
	var next func()
	next = func() {
		if len(order) == n {
			f(order)
		}
		for k := range n {
			if !slices.Contains(order, k) {
				order = append(order, k)
				next()
				order = order[:len(order)-1]
			}
		}
	}
	next()
}

// gain is how much of the work of a product the engine does with one index for
// each role.
func (l *layouts) gain(c use) float64 {
	d := c.Value.Def.(*ir.Map)
	out, sum, work := c.out, 0.0, float64(role(d.Axes).work())
	for _, r := range []struct {
		axes     []*ir.Axis
		part     float64
		operands []*ir.Expr
	}{
		{c.Batch, batchGain, []*ir.Expr{out, c.Left, c.Right}},
		{c.FreeLeft, 1, []*ir.Expr{out, c.Left}},
		{c.FreeRight, 1, []*ir.Expr{out, c.Right}},
		{c.Reduced, 1, []*ir.Expr{c.Left, c.Right}},
	} {
		if len(r.axes) > 1 && l.together(r.axes, r.operands) {
			sum += r.part * work
		}
	}
	return sum
}

// together reports whether axes stand side by side, in one order, wherever they
// are read.
func (l *layouts) together(axes []*ir.Axis, operands []*ir.Expr) bool {
	var order []*ir.Axis
	for k, e := range operands {
		run := l.run(axes, e)
		if run == nil || k > 0 && !slices.Equal(run, order) {
			return false
		}
		order = run
	}
	return true
}

// run is these axes in the order in which they lie in an operand, if nothing
// lies between them.
func (l *layouts) run(axes []*ir.Axis, e *ir.Expr) (run []*ir.Axis) {
	order := l.orders[l.root(e.Array)]
	ended := false
	for k := range e.Index {
		dim := k
		if order != nil {
			dim = order[k]
		}
		x, ok := e.Index[dim].IsAxis()
		switch {
		case !ok || !slices.Contains(axes, x):
			ended = len(run) > 0
		case ended || !x.Extent.Equal(e.Array.Type.Shape[dim]):
			return nil
		default:
			run = append(run, x)
		}
	}
	if len(run) != len(axes) {
		return nil
	}
	return run
}

// rewrite makes f with the chosen orders.
func (l *layouts) rewrite(f *ir.Func) *ir.Func {
	b := builderAfter(f)
	moved := map[*ir.Value][]int{} // values whose axes have another order
	var order []int                // of the value at hand
	r := &ir.Rewriter{B: b,
		Map: func(v *ir.Value, m *ir.Map) *ir.Map {
			order = l.orders[l.root(v)]
			s := &ir.Subst{Read: func(a *ir.Value, index []ir.Int) *ir.Expr {
				if moved[a] == nil {
					return nil
				}
				return ir.Read(a, permuted(index, moved[a])...)
			}}
			if body := s.Expr(m.Body); body != m.Body {
				return &ir.Map{Axes: m.Axes, Domain: m.Domain, Reduce: m.Reduce, Body: body, Write: m.Write}
			}
			return m
		},
		Replace: func(v *ir.Value) *ir.Value {
			if order == nil {
				return nil
			}
			m := *v.Def.(*ir.Map)
			rank := len(order)
			m.Axes = slices.Concat(permuted(m.Axes[:rank], order), m.Axes[rank:])
			w := b.Map(v.Name, rank, &m)
			moved[w], order = order, nil
			return w
		}}
	g := *f
	g.Results = r.Values(f.Results)
	return &g
}

func permuted[T any](list []T, order []int) []T {
	out := make([]T, len(order))
	for k, i := range order {
		out[k] = list[i]
	}
	return out
}
