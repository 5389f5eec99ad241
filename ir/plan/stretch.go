package plan

import (
	"maps"
	"math/bits"
	"slices"

	"github.com/gradgen/gradgen/ir"
)

// stretch is part of an array that the work on one row of an index touches: n elements
// from row*i + rest on, for row i. It is not even if no multiple of i says where.
type stretch struct {
	buf          *Buffer
	row, rest, n ir.Int
	even, write  bool
	known        []ir.Pred // what holds where it is touched
}

// at is the stretch of n elements from a place on that moves with an axis.
func at(x *ir.Axis, b *Buffer, place, n ir.Int, write bool, known []ir.Pred) stretch {
	row, rest, linear := place.Coef(x)
	return stretch{b, row, rest, n, linear && !rest.Uses(x), write, known}
}

// stretches lists what an iteration of s touches, the elements that are read for
// indices and conditions included. It is not ok if iterations are connected by a
// variable, or if what is done depends on which iteration it is.
func (l *lowerer) stretches(s *Loop) (out []stretch, ok bool) {
	ok = true
	own := map[*Reg]bool{}
	note := func(b *Buffer, place, n ir.Int, write bool, known []ir.Pred) {
		ok = ok && !(write && b.Rank == 0)
		out = append(out, at(s.Axis, b, place, n, write, known))
	}
	seen := map[*ir.Axis]bool{}
	var behind func(i ir.Int)
	behind = func(i ir.Int) {
		i.Walk(func(x *ir.Axis) {
			if e := l.dyn[x]; e != nil && !seen[x] {
				seen[x] = true
				e.walk(func(e *Expr) {
					if e.Op == ir.OpRead {
						note(e.Buffer, e.Int, ir.Const(1), false, nil)
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
			note(t.Buffer, t.At, ir.Const(1), true, nil)
		case *Fill:
			note(t.Buffer, t.Off, t.Len, true, nil)
		case *Copy:
			note(t.To, t.ToOff, t.Len, true, nil)
			note(t.From, t.FromOff, t.Len, false, nil)
		case *If, *LetInt:
		default:
			ok = false
		}
		eachInt(t, behind)
		eachExpr(t, func(e **Expr) {
			(*e).eachUnder(func(e *Expr, known []ir.Pred) {
				switch e.Op {
				case ir.OpRead:
					note(e.Buffer, e.Int, ir.Const(1), false, known)
				case ir.OpTest:
					// The loop would be cut at where this changes.
					ok = ok && !slices.ContainsFunc(e.Preds, func(p ir.Pred) bool { return p.E.Uses(s.Axis) })
				}
			})
		})
	})
	return out, ok
}

// rowLengths are how long the rows are of the arrays that something writes.
type rowLengths map[*Buffer]ir.Int

// note adds a stretch that is written; it returns false if rows of its array have no
// length, or another one.
func (m rowLengths) note(t *stretch) bool {
	old, known := m[t.buf]
	m[t.buf] = t.row
	return t.even && (!known || old.Equal(t.row))
}

// own reports whether a stretch is part of its row, if its array is written.
func (m rowLengths) own(t *stretch) bool {
	length, written := m[t.buf]
	known := func(i ir.Int) bool { return i.NonNegative() || ir.Proves(t.known, ir.Ge(i, ir.Int{})) }
	return !written || t.even && t.row.Equal(length) && known(t.rest) && known(length.Sub(t.rest).Sub(t.n))
}

// unit is how many rows go together.
func (l *lowerer) unit(m rowLengths) int64 {
	unit := int64(1)
	for b, length := range m {
		if !l.stages.parts[b.Value] { // little beside what is read for it
			unit = max(unit, lineRows(length))
		}
	}
	return unit
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

// small reports whether what passes from one row to the next is no longer than rows
// are, because every range of rows has its own.
func (m rowLengths) small(passing map[*Buffer]bool) bool {
	for b, ok := range passing {
		long := func(row ir.Int) bool { return estimate(row) >= estimate(b.Len) }
		if ok && !slices.ContainsFunc(slices.Collect(maps.Values(m)), long) {
			return false
		}
	}
	return true
}
