package plan

import (
	"maps"
	"math/bits"
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
	eachStmt(list, func(s Stmt) {
		if b, ok := s.(*Block); ok {
			b.Rows = l.rowsOf(b, k)
		}
	})
	return list
}

// rowsOf makes the loops of a block run over part of their range, or returns
// nil if its rows are few, or little work, or do not go without each other.
func (l *lowerer) rowsOf(b *Block, k *keyer) *Rows {
	var loops []*Loop
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
			loops = append(loops, s)
		default:
			return nil
		}
	}
	if len(loops) == 0 {
		return nil
	}
	n, ok := single(loops[0].Hi)
	for _, s := range loops {
		lo, okLo := single(s.Lo)
		hi, okHi := single(s.Hi)
		ok = ok && okLo && okHi && lo.Is(0) && hi.Equal(n) && s.Step == 1 && !s.Down && !s.Reduce
	}
	if !ok {
		return nil
	}
	r := &Rows{Of: n}
	for _, s := range loops {
		r.Cost = r.Cost.Add(effort(s.Body))
	}
	if r.Cost.HasAxes() || n.HasAxes() || estimate(n.Mul(r.Cost)) < l.opts.Rows {
		return nil
	}
	passing := l.passing(loops)
	if r.Unit, ok = l.separate(loops, passing); !ok {
		return nil
	}
	if rows, isConst := n.IsConst(); isConst && rows <= r.Unit {
		return nil
	}
	if !k.canBeFunction(b) {
		return nil
	}
	r.Lo, r.N = ir.NewVariable("lo", 0, n), ir.NewVariable("n", 1, n.AddConst(1))
	for _, s := range loops {
		s.Lo, s.Hi = []Bound{{ir.Of(r.Lo), 1}}, []Bound{{ir.Of(r.Lo).Add(ir.Of(r.N)), 1}}
	}
	l.spread(b, r, passing)
	return r
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

// stretch is part of a buffer: n elements from at on, in an iteration of a loop.
type stretch struct {
	loop  *Loop
	buf   *Buffer
	at, n ir.Int
	write bool
}

// separate reports whether every iteration of some loops works on rows of its
// own of all that they write: an array is rows of one length, and an iteration
// touches no other row than its own. What passes from one to the next must be
// small, because every range of rows has its own. The unit is how many rows go
// together.
func (l *lowerer) separate(loops []*Loop, passing map[*Buffer]bool) (unit int64, ok bool) {
	unit = 1
	var all []stretch
	for _, s := range loops {
		touched, ok := l.stretches(s)
		if !ok {
			return 0, false
		}
		all = append(all, touched...)
	}
	row := map[*Buffer]ir.Int{} // the length of the rows of what is written
	for _, t := range all {
		if !t.write || passing[t.buf] {
			continue
		}
		c, _, linear := t.at.Coef(t.loop.Axis)
		if old, known := row[t.buf]; !linear || known && !old.Equal(c) {
			return 0, false
		}
		row[t.buf] = c
		if !l.stages.parts[t.buf.Value] { // little beside what is read for it
			unit = max(unit, lineRows(c))
		}
	}
	for b, ok := range passing {
		small := func(row ir.Int) bool { return estimate(row) >= estimate(b.Len) }
		if ok && !slices.ContainsFunc(slices.Collect(maps.Values(row)), small) {
			return 0, false
		}
	}
	for _, t := range all {
		length, written := row[t.buf]
		if !written {
			continue
		}
		c, rest, linear := t.at.Coef(t.loop.Axis)
		if !linear || !c.Equal(length) || rest.Uses(t.loop.Axis) || !rest.NonNegative() || !length.Sub(rest).Sub(t.n).NonNegative() {
			return 0, false
		}
	}
	return unit, len(row) > 0
}

// lineRows is how many rows of a length end with a cache line. Rows of a length
// that only the run knows are taken to be long.
func lineRows(length ir.Int) int64 {
	n, isConst := length.IsConst()
	if !isConst || n <= 0 {
		return 1
	}
	return lineOf >> min(bits.TrailingZeros64(uint64(n)), bits.Len(lineOf)-1)
}

// stretches lists what an iteration of s touches, the elements that are read for
// indices and conditions included. It is not ok if iterations are connected by a
// variable, if arrays change places, or if what is done depends on which
// iteration it is.
func (l *lowerer) stretches(s *Loop) (out []stretch, ok bool) {
	ok = true
	own := map[*Reg]bool{}
	note := func(b *Buffer, at, n ir.Int, write bool) {
		ok = ok && b.Class != Alias && !(write && b.Rank == 0)
		out = append(out, stretch{s, b, at, n, write})
	}
	seen := map[*ir.Axis]bool{}
	var behind func(i ir.Int)
	behind = func(i ir.Int) {
		i.Walk(func(x *ir.Axis) {
			if e := l.dyn[x]; e != nil && !seen[x] {
				seen[x] = true
				e.walk(func(e *Expr) {
					if e.Op == ir.OpRead {
						note(e.Buffer, e.Int, ir.Const(1), false)
					}
					e.eachInt(behind)
				})
			}
		}, nil)
	}
	eachStmt(s.Body, func(t Stmt) {
		switch t := t.(type) {
		case *Loop:
			for _, b := range slices.Concat(t.Lo, t.Hi) {
				ok = ok && (b.Den == 1 || !b.E.Uses(s.Axis))
			}
		case *Let:
			own[t.Reg] = true
		case *Set:
			ok = ok && own[t.Reg]
		case *Store:
			note(t.Buffer, t.At, ir.Const(1), true)
		case *Fill:
			note(t.Buffer, t.Off, t.Len, true)
		case *Copy:
			note(t.To, t.ToOff, t.Len, true)
			note(t.From, t.FromOff, t.Len, false)
		case *If, *LetInt:
		default:
			ok = false
		}
		eachInt(t, behind)
		eachExpr(t, func(e **Expr) {
			(*e).walk(func(e *Expr) {
				switch e.Op {
				case ir.OpRead:
					note(e.Buffer, e.Int, ir.Const(1), false)
				case ir.OpTest:
					// The loop would be cut at where this changes.
					ok = ok && !slices.ContainsFunc(e.Preds, func(p ir.Pred) bool { return p.E.Uses(s.Axis) })
				}
			})
		})
	})
	return out, ok
}
