package contract

import "github.com/gradgen/gradgen/runtime/internal/kernel"

// overlap computes a matrix of the result whose elements are named several times:
// the sums of so many rows at a time, which are then added to their places.
func (w *worker[T]) overlap(j *job[T], batch int) {
	if j.flags&kernel.Accumulate == 0 {
		lo, hi := j.out.reach(j.m, j.n)
		clear(j.out.Data[j.out.batch(batch)+lo : j.out.batch(batch)+hi+1])
	}
	for i := 0; i < j.m; i += j.taskRows {
		for c := 0; c < j.n; c += j.taskCols {
			w.region(j, region{batch: batch, i0: i, i1: min(i+j.taskRows, j.m), j0: c, j1: min(c+j.taskCols, j.n)})
		}
	}
}

// addRows adds the sums of a region to their places, row by row: all runs of a row
// at once, where they are as long, and as far apart, as each other.
func (w *worker[T]) addRows(j *job[T], p *parts[T], r region) {
	t, o := &w.tile, &j.out
	base := o.batch(r.batch)
	for i := r.i0; i < r.i1; i++ {
		row, rows := base+o.row(i), 0
		for c := r.j0; c < r.j1; {
			run := 1
			rows, t.CRow = 1, 0
			switch table := o.Cols; {
			case table != nil:
				run = min(int(table.runs[c]), r.j1-c)
				if run == table.mean && table.step != 0 {
					rows, t.CRow = (r.j1-c)/run, table.step
				}
			case o.Col == 1:
				run = r.j1 - c
			}
			t.C, t.COff = o.Data, row+o.col(c)
			t.S, t.SOff, t.SRow = p.sums, (i-r.i0)*p.ld+c-r.j0, run
			w.pass(rows, run, kernel.Accumulate)
			c += run * rows
		}
	}
}

// addingRows is what addRows costs.
func (q *question) addingRows(m *machine) float64 {
	run := min(q.outLie.colRuns, q.n)
	runs := float64((q.n + run - 1) / run)
	passes := runs
	if q.outLie.colGrid {
		passes = 1
	}
	return float64(q.m) * (passes*passCost + runs*float64((run+m.lanes-1)/m.lanes)*finishCost)
}

// spread computes matrices abreast whose elements are named several times. The
// result lies transposed, too, while the rows of each column are added to it.
func (w *worker[T]) spread(j *job[T], batch int) {
	p, _ := layOut(j.decision, w.machine, w.space)
	if j.leftBy != inPlace {
		w.keepLeft(j, p.left, batch)
	}
	images, b, c, t := min(w.lanes, j.batch-batch), &j.right, &j.out, &w.tile
	bLow, _ := b.reach(j.k, j.n)
	top, _ := span(j.m, c.Row, c.Rows)
	side, _ := span(j.n, c.Col, c.Cols)
	result := c.Data[c.batch(batch)+top+side:]
	onto := j.flags&kernel.Accumulate != 0
	if images < w.lanes {
		clear(p.right)
	}
	w.turn(p.right, w.lanes, b.Data, b.batch(batch)+bLow, b.Step, images, j.rightLie.reach)
	if !onto || images < w.lanes {
		clear(p.sums)
	}
	if onto {
		w.turn(p.sums, w.lanes, result, 0, c.Step, images, j.outLie.reach)
	}
	t.B, t.BRow, t.C = p.right, b.Row*w.lanes, p.sums
	t.Down = w.down.times(index{c.Rows, c.Row, 0, j.m}, top, w.lanes)
	t.Tail, t.Mask = w.lanes, 1<<w.lanes-1
	for n := 0; n < j.n; {
		vecs := 1
		if n+1 < j.n && c.col(n+1) == c.col(n)+1 {
			vecs = j.vecs
		}
		w.aimLeft(j, p.left, batch, 0, 0, j.k)
		t.BOff, t.COff, t.DownOff = (n-bLow)*w.lanes, (c.col(n)-side)*w.lanes, 0
		w.run(j, vecs, w.groups(j, vecs, j.m))
		n += vecs
	}
	w.turn(result, c.Step, p.sums, 0, w.lanes, j.outLie.reach, images)
}

// spreadAbreast is the way if the matrices of the batch share the left operand,
// and the columns of the right one are neighbours.
func (q *question) spreadAbreast(m *machine) (way, bool) {
	if m.spread[1] == 0 || !q.leftLie.steady || !q.rightLie.along(q.n) || q.m > sumBlock || q.k > sumBlock ||
		(q.rightLie.reach+q.outLie.reach)*m.lanes > reachLimit {
		return way{}, false
	}
	w := way{abreast: true, vecs: min(q.outLie.colRuns, kernel.MaxSpread)}
	if !q.leftLie.strided {
		if q.m > rowBlock {
			return way{}, false // it could not be kept
		}
		w.leftBy, w.cost = gathered, m.gathering(float64(q.m)*float64(q.k), q.leftLie.rowRuns)
	}
	groups := (q.m + m.spread[w.vecs] - 1) / m.spread[w.vecs]
	rows, wide := float64(q.m)/float64(groups), float64(w.vecs)
	step := tileStep(rows, wide, rows+wide)
	w.cost += float64(q.n) / wide * float64(groups) * (step*float64(q.k) + tileCost + 2*rows*wide)
	w.cost += float64(q.rightLie.reach+q.outLie.reach) * float64(m.lanes) * m.turn
	return w, true
}
