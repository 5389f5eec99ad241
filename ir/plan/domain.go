package plan

import (
	"slices"

	"github.com/gradgen/gradgen/ir"
)

// limits turns predicates into limits of x beyond 0 ≤ x < extent, and returns
// the predicates that are none.
func limits(x *ir.Axis, preds []ir.Pred) (lo, hi []Bound, rest []ir.Pred) {
	lower, upper, rest := ir.Bounds(x, preds)
	for _, b := range lower {
		lo = append(lo, Bound{b.E.AddConst(b.Den - 1), b.Den})
	}
	for _, b := range upper {
		hi = append(hi, Bound{b.E.AddConst(b.Den), b.Den})
	}
	return lo, hi, rest
}

// atLeast proves a ≥ b.
func atLeast(a, b Bound) bool {
	if a.Den == b.Den {
		return a.E.Sub(b.E).NonNegative()
	}
	// ⌊e/d⌋ ≥ c is e ≥ c·d.
	if b.Den == 1 {
		return a.E.Sub(b.E.MulConst(a.Den)).NonNegative()
	}
	return false
}

// strongest drops bounds that others imply: the greatest remain, or the least.
func strongest(bounds []Bound, greatest bool) []Bound {
	var out []Bound
	for _, b := range bounds {
		if b.Den > 1 {
			if k, ok := b.E.IsConst(); ok {
				b = Bound{ir.Const(k).FloorDiv(b.Den), 1}
			}
		}
		implied := func(c Bound) bool {
			if greatest {
				return atLeast(c, b)
			}
			return atLeast(b, c)
		}
		if slices.ContainsFunc(out, implied) {
			continue
		}
		out = slices.DeleteFunc(out, func(c Bound) bool {
			if greatest {
				return atLeast(b, c)
			}
			return atLeast(c, b)
		})
		out = append(out, b)
	}
	return out
}

// single returns the one bound that is an integer expression.
func single(bs []Bound) (ir.Int, bool) {
	if len(bs) == 1 && bs[0].Den == 1 {
		return bs[0].E, true
	}
	return ir.Int{}, false
}

// trips returns the number of iterations, if it is one expression.
func (l *Loop) trips() (ir.Int, bool) {
	lo, ok1 := single(l.Lo)
	hi, ok2 := single(l.Hi)
	if !ok1 || !ok2 || l.Step != 1 {
		return ir.Int{}, false
	}
	return hi.Sub(lo), true
}
