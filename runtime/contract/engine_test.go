package contract

import (
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/gradgen/gradgen/runtime"
	"github.com/gradgen/gradgen/runtime/internal/kernel/sets"
)

// parallel are products that are cut into several tasks, in several ways.
func parallel[T Float](r *rand.Rand) []Product[T] {
	var list []Product[T]
	for _, s := range []struct {
		batch, m, n, k int
		a, b, c        [2]int // strides
		then           Steps
	}{
		{1, 64, 128, 784, [2]int{784, 1}, [2]int{1, 784}, [2]int{128, 1}, AddCol | Relu},
		{1, 128, 784, 64, [2]int{1, 128}, [2]int{784, 1}, [2]int{784, 1}, Scale | Accumulate},
		{1, 400, 300, 520, [2]int{520, 1}, [2]int{300, 1}, [2]int{300, 1}, Accumulate | Relu},
		{1, 500, 10, 300, [2]int{300, 1}, [2]int{10, 1}, [2]int{1, 500}, AddRow},
		{16, 64, 64, 32, [2]int{32, 1}, [2]int{1, 32}, [2]int{64, 1}, Scale},
		{4, 64, 64, 32, [2]int{32, 1}, [2]int{1, 32}, [2]int{64, 1}, 0},
		{1, 512, 128, 256, [2]int{1, 512}, [2]int{128, 1}, [2]int{128, 1}, Accumulate},
		{1, 1, 3000, 500, [2]int{500, 1}, [2]int{1, 500}, [2]int{3000, 1}, 0},
	} {
		mat := func(rows, cols int, strides [2]int) Operand[T] {
			o := Matrix(random[T](r, s.batch*rows*cols), strides[0], strides[1])
			o.Step = rows * cols
			return o
		}
		list = append(list, Product[T]{Batch: s.batch, M: s.m, N: s.n, K: s.k, A: mat(s.m, s.k, s.a), B: mat(s.k, s.n, s.b),
			C: mat(s.m, s.n, s.c), Then: s.then, Factor: -0.5, Row: random[T](r, s.m), Col: random[T](r, s.n)})
	}
	return append(list, heads[T](r))
}

// heads is a product of attention, whose heads lie side by side.
func heads[T Float](r *rand.Rand) Product[T] {
	const samples, heads, steps, width = 3, 4, 50, 32
	sideBySide := func(row, col int) Operand[T] {
		return Operand[T]{Data: random[T](r, samples*heads*steps*width), Leap: heads * steps * width, Step: width, Row: row, Col: col}
	}
	return Product[T]{Groups: samples, Batch: heads, M: steps, N: steps, K: width,
		A: sideBySide(heads*width, 1), B: sideBySide(1, heads*width),
		C:    Operand[T]{Data: random[T](r, samples*heads*steps*steps), Leap: steps * steps, Step: samples * steps * steps, Row: steps, Col: 1},
		Then: Scale | Accumulate, Factor: 0.5}
}

// The batches of a call are those that a call for each would compute, also where
// they have an operand in common.
func TestGroups(t *testing.T) {
	p := heads[float32](rand.New(rand.NewPCG(6, 6)))
	asGroups(t, p)
	p.B.Leap = 0
	asGroups(t, p)
}

func asGroups(t *testing.T, p Product[float32]) {
	was := append([]float32(nil), p.C.Data...)
	e := NewEngine(nil, make([]float32, Space(p.M, p.N, p.K)))
	e.Run(p)
	got := append([]float32(nil), p.C.Data...)
	copy(p.C.Data, was)
	for g := range p.Groups {
		one := p
		one.Groups = 1
		for _, o := range []*Operand[float32]{&one.A, &one.B, &one.C} {
			o.Off, o.Leap = g*o.Leap, 0
		}
		e.Run(one)
	}
	if !slices.Equal(got, p.C.Data) || slices.Equal(got, was) {
		t.Error("batches differ from those of calls for each")
	}
}

// Every product finds room in what [Space] says, however many workers share it.
func TestSpaceForWorkers(t *testing.T) {
	r := rand.New(rand.NewPCG(8, 8))
	m := newEngine(sets.For[float32]()[0], nil, nil).machine
	for range 20000 {
		rows, cols, terms := 1+r.IntN(1500), 1+r.IntN(1500), 1+r.IntN(900)
		lie := func(o Operand[float32], turned int) Operand[float32] {
			if r.IntN(2) == 0 {
				o.Row, o.Col = 1, turned
			}
			return o
		}
		p := Product[float32]{Groups: 1, Batch: 1 + r.IntN(3), M: rows, N: cols, K: terms,
			A: lie(Matrix[float32](nil, terms, 1), rows), B: lie(Matrix[float32](nil, cols, 1), terms), C: lie(Matrix[float32](nil, cols, 1), rows)}
		q, workers := p.ask(), 1+r.IntN(70)
		if d := q.decide(m, workers); d.need > Space(rows, cols, terms) {
			t.Fatalf("%+v\nfor %d workers", d, workers)
		}
	}
}

