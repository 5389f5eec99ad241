package ir

import (
	"fmt"
	"math/rand/v2"
	"testing"
)

// space is a set of axes and sizes to draw integer expressions over, with a
// tensor to read.
type space struct {
	*rand.Rand
	axes []*Axis
	dims []*Dim
	data *Value // i32[8]
}

func newSpace(seed uint64, constant bool) *space {
	s := &space{Rand: rand.New(rand.NewPCG(seed, 11))}
	s.dims = []*Dim{{"N"}, {"M"}}
	s.data = NewBuilder().Input("k", Type{I32, Ints(8)})
	for k := range 3 {
		extent := Const(int64(1 + s.IntN(4)))
		if !constant && s.IntN(2) == 0 {
			extent = Of(s.dims[s.IntN(2)])
		}
		if !constant && k == 2 && s.IntN(3) == 0 {
			extent = Of(s.axes[0]).AddConst(1) // a triangle
		}
		s.axes = append(s.axes, NewAxis("ijk"[k:k+1], extent))
	}
	return s
}

// poly draws an expression and, independently of Int, what it is worth.
func (s *space) poly(depth int, sizes, reads bool) (Int, func(*Env) int64) {
	if depth == 0 {
		switch n := s.IntN(6); {
		case n < 3:
			x := s.axes[s.IntN(len(s.axes))]
			return Of(x), func(e *Env) int64 { return e.Axis(x) }
		case n == 3 && sizes:
			d := s.dims[s.IntN(2)]
			return Of(d), func(e *Env) int64 { return e.Dim(d) }
		case n == 4 && reads:
			x := s.axes[s.IntN(len(s.axes))]
			r := Read(s.data, Of(x))
			return Of(r), func(e *Env) int64 { return int64(e.Read(s.data, []int64{e.Axis(x)})) }
		}
		k := int64(s.IntN(9) - 4)
		return Const(k), func(*Env) int64 { return k }
	}
	a, fa := s.poly(depth-1, sizes, reads)
	switch s.IntN(6) {
	case 0:
		b, fb := s.poly(depth-1, sizes, reads)
		return a.Sub(b), func(e *Env) int64 { return fa(e) - fb(e) }
	case 1:
		b, fb := s.poly(depth-1, sizes, reads)
		return a.Mul(b), func(e *Env) int64 { return fa(e) * fb(e) }
	case 2:
		n := int64(1 + s.IntN(4))
		return a.FloorDiv(n), func(e *Env) int64 { return floor(fa(e), n) }
	case 3:
		n := int64(1 + s.IntN(4))
		return a.Mod(n), func(e *Env) int64 { return fa(e) - n*floor(fa(e), n) }
	case 4:
		k := int64(s.IntN(7) - 3)
		return a.MulConst(k).AddConst(k), func(e *Env) int64 { return fa(e)*k + k }
	}
	b, fb := s.poly(depth-1, sizes, reads)
	return a.Add(b), func(e *Env) int64 { return fa(e) + fb(e) }
}

// floor is ⌊a/n⌋ written apart from the code under test.
func floor(a, n int64) int64 {
	for k := a / n; ; k-- {
		if k*n <= a {
			return k
		}
	}
}

// points calls f for every point of the axes, for some sizes.
func (s *space) points(f func(*Env)) {
	for _, sizes := range [][2]int64{{1, 2}, {3, 1}, {4, 5}} {
		at := map[*Axis]int64{}
		env := &Env{
			Axis: func(x *Axis) int64 { return at[x] },
			Dim: func(d *Dim) int64 {
				if d.Name == "N" {
					return sizes[0]
				}
				return sizes[1]
			},
			Read: func(_ *Value, index []int64) float64 { return float64((index[0]*5+3)%7 - 2) },
		}
		var each func(axes []*Axis)
		each = func(axes []*Axis) {
			if len(axes) == 0 {
				f(env)
				return
			}
			n := NewEvaluator(env).Int(axes[0].Extent)
			for k := range n {
				at[axes[0]] = k
				each(axes[1:])
			}
		}
		each(s.axes)
	}
}

func TestPolynomialsEvaluate(t *testing.T) {
	for seed := range uint64(3000) {
		s := newSpace(seed, seed%2 == 0)
		i, want := s.poly(1+int(seed%4), true, seed%3 == 0)
		s.points(func(e *Env) {
			if got := NewEvaluator(e).Int(i); got != want(e) {
				t.Fatalf("seed %d: %v is %d, want %d", seed, i, got, want(e))
			}
		})
	}
}

