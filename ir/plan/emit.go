package plan

import (
	"slices"

	"github.com/gradgen/gradgen/ir"
	"github.com/gradgen/gradgen/ir/few"
)

// region makes the statements of a region, in the order of its steps.
func (l *lowerer) region(r *region) []Stmt {
	var out []Stmt
	for _, s := range l.steps[r] {
		if s.scan != nil {
			out = append(out, l.scan(s.scan)...)
		} else {
			out = append(out, l.block(s.nest))
		}
	}
	if r == l.order.top {
		for _, d := range l.order.late {
			l.after = append(l.after, l.move(d.v, d.buf))
		}
	}
	return out
}

// block makes the statements of a nest.
func (l *lowerer) block(n *nest) *Block {
	b := &Block{}
	for i, m := range n.members {
		b.Values = append(b.Values, m.also...)
		b.Values = append(b.Values, m.v)
		if i == 0 || m.reduce != nil {
			b.Place = m.v.Place
		}
		if b.Form == "" || m.form != formValue {
			b.Form = m.form.String()
			if m.call != nil {
				m.why = m.call.why(m.call.family(m.call.in(m.offset(ir.AxisInts(m.free)))))
			}
			if m.why != "" {
				b.Form += ": " + m.why
			}
		}
		b.Flops = b.Flops.Add(m.flops())
	}
	if n.closed {
		b.Contraction = n.members[0].contraction()
		for _, m := range n.members[1:] {
			b.Contraction.Epilogue = append(b.Contraction.Epilogue, m.v)
		}
	}
	b.Body = l.kids(n.root)
	return b
}

// flops bounds the arithmetic of m by its axes' extents.
func (m *member) flops() ir.Int {
	total := ir.Int{}
	if m.call != nil {
		total = m.v.Type.Len().MulConst(m.call.count())
	}
	for _, p := range m.pieces {
		n := int64(0)
		p.body.Walk(func(e *ir.Expr) {
			if len(e.Args) > 0 && e.Op != ir.OpCast {
				n++
			}
		})
		if m.reduce != nil {
			n++
		}
		size := ir.Const(n)
		axes := p.axes
		if m.form != formScatter {
			axes = slices.Concat(m.free, axes)
		}
		for _, x := range axes {
			size = size.Mul(x.Extent)
		}
		total = total.Add(size)
	}
	return total
}

func (l *lowerer) kids(n *node) []Stmt {
	var out []Stmt
	for _, k := range n.kids {
		if k.point != nil {
			out = append(out, l.point(k.point, n)...)
			continue
		}
		c := k.node
		body := l.kids(c)
		if c.axis == nil {
			cond := l.x.test(l.preds(c.guard, n))
			switch {
			case cond.Op != ir.OpLit:
				out = append(out, &If{Cond: cond, Then: body})
			case cond.Lit != 0:
				out = append(out, body...)
			}
			continue
		}
		loop := &Loop{Axis: c.axis, Step: 1, Body: body, Reduce: c.sum}
		loop.Lo = strongest(append([]Bound{{ir.Const(0), 1}}, l.bounds(c.lo, n)...), true)
		loop.Hi = strongest(append([]Bound{{c.axis.Extent, 1}}, l.bounds(c.hi, n)...), false)
		out = append(out, loop)
	}
	return out
}

func (l *lowerer) bounds(bs []Bound, at *node) []Bound {
	out := make([]Bound, len(bs))
	for i, b := range bs {
		out[i] = Bound{l.int(b.E, at), b.Den}
	}
	return out
}

func (l *lowerer) preds(ps []ir.Pred, at *node) []ir.Pred {
	ps = digits(ps)
	out := make([]ir.Pred, len(ps))
	for i, p := range ps {
		out[i] = ir.Pred{Kind: p.Kind, E: l.int(p.E, at), Mod: p.Mod}
	}
	return out
}

var assignOps = map[*ir.Reducer]AssignOp{ir.Sum: AssignAdd, ir.Prod: AssignMul, ir.Max: AssignMax, ir.Min: AssignMin}

func (l *lowerer) point(p *point, at *node) []Stmt {
	m := p.m
	switch p.kind {
	case pointValue:
		return l.made(m, l.expr(p.p.body, at), at)
	case pointInit:
		m.reg = l.x.reg(m.v.String(), m.v.Type.DType)
		start := l.x.lit(m.reg.Type, m.reduce.Of(m.reg.Type))
		if m.base != nil {
			start = l.expr(m.base, at)
		}
		if m.reduce.Arg {
			m.best = l.x.reg("best", m.pieces[0].body.Type)
			first := 0.0
			if m.elects() {
				first = nobody
			}
			return []Stmt{&Let{Reg: m.best, Value: l.x.lit(m.best.Type, m.reduce.Of(m.best.Type)), Mutable: true},
				&Let{Reg: m.reg, Value: l.x.lit(ir.I32, first), Mutable: true}}
		}
		return []Stmt{&Let{Reg: m.reg, Value: start, Mutable: true}}
	case pointAcc:
		if m.reduce.Arg {
			return l.winner(m, p.p, at)
		}
		return []Stmt{&Set{Reg: m.reg, Op: assignOps[m.reduce], Value: l.expr(p.p.body, at)}}
	case pointFinish:
		stores := l.stores(m, l.x.use(m.reg), at)
		if m.elects() {
			return append([]Stmt{&Set{Reg: m.reg, Op: AssignMax, Value: l.x.lit(ir.I32, 0)}}, stores...)
		}
		return stores
	case pointFill:
		return l.fill(m, at)
	case pointAdd:
		op := AssignAdd
		if m.reduce != nil {
			op = assignOps[m.reduce]
		}
		if p.p.set {
			op = Assign
		}
		s := l.at(m.v)
		index := p.p.write
		if m.form == formRow {
			index = ir.AxisInts(m.free)
		}
		return []Stmt{&Store{Buffer: s.buf, At: l.int(l.offset(m, s, index), at), Op: op, Value: l.expr(p.p.body, at)}}
	case pointCall:
		return l.product(m, at)
	}
	return nil
}

