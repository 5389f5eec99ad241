package contract

import "github.com/gradgen/gradgen/runtime/internal/kernel"

// tiles computes a region by tiles. The loops are those of BLIS, as far as the
// sizes need them: blocks of the sum, outermost, so that packed panels are
// short enough for the first-level cache; blocks of rows, so that the packed
// left operand stays in the second; panels of columns; and tiles down the
// panel, inside the kernel.
func (w *worker[T]) tiles(j *job[T], r region) {
	p, _ := layOut(j.decision, w.machine, w.space)
	from, to, rows := j.from, j.to, w.blockRows(j, r)
	if j.sum {
		from, to = 0, j.sumBlocks()
	}
	if j.keepsLeft() {
		w.keepLeft(j, p.left, r.batch)
	}
	whole := j.leftKept() || j.keepsLeft()
	if j.leftKept() {
		p.left = j.keptLeft
	}
	if j.rightKept() {
		p.right = j.keptRight
	}
	for b := from; b < to; b++ {
		k0, k1 := j.terms(b)
		for i0 := r.i0; i0 < r.i1; i0 += rows {
			i1 := min(i0+rows, r.i1)
			left := p.left
			if whole {
				left = left[k0*j.m+i0*(k1-k0):]
			} else if j.leftBy != inPlace && j.reads(i0, i1, k0, k1) {
				w.packLeft(j, left, r.batch, i0, i1, k0, k1)
			}
			if j.rightBy == inRuns {
				w.patches(j, &p, left, r, i0, i1, k0, k1, b == from, b == to-1)
				continue
			}
			vecs, j1 := j.vecs, 0
			for j0 := r.j0; j0 < r.j1; j0 = j1 {
				vecs, j1 = w.next(vecs, j0, r.j1)
				packs := j.packsRight() && !j.rightKept() && i0 == r.i0
				if packs {
					w.packRight(j, p.right[w.panel(j, r, rows, j0, k0, k1):], r.batch, vecs, j0, j1, k0, k1)
				}
				w.aimRight(j, &p, r, vecs, rows, j0, k0, k1)
				w.aimOut(j, &p, r, i0, j0, b == from, b == to-1)
				w.setTail(j1-j0, vecs)
				w.aimLeft(j, left, r.batch, i0, k0, k1)
				groups := w.groups(j, vecs, i1-i0)
				tiles := groups[0].count + groups[1].count
				if j.leftBy == transposed && !whole {
					w.aheadLeft(j, r, (j0-r.j0)/(j.vecs*w.lanes), tiles, i1, rows, b)
				}
				if j.rightBy == copied && packs && j1+vecs*w.lanes <= r.j1 {
					w.aheadRight(j, r.batch, j1, k0, k1)
				}
				if j.banded() {
					w.runBanded(j, vecs, groups, block{i0, j0, j1, k0, k1}, b == from || b == to-1)
				} else {
					w.run(j, vecs, groups)
				}
			}
		}
	}
	if j.outBy != fromTile {
		w.finish(j, &p, r)
	}
}

// next is the panel from column j0 on, of columns up to end: how wide it is, after one
// of vecs vectors, and where it ends.
func (m *machine) next(vecs, j0, end int) (v, j1 int) {
	v = m.below[min(vecs, (end-j0+m.lanes-1)/m.lanes)]
	return v, min(j0+v*m.lanes, end)
}

// panel is where in the packed right operand the panel from j0 on lies, of terms k0 to
// k1. If one block of rows is all there is, and the operand is not kept, no panel is
// read twice, and all take the same place, which stays in the first-level cache.
func (w *worker[T]) panel(j *job[T], r region, rows, j0, k0, k1 int) int {
	switch {
	case j.rightKept():
		return k0*w.whole(j.n) + j0*(k1-k0)
	case rows >= r.rows():
		return 0
	}
	return (j0 - r.j0) * (k1 - k0)
}

// blockRows divides the rows of a region evenly into blocks of whole tiles, as few as
// the caches allow: a block of few rows left over would wait for itself.
func (w *worker[T]) blockRows(j *job[T], r region) int {
	rows, limit := r.rows(), rowBlock
	switch {
	case j.leftBy != inPlace:
	case j.rightBy == inPlace:
		limit = placeBlock
	default:
		return rows
	}
	blocks, high := (rows+limit-1)/limit, w.tallest(j, j.vecs)
	return min(((rows+blocks-1)/blocks+high-1)/high*high, limit)
}

// aimRight points the order at a panel of the right operand.
func (w *worker[T]) aimRight(j *job[T], p *parts[T], r region, vecs, rows, j0, k0, k1 int) {
	t := &w.tile
	if j.rightBy != inPlace {
		t.B, t.BOff, t.BRow = p.right, w.panel(j, r, rows, j0, k0, k1), vecs*w.lanes
		return
	}
	t.B, t.BRow = j.right.Data, j.right.Row
	t.BOff = j.right.batch(r.batch) + k0*j.right.Row + j0
}

