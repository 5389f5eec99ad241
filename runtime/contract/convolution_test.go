package contract

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/gradgen/gradgen/runtime"
	"github.com/gradgen/gradgen/runtime/internal/kernel"
	"github.com/gradgen/gradgen/runtime/internal/kernel/sets"
)

// A convolution of size×size images in so many channels with filters of 5 by 5,
// as LeNet has two. Images have their margins already.
type convolution struct{ filters, channels, size int }

const window = 5

// lenet are LeNet's convolutions.
var lenet = []convolution{{6, 1, 32}, {16, 6, 14}}

func (c convolution) places() int { return (c.size - window + 1) * (c.size - window + 1) }
func (c convolution) taps() int   { return c.channels * window * window }

// space is a number of elements with which p can be computed.
func (p *Product[T]) space() int {
	return Space(p.M, p.N, p.K, p.A.lie(p.M, p.K).reach, p.B.lie(p.K, p.N).reach, p.C.lie(p.M, p.N).reach)
}

// products are the three products of c for a batch of images, as they are
// generated.
func products[T Float](r *rand.Rand, c convolution, batch int) (list [4]Product[T]) {
	out, image := c.size-window+1, c.size*c.size
	places, taps := c.places(), c.taps()
	wide := out + 2*(window-1) // of dy with margins
	x, weight := random[T](r, batch*c.channels*image), random[T](r, c.filters*taps)
	dy, padded := random[T](r, batch*c.filters*places), random[T](r, batch*c.filters*wide*wide)
	tap := Grid([2]int{c.channels, image}, [2]int{window, c.size}, [2]int{window, 1})
	place := Grid([2]int{out, c.size}, [2]int{out, 1})
	list[forward] = Product[T]{
		Batch: batch, M: c.filters, N: places, K: taps,
		A:    Matrix(weight, taps, 1),
		B:    Operand[T]{Data: x, Step: c.channels * image, Rows: tap, Cols: place},
		C:    Operand[T]{Data: make([]T, batch*c.filters*places), Step: c.filters * places, Row: places, Col: 1},
		Then: AddRow | Relu, Row: random[T](r, c.filters),
	}
	list[byInput] = Product[T]{
		Batch: batch, M: c.channels, N: image, K: c.filters * window * window,
		A: Operand[T]{Data: weight, Row: window * window, Cols: Grid([2]int{c.filters, taps}, [2]int{window * window, 1})},
		B: Operand[T]{
			Data: padded, Off: (window - 1) * (wide + 1), Step: c.filters * wide * wide,
			Rows: Grid([2]int{c.filters, wide * wide}, [2]int{window, -wide}, [2]int{window, -1}),
			Cols: Grid([2]int{c.size, wide}, [2]int{c.size, 1}),
		},
		C: Operand[T]{Data: make([]T, len(x)), Step: c.channels * image, Row: image, Col: 1},
	}
	list[byWeight] = Product[T]{
		Batch: batch, M: c.filters, N: taps, K: places, Sum: true,
		A:    Operand[T]{Data: dy, Step: c.filters * places, Row: places, Col: 1},
		B:    Operand[T]{Data: x, Step: c.channels * image, Rows: place, Cols: tap},
		C:    Matrix(random[T](r, len(weight)), taps, 1),
		Then: Scale | Accumulate, Factor: -0.5,
	}
	list[byInputApart] = Product[T]{
		Batch: batch, M: taps, N: places, K: c.filters, Overlap: true,
		A: Matrix(weight, 1, taps),
		B: Operand[T]{Data: dy, Step: c.filters * places, Row: places, Col: 1},
		C: Operand[T]{Data: random[T](r, len(x)), Step: c.channels * image, Rows: tap, Cols: place},
	}
	return list
}

// The products of a convolution.
const (
	forward = iota
	byInput
	byWeight
	byInputApart // which adds up where windows overlap, without margins
)

// Convolutions, by packed patches and by such as are read in place, of images
// for themselves and abreast.
func TestConvolutions(t *testing.T) { forSets(t, convolutions[float32], convolutions[float64]) }

