package ir

import "slices"

// PredKind tells what a Pred demands of its expression.
type PredKind uint8

// The kinds of affine predicates.
const (
	GE0     PredKind = iota // E ≥ 0
	EQ0                     // E = 0
	Divides                 // Mod divides E
)

// Pred is a quasi-affine predicate over axes and sizes. Domains are
// conjunctions of them; so are the conditions of guarded reads.
type Pred struct {
	Kind PredKind
	E    Int
	Mod  int64 // of Divides
}

// Ge returns a ≥ b.
func Ge(a, b Int) Pred { return Pred{Kind: GE0, E: a.Sub(b)} }

// Lt returns a < b.
func Lt(a, b Int) Pred { return Pred{Kind: GE0, E: b.Sub(a).AddConst(-1)} }

// Eq returns a = b. The sign is normalised, so a = b and b = a are equal.
func Eq(a, b Int) Pred {
	e := a.Sub(b)
	if ts, k := e.Terms(); len(ts) > 0 && ts[0].Coef < 0 || len(ts) == 0 && k < 0 {
		e = e.Neg()
	}
	return Pred{Kind: EQ0, E: e}
}

// DividesBy returns: m divides a.
func DividesBy(a Int, m int64) Pred { return Pred{Kind: Divides, E: a, Mod: m} }

// Equal reports whether both are the same predicate.
func (p Pred) Equal(q Pred) bool {
	return p.Kind == q.Kind && p.Mod == q.Mod && p.E.Equal(q.E)
}

// Truth is what is known of a predicate before anything runs.
type Truth int8

// The truth values.
const (
	Unknown Truth = iota
	True
	False
)

// Truth decides the predicate from the ranges of the axes in it, where it can.
// Sizes are taken to be at least 0, and an axis that is in scope to have an
// extent of at least 1, because otherwise nothing is evaluated.
func (p Pred) Truth() Truth {
	switch p.Kind {
	case GE0:
		if p.E.NonNegative() {
			return True
		}
		if p.E.Neg().AddConst(-1).NonNegative() {
			return False
		}
	case EQ0:
		if p.E.Is(0) {
			return True
		}
		if p.E.AddConst(-1).NonNegative() || p.E.Neg().AddConst(-1).NonNegative() {
			return False
		}
	case Divides:
		ts, k := p.E.Terms()
		for _, t := range ts {
			if t.Coef%p.Mod != 0 {
				return Unknown
			}
		}
		if k%p.Mod == 0 {
			return True
		}
		return False
	}
	return Unknown
}

// NonNegative proves e ≥ 0 for all values of the axes in e, or returns false.
// Each axis is moved to the end of its range where e is least; where that fails,
// quotients are first, as if they were free in theirs.
func (a Int) NonNegative() bool {
	if a.leastNonNegative() {
		return true
	}
	b, changed := a.leastOverQuotients()
	return changed && b.leastNonNegative()
}

// leastOverQuotients puts the end of its range that makes a smallest in place
// of every quotient.
func (a Int) leastOverQuotients() (out Int, changed bool) {
	out.k = a.k
	for _, t := range a.terms {
		part := Int{terms: []Term{t}}
		if d, ok := t.Atoms[0].(*FloorDiv); ok && len(t.Atoms) == 1 {
			if least, _, known := part.Range(); known && d.Num.HasAxes() {
				part, changed = Const(least), true
			}
		}
		out = out.Add(part)
	}
	return out, changed
}

func (a Int) leastNonNegative() bool {
	low, ok := a.leastOverAxes()
	if !ok {
		return false
	}
	if low.k < 0 {
		return false
	}
	for _, t := range low.terms {
		if t.Coef < 0 || !monoNonNegative(t.Atoms) {
			return false
		}
	}
	return true
}

func monoNonNegative(mono []Atom) bool {
	for _, m := range mono {
		switch m := m.(type) {
		case *Dim:
		case *FloorDiv:
			if !m.Num.NonNegative() {
				return false
			}
		default:
			return false
		}
	}
	return true
}

