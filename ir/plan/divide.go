package plan

import (
	"slices"

	"github.com/gradgen/gradgen/ir"
)

// quotient is i/by, if by is one product of sizes that divides all of i.
func quotient(i, by ir.Int) (q ir.Int, ok bool) {
	q, rest := divide(i, by)
	return q, rest.Is(0)
}

// beyond is what is left of i without multiples of by that are easy to see.
func beyond(i, by ir.Int) ir.Int {
	_, rest := divide(i, by)
	return rest
}

// divide splits i into by*q and a rest, term by term; by is one product of sizes, else
// all is rest.
func divide(i, by ir.Int) (q, rest ir.Int) {
	of, k := by.Terms()
	switch {
	case len(of) == 0 && k > 0:
		of = []ir.Term{{Coef: k}}
	case len(of) != 1 || k != 0 || of[0].Coef <= 0:
		return ir.Int{}, i
	}
	add := func(t ir.Term) {
		left, whole := cofactor(t.Atoms, of[0].Atoms), ir.Const(t.Coef/of[0].Coef)
		switch {
		case left == nil:
			whole = ir.Int{}
		case len(t.Atoms) == 0: // a number, and what is left of it is none below 0
			whole = ir.Const(t.Coef).FloorDiv(of[0].Coef)
		case t.Coef%of[0].Coef != 0:
			whole = ir.Int{}
		}
		whole = whole.Mul(product(left))
		q, rest = q.Add(whole), rest.Add(ir.Const(t.Coef).Mul(product(t.Atoms))).Sub(whole.Mul(by))
	}
	terms, c := i.Terms()
	for _, t := range terms {
		add(t)
	}
	add(ir.Term{Coef: c})
	return q, rest
}

// cofactor is what is left of a product without the factors of another; nil if they are
// not all in it.
func cofactor(atoms, of []ir.Atom) []ir.Atom {
	left := append([]ir.Atom{}, atoms...)
	for _, a := range of {
		i := slices.Index(left, a)
		if i < 0 {
			return nil
		}
		left = slices.Delete(left, i, i+1)
	}
	return left
}

func product(atoms []ir.Atom) ir.Int {
	out := ir.Const(1)
	for _, a := range atoms {
		out = out.Mul(ir.Of(a))
	}
	return out
}
