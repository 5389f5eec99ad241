package sets

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/gradgen/gradgen/runtime/internal/guard"
	"github.com/gradgen/gradgen/runtime/internal/kernel"
)

// rig is memory for the operands of a kernel, each between guard pages of its
// own.
type rig[T float32 | float64] struct {
	*rand.Rand
	set           *kernel.Set[T]
	a, b, c, s, g *guard.Memory[T]
}

func newRig[T float32 | float64](set *kernel.Set[T]) *rig[T] {
	const size = 1 << 15
	return &rig[T]{
		rand.New(rand.NewPCG(7, 7)), set,
		guard.New[T](size), guard.New[T](size), guard.New[T](size), guard.New[T](size), guard.New[T](size),
	}
}

// block returns a matrix whose rows are row apart, at the end of m or its
// beginning, at any alignment. What lies between its rows is NaN, which would
// spread from any place that a kernel should not read.
func (r *rig[T]) block(m *guard.Memory[T], rows, cols, row int) []T {
	n := 0
	if rows > 0 && cols > 0 {
		n = (rows-1)*row + cols
	}
	s, skip := m.Tail(n, 0), r.IntN(16)
	switch r.IntN(4) {
	case 0:
		s = m.Tail(n, skip)
	case 1:
		s = m.Head(n, skip)
	}
	for i := range s {
		s[i] = T(math.NaN())
		if i%row < cols {
			s[i] = T(2*r.Float64() - 1)
		}
	}
	return s
}

// eps is half the distance from 1 to the next number.
func eps[T float32 | float64]() float64 {
	if T(1)+T(1e-12) == 1 {
		return 1.0 / (1 << 24)
	}
	return 1.0 / (1 << 53)
}

// forSets runs a test on every set of kernels.
func forSets(t *testing.T, f32 func(*kernel.Set[float32]) error, f64 func(*kernel.Set[float64]) error) {
	for _, s := range For[float32]() {
		t.Run(s.Name+"/f32", func(t *testing.T) {
			if err := f32(s); err != nil {
				t.Error(err)
			}
		})
	}
	for _, s := range For[float64]() {
		t.Run(s.Name+"/f64", func(t *testing.T) {
			if err := f64(s); err != nil {
				t.Error(err)
			}
		})
	}
}

// Every tile of every set, with every tail, at lengths of the sum from 0 to 33
// and beyond, all alignments and all combinations of steps.
func TestTiles(t *testing.T) { forSets(t, allTiles[float32], allTiles[float64]) }

