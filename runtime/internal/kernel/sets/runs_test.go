package sets

import (
	"fmt"
	"math"
	"testing"

	"github.com/gradgen/gradgen/runtime/internal/kernel"
)

// Every block of dot products in runs of 1 to 40 elements.
func TestRuns(t *testing.T) { forSets(t, allRuns[float32], allRuns[float64]) }

func allRuns[T float32 | float64](s *kernel.Set[T]) error {
	r := newRig(s)
	for rows := range s.Runs {
		for cols := range s.Runs[rows] {
			if s.Runs[rows][cols] == nil {
				continue
			}
			for run := 1; run <= 40; run++ {
				for runs := 1; runs <= 5; runs++ {
					if err := r.runs(rows, cols, runs, run); err != nil {
						return err
					}
				}
			}
		}
	}
	return nil
}

// runs runs one order and compares it to the sums by definition.
func (r *rig[T]) runs(rows, cols, runs, run int) error {
	reps := 1 + r.IntN(2)
	n, k := cols*reps, runs*run
	order := kernel.Dot[T]{
		ARow: k + r.IntN(4), SRow: n + r.IntN(4), Runs: runs, Reps: reps,
		Steps: run / r.set.Lanes, Tail: run % r.set.Lanes, Mask: 1<<(run%r.set.Lanes) - 1,
		AcrossOff: r.IntN(3), DownOff: r.IntN(3),
	}
	order.Across = make([]int32, order.AcrossOff+n)
	order.Down = make([]int32, order.DownOff+runs)
	for i := range order.Across {
		order.Across[i] = int32(r.IntN(100) - 20)
	}
	for i := range order.Down {
		order.Down[i] = int32(r.IntN(200) - 50)
	}
	across, down := order.Across[order.AcrossOff:], order.Down[order.DownOff:]
	low, high := math.MaxInt, math.MinInt // what elements of B there are, from BOff on
	for _, d := range down {
		for _, c := range across {
			low, high = min(low, int(d+c)), max(high, int(d+c)+run-1)
		}
	}
	order.A = r.block(r.a, rows, k, order.ARow)
	order.S = r.block(r.s, rows, n, order.SRow)
	order.B, order.BOff = r.b.Tail(high-low+1, 0), -low
	if r.IntN(2) == 0 {
		order.B = r.b.Head(high-low+1, 0)
	}
	for i := range order.B {
		order.B[i] = T(math.NaN())
	}
	for _, d := range down {
		for _, c := range across {
			for l := range run {
				order.B[order.BOff+int(d+c)+l] = T(2*r.Float64() - 1)
			}
		}
	}
	given := order
	r.set.Runs[rows][cols](&order)
	about := fmt.Sprintf("runs %dx%d, %d of %d, %d times", rows, cols, runs, run, reps)
	for at, got := range given.S {
		i, j := at/given.SRow, at%given.SRow
		if j >= n {
			if got == got {
				return fmt.Errorf("%s: wrote between rows", about)
			}
			continue
		}
		want, size := 0.0, 0.0
		for l := range k {
			x := float64(given.A[i*given.ARow+l]) * float64(given.B[given.BOff+int(down[l/run]+across[j])+l%run])
			want, size = want+x, size+math.Abs(x)
		}
		if d := math.Abs(float64(got) - want); !(d <= float64(k)*eps[T]()*size) {
			return fmt.Errorf("%s: element (%d, %d) is %v, want %v", about, i, j, got, want)
		}
	}
	return nil
}
