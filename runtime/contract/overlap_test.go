package contract

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/gradgen/gradgen/runtime/internal/kernel"
)

// tryOverlap is try where elements of C may be named several times: all between
// the first and the last of a matrix are its own.
func tryOverlap[T Float](e *Engine[T], p Product[T]) error {
	want, size := make([]float64, len(p.C.Data)), make([]float64, len(p.C.Data))
	add := func(at int, x float64) { want[at], size[at] = want[at]+x, size[at]+math.Abs(x) }
	for at, x := range p.C.Data {
		add(at, float64(x))
	}
	lo, hi := p.C.reach(p.M, p.N)
	for b := range p.Batch {
		if p.Then&Accumulate == 0 {
			clear(want[p.C.batch(b)+lo : p.C.batch(b)+hi+1])
			clear(size[p.C.batch(b)+lo : p.C.batch(b)+hi+1])
		}
		for m := range p.M {
			for n := range p.N {
				for k := range p.K {
					add(p.C.at(b, m, n), float64(p.A.Data[p.A.at(b, m, k)])*float64(p.B.Data[p.B.at(b, k, n)]))
				}
			}
		}
	}
	e.Run(p)
	for at, x := range p.C.Data {
		if d := math.Abs(float64(x) - want[at]); !(d <= float64(p.M*p.K+8)*eps[T]()*size[at]) && !(x != x && want[at] != want[at]) {
			return fmt.Errorf("element %d is %v, want %v", at, x, want[at])
		}
	}
	return nil
}

// Results whose elements are named several times, with operands that end, or
// begin, where the memory does: matrices for themselves and abreast.
func TestOverlap(t *testing.T) { forSets(t, overlaps[float32], overlaps[float64]) }

func overlaps[T Float](t *testing.T, set *kernel.Set[T]) {
	r := newRig[T](1 << 18)
	for trial := range 300 {
		batch, rows, cols, terms := 2+r.IntN(3*set.Lanes), 1+r.IntN(30), 1+r.IntN(30), 1+r.IntN(20)
		if trial%5 == 0 {
			batch, rows = 2+r.IntN(4), 100+r.IntN(60)
		}
		p := Product[T]{Batch: batch, M: rows, N: cols, K: terms, Overlap: true, Then: Accumulate.If(r.IntN(2) == 0),
			A: operand(r.Rand, r.a, r.IntN(layouts), 1, rows, terms), B: operand(r.Rand, r.b, byRows, batch, terms, cols)}
		p.A.Step, p.A.Steps = 0, nil
		times := 1
		if r.IntN(3) == 0 {
			times = 2
			p.A.Kept = 1
		}
		p.C = overlapping(r, batch, rows, cols)
		abreast := set.SpreadRows(1) > 0 && trial%2 == 0 && (rows <= rowBlock || p.A.lie(rows, terms).strided)
		space := r.space.Tail(p.space(), 0)
		for i := range space {
			space[i] = T(math.NaN())
		}
		e := newEngine(set, nil, space)
		e.Reserve(KeptSpace(rows, terms))
		if abreast {
			e.abreast(t, &p)
		}
		for range times {
			if err := try(e, p); err != nil {
				t.Fatalf("batch %d of %d×%d×%d, then %b, abreast %v: %v", batch, rows, cols, terms, p.Then, abreast, err)
			}
		}
		if abreast && !e.job.abreast {
			t.Fatal("not computed abreast")
		}
	}
}

// overlapping is an operand whose elements are named several times: rows begin
// at any of few places, and columns are runs.
func overlapping[T Float](r *rig[T], batch, rows, cols int) Operand[T] {
	down, across := make([]int32, rows), make([]int32, cols)
	for i := range down {
		down[i] = int32(r.IntN(rows/2 + 1))
	}
	for j := range across {
		across[j] = int32(j)
		if gap := r.IntN(4); j > 0 {
			across[j] = across[j-1] + 1 + int32(gap/3)
		}
	}
	o := Operand[T]{Rows: NewTable(down), Cols: NewTable(across)}
	lo, hi := o.reach(rows, cols)
	o.Off, o.Step = -lo, hi-lo+1+r.IntN(3)
	o.Data = r.c.Tail((batch-1)*o.Step+hi-lo+1, 0)
	if r.IntN(2) == 0 {
		o.Data = r.c.Head((batch-1)*o.Step+hi-lo+1, r.IntN(4))
	}
	copy(o.Data, random[T](r.Rand, len(o.Data)))
	return o
}

// What a sum over a batch, or one that overlaps, cannot do.
func TestNoSuchSteps(t *testing.T) {
	p := products[float32](rand.New(rand.NewPCG(1, 1)), lenet[0], 2)[byInputApart]
	for what, change := range map[string]func(*Product[float32]){
		"overlap": func(p *Product[float32]) { p.Then = Scale },
		"both":    func(p *Product[float32]) { p.Sum = true },
		"sum":     func(p *Product[float32]) { p.Overlap, p.Sum, p.Then = false, true, Relu },
	} {
		p := p
		change(&p)
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s: no panic", what)
				}
			}()
			NewEngine(nil, make([]float32, p.space())).Run(p)
		}()
	}
}
