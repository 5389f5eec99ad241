package contract

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/gradgen/gradgen/runtime"
	"github.com/gradgen/gradgen/runtime/internal/kernel"
	"github.com/gradgen/gradgen/runtime/internal/kernel/sets"
	"github.com/gradgen/gradgen/runtime/peak"
)

// The layouts of a network's products, as strides of A, B and C: x·W as it is
// written, x·Wᵀ with weights as PyTorch stores them, and xᵀ·dy.
func asWritten(m, n, k int) (a, b, c [2]int) { return [2]int{k, 1}, [2]int{n, 1}, [2]int{n, 1} }
func weights(m, n, k int) (a, b, c [2]int)   { return [2]int{k, 1}, [2]int{1, k}, [2]int{n, 1} }
func gradient(m, n, k int) (a, b, c [2]int)  { return [2]int{1, m}, [2]int{n, 1}, [2]int{n, 1} }

var shapes = []struct {
	m, n, k int
	what    string
	lie     func(m, n, k int) (a, b, c [2]int)
	then    Steps
}{
	{1024, 1024, 1024, "square", asWritten, 0},
	{1024, 1024, 1024, "weights", weights, 0},
	{256, 256, 256, "square", asWritten, 0},
	{64, 128, 784, "weights+bias+relu", weights, AddCol | Relu},
	{64, 512, 784, "weights+bias+relu", weights, AddCol | Relu},
	{64, 256, 512, "weights+bias+relu", weights, AddCol | Relu},
	{128, 784, 64, "gradient+SGD", gradient, Scale | Accumulate},
	{64, 10, 128, "weights+bias", weights, AddCol},
	{64, 128, 10, "gate", asWritten, Gate},
	{10, 128, 64, "gradient+SGD", gradient, Scale | Accumulate},
	{1, 128, 784, "weights+bias+relu", weights, AddCol | Relu},
	{1, 128, 784, "square+bias+relu", asWritten, AddCol | Relu},
	{16, 192, 64, "weights", weights, 0},
	{256, 512, 128, "square", asWritten, 0},
}

// BenchmarkRun reports GF/s, and the fraction of the ceiling of the same kind
// of vectors, measured in turn with it: best of the rounds both.
func BenchmarkRun(b *testing.B) {
	race(b, "f32", sets.For[float32](), 4)
	race(b, "f64", sets.For[float64](), 8)
}

func race[T Float](b *testing.B, element string, sets []*kernel.Set[T], bytes int) {
	ceilings := map[string]peak.Loop{}
	for _, l := range peak.Loops(bytes) {
		ceilings[l.Name] = l
	}
	for _, set := range sets {
		for _, s := range shapes {
			b.Run(fmt.Sprintf("%s/%s/%dx%dx%d/%s", set.Name, element, s.m, s.n, s.k, s.what), func(b *testing.B) {
				r := rand.New(rand.NewPCG(1, 2))
				lieA, lieB, lieC := s.lie(s.m, s.n, s.k)
				p := Product[T]{
					M: s.m, N: s.n, K: s.k, Then: s.then, Factor: -1e-3, Row: random[T](r, s.m), Col: random[T](r, s.n),
					A: Matrix(random[T](r, s.m*s.k), lieA[0], lieA[1]), B: Matrix(random[T](r, s.n*s.k), lieB[0], lieB[1]),
					C: Matrix(make([]T, s.m*s.n), lieC[0], lieC[1]), Gate: Matrix(random[T](r, s.m*s.n), lieC[0], lieC[1]),
				}
				e := newEngine(set, nil, make([]T, Space(s.m, s.n, s.k)))
				flops := 2 * float64(s.m) * float64(s.n) * float64(s.k)
				best, top := fastest(func() { e.Run(p) }, flops, ceilings[set.Name])
				for b.Loop() {
					e.Run(p)
				}
				b.ReportMetric(best/1e9, "GF/s")
				if top > 0 {
					b.ReportMetric(100*best/top, "%ceiling")
				}
			})
		}
	}
}

// fastest returns operations a second of f and of the ceiling, by turns.
func fastest(f func(), flops float64, ceiling peak.Loop) (best, top float64) {
	const rounds, turns = 25, 20000
	calls := 1 + int(2e7/flops)
	for range rounds {
		start := time.Now()
		for range calls {
			f()
		}
		best = max(best, flops*float64(calls)/time.Since(start).Seconds())
		if ceiling.Run != nil {
			start = time.Now()
			ceiling.Run(turns)
			top = max(top, float64(turns*ceiling.Flops)/time.Since(start).Seconds())
		}
	}
	return best, top
}

// BenchmarkCall is what a call costs beside its arithmetic.
func BenchmarkCall(b *testing.B) {
	one := Matrix(make([]float32, 1), 1, 1)
	e := NewEngine(nil, make([]float32, Space(1, 1, 1)))
	for b.Loop() {
		e.Run(Product[float32]{M: 1, N: 1, K: 1, A: one, B: one, C: Matrix(e.workers[0].space, 1, 1)})
	}
}

// BenchmarkWorkers reports how much faster two workers are than one, and how
// much faster two cores are together than one at doing nothing but arithmetic,
// which is the limit.
func BenchmarkWorkers(b *testing.B) {
	loops := peak.Loops(4)
	if len(loops) == 0 {
		b.Skip("no ceiling to compare with")
	}
	for _, s := range [][3]int{{64, 128, 784}, {64, 512, 784}, {1024, 1024, 1024}} {
		b.Run(fmt.Sprintf("%dx%dx%d", s[0], s[1], s[2]), func(b *testing.B) {
			m, n, k := s[0], s[1], s[2]
			p := Product[float32]{M: m, N: n, K: k, A: Matrix(make([]float32, m*k), k, 1), B: Matrix(make([]float32, n*k), 1, k), C: Matrix(make([]float32, m*n), n, 1)}
			pool := runtime.NewPool(2)
			defer pool.Close()
			space := make([]float32, 2*Space(m, n, k))
			one, two := NewEngine(nil, space), NewEngine(pool, space)
			flops := 2 * float64(m) * float64(n) * float64(k)
			best1, top1 := fastest(func() { one.Run(p) }, flops, loops[0])
			best2, _ := fastest(func() { two.Run(p) }, flops, peak.Loop{})
			top2, _ := fastest(func() {
				done := make(chan bool)
				go func() { loops[0].Run(50000); close(done) }()
				loops[0].Run(50000)
				<-done
			}, float64(2*50000*loops[0].Flops), peak.Loop{})
			for b.Loop() {
				two.Run(p)
			}
			b.ReportMetric(best2/best1, "speedup")
			b.ReportMetric(top2/top1, "limit")
		})
	}
}