func allTiles[T float32 | float64](s *kernel.Set[T]) error {
	r, flags := newRig(s), uint64(0)
	for vecs := range s.Tile {
		for rows := 1; rows <= s.Rows(vecs); rows++ {
			for tail := 1; tail <= s.Lanes; tail++ {
				for k := range 34 {
					flags = (flags + 1) % 128
					if err := r.tile(vecs, rows, tail, k, flags); err != nil {
						return err
					}
				}
				if err := r.tile(vecs, rows, tail, 200, 0); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// tile runs one order and compares it to its definition.
func (r *rig[T]) tile(vecs, rows, tail, k int, flags uint64) error {
	reps := 1 + r.IntN(2)
	n, m := (vecs-1)*r.set.Lanes+tail, rows*reps
	gap := func() int { return r.IntN(5) }
	order := kernel.Tile[T]{
		ARow: k + gap(), ACol: 1, BRow: n + gap(), CRow: n + gap(), SRow: n + gap(), GRow: n + gap(),
		K: k, Reps: reps, Tail: tail, Mask: 1<<tail - 1, Flags: flags, Factor: T(r.Float64()),
		Row: random[T](r.Rand, m), Col: random[T](r.Rand, n),
	}
	order.ARow, order.BRow = max(order.ARow, 1), max(order.BRow, 1)
	order.A = r.block(r.a, m, k, order.ARow)
	order.ANext = rows * order.ARow
	switch r.IntN(4) {
	case 0: // by columns
		order.ARow, order.ACol = 1, m+gap()
		order.ANext = rows
		order.A = r.block(r.a, k, m, order.ACol)
	case 1: // every third of a row
		order.ARow, order.ACol = 3*k+2+gap(), 3
		order.ANext = rows * order.ARow
		order.A = r.block(r.a, m, 3*k, order.ARow)
	case 2: // packed, as the right operand
		order.ARow, order.ACol, order.ANext = 1, rows, rows*k
		order.A = r.block(r.a, 1, m*k, max(m*k, 1))
		order.BRow = vecs * r.set.Lanes
	}
	order.AheadA = kernel.Ahead[T]{Data: order.A, Step: gap(), Next: gap()}
	order.AheadB = kernel.Ahead[T]{Data: order.A, Step: -gap(), Next: gap()}
	order.B = r.block(r.b, k, n, order.BRow)
	order.C = r.block(r.c, m, n, order.CRow)
	order.S = r.block(r.s, m, n, order.SRow)
	order.G = r.block(r.g, m, n, order.GRow)
	for i := range 3 { // zeros, and NaN where it may be
		if at := r.IntN(len(order.G)); at%order.GRow < n {
			order.G[at] = []T{0, T(math.Copysign(0, -1)), T(math.NaN())}[i]
		}
	}
	given, before := order, append([]T(nil), order.C...)
	r.set.Tile[vecs][rows](&order)
	about := fmt.Sprintf("tile %dx%d, tail %d, sum %d, flags %07b, %d times", rows, vecs, tail, k, flags, reps)
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
			return fmt.Errorf("%s: element (%d, %d) is %v, want %v: off by %.2g, terms sum to %.2g", about, i, j, got, want, d, size)
		}
	}
	return nil
}

// element is element (i, j) of what tiles of so many rows are ordered to
// compute, and the sum of the absolute terms that its error is measured by.
func element[T float32 | float64](t *kernel.Tile[T], rows, i, j int, old float64) (v, size float64) {
	add := func(x float64) { v, size = v+x, size+math.Abs(x) }
	for k := range t.K {
		add(float64(t.A[i/rows*t.ANext+i%rows*t.ARow+k*t.ACol]) * float64(t.B[k*t.BRow+j]))
	}
	if t.Flags&kernel.AddSums != 0 {
		add(float64(t.S[i*t.SRow+j]))
	}
	if t.Flags&kernel.Scale != 0 {
		v, size = v*float64(t.Factor), size*math.Abs(float64(t.Factor))
	}
	if t.Flags&kernel.AddRow != 0 {
		add(float64(t.Row[i]))
	}
	if t.Flags&kernel.AddCol != 0 {
		add(float64(t.Col[j]))
	}
	if t.Flags&kernel.Relu != 0 {
		v = max(v, 0)
	}
	if t.Flags&kernel.Gate != 0 {
		switch g := float64(t.G[i*t.GRow+j]); {
		case g <= 0:
			v, size = 0, 0
		case g != g:
			v = g
		}
	}
	if t.Flags&kernel.Accumulate != 0 {
		add(old)
	}
	return v, size
}

func random[T float32 | float64](r *rand.Rand, n int) []T {
	s := make([]T, n)
	for i := range s {
		s[i] = T(2*r.Float64() - 1)
	}
	return s
}

// A check that never fails proves nothing: kernels with one fault each, which
// the check must find.
func TestTilesFindFaults(t *testing.T) {
	for name, fault := range map[string]func(*kernel.Tile[float32]){
		"a term is left out":       func(t *kernel.Tile[float32]) { t.K-- },
		"a lane is left out":       func(t *kernel.Tile[float32]) { t.Tail--; t.Mask >>= 1 },
		"steps are left out":       func(t *kernel.Tile[float32]) { t.Flags &^= kernel.AddRow },
		"a repetition is left out": func(t *kernel.Tile[float32]) { t.Reps = 1 },
		"the wrong row of biases":  func(t *kernel.Tile[float32]) { t.RowOff++; t.Row = append(t.Row, 0) },
	} {
		for _, s := range For[float32]() {
			right := s.Tile[1][2]
			s.Tile[1][2] = func(t *kernel.Tile[float32]) {
				if t.K > 0 && t.Tail > 1 {
					fault(t)
				}
				right(t)
			}
			r, found := newRig(s), false
			for range 20 {
				found = found || r.tile(1, 2, 3, 5, kernel.AddRow) != nil
			}
			if !found {
				t.Errorf("%s: %s: not found", s.Name, name)
			}
		}
	}
}

// Relu and Gate at the points where their values are a matter of convention.
func TestSpecialValues(t *testing.T) {
	forSets(t, special[float32], special[float64])
}

func special[T float32 | float64](s *kernel.Set[T]) error {
	nan, inf := T(math.NaN()), T(math.Inf(1))
	tiny := T(math.Float32frombits(1))
	for _, test := range []struct {
		flags     uint64
		sum, gate T
		want      T
	}{
		{kernel.Relu, T(math.Copysign(0, -1)), 0, 0},
		{kernel.Relu, nan, 0, nan},
		{kernel.Relu, -inf, 0, 0},
		{kernel.Relu, inf, 0, inf},
		{kernel.Relu, tiny, 0, tiny},
		{kernel.Gate, 3, tiny, 3},
		{kernel.Gate, 3, 0, 0},
		{kernel.Gate, inf, T(math.Copysign(0, -1)), 0},
		{kernel.Gate, nan, 0, 0},
		{kernel.Gate, nan, -1, 0},
		{kernel.Gate, 3, nan, nan},
		{kernel.Gate, nan, 1, nan},
		{kernel.Gate, 3, inf, 3},
	} {
		for tail := 1; tail <= s.Lanes; tail++ {
			fill := func(v T) []T {
				s := make([]T, tail)
				for i := range s {
					s[i] = v
				}
				return s
			}
			order := &kernel.Tile[T]{S: fill(test.sum), G: fill(test.gate), C: make([]T, tail), Reps: 1,
				Tail: tail, Mask: 1<<tail - 1, Flags: kernel.AddSums | test.flags}
			s.Tile[1][1](order)
			for _, got := range order.C {
				same := got == test.want && math.Signbit(float64(got)) == math.Signbit(float64(test.want))
				if !same && !(got != got && test.want != test.want) {
					return fmt.Errorf("flags %b of %v, gate %v: %v, want %v", test.flags, test.sum, test.gate, got, test.want)
				}
			}
		}
	}
	return nil
}
