// Package portable is the kernels in Go. They are what runs on every
// architecture without assembly and with the build tag purego, and what the
// assembly is compared to.
//
// A tile is two rows of four sums. Compilers keep its eight sums, four
// elements of the right operand and what the products need in 16 registers;
// those of four by four they do not, and sums that are spilled and loaded again
// in every term take twice as long. Operands that lie as a loop reads them cost
// one check of bounds for four terms, and so packing pays sooner than it does
// for assembly.
package portable

import "github.com/gradgen/gradgen/runtime/internal/kernel"

// lanes is the width of what stands for a vector, rows the height of a tile.
const lanes, rows = 4, 2

// Set returns the kernels for one element type.
func Set[T float32 | float64]() *kernel.Set[T] {
	s := &kernel.Set[T]{Name: "portable", Lanes: lanes, Packed: true, Transpose: transpose[T], Gather: gather[T]}
	s.Tile[1][1], s.Tile[1][rows] = single[T], pair[T]
	s.Dot[1][1] = func(d *kernel.Dot[T]) { dot(d, 1) }
	s.Dot[1][2] = func(d *kernel.Dot[T]) { dot(d, 2) }
	s.Dot[1][4] = dots[T]
	return s
}

// sums are those of a row of a tile.
type sums[T float32 | float64] [lanes]T

// pair computes tiles of two rows.
func pair[T float32 | float64](t *kernel.Tile[T]) {
	for range t.Reps {
		var top, low sums[T]
		switch {
		case t.K == 0:
		case t.Tail < lanes:
			top, low = narrow(t, 0), narrow(t, 1)
		case t.BRow != lanes:
			top, low = strided(t)
		case t.ACol == 1:
			top, low = along(t.A[t.AOff:][:t.K], t.A[t.AOff+t.ARow:][:t.K], t.B[t.BOff:][:t.K*lanes])
		case t.ARow == 1 && t.ACol == rows:
			top, low = packed(t.A[t.AOff:][:t.K*rows], t.B[t.BOff:][:t.K*lanes])
		default:
			top, low = strided(t)
		}
		finish(t, 0, &top)
		finish(t, 1, &low)
		next(t, rows)
	}
}

// single computes tiles of one row.
func single[T float32 | float64](t *kernel.Tile[T]) {
	for range t.Reps {
		var sum sums[T]
		switch {
		case t.K == 0:
		case t.Tail < lanes:
			sum = narrow(t, 0)
		default:
			sum = row(t)
		}
		finish(t, 0, &sum)
		next(t, 1)
	}
}

// finish does the steps between the sums of row i and the store.
func finish[T float32 | float64](t *kernel.Tile[T], i int, sum *sums[T]) {
	c := t.C[t.COff+i*t.CRow:][:t.Tail]
	s := sum[:len(c)]
	if t.Flags&kernel.AddSums != 0 {
		for j, x := range t.S[t.SOff+i*t.SRow:][:len(s)] {
			s[j] += x
		}
	}
	if t.Flags&kernel.Scale != 0 {
		factor := t.Factor
		for j := range s {
			s[j] *= factor
		}
	}
	if t.Flags&kernel.AddRow != 0 {
		bias := t.Row[t.RowOff+i]
		for j := range s {
			s[j] += bias
		}
	}
	if t.Flags&kernel.AddCol != 0 {
		for j, x := range t.Col[t.ColOff:][:len(s)] {
			s[j] += x
		}
	}
	if t.Flags&kernel.Relu != 0 {
		for j, x := range s {
			s[j] = max(x, 0)
		}
	}
	if t.Flags&kernel.Gate != 0 {
		for j, g := range t.G[t.GOff+i*t.GRow:][:len(s)] {
			// A choice by index: signs are as good as random, and a branch
			// would be mispredicted every other time.
			open := 0
			if g > 0 {
				open = 1
			}
			s[j] = [2]T{0, s[j]}[open]
			if g != g {
				s[j] = g
			}
		}
	}
	if t.Flags&kernel.Accumulate != 0 {
		for j, x := range c {
			s[j] += x
		}
	}
	copy(c, s)
}

// next moves the order on to the tile below.
func next[T float32 | float64](t *kernel.Tile[T], r int) {
	t.AOff += t.ANext
	t.COff += r * t.CRow
	t.SOff += r * t.SRow
	t.GOff += r * t.GRow
	t.RowOff += r
}