func convolutions[T Float](t *testing.T, set *kernel.Set[T]) {
	r := rand.New(rand.NewPCG(4, 4))
	for _, c := range append(lenet, convolution{1, 1, 5}, convolution{13, 2, 11}, convolution{3, 12, 41}, convolution{130, 3, 9}, convolution{7, 1, 60}, convolution{3, 130, 20}) {
		for _, batch := range []int{1, 3, set.Lanes, 2*set.Lanes + 5} {
			if batch > 1 && c.taps()*c.filters*c.places()*batch > 1<<21 {
				continue
			}
			for i, p := range products[T](r, c, batch) {
				e := newEngine(set, nil, make([]T, p.space()))
				if err := try(e, p); err != nil {
					t.Errorf("%v: batch %d, product %d: %v", c, batch, i, err)
				}
				// A packed operand is not taken for that of the next call.
				p.A.Data = random[T](r, len(p.A.Data))
				if err := try(e, p); err != nil {
					t.Errorf("%v: batch %d, product %d: other weights: %v", c, batch, i, err)
				}
			}
		}
	}
}

// A few weights are summed along whole rows, without patches being gathered;
// many are not, because their sums across lanes would take longer. Images of a
// batch are computed abreast if there are enough.
func TestConvolutionWays(t *testing.T) {
	for _, set := range sets.For[float32]() {
		e := newEngine(set, nil, nil)
		way := func(c convolution, batch, product int) *decision {
			p := products[float32](rand.New(rand.NewPCG(6, 6)), c, batch)[product]
			p.normalize()
			return e.decide(&p)
		}
		patches := e.machine.patch[kernel.MaxPatch] > 0
		for i, c := range lenet {
			d := way(c, 1, byWeight)
			if got, want := d.dots && d.rightBy == inRuns, i == 0 && e.machine.runs > 0; got != want {
				t.Errorf("%s: %v: by rows is %v, want %v", set.Name, c, got, want)
			}
			for _, batch := range []int{2, 64} {
				if got, want := way(c, batch, forward).abreast, batch == 64 && i == 1 && patches; got != want {
					t.Errorf("%s: %v: %d images forward abreast is %v, want %v", set.Name, c, batch, got, want)
				}
				if got, want := way(c, batch, byWeight).abreast, batch == 64 && i == 1 && patches; got != want {
					t.Errorf("%s: %v: %d images by weight abreast is %v, want %v", set.Name, c, batch, got, want)
				}
			}
		}
	}
}

// Images are shared among workers without a bit changing.
func TestConvolutionWorkers(t *testing.T) {
	for _, c := range lenet {
		for i, p := range products[float32](rand.New(rand.NewPCG(5, 5)), c, 37) {
			was := slices.Clone(p.C.Data)
			var want []float32
			for _, workers := range []int{1, 2, 3, 8} {
				pool := runtime.NewPool(workers)
				e := NewEngine(pool, make([]float32, workers*p.space()))
				copy(p.C.Data, was)
				e.Run(p)
				if want == nil {
					want = slices.Clone(p.C.Data)
				}
				if !slices.Equal(p.C.Data, want) {
					t.Errorf("%v: product %d: %d workers change the result", c, i, workers)
				}
				if n := testing.AllocsPerRun(5, func() { e.Run(p) }); n != 0 {
					t.Errorf("%v: product %d: %v allocations", c, i, n)
				}
				pool.Close()
			}
		}
	}
}

// Multiples of a stride that a table has no room for are spelled a few at a
// time.
func TestSpell(t *testing.T) {
	var s spelling
	for _, stride := range []int{0, 1, -3, 1 << 29, -1 << 30, math.MaxInt >> 23, 7} {
		x := index{stride: stride, from: 5, to: 600}
		for i, n := x.from, 0; i < x.to; i += n {
			var at []int32
			var first, base int
			at, first, base, n = s.spell(x, i)
			for l, off := range at[first:][:n] {
				if base+int(off) != (i+l)*stride {
					t.Fatalf("stride %d: position %d is at %d", stride, i+l, base+int(off))
				}
			}
		}
	}
}
