package plan

import (
	"slices"

	"github.com/gradgen/gradgen/ir"
)

// The steps of a scan follow each other, and each is little work: products of a few
// rows, as many as the batch has, and gates. To hand over each of them to workers costs
// as much as they gain. But mostly nothing connects the rows of the batch: every row
// goes through all steps as if it were alone. So a worker takes some rows through all
// steps, with an engine and a place for packed weights of its own, and shares nothing
// with others until the end.
//
// That is so if everything in a step works on rows of one number, and whatever it
// touches of an array that the scan writes belongs to its own row: of this step, of one
// before, or of one that is to come. Arrays of all steps, or of a step and the one
// before it, are planes then, of as many rows. For the lifetimes of arrays the steps of
// all workers are one (arena.go): each is at another one.

// Scans whose rows workers take through all steps.
const (
	// scanUnit is how many rows go together: fewer do not fill tiles. The engine, whose
	// contract.PartRows this is, would compute them in another order, too.
	scanUnit = 8
	// scanWeights is the most bytes of right operands in a step, which every range of
	// rows reads at every step: they have to stay in the second-level cache. Where there
	// are more, products are so large that workers may share each of them.
	scanWeights = 1 << 19
)

// scanRows makes the body of a scan, the statement at a place of a list, one that does a
// range of rows, if nothing connects them.
func (l *lowerer) scanRows(list []Stmt, place int, k *keyer) {
	s, ok := list[place].(*Loop)
	if !ok {
		return
	}
	if !moves(s) || len(s.Lo) != 1 || !s.Lo[0].E.Is(0) || s.Lo[0].Den != 1 || len(s.Hi) != 1 || s.Hi[0].Den != 1 || s.Hi[0].E.HasAxes() {
		return
	}
	c := &scanStep{l: l, of: map[*Buffer]*Buffer{}, length: rowLengths{}}
	eachStmt(list[:place], c.alias)
	if !c.list(s.Body, k) || c.products == nil || !c.apart() {
		return
	}
	r := &Rows{Of: c.n, Whole: true, Cost: c.cost.Mul(s.Hi[0].E), Unit: max(scanUnit, l.unit(c.length))}
	if rows, isConst := c.n.IsConst(); isConst && rows <= r.Unit || estimate(c.n.Mul(r.Cost)) < l.opts.Rows {
		return
	}
	r.limits()
	whole := slices.Clone(list)
	b := &Block{Body: []Stmt{s}, Rows: r}
	whole[place] = b
	if as := (&keyer{uses: usesOf(whole)}); !as.canBeFunction(b) || len(as.ops.Results) > 0 {
		return
	}
	c.restrict(r)
	s.Rows = r
}

// scans makes blocks of the scans whose rows workers share, so that they become
// functions; what arrays stand for after the last step is said behind them.
func (p *Program) scans() {
	var out []Stmt
	for i, s := range p.Body {
		loop, ok := s.(*Loop)
		if !ok || loop.Rows == nil {
			out = append(out, s)
			continue
		}
		b := together([]Stmt{s})
		b.Form, b.Lanes, b.Rows = "rows of a scan", nil, loop.Rows
		loop.Rows = nil
		out = append(append(out, b), loop.left(p.Body[i+1:])...)
	}
	p.Body = out
}

// IsScan reports whether b is a scan whose rows workers share.
func (b *Block) IsScan() bool { return b.Rows != nil && b.Rows.Whole && !b.Rows.Within }

// left is what the steps of a scan leave to the statements after it: what its aliases
// stand for.
func (s *Loop) left(after []Stmt) (out []Stmt) {
	each, end := s.moved()
	odd, any := ir.DividesBy(s.Hi[0].E.AddConst(1), 2), ir.Ge(s.Hi[0].E, ir.Const(1))
	for _, m := range []struct {
		list []Stmt
		when ir.Pred
	}{{each, any}, {end, odd}} {
		list := askedFor(m.list, after)
		switch {
		case len(list) == 0, m.when.Truth() == ir.False:
		case m.when.Truth() == ir.True:
			out = append(out, list...)
		default:
			out = append(out, &If{Cond: &Expr{Op: ir.OpTest, Type: ir.Bool, Preds: []ir.Pred{m.when}}, Then: list})
		}
	}
	return out
}

// scanStep is a step of a scan, as work on rows.
type scanStep struct {
	l *lowerer
	n ir.Int // rows

	blocks   []*Block    // that are loops over rows …
	loops    []*rowLoops // … which are these
	products []*Product
	bulk     []bulk
	touched  []stretch // on a row

	of      map[*Buffer]*Buffer // what arrays that stand for each other are known by
	planes  []plane
	length  rowLengths // of what is written
	cost    ir.Int     // of a row
	weights int64      // bytes of operands that all rows share
}

// bulk is what is copied, or filled: whole planes.
type bulk struct {
	len   *ir.Int
	parts []bulkPart // written first
	row   ir.Int     // elements of a row
}

type bulkPart struct {
	buf *Buffer
	off *ir.Int
}

// plane is where in an array rows begin that an alias stands for.
type plane struct {
	buf *Buffer
	off ir.Int
}

