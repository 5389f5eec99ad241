package ir

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
)

// Int is an integer expression in normal form: a polynomial with int64
// coefficients over atoms. One type serves sizes (atoms are [*Dim]), index
// maps and loop bounds (atoms are [*Axis], too), reads of integer arrays
// ([*Expr]) and exact quotients ([*FloorDiv]), so that b*T + t, 2*h + p - 1
// and tok[b,t] are added, compared and substituted by the same few methods.
//
// The zero value is 0. An Int is immutable.
type Int struct {
	k     int64
	terms []Term // sorted by monomial, no zero coefficients
}

// A Term is one summand of an Int: Coef times the product of Atoms, which are
// sorted and never empty; a power repeats its atom.
type Term struct {
	Coef  int64
	Atoms []Atom
}

// Const makes a constant.
func Const(n int64) Int { return Int{k: n} }

// Of makes the polynomial that is one atom.
func Of(a Atom) Int {
	if x, ok := a.(*Axis); ok {
		return x.self
	}
	return monomial(1, a)
}

// monomial is coef times an atom.
func monomial(coef int64, a Atom) Int { return Int{terms: []Term{{coef, []Atom{a}}}} }

// Ints makes constants, for shapes.
func Ints(ns ...int64) []Int {
	out := make([]Int, len(ns))
	for i, n := range ns {
		out[i] = Const(n)
	}
	return out
}

// Compare orders integer expressions totally; equal ones compare 0.
func (a Int) Compare(b Int) int {
	if c := slices.CompareFunc(a.terms, b.terms, func(s, t Term) int {
		if c := compareMonos(s.Atoms, t.Atoms); c != 0 {
			return c
		}
		return cmp.Compare(s.Coef, t.Coef)
	}); c != 0 {
		return c
	}
	return cmp.Compare(a.k, b.k)
}

// Equal reports whether both are the same polynomial.
func (a Int) Equal(b Int) bool {
	return a.k == b.k && len(a.terms) == len(b.terms) && a.Compare(b) == 0
}

// same reports whether a and b are one polynomial in memory, which takes no
// comparison of terms; equal ones may differ in this.
func (a Int) same(b Int) bool {
	return a.k == b.k && len(a.terms) == len(b.terms) && (len(a.terms) == 0 || &a.terms[0] == &b.terms[0])
}

// IsConst returns the constant that a is.
func (a Int) IsConst() (int64, bool) { return a.k, len(a.terms) == 0 }

// Is reports whether a is the constant n.
func (a Int) Is(n int64) bool { return a.k == n && len(a.terms) == 0 }

// IsAxis returns the axis that a is, if it is just one.
func (a Int) IsAxis() (*Axis, bool) {
	if a.k != 0 || len(a.terms) != 1 || a.terms[0].Coef != 1 || len(a.terms[0].Atoms) != 1 {
		return nil, false
	}
	x, ok := a.terms[0].Atoms[0].(*Axis)
	return x, ok
}

// IsAtom returns the atom that a is, if it is just one.
func (a Int) IsAtom() (Atom, bool) {
	if a.k != 0 || len(a.terms) != 1 || a.terms[0].Coef != 1 || len(a.terms[0].Atoms) != 1 {
		return nil, false
	}
	return a.terms[0].Atoms[0], true
}

// Add returns a + b.
func (a Int) Add(b Int) Int { return a.addTimes(1, b) }

// addTimes returns a + n*b, where n is not 0.
func (a Int) addTimes(n int64, b Int) Int {
	switch {
	case len(b.terms) == 0:
		return a.AddConst(n * b.k)
	case len(a.terms) == 0:
		return b.MulConst(n).AddConst(a.k)
	}
	out := Int{k: a.k + n*b.k, terms: make([]Term, 0, len(a.terms)+len(b.terms))}
	i, j := 0, 0
	for i < len(a.terms) && j < len(b.terms) {
		switch c := compareMonos(a.terms[i].Atoms, b.terms[j].Atoms); {
		case c < 0:
			out.terms = append(out.terms, a.terms[i])
			i++
		case c > 0:
			out.terms = append(out.terms, Term{n * b.terms[j].Coef, b.terms[j].Atoms})
			j++
		default:
			if s := a.terms[i].Coef + n*b.terms[j].Coef; s != 0 {
				out.terms = append(out.terms, Term{s, a.terms[i].Atoms})
			}
			i, j = i+1, j+1
		}
	}
	out.terms = append(out.terms, a.terms[i:]...)
	for _, t := range b.terms[j:] {
		out.terms = append(out.terms, Term{n * t.Coef, t.Atoms})
	}
	return out
}