// made keeps a computed element where it is needed.
func (l *lowerer) made(m *member, e *Expr, at *node) []Stmt {
	if !m.used && m.stored {
		return l.stores(m, e, at)
	}
	m.reg = l.x.reg(m.v.String(), m.v.Type.DType)
	out := []Stmt{&Let{Reg: m.reg, Value: e}}
	return append(out, l.stores(m, l.x.use(m.reg), at)...)
}

func (l *lowerer) stores(m *member, e *Expr, at *node) []Stmt {
	if m.v.Type.Rank() == 0 {
		l.regs[m.v] = m.reg
		return nil
	}
	if !m.stored {
		return nil
	}
	s := l.at(m.v)
	return []Stmt{&Store{Buffer: s.buf, At: l.int(l.offset(m, s, ir.AxisInts(m.free)), at), Value: e}}
}

// offset is where an element of m lies, of the dimensions that are stored.
func (l *lowerer) offset(m *member, s place, index []ir.Int) ir.Int {
	return s.off.Add(m.offset(index))
}

func (m *member) offset(index []ir.Int) ir.Int {
	at := ir.Int{}
	for _, d := range m.dims {
		at = at.Mul(m.v.Type.Shape[d]).Add(index[d])
	}
	return at
}

// fill starts a row, or the whole array of a scatter.
func (l *lowerer) fill(m *member, at *node) []Stmt {
	s := l.at(m.v)
	if m.form == formScatter {
		return []Stmt{&Fill{Buffer: s.buf, Off: s.off, Len: m.v.Type.Len()}}
	}
	last := m.free[len(m.free)-1]
	if m.base != nil {
		store := &Store{Buffer: s.buf, At: l.int(l.offset(m, s, ir.AxisInts(m.free)), at), Value: l.expr(m.base, at)}
		return []Stmt{&Loop{Axis: last, Lo: []Bound{{ir.Const(0), 1}}, Hi: []Bound{{last.Extent, 1}}, Step: 1, Body: []Stmt{store}}}
	}
	index := ir.AxisInts(m.free)
	index[len(index)-1] = ir.Int{}
	return []Stmt{&Fill{Buffer: s.buf, Off: l.int(l.offset(m, s, index), at), Len: last.Extent, Value: m.reduce.Of(s.buf.DType)}}
}

// expr makes the plan's form of an expression evaluated at a node.
func (l *lowerer) expr(e *ir.Expr, at *node) *Expr {
	var done few.Map[*ir.Expr, *Expr]
	var rec func(e *ir.Expr) *Expr
	rec = func(e *ir.Expr) *Expr {
		if r, ok := done.Get(e); ok {
			return r
		}
		r := l.leaf(e, at)
		if r == nil {
			args := make([]*Expr, len(e.Args))
			for i, a := range e.Args {
				args[i] = rec(a)
			}
			if e.Op == ir.OpCast {
				r = l.x.cast(e.Type, args[0])
			} else {
				r = l.x.apply(e.Op, args...)
			}
		}
		done.Set(e, r)
		return r
	}
	return rec(e)
}

func (l *lowerer) leaf(e *ir.Expr, at *node) *Expr {
	switch e.Op {
	case ir.OpLit:
		return l.x.lit(e.Type, e.Lit)
	case ir.OpIndex:
		return l.x.index(e.Type, l.int(e.Int, at))
	case ir.OpRandom:
		l.prog.Random = true
		return l.x.intern(Expr{Op: ir.OpRandom, Type: e.Type, Site: e.Site, Int: l.int(e.Int, at)})
	case ir.OpTest:
		return l.x.test(l.preds(e.Preds, at))
	case ir.OpRead:
		return l.read(e.Array, e.Index, at)
	}
	return nil
}

// read finds an element: in a register, or in memory.
func (l *lowerer) read(a *ir.Value, index []ir.Int, at *node) *Expr {
	b := base(a)
	if b.Type.Rank() == 0 {
		return l.element(b, ir.Int{})
	}
	if e := l.best(a, index, at); e != nil {
		return e
	}
	m := l.members[b]
	if m != nil && a == b {
		if at != nil && m.readable(index, at) {
			return l.x.use(m.reg)
		}
		s := l.at(b)
		return l.x.read(s.buf, l.int(l.offset(m, s, index), at))
	}
	s := l.at(b)
	return l.x.read(s.buf, l.int(s.off.Add(offset(a.Type.Shape, index)), at))
}

// int replaces reads of index arrays in an integer expression by variables.
func (l *lowerer) int(i ir.Int, at *node) ir.Int {
	return i.MapAtoms(func(a ir.Atom) (ir.Int, bool) {
		switch a := a.(type) {
		case *ir.Expr:
			e := l.expr(a, at)
			return ir.Of(l.variable(e, l.spanOf(a, e))), true
		case *ir.FloorDiv:
			n := l.int(a.Num, at)
			if n.Equal(a.Num) {
				return ir.Int{}, false
			}
			return n.FloorDiv(a.Den), true
		}
		return ir.Int{}, false
	})
}
