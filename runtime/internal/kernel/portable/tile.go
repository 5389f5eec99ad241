// Package portable is the kernels in Go. They are what runs on every
// architecture without assembly and with the build tag purego, and what the
// assembly is compared to.
package portable

import "github.com/gradgen/gradgen/runtime/internal/kernel"

// lanes is the width of what stands for a vector. Sixteen sums in four rows
// are as many as compilers keep in registers.
const lanes, rows = 4, 4

// Set returns the kernels for one element type.
func Set[T float32 | float64]() *kernel.Set[T] {
	s := &kernel.Set[T]{Name: "portable", Lanes: lanes, Transpose: transpose[T], Gather: gather[T]}
	for r := 1; r < rows; r++ {
		s.Tile[1][r] = func(t *kernel.Tile[T]) { tile(t, r) }
	}
	s.Tile[1][rows] = square[T]
	s.Dot[1][1] = func(d *kernel.Dot[T]) { dot(d, 1) }
	s.Dot[1][2] = func(d *kernel.Dot[T]) { dot(d, 2) }
	s.Dot[1][4] = func(d *kernel.Dot[T]) { dot(d, 4) }
	return s
}

// square is tile for 4 rows. Where all columns count, the sums are variables of
// their own, which Go keeps in registers.
func square[T float32 | float64](t *kernel.Tile[T]) {
	if t.Tail < lanes {
		tile(t, rows)
		return
	}
	for range t.Reps {
		var c00, c01, c02, c03, c10, c11, c12, c13 T
		var c20, c21, c22, c23, c30, c31, c32, c33 T
		a0, b0 := t.AOff, t.BOff
		for range t.K {
			b := t.B[b0:][:4]
			x, y := t.A[a0], t.A[a0+t.ARow]
			c00 += x * b[0]
			c01 += x * b[1]
			c02 += x * b[2]
			c03 += x * b[3]
			c10 += y * b[0]
			c11 += y * b[1]
			c12 += y * b[2]
			c13 += y * b[3]
			x, y = t.A[a0+2*t.ARow], t.A[a0+3*t.ARow]
			c20 += x * b[0]
			c21 += x * b[1]
			c22 += x * b[2]
			c23 += x * b[3]
			c30 += y * b[0]
			c31 += y * b[1]
			c32 += y * b[2]
			c33 += y * b[3]
			a0 += t.ACol
			b0 += t.BRow
		}
		finish(t, 0, [lanes]T{c00, c01, c02, c03})
		finish(t, 1, [lanes]T{c10, c11, c12, c13})
		finish(t, 2, [lanes]T{c20, c21, c22, c23})
		finish(t, 3, [lanes]T{c30, c31, c32, c33})
		next(t, rows)
	}
}

// tile computes tiles of r rows and one vector.
func tile[T float32 | float64](t *kernel.Tile[T], r int) {
	for range t.Reps {
		for i := range r {
			var sum [lanes]T
			a0, b0 := t.AOff+i*t.ARow, t.BOff
			for range t.K {
				x := t.A[a0]
				for j, b := range t.B[b0:][:t.Tail] {
					sum[j] += x * b
				}
				a0 += t.ACol
				b0 += t.BRow
			}
			finish(t, i, sum)
		}
		next(t, r)
	}
}

// finish does the steps between the sums of row i and the store.
func finish[T float32 | float64](t *kernel.Tile[T], i int, sum [lanes]T) {
	c := t.C[t.COff+i*t.CRow:][:t.Tail]
	for j := range c {
		s := sum[j]
		if t.Flags&kernel.AddSums != 0 {
			s += t.S[t.SOff+i*t.SRow+j]
		}
		if t.Flags&kernel.Scale != 0 {
			s *= t.Factor
		}
		if t.Flags&kernel.AddRow != 0 {
			s += t.Row[t.RowOff+i]
		}
		if t.Flags&kernel.AddCol != 0 {
			s += t.Col[t.ColOff+j]
		}
		if t.Flags&kernel.Relu != 0 {
			s = max(s, 0)
		}
		if t.Flags&kernel.Gate != 0 {
			switch g := t.G[t.GOff+i*t.GRow+j]; {
			case g <= 0:
				s = 0
			case g != g:
				s = g
			}
		}
		if t.Flags&kernel.Accumulate != 0 {
			s += c[j]
		}
		c[j] = s
	}
}

// next moves the order on to the tile below.
func next[T float32 | float64](t *kernel.Tile[T], r int) {
	t.AOff += t.ANext
	t.COff += r * t.CRow
	t.SOff += r * t.SRow
	t.GOff += r * t.GRow
	t.RowOff += r
}
