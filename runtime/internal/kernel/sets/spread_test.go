package sets

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/gradgen/gradgen/runtime/internal/kernel"
)

// Every tile that spreads its rows, over places that overlap or do not.
func TestSpread(t *testing.T) { forSets(t, allSpreads[float32], allSpreads[float64]) }

func allSpreads[T float32 | float64](s *kernel.Set[T]) error {
	r := newRig(s)
	for vecs := range s.Spread {
		for rows := 1; rows <= s.SpreadRows(vecs); rows++ {
			for k := range 40 {
				for range 3 {
					if err := r.spread(vecs, rows, k); err != nil {
						return err
					}
				}
			}
		}
	}
	return nil
}

// spread runs one order and compares it to the sums by definition.
func (r *rig[T]) spread(vecs, rows, k int) error {
	reps := 1 + r.IntN(3)
	m, n := rows*reps, vecs*r.set.Lanes
	order := kernel.Tile[T]{
		ARow: k + 1 + r.IntN(5), ACol: 1, BRow: n + r.IntN(5), K: k, Reps: reps, Tail: r.set.Lanes, Mask: 1<<r.set.Lanes - 1, DownOff: r.IntN(3),
	}
	order.A = r.block(r.a, m, k, order.ARow)
	if r.IntN(2) == 0 { // by columns
		order.ARow, order.ACol = 1, m+r.IntN(5)
		order.A = r.block(r.a, k, m, order.ACol)
	}
	order.ANext = rows * order.ARow
	order.B = r.block(r.b, k, n, order.BRow)
	order.Down = make([]int32, order.DownOff+m)
	step := 1 + r.IntN(2*n) // from place to place
	for i := range order.Down {
		order.Down[i] = int32(r.IntN(m)*step - 20)
	}
	places := order.Down[order.DownOff:]
	low, high := int(slices.Min(places)), int(slices.Max(places)-slices.Min(places))+n
	order.C, order.COff = r.block(r.c, 1, high, high), -low
	given, before := order, append([]T(nil), order.C...)
	r.set.Spread[vecs][rows](&order)
	want, size := make([]float64, high), make([]float64, high)
	for i, x := range before {
		want[i], size[i] = float64(x), math.Abs(float64(x))
	}
	for i, d := range given.Down[given.DownOff:] {
		for j := range n {
			at := int(d) - low + j
			for l := range k {
				x := float64(given.A[i*given.ARow+l*given.ACol]) * float64(given.B[l*given.BRow+j])
				want[at], size[at] = want[at]+x, size[at]+math.Abs(x)
			}
		}
	}
	for at, got := range given.C {
		if d := math.Abs(float64(got) - want[at]); !(d <= float64(k*m+8)*eps[T]()*size[at]) {
			return fmt.Errorf("spread %dx%d, sum %d, %d times, element %d is %v, want %v", rows, vecs, k, reps, at, got, want[at])
		}
	}
	return nil
}
