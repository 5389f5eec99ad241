package contract

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/gradgen/gradgen/runtime/internal/kernel"
	"github.com/gradgen/gradgen/runtime/internal/kernel/sets"
	"github.com/gradgen/gradgen/runtime/peak"
)

// BenchmarkConvolution reports GF/s, and the fraction of the ceiling, of the
// six products of LeNet's convolutions with a batch of 64 images.
func BenchmarkConvolution(b *testing.B) {
	convolve(b, "f32", sets.For[float32](), 4)
	convolve(b, "f64", sets.For[float64](), 8)
}

func convolve[T Float](b *testing.B, element string, sets []*kernel.Set[T], bytes int) {
	ceilings := map[string]peak.Loop{}
	for _, l := range peak.Loops(bytes) {
		ceilings[l.Name] = l
	}
	for _, set := range sets {
		for i, c := range lenet {
			for product, p := range products[T](rand.New(rand.NewPCG(1, 2)), c, 64) {
				name := [...]string{"forward", "by input", "by weight", "by input, apart"}[product]
				b.Run(fmt.Sprintf("%s/%s/conv%d/%s", set.Name, element, i+1, name), func(b *testing.B) {
					e := newEngine(set, nil, make([]T, p.space()))
					all := func() { e.Run(p) }
					best, top := fastest(all, 2*float64(p.Batch)*float64(p.M*p.N*p.K), ceilings[set.Name])
					for b.Loop() {
						all()
					}
					b.ReportMetric(best/1e9, "GF/s")
					if top > 0 {
						b.ReportMetric(100*best/top, "%ceiling")
					}
				})
			}
		}
	}
}
