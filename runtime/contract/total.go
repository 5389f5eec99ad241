package contract

import "github.com/gradgen/gradgen/runtime/internal/kernel"

// total adds up the products of a whole batch, by dot products whose lanes are
// matrices: both operands are transposed, and what is left of a sum at the end
// is added up across lanes. The sum walks along the terms of as few rows as a
// block of dot products has, so that they stay in the first-level cache while
// the columns pass by.
func (w *worker[T]) total(j *job[T], r region) {
	p, _ := layOut(j.decision, w.machine, w.space)
	a, b, d := &j.left, &j.right, &w.dot
	aLow, _ := a.reach(j.m, j.k)
	top, _ := span(j.k, b.Row, b.Rows)
	side, _ := span(j.n, b.Col, b.Cols)
	w.across.times(index{b.Cols, b.Col, r.j0, r.j1}, side, w.lanes)
	high, _ := w.block(&j.question, true)
	d.A, d.ARow = p.left, a.Row*w.lanes
	d.B, d.Across, d.Down, d.DownOff = p.right, w.across.at[:], w.down.at[:], 0
	d.Steps, d.Tail, d.SRow = 1, 0, p.ld
	first := true
	for r.batch = j.from; r.batch < j.to; r.batch += w.lanes {
		n := min(w.lanes, j.to-r.batch)
		if n < w.lanes {
			clear(p.left)
			clear(p.right)
		}
		w.turn(p.left, w.lanes, a.Data, a.batch(r.batch)+aLow, a.Step, n, j.leftLie.reach)
		w.turn(p.right, w.lanes, b.Data, b.batch(r.batch)+top+side, b.Step, n, j.rightLie.reach)
		for k0 := 0; k0 < j.k; k0 += d.Runs {
			d.Runs = min(j.totalTerms(w.machine), j.k-k0)
			w.down.times(index{b.Rows, b.Row, k0, k0 + d.Runs}, top, w.lanes)
			d.S = p.sums
			if !first {
				d.S = p.other
			}
			for i := r.i0; i < r.i1; i += high {
				d.AOff, d.BOff, d.SOff, d.AcrossOff = (i*a.Row+k0-aLow)*w.lanes, 0, (i-r.i0)*p.ld, 0
				w.sweep(w.set.Runs[min(high, r.i1-i)][:], kernel.MaxRun, r.cols())
			}
			if !first {
				w.add(&p, r)
			}
			first = false
		}
	}
	r.batch = j.from
	w.finish(j, &p, r)
}

// totalTerms is how many terms the sums walk along before they go across lanes:
// as many as leave room in the first-level cache.
func (d *decision) totalTerms(m *machine) int {
	high, _ := m.block(&d.question, true)
	return min(d.k, max(1, totalBlock/(high*m.lanes)), sumBlock)
}

// sumAbreast is the way if a sum over the batch walks along the terms of the
// left operand, and tables describe the right one.
func (q *question) sumAbreast(m *machine) (way, bool) {
	if m.runs == 0 || !q.leftLie.along(q.k) || q.rightLie.strided || q.n > sumBlock ||
		(q.leftLie.reach+q.rightLie.reach)*m.lanes > reachLimit {
		return way{}, false
	}
	w := way{abreast: true, dots: true, rightBy: inRuns, outBy: q.written()}
	if w.outBy == fromTile {
		w.outBy = fromSums
	}
	d := decision{question: *q}
	w.cost = q.runsCost(m, q.k, 1, d.totalTerms(m), 1)
	w.cost += q.turningBoth(m)
	return w, true
}

// turningBoth is what it costs to transpose both operands of as many matrices as a
// vector has lanes.
func (q *question) turningBoth(m *machine) float64 {
	return float64(q.leftLie.reach+q.rightLie.reach) * float64(m.lanes) * m.turn
}
