package exact

import "math/big"

// Neg returns -a. The negative of 0 is a negative zero.
func (a Number) Neg() Number {
	a = a.normal()
	switch {
	case a.nan:
		return a
	case a.rat != nil && a.rat.Sign() != 0:
		return Number{rat: new(big.Rat).Neg(a.rat)}
	}
	return real(new(big.Float).SetPrec(prec).Neg(a.float()))
}

// Abs returns |a|.
func (a Number) Abs() Number {
	if a.Sign() < 0 || a.f != nil && a.f.Signbit() {
		return a.Neg()
	}
	return a
}

// Add returns a + b.
func (a Number) Add(b Number) Number {
	a, b = a.normal(), b.normal()
	switch {
	case a.nan || b.nan, a.IsInf() && b.IsInf() && a.f.Signbit() != b.f.Signbit():
		return NaN
	case a.rat != nil && b.rat != nil:
		return Number{rat: new(big.Rat).Add(a.rat, b.rat)}.bounded()
	}
	return real(new(big.Float).SetPrec(prec).Add(a.float(), b.float()))
}

// Sub returns a - b.
func (a Number) Sub(b Number) Number {
	if b.IsZero() {
		return a // and not a + (-0), which is no longer rational
	}
	return a.Add(b.Neg())
}

// Mul returns a * b.
func (a Number) Mul(b Number) Number {
	a, b = a.normal(), b.normal()
	switch {
	case a.nan || b.nan, a.IsInf() && b.IsZero(), a.IsZero() && b.IsInf():
		return NaN
	case a.rat != nil && b.rat != nil:
		return Number{rat: new(big.Rat).Mul(a.rat, b.rat)}.bounded()
	}
	return real(new(big.Float).SetPrec(prec).Mul(a.float(), b.float()))
}

// Quo returns a / b as IEEE 754 has it: 1/0 is infinite, 0/0 is NaN.
func (a Number) Quo(b Number) Number {
	a, b = a.normal(), b.normal()
	switch {
	case a.nan || b.nan, a.IsInf() && b.IsInf(), a.IsZero() && b.IsZero():
		return NaN
	case a.rat != nil && b.rat != nil && b.rat.Sign() != 0:
		return Number{rat: new(big.Rat).Quo(a.rat, b.rat)}.bounded()
	}
	return real(new(big.Float).SetPrec(prec).Quo(a.float(), b.float()))
}

// Floor returns the greatest integer that is not above a.
func (a Number) Floor() Number {
	a = a.normal()
	switch {
	case a.nan || a.IsInf():
		return a
	case a.rat != nil:
		q := new(big.Int)
		q.Div(a.rat.Num(), a.rat.Denom()) // Euclidean: the denominator is positive, so this is the floor
		return Number{rat: new(big.Rat).SetInt(q)}
	}
	n, acc := a.f.Int(nil)
	if acc == big.Above { // truncated towards 0 from below
		n.Sub(n, big.NewInt(1))
	}
	return Number{rat: new(big.Rat).SetInt(n)}.bounded()
}

// powInt returns a^n for an integer n, |n| at most maxPower.
func (a Number) powInt(n int64) Number {
	if n < 0 {
		return Int(1).Quo(a.powInt(-n))
	}
	r := Int(1)
	for ; n > 0; n >>= 1 {
		if n&1 == 1 {
			r = r.Mul(a)
		}
		a = a.Mul(a)
	}
	return r
}

// maxPower bounds the exponents of exact powers; beyond it, logarithms.
const maxPower = 1 << 16

// Pow returns a^b as IEEE 754 has it.
func (a Number) Pow(b Number) Number {
	if n, ok := b.Int64(); ok && -maxPower <= n && n <= maxPower {
		return a.powInt(n)
	}
	switch {
	case a.nan || b.nan:
		return NaN
	case a.Sign() <= 0 || a.IsInf() || b.IsInf():
		v, _ := byFloat("pow", a, b)
		return v
	}
	return exp(new(big.Float).SetPrec(prec).Mul(b.float(), ln(a.float())))
}
