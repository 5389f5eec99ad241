package contract

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/gradgen/gradgen/runtime"
	"github.com/gradgen/gradgen/runtime/internal/kernel"
)

// halved are products whose sums are those of two halves: of two blocks of terms, and
// of more; that lie in either order; and of convolutions, over a batch.
func halved[T Float](r *rand.Rand) (list []Product[T]) {
	for _, s := range []struct {
		m, n, k int
		c       [2]int
		then    Steps
	}{
		{128, 128, 256, [2]int{128, 1}, 0},
		{128, 120, 700, [2]int{1, 128}, 0},
		{40, 35, 1700, [2]int{35, 1}, Accumulate},
		{64, 192, 512, [2]int{1, 64}, Scale | Accumulate},
		{33, 50, 2000, [2]int{1, 33}, Scale | Accumulate},
		{64, 64, 600, [2]int{64, 1}, Scale | Accumulate},
	} {
		list = append(list, Product[T]{M: s.m, N: s.n, K: s.k, Batch: 1, A: Matrix(random[T](r, s.m*s.k), 1, s.m),
			B: Matrix(random[T](r, s.k*s.n), s.n, 1), C: Matrix(random[T](r, s.m*s.n), s.c[0], s.c[1]), Then: s.then, Factor: -0.5})
	}
	for _, c := range lenet {
		for _, then := range []Steps{0, Scale | Accumulate} {
			p := products[T](r, c, 37)[byWeight]
			p.Then = then
			list = append(list, p)
		}
	}
	return list
}

// Sums in halves are right, and the same bits however they are cut, by one worker
// and by several, who take the halves apart or not.
func TestHalves(t *testing.T) { forSets(t, halves[float32], halves[float64]) }

func halves[T Float](t *testing.T, set *kernel.Set[T]) {
	r := rand.New(rand.NewPCG(9, 9))
	for i, p := range halved[T](r) {
		q := p.ask()
		if !q.halved {
			t.Errorf("the sums of product %d are not halved", i)
			continue
		}
		was := slices.Clone(p.C.Data)
		one := newEngine(set, nil, make([]T, p.space()))
		if err := try(one, p); err != nil {
			t.Errorf("product %d: %v", i, err)
		}
		want := slices.Clone(p.C.Data)
		for _, workers := range []int{2, 3, 8} {
			pool := runtime.NewPool(workers)
			for trial := range 4 {
				e := newEngine(set, pool, make([]T, workers*p.space()))
				p.normalize()
				d := e.decide(&p)
				d.apart = trial%2 == 0
				d.priced(e.machine, 1+r.IntN(3), 1+r.IntN(3), workers)
				d.need = d.memory(e.machine)
				copy(p.C.Data, was)
				if e.Run(p); !slices.Equal(p.C.Data, want) {
					t.Errorf("product %d: %d workers, halves apart %v, in %d×%d tasks: the result differs",
						i, workers, d.apart, d.rowTasks, d.colTasks)
				}
			}
			pool.Close()
		}
	}
}

// Whose terms are few, or whose result is large beside its operands, is not halved:
// there is nothing to gain.
func TestNotHalved(t *testing.T) {
	for _, s := range [][3]int{{128, 128, 128}, {128, 784, 64}, {512, 512, 512}, {8, 8, 512}} {
		p := Product[float32]{M: s[0], N: s[1], K: s[2], Batch: 1, A: Matrix[float32](nil, 1, s[0]), B: Matrix[float32](nil, s[1], 1), C: Matrix[float32](nil, s[1], 1)}
		if q := p.ask(); q.halved {
			t.Errorf("the sums of %d×%d×%d are halved", s[0], s[1], s[2])
		}
	}
}
