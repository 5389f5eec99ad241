package runtime

import "math"

// Log is the natural logarithm: −Inf at ±0, +Inf at +Inf, NaN below 0; NaN
// stays NaN. The relative error is below 5e-16, and the bits agree on every
// platform. [math.Log] has neither property everywhere: it is assembly on some
// platforms and may be fused on others, and on amd64 it is wrong for
// subnormals, by 35 at the least of them.
//
// Method: x = m·2ᵏ with m in [√½, √2), and log m = 2 artanh s with
// s = (m−1)/(m+1), |s| ≤ 0.172, by its power series to s²³. The logarithm of 2
// is split so that k times its high part is exact.
func Log(x float64) float64 {
	switch {
	case x == 0:
		return math.Inf(-1)
	case x < 0:
		return math.NaN()
	case !(x <= math.MaxFloat64):
		return x
	}
	const (
		ln2High = 0x1.62e42feep-1 // 32 bits
		ln2Low  = math.Ln2 - ln2High
	)
	m, e := math.Frexp(x)
	if m < math.Sqrt2/2 {
		m *= 2
		e--
	}
	k := float64(e)
	s := (m - 1) / (m + 1)
	s2 := float64(s * s)
	sum := 0.0
	for i := len(artanhSeries) - 1; i >= 0; i-- {
		sum = float64((sum + artanhSeries[i]) * s2)
	}
	return float64(k*ln2High) + (2*s + (float64(2*s*sum) + float64(k*ln2Low)))
}

// artanhSeries holds the coefficients of artanh(s)/s − 1 in powers of s².
var artanhSeries = [11]float64{1. / 3, 1. / 5, 1. / 7, 1. / 9, 1. / 11, 1. / 13, 1. / 15, 1. / 17, 1. / 19, 1. / 21, 1. / 23}
