package plan

import (
	"slices"

	"github.com/gradgen/gradgen/ir"
)

// A form is how the loops of one Map are arranged.
type form uint8

const (
	formValue   form = iota // elementwise: computed where the free axes are bound
	formDot                 // the reduction inside the free axes, in a register
	formRow                 // the last free axis inside the reduction, in memory
	formScatter             // zeros, then every piece adds what its domain says
	formProduct             // a call of the contraction engine
)

func (f form) String() string {
	return [...]string{"elementwise", "dot", "axpy", "scatter", "product"}[f]
}

// A member is one Map of a nest, its axes renamed to those of the nest once
// it is placed.
type member struct {
	v      *ir.Value
	also   []*ir.Value // values absorbed: a sum that starts from an operand
	form   form
	reduce *ir.Reducer
	free   []*ir.Axis // an axis per dimension of the value
	base   *ir.Expr   // what a sum starts from; nil: the identity
	pieces []piece
	why    string
	call   *call // of formProduct

	nest *nest
	node *node // where the value is made: in its registers or, formRow, its rows
	// stored is set where somebody reads the value from memory; common counts
	// the outermost loops that all of them share with it, whose axes its
	// storage then does not need.
	stored bool
	common int
	dims   []int // the dimensions that the storage has
	reg    *Reg  // holds the value inside node
	used   bool  // that register is read
	best   *Reg  // of an arg reduction: the winning value
}

func newMember(v *ir.Value) *member {
	d := v.Def.(*ir.Map)
	m := &member{v: v, reduce: d.Reduce}
	if d.Write != nil {
		m.form, m.reduce = formScatter, ir.Sum
		m.why = "the places written come from data or could not be solved"
		m.pieces = []piece{{axes: d.Axes, domain: d.Domain, body: d.Body, write: d.Write}}
		m.solve(nil)
		if v.Type.Rank() == 0 {
			m.form = formDot
		}
		return m
	}
	rank := v.Type.Rank()
	m.free = d.Axes[:rank]
	red := d.Axes[rank:]
	switch {
	case d.Reduce == nil || d.Reduce == ir.Sum && len(red) == 0:
		m.elementwise(d)
	case d.Reduce.Arg:
		m.form = formDot
		m.pieces = []piece{{axes: red, domain: d.Domain, body: d.Body}}
	default:
		for _, p := range guarded(d.Body, d.Reduce.Of(v.Type.DType), d.Reduce == ir.Sum) {
			m.pieces = append(m.pieces, piece{axes: red, domain: slices.Concat(d.Domain, p.preds), body: p.body})
		}
		m.solve(m.free)
		m.arrange()
	}
	return m
}

// elementwise decides between computing each element where it stands, and
// zeros with the few others added, where equalities leave only few. Truth values
// are not added.
func (m *member) elementwise(d *ir.Map) {
	m.form, m.reduce = formValue, nil
	terms := guarded(d.Body, 0, true)
	sparse := slices.ContainsFunc(d.Domain, thins)
	for _, t := range terms {
		sparse = sparse || slices.ContainsFunc(t.preds, thins)
	}
	if !sparse || m.v.Type.Rank() == 0 || m.v.Type.DType == ir.Bool {
		body := d.Body
		if len(d.Domain) > 0 {
			body = ir.Select(ir.Test(d.Domain...), body, ir.Lit(body.Type, 0))
		}
		m.pieces = []piece{{body: body}}
		return
	}
	m.scatterTerms(terms, d.Domain)
}

func (m *member) scatterTerms(terms []term, domain []ir.Pred) {
	m.form, m.reduce = formScatter, ir.Sum
	m.why = "equalities leave few elements"
	m.pieces = nil
	for _, t := range terms {
		m.pieces = append(m.pieces, piece{axes: m.free, domain: slices.Concat(domain, t.preds), body: t.body, write: ir.AxisInts(m.free)})
	}
	slices.SortStableFunc(m.pieces, func(a, b piece) int { return min(len(a.domain), 1) - min(len(b.domain), 1) })
	m.pieces[0].set = len(m.pieces[0].domain) == 0
	m.solve(nil)
}

