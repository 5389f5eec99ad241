package contract

import "math"

// packRight copies terms k0 to k1 of columns j0 to j1 of the right operand to
// a panel vecs vectors wide, a row for each term.
func (w *worker[T]) packRight(j *job[T], to []T, batch, vecs, j0, j1, k0, k1 int) {
	o, row := &j.right, vecs*w.lanes
	base := o.batch(batch)
	switch j.rightBy {
	case copied:
		w.copy(to, 0, row, o.Data, base+k0*o.Row+j0, o.Row, k1-k0, j1-j0)
	case transposed:
		w.turn(to, row, o.Data, base+k0+j0*o.Col, o.Col, j1-j0, k1-k0)
	default:
		w.gather(to, row, o.Data, base, index{o.Cols, o.Col, j0, j1}, index{o.Rows, o.Row, k0, k1})
	}
}

// An index runs over positions of an axis that a table or a stride describes.
type index struct {
	table    *Table
	stride   int
	from, to int
}

// spelling is a stride as a table: multiples of it, as many as were asked for
// so far.
type spelling struct {
	stride, n int
	at        [sumBlock]int32
}

// spell gives the offsets of the positions of x from i on, as many as a table
// can hold: those from at[first] on, from base.
func (s *spelling) spell(x index, i int) (at []int32, first, base, n int) {
	if x.table != nil {
		return x.table.at, i, 0, x.to - i
	}
	n = min(x.to-i, len(s.at), max(1, math.MaxInt32/max(x.stride, -x.stride, 1)))
	if s.stride != x.stride {
		s.stride, s.n = x.stride, 0
	}
	for ; s.n < n; s.n++ {
		s.at[s.n] = int32(s.n * x.stride)
	}
	return s.at[:], 0, i * x.stride, n
}

// gather copies the elements at the positions of two axes: those of x lie side
// by side in to, those of y to be row apart.
func (w *worker[T]) gather(to []T, row int, from []T, base int, x, y index) {
	g := &w.collect
	g.From, g.To, g.ToRow = from, to, row
	across, down := 0, 0
	for i := x.from; i < x.to; i += across {
		var left, top int
		g.Across, g.AcrossOff, left, across = w.across.spell(x, i)
		for k := y.from; k < y.to; k += down {
			g.Down, g.DownOff, top, down = w.down.spell(y, k)
			g.FromOff, g.ToOff = base+left+top, (k-y.from)*row+i-x.from
			g.Cols, g.Rows = across, down
			w.set.Gather(g)
		}
	}
}

// keepLeft packs the whole of the left operand, unless an earlier task of this
// job did, for the same matrix: a batch of images shares its weights.
func (w *worker[T]) keepLeft(j *job[T], to []T, batch int) {
	base := j.left.batch(batch)
	if w.kept && w.keptAt == base {
		return
	}
	w.kept, w.keptAt = true, base
	for b := range j.sumBlocks() {
		k0, k1 := j.terms(b)
		w.packLeft(j, to[k0*j.m:], batch, 0, j.m, k0, k1)
	}
}

// packLeft copies terms k0 to k1 of rows i0 to i1 of the left operand, group
// by group: for each term the elements of the group's rows, side by side.
func (w *worker[T]) packLeft(j *job[T], to []T, batch, i0, i1, k0, k1 int) {
	o, terms := &j.left, k1-k0
	base := o.batch(batch)
	for _, g := range w.groups(j, j.vecs, i1-i0) {
		for range g.count {
			switch {
			case j.leftBy == transposed:
				w.turn(to, g.rows, o.Data, base+i0*o.Row+k0, o.Row, g.rows, terms)
			case j.leftLie.strided && o.Row == 1:
				w.copy(to, 0, g.rows, o.Data, base+i0+k0*o.Col, o.Col, terms, g.rows)
			default:
				w.gather(to, g.rows, o.Data, base, index{o.Rows, o.Row, i0, i0 + g.rows}, index{o.Cols, o.Col, k0, k1})
			}
			to, i0 = to[g.rows*terms:], i0+g.rows
		}
	}
}

// turn transposes: row i of from, terms long, becomes column i of to.
func (w *worker[T]) turn(to []T, toRow int, from []T, off, fromRow, rows, terms int) {
	m, lanes := &w.move, w.lanes
	m.To, m.ToRow, m.From, m.FromRow = to, toRow, from, fromRow
	m.Cols, m.ColMask = terms, 1<<(terms%lanes)-1
	for i := 0; i < rows; i += lanes {
		m.Rows = min(lanes, rows-i)
		m.RowMask = 1<<m.Rows - 1
		m.FromOff, m.ToOff = off+i*fromRow, i
		w.set.Transpose(m)
	}
}

// copy copies a block: sums of no terms, to which the elements are added.
func (w *worker[T]) copy(to []T, toOff, toRow int, from []T, off, fromRow, rows, cols int) {
	t := &w.tile
	t.C, t.COff, t.CRow = to, toOff, toRow
	t.S, t.SOff, t.SRow = from, off, fromRow
	w.pass(rows, cols, 0)
}
