package elementary

import "github.com/gradgen/gradgen/codegen/amd64/vec"

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

// erfc is 1 - erf near 0, where it loses nothing.
func (k lanes[V, M]) erfc(x V) V {
	a := k.abs(x)
	r := k.erfcRight(a)
	r = k.Select(k.Cmp(vec.LT, x, k.Bits(0)), k.Sub(k.Const(2), r), r)
	near := k.Sub(k.Bits(k.one), k.erfNear(x))
	return k.Select(k.Cmp(vec.LT, a, k.Const(0.5)), near, r)
}

// erfcRight is erfc(x) for x ≥ 0: exp(-x²)/(1+2x) times a polynomial in
// (x-K)/(x+K), which maps the half line to an interval (Shepherd and
// Laframboise, Chebyshev approximation of (1+2x)exp(x²)erfc(x), 1981). The two
// quotients are made of the reciprocal of both divisors, refined for each, because
// a division takes as long as the polynomial.
func (k lanes[V, M]) erfcRight(x V) V {
	one := k.Bits(k.one)
	x = k.MinX(k.pick(10.5, 28), x)
	u, v := k.Add(x, k.Const(erfcCentre)), k.FMA(x, k.Const(2), one)
	both := k.Div(one, k.Mul(u, v))
	inverse := func(d, other V) V {
		y := k.Mul(other, both)
		return k.FMA(y, k.FNMA(y, d, one), y)
	}
	t := k.Mul(k.Sub(x, k.Const(erfcCentre)), inverse(u, v))
	r := inverse(v, u)
	p := k.FMA(r, k.poly(t, by(k.Elem, erfc32, erfc64)), r)
	square, rest := k.twoProduct(x, x)
	return k.Mul(p, k.expSum(k.neg(square), k.neg(rest)))
}

// erfcCentre is the K of erfcRight.
const erfcCentre = 3.75
