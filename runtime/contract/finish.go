package contract

import "github.com/gradgen/gradgen/runtime/internal/kernel"

// pass runs elementwise steps over a block: the order's C becomes the steps of
// its S, by tiles that sum nothing up. Tiles of one vector are the highest; few
// rows want wide ones.
func (w *worker[T]) pass(rows, cols int, flags uint64) {
	t, lanes := &w.tile, w.lanes
	t.K, t.ANext = 0, 0
	t.Flags = flags | kernel.AddSums
	c0, s0, g0, r0, b0 := t.COff, t.SOff, t.GOff, t.RowOff, t.ColOff
	wide := 2
	if rows <= w.high[kernel.MaxVectors] {
		wide = kernel.MaxVectors
	}
	vecs := 0
	for at := 0; at < cols; at += vecs * lanes {
		vecs = w.below[min(wide, (cols-at+lanes-1)/lanes)]
		w.setTail(min(cols-at, vecs*lanes), vecs)
		t.COff, t.SOff, t.GOff, t.RowOff, t.ColOff = c0+at, s0+at, g0+at, r0, b0+at
		high := w.high[vecs]
		if t.Reps = rows / high; t.Reps > 0 {
			w.set.Tile[vecs][high](t)
		}
		if rest := rows % high; rest > 0 {
			t.Reps = 1
			w.set.Tile[vecs][rest](t)
		}
	}
}

// finish brings the sums of a region to the result.
func (w *worker[T]) finish(j *job[T], p *parts[T], r region) {
	t := &w.tile
	switch j.outBy {
	case fromOverlap:
		w.addRows(j, p, r)
	case fromSums:
		t.C, t.COff, t.CRow = j.out.Data, j.out.batch(r.batch)+r.i0*j.out.Row+r.j0, j.out.Row
		t.S, t.SOff, t.SRow = p.sums, 0, p.ld
		w.aimSteps(j, r.batch, r.i0, r.j0)
		w.pass(r.rows(), r.cols(), t.Flags)
	case fromTurned:
		w.finishTurned(j, p, r)
	default:
		w.scatter(j, p, r)
	}
}

// finishTurned transposes the sums, a vector of rows at a time: a row of the
// job is then a column of the block that is written.
func (w *worker[T]) finishTurned(j *job[T], p *parts[T], r region) {
	t, lanes := &w.tile, w.lanes
	flags := turnFlags(j.steps(r.batch))
	for i := r.i0; i < r.i1; i += lanes {
		rows := min(lanes, r.i1-i)
		w.turn(p.tiles, lanes, p.sums, (i-r.i0)*p.ld, p.ld, rows, r.cols())
		t.C, t.COff, t.CRow = j.out.Data, j.out.batch(r.batch)+i+r.j0*j.out.Col, j.out.Col
		t.S, t.SOff, t.SRow = p.tiles, 0, lanes
		t.Factor = j.factor
		t.Row, t.RowOff = j.colBias, r.j0
		t.Col, t.ColOff = j.rowBias, i
		if flags&kernel.Gate != 0 {
			t.G, t.GOff, t.GRow = j.gate.Data, j.gate.batch(r.batch)+i+r.j0*j.gate.Col, j.gate.Col
		}
		w.pass(r.cols(), rows, flags)
	}
}

// scatter takes the steps element by element.
func (w *worker[T]) scatter(j *job[T], p *parts[T], r region) {
	base, gate := j.out.batch(r.batch), 0
	if j.flags&kernel.Gate != 0 {
		gate = j.gate.batch(r.batch)
	}
	flags := j.steps(r.batch)
	for i := r.i0; i < r.i1; i++ {
		at := base + j.out.row(i)
		for c, s := range p.sums[(i-r.i0)*p.ld:][:r.cols()] {
			c += r.j0
			if flags&kernel.Scale != 0 {
				s *= j.factor
			}
			if flags&kernel.AddRow != 0 {
				s += j.rowBias[i]
			}
			if flags&kernel.AddCol != 0 {
				s += j.colBias[c]
			}
			if flags&kernel.Relu != 0 {
				s = max(s, 0)
			}
			if flags&kernel.Gate != 0 {
				switch g := j.gate.Data[gate+j.gate.row(i)+j.gate.col(c)]; {
				case g <= 0:
					s = 0
				case g != g:
					s = g
				}
			}
			to := &j.out.Data[at+j.out.col(c)]
			if flags&kernel.Accumulate != 0 {
				s += *to
			}
			*to = s
		}
	}
}