func spaceFor[T Float](list []Product[T]) (n int) {
	for _, p := range list {
		n = max(n, Space(p.M, p.N, p.K))
	}
	return n
}

// The number of workers changes no bit.
func TestWorkersSameBits(t *testing.T) {
	t.Run("f32", sameBits[float32])
	t.Run("f64", sameBits[float64])
}

func sameBits[T Float](t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	list := parallel[T](r)
	for i, p := range list {
		was := append([]T(nil), p.C.Data...)
		var want []T
		for _, workers := range []int{1, 2, 3, 8} {
			pool := runtime.NewPool(workers)
			e := NewEngine(pool, make([]T, workers*spaceFor(list)))
			for range 3 {
				copy(p.C.Data, was)
				e.Run(p)
				if want == nil {
					want = append(want, p.C.Data...)
				}
				for at, v := range p.C.Data {
					if v != want[at] || math.Signbit(float64(v)) != math.Signbit(float64(want[at])) {
						t.Fatalf("product %d, %d workers: element %d is %v, with one worker %v", i, workers, at, v, want[at])
					}
				}
			}
			pool.Close()
		}
	}
}

// An engine may change pools, and work on when one is closed; no bit changes.
func TestSetPool(t *testing.T) {
	list := parallel[float32](rand.New(rand.NewPCG(1, 1)))
	e := NewEngine(nil, make([]float32, spaceFor(list)))
	p := list[0]
	e.Run(p)
	want := append([]float32(nil), p.C.Data...)
	again := func(when string) {
		t.Helper()
		clear(p.C.Data)
		e.Run(p)
		if !slices.Equal(p.C.Data, want) {
			t.Errorf("%s: the result differs", when)
		}
	}
	for _, n := range []int{3, 8, 0, 2, 1} {
		pool := runtime.NewPool(n)
		e.SetPool(pool)
		again("another pool")
		pool.Close()
		again("the pool closed")
	}
	e.SetPool(nil)
	again("no pool")
}

// No call allocates, with helpers or without.
func TestRunAllocatesNothing(t *testing.T) {
	list := parallel[float32](rand.New(rand.NewPCG(1, 1)))
	for _, workers := range []int{1, 3} {
		pool := runtime.NewPool(workers)
		e := NewEngine(pool, make([]float32, workers*spaceFor(list)))
		for i, p := range list {
			if n := testing.AllocsPerRun(5, func() { e.Run(p) }); n != 0 {
				t.Errorf("product %d, %d workers: %v allocations", i, workers, n)
			}
		}
		pool.Close()
	}
}

