package plan

import (
	"slices"

	"github.com/gradgen/gradgen/ir"
	"github.com/gradgen/gradgen/runtime"
)

// WorthRows is the work, in additions and with nominal run-time sizes, from
// which on the rows of a block may be handed to workers.
const WorthRows = runtime.HandOver

// Rows makes a block one that does part of its work: N rows from Lo on, of
// the iterations of its outermost loop. Workers share those where they are
// many; see runtime.Pool.
type Rows struct {
	Lo, N *ir.Axis // integer variables, operands of the block
	Of    ir.Int   // the number of all rows
	Cost  ir.Int   // of a row, in additions
	// Unit is the number of rows that make whole cache lines, and whole vectors
	// where lanes take the rows, of every array that is written.
	Unit int64
	// Whole says that for one worker all rows are better done at once, and that they are
	// the same, bit for bit.
	Whole bool
	// Within says that the block is part of one that does the same rows.
	Within bool
}

// lineOf is the number of elements of a cache line, and of a vector.
const lineOf = 16

// ranges finds the blocks whose outermost loops run over rows that nothing
// connects, and lets those loops run over a range that is given.
func (l *lowerer) ranges(list []Stmt) []Stmt {
	if l.opts.Rows <= 0 {
		return list
	}
	k := &keyer{uses: usesOf(list)}
	for i := range list {
		l.scanRows(list, i, k)
	}
	eachStmt(list, func(s Stmt) {
		if b, ok := s.(*Block); ok && b.Rows == nil {
			b.Rows = l.rowsOf(b, k)
		}
	})
	return list
}

// rowsOf makes the loops of a block run over part of their range, or returns
// nil if its rows are few, or little work, or do not go without each other.
func (l *lowerer) rowsOf(b *Block, k *keyer) *Rows {
	c := l.rowLoops(b, k)
	if c == nil || estimate(c.n.Mul(c.cost)) < l.opts.Rows {
		return nil
	}
	r := &Rows{Of: c.n, Cost: c.cost}
	var ok bool
	if r.Unit, ok = l.separate(c); !ok {
		return nil
	}
	if rows, isConst := c.n.IsConst(); isConst && rows <= r.Unit {
		return nil
	}
	if !k.canBeFunction(b) {
		return nil
	}
	r.limits()
	l.restrict(b, c, r)
	return r
}

// limits makes the variables of a range.
func (r *Rows) limits() {
	r.Lo, r.N = ir.NewVariable("lo", 0, r.Of), ir.NewVariable("n", 1, r.Of.AddConst(1))
}

// rowLoops is the outermost loops of a block, which are all that it does.
type rowLoops struct {
	loops   []*Loop
	n       ir.Int           // iterations of each
	cost    ir.Int           // of an iteration of all
	passing map[*Buffer]bool // see lowerer.passing
	touched []stretch        // by an iteration
}

// rowLoops finds the loops of a block; nil if it does more, or if they do not run over
// the same range.
func (l *lowerer) rowLoops(b *Block, k *keyer) *rowLoops {
	c := &rowLoops{}
	var stored []*Buffer // made when it is asked for
	for _, s := range b.Body {
		switch s := s.(type) {
		case *Let:
			if stored == nil {
				stored = written(b.Body)
			}
			steady := !s.Mutable && !elsewhere(k.uses.read, s.Reg, b)
			eachBuffer(s, func(b *Buffer, _ bool) { steady = steady && !slices.Contains(stored, b) })
			eachInt(s, func(i ir.Int) { steady = steady && !l.fromStored(i, stored) })
			if !steady {
				return nil
			}
		case *Loop:
			c.loops = append(c.loops, s)
		default:
			return nil
		}
	}
	if len(c.loops) == 0 {
		return nil
	}
	n, ok := single(c.loops[0].Hi)
	for _, s := range c.loops {
		lo, okLo := single(s.Lo)
		hi, okHi := single(s.Hi)
		ok = ok && okLo && okHi && lo.Is(0) && hi.Equal(n) && s.Step == 1 && !s.Down && !s.Reduce
	}
	if !ok || n.HasAxes() {
		return nil
	}
	c.n = n
	for _, s := range c.loops {
		c.cost = c.cost.Add(effort(s.Body))
		touched, ok := l.stretches(s)
		if !ok {
			return nil
		}
		c.touched = append(c.touched, touched...)
	}
	if c.cost.HasAxes() {
		return nil
	}
	c.passing = l.passing(c.loops)
	return c
}

