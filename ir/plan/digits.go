package plan

import (
	"slices"

	"github.com/gradgen/gradgen/ir"
)

// digits makes one equation of two that give the quotient and the remainder of
// a number: where the position that max pooling chose is a row and a column of its
// window, it is enough to compare the position.
func digits(ps []ir.Pred) []ir.Pred {
	for i, p := range ps {
		b, q, quotient, ok := quotientOf(p)
		if !ok {
			continue
		}
		for k, r := range ps {
			if k == i || r.Kind != ir.EQ0 {
				continue
			}
			rest := b.Sub(ir.Of(q).MulConst(q.Den))
			for _, c := range []ir.Int{rest.Sub(r.E), rest.Add(r.E)} { // b - den*q = c
				if remainder(c, q.Den) {
					one := ir.Eq(b, quotient.MulConst(q.Den).Add(c))
					others := slices.Delete(slices.Clone(ps), max(i, k), max(i, k)+1)
					return digits(append(slices.Delete(others, min(i, k), min(i, k)+1), one))
				}
			}
		}
	}
	return ps
}

// quotientOf finds the quotient of a number b that an element of an array is part
// of, if p says what it is.
func quotientOf(p ir.Pred) (b ir.Int, q *ir.FloorDiv, quotient ir.Int, ok bool) {
	if p.Kind != ir.EQ0 {
		return b, nil, quotient, false
	}
	terms, _ := p.E.Terms()
	for _, t := range terms {
		d, isQuotient := t.Atoms[0].(*ir.FloorDiv)
		if !isQuotient || len(t.Atoms) > 1 || t.Coef != 1 && t.Coef != -1 {
			continue
		}
		if d.Num.HasReads() {
			return d.Num, d, ir.Of(d).Sub(p.E.MulConst(t.Coef)), true
		}
	}
	return b, nil, quotient, false
}

// remainder reports whether c is what is left of a number divided by n, and so at
// least 0 and less than n.
func remainder(c ir.Int, n int64) bool {
	if k, ok := c.IsConst(); ok {
		return 0 <= k && k < n
	}
	terms, _ := c.Terms()
	for _, t := range terms {
		if d, ok := t.Atoms[0].(*ir.FloorDiv); ok && len(t.Atoms) == 1 && d.Den == n && c.Equal(d.Num.Sub(ir.Of(d).MulConst(n))) {
			return true
		}
	}
	return false
}
