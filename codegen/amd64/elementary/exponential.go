package elementary

import (
	"math"
	"slices"

	"github.com/gradgen/gradgen/codegen/amd64/vec"
)

// log(2) in two parts; the bits of the first are so few that its product with
// an exponent is exact (Cody and Waite, Software Manual for the Elementary
// Functions, 1980).
const (
	ln2High32, ln2Low32 = 0x1.62ep-1, math.Ln2 - 0x1.62ep-1
	ln2High64, ln2Low64 = 0x1.62e42fefa38p-1, math.Ln2 - 0x1.62e42fefa38p-1
)

// reduceExp writes c·x = n·log(2) + c·r with |c·r| ≤ log(2)/2, where c is a power
// of two. Integer n stands in the low bits of t, plus the offset.
func (k lanes[V, M]) reduceExp(c float64, x V, offset float64) (t, r V) {
	shift := k.Const(k.integer + offset)
	t = k.FMA(x, k.Const(c*math.Log2E), shift)
	n := k.Sub(t, shift)
	r = k.FNMA(n, k.pick(ln2High32/c, ln2High64/c), x)
	return t, k.FNMA(n, k.pick(ln2Low32/c, ln2Low64/c), r)
}

// expm1Reduced is (exp(c·r) - 1)/c for |c·r| ≤ log(2)/2.
func (k lanes[V, M]) expm1Reduced(c float64, r V) V {
	q := slices.Clone(by(k.Elem, exp32, exp64))
	for i := range q {
		q[i] *= math.Pow(c, float64(i+1))
	}
	square := k.Mul(r, r)
	return k.FMA(k.polyOf(r, square, q), square, r)
}

// expm1Normal is exp(x) - 1 = 2ⁿ·(exp(r) - 1) - (1 - 2ⁿ) for x so small that 2ⁿ
// is a normal number.
func (k lanes[V, M]) expm1Normal(x V) V {
	t, r := k.reduceExp(1, x, k.bias)
	s, one := k.Shl(t, k.mantissa), k.Bits(k.one)
	return k.FMS(s, k.expm1Reduced(1, r), k.FNMA(s, one, one))
}

// exp is 2ⁿ·exp(r).
func (k lanes[V, M]) exp(x V) V {
	t, r := k.reduceExp(1, k.clampExp(x), 2*k.bias)
	return k.scale(k.expReduced(r), t)
}

// expHalf is exp(x)/2.
func (k lanes[V, M]) expHalf(x V) V {
	t, r := k.reduceExp(1, k.clampExp(x), 2*k.bias-1)
	return k.scale(k.expReduced(r), t)
}

// expSum is exp(x + low).
func (k lanes[V, M]) expSum(x, low V) V {
	t, r := k.reduceExp(1, k.clampExp(x), 2*k.bias)
	return k.scale(k.expReduced(k.Add(r, low)), t)
}

// clampExp keeps x where 2ⁿ can be scaled by; beyond, exp(x)/2 and exp(x) are
// infinity or 0.
func (k lanes[V, M]) clampExp(x V) V {
	return k.MaxX(k.pick(-104.5, -746), k.MinX(k.pick(90.2, 711), x))
}

// expReduced is exp(r) for |r| ≤ log(2)/2.
func (k lanes[V, M]) expReduced(r V) V {
	return k.Add(k.expm1Reduced(1, r), k.Bits(k.one))
}

// scale is p·2ⁿ, where the low bits of t are n plus twice the bias. It has two
// steps, so that n may be any number that matters: results become subnormal or
// infinite by the rounding of the last product.
func (k lanes[V, M]) scale(p, t V) V {
	a := k.Shr(t, 1)
	b := k.ISub(t, a)
	return k.Mul(k.Mul(p, k.Shl(a, k.mantissa)), k.Shl(b, k.mantissa))
}

// expDown is exp(x) for x ≤ 0: 2ⁿ is made with an exponent that is off by as
// much as subnormal numbers need, and corrected by the one product.
func (k lanes[V, M]) expDown(x V) V {
	x = k.MaxX(k.pick(-104.5, -746), x)
	offset := by(k.Elem, 64.0, 128.0)
	t, r := k.reduceExp(1, x, k.bias+offset)
	return k.Mul(k.Mul(k.expReduced(r), k.Shl(t, k.mantissa)), k.Const(math.Exp2(-offset)))
}

