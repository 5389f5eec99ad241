package elementary

import (
	"math"

	"github.com/gradgen/gradgen/codegen/amd64/vec"
)

// piRest is π/2 less the nearest number.
func (k lanes[V, M]) piRest() V {
	return k.Const(by(k.Elem, halfPi32, halfPi64)[1])
}

// fromHalfPi is π/2 - x.
func (k lanes[V, M]) fromHalfPi(x V) V {
	return k.Add(k.Const(math.Pi/2), k.Sub(k.piRest(), x))
}

// atanReduced is atan(z) for |z| ≤ 1.
func (k lanes[V, M]) atanReduced(z V) V {
	u := k.Mul(z, z)
	return k.FMA(k.Mul(z, u), k.poly(u, by(k.Elem, atan32, atan64)), z)
}

// atan is π/2 - atan(1/|x|) beyond 1.
func (k lanes[V, M]) atan(x V) V {
	a, one := k.abs(x), k.Bits(k.one)
	far := k.Cmp(vec.GT, a, one)
	r := k.atanReduced(k.Div(k.Select(far, one, a), k.Select(far, a, one)))
	return k.odd(k.Select(far, k.fromHalfPi(r), r), x)
}

// atan2 is the angle of (x, y): that of the smaller coordinate over the larger,
// then mirrored at the diagonal and the axes.
func (k lanes[V, M]) atan2(y, x V) V {
	zero, one := k.Bits(0), k.Bits(k.one)
	ay, ax := k.abs(y), k.abs(x)
	steep := k.Cmp(vec.GT, ay, ax)
	num, den := k.Select(steep, ax, ay), k.Select(steep, ay, ax)
	// 0/0 counts as 0 and ∞/∞ as 1.
	z := k.Select(k.Cmp(vec.EQ, num, den), k.Select(k.Cmp(vec.EQ, num, zero), zero, one), k.Div(num, den))
	r := k.atanReduced(z)
	left := k.CmpInt(vec.LT, x, zero)
	r = k.Select(steep, k.fromHalfPi(r), r)
	pi := k.Const(math.Pi)
	r = k.Select(left, k.Add(pi, k.Sub(k.Add(k.piRest(), k.piRest()), r)), r)
	r = k.odd(r, y)
	return k.Select(k.Cmp(vec.Unordered, x, y), k.Add(x, y), r)
}

// arc is asin(|x|) up to ½, and (π/2 - asin(|x|))/2 from there, by the identity
// asin(x) = π/2 - 2·asin(√((1-x)/2)).
func (k lanes[V, M]) arc(x V) (r V, far M) {
	a := k.abs(x)
	half := k.Const(0.5)
	far = k.Cmp(vec.GT, a, half)
	z := k.Select(far, k.FNMA(a, half, half), k.Mul(a, a))
	s := k.Select(far, k.Sqrt(z), a)
	return k.FMA(k.Mul(s, z), k.poly(z, by(k.Elem, asin32, asin64)), s), far
}

func (k lanes[V, M]) asin(x V) V {
	r, far := k.arc(x)
	return k.odd(k.Select(far, k.fromHalfPi(k.Add(r, r)), r), x)
}

func (k lanes[V, M]) acos(x V) V {
	r, far := k.arc(x)
	left := k.Cmp(vec.LT, x, k.Bits(0))
	// Near: π/2 ∓ r. Far: 2r on the right, 2(π/2 - r) on the left.
	near := k.fromHalfPi(k.Xor(r, k.signBit(x)))
	beyond := k.Select(left, k.fromHalfPi(r), r)
	return k.Select(far, k.Add(beyond, beyond), near)
}
