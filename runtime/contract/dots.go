package contract

import "github.com/gradgen/gradgen/runtime/internal/kernel"

// dots computes a region by dot products, into the worker's sums. In runs, the
// right operand begins anew with every run of terms: the sum walks along rows
// of an image, under as many windows at once as there are columns. So the
// derivative of a convolution by its weights is summed from whole rows of the
// image and of the cotangent, and no patch is gathered.
func (w *worker[T]) dots(j *job[T], r region) {
	p, _ := layOut(&j.decision, w.machine, w.space)
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
