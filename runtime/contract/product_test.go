package contract

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/gradgen/gradgen/runtime/internal/guard"
	"github.com/gradgen/gradgen/runtime/internal/kernel"
	"github.com/gradgen/gradgen/runtime/internal/kernel/sets"
)

// element is element (m, n) of matrix b of p, or of their sum, which was old, in
// f64; and the sum of the absolute terms, by which its error is measured.
func (p *Product[T]) element(b, m, n int, old float64) (v, size float64) {
	add := func(x float64) { v, size = v+x, size+math.Abs(x) }
	first, last := b, b
	if p.Sum {
		first, last = 0, p.Batch-1
	}
	for b := first; b <= last; b++ {
		for k := range p.K {
			add(float64(p.A.Data[p.A.at(b, m, k)]) * float64(p.B.Data[p.B.at(b, k, n)]))
		}
	}
	if p.Then&Scale != 0 {
		v, size = v*float64(p.Factor), size*math.Abs(float64(p.Factor))
	}
	if p.Then&AddRow != 0 {
		add(float64(p.Row[m]))
	}
	if p.Then&AddCol != 0 {
		add(float64(p.Col[n]))
	}
	if p.Then&Relu != 0 {
		v = max(v, 0)
	}
	if p.Then&Gate != 0 {
		if p.Gate.Data[p.Gate.at(b, m, n)] <= 0 {
			v, size = 0, 0
		}
	}
	if p.Then&Accumulate != 0 {
		add(old)
	}
	return v, size
}

func (o *Operand[T]) at(b, i, j int) int { return o.batch(b) + o.row(i) + o.col(j) }

func eps[T Float]() float64 {
	if T(1)+T(1e-12) == 1 {
		return 1.0 / (1 << 24)
	}
	return 1.0 / (1 << 53)
}

// try runs p and compares C to its definition: within (K+8)·eps of the sum of
// the absolute terms, and exactly what it was where C has no element.
func try[T Float](e *Engine[T], p Product[T]) error {
	if p.Overlap {
		return tryOverlap(e, p)
	}
	before := append([]T(nil), p.C.Data...)
	e.Run(p)
	named := make([]bool, len(before))
	// Of a large product, a part of the elements in no order of its tiles.
	every := 1 + max(p.Batch, 1)*p.M*p.N*p.K/(1<<19)
	skip := p.M % every
	terms, matrices := p.K, max(p.Batch, 1)
	if p.Sum {
		terms, matrices = p.K*matrices, 1
	}
	for b := range matrices {
		for m := range p.M {
			for n := range p.N {
				at := p.C.at(b, m, n)
				named[at] = true
				if at%every != skip || !p.C.Band.has(m, n) {
					continue
				}
				want, size := p.element(b, m, n, float64(before[at]))
				got := float64(p.C.Data[at])
				if d := math.Abs(got - want); !(d <= float64(terms+8)*eps[T]()*size) {
					return fmt.Errorf("element (%d, %d, %d) is %v, want %v: off by %.2g, terms sum to %.2g", b, m, n, got, want, d, size)
				}
			}
		}
	}
	for at, ok := range named {
		if same := p.C.Data[at] == before[at] || before[at] != before[at] && p.C.Data[at] != p.C.Data[at]; !ok && !same {
			return fmt.Errorf("element %d of C's slice was written: %v, was %v", at, p.C.Data[at], before[at])
		}
	}
	return nil
}

// layouts are the ways in which an array may lie.
const (
	byRows = iota
	byCols
	gaps
	byTables
	layouts
)

// operand makes a random operand. Elements between its own are NaN, and it
// ends, or begins, where the memory does.
func operand[T Float](r *rand.Rand, m *guard.Memory[T], layout, batch, rows, cols int) Operand[T] {
	o, gap := Operand[T]{}, r.IntN(4)
	switch layout {
	case byRows:
		o.Row, o.Col, o.Step = cols+gap, 1, rows*(cols+gap)
	case byCols:
		o.Row, o.Col, o.Step = 1, rows+gap, cols*(rows+gap)
	case gaps:
		o.Row, o.Col, o.Step = 2*cols+gap, 2, rows*(2*cols+gap)
	case byTables: // rows backwards, columns with a gap
		row, col, step := make([]int32, rows), make([]int32, cols), make([]int32, batch)
		for i := range row {
			row[i] = int32((rows - 1 - i) * (cols + gap))
		}
		for i := range col {
			col[i] = int32(i)
			if i > cols/2 {
				col[i] += int32(gap)
			}
		}
		for i := range step {
			step[i] = int32(i * rows * (cols + gap))
		}
		o.Rows, o.Cols, o.Steps = NewTable(row), NewTable(col), NewTable(step)
	}
	size := 0
	for b := range batch {
		for i := range rows {
			for j := range cols {
				size = max(size, o.at(b, i, j)+1)
			}
		}
	}
	o.Data = m.Tail(size, 0)
	if r.IntN(2) == 0 {
		o.Data = m.Head(size, r.IntN(4))
	}
	for i := range o.Data {
		o.Data[i] = T(math.NaN())
	}
	for b := range batch {
		for i := range rows {
			for j := range cols {
				o.Data[o.at(b, i, j)] = T(2*r.Float64() - 1)
			}
		}
	}
	return o
}

