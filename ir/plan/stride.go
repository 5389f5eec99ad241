package plan

import "github.com/gradgen/gradgen/ir"

func extent(x *ir.Axis) int64 {
	if n, ok := x.Extent.IsConst(); ok {
		return n
	}
	return nominal
}

// strides counts the reads of e by how they move along x: contiguous or
// fixed, or by larger steps.
func strides(e *ir.Expr, x *ir.Axis) (good, bad int) {
	e.Walk(func(r *ir.Expr) {
		if r.Op != ir.OpRead {
			return
		}
		c, _, ok := offset(r.Array.Type.Shape, r.Index).Coef(x)
		switch {
		case ok && c.Is(0):
		case ok && (c.Is(1) || c.Is(-1)):
			good++
		default:
			bad++
		}
	})
	return good, bad
}

// offset is the row-major place of an element.
func offset(shape, index []ir.Int) ir.Int {
	at := ir.Int{}
	for k, i := range index {
		at = at.Mul(shape[k]).Add(i)
	}
	return at
}
