package sets

import (
	"fmt"
	"math"
	"testing"

	"github.com/gradgen/gradgen/runtime/internal/kernel"
)

// Every block of dot products, of 1 to 100 terms.
func TestDots(t *testing.T) { forSets(t, allDots[float32], allDots[float64]) }

func allDots[T float32 | float64](s *kernel.Set[T]) error {
	r := newRig(s)
	for rows := range s.Dot {
		for cols := range s.Dot[rows] {
			if s.Dot[rows][cols] == nil {
				continue
			}
			for range 3 {
				for k := 1; k <= 100; k++ {
					if err := r.dot(rows, cols, k); err != nil {
						return err
					}
				}
			}
		}
	}
	return nil
}

func (r *rig[T]) dot(rows, cols, k int) error {
	reps := 1 + r.IntN(2)
	n := cols * reps
	order := kernel.Dot[T]{
		ARow: max(1, k+r.IntN(4)), BRow: max(1, k+r.IntN(4)), SRow: n + r.IntN(4),
		Steps: k / r.set.Lanes, Tail: k % r.set.Lanes, Mask: 1<<(k%r.set.Lanes) - 1, Reps: reps,
	}
	order.A = r.block(r.a, rows, k, order.ARow)
	order.B = r.block(r.b, n, k, order.BRow)
	order.S = r.block(r.s, rows, n, order.SRow)
	given := order
	r.set.Dot[rows][cols](&order)
	for at, got := range given.S {
		i, j := at/given.SRow, at%given.SRow
		if j >= n {
			if got == got {
				return fmt.Errorf("dot %dx%d of %d: wrote between rows", rows, cols, k)
			}
			continue
		}
		want, size := 0.0, 0.0
		for l := range k {
			x := float64(given.A[i*given.ARow+l]) * float64(given.B[j*given.BRow+l])
			want, size = want+x, size+math.Abs(x)
		}
		if d := math.Abs(float64(got) - want); !(d <= float64(k)*eps[T]()*size) {
			return fmt.Errorf("dot %dx%d of %d: element (%d, %d) is %v, want %v", rows, cols, k, i, j, got, want)
		}
	}
	return nil
}

// Transpositions of all sizes, whatever the alignment.
func TestTranspose(t *testing.T) { forSets(t, allMoves[float32], allMoves[float64]) }

func allMoves[T float32 | float64](s *kernel.Set[T]) error {
	r := newRig(s)
	for rows := 1; rows <= s.Lanes; rows++ {
		for cols := 1; cols <= 70; cols++ {
			order := kernel.Move[T]{
				FromRow: max(1, cols+r.IntN(4)), ToRow: rows + r.IntN(4), Rows: rows, Cols: cols,
				RowMask: 1<<rows - 1, ColMask: 1<<(cols%s.Lanes) - 1,
			}
			order.From = r.block(r.a, rows, cols, order.FromRow)
			order.To = r.block(r.c, cols, rows, order.ToRow)
			s.Transpose(&order)
			for at, got := range order.To {
				j, i := at/order.ToRow, at%order.ToRow
				if i >= rows {
					if got == got {
						return fmt.Errorf("%d by %d: wrote between rows", rows, cols)
					}
				} else if want := order.From[i*order.FromRow+j]; got != want {
					return fmt.Errorf("%d by %d: element (%d, %d) is %v, want %v", rows, cols, j, i, got, want)
				}
			}
		}
	}
	return nil
}
