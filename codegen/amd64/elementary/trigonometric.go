package elementary

import "github.com/gradgen/gradgen/codegen/amd64/vec"

// sin is that of |x|, whose sign and quadrant make the sign.
func (k lanes[V, M]) sin(x V) V {
	t, high, low := k.quadrant(k.abs(x))
	return k.wave(k.Xor(k.toSign(t, 1), x), t, high, low)
}

// cos(x) = sin(x + π/2).
func (k lanes[V, M]) cos(x V) V {
	t, high, low := k.quadrant(k.abs(x))
	t = k.IAdd(t, k.Bits(1))
	return k.wave(k.toSign(t, 1), t, high, low)
}

// wave is the sine or the cosine, as bit 0 of t says, with the sign of s.
func (k lanes[V, M]) wave(s, t, high, low V) V {
	z := k.Mul(high, high)
	r := k.Select(k.odds(t), k.cosReduced(z, high, low), k.sinReduced(z, high, low))
	return k.Xor(r, k.signBit(s))
}

// tan is sin/cos, in odd quadrants -cos/sin.
func (k lanes[V, M]) tan(x V) V {
	t, high, low := k.quadrant(k.abs(x))
	z := k.Mul(high, high)
	s, c := k.sinReduced(z, high, low), k.cosReduced(z, high, low)
	odd := k.odds(t)
	r := k.Div(k.Select(odd, c, s), k.Select(odd, s, c))
	return k.Xor(r, k.signBit(k.Xor(k.toSign(t, 0), x)))
}

// toSign moves a bit to that of the sign.
func (k lanes[V, M]) toSign(t V, bit int) V { return k.Shl(t, 8*k.Elem.Size()-1-bit) }

func (k lanes[V, M]) odds(t V) M {
	one := k.Bits(1)
	return k.CmpInt(vec.EQ, k.And(t, one), one)
}

// sinReduced is sin(high + low) for |high| ≤ π/4, z = high².
func (k lanes[V, M]) sinReduced(z, high, low V) V {
	return k.Add(high, k.FMA(k.Mul(high, z), k.poly(z, by(k.Elem, sin32, sin64)), low))
}

// cosReduced is cos(high + low) for |high| ≤ π/4, z = high².
func (k lanes[V, M]) cosReduced(z, high, low V) V {
	square := k.Mul(z, z)
	tail := k.FMS(square, k.polyOf(z, square, by(k.Elem, cos32, cos64)), k.Mul(high, low))
	return k.Add(k.FNMA(z, k.Const(0.5), k.Bits(k.one)), tail)
}
