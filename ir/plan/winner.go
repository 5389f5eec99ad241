package plan

import "github.com/gradgen/gradgen/ir"

// nobody is where the winner stands before there is one, if conditions may leave
// out the first element. Without them it is the first that wins if all are as
// bad as can be, and 0 says so from the beginning.
const nobody = -1

// elects reports whether a winner is chosen among some elements only.
func (m *member) elects() bool { return m.reduce != nil && m.reduce.Arg && len(m.pieces[0].domain) > 0 }

// winner compares one element with the best so far; the first NaN wins.
func (l *lowerer) winner(m *member, p *piece, at *node) []Stmt {
	e := l.expr(p.body, at)
	r := l.x.reg("v", e.Type)
	number := ir.Int{}
	for _, x := range p.axes {
		number = number.Mul(x.Extent).Add(ir.Of(x))
	}
	v, best := l.x.use(r), l.x.use(m.best)
	better := l.x.apply(ir.OpLt, best, v)
	if m.reduce == ir.ArgMin {
		better = l.x.apply(ir.OpLt, v, best)
	}
	if e.Type.IsFloat() {
		nan := l.x.apply(ir.OpAnd, l.x.apply(ir.OpNe, v, v), l.x.apply(ir.OpEq, best, best))
		better = l.x.apply(ir.OpOr, better, nan)
	}
	if m.elects() {
		better = l.x.apply(ir.OpOr, l.x.apply(ir.OpEq, l.x.use(m.reg), l.x.lit(ir.I32, nobody)), better)
	}
	return []Stmt{&Let{Reg: r, Value: e}, &If{Cond: better, Then: []Stmt{
		&Set{Reg: m.best, Value: v}, &Set{Reg: m.reg, Value: l.x.index(ir.I32, number)}}}}
}

// best is the element of a at a place that an argmax or argmin before it in its
// nest chose among elements of a: the register that it was compared in. Max
// pooling reads at such places, which no two lanes have in common.
func (l *lowerer) best(a *ir.Value, index []ir.Int, at *node) *Expr {
	var chosen *ir.Expr
	for _, i := range index {
		i.Walk(nil, func(e *ir.Expr) {
			if chosen == nil && e.Op == ir.OpRead {
				chosen = e
			}
		})
	}
	if chosen == nil || at == nil {
		return nil
	}
	m := l.members[chosen.Array]
	if m == nil || m.best == nil || !m.readable(chosen.Index, at) || len(m.pieces) != 1 {
		return nil
	}
	p := m.pieces[0]
	if p.body.Op != ir.OpRead || p.body.Array != a || len(p.domain) > 0 {
		return nil
	}
	place, number := map[*ir.Axis]ir.Int{}, ir.Of(chosen)
	for k := len(p.axes) - 1; k > 0; k-- {
		n, ok := p.axes[k].Extent.IsConst()
		if !ok {
			return nil
		}
		tens := number.FloorDiv(n)
		place[p.axes[k]], number = number.Sub(tens.MulConst(n)), tens
	}
	place[p.axes[0]] = number
	to := &ir.Subst{Axis: place}
	for d, i := range p.body.Index {
		if !to.Int(i).Equal(index[d]) {
			return nil
		}
	}
	return l.x.use(m.best)
}
