package elementary

import (
	"math"

	"github.com/gradgen/gradgen/codegen/amd64/vec"
)

// rsqrt refines the estimate by a step of third order. Where the step is no
// number, at 0, infinity and below 0, the estimate is the result.
func (k lanes[V, M]) rsqrt(x V) V {
	if k.Elem == vec.F64 {
		return k.Div(k.Bits(k.one), k.Sqrt(x))
	}
	// Some processors take subnormal numbers for zeros.
	tiny := k.Cmp(vec.LT, x, k.Const(k.least))
	x = k.Select(tiny, k.Mul(x, k.Const(0x1p24)), x)
	y := k.RSqrt(x)
	h := k.FNMA(k.Mul(x, y), y, k.Bits(k.one))
	r := k.FMA(k.Mul(y, h), k.FMA(h, k.Const(0.375), k.Const(0.5)), y)
	r = k.Select(k.Cmp(vec.Unordered, h, h), y, r)
	return k.Select(tiny, k.Mul(r, k.Const(0x1p12)), r)
}

// cbrt is that of m·2ʳ times 2^q, with e = 3q + r: a polynomial, and Newton's
// method, which doubles the number of right bits; the last residual is exact
// but for its last bits.
func (k lanes[V, M]) cbrt(x V) V {
	a, one, zero := k.abs(x), k.Bits(k.one), k.Bits(0)
	e, f := k.split(a)
	q := k.Round(k.Mul(e, k.Const(1.0/3)), vec.Nearest)
	r := k.FNMA(q, k.Const(3), e)
	up, down := k.Cmp(vec.GT, r, zero), k.Cmp(vec.LT, r, zero)
	byRest := func(plus, minus float64) V {
		return k.Select(up, k.Const(plus), k.Select(down, k.Const(minus), one))
	}
	m := k.Mul(k.Add(f, one), byRest(2, 0.5))
	y := k.Mul(k.poly(f, cbrtSeed), byRest(math.Cbrt(2), math.Cbrt(0.5)))
	g := k.Div(k.Const(1.0/3), m)
	if k.Elem == vec.F64 {
		d := k.FNMA(k.Mul(y, y), y, m)
		y = k.FMA(k.Mul(d, g), y, y)
	}
	square, rest := k.twoProduct(y, y)
	d := k.FNMA(rest, y, k.FNMA(square, y, m))
	y = k.FMA(k.Mul(d, g), y, y)
	y = k.odd(k.IAdd(y, k.Shl(k.ToInt(q), k.mantissa)), x)
	ordinary := k.MaskAnd(k.Cmp(vec.GT, a, zero), k.Cmp(vec.LT, a, k.inf()))
	return k.Select(ordinary, y, x)
}

// hypot divides by the power of two of the larger, which neither overflows nor
// loses what is small.
func (k lanes[V, M]) hypot(x, y V) V {
	ax, ay := k.abs(x), k.abs(y)
	scale := k.And(k.MaxX(ax, ay), k.Bits(k.exponent))
	scale = k.MaxX(k.Const(k.least), k.MinX(k.Const(0.25/k.least), scale))
	inverse := k.ISub(k.Bits(2*k.one), scale)
	x, y = k.Mul(x, inverse), k.Mul(y, inverse)
	r := k.Mul(k.Sqrt(k.FMA(x, x, k.Mul(y, y))), scale)
	inf := k.inf()
	return k.Select(k.MaskOr(k.Cmp(vec.EQ, ax, inf), k.Cmp(vec.EQ, ay, inf)), inf, r)
}

// pow is exp(y·log|x|), with about twelve bits more than numbers have up to the
// exponential, and then the cases of C's pow.
func (k lanes[V, M]) pow(x, y V) V {
	zero, one, inf := k.Bits(0), k.Bits(k.one), k.inf()
	a := k.abs(x)
	high, low := k.logWide(a)
	high = k.Select(k.Cmp(vec.EQ, a, zero), k.Const(math.Inf(-1)), high)
	high = k.Select(k.Cmp(vec.EQ, a, inf), inf, high)
	w, rest := k.twoProduct(y, high)
	rest = k.FMA(y, low, rest)
	rest = k.Select(k.Cmp(vec.LT, k.abs(w), k.Const(2048)), rest, zero)
	r := k.expSum(w, rest)

	whole := k.Cmp(vec.EQ, k.round(y), y)
	half := k.Mul(y, k.Const(0.5))
	odd := k.MaskAnd(whole, k.Cmp(vec.NE, k.round(half), half))
	r = k.Select(k.MaskAnd(k.Cmp(vec.EQ, a, one), whole), one, r) // also of ±∞
	r = k.Select(k.Cmp(vec.Unordered, x, x), x, r)
	r = k.Select(odd, k.Or(r, k.signBit(x)), r)
	root := k.MaskAnd(k.Cmp(vec.LT, x, zero), k.MaskAnd(k.Cmp(vec.LT, a, inf), k.MaskNot(whole)))
	r = k.Select(root, k.nan(), r)
	return k.Select(k.MaskOr(k.Cmp(vec.EQ, y, zero), k.Cmp(vec.EQ, x, one)), one, r)
}

// logWide is log(x) for positive x as a sum: e·log(2) + 2·atanh(s) with
// s = f/(2+f), whose terms but the first two are small enough for one number.
func (k lanes[V, M]) logWide(x V) (high, low V) {
	e, f := k.split(x)
	d, dLow := k.fastTwoSum(k.Const(2), f)
	s := k.Div(f, d)
	sLow := k.Div(k.FNMA(s, dLow, k.FNMA(s, d, f)), d)
	z, zLow := k.twoProduct(s, s)
	zLow = k.FMA(k.Add(s, s), sLow, zLow)

	// c = z/3 + z²·q(z), such that atanh(s) = s + s·c.
	third := by(k.Elem, float64(float32(1.0/3)), 1.0/3)
	thirdLow := by(k.Elem, 1.0/3-third, 0x1.5555555555555p-56)
	c, cLow := k.twoProduct(z, k.Const(third))
	cLow = k.FMA(z, k.Const(thirdLow), k.FMA(zLow, k.Const(third), cLow))
	square := k.Mul(z, z)
	cLow = k.FMA(square, k.polyOf(z, square, by(k.Elem, pow32, pow64)), cLow)

	s, sLow = k.Add(s, s), k.Add(sLow, sLow)
	p, pLow := k.twoProduct(s, c)
	pLow = k.FMA(s, cLow, k.FMA(sLow, c, pLow))
	u, uLow := k.fastTwoSum(s, p)
	uLow = k.Add(k.Add(uLow, sLow), pLow)

	high, low = k.twoSum(k.Mul(e, k.pick(ln2High32, ln2High64)), u)
	low = k.Add(low, k.FMA(e, k.pick(ln2Low32, ln2Low64), uLow))
	return k.fastTwoSum(high, low)
}
