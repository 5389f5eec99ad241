package ir

import (
	"slices"
)

// proofSteps bounds the search of Proves.
const proofSteps = 3000

// Proves reports whether q follows from the predicates that are known to hold,
// and from the ranges of the axes. It looks for a sum of known inequalities,
// with positive factors, that leaves a rest which is never negative; it never
// answers true wrongly, and may miss what is true.
func Proves(known []Pred, q Pred) bool {
	if slices.ContainsFunc(known, q.Equal) || q.Truth() == True {
		return true
	}
	p := &proof{steps: proofSteps}
	for _, a := range known {
		switch a.Kind {
		case GE0:
			p.known = append(p.known, tightened(a.E))
		case EQ0:
			p.known = append(p.known, tightened(a.E), tightened(a.E.Neg()))
		case Divides:
			p.exact = append(p.exact, a)
		}
	}
	switch q.Kind {
	case GE0:
		return p.nonNegative(q.E, 4)
	case EQ0:
		return p.nonNegative(q.E, 4) && p.nonNegative(q.E.Neg(), 4)
	}
	for _, a := range p.exact {
		if a.Mod%q.Mod == 0 && congruent(a.E, q.E, q.Mod) {
			return true
		}
	}
	return false
}

type proof struct {
	known []Int
	exact []Pred // divisibilities
	steps int
}

// nonNegative proves g ≥ 0 with at most depth known inequalities.
func (p *proof) nonNegative(g Int, depth int) bool {
	if p.steps--; p.steps < 0 {
		return false
	}
	if g.NonNegative() || p.atLeast(g) {
		return true
	}
	if f, ok := p.withoutQuotient(g); ok && p.nonNegative(f, depth) {
		return true
	}
	if depth == 0 {
		return false
	}
	for _, a := range p.known {
		// g ≥ 0 follows from d·g - c·a ≥ 0, which drops a monomial they share.
		for _, t := range g.terms {
			for _, s := range a.terms {
				if compareMonos(t.Atoms, s.Atoms) != 0 || (t.Coef < 0) != (s.Coef < 0) {
					continue
				}
				c, d := abs64(t.Coef), abs64(s.Coef)
				k := gcd(c, d)
				if p.nonNegative(g.MulConst(d/k).Sub(a.MulConst(c/k)), depth-1) {
					return true
				}
			}
		}
	}
	return false
}

// atLeast proves g ≥ 0 where g is least over its axes, and quotients are
// replaced there.
func (p *proof) atLeast(g Int) bool {
	low, ok := g.leastOverAxes()
	for range 4 {
		if !ok {
			return false
		}
		if low.NonNegative() {
			return true
		}
		low, ok = p.withoutQuotient(low)
		if ok {
			low, ok = low.leastOverAxes()
		}
	}
	return false
}

// withoutQuotient replaces one quotient in g by its least value; what is ≥ 0
// then, g is.
func (p *proof) withoutQuotient(g Int) (Int, bool) {
	for k, t := range g.terms {
		if len(t.Atoms) != 1 {
			continue
		}
		q, ok := t.Atoms[0].(*FloorDiv)
		if !ok {
			continue
		}
		rest := Int{k: g.k, terms: slices.Delete(slices.Clone(g.terms), k, k+1)}
		whole := rest.MulConst(q.Den).Add(q.Num.MulConst(t.Coef)) // Den·g, were the quotient exact
		switch {
		case p.divides(q.Num, q.Den), t.Coef == 1:
			// With factor 1: ⌊a/n⌋ ≥ -r exactly if a ≥ -n·r.
		case t.Coef == -1:
			whole = whole.AddConst(q.Den - 1)
		case t.Coef > 0:
			whole = whole.AddConst(-t.Coef * (q.Den - 1))
		}
		return whole, true
	}
	return g, false
}

func (p *proof) divides(a Int, n int64) bool {
	for _, q := range p.exact {
		if q.Mod%n == 0 && congruent(a, q.E, n) {
			return true
		}
	}
	return false
}

// congruent reports whether a ± b is a multiple of n, for every value.
func congruent(a, b Int, n int64) bool {
	return DividesBy(a.Sub(b), n).Truth() == True || DividesBy(a.Add(b), n).Truth() == True
}

// tightened divides a ≥ 0 by what all coefficients have in common, which
// rounds its constant down: 2·i ≥ 1 says i ≥ 1.
func tightened(a Int) Int {
	var g int64
	for _, t := range a.terms {
		g = gcd(abs64(t.Coef), g)
	}
	if g <= 1 {
		return a
	}
	out := Int{k: floorDiv(a.k, g), terms: make([]Term, len(a.terms))}
	for i, t := range a.terms {
		out.terms[i] = Term{t.Coef / g, t.Atoms}
	}
	return out
}

func abs64(a int64) int64 {
	if a < 0 {
		return -a
	}
	return a
}

func gcd(a, b int64) int64 {
	for b != 0 {
		a, b = b, a%b
	}
	return a
}
