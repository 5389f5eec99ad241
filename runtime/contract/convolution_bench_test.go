package contract

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/gradgen/gradgen/runtime/internal/kernel"
	"github.com/gradgen/gradgen/runtime/internal/kernel/sets"
	"github.com/gradgen/gradgen/runtime/internal/peak"
)

// A convolution of size×size images in so many channels with filters of 5 by 5,
// as LeNet has two. Images have their margins already.
type convolution struct{ filters, channels, size int }

const window = 5

// products are the three products of c for a batch, and how often the last of
// them is called: once for each image.
func products[T Float](r *rand.Rand, c convolution, batch int) map[string]func(*Engine[T]) {
	out := c.size - window + 1
	taps, places, image := c.channels*window*window, out*out, c.size*c.size
	wide := out + 2*(window-1) // dy with margins
	x := random[T](r, batch*c.channels*image)
	weight, bias := random[T](r, c.filters*taps), random[T](r, c.filters)
	y, dy := make([]T, batch*c.filters*places), random[T](r, batch*c.filters*places)
	padded, dx := random[T](r, batch*c.filters*wide*wide), make([]T, len(x))
	dw := make([]T, len(weight))
	tap := Grid([2]int{c.channels, image}, [2]int{window, c.size}, [2]int{window, 1})
	place := Grid([2]int{out, c.size}, [2]int{out, 1})
	back := Grid([2]int{c.filters, wide * wide}, [2]int{window, -wide}, [2]int{window, -1})
	whole := Grid([2]int{c.size, wide}, [2]int{c.size, 1})
	turned := Grid([2]int{c.filters, taps}, [2]int{window * window, 1})
	return map[string]func(*Engine[T]){
		"forward": func(e *Engine[T]) {
			e.Run(Product[T]{Batch: batch, M: c.filters, N: places, K: taps, A: Matrix(weight, taps, 1),
				B: Operand[T]{Data: x, Step: c.channels * image, Rows: tap, Cols: place},
				C: Operand[T]{Data: y, Step: c.filters * places, Row: places, Col: 1}, Then: AddRow | Relu, Row: bias})
		},
		"by input": func(e *Engine[T]) {
			e.Run(Product[T]{Batch: batch, M: c.channels, N: image, K: c.filters * window * window,
				A: Operand[T]{Data: weight, Row: window * window, Cols: turned},
				B: Operand[T]{Data: padded, Off: (window - 1) * (wide + 1), Step: c.filters * wide * wide, Rows: back, Cols: whole},
				C: Operand[T]{Data: dx, Step: c.channels * image, Row: image, Col: 1}})
		},
		"by weight": func(e *Engine[T]) {
			for b := range batch {
				e.Run(Product[T]{M: c.filters, N: taps, K: places,
					A: Operand[T]{Data: dy, Off: b * c.filters * places, Row: places, Col: 1},
					B: Operand[T]{Data: x, Off: b * c.channels * image, Rows: place, Cols: tap},
					C: Matrix(dw, taps, 1), Then: Accumulate})
			}
		},
	}
}

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
	const batch = 64
	for _, set := range sets {
		for i, c := range []convolution{{6, 1, 32}, {16, 6, 14}} {
			run := products[T](rand.New(rand.NewPCG(1, 2)), c, batch)
			for _, name := range []string{"forward", "by input", "by weight"} {
				b.Run(fmt.Sprintf("%s/%s/conv%d/%s", set.Name, element, i+1, name), func(b *testing.B) {
					places, taps := (c.size-window+1)*(c.size-window+1), c.channels*window*window
					flops := 2 * batch * float64(c.filters*places*taps)
					if name == "by input" {
						flops = 2 * batch * float64(c.channels*c.size*c.size*c.filters*window*window)
					}
					e := newEngine(set, nil, make([]T, max(Space(c.filters, places, taps), Space(c.channels, c.size*c.size, c.filters*window*window))))
					best, top := fastest(func() { run[name](e) }, flops, ceilings[set.Name])
					for b.Loop() {
						run[name](e)
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
