package sets

import (
	"fmt"
	"math"
	"testing"

	"github.com/gradgen/gradgen/runtime/internal/kernel"
)

// Every patch of every set, with vectors of all lengths, none among them, and
// whole ones, and all combinations of steps.
func TestPatches(t *testing.T) { forSets(t, allPatches[float32], allPatches[float64]) }

func allPatches[T float32 | float64](s *kernel.Set[T]) error {
	r, flags := newRig(s), uint64(0)
	for vecs := range s.Patch {
		for rows := 1; rows <= s.PatchRows(vecs); rows++ {
			for range 4 * s.Lanes {
				for k := range 20 {
					flags = (flags + 1) % 128
					if err := r.patch(vecs, rows, k, flags); err != nil {
						return err
					}
				}
			}
		}
	}
	return nil
}

// patch runs one order and compares it to a tile of the same elements side by
// side, by definition.
func (r *rig[T]) patch(vecs, rows, k int, flags uint64) error {
	reps := 1 + r.IntN(2)
	m, n := rows*reps, 0
	var vectors [kernel.MaxPatch]kernel.Vector
	var across []int
	whole := r.IntN(3) == 0
	for v := range vecs {
		run := r.IntN(r.set.Lanes + 1)
		if whole {
			run = r.set.Lanes
		}
		vectors[v] = kernel.Vector{B: r.IntN(100), C: n, Mask: 1<<run - 1}
		for l := range run {
			across = append(across, vectors[v].B+l)
		}
		n += run
	}
	gap := func() int { return r.IntN(5) }
	order := kernel.Tile[T]{
		ARow: k + 1 + gap(), ACol: 1, CRow: n + 1 + gap(), SRow: n + 1 + gap(), GRow: n + 1 + gap(),
		K: k, Reps: reps, Flags: flags, Factor: T(r.Float64()), Row: random[T](r.Rand, m), Col: random[T](r.Rand, n),
		Vectors: vectors, DownOff: r.IntN(3),
	}
	if whole {
		order.Tail = r.set.Lanes
	}
	order.Down = make([]int32, order.DownOff+k)
	for i := range order.Down {
		order.Down[i] = int32(r.IntN(200) - 50)
	}
	down := order.Down[order.DownOff:]
	order.A = r.block(r.a, m, k, order.ARow)
	order.ANext = rows * order.ARow
	order.C = r.block(r.c, m, n, order.CRow)
	order.S = r.block(r.s, m, n, order.SRow)
	order.G = r.block(r.g, m, n, order.GRow)
	low, high := 0, -1 // what elements of B there are, from BOff on
	for i, d := range down {
		for j, at := range across {
			if at += int(d); i+j == 0 {
				low, high = at, at
			} else {
				low, high = min(low, at), max(high, at)
			}
		}
	}
	order.B, order.BOff = r.b.Tail(high-low+1, 0), -low
	if r.IntN(2) == 0 {
		order.B = r.b.Head(high-low+1, 0)
	}
	for i := range order.B {
		order.B[i] = T(math.NaN())
	}
	for _, d := range down {
		for _, at := range across {
			order.B[order.BOff+int(d)+at] = T(2*r.Float64() - 1)
		}
	}
	given, before := order, append([]T(nil), order.C...)
	given.B, given.BRow = nil, n
	for _, d := range down {
		for _, at := range across {
			given.B = append(given.B, order.B[order.BOff+int(d)+at])
		}
	}
	r.set.Patch[vecs][rows](&order)
	about := fmt.Sprintf("patch %dx%d, sum %d, flags %07b, %d times, %v", rows, vecs, k, flags, reps, vectors)
	for at, got := range given.C {
		i, j := at/given.CRow, at%given.CRow
		if j >= n {
			if got == got {
				return fmt.Errorf("%s: wrote element %d between rows", about, at)
			}
			continue
		}
		want, size := element(&given, rows, i, j, float64(before[at]))
		if d := math.Abs(float64(got) - want); !(d <= float64(k+8)*eps[T]()*size) && !(got != got && want != want) {
			return fmt.Errorf("%s: element (%d, %d) is %v, want %v", about, i, j, got, want)
		}
	}
	return nil
}
