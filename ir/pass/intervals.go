package pass

import (
	"math"
	"slices"

	"github.com/gradgen/gradgen/ir"
)

// interval is what predicates on one axis alone say of it, and which of them
// say it: the others follow.
type interval struct {
	lo, hi   int64
	from, to int // positions of the predicates that set lo and hi, or -1
}

// intervalOf reads the bounds of an axis off its extent and the predicates.
func intervalOf(x *ir.Axis, preds []ir.Pred) interval {
	v := interval{0, math.MaxInt64, -1, -1}
	if n, ok := x.Extent.IsConst(); ok {
		v.hi = n - 1
	}
	for i, p := range preds {
		k, r, ok := alone(p, x)
		switch {
		case !ok:
		case k == 1 && -r > v.lo:
			v.lo, v.from = -r, i
		case k == -1 && r < v.hi:
			v.hi, v.to = r, i
		}
	}
	return v
}

// alone reports whether p is k·x + r ≥ 0 with k = ±1.
func alone(p ir.Pred, x *ir.Axis) (k, r int64, ok bool) {
	if p.Kind != ir.GE0 || !p.E.Uses(x) {
		return 0, 0, false
	}
	coef, rest, linear := p.E.Coef(x)
	k, okK := coef.IsConst()
	r, okR := rest.IsConst()
	return k, r, linear && okK && okR && (k == 1 || k == -1)
}

// narrow drops the predicates that follow from others on the same axis, and
// reports false if no element is left.
func narrow(axes []*ir.Axis, preds []ir.Pred) ([]ir.Pred, bool) {
	for _, x := range axes {
		v := intervalOf(x, preds)
		if v.lo > v.hi {
			return nil, false
		}
		var kept []ir.Pred
		for i, p := range preds {
			if _, _, ok := alone(p, x); !ok || i == v.from || i == v.to {
				kept = append(kept, p)
			}
		}
		if len(kept) < len(preds) {
			preds = kept
		}
	}
	return preds, true
}

// pinned finds the one value that predicates leave to an axis; its extent must
// still reach that far.
func pinned(x *ir.Axis, preds []ir.Pred) (value ir.Int, rest []ir.Pred, ok bool) {
	v := intervalOf(x, preds)
	if v.lo != v.hi {
		return ir.Int{}, nil, false
	}
	rest = slices.DeleteFunc(slices.Clone(preds), func(p ir.Pred) bool {
		_, _, ok := alone(p, x)
		return ok
	})
	value = ir.Const(v.lo)
	return value, append(rest, ir.InRange(value, x.Extent)...), true
}
