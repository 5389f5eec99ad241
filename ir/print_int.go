package ir

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
)

// atomKey orders the atoms of printed polynomials by what a reader sees: axes
// as they are bound, then reads, quotients and sizes by their text. (The order
// inside an Int goes by identity, which a text does not have.)
type atomKey struct {
	rank, pos int
	text      string
}

func compareKeys(a, b atomKey) int {
	return cmp.Or(cmp.Compare(a.rank, b.rank), cmp.Compare(a.pos, b.pos), cmp.Compare(a.text, b.text))
}

// printedTerm is a summand ready to print; coef keeps its sign.
type printedTerm struct {
	coef  int64
	atoms []atomKey
}

// terms readies the summands of i, which are not constant, in printed order,
// and the constant.
func (p *exprPrinter) terms(i Int) ([]printedTerm, int64) {
	i = plainAtoms(i)
	out := make([]printedTerm, len(i.terms))
	for n, t := range i.terms {
		out[n].coef = t.Coef
		for _, m := range t.Atoms {
			out[n].atoms = append(out[n].atoms, p.atom(m))
		}
		slices.SortFunc(out[n].atoms, compareKeys)
	}
	slices.SortStableFunc(out, func(a, b printedTerm) int { return slices.CompareFunc(a.atoms, b.atoms, compareKeys) })
	return out, i.k
}

// plainAtoms replaces atoms that are constants or indices dressed as
// expressions by what they are.
func plainAtoms(i Int) Int {
	return i.MapAtoms(func(m Atom) (Int, bool) {
		if e, ok := m.(*Expr); ok && (e.Op == OpIndex || e.Op == OpLit && e.Lit == float64(int64(e.Lit))) {
			return plainAtoms(IntOf(e)), true
		}
		return Int{}, false
	})
}

func (p *exprPrinter) atom(m Atom) atomKey {
	switch m := m.(type) {
	case *Axis:
		name, pos := p.axis(m)
		return atomKey{0, pos, name}
	case *Dim:
		return atomKey{3, 0, p.dim(m)}
	case *FloorDiv:
		return atomKey{2, 0, "floor(" + p.sub(func() { p.quotient(m.Num) }) + "/" + strconv.FormatInt(m.Den, 10) + ")"}
	}
	e := m.(*Expr)
	return atomKey{1, 0, p.sub(func() {
		if p.lets[e] == "" && (e.Op.infix() || e.Op == OpNeg || e.Op.Name == "floor") {
			p.wrap(e) // else it would read as part of the polynomial
		} else {
			p.expr(e, levelPostfix)
		}
	})}
}

// quotient prints a numerator.
func (p *exprPrinter) quotient(i Int) {
	ts, k := p.terms(i)
	if len(ts) == 1 && k == 0 && ts[0].coef > 0 || len(ts) == 0 && k >= 0 {
		p.sum(ts, k)
		return
	}
	p.put("(")
	p.sum(ts, k)
	p.put(")")
}

// int prints a polynomial: 2*h + i - 3.
func (p *exprPrinter) int(i Int) {
	if x, ok := i.IsAxis(); ok { // which it is as a rule
		name, _ := p.axis(x)
		p.put(name)
		return
	}
	ts, k := p.terms(i)
	p.sum(ts, k)
}

func (p *exprPrinter) sum(ts []printedTerm, k int64) {
	plus, minus := " + ", " - "
	if p.compact {
		plus, minus = "+", "-"
	}
	for n, t := range ts {
		c := t.coef
		switch {
		case n > 0 && c < 0:
			p.put(minus)
			c = -c
		case n > 0:
			p.put(plus)
		case c < 0:
			p.put("-")
			c = -c
		}
		if c != 1 {
			p.put(strconv.FormatInt(c, 10) + "*")
		}
		for j, m := range t.atoms {
			if j > 0 {
				p.put("*")
			}
			p.put(m.text)
		}
	}
	switch {
	case len(ts) == 0:
		p.put(strconv.FormatInt(k, 10))
	case k > 0:
		p.put(plus + strconv.FormatInt(k, 10))
	case k < 0:
		p.put(minus + strings.TrimPrefix(strconv.FormatInt(k, 10), "-"))
	}
}

// pred prints a predicate with no negative summand: i >= 1, u <= t, i + j < n,
// h = 2*i, 2 divides h + 1.
func (p *exprPrinter) pred(q Pred) {
	if q.Kind == Divides {
		p.put(strconv.FormatInt(q.Mod, 10) + " divides ")
		p.int(q.E)
		return
	}
	ts, k := p.terms(q.E)
	var plus, minus []printedTerm
	for _, t := range ts {
		if t.coef > 0 {
			plus = append(plus, t)
		} else {
			t.coef = -t.coef
			minus = append(minus, t)
		}
	}
	side := func(left []printedTerm, k int64, relation string, right []printedTerm, l int64) {
		p.sum(left, k)
		p.put(relation)
		p.sum(right, l)
	}
	switch {
	case q.Kind == EQ0 && len(ts) > 0 && ts[0].coef < 0: // what stands first stands left
		side(minus, max(-k, 0), " = ", plus, max(k, 0))
	case q.Kind == EQ0:
		side(plus, max(k, 0), " = ", minus, max(-k, 0))
	case len(minus) == 0:
		side(plus, 0, " >= ", nil, -k)
	case !standsForItself(plainAtoms(q.E)): // < and <= of values alone are rows of the table
		side(plus, max(k, 0), " >= ", minus, max(-k, 0))
	case len(plus) == 0:
		side(minus, 0, " <= ", nil, k)
	case k == -1:
		side(minus, 0, " < ", plus, 0)
	default:
		side(minus, max(-k, 0), " <= ", plus, max(k, 0))
	}
}

// standsForItself reports whether i mentions an axis or a size other than in an
// array read; that tells an index from a formula of values.
func standsForItself(i Int) bool {
	for _, t := range i.terms {
		for _, m := range t.Atoms {
			switch m := m.(type) {
			case *Axis, *Dim:
				return true
			case *FloorDiv:
				if standsForItself(plainAtoms(m.Num)) {
					return true
				}
			}
		}
	}
	return false
}

// preds prints a conjunction.
func (p *exprPrinter) preds(qs []Pred) {
	for i, q := range qs {
		if i > 0 {
			p.put(" and ")
		}
		p.pred(q)
	}
}
