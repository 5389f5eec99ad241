package contract

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
		gather(to, row, o.Data, base, index{o.Cols, o.Col, j0, j1}, index{o.Rows, o.Row, k0, k1})
	}
}

// An index runs over positions of an axis that a table or a stride describes.
type index struct {
	table    *Table
	stride   int
	from, to int
}

// run is where position i leads, and for how many positions on it goes step by
// step.
func (x index) run(i int) (at, n int) {
	switch {
	case x.table != nil:
		return int(x.table.at[i]), min(int(x.table.runs[i]), x.to-i)
	case x.stride == 1:
		return i, x.to - i
	}
	return i * x.stride, 1
}

// gather copies the elements at the positions of two axes: those of x lie side
// by side in to, those of y to be row apart. What lies side by side already is
// copied as a whole.
func gather[T Float](to []T, row int, from []T, base int, x, y index) {
	for i := x.from; i < x.to; {
		off, n := x.run(i)
		off += base
		part := to[i-x.from:]
		for k := y.from; k < y.to; k++ {
			at := k * y.stride
			if y.table != nil {
				at = int(y.table.at[k])
			}
			if n < 4 { // a call of copy takes longer
				for j := range n {
					part[(k-y.from)*row+j] = from[at+off+j]
				}
			} else {
				copy(part[(k-y.from)*row:][:n], from[at+off:][:n])
			}
		}
		i += n
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
				gather(to, g.rows, o.Data, base, index{o.Rows, o.Row, i0, i0 + g.rows}, index{o.Cols, o.Col, k0, k1})
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