// list notes statements of a step; it returns false if they are not work on rows.
func (c *scanStep) list(list []Stmt, k *keyer) bool {
	for _, s := range list {
		c.alias(s)
		switch s := s.(type) {
		case *Block:
			if r := c.l.rowLoops(s, k); r != nil {
				if !c.rows(r.n) || !k.canBeFunction(s) {
					return false
				}
				c.blocks, c.loops = append(c.blocks, s), append(c.loops, r)
				c.touched = append(c.touched, r.touched...)
				c.cost = c.cost.Add(r.cost)
				continue
			}
			if !c.list(s.Body, k) {
				return false
			}
		case *Product:
			if !c.product(s) {
				return false
			}
		case *Copy:
			c.bulk = append(c.bulk, bulk{len: &s.Len, parts: []bulkPart{{s.To, &s.ToOff}, {s.From, &s.FromOff}}})
		case *Fill:
			c.bulk = append(c.bulk, bulk{len: &s.Len, parts: []bulkPart{{s.Buffer, &s.Off}}})
		case *Rebind:
			if s.Declare || s.To.Class == Alias {
				return false
			}
		case *Swap:
		default:
			return false
		}
	}
	return true
}

// rows notes a number of rows, which must be the same everywhere.
func (c *scanStep) rows(n ir.Int) bool {
	if c.products == nil && c.blocks == nil {
		c.n = n
	}
	return c.n.Equal(n) && !n.HasAxes()
}

// alias notes what stands for what.
func (c *scanStep) alias(s Stmt) {
	join := func(a, b *Buffer) {
		a, b = c.known(a), c.known(b)
		if a != b {
			c.of[a] = b
		}
	}
	switch s := s.(type) {
	case *Rebind:
		join(s.Alias, s.To)
		c.planes = append(c.planes, plane{s.To, s.Off})
	case *Swap:
		join(s.A, s.B)
	}
}

// known is the array by which b and all that stand for each other are known.
func (c *scanStep) known(b *Buffer) *Buffer {
	for c.of[b] != nil {
		b = c.of[b]
	}
	return b
}

// product notes a product of rows by an operand that they share.
func (c *scanStep) product(p *Product) bool {
	if !p.Groups.Is(1) || !p.Batch.Is(1) || p.Sum || p.Overlap || p.Row != nil && p.Col != nil || !c.rows(p.M) {
		return false
	}
	ok := true
	row := func(m *Matrix, n ir.Int, write bool) {
		ok = ok && !m.scattered() && m.Band == nil && m.Col.By.NonNegative()
		c.touched = append(c.touched, stretch{buf: m.Buffer, row: m.Row.By, rest: m.Off, n: n.AddConst(-1).Mul(m.Col.By).AddConst(1), even: true, write: write})
	}
	shared := func(b *Buffer) { c.touched = append(c.touched, stretch{buf: b}) }
	row(&p.A, p.K, false)
	row(&p.C, p.N, true)
	if p.Gate != nil {
		row(p.Gate, p.N, false)
	}
	if p.Row != nil {
		c.touched = append(c.touched, stretch{buf: p.Row.Buffer, row: ir.Const(1), rest: p.Row.Off, n: ir.Const(1), even: true})
	}
	ok = ok && !p.B.scattered() && p.B.Band == nil
	shared(p.B.Buffer)
	if p.Col != nil {
		shared(p.Col.Buffer)
	}
	p.eachExpr(func(e **Expr) {
		(*e).walk(func(e *Expr) {
			if e.Op == ir.OpRead {
				shared(e.Buffer)
			}
		})
	})
	c.products = append(c.products, p)
	c.cost = c.cost.Add(p.N.Mul(p.K)).Add(p.N)
	c.weights += estimate(p.N.Mul(p.K)) * int64(p.B.Buffer.DType.Size())
	return ok
}

// apart reports whether each row has for itself what it touches of all that is written.
func (c *scanStep) apart() bool {
	if c.weights > scanWeights {
		return false
	}
	for i := range c.bulk {
		b := &c.bulk[i]
		var ok bool
		if b.row, ok = quotient(*b.len, c.n); !ok {
			return false
		}
		for k, p := range b.parts {
			c.touched = append(c.touched, stretch{buf: p.buf, row: b.row, rest: *p.off, n: b.row, even: true, write: k == 0})
		}
	}
	passing := map[*Buffer]bool{}
	for _, r := range c.loops {
		for b, ok := range r.passing {
			passing[b] = ok
		}
	}
	for i := range c.touched {
		t := &c.touched[i]
		t.buf = c.known(t.buf)
		if t.write && !passing[t.buf] && !c.length.note(t) {
			return false
		}
	}
	// Rows of a step, and of another one, begin in planes.
	for i := range c.touched {
		t := &c.touched[i]
		if row, written := c.length[t.buf]; written {
			t.rest = beyond(t.rest, row.Mul(c.n))
		}
		if !c.length.own(t) {
			return false
		}
	}
	for _, p := range c.planes {
		if row, written := c.length[c.known(p.buf)]; written && !beyond(p.off, row.Mul(c.n)).Is(0) {
			return false
		}
	}
	return c.length.small(passing)
}

// restrict makes all of a step work on a range of rows.
func (c *scanStep) restrict(r *Rows) {
	lo, n := ir.Of(r.Lo), ir.Of(r.N)
	for i, b := range c.blocks {
		within := *r
		within.Within = true
		b.Rows = &within
		c.l.restrict(b, c.loops[i], r)
	}
	for _, p := range c.products {
		p.M, p.Of = n, &r.Of
		for _, m := range []*Matrix{&p.A, &p.C, p.Gate} {
			if m != nil {
				m.Off = m.Off.Add(lo.Mul(m.Row.By))
			}
		}
		if p.Row != nil {
			p.Row.Off, p.Row.Len = p.Row.Off.Add(lo), n
		}
	}
	for _, b := range c.bulk {
		*b.len = b.row.Mul(n)
		for _, p := range b.parts {
			*p.off = p.off.Add(b.row.Mul(lo))
		}
	}
}