func random[T Float](r *rand.Rand, n int) []T {
	s := make([]T, n)
	for i := range s {
		s[i] = T(2*r.Float64() - 1)
	}
	return s
}

// rig makes random products on guarded memory.
type rig[T Float] struct {
	*rand.Rand
	a, b, c, g, space *guard.Memory[T]
}

func newRig[T Float](size int) *rig[T] {
	return &rig[T]{rand.New(rand.NewPCG(3, 5)),
		guard.New[T](size), guard.New[T](size), guard.New[T](size), guard.New[T](size), guard.New[T](1 << 19)}
}

func (r *rig[T]) product(batch, m, n, k int, then Steps) Product[T] {
	return Product[T]{Batch: batch, M: m, N: n, K: k,
		A: operand(r.Rand, r.a, r.IntN(layouts), batch, m, k), B: operand(r.Rand, r.b, r.IntN(layouts), batch, k, n),
		C: operand(r.Rand, r.c, r.IntN(layouts), batch, m, n), Gate: operand(r.Rand, r.g, r.IntN(layouts), batch, m, n),
		Row: random[T](r.Rand, m), Col: random[T](r.Rand, n), Factor: T(r.Float64()), Then: then}
}

// engine has just the memory that products of such sizes are promised to need,
// filled with NaN.
func (r *rig[T]) engine(set *kernel.Set[T], m, n, k int) *Engine[T] {
	space := r.space.Tail(Space(m, n, k), 0)
	for i := range space {
		space[i] = T(math.NaN())
	}
	return newEngine(set, nil, space)
}

func forSets(t *testing.T, f32 func(*testing.T, *kernel.Set[float32]), f64 func(*testing.T, *kernel.Set[float64])) {
	for _, s := range sets.For[float32]() {
		t.Run(s.Name+"/f32", func(t *testing.T) { f32(t, s) })
	}
	for _, s := range sets.For[float64]() {
		t.Run(s.Name+"/f64", func(t *testing.T) { f64(t, s) })
	}
}

// All sizes from 0 to 33, in all layouts and with all combinations of steps in
// turn.
func TestSmallSizes(t *testing.T) { forSets(t, smallSizes[float32], smallSizes[float64]) }

func smallSizes[T Float](t *testing.T, set *kernel.Set[T]) {
	const step = 3 // the sets of kernels take turns at the rest
	r := newRig[T](1 << 13)
	for m := range 34 {
		for n := range 34 {
			for k := (m + n + set.Lanes) % step; k < 34; k += step {
				p := r.product(1, m, n, k, Steps(r.IntN(64))<<1)
				if err := try(r.engine(set, m, n, k), p); err != nil {
					t.Fatalf("%d×%d×%d then %b: %v", m, n, k, p.Then, err)
				}
			}
		}
	}
}

// Sizes at which operands are packed, sums cut into blocks, results into tasks.
func TestLargeSizes(t *testing.T) { forSets(t, largeSizes[float32], largeSizes[float64]) }

func largeSizes[T Float](t *testing.T, set *kernel.Set[T]) {
	r := newRig[T](1 << 20)
	for range 60 {
		batch, m, n, k := 1+r.IntN(3), 1+r.IntN(80), 1+r.IntN(150), 1+r.IntN(100)
		switch r.IntN(6) {
		case 0:
			m += 300
		case 1:
			n += 500
		case 2:
			k += 600
		case 3:
			m, n, k, batch = 1+r.IntN(12), 1+r.IntN(12), 2500+r.IntN(3000), 1
		case 4:
			m, n, k = 1, n*3, k*5
		case 5:
			m, n, k, batch = 130+r.IntN(300), 130+r.IntN(200), 250+r.IntN(300), 1
		}
		p := r.product(batch, m, n, k, Steps(r.IntN(64))<<1)
		if err := try(r.engine(set, m, n, k), p); err != nil {
			t.Fatalf("%d×%d×%d×%d then %b: %v", batch, m, n, k, p.Then, err)
		}
	}
}

// A check that never fails proves nothing.
func TestFaultsAreFound(t *testing.T) {
	for name, change := range map[string]func(*Product[float32]){
		"a term is left out":     func(p *Product[float32]) { p.K-- },
		"a row is left out":      func(p *Product[float32]) { p.M-- },
		"a column is left out":   func(p *Product[float32]) { p.N-- },
		"a step is left out":     func(p *Product[float32]) { p.Then &^= AddCol },
		"operands are exchanged": func(p *Product[float32]) { p.A, p.B = p.B, p.A },
	} {
		r := newRig[float32](1 << 12)
		e := r.engine(sets.For[float32]()[0], 9, 9, 9)
		p := r.product(1, 9, 9, 9, AddCol)
		wrong := p
		change(&wrong)
		before := append([]float32(nil), p.C.Data...)
		e.Run(wrong)
		after := append([]float32(nil), p.C.Data...)
		copy(p.C.Data, before)
		if err := try(e, p); err != nil {
			t.Fatal(err)
		}
		same := true
		for i, v := range p.C.Data {
			same = same && (v == after[i] || v != v && after[i] != after[i])
		}
		if same {
			t.Errorf("%s: not found", name)
		}
	}
}
