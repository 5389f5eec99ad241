package sets

import (
	"fmt"
	"math"
	"testing"

	"github.com/gradgen/gradgen/runtime/internal/kernel"
)

// Gathers of all widths from 1 to 130, in runs of all lengths, at any
// alignment.
func TestGather(t *testing.T) { forSets(t, allGathers[float32], allGathers[float64]) }

func allGathers[T float32 | float64](s *kernel.Set[T]) error {
	r := newRig(s)
	for cols := 1; cols <= 130; cols++ {
		for _, run := range []int{1, 2, 3, 4, 5, 7, 8, 10, 14, 16, 28, 100} {
			if err := r.gather(1+r.IntN(6), cols, run); err != nil {
				return err
			}
		}
	}
	return nil
}

// gather gathers runs of run elements at most. Elements that belong to none
// are NaN, and the first or the last run begins or ends where memory does.
func (r *rig[T]) gather(rows, cols, run int) error {
	about := fmt.Sprintf("%d by %d in runs of %d", rows, cols, run)
	across := make([]int32, 0, cols)
	for len(across) < cols {
		// Forwards, backwards, over each other, and steps that leave a gap the
		// next run's lanes fall into.
		at := r.IntN(3 * cols)
		if len(across) > 0 && r.IntN(3) == 0 {
			at = int(across[len(across)-1]) + 1 + r.IntN(3)
		}
		for i := range min(1+r.IntN(run), cols-len(across)) {
			across = append(across, int32(at+i))
		}
	}
	down := make([]int32, rows)
	for i := range down {
		down[i] = int32(r.IntN(500))
	}
	low, high := span(across)
	first, last := span(down)
	// Negative offsets in the tables, which an offset of the order makes up for.
	shift := int32(r.IntN(1000))
	for i := range across {
		across[i] -= shift
	}
	size := int(high+last-low-first) + 1
	from := r.a.Tail(size, 0)
	if r.IntN(2) == 0 {
		from = r.a.Head(size, 0)
	}
	for i := range from {
		from[i] = T(math.NaN())
	}
	g := kernel.Gather[T]{
		From: from, FromOff: int(shift - low - first), ToRow: cols + r.IntN(4), Rows: rows, Cols: cols,
		AcrossOff: r.IntN(3), DownOff: r.IntN(3),
	}
	g.Across = append(make([]int32, g.AcrossOff), across...)
	g.Down = append(make([]int32, g.DownOff), down...)
	for _, d := range down {
		for _, a := range across {
			from[g.FromOff+int(d)+int(a)] = T(r.Float64())
		}
	}
	g.To = r.block(r.c, rows, cols, g.ToRow)
	given := g
	r.set.Gather(&g)
	for at, got := range given.To {
		k, i := at/given.ToRow, at%given.ToRow
		if i >= cols {
			if got == got {
				return fmt.Errorf("%s: wrote between rows", about)
			}
		} else if want := from[given.FromOff+int(down[k])+int(across[i])]; got != want {
			return fmt.Errorf("%s: element (%d, %d) is %v, want %v", about, k, i, got, want)
		}
	}
	return nil
}

func span(s []int32) (low, high int32) {
	low, high = s[0], s[0]
	for _, v := range s {
		low, high = min(low, v), max(high, v)
	}
	return low, high
}
