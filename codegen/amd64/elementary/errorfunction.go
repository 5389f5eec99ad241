package elementary

import (
	"math"

	"github.com/gradgen/gradgen/codegen/amd64/vec"
)

// erf is a rational function in single precision, and else a polynomial up to 1
// and 1 - erfc from there.
func (k lanes[V, M]) erf(x V) V {
	if k.Elem == vec.F32 {
		return k.ratio(x, 3.93, erf32P, erf32Q)
	}
	a, one := k.abs(x), k.Bits(k.one)
	z := k.Mul(a, a)
	near := k.Mul(a, k.poly(z, erf64))
	r := k.Select(k.Cmp(vec.LT, a, one), near, k.Sub(one, k.erfcRight(a)))
	return k.odd(r, x)
}

// ratio is the odd x·P(x²)/Q(x²), held from ±bound on.
func (k lanes[V, M]) ratio(x V, bound float64, p, q []float64) V {
	x = k.MinX(k.Const(bound), x)
	x = k.MaxX(k.Const(-bound), x)
	u := k.Mul(x, x)
	return k.Div(k.Mul(x, k.horner(u, k.consts(p))), k.horner(u, k.consts(q)))
}

func (k lanes[V, M]) erfc(x V) V {
	r := k.erfcRight(k.abs(x))
	return k.Select(k.Cmp(vec.LT, x, k.Bits(0)), k.Sub(k.Const(2), r), r)
}

// erfcRight is erfc(x) for x ≥ 0: exp(-x²)/(1+2x) times a polynomial in
// (x-K)/(x+K), which maps the half line to an interval (Shepherd and
// Laframboise, Chebyshev approximation of (1+2x)exp(x²)erfc(x), 1981).
func (k lanes[V, M]) erfcRight(x V) V {
	one := k.Bits(k.one)
	x = k.MinX(k.pick(10.5, 28), x)
	t := k.Div(k.Sub(x, k.Const(erfcCentre)), k.Add(x, k.Const(erfcCentre)))
	p := k.Div(k.poly(t, by(k.Elem, erfc32, erfc64)), k.FMA(x, k.Const(2), one))
	square, rest := k.twoProduct(x, x)
	return k.Mul(p, k.expSum(k.neg(square), k.neg(rest)))
}

// erfcCentre is the K of erfcRight.
const erfcCentre = 3.75

var _ = math.Pi