// AddConst returns a + n.
func (a Int) AddConst(n int64) Int { return Int{a.k + n, a.terms} }

// Neg returns -a.
func (a Int) Neg() Int { return a.MulConst(-1) }

// Sub returns a - b.
func (a Int) Sub(b Int) Int { return a.addTimes(-1, b) }

// MulConst returns n*a.
func (a Int) MulConst(n int64) Int {
	if n == 0 {
		return Int{}
	}
	if n == 1 {
		return a
	}
	out := Int{k: n * a.k, terms: make([]Term, len(a.terms))}
	for i, t := range a.terms {
		out.terms[i] = Term{n * t.Coef, t.Atoms}
	}
	return out
}

// Mul returns a*b.
func (a Int) Mul(b Int) Int {
	if n, ok := b.IsConst(); ok {
		return a.MulConst(n)
	}
	if n, ok := a.IsConst(); ok {
		return b.MulConst(n)
	}
	if len(a.terms) > len(b.terms) {
		a, b = b, a
	}
	out := b.MulConst(a.k)
	for _, t := range a.terms {
		out = out.Add(b.mulTerm(t))
	}
	return out
}

// mulTerm returns a*s.
func (a Int) mulTerm(s Term) Int {
	n := 0
	for _, t := range a.terms {
		n += len(s.Atoms) + len(t.Atoms)
	}
	out, atoms := Int{terms: make([]Term, 0, len(a.terms)+1)}, make([]Atom, 0, n)
	if a.k != 0 {
		out.terms = append(out.terms, Term{s.Coef * a.k, s.Atoms})
	}
	for _, t := range a.terms {
		atoms = appendProduct(atoms[len(atoms):], s.Atoms, t.Atoms)
		out.terms = append(out.terms, Term{s.Coef * t.Coef, slices.Clip(atoms)})
	}
	slices.SortFunc(out.terms, func(s, t Term) int { return compareMonos(s.Atoms, t.Atoms) })
	return out
}

// FloorDiv returns ⌊a/n⌋ for n > 0. Multiples of n leave the quotient, and a
// rest known to lie in [0, n) vanishes.
func (a Int) FloorDiv(n int64) Int {
	if n == 1 {
		return a
	}
	if n <= 0 {
		panic("ir: quotient by a non-positive number")
	}
	whole, rest := Int{k: floorDiv(a.k, n)}, Int{k: a.k - n*floorDiv(a.k, n)}
	for _, t := range a.terms {
		if t.Coef%n == 0 {
			whole = whole.Add(Int{terms: []Term{{t.Coef / n, t.Atoms}}})
		} else {
			rest = rest.Add(Int{terms: []Term{t}})
		}
	}
	if lo, hi, ok := rest.Range(); ok && floorDiv(lo, n) == floorDiv(hi, n) {
		return whole.AddConst(floorDiv(lo, n))
	}
	return whole.Add(Of(&FloorDiv{rest, n}))
}

// Mod returns a - n*⌊a/n⌋, between 0 and n-1.
func (a Int) Mod(n int64) Int { return a.Sub(a.FloorDiv(n).MulConst(n)) }

func floorDiv(a, n int64) int64 {
	q := a / n
	if a%n != 0 && a < 0 {
		q--
	}
	return q
}