// aimOut points the order at where the sums go, and says what to do with them:
// the steps of the product after the last block of the sum, if the kernel
// writes the result. Between blocks the result holds the sum so far; with
// Accumulate every block adds its share.
func (w *worker[T]) aimOut(j *job[T], p *parts[T], r region, i0, j0 int, first, last bool) {
	t := &w.tile
	if j.outBy != fromTile {
		t.C, t.COff, t.CRow = p.sums, (i0-r.i0)*p.ld+j0-r.j0, p.ld
		t.Flags = kernel.Accumulate
		if first {
			t.Flags = 0
		}
		return
	}
	t.C, t.COff, t.CRow = j.out.Data, j.out.batch(r.batch)+i0*j.out.Row+j0, j.out.Row
	w.aimSteps(j, r.batch, i0, j0)
	if t.Flags&kernel.Accumulate != 0 {
		if !last {
			t.Flags &= kernel.Scale | kernel.Accumulate
		}
		return
	}
	if !last {
		t.Flags = 0
	}
	if !first {
		t.Flags |= kernel.AddSums
		t.S, t.SOff, t.SRow = t.C, t.COff, t.CRow
	}
}

// aimSteps sets the steps of the product for tiles from (i0, j0).
func (w *worker[T]) aimSteps(j *job[T], batch, i0, j0 int) {
	t := &w.tile
	t.Flags, t.Factor = j.steps(batch), j.factor
	t.Row, t.RowOff = j.rowBias, i0
	t.Col, t.ColOff = j.colBias, j0
	if j.flags&kernel.Gate != 0 {
		t.G, t.GOff, t.GRow = j.gate.Data, j.gate.batch(batch)+i0*j.gate.Row+j0, j.gate.Row
	}
}

// setTail says how many lanes of the last of vecs vectors cols columns take.
func (w *worker[T]) setTail(cols, vecs int) {
	w.tile.Tail = cols - (vecs-1)*w.lanes
	w.tile.Mask = 1<<w.tile.Tail - 1
}

// aimLeft points the order at the left operand from row i0 on.
func (w *worker[T]) aimLeft(j *job[T], left []T, batch, i0, k0, k1 int) {
	t := &w.tile
	t.K = k1 - k0
	if j.leftBy == inPlace {
		t.A, t.ARow, t.ACol = j.left.Data, j.left.Row, j.left.Col
		t.AOff = j.left.batch(batch) + i0*j.left.Row + k0*j.left.Col
	} else {
		t.A, t.ARow, t.AOff = left, 1, 0
	}
	near := kernel.Ahead[T]{Data: t.A, Off: t.AOff}
	t.AheadA, t.AheadB = near, near
}

// aheadLeft has a panel's tiles, so many of them, fetch what will be packed next
// of the left operand, a row each: of the next block of rows from row i0 on or,
// after the last, of the next block of the sum. It comes from far away in the
// time that the sums take, and the packing does not wait for it.
func (w *worker[T]) aheadLeft(j *job[T], r region, panel, tiles, i0, rows, block int) {
	if i0 >= r.i1 {
		i0, block = r.i0, block+1
	}
	first := i0 + panel*tiles
	if k0, k1 := j.terms(block); k0 < k1 && first+tiles <= min(i0+rows, r.i1) {
		o := &j.left
		w.tile.AheadA = kernel.Ahead[T]{Data: o.Data, Off: o.batch(r.batch) + first*o.Row + k0, Step: kernel.AheadStep, Next: o.Row}
	}
}

// aheadRight has a panel's tiles fetch the panel that is packed next, from column
// j0 on: a row of it a step, and so more than half of it in all.
func (w *worker[T]) aheadRight(j *job[T], batch, j0, k0, k1 int) {
	o := &j.right
	w.tile.AheadB = kernel.Ahead[T]{Data: o.Data, Off: o.batch(batch) + k0*o.Row + j0, Step: o.Row, Next: (k1 - k0) / kernel.AheadStep * o.Row}
}

// run computes tiles of a width, group by group, as ordered.
func (w *worker[T]) run(j *job[T], vecs int, groups [2]group) {
	t := &w.tile
	for _, g := range groups {
		if t.Reps = g.count; g.count == 0 {
			continue
		}
		w.aimTiles(j, g.rows)
		switch {
		case j.rightBy == inRuns:
			w.set.Patch[vecs][g.rows](t)
		case j.abreast:
			w.set.Spread[vecs][g.rows](t)
		default:
			w.set.Tile[vecs][g.rows](t)
		}
	}
}

// aimTiles says where tiles of so many rows find the next term and the next tile of
// the left operand.
func (w *worker[T]) aimTiles(j *job[T], rows int) {
	t := &w.tile
	t.ANext = rows * t.ARow
	if j.leftBy != inPlace {
		t.ACol, t.ANext = rows, rows*t.K
	}
}

// group is count tiles of so many rows.
type group struct{ rows, count int }

// groups divides rows as evenly as they go into tiles of at most the rows that
// a width allows, the higher ones first. All panels read the same packed left
// operand, and so divide alike.
func (w *worker[T]) groups(j *job[T], vecs, rows int) [2]group {
	if j.leftBy != inPlace {
		vecs = j.vecs
	}
	high := w.tallest(j, vecs)
	n := (rows + high - 1) / high
	more := rows % n
	return [2]group{{rows/n + 1, more}, {rows / n, n - more}}
}

// tallest is the most rows of the job's tiles of a width.
func (w *worker[T]) tallest(j *job[T], vecs int) int {
	switch {
	case j.rightBy == inRuns:
		return w.machine.patch[vecs]
	case j.abreast:
		return w.machine.spread[vecs]
	}
	return w.high[vecs]
}
