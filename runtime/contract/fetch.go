package contract

import (
	"github.com/gradgen/gradgen/runtime"
	"github.com/gradgen/gradgen/runtime/internal/kernel"
)

// What another processor has in its caches comes as slowly as from memory. Nobody
// notes down who has what, but there is an order in it: all that has rows is shared
// by rows, those of arrays in memory, and a worker has the same ones of every array,
// call after call (see runtime.Pool). So a product that is cut along the rows of its
// operands finds them near, and leaves its result where it is looked for. Of sums
// that go along the rows, as in gradients of weights, every worker fetches the terms
// that others have.

const (
	// Cycles that a cache line takes from another processor, where many are on their
	// way.
	lineCost  = 20.0
	lineBytes = 64
	// From how many elements on the making of an array is worth sharing, if eight
	// additions make one. Smaller ones the caller has.
	divided = runtime.HandOver / 8
)

// axis is one of a product's, or of its batch.
type axis uint8

const (
	alongTerms axis = iota
	alongRows
	alongCols
	alongBatch
	axes
)

// operands is a set of the two that a product reads.
type operands uint8

const (
	leftOne operands = 1 << iota
	rightOne
)

// turn is the set of a product with rows and columns exchanged.
func (o operands) turn() operands { return o>>1 | o<<1&rightOne }

// fetching estimates how long a worker waits for what others have, and they for what
// it has computed of theirs, in cycles.
func (d *decision) fetching(m *machine, workers int) float64 { return d.fetchingBut(m, workers, 0) }

// fetchingBut leaves out operands that the worker has, because it has just made them.
func (d *decision) fetchingBut(m *machine, workers int, has operands) float64 {
	spans, one := d.spans(workers), 1/float64(workers)
	whose, whole := d.outLie.rowsAlong(alongRows, alongCols, d.matrices()), d.outLie.elements(d.m, d.n, d.matrices())
	total := 0.0
	switch {
	case d.apart:
		total = whole * one // of one of the halves, where workers join them
	case whole >= divided:
		total = whole * one * (1 - one/spans[whose])
	case d.shared:
		total = whole * (1 - one)
	}
	reads := func(l *lie, n, m int, first, second axis) {
		whole, along := l.elements(n, m, d.batch), l.rowsAlong(first, second, d.batch)
		part := spans[first] * spans[second]
		if !l.steady {
			part *= spans[alongBatch]
		}
		switch {
		case !d.shared && along != whose:
			// Such are weights, for one. They stay the same from product to product,
			// and in the end every worker has them.
		case whole >= divided:
			total += whole * part * (1 - one/spans[along])
		case d.shared:
			total += whole * part
		}
	}
	if has&leftOne == 0 {
		reads(&d.leftLie, d.m, d.k, alongRows, alongTerms)
	}
	if has&rightOne == 0 {
		reads(&d.rightLie, d.k, d.n, alongTerms, alongCols)
	}
	if d.flags&kernel.Gate != 0 {
		reads(&d.gateLie, d.m, d.n, alongRows, alongCols)
	}
	return m.fetch * total
}

// spans is what part of every axis the tasks of a worker take up, which are
// neighbours in the order of their numbers.
func (d *decision) spans(workers int) [axes]float64 {
	s := [axes]float64{1, 1, 1, 1}
	if !d.shared {
		return s
	}
	left := float64(workers)
	cut := func(x axis, parts int) {
		s[x] = max(1/left, 1/float64(parts))
		left *= s[x]
	}
	switch {
	case d.apart && d.sum:
		cut(alongBatch, 2)
	case d.apart:
		cut(alongTerms, 2)
	default:
		cut(alongBatch, d.matrices())
	}
	if d.turned { // see Engine.task
		cut(alongCols, d.colTasks)
		cut(alongRows, d.rowTasks)
	} else {
		cut(alongRows, d.rowTasks)
		cut(alongCols, d.colTasks)
	}
	return s
}

// rowsAlong is the axis that leads from row to row in memory, of an operand with the
// axes first and second: that of the batch, or the one with the longer step.
func (l *lie) rowsAlong(first, second axis, matrices int) axis {
	switch {
	case matrices > 1 && !l.steady:
		return alongBatch
	case l.row >= l.col:
		return first
	}
	return second
}

// elements is how many different ones there are, about.
func (l *lie) elements(rows, cols, matrices int) float64 {
	n := rows * cols
	if l.reach > 0 {
		n = min(n, l.reach) // windows share elements
	}
	if !l.steady {
		n *= matrices
	}
	return float64(n)
}
