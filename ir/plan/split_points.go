package plan

import (
	"slices"

	"github.com/gradgen/gradgen/ir"
)

// maxPieces bounds the parts of a loop that is cut at every constant.
const maxPieces = 6

// atPoints cuts a loop of constant bounds wherever one of its conditions
// changes, so that none is left; nil where that is not possible. It is for
// conditions that exclude each other, such as those of arrays that were joined:
// the part where all of them hold is empty.
func (l *lowerer) atPoints(s *Loop, c cutPoints) []Stmt {
	lo, okLo := constantBound(s.Lo)
	hi, okHi := constantBound(s.Hi)
	if !okLo || !okHi || lo >= hi {
		return nil
	}
	points := []int64{lo, hi}
	conditions := slices.Concat(c.lower, c.upper, c.equal)
	for _, p := range conditions {
		at, ok := changes(p, s.Axis)
		if !ok {
			return nil
		}
		for _, x := range at {
			if lo < x && x < hi {
				points = append(points, x)
			}
		}
	}
	slices.Sort(points)
	points = slices.Compact(points)
	if len(points)-1 > maxPieces || l.commonPart(s, c, lo, hi) {
		return nil
	}
	var out []Stmt
	for i, from := range points[:len(points)-1] {
		var holds, fails []ir.Pred
		here := &ir.Subst{Axis: map[*ir.Axis]ir.Int{s.Axis: ir.Const(from)}}
		for _, p := range conditions {
			if known, value := decided(here.Preds([]ir.Pred{p})); known && value {
				holds = append(holds, p)
			} else {
				fails = append(fails, p)
			}
		}
		part := l.piece(s, []Bound{{ir.Const(from), 1}}, []Bound{{ir.Const(points[i+1]), 1}}, holds, fails)
		out = append(out, l.split(part)...)
	}
	return out
}

// commonPart reports whether all conditions hold together somewhere.
func (l *lowerer) commonPart(s *Loop, c cutPoints, lo, hi int64) bool {
	all := slices.Concat(c.lower, c.upper, c.equal)
	for x := lo; x < hi; x++ {
		here := &ir.Subst{Axis: map[*ir.Axis]ir.Int{s.Axis: ir.Const(x)}}
		if known, value := decided(here.Preds(all)); known && value {
			return true
		}
		if x-lo > 1<<12 {
			return true
		}
	}
	return false
}

// changes is where a condition on x alone becomes true or false.
func changes(p ir.Pred, x *ir.Axis) ([]int64, bool) {
	coef, rest, ok := p.E.Coef(x)
	k, okK := coef.IsConst()
	r, okR := rest.IsConst()
	if !ok || !okK || !okR || k == 0 {
		return nil, false
	}
	floor := func(a, b int64) int64 { // b > 0
		q := a / b
		if a%b < 0 {
			q--
		}
		return q
	}
	switch {
	case p.Kind == ir.GE0 && k > 0:
		return []int64{-floor(r, k)}, true // the first x with k·x ≥ −r
	case p.Kind == ir.GE0:
		return []int64{floor(r, -k) + 1}, true
	case p.Kind == ir.EQ0 && r%k == 0:
		return []int64{-r / k, -r/k + 1}, true
	}
	return nil, false
}

// decided evaluates predicates without variables.
func decided(preds []ir.Pred) (known, value bool) {
	rest, ok := ir.Conj(preds)
	return !ok || len(rest) == 0, ok
}

func constantBound(bs []Bound) (int64, bool) {
	b, ok := single(bs)
	if !ok {
		return 0, false
	}
	return b.IsConst()
}
