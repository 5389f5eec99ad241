package plan

import (
	"slices"

	"github.com/gradgen/gradgen/ir"
)

// A family is the axes of a call that lead from one product of matrices to the
// next: those of a batch, those from batch to batch, and loops around the call.
type family struct {
	batch, groups, loops role
	inner                role // the axes that the engine counts through
}

// family divides those axes, for a result in this place. One of the loops, or
// several that one index counts through, may be groups: workers share then what
// all calls do. No table leads from group to group, and nothing that is added to
// rows or columns may depend on it.
func (c *call) family(out ir.Int) *family {
	f := &family{batch: c.batch, loops: c.loops}
	operands := []ir.Int{out, placeOf(c.a), placeOf(c.b)}
	if c.gate != nil {
		operands = append(operands, placeOf(c.gate))
	}
	if groups, rest := newRole(c.loops, operands...); c.groups(groups, operands) {
		f.groups, f.loops = groups, rest
		if far := func(r role) int64 { return estimate(r.stride(out).By) }; far(f.batch) > far(f.groups) {
			f.batch, f.groups = f.groups, f.batch // neighbours are in a batch
		}
	}
	around := slices.Concat(f.loops, c.sums)
	f.inner = slices.DeleteFunc(slices.Clone(c.axes), func(x *ir.Axis) bool { return slices.Contains(around, x) })
	return f
}

// groups reports whether axes may be those from batch to batch.
func (c *call) groups(r role, operands []ir.Int) bool {
	if len(r) == 0 || c.total || c.apart != nil {
		return false
	}
	for _, e := range []*ir.Expr{c.row, c.col} {
		if e != nil && slices.ContainsFunc(r, func(x *ir.Axis) bool { return !coef(placeOf(e), x).Is(0) }) {
			return false
		}
	}
	return !slices.ContainsFunc(operands, func(at ir.Int) bool { return r.stride(at).Levels != nil || c.batch.stride(at).Levels != nil })
}

// matrix is what a read finds, seen as matrices whose indices are roles.
func (l *lowerer) matrix(e *ir.Expr, f *family, row, col role) Matrix {
	return f.matrix(l.at(base(e.Array)), placeOf(e), row, col)
}

func (f *family) matrix(s place, at ir.Int, row, col role) Matrix {
	return Matrix{Buffer: s.buf, Off: s.off.Add(origin(at, f.inner)), Leap: f.groups.stride(at).By, Step: f.batch.stride(at), Row: row.stride(at), Col: col.stride(at)}
}

// origin is a place where these axes are 0.
func origin(at ir.Int, axes role) ir.Int {
	for _, x := range axes {
		_, at, _ = at.Coef(x)
	}
	return at
}