// Range bounds a by constants, where the extents of its axes are constant.
func (a Int) Range() (lo, hi int64, ok bool) {
	lo, hi = a.k, a.k
	for _, t := range a.terms {
		if len(t.Atoms) != 1 {
			return 0, 0, false
		}
		var l, h int64
		switch x := t.Atoms[0].(type) {
		case *Axis:
			n, isConst := x.Extent.IsConst()
			if !isConst || n <= x.Least {
				return 0, 0, false
			}
			l, h = x.Least, n-1
		case *FloorDiv:
			l, h, ok = x.Num.Range()
			if !ok {
				return 0, 0, false
			}
			l, h = floorDiv(l, x.Den), floorDiv(h, x.Den)
		default:
			return 0, 0, false
		}
		if t.Coef > 0 {
			lo, hi = lo+t.Coef*l, hi+t.Coef*h
		} else {
			lo, hi = lo+t.Coef*h, hi+t.Coef*l
		}
	}
	return lo, hi, true
}

// Coef splits a into coef*x + rest. It fails where a is not linear in x, or
// uses x inside a quotient or an index of a read.
func (a Int) Coef(x *Axis) (coef, rest Int, ok bool) {
	if !a.Uses(x) {
		return Int{}, a, true
	}
	from, to := -1, 0 // the terms with x: as a rule one, so that the others need no copy
	for k, t := range a.terms {
		at := slices.Index(t.Atoms, Atom(x))
		if at < 0 {
			for _, m := range t.Atoms {
				if atomUses(m, x) {
					return Int{}, Int{}, false
				}
			}
			continue
		}
		if from < 0 {
			from = k
		}
		to = k + 1
		if len(t.Atoms) == 1 {
			coef = coef.AddConst(t.Coef)
			continue
		}
		others := t.Atoms[1:] // as a rule x is the first
		if at > 0 {
			others = slices.Concat(t.Atoms[:at], t.Atoms[at+1:])
		}
		for _, m := range others {
			if atomUses(m, x) {
				return Int{}, Int{}, false
			}
		}
		coef = coef.Add(Int{terms: []Term{{t.Coef, others}}})
	}
	rest.k = a.k
	switch {
	case to == len(a.terms) && to == from+1:
		rest.terms = a.terms[:from:from]
	case from == 0 && to == 1:
		rest.terms = a.terms[1:]
	case to == from+1:
		rest.terms = slices.Concat(a.terms[:from], a.terms[to:])
	default:
		rest.terms = slices.DeleteFunc(slices.Clone(a.terms), func(t Term) bool { return slices.Contains(t.Atoms, Atom(x)) })
	}
	return coef, rest, true
}

// Terms lists the summands that are not constant, and the constant. The list
// is that of a: it is not for changing.
func (a Int) Terms() ([]Term, int64) { return a.terms, a.k }

// mapAtoms is MapAtoms of one summand; false if nothing was replaced.
func (t Term) mapAtoms(f func(Atom) (Int, bool)) (out Int, changed bool) {
	for i, m := range t.Atoms {
		r, ok := f(m)
		switch {
		case ok && !changed:
			out, changed = Const(t.Coef), true
			for _, before := range t.Atoms[:i] {
				out = out.Mul(Of(before))
			}
			fallthrough
		case ok:
			out = r.Mul(out)
		case changed:
			out = out.Mul(Of(m))
		}
	}
	return out, changed
}

func (a Int) String() string {
	var b strings.Builder
	for i, t := range a.terms {
		c := t.Coef
		switch {
		case i > 0 && c < 0:
			b.WriteString(" - ")
			c = -c
		case i > 0:
			b.WriteString(" + ")
		case c < 0:
			b.WriteByte('-')
			c = -c
		}
		if c != 1 {
			b.WriteString(strconv.FormatInt(c, 10))
			b.WriteByte('*')
		}
		for j, m := range t.Atoms {
			if j > 0 {
				b.WriteByte('*')
			}
			b.WriteString(m.String())
		}
	}
	switch {
	case len(a.terms) == 0:
		b.WriteString(strconv.FormatInt(a.k, 10))
	case a.k > 0:
		b.WriteString(" + " + strconv.FormatInt(a.k, 10))
	case a.k < 0:
		b.WriteString(" - " + strconv.FormatInt(-a.k, 10))
	}
	return b.String()
}
