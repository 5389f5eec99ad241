package elementary

import "github.com/gradgen/gradgen/codegen/amd64/vec"

// sign keeps NaN, and is +0 at zeros.
func (k lanes[V, M]) signum(x V) V {
	zero := k.Bits(0)
	r := k.Select(k.Cmp(vec.NE, x, zero), k.Or(k.signBit(x), k.Bits(k.one)), zero)
	return k.Select(k.Cmp(vec.Unordered, x, x), x, r)
}

// relu adds +0, which makes -0 of maxx +0.
func (k lanes[V, M]) relu(x V) V {
	zero := k.Bits(0)
	return k.Add(k.MaxX(zero, x), zero)
}

// max and min are those of Go: NaN if either is, and -0 is less than +0. Equal
// numbers are the same bits, but for zeros. With NaN on either side maxx is its
// second operand, so that the test is one of y: where x is what was found so far,
// the next step does not wait for it.
func (k lanes[V, M]) max(x, y V) V {
	r := k.Select(k.Cmp(vec.EQ, x, y), k.And(x, y), k.MaxX(y, x))
	return k.Select(k.Cmp(vec.Unordered, y, y), y, r)
}

func (k lanes[V, M]) min(x, y V) V {
	r := k.Select(k.Cmp(vec.EQ, x, y), k.Or(x, y), k.MinX(y, x))
	return k.Select(k.Cmp(vec.Unordered, y, y), y, r)
}

// mulz is the product in which an exact 0 wins.
func (k lanes[V, M]) mulz(x, y V) V {
	zero := k.Bits(0)
	return k.Select(k.MaskOr(k.Cmp(vec.EQ, x, zero), k.Cmp(vec.EQ, y, zero)), zero, k.Mul(x, y))
}

func (k lanes[V, M]) floor(x V) V { return k.Round(x, vec.Floor) }
func (k lanes[V, M]) ceil(x V) V  { return k.Round(x, vec.Ceil) }
func (k lanes[V, M]) round(x V) V { return k.Round(x, vec.Nearest) }