// What reaches outside its slice is found before C is written.
func TestRunChecks(t *testing.T) {
	good := func() Product[float32] {
		return Product[float32]{Batch: 2, M: 3, N: 4, K: 5,
			A: Operand[float32]{Data: make([]float32, 30), Step: 15, Row: 5, Col: 1}, B: Operand[float32]{Data: make([]float32, 40), Step: 20, Row: 4, Col: 1},
			C: Operand[float32]{Data: make([]float32, 24), Step: 12, Row: 4, Col: 1}, Gate: Operand[float32]{Data: make([]float32, 24), Step: 12, Row: 4, Col: 1},
			Row: make([]float32, 3), Col: make([]float32, 4), Then: AddRow | AddCol | Gate}
	}
	e := NewEngine(nil, make([]float32, Space(3, 4, 5)))
	e.Run(good())
	for want, change := range map[string]func(*Product[float32]){
		"operand A reaches element 29 of 29":               func(p *Product[float32]) { p.A.Data = p.A.Data[:29] },
		"operand A reaches element 59 of 30":               func(p *Product[float32]) { p.Groups, p.A.Leap = 2, 30 },
		"part of a product is some rows":                   func(p *Product[float32]) { p.Of = p.M - 1 },
		"part of a product is some rows of one matrix":     func(p *Product[float32]) { p.Of, p.Batch = p.M, 2 },
		"of several batches there are neither sums nor":    func(p *Product[float32]) { p.Groups, p.Sum, p.Then = 2, true, 0 },
		"operand B reaches element 40 of 40":               func(p *Product[float32]) { p.B.Off = 1 },
		"operand B reaches element -1 of 40":               func(p *Product[float32]) { p.B.Off = -1 },
		"operand C reaches element 25 of 24":               func(p *Product[float32]) { p.C.Row = 5 },
		"operand C reaches element -8 of 24":               func(p *Product[float32]) { p.C.Row = -4 },
		"operand Gate reaches element 23 of 0":             func(p *Product[float32]) { p.Gate.Data = nil },
		"operand Row reaches element 2 of 2":               func(p *Product[float32]) { p.Row = p.Row[:2] },
		"operand Col reaches element 3 of 3":               func(p *Product[float32]) { p.Col = p.Col[:3] },
		"matrices whose elements overlap do not lie apart": func(p *Product[float32]) { p.Batch, p.Overlap, p.Then, p.C.Step = 2, true, 0, 11 },
		"a table of operand A has 2 entries, the axis 3":   func(p *Product[float32]) { p.A.Rows = NewTable([]int32{0, 5}) },
		"operand A reaches element 119 of 30":              func(p *Product[float32]) { p.A.Rows = NewTable([]int32{0, 100, 1}) },
		"the engine has space for 80 elements a worker, ":  func(p *Product[float32]) { p.A = Matrix(make([]float32, 1<<20), 1000, 500) },
	} {
		p := good()
		change(&p)
		small := e
		if strings.Contains(want, "space") {
			p = Product[float32]{M: 9, N: 9, K: 200, A: Matrix(make([]float32, 1800), 200, 1), B: Matrix(make([]float32, 1800), 1, 200), C: Matrix(make([]float32, 81), 9, 1)}
			small = NewEngine(nil, make([]float32, 80))
		}
		func() {
			defer func() {
				if got, _ := recover().(string); !strings.Contains(got, want) {
					t.Errorf("got %q, want %q", got, want)
				}
			}()
			small.Run(p)
		}()
	}
}

// Space grows with the sizes and covers every way.
func TestSpaceGrows(t *testing.T) {
	r := rand.New(rand.NewPCG(9, 9))
	for range 20000 {
		m, n, k := r.IntN(700), r.IntN(700), r.IntN(700)
		if Space(m, n, k) > Space(m+r.IntN(3), n+r.IntN(3), k+r.IntN(3)) {
			t.Fatal(m, n, k)
		}
	}
}

// Products of nothing write what the steps make of 0, or nothing.
func TestEmpty(t *testing.T) {
	e := NewEngine(nil, make([]float32, Space(2, 2, 2)))
	c := []float32{1, 2, 3, 4}
	e.Run(Product[float32]{M: 2, N: 2, K: 0, C: Matrix(c, 2, 1), Then: AddCol, Col: []float32{5, 6}})
	if c[0] != 5 || c[1] != 6 || c[2] != 5 || c[3] != 6 {
		t.Error("no terms:", c)
	}
	e.Run(Product[float32]{M: 0, N: 2, K: 2, C: Matrix(c, 2, 1)})
	e.Run(Product[float32]{M: 2, N: 0, K: 2, C: Matrix(c, 2, 1)})
	// A batch of none: 0 is also how a product says nothing of batches.
	e.Run(Product[float32]{Batch: 0, M: 2, N: 2, K: 2, A: Matrix[float32](nil, 2, 1), B: Matrix(c, 2, 1), C: Matrix(c[:0], 2, 1)})
	if c[0] != 5 || c[3] != 6 {
		t.Error("no elements:", c)
	}
	for _, s := range lenet {
		sum := products[float32](rand.New(rand.NewPCG(1, 1)), s, 1)[byWeight]
		sum.Batch, sum.Then, sum.A.Data, sum.B.Data = 0, 0, nil, nil
		NewEngine(nil, make([]float32, sum.space())).Run(sum)
		for _, v := range sum.C.Data {
			if v != 0 {
				t.Fatal("a sum over no matrices:", v)
			}
		}
	}
}

func TestSteps(t *testing.T) {
	if Accumulate.If(true) != Accumulate || Accumulate.If(false) != 0 {
		t.Error("a step is taken where its condition does not hold, or is not where it does")
	}
}

func TestGrid(t *testing.T) {
	got := Grid([2]int{2, 14}, [2]int{3, 1}).at
	if want := []int32{0, 1, 2, 14, 15, 16}; !slices.Equal(got, want) {
		t.Errorf("offsets %v, want %v", got, want)
	}
	if len(Grid().at) != 1 {
		t.Error("no levels are not one position")
	}
}
