package contract

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/gradgen/gradgen/runtime"
	"github.com/gradgen/gradgen/runtime/internal/guard"
	"github.com/gradgen/gradgen/runtime/internal/kernel"
	"github.com/gradgen/gradgen/runtime/internal/kernel/sets"
)

// Operands that stay packed give what the product is, for all products that they stay
// packed for, in just the memory that they are promised to need.
func TestKept(t *testing.T) { forSets(t, keptSizes[float32], keptSizes[float64]) }

func keptSizes[T Float](t *testing.T, set *kernel.Set[T]) {
	r := newRig[T](1 << 20)
	left, right := guard.New[T](1<<19), guard.New[T](1<<19)
	packed := 0
	for range 60 {
		batch, m, n, k := 1+r.IntN(2)*r.IntN(3), 1+r.IntN(60), 1+r.IntN(200), 1+r.IntN(150)
		switch r.IntN(5) {
		case 0:
			m += 250
		case 1:
			n += 600
		case 2:
			k += 700
		}
		p := r.product(batch, m, n, k, Steps(r.IntN(64))<<1)
		p.A.Kept, p.B.Kept = 1, 2
		if r.IntN(2) == 0 { // what all matrices of a batch share is kept, too
			p.B.Step, p.B.Steps = 0, nil
		}
		if r.IntN(4) == 0 {
			p.B.Band = r.band(k, n)
			p.B.clear(batch, k, n)
		}
		if r.IntN(4) == 0 {
			p.Sum = true
			p.Then &= Scale | Accumulate
		}
		e := r.engine(set, m, n, k)
		e.Reserve(0, 0)
		e.kept[0].memory, e.kept[1].memory = left.Tail(KeptSpace(m, k), 0), right.Tail(KeptSpace(n, k), 0)
		for range 3 {
			if err := try(e, p); err != nil {
				t.Fatalf("%d×%d×%d×%d then %b: %v", batch, m, n, k, p.Then, err)
			}
		}
		if j := &e.job; j.rightKept() || j.leftKept() {
			packed++
		}
	}
	if packed < 10 {
		t.Errorf("only %d of the products kept an operand", packed)
	}
}

// recurrent is the product of a step: 16 rows of a state by weights as PyTorch stores
// them.
func recurrent() Product[float32] {
	r := rand.New(rand.NewPCG(2, 9))
	const m, n, k = 16, 192, 64
	return Product[float32]{M: m, N: n, K: k, A: Matrix(random[float32](r, m*k), k, 1),
		B: Operand[float32]{Data: random[float32](r, n*k), Row: 1, Col: k, Kept: 1},
		C: Matrix(make([]float32, m*n), n, 1)}
}

// An operand is packed by the first product, and read where it is packed from then on,
// until it is forgotten.
func TestKeptUntilForgotten(t *testing.T) {
	for _, set := range sets.For[float32]() {
		p := recurrent()
		e := newEngine(set, nil, make([]float32, Space(p.M, p.N, p.K)))
		e.Reserve(KeptSpace(p.N, p.K))
		run := func() []float32 { e.Run(p); return slices.Clone(p.C.Data) }
		before := run()
		if set.Packed && !e.job.rightKept() {
			continue // plain Go reads weights along the sum, where they lie
		}
		clear(p.B.Data)
		if !slices.Equal(run(), before) {
			t.Errorf("%s: the operand was packed again", set.Name)
		}
		e.Forget(p.B.Kept)
		if slices.Equal(run(), before) {
			t.Errorf("%s: what was forgotten is read", set.Name)
		}
	}
}

// Several operands are kept beside each other.
func TestKeptInTurn(t *testing.T) {
	list, sizes := make([]Product[float32], 10), make([]int, 10)
	e := NewEngine(nil, make([]float32, Space(16, 192, 64)))
	for i := range list {
		list[i] = recurrent()
		list[i].B.Data, list[i].B.Kept = random[float32](rand.New(rand.NewPCG(3, uint64(i))), len(list[i].B.Data)), i+1
		sizes[i] = KeptSpace(list[i].N, list[i].K)
	}
	e.Reserve(sizes...)
	for range 3 {
		for i, p := range list {
			if err := try(e, p); err != nil {
				t.Fatalf("product %d: %v", i, err)
			}
		}
	}
}

// Workers read what one of them packed, also where they cut the product in another way.
func TestKeptByWorkers(t *testing.T) {
	list := parallel[float32](rand.New(rand.NewPCG(1, 1)))
	for i, p := range list {
		p.A.Kept, p.B.Kept = 1, 2
		was := slices.Clone(p.C.Data)
		e := NewEngine(nil, make([]float32, spaceFor(list)))
		e.Reserve(KeptSpace(p.M, p.K), KeptSpace(p.N, p.K))
		var want []float32
		for _, workers := range []int{1, 3, 2, 8} {
			pool := runtime.NewPool(workers)
			e.SetPool(pool)
			for range 2 {
				copy(p.C.Data, was)
				if n := testing.AllocsPerRun(1, func() { copy(p.C.Data, was); e.Run(p) }); n != 0 {
					t.Errorf("product %d, %d workers: %v allocations", i, workers, n)
				}
				if want == nil {
					want = slices.Clone(p.C.Data)
				} else if !slices.Equal(p.C.Data, want) {
					t.Errorf("product %d: %d workers differ from one", i, workers)
				}
			}
			pool.Close()
		}
		e.SetPool(nil)
	}
}

func TestKeptSpaceIsChecked(t *testing.T) {
	const m, n, k = 64, 512, 64 // so large that all kernels want the right operand packed
	p := Product[float32]{M: m, N: n, K: k, A: Matrix(make([]float32, m*k), k, 1), B: Matrix(make([]float32, k*n), n, 1), C: Matrix(make([]float32, m*n), n, 1)}
	for _, set := range sets.For[float32]() {
		for _, number := range []int{1, 2} { // memory that is too little, and that is not there
			p.B.Kept = number
			func() {
				defer func() {
					if recover() == nil {
						t.Errorf("%s: too little memory for a kept operand is not found", set.Name)
					}
				}()
				e := newEngine(set, nil, make([]float32, Space(m, n, k)))
				e.Reserve(KeptSpace(n, k) - align)
				e.Run(p)
			}()
		}
	}
}
