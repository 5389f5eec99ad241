package elementary

import (
	"math"

	"github.com/gradgen/gradgen/codegen/amd64/vec"
)

// log is that of m·2ᵉ: e·log(2) + log(1+f).
func (k lanes[V, M]) log(x V) V {
	e, f := k.split(x)
	return k.LogEnds(k.logReduced(e, f), x)
}

// split writes a positive x, subnormal or not, as (1+f)·2ᵉ with 1+f from 2/3 or
// √½ up to twice as much.
func (k lanes[V, M]) split(x V) (e, f V) {
	tiny := k.Cmp(vec.LT, x, k.Const(k.least))
	up := by(k.Elem, 24.0, 54.0)
	x = k.Select(tiny, k.Mul(x, k.Const(math.Exp2(up))), x)
	i := k.ISub(x, k.lower())
	e = k.ToFloat(k.Sar(i, k.mantissa))
	e = k.Add(e, k.Select(tiny, k.Const(-up), k.Bits(0)))
	m := k.ISub(x, k.And(i, k.Bits(k.exponent|k.sign)))
	return e, k.Sub(m, k.Bits(k.one))
}

// lower is the least 1+f: what makes the interval of f symmetric where a
// polynomial of f follows, and that of f/(2+f) in double precision.
func (k lanes[V, M]) lower() V {
	return k.Const(by(k.Elem, 2.0/3, math.Sqrt2/2))
}

// logReduced is e·log(2) + log(1+f). Double precision has the series in
// s = f/(2+f), arranged so that f is added exactly (fdlibm, e_log.c: the idea).
func (k lanes[V, M]) logReduced(e, f V) V {
	if k.Elem == vec.F32 {
		// log(2) is luckily a float32 but for a relative 2⁻²⁸.
		square := k.Mul(f, f)
		p := k.FMA(k.polyOf(f, square, log32), square, f)
		return k.FMA(e, k.Const(math.Ln2), p)
	}
	s := k.Div(f, k.Add(f, k.Const(2)))
	h := k.Mul(f, k.Mul(f, k.Const(0.5)))
	z := k.Mul(s, s)
	p := k.FMA(s, k.FMA(z, k.poly(z, log64), h), k.Mul(e, k.Const(ln2Low64)))
	return k.FMA(e, k.Const(ln2High64), k.Sub(f, k.Sub(h, p)))
}

// log2 adds the exponent exactly: powers of two have exact logarithms.
func (k lanes[V, M]) log2(x V) V {
	e, f := k.split(x)
	r := k.FMA(k.logReduced(k.Bits(0), f), k.Const(math.Log2E), e)
	return k.LogEnds(r, x)
}

// logSum is log(2ᵇ·(high + low)), where low is less than half a unit in the last
// place of high, and high is not subnormal.
func (k lanes[V, M]) logSum(high, low, b V) V {
	mask := k.Bits(k.exponent | k.sign)
	i := k.ISub(high, k.lower())
	e := k.ToFloat(k.Sar(i, k.mantissa))
	f := k.Sub(k.ISub(high, k.And(i, mask)), k.Bits(k.one))
	// 2⁻ᵉ, for low; where it would not be a number, low does not matter.
	capped := k.ISub(k.MinX(k.pick(0x1p100, 0x1p900), high), k.lower())
	f = k.FMA(low, k.ISub(k.Bits(k.one), k.And(capped, mask)), f)
	return k.LogEnds(k.logReduced(k.Add(e, b), f), high)
}

// log1p is the logarithm of the exact sum.
func (k lanes[V, M]) log1p(x V) V {
	high, low := k.twoSum(k.Bits(k.one), x)
	return k.Or(k.logSum(high, low, k.Bits(0)), k.signBit(x))
}

// logFrom is log(1 + u) where a is not large, and log(2a) where it is.
func (k lanes[V, M]) logFrom(u, a V) V {
	one, zero := k.Bits(k.one), k.Bits(0)
	large := k.Cmp(vec.GT, a, k.pick(0x1p30, 0x1p60))
	high, low := k.twoSum(one, u)
	return k.logSum(k.Select(large, a, high), k.Select(large, zero, low), k.Select(large, one, zero))
}

// asinh(a) = log(1 + a + a²/(1 + √(1+a²))).
func (k lanes[V, M]) asinh(x V) V {
	one := k.Bits(k.one)
	a := k.abs(x)
	root := k.Sqrt(k.FMA(a, a, one))
	u := k.Add(a, k.Div(k.Mul(a, a), k.Add(one, root)))
	return k.odd(k.logFrom(u, a), x)
}

// acosh(x) = log(1 + t + √(2t + t²)) with t = x-1.
func (k lanes[V, M]) acosh(x V) V {
	one := k.Bits(k.one)
	t := k.Sub(x, one)
	u := k.Add(t, k.Sqrt(k.FMA(t, t, k.Add(t, t))))
	return k.Select(k.Cmp(vec.LT, x, one), k.nan(), k.logFrom(u, x))
}

// atanh(a) = log(1 + 2a/(1-a))/2.
func (k lanes[V, M]) atanh(x V) V {
	one := k.Bits(k.one)
	a := k.abs(x)
	high, low := k.twoSum(one, k.Div(k.Add(a, a), k.Sub(one, a)))
	return k.odd(k.Mul(k.Const(0.5), k.logSum(high, low, k.Bits(0))), x)
}
