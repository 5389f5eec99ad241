package contract

import (
	"slices"
	"testing"

	"github.com/gradgen/gradgen/runtime/internal/kernel"
)

// A product that may be turned about for several workers gives the same bits either way.
func TestTurnedAboutSameBits(t *testing.T) {
	forSets(t, turnedAbout[float32], turnedAbout[float64])
}

func turnedAbout[T Float](t *testing.T, set *kernel.Set[T]) {
	r, same := newRig[T](1<<20), 0
	for range 200 {
		m, n, k := 1+r.IntN(150), 1+r.IntN(150), 1+r.IntN(900)
		p := r.product(1, m, n, k, Steps(r.IntN(64))<<1)
		p.A, p.B = Matrix(random[T](r.Rand, m*k), k, 1), Matrix(random[T](r.Rand, n*k), n, 1)
		if r.IntN(2) == 0 {
			p.A.Row, p.A.Col = 1, m
		}
		if r.IntN(2) == 0 {
			p.B.Row, p.B.Col = 1, k
		}
		p.C, p.Gate = Matrix(random[T](r.Rand, m*n), n, 1), Matrix(random[T](r.Rand, m*n), n, 1)
		for _, o := range []*Operand[T]{&p.C, &p.Gate} {
			if r.IntN(2) == 0 {
				o.Row, o.Col = 1, m
			}
		}
		p.normalize()
		e := newEngine(set, nil, make([]T, Space(m, n, k)))
		q := p.ask()
		d := q.answer(e.machine)
		o := d.turnAbout(e.machine)
		if e.machine.packed || !d.sumsLike(&o) {
			continue
		}
		same++
		was := slices.Clone(p.C.Data)
		run := func(d *decision) []T {
			copy(p.C.Data, was)
			d.prepare(e.machine, 1)
			e.job.set(&p, d)
			e.workers[0].kept = false
			for id := range d.count {
				e.task(0, id)
			}
			return slices.Clone(p.C.Data)
		}
		if a, b := run(&d), run(&o); !slices.Equal(a, b) {
			t.Fatalf("%d×%d×%d then %b, from %d, %d and %d, %d: bits differ", m, n, k, p.Then, p.A.Row, p.A.Col, p.B.Row, p.B.Col)
		}
	}
	if want := 100; !set.Packed && same < want {
		t.Errorf("%d of the products may be turned about, want %d", same, want)
	}
}
