package contract

import "strconv"

// A product that is computed again and again with one operand, as the steps of a
// recurrent network are with its weights, would pack that operand again each time. If
// it has memory of its own (Operand.Kept) it stays there as it was packed first. Whether
// it is packed at all, and how, is chosen as for all others (way.go), but for the price:
// that is nothing.

// keptSize is how many operands an engine knows to be packed. Further ones take the place
// of others, which are then packed again.
const keptSize = 8

// kept is what an engine knows of memory with a packed operand.
type kept[T Float] struct {
	at *T // its first element; nil is no memory
	by decision
}

// KeptSpace is the number of elements of memory that keeps an operand of so many rows or
// columns of the result, and terms.
func KeptSpace(n, terms int) int {
	return (max(n, 0) + align - 1) &^ (align - 1) * max(terms, 0)
}

// Forget says that memory holds no packed operand. From then on, all products with that
// memory as an operand's Kept have the same operand, with the same elements, until it is
// forgotten again; the first one packs it, if it is to be packed. Nothing else writes to
// the memory, of [KeptSpace] elements, meanwhile. Operands that differ among the matrices
// of a batch are not kept.
func (e *Engine[T]) Forget(memory []T) {
	for i := range e.kept {
		if len(memory) > 0 && e.kept[i].at == &memory[0] {
			e.kept[i].at = nil
		}
	}
}

// packsRight reports whether the right operand is packed, leftKept and rightKept whether
// that happens once for many products.
func (d *decision) packsRight() bool {
	return !d.dots && !d.abreast && d.rightBy != inPlace && d.rightBy != inRuns
}
func (d *decision) rightKept() bool { return d.rightLie.kept && d.packsRight() }
func (d *decision) leftKept() bool {
	return d.leftLie.kept && !d.dots && !d.abreast && d.leftBy != inPlace
}

// keep packs what is kept and not packed yet.
func (e *Engine[T]) keep(j *job[T]) {
	w := &e.workers[0]
	if j.rightKept() && !e.holds(j, j.right.Kept, w.whole(j.n)*j.k) {
		for j0 := 0; j0 < j.n; j0 += j.taskCols {
			w.keepPanels(j, j0, min(j0+j.taskCols, j.n))
		}
	}
	if j.leftKept() && !e.holds(j, j.left.Kept, j.m*j.k) {
		for i0 := 0; i0 < j.m; i0 += j.taskRows {
			w.keepRows(j, region{i0: i0, i1: min(i0+j.taskRows, j.m)})
		}
	}
}

// holds reports whether memory, of which n elements are needed, holds the operand of the
// job already, and notes that it will.
func (e *Engine[T]) holds(j *job[T], memory []T, n int) bool {
	if len(memory) < n {
		panic("contract: a kept operand has memory for " + strconv.Itoa(len(memory)) + " elements, and needs " + strconv.Itoa(n))
	}
	free := 0
	for i := range e.kept {
		switch k := &e.kept[i]; k.at {
		case &memory[0]:
			same := k.by == *j.decision
			k.by = *j.decision
			return same
		case nil:
			free = i
		}
	}
	e.kept[free] = kept[T]{&memory[0], *j.decision}
	return false
}

// whole is so many columns in whole vectors.
func (m *machine) whole(cols int) int { return (cols + m.lanes - 1) / m.lanes * m.lanes }

// keepPanels packs columns j0 to j1 of the right operand, those of a task.
func (w *worker[T]) keepPanels(j *job[T], j0, end int) {
	for b := range j.sumBlocks() {
		k0, k1 := j.terms(b)
		vecs, j1 := j.vecs, 0
		for j0 := j0; j0 < end; j0 = j1 {
			vecs, j1 = w.next(vecs, j0, end)
			w.packRight(j, j.right.Kept[w.panel(j, region{}, 0, j0, k0, k1):], 0, vecs, j0, j1, k0, k1)
		}
	}
}

// keepRows packs rows of the left operand, those of a task.
func (w *worker[T]) keepRows(j *job[T], r region) {
	rows := w.blockRows(j, r)
	for b := range j.sumBlocks() {
		k0, k1 := j.terms(b)
		for i0 := r.i0; i0 < r.i1; i0 += rows {
			w.packLeft(j, j.left.Kept[k0*j.m+i0*(k1-k0):], 0, i0, min(i0+rows, r.i1), k0, k1)
		}
	}
}
