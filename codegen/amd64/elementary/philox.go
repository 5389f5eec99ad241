package elementary

import "github.com/gradgen/gradgen/codegen/amd64/vec"

// Draw is what a random number depends on, in lanes: words of 32 bits, above
// which anything may stand, and which element of a block of the generator it is.
type Draw[V any] struct {
	Low, High  V // the number of the block
	Site, Step V
	K0, K1     V // the key
	Element    V // in the block: of four in single precision, of two in double
}

// Uniform is the number in [0, 1) that runtime.Key draws, bit for bit: all of
// it is integers until the end, which is exact.
func Uniform[V, M any](m Machine[V, M], e vec.Elem, d Draw[V]) V {
	k := lanes[V, M]{m, e, formats[e]}
	c := k.philox(d)
	odd := k.odds(d.Element)
	if e == vec.F32 {
		two := k.Bits(2)
		upper := k.CmpInt(vec.EQ, k.And(d.Element, two), two)
		word := k.Select(upper, k.Select(odd, c[3], c[2]), k.Select(odd, c[1], c[0]))
		return k.Mul(k.ToFloat(k.Shr(word, 32-24)), k.Const(0x1p-24))
	}
	low, high := k.Select(odd, c[2], c[0]), k.Select(odd, c[3], c[1])
	word := k.Bits(1<<32 - 1)
	low, high = k.Shr(k.And(low, word), 64-53), k.And(high, word)
	return k.FMA(k.ToFloat(high), k.Const(0x1p-32), k.Mul(k.ToFloat(low), k.Const(0x1p-53)))
}

// philox is Philox4x32-10; see package runtime.
func (k lanes[V, M]) philox(d Draw[V]) [4]V {
	m0, m1 := k.Bits(0xD2511F53), k.Bits(0xCD9E8D57)
	w0, w1 := k.Bits(0x9E3779B9), k.Bits(0xBB67AE85)
	c, k0, k1 := [4]V{d.Low, d.High, d.Site, d.Step}, d.K0, d.K1
	for round := range 10 {
		if round > 0 {
			k0, k1 = k.IAdd(k0, w0), k.IAdd(k1, w1)
		}
		c = [4]V{
			k.Xor(k.Xor(k.MulHigh(c[2], m1), c[1]), k0), k.IMul(c[2], m1),
			k.Xor(k.Xor(k.MulHigh(c[0], m0), c[3]), k1), k.IMul(c[0], m0),
		}
	}
	return c
}
