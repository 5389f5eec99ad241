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
		c, ok := stride(r, x)
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

// stride is by how much a step along x moves a read, where that is a size.
func stride(r *ir.Expr, x *ir.Axis) (total ir.Int, ok bool) {
	for k, i := range r.Index {
		c, _, linear := i.Coef(x)
		if !linear {
			return ir.Int{}, false
		}
		if c.Is(0) {
			continue
		}
		for _, n := range r.Array.Type.Shape[k+1:] {
			c = c.Mul(n)
		}
		total = total.Add(c)
	}
	return total, true
}

// offset is the row-major place of an element.
func offset(shape, index []ir.Int) ir.Int {
	at := ir.Int{}
	for k, i := range index {
		at = at.Mul(shape[k]).Add(i)
	}
	return at
}