// solve eliminates every axis that an equality determines, but for those in
// keep, and drops pieces whose domain is empty.
func (m *member) solve(keep []*ir.Axis) {
	m.pieces = slices.DeleteFunc(m.pieces, func(p piece) bool {
		_, ok := ir.Conj(p.domain)
		return !ok
	})
	for i := range m.pieces {
		p := &m.pieces[i]
		p.domain, _ = ir.Conj(p.domain)
		for again := true; again; {
			again = false
			// Later axes first: what is left are outer loops.
			for k := len(p.axes) - 1; k >= 0; k-- {
				x := p.axes[k]
				if slices.Contains(keep, x) {
					continue
				}
				value, rest, ok := ir.Solve(x, p.domain)
				if !ok || value.Uses(x) {
					continue
				}
				s := &ir.Subst{Axis: map[*ir.Axis]ir.Int{x: value}}
				p.domain = slices.Concat(s.Preds(rest), ir.InRange(value, x.Extent))
				p.body = s.Expr(p.body)
				p.write = s.Ints(p.write)
				p.axes = slices.Delete(slices.Clone(p.axes), k, k+1)
				if p.domain, ok = ir.Conj(p.domain); !ok {
					p.domain = []ir.Pred{ir.Ge(ir.Const(-1), ir.Const(0))}
				}
				again = true
				break
			}
		}
	}
	m.pieces = slices.DeleteFunc(m.pieces, func(p piece) bool {
		_, ok := ir.Conj(p.domain)
		return !ok
	})
}

// nominal is the size that choices assume for what is known at run time only.
const nominal = 64

// rename gives the member other axes. Functions derived from one another share
// axes: one of its own that is the new name of another gets a fresh one.
func (m *member) rename(to map[*ir.Axis]ir.Int) {
	if len(to) == 0 {
		return
	}
	taken := map[*ir.Axis]bool{}
	for _, y := range to {
		x, _ := y.IsAxis()
		taken[x] = true
	}
	own := func(axes []*ir.Axis) {
		for _, x := range axes {
			if _, renamed := to[x]; !renamed && taken[x] {
				to[x] = ir.Of(ir.NewAxis(x.Name, x.Extent))
			}
		}
	}
	own(m.free)
	for _, p := range m.pieces {
		own(p.axes)
	}
	s := &ir.Subst{Axis: to}
	m.free = slices.Clone(m.free)
	for i, x := range m.free {
		if y, ok := to[x]; ok {
			m.free[i], _ = y.IsAxis()
		}
	}
	if m.base != nil {
		m.base = s.Expr(m.base)
	}
	pieces := slices.Clone(m.pieces)
	for i := range pieces {
		p := &pieces[i]
		p.domain, p.body, p.write = s.Preds(p.domain), s.Expr(p.body), s.Ints(p.write)
		p.axes = slices.Clone(p.axes)
		for k, x := range p.axes {
			if y, ok := to[x]; ok {
				p.axes[k], _ = y.IsAxis()
			}
		}
	}
	m.pieces = pieces
}

// reads calls f for every array that m reads, with the indices and the loop
// it is read in. Elements that index maps read count, too.
func (m *member) reads(f func(a *ir.Value, index []ir.Int, at *node)) {
	at := m.node
	visit := func(e *ir.Expr) {
		if e.Op == ir.OpRead {
			f(e.Array, e.Index, at)
		}
	}
	if m.base != nil {
		m.base.Walk(visit)
	}
	if m.call != nil {
		for _, e := range m.call.exprs() {
			e.Walk(visit)
		}
	}
	for _, p := range m.pieces {
		at = p.at
		p.body.Walk(visit)
		for _, q := range p.domain {
			q.E.Walk(nil, func(e *ir.Expr) { e.Walk(visit) })
		}
		for _, i := range p.write {
			i.Walk(nil, func(e *ir.Expr) { e.Walk(visit) })
		}
	}
}
