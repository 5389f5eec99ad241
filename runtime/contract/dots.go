package contract

import "github.com/gradgen/gradgen/runtime/internal/kernel"

// dots computes a region by dot products, into the worker's sums. In runs, the
// right operand begins anew with every run of terms: the sum walks along rows
// of an image, under as many windows at once as there are columns. So the
// derivative of a convolution by its weights is summed from whole rows of the
// image and of the cotangent, and no patch is gathered.
func (w *worker[T]) dots(j *job[T], r region) {
	p, _ := layOut(j.decision, w.machine, w.space)
	blocks := max(1, (j.k+dotTerms-1)/dotTerms)
	terms := (j.k + blocks - 1) / blocks
	if j.rightBy == inRuns {
		run := j.rightLie.rowRuns
		terms = (terms + run - 1) / run * run
		blocks = (j.k + terms - 1) / terms
	}
	high, _ := w.block(&j.question, j.rightBy == inRuns)
	d := &w.dot
	for b := range blocks {
		k0, k1 := b*terms, min(j.k, (b+1)*terms)
		d.S, d.SRow = p.sums, p.ld
		if b > 0 {
			d.S = p.other
		}
		part := k1 - k0
		if j.rightBy == inRuns {
			part = j.rightLie.rowRuns
			d.Runs = (k1 - k0) / part
		}
		d.Steps, d.Tail = part/w.lanes, part%w.lanes
		d.Mask = 1<<d.Tail - 1
		for i, n := r.i0, high; i < r.i1; i += n {
			for n > r.i1-i {
				if n /= 2; j.rightBy == inRuns {
					n = r.i1 - i // blocks in runs have any number of rows
				}
			}
			w.dotRow(j, r, i, n, k0)
		}
		if b > 0 {
			w.add(&p, r)
		}
	}
	w.finish(j, &p, r)
}

// add adds further sums of a region to those that there are.
func (w *worker[T]) add(p *parts[T], r region) {
	t := &w.tile
	t.C, t.COff, t.CRow = p.sums, 0, p.ld
	t.S, t.SOff, t.SRow = p.other, 0, p.ld
	w.pass(r.rows(), r.cols(), kernel.Accumulate)
}

// dotRow computes the blocks of n rows from row i, the widest first.
func (w *worker[T]) dotRow(j *job[T], r region, i, n, k0 int) {
	d, o := &w.dot, &j.right
	d.A, d.ARow = j.left.Data, j.left.Row
	d.AOff = j.left.batch(r.batch) + i*j.left.Row + k0
	d.B, d.BOff = o.Data, o.batch(r.batch)
	kernels, wide := w.set.Dot[n][:], w.machine.dot[n]
	if j.rightBy == inRuns {
		kernels, wide = w.set.Runs[n][:], kernel.MaxRun
		d.Across, d.AcrossOff = o.Cols.at, r.j0
		d.Down, d.DownOff = o.Rows.starts, k0/j.rightLie.rowRuns
	} else {
		d.BRow = o.Col
		d.BOff += r.j0*o.Col + k0
	}
	d.SOff = (i - r.i0) * d.SRow
	w.sweep(kernels, wide, r.cols())
}

// sweep computes blocks of dot products side by side, the widest first.
func (w *worker[T]) sweep(kernels []func(*kernel.Dot[T]), wide, cols int) {
	for cols > 0 {
		for wide > cols {
			wide /= 2
		}
		w.dot.Reps = cols / wide
		kernels[wide](&w.dot)
		cols -= cols / wide * wide
	}
}

// byDots is the way by dot products, if both operands are contiguous along the
// sum.
func (q *question) byDots(m *machine) (way, bool) {
	if q.k == 0 || !q.leftLie.along(q.k) || !q.rightLie.down(q.k) {
		return way{}, false
	}
	w := way{dots: true, outBy: q.written()}
	if w.outBy == fromTile {
		w.outBy = fromSums
	}
	r, c := m.block(q, false)
	steps, cells := float64((q.k+m.lanes-1)/m.lanes), float64(q.m)*float64(q.n)
	w.cost = cells*(steps*dotStep/kernel.MaxDot+dotCost/float64(r*c)) + q.finishing(w.outBy, m)
	return w, true
}

// byRuns is the way by dot products whose right operand begins anew with every
// run of terms. The left one is contiguous along the sum.
func (q *question) byRuns(m *machine) (way, bool) {
	if m.runs == 0 || q.k == 0 || !q.leftLie.along(q.k) || !q.rightLie.tables || !q.rightLie.rowEven || q.k%q.rightLie.rowRuns != 0 {
		return way{}, false
	}
	w := way{dots: true, rightBy: inRuns, outBy: q.written()}
	if w.outBy == fromTile {
		w.outBy = fromSums
	}
	run := q.rightLie.rowRuns
	w.cost = q.runsCost(m, q.k/run, (run+m.lanes-1)/m.lanes, q.k/run, 2) + q.finishing(w.outBy, m)
	return w, true
}

// runsCost estimates blocks of dot products in so many runs of so many vectors,
// with sums across lanes after each part of them. A load of the right operand
// counts for so many: two where it does not begin where a line does.
func (q *question) runsCost(m *machine, runs, vectors, part int, load float64) float64 {
	high, wide := m.block(q, true)
	down, across := (q.m+high-1)/high, (q.n+wide-1)/wide
	rows, cols := float64(q.m)/float64(down), float64(q.n)/float64(across)
	step := max(rows*cols/2, (rows+load*cols)/2, latency)
	parts := float64((runs + part - 1) / part)
	return float64(down*across) * (float64(runs)*(float64(vectors)*step+runStep) + parts*dotCost*max(1, rows*cols/float64(m.lanes)))
}
