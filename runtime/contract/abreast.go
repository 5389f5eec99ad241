package contract

import "github.com/gradgen/gradgen/runtime/internal/kernel"

// abreast computes as many matrices of a batch as a vector has lanes, each in a
// lane of its own. However short the runs of an operand that tables describe,
// and wherever they begin, its vectors are then full, and begin where lines do.
// The part of the right operand that the product reaches is transposed for that;
// so is the result, some columns at a time.
func (w *worker[T]) abreast(j *job[T], r region) {
	p, _ := layOut(j.decision, w.machine, w.space)
	if j.leftBy != inPlace {
		w.keepLeft(j, p.left, r.batch)
	}
	images := min(w.lanes, j.batch-r.batch)
	top, _ := span(j.k, j.right.Row, j.right.Rows)
	lo, _ := j.right.reach(j.k, j.n)
	w.turn(p.right, w.lanes, j.right.Data, j.right.batch(r.batch)+lo, j.right.Step, images, j.rightLie.reach)
	w.tile.B, w.tile.BOff = p.right, (top-lo)*w.lanes
	blocks := j.sumBlocks()
	for j0 := 0; j0 < j.n; j0 += w.lanes {
		j1 := min(j0+w.lanes, j.n)
		for i0 := 0; i0 < j.m; i0 += rowBlock {
			i1 := min(i0+rowBlock, j.m)
			for b := range blocks {
				if blocks > 1 || j0+i0 == 0 {
					k0, k1 := j.terms(b)
					w.tile.Down, w.tile.DownOff = w.down.times(index{j.right.Rows, j.right.Row, k0, k1}, top, w.lanes), 0
				}
				w.lanesOf(j, &p, r.batch, images, i0, i1, j0, j1, b)
			}
			w.leaveLanes(j, &p, r.batch, images, i0, i1, j0, j1)
		}
	}
}

// times spells the offsets of x from lo on, the lowest of the axis, so many times as
// far apart: as far as elements are that lie transposed.
func (s *spelling) times(x index, lo, n int) []int32 {
	s.n = 0 // these are no multiples of a stride
	for i := x.from; i < x.to; i++ {
		at := i * x.stride
		if x.table != nil {
			at = int(x.table.at[i])
		}
		s.at[i-x.from] = int32((at - lo) * n)
	}
	return s.at[:]
}

// lanesOf adds block b of the sums in rows i0 to i1 and columns j0 to j1.
func (w *worker[T]) lanesOf(j *job[T], p *parts[T], batch, images, i0, i1, j0, j1, b int) {
	t := &w.tile
	k0, k1 := j.terms(b)
	left := p.left
	if j.leftBy != inPlace {
		left = left[k0*j.m:]
	}
	t.C, t.CRow = p.sums, w.lanes*w.lanes
	t.S, t.SRow = t.C, t.CRow
	t.Tail = images
	t.Row, t.Factor = j.rowBias, j.factor
	t.Flags = 0
	if b == j.sumBlocks()-1 {
		t.Flags = j.flags
	}
	if b > 0 {
		t.Flags |= kernel.AddSums
	}
	groups, width := [2]group{}, 0
	for c := j0; c < j1; {
		n := 0
		for ; n < j.vecs && c < j1; n++ {
			t.Vectors[n] = kernel.Vector{B: j.right.col(c) * w.lanes, C: (c - j0) * w.lanes, Mask: 1<<images - 1}
			c++
		}
		vecs := w.patchWidth(n)
		for ; n < vecs; n++ { // whole vectors are loaded: again, and are not stored
			t.Vectors[n] = t.Vectors[n-1]
			t.Vectors[n].Mask = 0
		}
		if vecs != width {
			groups, width = w.groups(j, vecs, i1-i0), vecs
		}
		w.aimLeft(j, left, batch, i0, k0, k1)
		t.COff, t.SOff, t.RowOff = 0, 0, i0
		w.run(j, vecs, groups)
	}
}

// leaveLanes brings finished sums to the matrices of the result: they are
// columns in the order of a vector's lanes.
func (w *worker[T]) leaveLanes(j *job[T], p *parts[T], batch, images, i0, i1, j0, j1 int) {
	m := &w.move
	m.From, m.FromRow, m.To, m.ToRow = p.sums, w.lanes, j.out.Data, j.out.Step
	m.Rows, m.RowMask = j1-j0, 1<<(j1-j0)-1
	m.Cols, m.ColMask = images, 1<<(images%w.lanes)-1
	m.FromOff, m.ToOff = 0, j.out.batch(batch)+i0*j.out.Row+j0
	for range i1 - i0 {
		w.set.Transpose(m)
		m.FromOff += w.lanes * w.lanes
		m.ToOff += j.out.Row
	}
}

// byLanes is the way that computes matrices of a batch abreast.
func (q *question) byLanes(m *machine) (w way, ok bool) {
	if q.batch == 1 || q.groups > 1 || q.k == 0 || q.leftLie.reach*q.rightLie.reach*q.outLie.reach == 0 {
		return w, false
	}
	switch {
	case q.sum:
		w, ok = q.sumAbreast(m)
	case q.overlap:
		w, ok = q.spreadAbreast(m)
	default:
		w, ok = q.matricesAbreast(m)
	}
	w.cost *= q.abreastPart(m)
	return w, ok
}

// abreastPart is how much of what matrices abreast take each of them has.
func (q *question) abreastPart(m *machine) float64 {
	groups := (q.batch + m.lanes - 1) / m.lanes
	return float64(groups) / float64(q.batch)
}

// matricesAbreast is the way if the matrices of the batch share the left operand
// and tables describe the right one: where strides do, its vectors are full in
// any case.
func (q *question) matricesAbreast(m *machine) (way, bool) {
	if !q.leftLie.steady || q.rightLie.strided || q.rightLie.reach*m.lanes > reachLimit ||
		!q.outLie.along(q.n) || q.flags&^(kernel.Scale|kernel.AddRow|kernel.Relu) != 0 {
		return way{}, false
	}
	w := way{abreast: true, rightBy: inRuns}
	if w.vecs, w.cost = q.patchWidth(m, q.n, 1); w.vecs == 0 {
		return way{}, false
	}
	if !q.leftLie.strided {
		if q.m > rowBlock || q.m*q.k > rowBlock*sumBlock {
			return way{}, false // it could not be kept
		}
		w.leftBy, w.cost = gathered, w.cost+m.gathering(float64(q.m)*float64(q.k), q.leftLie.rowRuns)
	}
	w.cost += float64(q.rightLie.reach+q.m*q.n) * float64(m.lanes) * m.turn
	return w, true
}
