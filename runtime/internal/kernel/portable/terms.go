package portable

import "github.com/gradgen/gradgen/runtime/internal/kernel"

// The loops over the terms of a sum. In those whose operands are packed, slices
// that shrink tell the compiler that no element lies outside.

// along sums up a tile whose left operand's rows are contiguous, four terms at
// a time.
func along[T float32 | float64](p, q, b []T) (top, low sums[T]) {
	var c00, c01, c02, c03 T
	var c10, c11, c12, c13 T
	for len(p) >= 4 && len(q) >= 4 && len(b) >= 4*lanes {
		x := p[0]
		c00 += b[0] * x
		c01 += b[1] * x
		c02 += b[2] * x
		c03 += b[3] * x
		x = q[0]
		c10 += b[0] * x
		c11 += b[1] * x
		c12 += b[2] * x
		c13 += b[3] * x
		x = p[1]
		c00 += b[4] * x
		c01 += b[5] * x
		c02 += b[6] * x
		c03 += b[7] * x
		x = q[1]
		c10 += b[4] * x
		c11 += b[5] * x
		c12 += b[6] * x
		c13 += b[7] * x
		x = p[2]
		c00 += b[8] * x
		c01 += b[9] * x
		c02 += b[10] * x
		c03 += b[11] * x
		x = q[2]
		c10 += b[8] * x
		c11 += b[9] * x
		c12 += b[10] * x
		c13 += b[11] * x
		x = p[3]
		c00 += b[12] * x
		c01 += b[13] * x
		c02 += b[14] * x
		c03 += b[15] * x
		x = q[3]
		c10 += b[12] * x
		c11 += b[13] * x
		c12 += b[14] * x
		c13 += b[15] * x
		p, q, b = p[4:], q[4:], b[4*lanes:]
	}
	for len(p) > 0 && len(q) > 0 && len(b) >= lanes {
		x := p[0]
		c00 += b[0] * x
		c01 += b[1] * x
		c02 += b[2] * x
		c03 += b[3] * x
		x = q[0]
		c10 += b[0] * x
		c11 += b[1] * x
		c12 += b[2] * x
		c13 += b[3] * x
		p, q, b = p[1:], q[1:], b[lanes:]
	}
	return sums[T]{c00, c01, c02, c03}, sums[T]{c10, c11, c12, c13}
}

// packed sums up a tile whose left operand is packed, four terms at a time.
func packed[T float32 | float64](a, b []T) (top, low sums[T]) {
	var c00, c01, c02, c03 T
	var c10, c11, c12, c13 T
	for len(a) >= 4*rows && len(b) >= 4*lanes {
		x := a[0]
		c00 += b[0] * x
		c01 += b[1] * x
		c02 += b[2] * x
		c03 += b[3] * x
		x = a[1]
		c10 += b[0] * x
		c11 += b[1] * x
		c12 += b[2] * x
		c13 += b[3] * x
		x = a[2]
		c00 += b[4] * x
		c01 += b[5] * x
		c02 += b[6] * x
		c03 += b[7] * x
		x = a[3]
		c10 += b[4] * x
		c11 += b[5] * x
		c12 += b[6] * x
		c13 += b[7] * x
		x = a[4]
		c00 += b[8] * x
		c01 += b[9] * x
		c02 += b[10] * x
		c03 += b[11] * x
		x = a[5]
		c10 += b[8] * x
		c11 += b[9] * x
		c12 += b[10] * x
		c13 += b[11] * x
		x = a[6]
		c00 += b[12] * x
		c01 += b[13] * x
		c02 += b[14] * x
		c03 += b[15] * x
		x = a[7]
		c10 += b[12] * x
		c11 += b[13] * x
		c12 += b[14] * x
		c13 += b[15] * x
		a, b = a[4*rows:], b[4*lanes:]
	}
	for len(a) >= rows && len(b) >= lanes {
		x := a[0]
		c00 += b[0] * x
		c01 += b[1] * x
		c02 += b[2] * x
		c03 += b[3] * x
		x = a[1]
		c10 += b[0] * x
		c11 += b[1] * x
		c12 += b[2] * x
		c13 += b[3] * x
		a, b = a[rows:], b[lanes:]
	}
	return sums[T]{c00, c01, c02, c03}, sums[T]{c10, c11, c12, c13}
}

// strided sums up a tile wherever its operands lie.
func strided[T float32 | float64](t *kernel.Tile[T]) (top, low sums[T]) {
	var c00, c01, c02, c03 T
	var c10, c11, c12, c13 T
	p, q, at := t.AOff, t.AOff+t.ARow, t.BOff
	for range t.K {
		b := t.B[at : at+lanes : at+lanes]
		x := t.A[p]
		c00 += b[0] * x
		c01 += b[1] * x
		c02 += b[2] * x
		c03 += b[3] * x
		x = t.A[q]
		c10 += b[0] * x
		c11 += b[1] * x
		c12 += b[2] * x
		c13 += b[3] * x
		p, q, at = p+t.ACol, q+t.ACol, at+t.BRow
	}
	return sums[T]{c00, c01, c02, c03}, sums[T]{c10, c11, c12, c13}
}

// row sums up a tile of one row.
func row[T float32 | float64](t *kernel.Tile[T]) sums[T] {
	var c0, c1, c2, c3 T
	p, at := t.AOff, t.BOff
	for range t.K {
		b, x := t.B[at:at+lanes:at+lanes], t.A[p]
		c0 += b[0] * x
		c1 += b[1] * x
		c2 += b[2] * x
		c3 += b[3] * x
		p, at = p+t.ACol, at+t.BRow
	}
	return sums[T]{c0, c1, c2, c3}
}

// narrow sums up row i of a tile some of whose columns do not count. Four sums
// for each element hide the latency of an addition.
func narrow[T float32 | float64](t *kernel.Tile[T], i int) (sum sums[T]) {
	for j := range t.Tail {
		var s0, s1, s2, s3 T
		p, at, left := t.AOff+i*t.ARow, t.BOff+j, t.K
		for ; left >= 4; left -= 4 {
			s0 += t.A[p] * t.B[at]
			s1 += t.A[p+t.ACol] * t.B[at+t.BRow]
			s2 += t.A[p+2*t.ACol] * t.B[at+2*t.BRow]
			s3 += t.A[p+3*t.ACol] * t.B[at+3*t.BRow]
			p, at = p+4*t.ACol, at+4*t.BRow
		}
		for ; left > 0; left-- {
			s0 += t.A[p] * t.B[at]
			p, at = p+t.ACol, at+t.BRow
		}
		sum[j] = (s0 + s2) + (s1 + s3)
	}
	return sum
}
