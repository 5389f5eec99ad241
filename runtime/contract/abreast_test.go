package contract

import (
	"math"
	"slices"
	"testing"

	"github.com/gradgen/gradgen/runtime/internal/kernel"
)

// abreast makes the next product of e, which is p, be computed abreast, whatever
// it costs.
func (e *Engine[T]) abreast(t *testing.T, p *Product[T]) {
	p.normalize()
	q := p.ask()
	w, ok := q.byLanes(e.machine)
	if !ok {
		t.Fatalf("%d×%d×%d cannot be computed abreast", q.m, q.n, q.k)
	}
	d := decision{question: q, way: w}
	d.prepare(e.machine, len(e.workers))
	at, _ := find(e.memo, p)
	*at = remembered{p.shape(), p.bounds(), d}
}

// All sizes of batches, of results and of sums, with operands that end, or begin,
// where the memory does, in just the memory that is promised to be enough.
func TestAbreast(t *testing.T) { forSets(t, abreastSizes[float32], abreastSizes[float64]) }

func abreastSizes[T Float](t *testing.T, set *kernel.Set[T]) {
	m := newMachine(set)
	r := newRig[T](1 << 18)
	for trial := range 400 {
		batch, rows, cols, terms := 2+r.IntN(3*set.Lanes), 1+r.IntN(20), 1+r.IntN(40), 1+r.IntN(30)
		switch trial % 8 {
		case 0:
			rows, batch = 115+r.IntN(20), 2+r.IntN(4)
		case 1:
			rows, cols, terms, batch = 1+r.IntN(4), 1+r.IntN(9), 380+r.IntN(30), 2+r.IntN(4)
		}
		sum := trial%2 == 0
		switch {
		case sum && m.runs == 0, !sum && m.patch[kernel.MaxPatch] == 0:
			continue
		}
		p := Product[T]{Batch: batch, M: rows, N: cols, K: terms, Factor: T(r.Float64()), Row: random[T](r.Rand, rows),
			B: operand(r.Rand, r.b, byTables, batch, terms, cols)}
		p.B.Step, p.B.Steps = int(p.B.Steps.at[1]), nil
		if sum {
			p.Sum, p.Then = true, Steps(r.IntN(64))<<1&(Scale|Accumulate)
			p.A, p.C = operand(r.Rand, r.a, byRows, batch, rows, terms), operand(r.Rand, r.c, r.IntN(layouts), 1, rows, cols)
			p.C.Step, p.C.Steps = 0, nil
		} else {
			p.Then = Steps(r.IntN(64)) << 1 & (Scale | AddRow | Relu)
			p.A, p.C = operand(r.Rand, r.a, r.IntN(layouts), 1, rows, terms), operand(r.Rand, r.c, byRows, batch, rows, cols)
			p.A.Step, p.A.Steps = 0, nil
			if !p.A.lie(rows, terms).strided && rows > rowBlock {
				continue // it cannot be kept
			}
		}
		if trial%3 == 0 { // offsets that would overflow if they were all multiplied
			p.B = far(p.B)
		}
		space := r.space.Tail(p.space(), 0)
		for i := range space {
			space[i] = T(math.NaN())
		}
		e := newEngine(set, nil, space)
		e.abreast(t, &p)
		if err := try(e, p); err != nil {
			t.Fatalf("batch %d of %d×%d×%d, then %b, sum %v: %v", batch, rows, cols, terms, p.Then, sum, err)
		}
		if !e.job.abreast {
			t.Fatal("not computed abreast")
		}
	}
}

// far is an operand by tables whose rows and columns lie far on either side of it.
func far[T Float](o Operand[T]) Operand[T] {
	const by = math.MaxInt32 - 1<<20
	shift := func(t *Table, by int32) *Table {
		at := slices.Clone(t.at)
		for i := range at {
			at[i] += by
		}
		return NewTable(at)
	}
	o.Rows, o.Cols = shift(o.Rows, by), shift(o.Cols, -by)
	return o
}
