package contract

import "github.com/gradgen/gradgen/runtime/internal/kernel"

// The terms of the gradient of a weight are rows of a batch, and of those every
// worker has its part. Cut like other products, by its own rows or columns, it makes
// each fetch what the others have of both operands. If that is much more than the
// result, sums are halved: the terms of the first half are added up for themselves and
// those of the second, and then the two. Workers can take a half each. One worker does
// the same, because bits do not depend on how many there are.

const (
	halfTerms = 256     // so many, at least, in a sum that is halved …
	halfBatch = 32      // … or matrices, where they are summed up
	halfWork  = 1 << 21 // multiply-adds
	halfLimit = 1 << 16 // elements of memory for the second half, at most
	halfShare = 4       // how many times as many the operands have
)

// halves reports whether sums are halved.
func (q *question) halves() bool {
	work, out := q.m*q.n*q.k, q.m*q.n
	size, _ := q.secondHalf()
	switch {
	case q.flags != 0 && q.flags&^kernel.Scale != kernel.Accumulate, q.overlap, q.groups > 1, q.banded(), size > halfLimit:
		return false
	case !q.outLie.along(q.n) && !q.outLie.down(q.m):
		return false
	case q.sum:
		if work *= q.batch; q.batch < halfBatch || q.rightLie.strided {
			return false
		}
	case q.batch > 1, q.k < halfTerms:
		return false
	}
	left, right := q.leftLie.rowsAlong(alongRows, alongTerms, q.batch), q.rightLie.rowsAlong(alongTerms, alongCols, q.batch)
	among := q.leftLie.elements(q.m, q.k, q.batch) + q.rightLie.elements(q.k, q.n, q.batch)
	return left == right && work >= halfWork && among >= halfShare*float64(out)
}

// inOrder reports that to add the second half of a sum to the first, block by block,
// is the same as to add the two.
func (d *decision) inOrder() bool {
	return !d.sum && d.sumBlocks() == 2 && (d.outBy == fromTile || d.flags == 0)
}

// secondHalf is how many elements of memory the second half takes, in rows of so many
// that lie like those of the result.
func (q *question) secondHalf() (size, row int) {
	rows, row := q.m, q.n
	if q.outLie.down(q.m) {
		rows, row = q.n, q.m
	}
	row = (row + align - 1) &^ (align - 1)
	return rows * row, row
}

// halve makes the job that of the first half, and another of the second, whose sums go
// to memory.
func (e *Engine[T]) halve() {
	j, second := &e.job, &e.second
	*second = *j
	middle := j.to / 2
	if j.abreast {
		middle = (middle + e.machine.lanes - 1) / e.machine.lanes * e.machine.lanes
	}
	j.to, second.from = middle, middle
	size, row := j.secondHalf()
	space := e.workers[0].space
	second.flags, second.out = 0, Matrix(space[len(space)-size:], row, 1)
	if j.outLie.down(j.m) {
		second.out = second.out.turn()
	}
}

// join adds the second half of a region to the first.
func (w *worker[T]) join(j, second *job[T], r region) {
	t := &w.tile
	rows, cols, i, k := r.rows(), r.cols(), r.i0, r.j0
	to, from := j.out, second.out
	if from.Col != 1 {
		rows, cols, i, k, to, from = cols, rows, k, i, to.turn(), from.turn()
	}
	t.C, t.COff, t.CRow = to.Data, to.Off+i*to.Row+k, to.Row
	t.S, t.SOff, t.SRow = from.Data, i*from.Row+k, from.Row
	t.Factor = j.factor
	w.pass(rows, cols, j.flags&kernel.Scale|kernel.Accumulate)
}

// joining is the halves of an engine's product as tasks of a pool: one for each
// worker, of rows in memory.
type joining[T Float] Engine[T]

// Task joins the halves of some rows.
func (t *joining[T]) Task(worker, id int) {
	e := (*Engine[T])(t)
	j, r := &e.job, region{i1: e.job.m, j1: e.job.n}
	if e.second.out.Col == 1 {
		r.i0, r.i1 = id*j.m/len(e.workers), (id+1)*j.m/len(e.workers)
	} else {
		r.j0, r.j1 = id*j.n/len(e.workers), (id+1)*j.n/len(e.workers)
	}
	if r.rows() > 0 && r.cols() > 0 {
		e.workers[worker].join(j, &e.second, r)
	}
}
