package elementary

import (
	"math"

	"github.com/gradgen/gradgen/codegen/amd64/vec"
)

// lanes is a machine together with the type of its numbers, on which constants,
// polynomials and positions of bits depend.
type lanes[V, M any] struct {
	Machine[V, M]
	Elem vec.Elem
	format
}

// format is where the bits of a number stand.
type format struct {
	mantissa int     // its bits, without the leading one
	bias     float64 // of the exponent
	sign     uint64
	exponent uint64
	one      uint64
	// integer is 1.5·2^mantissa: adding it rounds to the nearest integer, which
	// is then in the low bits.
	integer float64
	least   float64 // the least normal number
}

var formats = [...]format{
	vec.F32: {23, 127, 1 << 31, 0xff << 23, 0x7f << 23, 0x1.8p23, 0x1p-126},
	vec.F64: {52, 1023, 1 << 63, 0x7ff << 52, 0x3ff << 52, 0x1.8p52, 0x1p-1022},
}

// by chooses by the type of the numbers.
func by[T any](e vec.Elem, f32, f64 T) T {
	if e == vec.F32 {
		return f32
	}
	return f64
}

func (k lanes[V, M]) pick(f32, f64 float64) V { return k.Const(by(k.Elem, f32, f64)) }
func (k lanes[V, M]) inf() V                  { return k.Const(math.Inf(1)) }
func (k lanes[V, M]) nan() V                  { return k.Bits(k.exponent | k.exponent>>1) }

func (k lanes[V, M]) abs(x V) V     { return k.AndNot(k.Bits(k.sign), x) }
func (k lanes[V, M]) neg(x V) V     { return k.Xor(x, k.Bits(k.sign)) }
func (k lanes[V, M]) signBit(x V) V { return k.And(x, k.Bits(k.sign)) }

// negAbs is −|x|.
func (k lanes[V, M]) negAbs(x V) V { return k.Or(x, k.Bits(k.sign)) }

// odd gives the value r ≥ 0 of an odd function at |x| the sign of x.
func (k lanes[V, M]) odd(r, x V) V { return k.Or(r, k.signBit(x)) }

// poly is c[0] + c[1]x + c[2]x² + …. Coefficients are joined in pairs and, if
// there are many, pairs in pairs, so that the chain of dependent operations is
// shorter than the degree (Estrin).
func (k lanes[V, M]) poly(x V, c []float64) V { return k.polyOf(x, k.Mul(x, x), c) }

// polyOf is poly where x² is at hand. There are at least three coefficients.
func (k lanes[V, M]) polyOf(x, square V, c []float64) V {
	terms := k.join(x, k.consts(c))
	x = square
	for len(terms) > 6 {
		terms, x = k.join(x, terms), k.Mul(x, x)
	}
	r := terms[len(terms)-1]
	for i := len(terms) - 2; i >= 0; i-- {
		r = k.FMA(r, x, terms[i])
	}
	return r
}

// join makes terms of a polynomial in x those of one in x².
func (k lanes[V, M]) join(x V, terms []V) []V {
	var joined []V
	for i := 0; i+1 < len(terms); i += 2 {
		joined = append(joined, k.FMA(terms[i+1], x, terms[i]))
	}
	if len(terms)%2 == 1 {
		joined = append(joined, terms[len(terms)-1])
	}
	return joined
}

func (k lanes[V, M]) consts(c []float64) []V {
	v := make([]V, len(c))
	for i := range c {
		v[i] = k.Const(c[i])
	}
	return v
}
