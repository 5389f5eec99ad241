package elementary

import (
	"math"

	"github.com/gradgen/gradgen/codegen/amd64/vec"
)

// log is that of m·2ᵉ: e·log(2) + log(1+f).
func (k lanes[V, M]) log(x V) V {
	e, f := k.split(x)
	return k.logSpecial(k.logReduced(e, f), x)
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
	m := k.ISub(x, k.And(i, k.Bits(k.exponentAndSign())))
	return e, k.Sub(m, k.Bits(k.one))
}

// lower is the least 1+f: what makes the interval of f symmetric where a
// polynomial of f follows, and that of f/(2+f) in double precision.
func (k lanes[V, M]) lower() V {
	return k.Const(by(k.Elem, 2.0/3, math.Sqrt2/2))
}

func (f format) exponentAndSign() uint64 { return f.exponent | f.sign }

// logReduced is e·log(2) + log(1+f). Double precision has the series in
// s = f/(2+f), arranged so that f is added exactly (fdlibm, e_log.c: the idea).
func (k lanes[V, M]) logReduced(e, f V) V {
	if k.Elem == vec.F32 {
		// log(2) is luckily a float32 but for a relative 2⁻²⁸.
		p := k.FMA(k.Mul(f, f), k.poly(f, log32), f)
		return k.FMA(e, k.Const(math.Ln2), p)
	}
	s := k.Div(f, k.Add(f, k.Const(2)))
	h := k.Mul(f, k.Mul(f, k.Const(0.5)))
	z := k.Mul(s, s)
	p := k.FMA(s, k.FMA(z, k.poly(z, log64), h), k.Mul(e, k.Const(ln2Low64)))
	return k.FMA(e, k.Const(ln2High64), k.Sub(f, k.Sub(h, p)))
}

// logSpecial is the logarithm r of x where x is positive and finite, and else
// what belongs to 0, negative numbers, infinity and NaN.
func (k lanes[V, M]) logSpecial(r, x V) V {
	zero := k.Bits(0)
	r = k.Select(k.Cmp(vec.LT, x, k.inf()), r, x)
	r = k.Select(k.Cmp(vec.LT, x, zero), k.nan(), r)
	return k.Select(k.Cmp(vec.EQ, x, zero), k.Const(math.Inf(-1)), r)
}
