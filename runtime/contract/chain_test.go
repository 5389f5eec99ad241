package contract

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/gradgen/gradgen/runtime"
	"github.com/gradgen/gradgen/runtime/internal/kernel"
)

// layerBack is the way back through a layer of so many units, for rows of a batch: the
// cotangent of its result, and the updates of the weights after it and before it.
func layerBack[T Float](r *rand.Rand, rows, in, units, out int) []Product[T] {
	dy, h, x := random[T](r, rows*out), random[T](r, rows*units), random[T](r, rows*in)
	after, before, dh := random[T](r, out*units), random[T](r, units*in), make([]T, rows*units)
	return []Product[T]{
		{M: rows, N: units, K: out, A: Matrix(dy, out, 1), B: Matrix(after, units, 1), C: Matrix(dh, units, 1),
			Cols: true, Then: Gate, Gate: Matrix(h, units, 1)},
		{M: out, N: units, K: rows, A: Matrix(dy, 1, out), B: Matrix(h, units, 1), C: Matrix(after, units, 1),
			Cols: true, Then: Scale | Accumulate, Factor: -0.01},
		{M: units, N: in, K: rows, A: Matrix(dh, 1, units), B: Matrix(x, in, 1), C: Matrix(before, in, 1),
			Then: Scale | Accumulate, Factor: -0.01},
	}
}

// forth is two layers whose rows are those of a batch, the weights as PyTorch has them.
func forth[T Float](r *rand.Rand, rows, in, units, out int) []Product[T] {
	h := make([]T, rows*units)
	return []Product[T]{
		{M: rows, N: units, K: in, A: Matrix(random[T](r, rows*in), in, 1), B: Matrix(random[T](r, units*in), 1, in),
			C: Matrix(h, units, 1), Then: AddCol | Relu, Col: random[T](r, units)},
		{M: rows, N: out, K: units, A: Matrix(h, units, 1), B: Matrix(random[T](r, out*units), 1, units),
			C: Matrix(make([]T, rows*out), out, 1)},
	}
}

// A chain computes what its products do, bit by bit, whoever computes its parts.
func TestChain(t *testing.T) { forSets(t, chains[float32], chains[float64]) }

func chains[T Float](t *testing.T, set *kernel.Set[T]) {
	r, shared := rand.New(rand.NewPCG(8, 8)), 0
	for i, links := range [][]Product[T]{
		layerBack[T](r, 64, 784, 128, 10), layerBack[T](r, 33, 130, 257, 70),
		forth[T](r, 1000, 40, 100, 30), forth[T](r, 2050, 100, 77, 130),
	} {
		var was, want [][]T
		for _, p := range links {
			was = append(was, slices.Clone(p.C.Data))
		}
		restore := func() {
			for k, p := range links {
				copy(p.C.Data, was[k])
			}
		}
		one := newEngine(set, nil, make([]T, spaceFor(links)))
		for _, p := range links {
			one.Run(p)
		}
		for _, p := range links {
			want = append(want, slices.Clone(p.C.Data))
		}
		for _, workers := range []int{1, 2, 3, 8} {
			pool := runtime.NewPool(workers)
			e := newEngine(set, pool, make([]T, workers*spaceFor(links)))
			for range 3 {
				restore()
				e.Chain(links...)
				for k, p := range links {
					if !slices.Equal(p.C.Data, want[k]) {
						t.Fatalf("chain %d, %d workers: product %d differs", i, workers, k)
					}
				}
			}
			if n := testing.AllocsPerRun(5, func() { e.Chain(links...) }); n != 0 {
				t.Errorf("chain %d, %d workers: %v allocations", i, workers, n)
			}
			if workers == 2 && e.chain.memo[0].parts > 0 {
				shared++
			}
			pool.Close()
		}
		restore()
	}
	if shared == 0 {
		t.Error("two workers share none of the chains")
	}
}

// What cannot be computed by parts is computed one after the other: batches, sums that
// are halved, and chains that an engine has no memory for.
func TestNoChain(t *testing.T) {
	r := rand.New(rand.NewPCG(9, 9))
	pool := runtime.NewPool(2)
	defer pool.Close()
	batch := layerBack[float32](r, 64, 784, 128, 10)
	batch = append(batch, Product[float32]{Batch: 2, M: 3, N: 4, K: 5, A: Operand[float32]{Data: random[float32](r, 30), Step: 15, Row: 5, Col: 1},
		B: Operand[float32]{Data: random[float32](r, 40), Step: 20, Row: 4, Col: 1}, C: Operand[float32]{Data: make([]float32, 24), Step: 12, Row: 4, Col: 1}})
	for name, links := range map[string][]Product[float32]{
		"a batch":     batch,
		"halved sums": layerBack[float32](r, 512, 128, 128, 128),
		"too many":    slices.Concat(layerBack[float32](r, 64, 784, 128, 10), layerBack[float32](r, 64, 784, 128, 10)),
		"little work": layerBack[float32](r, 4, 20, 10, 3),
	} {
		e, one := NewEngine(pool, make([]float32, 2*spaceFor(links))), NewEngine(nil, make([]float32, spaceFor(links)))
		var was [][]float32
		for _, p := range links {
			was = append(was, slices.Clone(p.C.Data))
		}
		e.Chain(links...)
		for _, d := range e.chain.memo {
			if d.parts != 0 {
				t.Errorf("%s: computed by parts", name)
			}
		}
		var got [][]float32
		for k, p := range links {
			got = append(got, slices.Clone(p.C.Data))
			copy(p.C.Data, was[k])
		}
		for k, p := range links {
			if one.Run(p); !slices.Equal(p.C.Data, got[k]) {
				t.Errorf("%s: product %d differs", name, k)
			}
		}
	}
}
