package contract

import (
	"slices"
	"testing"

	"github.com/gradgen/gradgen/runtime"
	"github.com/gradgen/gradgen/runtime/internal/guard"
	"github.com/gradgen/gradgen/runtime/internal/kernel"
)

// Rows that are computed apart from others are, bit for bit, those of the whole.
func TestPart(t *testing.T) { forSets(t, partsOf[float32], partsOf[float64]) }

func partsOf[T Float](t *testing.T, set *kernel.Set[T]) {
	r := newRig[T](1 << 18)
	differ := 0
	for i := range 400 {
		m, n, k := 1+r.IntN(60), 1+r.IntN(200), 1+r.IntN(300)
		if i%2 > 0 { // sums of several blocks, and a last part of one row
			m, n, k = 1+PartRows*r.IntN(4), 1+r.IntN(40), 1+r.IntN(1200)
		}
		p := r.product(1, m, n, k, Steps(r.IntN(64))<<1)
		if p.Then&AddRow != 0 {
			p.Then &^= AddCol
		}
		layout := func(o *Operand[T], in *guard.Memory[T], rows, cols int) {
			*o = operand(r.Rand, in, []int{byRows, byCols, gaps}[r.IntN(3)], 1, rows, cols)
		}
		layout(&p.A, r.a, m, k)
		layout(&p.B, r.b, k, n)
		layout(&p.C, r.c, m, n)
		layout(&p.Gate, r.g, m, n)
		if r.IntN(2) == 0 { // as PyTorch stores weights
			p.A, p.B = operand(r.Rand, r.a, byRows, 1, m, k), operand(r.Rand, r.b, byCols, 1, k, n)
		}
		e := r.engine(set, m, n, k)
		clear(p.C.Data)
		e.Run(p)
		want := slices.Clone(p.C.Data)
		size := PartRows * (1 + r.IntN(4))
		run := func(of int) {
			clear(p.C.Data)
			for i := 0; i < m; i += size {
				q := p
				q.Of, q.M = of, min(size, m-i)
				q.A.Off, q.C.Off, q.Gate.Off = p.A.Off+i*p.A.Row, p.C.Off+i*p.C.Row, p.Gate.Off+i*p.Gate.Row
				q.Row = p.Row[i:][:q.M]
				e.Run(q)
			}
		}
		run(m)
		if !slices.Equal(p.C.Data, want) {
			t.Fatalf("%d×%d×%d then %b: %d rows at a time differ from the whole", m, n, k, p.Then, size)
		}
		if run(0); !slices.Equal(p.C.Data, want) {
			differ++
		}
	}
	if differ == 0 {
		t.Errorf("no part would differ if it were a product of its own")
	}
}

// Workers that compute products of their own, each with its engine, give what one gives,
// keep operands for themselves, and allocate nothing.
func TestWorkersApart(t *testing.T) {
	p := recurrent()
	e := NewEngine(nil, make([]float32, Space(p.M, p.N, p.K)))
	e.Reserve(KeptSpace(p.N, p.K))
	x := &stepsOfRows{e: e, p: p, size: 4}
	x.run(nil)
	want := slices.Clone(p.C.Data)
	for _, workers := range []int{1, 2, 3, 8} {
		pool := runtime.NewPool(workers)
		e.SetPool(pool)
		for range 3 {
			clear(p.C.Data)
			e.Forget(1)
			if n := testing.AllocsPerRun(1, func() { x.run(pool) }); n != 0 {
				t.Errorf("%d workers: %v allocations", workers, n)
			}
			if !slices.Equal(p.C.Data, want) {
				t.Errorf("%d workers differ from one", workers)
			}
		}
		// What was forgotten is packed again by every one of them.
		p.B.Data[0]++
		e.Forget(1)
		x.run(pool)
		if slices.Equal(p.C.Data, want) {
			t.Errorf("%d workers read what was forgotten", workers)
		}
		p.B.Data[0]--
		pool.Close()
	}
}

// stepsOfRows computes a product a few rows at a time.
type stepsOfRows struct {
	e    *Engine[float32]
	p    Product[float32]
	size int
}

func (s *stepsOfRows) run(pool *runtime.Pool) {
	if pool == nil {
		pool = runtime.NewPool(1)
	}
	pool.Run(s, s.p.M/s.size)
}

func (s *stepsOfRows) Task(worker, id int) {
	p := s.p
	p.M = s.size
	p.A.Off, p.C.Off = id*s.size*p.A.Row, id*s.size*p.C.Row
	s.e.Worker(worker).Run(p)
}