// expm1 doubles half the number, because 2ⁿ itself may be infinite where the
// result is not. Half a subnormal number would lose a bit, and a zero its sign.
func (k lanes[V, M]) expm1(x V) V {
	y := k.MinX(k.pick(89, 710), x)
	y = k.MaxX(k.pick(-20, -40), y)
	t, r := k.reduceExp(1, y, k.bias-1)
	s, half := k.Shl(t, k.mantissa), k.Const(0.5)
	v := k.FMS(s, k.expm1Reduced(1, r), k.Sub(half, s))
	tiny := k.Cmp(vec.LT, k.abs(x), k.pick(0x1p-30, 0x1p-60))
	return k.Select(tiny, x, k.Add(v, v))
}

// sigmoid is e/(1+e) for x < 0 and 1/(1+e) else, e = exp(-|x|).
func (k lanes[V, M]) sigmoid(x V) V {
	e := k.expDown(k.negAbs(x))
	one := k.Bits(k.one)
	num := k.Select(k.Cmp(vec.LT, x, k.Bits(0)), e, one)
	return k.Div(num, k.Add(one, e))
}

// softplus is max(x, 0) + log(1 + exp(-|x|)).
func (k lanes[V, M]) softplus(x V) V {
	e := k.expDown(k.negAbs(x))
	var tail V
	if k.Elem == vec.F32 {
		square := k.Mul(e, e)
		tail = k.FMA(k.polyOf(e, square, softplus32), square, e)
	} else {
		// As in logReduced, but for 0 ≤ e ≤ 1.
		s := k.Div(e, k.Add(e, k.Const(2)))
		h := k.Mul(e, k.Mul(e, k.Const(0.5)))
		z := k.Mul(s, s)
		tail = k.Sub(e, k.FNMA(s, k.FMA(z, k.poly(z, softplus64), h), h))
	}
	return k.Add(k.MaxX(x, k.Bits(0)), tail)
}

// tanh is v/(v+1) with v = (exp(2x) - 1)/2 = 2ⁿ·(exp(2r) - 1)/2 + (2ⁿ - 1)/2; v+1
// does not wait for v. A rational function would take fewer instructions in
// single precision, but twice the error.
func (k lanes[V, M]) tanh(x V) V {
	t, r := k.reduceTanh(k.MinX(k.pick(9.1, 19.1), k.abs(x)))
	s, half := k.Shl(t, k.mantissa), k.Const(0.5)
	e := k.expm1Reduced(2, r)
	v := k.FMA(s, e, k.FMS(s, half, half))
	return k.odd(k.Div(v, k.FMA(s, e, k.FMA(s, half, half))), x)
}

// reduceTanh is reduceExp for 0 ≤ 2x < 27 in single precision: log(2) is a
// float32 but for a relative 2⁻²⁸, and where 2ⁿ makes more of it, tanh is 1.
func (k lanes[V, M]) reduceTanh(x V) (t, r V) {
	if k.Elem == vec.F64 {
		return k.reduceExp(2, x, k.bias)
	}
	shift := k.Const(k.integer + k.bias)
	t = k.FMA(x, k.Const(2*math.Log2E), shift)
	return t, k.FNMA(k.Sub(t, shift), k.Const(math.Ln2/2), x)
}

// sinh is a polynomial up to 1, and from there E - 1/(4E) with E = exp(|x|)/2,
// which is finite where the result is.
func (k lanes[V, M]) sinh(x V) V {
	z := k.Mul(x, x)
	near := k.FMA(k.Mul(x, z), k.poly(z, by(k.Elem, sinh32, sinh64)), x)
	a := k.abs(x)
	e := k.expHalf(a)
	far := k.odd(k.Sub(e, k.Div(k.Const(0.25), e)), x)
	return k.Select(k.Cmp(vec.LT, a, k.Bits(k.one)), near, far)
}

// cosh is E + 1/(4E) with E = exp(|x|)/2.
func (k lanes[V, M]) cosh(x V) V {
	e := k.expHalf(k.abs(x))
	return k.Add(e, k.Div(k.Const(0.25), e))
}
