package portable

import "github.com/gradgen/gradgen/runtime/internal/kernel"

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

func transpose[T float32 | float64](m *kernel.Move[T]) {
	for i := range m.Rows {
		from := m.From[m.FromOff+i*m.FromRow:][:m.Cols]
		for j, x := range from {
			m.To[m.ToOff+j*m.ToRow+i] = x
		}
	}
}