// restrict makes the loops of a block run over a range.
func (l *lowerer) restrict(b *Block, c *rowLoops, r *Rows) {
	for _, s := range c.loops {
		s.Lo, s.Hi = []Bound{{ir.Of(r.Lo), 1}}, []Bound{{ir.Of(r.Lo).Add(ir.Of(r.N)), 1}}
	}
	l.spread(b, r, c.passing)
}

// separate reports whether every iteration of some loops works on rows of its
// own of all that they write: an array is rows of one length, and an iteration
// touches no other row than its own. What passes from one to the next must be
// small, because every range of rows has its own. The unit is how many rows go
// together.
func (l *lowerer) separate(c *rowLoops) (unit int64, ok bool) {
	m := rowLengths{}
	for i := range c.touched {
		switch t := &c.touched[i]; {
		case t.buf.Class == Alias: // what it stands for is not followed
			return 0, false
		case t.write && !c.passing[t.buf] && !m.note(t):
			return 0, false
		}
	}
	for i := range c.touched {
		if !m.own(&c.touched[i]) {
			return 0, false
		}
	}
	return l.unit(m), len(m) > 0 && m.small(c.passing)
}

// passing finds the arrays that hold something of one iteration until the next
// takes their place: of the value's axes, that of the loop is not stored.
func (l *lowerer) passing(loops []*Loop) map[*Buffer]bool {
	out := map[*Buffer]bool{}
	for _, s := range loops {
		for _, b := range written(s.Body) {
			m := l.members[b.Value]
			if m == nil || b.Class != Arena {
				continue
			}
			d := slices.Index(m.free, s.Axis)
			out[b] = d >= 0 && !slices.Contains(m.dims, d)
		}
	}
	return out
}

// spread gives every range of rows a place of its own in the arrays that hold
// something of one row at a time: as many as there could be, used again from row
// to row, so that caches hold it.
func (l *lowerer) spread(b *Block, r *Rows, passing map[*Buffer]bool) {
	at := map[*Buffer]ir.Int{}
	for buf, ok := range passing {
		if ok {
			at[buf] = ir.Of(r.Lo).Mul(buf.Len)
			buf.Len = buf.Len.Mul(r.Of)
		}
	}
	if len(at) == 0 {
		return
	}
	moved := func(e *Expr) *Expr {
		if off, ok := at[e.Buffer]; ok {
			return l.x.read(e.Buffer, e.Int.Add(off))
		}
		return nil
	}
	for _, x := range l.dynOrder {
		l.dyn[x] = l.mapReads(l.dyn[x], moved)
	}
	eachStmt(b.Body, func(s Stmt) {
		switch s := s.(type) {
		case *Store:
			s.At = s.At.Add(at[s.Buffer])
		case *Fill:
			s.Off = s.Off.Add(at[s.Buffer])
		case *Copy:
			s.ToOff, s.FromOff = s.ToOff.Add(at[s.To]), s.FromOff.Add(at[s.From])
		}
		eachExpr(s, func(e **Expr) { *e = l.mapReads(*e, moved) })
	})
}

// effort is the work of statements, loops by the extents of their axes, and
// blocks as lanes have them.
func effort(list []Stmt) ir.Int {
	total := ir.Int{}
	for _, s := range list {
		eachExpr(s, func(e **Expr) { total = total.AddConst(int64(cost(*e))) })
		switch s := s.(type) {
		case *Block:
			total = total.Add(effort(s.Lanes.Body()))
		case *Loop:
			total = total.Add(effort(s.Body).Mul(s.Axis.Extent))
		case *If:
			total = total.Add(effort(s.Then)).Add(effort(s.Else))
		case *Store, *Set:
			total = total.AddConst(1)
		case *Fill:
			total = total.Add(s.Len)
		case *Copy:
			total = total.Add(s.Len)
		}
	}
	return total
}
