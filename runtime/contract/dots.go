package contract

import "github.com/gradgen/gradgen/runtime/internal/kernel"

// dots computes a region by dot products, into the worker's sums.
func (w *worker[T]) dots(j *job[T], r region) {
	p, _ := layOut(&j.decision, w.machine, w.space)
	blocks := max(1, (j.k+dotTerms-1)/dotTerms)
	terms := (j.k + blocks - 1) / blocks
	high, _ := w.block(j.m, j.n)
	d := &w.dot
	for b := range blocks {
		k0, k1 := b*terms, min(j.k, (b+1)*terms)
		d.S, d.SRow = p.sums, p.ld
		if b > 0 {
			d.S = p.other
		}
		d.Steps, d.Tail = (k1-k0)/w.lanes, (k1-k0)%w.lanes
		d.Mask = 1<<d.Tail - 1
		for i, n := r.i0, high; i < r.i1; i += n {
			for n > r.i1-i {
				n /= 2
			}
			w.dotRow(j, r, i, n, k0)
		}
		if b > 0 {
			t := &w.tile
			t.C, t.COff, t.CRow = p.sums, 0, p.ld
			t.S, t.SOff, t.SRow = p.other, 0, p.ld
			w.pass(r.rows(), r.cols(), kernel.Accumulate)
		}
	}
	w.finish(j, &p, r)
}

// dotRow computes the blocks of n rows from row i, the widest first.
func (w *worker[T]) dotRow(j *job[T], r region, i, n, k0 int) {
	d := &w.dot
	d.A, d.ARow = j.left.Data, j.left.Row
	d.AOff = j.left.batch(r.batch) + i*j.left.Row + k0
	d.B, d.BRow = j.right.Data, j.right.Col
	d.BOff = j.right.batch(r.batch) + r.j0*j.right.Col + k0
	d.SOff = (i - r.i0) * d.SRow
	wide := w.machine.dot[n]
	for left := r.cols(); left > 0; {
		for wide > left {
			wide /= 2
		}
		d.Reps = left / wide
		w.set.Dot[n][wide](d)
		left -= left / wide * wide
	}
}
