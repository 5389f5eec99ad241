package plan

import (
	"math"
	"slices"

	"github.com/gradgen/gradgen/ir"
)

// A role is axes of a contraction that the engine counts through with one
// index, the outermost first.
type role []*ir.Axis

// size is the number of positions of a role.
func (r role) size() ir.Int {
	n := ir.Const(1)
	for _, x := range r {
		n = n.Mul(x.Extent)
	}
	return n
}

// work estimates a number of positions.
func (r role) work() int64 {
	n := int64(1)
	for _, x := range r {
		n = min(n*extent(x), 1<<40)
	}
	return n
}

// maxLevels bounds the length of the tables that stand for several axes: they
// are read along with what they describe.
const maxLevels = 1 << 16

// newRole puts the axes of one role in the order in which they lie in memory,
// and chooses those of them that one index counts through: all, if they follow
// each other in every operand like the digits of a number, or if all sizes are
// known, so that a table can say where they lead; else the part with most
// positions. The operands are the places of those that have the role, and the
// order follows the first. The other axes are left.
func newRole(axes []*ir.Axis, operands ...ir.Int) (r, left role) {
	axes = slices.DeleteFunc(slices.Clone(axes), func(x *ir.Axis) bool { return x.Extent.Is(1) })
	step := func(x *ir.Axis) int64 {
		n := estimate(coef(operands[0], x))
		return max(n, -n)
	}
	slices.SortStableFunc(axes, func(x, y *ir.Axis) int { return int(min(max(step(y)-step(x), -1), 1)) })
	var runs []role
	for _, x := range axes {
		n := len(runs)
		if n > 0 && !slices.ContainsFunc(operands, func(at ir.Int) bool { return !follows(at, runs[n-1][len(runs[n-1])-1], x) }) {
			runs[n-1] = append(runs[n-1], x)
		} else {
			runs = append(runs, role{x})
		}
	}
	if len(runs) < 2 {
		return axes, nil
	}
	var known role
	for _, x := range axes {
		if tabular(x, operands) {
			known = append(known, x)
		}
	}
	best := known
	if known.work() > maxLevels || !reachable(known, operands) {
		best = nil
	}
	for _, run := range runs {
		if run.work() >= best.work() { // an inner one if both are as long: it is nearer to being contiguous
			best = run
		}
	}
	for _, x := range axes {
		if !slices.Contains(best, x) {
			left = append(left, x)
		}
	}
	return best, left
}

// coef is the step of x in a place that is linear in it.
func coef(at ir.Int, x *ir.Axis) ir.Int {
	c, _, _ := at.Coef(x)
	return c
}

// follows reports whether y is the next digit after x.
func follows(at ir.Int, x, y *ir.Axis) bool {
	return coef(at, x).Equal(coef(at, y).Mul(y.Extent))
}

// tabular reports whether numbers describe how x moves through the operands.
func tabular(x *ir.Axis, operands []ir.Int) bool {
	_, ok := x.Extent.IsConst()
	for _, at := range operands {
		_, known := coef(at, x).IsConst()
		ok = ok && known
	}
	return ok
}

// reachable reports whether the entries of tables over r fit their type.
func reachable(r role, operands []ir.Int) bool {
	for _, at := range operands {
		total := int64(0)
		for _, x := range r {
			c, _ := coef(at, x).IsConst()
			if c = max(c, -c); c > math.MaxInt32 {
				return false
			}
			total += c * (extent(x) - 1)
		}
		if total > math.MaxInt32 {
			return false
		}
	}
	return true
}

// stride is how the index of a role moves through an operand.
func (r role) stride(at ir.Int) Stride {
	if len(r) == 0 {
		return Stride{}
	}
	one := true
	for i := range r[1:] {
		one = one && follows(at, r[i], r[i+1])
	}
	if one {
		return Stride{By: coef(at, r[len(r)-1])}
	}
	var levels []Level
	for i, x := range r {
		c, _ := coef(at, x).IsConst()
		if n := len(levels); n > 0 && follows(at, r[i-1], x) {
			levels[n-1] = Level{levels[n-1].N * extent(x), c}
		} else {
			levels = append(levels, Level{extent(x), c})
		}
	}
	return Stride{Levels: levels}
}
