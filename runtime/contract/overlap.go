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

// spread computes matrices abreast whose elements are named several times. The
// result lies transposed, too, while the rows of each column are added to it.
func (w *worker[T]) spread(j *job[T], batch int) {
	p, _ := layOut(&j.decision, w.machine, w.space)
	if j.leftBy != inPlace {
		w.keepLeft(j, p.left, batch)
	}
	images, b, c, t := min(w.lanes, j.batch-batch), &j.right, &j.out, &w.tile
	bLow, _ := b.reach(j.k, j.n)
	cLow, _ := c.reach(j.m, j.n)
	result := c.Data[c.batch(batch)+cLow:]
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
	t.Down = w.down.times(index{c.Rows, c.Row, 0, j.m}, w.lanes)
	t.Tail, t.Mask = w.lanes, 1<<w.lanes-1
	for n := 0; n < j.n; {
		vecs := 1
		if n+1 < j.n && c.col(n+1) == c.col(n)+1 {
			vecs = j.vecs
		}
		w.aimLeft(j, p.left, batch, 0, 0, j.k)
		t.BOff, t.COff, t.DownOff = (n-bLow)*w.lanes, (c.col(n)-cLow)*w.lanes, 0
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
	step := max(rows*wide/2, (rows+wide)/2, latency) + stepCost
	w.cost += float64(q.n) / wide * float64(groups) * (step*float64(q.k) + tileCost + 2*rows*wide)
	w.cost += float64(q.rightLie.reach+q.outLie.reach) * float64(m.lanes) * m.turn
	return w, true
}