func TestRangeHolds(t *testing.T) {
	known := 0
	for seed := range uint64(3000) {
		s := newSpace(seed, true)
		i, _ := s.poly(1+int(seed%3), false, false)
		lo, hi, ok := i.Range()
		if !ok {
			continue
		}
		known++
		s.points(func(e *Env) {
			if v := NewEvaluator(e).Int(i); v < lo || v > hi {
				t.Fatalf("seed %d: %v is %d, outside %d … %d", seed, i, v, lo, hi)
			}
		})
	}
	if known < 1000 {
		t.Errorf("only %d ranges known", known)
	}
}

func TestEqualPolynomialsCompareEqual(t *testing.T) {
	for seed := range uint64(2000) {
		s := newSpace(seed, false)
		a, _ := s.poly(2, true, true)
		b, _ := s.poly(2, true, true)
		c, _ := s.poly(1, true, true)
		for what, pair := range map[string][2]Int{
			"a+b":     {a.Add(b), b.Add(a)},
			"a*b":     {a.Mul(b), b.Mul(a)},
			"(a+b)*c": {a.Add(b).Mul(c), a.Mul(c).Add(b.Mul(c))},
			"a-b":     {a.Sub(b), b.Sub(a).Neg()},
			"a+b-b":   {a.Add(b).Sub(b), a},
		} {
			if !pair[0].Equal(pair[1]) || pair[0].Compare(pair[1]) != 0 || pair[0].Hash(1) != pair[1].Hash(1) {
				t.Fatalf("seed %d: %s: %v and %v", seed, what, pair[0], pair[1])
			}
		}
		if x, y := a.Compare(b), b.Compare(a); x != -y {
			t.Fatalf("seed %d: Compare(%v, %v) = %d and %d", seed, a, b, x, y)
		}
	}
}

func TestCoefSplits(t *testing.T) {
	for seed := range uint64(2000) {
		s := newSpace(seed, false)
		a, _ := s.poly(3, true, true)
		x := s.axes[s.IntN(3)]
		coef, rest, ok := a.Coef(x)
		if !ok {
			if !a.Uses(x) {
				t.Fatalf("seed %d: %v does not use %v, and does not split", seed, a, x)
			}
			continue
		}
		if coef.Uses(x) || rest.Uses(x) || !coef.Mul(Of(x)).Add(rest).Equal(a) {
			t.Fatalf("seed %d: %v = (%v)*%v + %v", seed, a, coef, x, rest)
		}
	}
}

func TestSubstEvaluates(t *testing.T) {
	for seed := range uint64(2000) {
		s := newSpace(seed, true)
		a, _ := s.poly(3, true, true)
		by, _ := s.poly(1, false, false)
		x := s.axes[s.IntN(3)]
		b := (&Subst{Axis: map[*Axis]Int{x: by}, Dim: map[*Dim]Int{s.dims[0]: Const(6)}}).Int(a)
		s.points(func(e *Env) {
			f := *e
			at := NewEvaluator(e).Int(by)
			f.Axis = func(y *Axis) int64 {
				if y == x {
					return at
				}
				return e.Axis(y)
			}
			f.Dim = func(d *Dim) int64 {
				if d == s.dims[0] {
					return 6
				}
				return e.Dim(d)
			}
			if got, want := NewEvaluator(e).Int(b), NewEvaluator(&f).Int(a); inRangeOf(x, at) && got != want {
				t.Fatalf("seed %d: %v with %v = %v is %v: %d, want %d", seed, a, x, by, b, got, want)
			}
		})
	}
}

// inRangeOf reports whether an index stays on its axis: quotients are
// simplified for indices that do.
func inRangeOf(x *Axis, at int64) bool {
	n, _ := x.Extent.IsConst()
	return at >= 0 && at < n
}

func TestFloorDivIdentity(t *testing.T) {
	x := NewAxis("i", Const(40))
	for n := int64(1); n <= 7; n++ {
		for k := int64(-9); k <= 9; k++ {
			for c := int64(-5); c <= 5; c++ {
				i := Of(x).MulConst(c).AddConst(k)
				if back := i.FloorDiv(n).MulConst(n).Add(i.Mod(n)); !back.Equal(i) {
					t.Errorf("%v: %d*floor + mod = %v", i, n, back)
				}
			}
		}
	}
}

func ExampleInt_String() {
	b, t, h, i := NewAxis("b", Const(2)), NewAxis("t", Const(3)), NewAxis("h", Const(4)), NewAxis("i", Const(5))
	n := &Dim{"T"}
	fmt.Println(Of(b).Mul(Of(n)).Add(Of(t)))
	fmt.Println(Of(h).MulConst(2).Add(Of(i)).AddConst(-3))
	fmt.Println(Of(h).Neg().AddConst(7).FloorDiv(2))
	// Output:
	// b*T + t
	// 2*h + i - 3
	// floor((-h + 1)/2) + 3
}
