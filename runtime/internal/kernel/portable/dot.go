package portable

import "github.com/gradgen/gradgen/runtime/internal/kernel"

// dots computes blocks of one row and four columns. An element of the row
// serves four sums, which hide the latency of each other's additions.
func dots[T float32 | float64](d *kernel.Dot[T]) {
	a := d.A[d.AOff:][:d.Steps*lanes+d.Tail]
	for range d.Reps {
		b := d.B[d.BOff:]
		b0, b1 := b[:len(a)], b[d.BRow:][:len(a)]
		b2, b3 := b[2*d.BRow:][:len(a)], b[3*d.BRow:][:len(a)]
		var s0, s1, s2, s3 T
		for i, x := range a {
			s0 += x * b0[i]
			s1 += x * b1[i]
			s2 += x * b2[i]
			s3 += x * b3[i]
		}
		s := d.S[d.SOff:][:4]
		s[0], s[1], s[2], s[3] = s0, s1, s2, s3
		d.BOff += 4 * d.BRow
		d.SOff += 4
	}
}

// dot computes blocks of one row and n columns. Four sums for each element
// hide the latency of an addition.
func dot[T float32 | float64](d *kernel.Dot[T], n int) {
	k := d.Steps*lanes + d.Tail
	a := d.A[d.AOff:][:k]
	for range d.Reps {
		for j := range n {
			b := d.B[d.BOff+j*d.BRow:][:k]
			var s0, s1, s2, s3 T
			i := 0
			for ; i+3 < len(a) && i+3 < len(b); i += 4 {
				s0 += a[i] * b[i]
				s1 += a[i+1] * b[i+1]
				s2 += a[i+2] * b[i+2]
				s3 += a[i+3] * b[i+3]
			}
			for ; i < len(a); i++ {
				s0 += a[i] * b[i]
			}
			d.S[d.SOff+j] = (s0 + s2) + (s1 + s3)
		}
		d.BOff += n * d.BRow
		d.SOff += n
	}
}

// transpose writes a whole row of the result at a time where it can.
func transpose[T float32 | float64](m *kernel.Move[T]) {
	from, to := m.From[m.FromOff:], m.To[m.ToOff:]
	if m.Rows == lanes {
		r0, r1 := from[:m.Cols], from[m.FromRow:][:m.Cols]
		r2, r3 := from[2*m.FromRow:][:m.Cols], from[3*m.FromRow:][:m.Cols]
		for j, x := range r0 {
			t := to[j*m.ToRow:][:lanes]
			t[0], t[1], t[2], t[3] = x, r1[j], r2[j], r3[j]
		}
		return
	}
	for i := range m.Rows {
		for j, x := range from[i*m.FromRow:][:m.Cols] {
			to[j*m.ToRow+i] = x
		}
	}
}
