package contract

import (
	"math"
	"testing"

	"github.com/gradgen/gradgen/runtime/internal/kernel"
)

// band is a random one of a matrix, perhaps none of its elements.
func (r *rig[T]) band(rows, cols int) Band {
	switch from := r.IntN(rows+cols) - rows; r.IntN(4) {
	case 0:
		return Band{}
	case 1:
		return Band{1 - rows, 1 + from}
	case 2:
		return Band{from, cols}
	default:
		return Band{from, from + 1 + r.IntN(cols)}
	}
}

func (b Band) has(i, j int) bool { return b.whole() || b.From <= j-i && j-i < b.To }

// clear makes the elements outside the band zeros.
func (o *Operand[T]) clear(batch, rows, cols int) {
	for b := range batch {
		for i := range rows {
			for j := range cols {
				if !o.Band.has(i, j) {
					o.Data[o.at(b, i, j)] = 0
				}
			}
		}
	}
}

// Bands change nothing of the elements that are wanted, whatever is computed how.
func TestBands(t *testing.T) { forSets(t, bands[float32], bands[float64]) }

func bands[T Float](t *testing.T, set *kernel.Set[T]) {
	r := newRig[T](1 << 19)
	for at := range 400 {
		batch, m, n, k := 1+r.IntN(2), 1+r.IntN(70), 1+r.IntN(90), 1+r.IntN(80)
		switch at % 10 {
		case 0:
			k += 500 // blocks of the sum
		case 1:
			m, n, k = m+250, n+100, k+100 // packed operands
		}
		p := r.product(batch, m, n, k, Steps(r.IntN(64))<<1)
		p.A.Band, p.B.Band, p.C.Band = r.band(m, k), r.band(k, n), r.band(m, n)
		p.A.clear(batch, m, k)
		p.B.clear(batch, k, n)
		if err := try(r.engine(set, m, n, k), p); err != nil {
			t.Fatalf("%d×%d×%d×%d then %b, bands %v, %v, %v: %v", batch, m, n, k, p.Then, p.A.Band, p.B.Band, p.C.Band, err)
		}
	}
}

// Terms outside of an operand's band are left out: a factor that is infinite does not
// reach the sums. So are sums outside of the result's band. What lies beside the band
// in a tile is not.
func TestBandsAreLeftOut(t *testing.T) { forSets(t, leftOut[float32], leftOut[float64]) }

func leftOut[T Float](t *testing.T, set *kernel.Set[T]) {
	const n, at, tile = 200, 100, 64 // more than a tile has rows or columns
	full := func(v T) Operand[T] {
		o := Matrix(make([]T, n*n), n, 1)
		for i := range o.Data {
			o.Data[i] = v
		}
		return o
	}
	for _, band := range []Band{{1 - n, 1}, {0, n}, {-3, 4}} {
		beside := Band{band.From - tile, band.To + tile}
		run := func(name string, change func(p *Product[T]), excluded func(i, j int) bool, want func(T) bool) {
			p := Product[T]{Batch: 1, M: n, N: n, K: n, A: full(1), B: full(1), C: full(7)}
			change(&p)
			newEngine(set, nil, make([]T, Space(n, n, n))).Run(p)
			for i := range n {
				for j := range n {
					if v := p.C.Data[i*n+j]; excluded(i, j) && !want(v) {
						t.Fatalf("band %v of %s: element (%d, %d) is %v", band, name, i, j, v)
					}
				}
			}
		}
		finite := func(v T) bool { return !math.IsInf(float64(v), 0) && v == v }
		run("A", func(p *Product[T]) {
			p.A.Band = band
			p.A.clear(1, n, n)
			for j := range n {
				p.B.Data[at*n+j] = T(math.Inf(1)) // row at
			}
		}, func(i, j int) bool { return !beside.has(i, at) }, finite)
		run("B", func(p *Product[T]) {
			p.B.Band = band
			p.B.clear(1, n, n)
			for i := range n {
				p.A.Data[i*n+at] = T(math.Inf(1)) // column at
			}
		}, func(i, j int) bool { return !beside.has(at, j) }, finite)
		run("C", func(p *Product[T]) { p.C.Band = band }, func(i, j int) bool { return !beside.has(i, j) }, func(v T) bool { return v == 7 })
	}
}
