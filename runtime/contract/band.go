package contract

// Band is the part of a matrix along its diagonal: elements (i, j) with
//
//	From ≤ j-i < To
//
// The zero Band is the whole matrix. Causal attention has From = 1-rows and To = 1:
// elements on and below the diagonal.
type Band struct{ From, To int }

// whole reports that the band is the whole matrix.
func (b Band) whole() bool { return b == Band{} }

// turn is the band of the transpose.
func (b Band) turn() Band {
	if b.whole() {
		return b
	}
	return Band{1 - b.To, 1 - b.From}
}

// cols are those of the columns from to to in which one of the rows i0 to i1 has
// elements of the band; the first is not after the last.
func (b Band) cols(i0, i1, from, to int) (int, int) {
	if b.whole() {
		return from, to
	}
	to = max(from, min(to, i1-1+b.To))
	return min(to, max(from, i0+b.From)), to
}

// rows are those of the rows from to to in which one of the columns j0 to j1 has
// elements of the band.
func (b Band) rows(j0, j1, from, to int) (int, int) { return b.turn().cols(j0, j1, from, to) }

// share is the part of a matrix that belongs to the band, and to so many diagonals
// more on both of its sides.
func (b Band) share(rows, cols, more int) float64 {
	if b.whole() || rows*cols == 0 {
		return 1
	}
	return (below(rows, cols, b.To+more) - below(rows, cols, b.From-more)) / (float64(rows) * float64(cols))
}

// below is how many elements (i, j) of a matrix have j-i < d: of row i, i+d.
func below(rows, cols, d int) float64 {
	upTo := func(n int) float64 { // elements of rows that have 1, 2, … n, but no more than there are columns
		part, whole := float64(max(0, min(n, cols))), float64(max(0, n-cols))
		return part*(part+1)/2 + whole*float64(cols)
	}
	return upTo(rows-1+d) - upTo(d-1)
}

// banded reports that there are terms or sums that may be left out.
func (q *question) banded() bool {
	return !q.leftLie.band.whole() || !q.rightLie.band.whole() || !q.outLie.band.whole()
}

// share estimates how much of a product is computed by tiles of so many rows and
// columns, those that bands touch.
func (q *question) share(rows, cols int) float64 {
	return q.leftLie.band.share(q.m, q.k, rows/2) * q.rightLie.band.share(q.k, q.n, cols/2) *
		q.outLie.band.share(q.m, q.n, (rows+cols)/2)
}

// block is the rows from i0 on of a panel of columns, and terms of their sums.
type block struct{ i0, j0, j1, k0, k1 int }

// runBanded computes the tiles of a block as run does, but leaves out terms for which
// all that a tile reads of an operand lies outside of its band, and tiles that lie
// outside of the result's. The first terms of a sum, and the last, write to the result
// even if there are none.
func (w *worker[T]) runBanded(j *job[T], vecs int, groups [2]group, b block, writes bool) {
	t, terms := &w.tile, b.k1-b.k0
	left, right := t.AOff, t.BOff
	first, last := j.rightLie.band.rows(b.j0, b.j1, b.k0, b.k1)
	for _, g := range groups {
		t.K = terms
		w.aimTiles(j, g.rows)
		for range g.count {
			i1 := b.i0 + g.rows
			from, to := j.leftLie.band.cols(b.i0, i1, first, last)
			if j.wanted(b.i0, i1, b.j0, b.j1) && (writes || from < to) {
				t.AOff, t.BOff, t.K = left+(from-b.k0)*t.ACol, right+(from-b.k0)*t.BRow, to-from
				t.Reps = 1
				w.set.Tile[vecs][g.rows](t)
			} else {
				t.COff, t.SOff, t.GOff, t.RowOff = t.COff+g.rows*t.CRow, t.SOff+g.rows*t.SRow, t.GOff+g.rows*t.GRow, t.RowOff+g.rows
			}
			b.i0, left = i1, left+t.ANext
		}
	}
}

// wanted reports whether a tile of the result must be computed. What passes through
// memory is read from there as a whole.
func (j *job[T]) wanted(i0, i1, j0, j1 int) bool {
	from, to := j.outLie.band.cols(i0, i1, j0, j1)
	return from < to || j.outBy != fromTile
}

// reads reports whether rows of the left operand have elements of its band among
// those terms.
func (q *question) reads(i0, i1, k0, k1 int) bool {
	from, to := q.leftLie.band.cols(i0, i1, k0, k1)
	return from < to
}
