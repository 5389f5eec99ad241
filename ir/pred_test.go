package ir

import (
	"slices"
	"testing"
)

// pred draws a predicate.
func (s *space) pred() Pred {
	a, _ := s.poly(1+s.IntN(2), true, false)
	b, _ := s.poly(1, true, false)
	switch s.IntN(4) {
	case 0:
		return Eq(a, b)
	case 1:
		return DividesBy(a, int64(1+s.IntN(3)))
	case 2:
		return Lt(a, b)
	}
	return Ge(a, b)
}

func TestTruthIsSound(t *testing.T) {
	known := map[Truth]int{}
	for seed := range uint64(6000) {
		s := newSpace(seed, seed%2 == 0)
		p := s.pred()
		truth := p.Truth()
		known[truth]++
		s.points(func(e *Env) {
			if holds := NewEvaluator(e).Pred(p); truth == True && !holds || truth == False && holds {
				t.Fatalf("seed %d: %v is %v, found to be %v", seed, p, holds, truth)
			}
		})
	}
	if known[True] < 300 || known[False] < 300 {
		t.Errorf("decided: %v", known)
	}
}

func TestConjIsSound(t *testing.T) {
	for seed := range uint64(2000) {
		s := newSpace(seed, false)
		preds := []Pred{s.pred(), s.pred(), s.pred()}
		preds = append(preds, preds[0])
		out, possible := Conj(preds)
		s.points(func(e *Env) {
			v := NewEvaluator(e)
			all := func(ps []Pred) bool { return !slices.ContainsFunc(ps, func(p Pred) bool { return !v.Pred(p) }) }
			if want := all(preds); want != (possible && all(out)) {
				t.Fatalf("seed %d: %v became %v, %v", seed, preds, out, possible)
			}
		})
	}
}

// TestConjSeesContradictions: what obviously cannot hold is not left to be tested
// for every element.
func TestConjSeesContradictions(t *testing.T) {
	i, j := Of(NewAxis("i", Const(9))), Of(NewAxis("j", Const(9)))
	one, two := Const(1), Const(2)
	for _, c := range []struct {
		name string
		p, q Pred
		can  bool
	}{
		{"1 and 2", Eq(i, one), Eq(i, two), false},
		{"1 and at least 2", Eq(i, one), Ge(i, two), false},
		{"2 and at most 1", Eq(i, two), Ge(one, i), false},
		{"1 and at most 2", Eq(i, one), Ge(two, i), true},
		{"at least 2 and at most 1", Ge(i, two), Ge(one, i), false},
		{"at least 1 and at most 1", Ge(i, one), Ge(one, i), true},
		{"equal and apart", Eq(i, j), Ge(i, j.AddConst(1)), false},
		{"equal and apart the other way", Eq(i, j), Lt(i, j), false},
		{"two of two", Eq(i, one), Eq(j, two), true},
	} {
		for _, list := range [][]Pred{{c.p, c.q}, {c.q, c.p}} {
			if _, can := Conj(list); can != c.can {
				t.Errorf("%s: %v can hold: %v", c.name, list, can)
			}
		}
	}
}

// Bounds are the same limits, and Solve the same set.
func TestBoundsAndSolve(t *testing.T) {
	solved := 0
	for seed := range uint64(3000) {
		s := newSpace(seed, false)
		x := s.axes[s.IntN(3)]
		preds := []Pred{s.pred(), s.pred()}
		lower, upper, rest := Bounds(x, preds)
		value, others, ok := Solve(x, preds)
		if ok {
			solved++
		}
		s.points(func(e *Env) {
			v := NewEvaluator(e)
			all := func(ps []Pred) bool { return !slices.ContainsFunc(ps, func(p Pred) bool { return !v.Pred(p) }) }
			within := all(rest)
			for _, b := range lower {
				within = within && b.Den*e.Axis(x) >= v.Int(b.E)
			}
			for _, b := range upper {
				within = within && b.Den*e.Axis(x) <= v.Int(b.E)
			}
			if within != all(preds) {
				t.Fatalf("seed %d: %v bounds %v: %v, %v, %v", seed, preds, x, lower, upper, rest)
			}
			if ok && (v.Int(value) == e.Axis(x) && all(others)) != all(preds) {
				t.Fatalf("seed %d: %v solved for %v: %v, %v", seed, preds, x, value, others)
			}
		})
	}
	if solved < 200 {
		t.Errorf("only %d solved", solved)
	}
}

// What Proves answers holds at every point where what is known does.
func TestProvesIsSound(t *testing.T) {
	proved := 0
	for seed := range uint64(6000) {
		s := newSpace(seed, seed%2 == 0)
		known := []Pred{s.pred(), s.pred()}
		q := s.pred()
		if s.IntN(2) == 0 { // near to what is known, so that something is proved
			q = known[0]
			q.E = q.E.MulConst(int64(1 + s.IntN(3))).AddConst(int64(s.IntN(3)))
			if known[1].Kind == GE0 {
				q.E = q.E.Add(known[1].E)
			}
		}
		if !Proves(known, q) {
			continue
		}
		proved++
		s.points(func(e *Env) {
			v := NewEvaluator(e)
			if v.Pred(known[0]) && v.Pred(known[1]) && !v.Pred(q) {
				t.Fatalf("seed %d: %v does not follow from %v", seed, q, known)
			}
		})
	}
	if proved < 500 {
		t.Errorf("only %d proved", proved)
	}
}