// leastOverAxes substitutes every axis by the end of its range that makes a
// smallest. The result has sizes only.
func (a Int) leastOverAxes() (Int, bool) {
	if n, ok := a.linearOverAxes(); ok {
		return a.leastOfLinear(n)
	}
	// Inner axes may have extents that use outer ones (triangles), so repeat.
	for range 8 {
		x := a.anyAxis()
		if x == nil {
			return a, true
		}
		coef, rest, ok := a.Coef(x)
		if !ok {
			return Int{}, false
		}
		switch {
		case coefSign(coef) >= 0:
			a = rest.Add(coef.MulConst(x.Least))
		case coefSign(coef.Neg()) >= 0:
			a = rest.Add(coef.Mul(x.Extent.AddConst(-1)))
		default:
			return Int{}, false
		}
	}
	return Int{}, false
}

// linearOverAxes reports that a is linear in axes of extents made of sizes, and
// otherwise made of sizes: the usual form. The first n terms are those with an
// axis, which stands in front.
func (a Int) linearOverAxes() (n int, ok bool) {
	for i, t := range a.terms {
		factors := t.Atoms
		if x, isAxis := factors[0].(*Axis); isAxis {
			for _, e := range x.Extent.terms {
				if !areSizes(e.Atoms) {
					return 0, false
				}
			}
			n, factors = i+1, factors[1:]
		}
		if !areSizes(factors) {
			return 0, false
		}
	}
	return n, true
}

func areSizes(atoms []Atom) bool {
	for _, m := range atoms {
		if _, ok := m.(*Dim); !ok {
			return false
		}
	}
	return true
}

// leastOfLinear is leastOverAxes of a with n terms that have an axis.
func (a Int) leastOfLinear(n int) (Int, bool) {
	low := Int{a.k, a.terms[n:]}
	for i, t := range a.terms[:n] {
		if i > 0 && t.Atoms[0] == a.terms[i-1].Atoms[0] && (t.Coef < 0) != (a.terms[i-1].Coef < 0) {
			return Int{}, false // the sign of its factor depends on sizes
		}
		x := t.Atoms[0].(*Axis)
		end := Const(x.Least)
		if t.Coef < 0 {
			end = x.Extent.AddConst(-1)
		} else if x.Least == 0 {
			continue
		}
		if len(t.Atoms) > 1 {
			low = low.Add(end.mulTerm(Term{t.Coef, t.Atoms[1:]}))
		} else {
			low = low.addTimes(t.Coef, end)
		}
	}
	return low, true
}

func coefSign(c Int) int {
	if c.k < 0 {
		return -1
	}
	for _, t := range c.terms {
		if t.Coef < 0 || !monoNonNegative(t.Atoms) {
			return -1
		}
	}
	return 1
}

func (a Int) anyAxis() *Axis {
	for i := len(a.terms) - 1; i >= 0; i-- {
		for _, m := range a.terms[i].Atoms {
			if x, ok := m.(*Axis); ok {
				return x
			}
		}
	}
	return nil
}

// Conj simplifies a conjunction: predicates known to hold vanish, repeated ones
// are kept once, and those that read integer arrays come last, because a
// conjunction is evaluated from left to right and the reads may be in range
// only where the others hold. It reports false when the conjunction cannot
// hold.
func Conj(preds []Pred) ([]Pred, bool) {
	out := make([]Pred, 0, len(preds))
	for _, p := range preds {
		switch p.Truth() {
		case True:
			continue
		case False:
			return nil, false
		}
		if slices.ContainsFunc(out, p.excludes) {
			return nil, false
		}
		if !slices.ContainsFunc(out, p.Equal) {
			out = append(out, p)
		}
	}
	slices.SortStableFunc(out, func(p, q Pred) int { return boolToInt(p.E.HasReads()) - boolToInt(q.E.HasReads()) })
	return out, true
}

