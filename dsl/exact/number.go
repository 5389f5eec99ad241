// Package exact is the arithmetic of numbers that have not met a dtype yet: literals, constants, and what is computed
// from them before anything runs.
//
// Sums, products and quotients of rational numbers are rational. Roots, exponentials and the like are computed with
// 256 bits, so that rounding to f32 or f64 happens once, at the end.
package exact

import (
	"math"
	"math/big"
)

// prec is the precision of what is not rational, in bits; ratBits is the size beyond which a rational number becomes
// such a number, so that no chain of operations can grow without bound.
const (
	prec    = 256
	ratBits = 8192
)

// Number is a rational number, a real one to 256 bits, an infinity, a negative zero, or not a number. The zero Number
// is 0. Numbers are immutable.
type Number struct {
	rat *big.Rat   // nil unless rational
	f   *big.Float // nil unless real or infinite
	nan bool
}

// NaN is not a number.
var NaN = Number{nan: true}

// Int returns n.
func Int(n int64) Number { return Number{rat: new(big.Rat).SetInt64(n)} }

// Rat returns r, which nobody may change afterwards.
func Rat(r *big.Rat) Number { return Number{rat: r}.bounded() }

// Float returns the value of v, exactly.
func Float(v float64) Number {
	if math.IsNaN(v) {
		return NaN
	}
	if math.IsInf(v, 0) || v == 0 && math.Signbit(v) {
		return Number{f: new(big.Float).SetPrec(prec).SetFloat64(v)}
	}
	return Number{rat: new(big.Rat).SetFloat64(v)}
}

// Inf returns positive infinity.
func Inf() Number { return Float(math.Inf(1)) }

// Pi returns π.
func Pi() Number { return Number{f: pi} }

func real(f *big.Float) Number { return Number{f: f} }

// bounded turns an unwieldy fraction into a real number.
func (a Number) bounded() Number {
	if a.rat != nil && a.rat.Num().BitLen()+a.rat.Denom().BitLen() > ratBits {
		return real(new(big.Float).SetPrec(prec).SetRat(a.rat))
	}
	return a
}

// normal makes the zero Number a rational one.
func (a Number) normal() Number {
	if a.rat == nil && a.f == nil && !a.nan {
		return Int(0)
	}
	return a
}

// float returns the number to 256 bits; it must not be NaN.
func (a Number) float() *big.Float {
	a = a.normal()
	if a.f != nil {
		return a.f
	}
	return new(big.Float).SetPrec(prec).SetRat(a.rat)
}

// IsNaN reports whether a is not a number.
func (a Number) IsNaN() bool { return a.nan }

// IsInf reports whether a is infinite.
func (a Number) IsInf() bool { return a.f != nil && a.f.IsInf() }

// Sign is -1, 0 or 1; 0 for NaN.
func (a Number) Sign() int {
	switch a = a.normal(); {
	case a.nan:
		return 0
	case a.rat != nil:
		return a.rat.Sign()
	}
	return a.f.Sign()
}

// IsZero reports whether a is zero of either sign.
func (a Number) IsZero() bool { return !a.nan && a.Sign() == 0 }

// IsRational reports whether a is known as a fraction.
func (a Number) IsRational() bool { return a.normal().rat != nil }

// Int64 returns the integer that a is, if it is one of 63 bits.
func (a Number) Int64() (int64, bool) {
	a = a.normal()
	switch {
	case a.nan:
		return 0, false
	case a.rat != nil:
		return a.rat.Num().Int64(), a.rat.IsInt() && a.rat.Num().IsInt64()
	case a.f.Sign() == 0:
		return 0, true
	case a.f.IsInt() && a.f.MantExp(nil) < 63:
		n, _ := a.f.Int64()
		return n, true
	}
	return 0, false
}

// IsInt reports whether a is an integer of any size.
func (a Number) IsInt() bool {
	a = a.normal()
	if a.nan {
		return false
	}
	if a.rat != nil {
		return a.rat.IsInt()
	}
	return a.f.IsInt()
}

// Float64 rounds to nearest even.
func (a Number) Float64() float64 {
	a = a.normal()
	switch {
	case a.nan:
		return math.NaN()
	case a.rat != nil:
		v, _ := a.rat.Float64()
		return v
	}
	v, _ := a.f.Float64()
	return v
}

// Float32 rounds to nearest even in one step, not by way of a float64.
func (a Number) Float32() float32 {
	a = a.normal()
	switch {
	case a.nan:
		return float32(math.NaN())
	case a.rat != nil:
		v, _ := a.rat.Float32()
		return v
	}
	v, _ := a.f.Float32()
	return v
}

// Cmp compares; NaN compares with nothing, and ok is false.
func (a Number) Cmp(b Number) (c int, ok bool) {
	a, b = a.normal(), b.normal()
	switch {
	case a.nan || b.nan:
		return 0, false
	case a.rat != nil && b.rat != nil:
		return a.rat.Cmp(b.rat), true
	}
	return a.float().Cmp(b.float()), true
}

// String is the shortest text that tells the number, at most 17 digits.
func (a Number) String() string {
	a = a.normal()
	switch {
	case a.nan:
		return "nan"
	case a.IsInf():
		if a.f.Signbit() {
			return "-inf"
		}
		return "inf"
	case a.rat != nil && a.rat.IsInt() && a.rat.Num().BitLen() < 64:
		return a.rat.Num().String()
	}
	f := new(big.Float).SetPrec(53).Set(a.float())
	return f.Text('g', -1)
}

// Fraction returns numerator and denominator of a rational number if both have 63 bits.
func (a Number) Fraction() (num, den int64, ok bool) {
	a = a.normal()
	if a.rat == nil || !a.rat.Num().IsInt64() || !a.rat.Denom().IsInt64() {
		return 0, 0, false
	}
	return a.rat.Num().Int64(), a.rat.Denom().Int64(), true
}
