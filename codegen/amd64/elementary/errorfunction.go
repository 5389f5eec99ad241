package elementary

import (
	"math"
	"slices"

	"github.com/gradgen/gradgen/codegen/amd64/vec"
)

// erf is -(exp(-q) - 1) in single precision, where q = -log(erfc(|x|)) is a
// polynomial. In double precision a polynomial up to 1, and 1 - erfc from there.
func (k lanes[V, M]) erf(x V) V {
	a := k.abs(x)
	if k.Elem == vec.F32 {
		a = k.MinX(k.Const(4), a)
		q := k.FMA(a, k.poly(a, erfLog32), a)
		return k.odd(k.abs(k.expm1Normal(k.neg(q))), x)
	}
	one := k.Bits(k.one)
	r := k.Select(k.Cmp(vec.LT, a, one), k.erfNear(a), k.Sub(one, k.erfcRight(a)))
	return k.odd(r, x)
}

// erfNear is erf(x) for |x| ≤ 1.
func (k lanes[V, M]) erfNear(x V) V {
	return k.FMA(x, k.poly(k.Mul(x, x), by(k.Elem, erf32, erf64)), x)
}

// erfc is erfcRight, and 2 - erfcRight(-x) to the left of 0.
func (k lanes[V, M]) erfc(x V) V {
	r := k.erfcRight(x)
	return k.Select(k.Cmp(vec.LT, x, k.Bits(0)), k.Sub(k.Const(2), r), r)
}

// erfcRight is erfc(|x|): r·f·exp(-x²) with r = 1/(1+y), y = |x|/K, which maps the
// half line to an interval, and a polynomial f (after Shepherd and Laframboise,
// Chebyshev approximation of (1+2x)exp(x²)erfc(x), 1981). It is written so that
// little cancels at either end: by v = -y·r, which is as small as x, with what f
// tends to apart, and in a variable that is 0 amid the interval. A step of Newton's
// makes up for the rounding of 1+y. As in expDown, 2ⁿ has an exponent that is off,
// which the coefficients make good.
func (k lanes[V, M]) erfcRight(x V) V {
	x = k.MaxX(k.pick(-10.5, -28), k.negAbs(x))
	offset := by(k.Elem, 64.0, 128.0)
	limit, c := by(k.Elem, erfc32Limit, erfc64Limit), slices.Clone(by(k.Elem, erfc32, erfc64))
	for i := range c {
		c[i] *= math.Exp2(-offset)
	}
	one := k.Bits(k.one)
	y := k.Mul(x, k.pick(1.0/2, 1.0/4)) // -|x|/K
	r := k.Div(one, k.Sub(one, y))
	r = k.FMA(k.FMA(y, r, k.Sub(one, r)), r, r)
	v := k.Mul(y, r)
	f := k.FMA(v, k.poly(k.FMA(v, k.Const(2.5), one), c), k.Const((1-limit)*math.Exp2(-offset)))
	f = k.Mul(r, k.FMA(r, f, k.Const(limit*math.Exp2(-offset))))
	square := k.FNMA(x, x, k.Bits(0))
	t, reduced := k.reduceExp(1, square, k.bias+offset)
	f = k.Mul(f, k.Shl(t, k.mantissa))
	return k.FMA(f, k.expm1Reduced(1, k.Sub(reduced, k.FMA(x, x, square))), f)
}
