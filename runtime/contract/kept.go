package contract

import (
	"fmt"

	"github.com/gradgen/gradgen/runtime"
)

// A product that is computed again and again with one operand, as the steps of a
// recurrent network are with its weights, would pack that operand again each time. If
// it has memory of its own (Operand.Kept) it stays there as it was packed first. Whether
// it is packed at all, and how, is chosen as for all others (way.go), but for the price:
// that is nothing.

// kept is memory for an operand that stays packed.
type kept[T Float] struct {
	memory []T
	by     decision // how its operand is packed, if
	full   bool     // it holds one
}

// KeptSpace is the number of elements of memory that keeps an operand of so many rows or
// columns of the result, and terms.
func KeptSpace(n, terms int) int {
	return (max(n, 0) + align - 1) &^ (align - 1) * max(terms, 0)
}

// Reserve makes memory for operands that stay packed, of so many elements each: what
// [KeptSpace] says for its largest operand. An Operand.Kept of 1 means the first of
// these, and holds nothing yet.
func (e *Engine[T]) Reserve(sizes ...int) {
	e.kept = reserve[T](sizes)
	for _, a := range e.alone {
		a.kept = reserve[T](sizes)
	}
}

func reserve[T Float](sizes []int) []kept[T] {
	out := make([]kept[T], len(sizes))
	for i, n := range sizes {
		out[i].memory = runtime.NewArena[T](n)
	}
	return out
}

// Forget says that memory k holds no packed operand. From then on, all products with an
// operand's Kept of k have the same operand there, with the same elements, until it is
// forgotten again; the first one packs it, if it is to be packed. Operands that differ
// among the matrices of a batch are not kept.
func (e *Engine[T]) Forget(k int) {
	e.kept[k-1].full = false
	for _, a := range e.alone {
		a.kept[k-1].full = false
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
	if j.rightKept() {
		k := e.room(j.right.Kept, w.whole(j.n)*j.k)
		if j.keptRight = k.memory; !k.holds(j.decision) {
			for j0 := 0; j0 < j.n; j0 += j.taskCols {
				w.keepPanels(j, j0, min(j0+j.taskCols, j.n))
			}
		}
	}
	if j.leftKept() {
		k := e.room(j.left.Kept, j.m*j.k)
		if j.keptLeft = k.memory; !k.holds(j.decision) {
			for i0 := 0; i0 < j.m; i0 += j.taskRows {
				w.keepRows(j, region{i0: i0, i1: min(i0+j.taskRows, j.m)})
			}
		}
	}
}

// room is the memory of a number, of which n elements are needed.
func (e *Engine[T]) room(number, n int) *kept[T] {
	if number > len(e.kept) {
		panic(fmt.Sprintf("contract: an operand is to be kept in memory %d of %d", number, len(e.kept)))
	}
	k := &e.kept[number-1]
	if len(k.memory) < n {
		panic(fmt.Sprintf("contract: a kept operand has memory for %d elements, and needs %d", len(k.memory), n))
	}
	return k
}

// holds reports whether an operand is there already, packed as d says, and notes that it
// will be.
func (k *kept[T]) holds(d *decision) bool {
	if k.full && k.by == *d {
		return true
	}
	k.by, k.full = *d, true
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
			w.packRight(j, j.keptRight[w.panel(j, region{}, 0, j0, k0, k1):], 0, vecs, j0, j1, k0, k1)
		}
	}
}

// keepRows packs rows of the left operand, those of a task.
func (w *worker[T]) keepRows(j *job[T], r region) {
	rows := w.blockRows(j, r)
	for b := range j.sumBlocks() {
		k0, k1 := j.terms(b)
		for i0 := r.i0; i0 < r.i1; i0 += rows {
			w.packLeft(j, j.keptLeft[k0*j.m+i0*(k1-k0):], 0, i0, min(i0+rows, r.i1), k0, k1)
		}
	}
}