// excludes reports whether p and q obviously cannot hold both: they say of one
// expression that it is 1 and that it is 2, or that it is at least 2.
func (p Pred) excludes(q Pred) bool {
	switch {
	case p.Kind == EQ0 && q.Kind == EQ0:
		k, ok := p.E.apart(q.E, 1)
		return ok && k != 0
	case p.Kind == GE0 && q.Kind == GE0:
		k, ok := p.E.apart(q.E, -1)
		return ok && k < 0
	case p.Kind == EQ0 && q.Kind == GE0:
		return q.excludes(p)
	case p.Kind == GE0 && q.Kind == EQ0:
		up, same := p.E.apart(q.E, 1)
		down, opposite := p.E.apart(q.E, -1)
		return same && up < 0 || opposite && down < 0
	}
	return false
}

// apart is a - sign·b if that is a number; sign is 1 or -1.
func (a Int) apart(b Int, sign int64) (int64, bool) {
	same := slices.EqualFunc(a.terms, b.terms, func(s, t Term) bool {
		return s.Coef == sign*t.Coef && compareMonos(s.Atoms, t.Atoms) == 0
	})
	return a.k - sign*b.k, same
}

// Negation returns disjoint predicates that together hold where p does not.
func (p Pred) Negation() []Pred {
	below := Pred{Kind: GE0, E: p.E.Neg().AddConst(-1)}
	switch p.Kind {
	case GE0:
		return []Pred{below}
	case EQ0:
		return []Pred{{Kind: GE0, E: p.E.AddConst(-1)}, below}
	}
	var out []Pred
	for r := int64(1); r < p.Mod; r++ {
		out = append(out, DividesBy(p.E.AddConst(-r), p.Mod))
	}
	return out
}

// Negation returns disjoint conjunctions that together hold where the test e
// does not: each predicate fails in turn, with those before it holding.
func (e *Expr) Negation() [][]Pred {
	var out [][]Pred
	for k, p := range e.Preds {
		for _, not := range p.Negation() {
			out = append(out, append(slices.Clone(e.Preds[:k]), not))
		}
	}
	return out
}

func boolToInt(b bool) int {
	if b {
		return 1
	}
	return 0
}

// InRange returns the conjunction 0 ≤ i < n.
func InRange(i, n Int) []Pred { return []Pred{Ge(i, Const(0)), Lt(i, n)} }

// A Bound limits an axis from one side, by (E rounded)/Den: below by the
// ceiling, above (inclusive) by the floor.
type Bound struct {
	E   Int
	Den int64
}

// Bounds splits preds into limits of x and the rest. Only predicates with a
// constant coefficient of x become limits.
func Bounds(x *Axis, preds []Pred) (lower, upper []Bound, rest []Pred) {
	for _, p := range preds {
		coef, r, ok := p.E.Coef(x)
		c, isConst := coef.IsConst()
		if !ok || !isConst || c == 0 || p.Kind != GE0 {
			rest = append(rest, p)
			continue
		}
		if c > 0 {
			lower = append(lower, Bound{r.Neg(), c})
		} else {
			upper = append(upper, Bound{r, -c})
		}
	}
	return lower, upper, rest
}

// Solve finds an equality in preds that determines x with a unit coefficient,
// and returns the value of x and the other predicates, with x still in them.
func Solve(x *Axis, preds []Pred) (value Int, rest []Pred, ok bool) {
	for i, p := range preds {
		if p.Kind != EQ0 {
			continue
		}
		coef, r, linear := p.E.Coef(x)
		c, isConst := coef.IsConst()
		if !linear || !isConst || c != 1 && c != -1 {
			continue
		}
		return r.MulConst(-c), slices.Delete(slices.Clone(preds), i, i+1), true
	}
	return Int{}, nil, false
}

func (p Pred) String() string {
	switch p.Kind {
	case EQ0:
		return relation(p.E, " = ")
	case Divides:
		return Const(p.Mod).String() + " divides " + p.E.String()
	}
	return relation(p.E, " >= ")
}

// relation prints e R 0 with the negative summands moved to the right.
func relation(e Int, op string) string {
	var left, right Int
	ts, k := e.Terms()
	for _, t := range ts {
		one := Int{terms: []Term{{t.Coef, t.Atoms}}}
		if t.Coef > 0 {
			left = left.Add(one)
		} else {
			right = right.Sub(one)
		}
	}
	if k > 0 {
		left = left.AddConst(k)
	} else {
		right = right.AddConst(-k)
	}
	return left.String() + op + right.String()
}
