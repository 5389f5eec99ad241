package runtime

import "math"

// Trigamma is ψ′(x), the derivative of [Digamma]: +Inf at 0 and the negative
// integers, 0 at +Inf; NaN stays NaN.
//
// Method: the recurrence ψ′(x) = ψ′(x+1) + 1/x² up to x ≥ 10, and there the
// asymptotic series; below 0 the reflection ψ′(x) = π²/sin²(πx) − ψ′(1−x):
// M. Abramowitz, I. A. Stegun, "Handbook of Mathematical Functions", 6.4.6,
// 6.4.7 and 6.4.12.
func Trigamma(x float64) float64 {
	switch {
	case math.IsNaN(x):
		return x
	case math.IsInf(x, 1):
		return 0
	case x <= 0:
		f := x - math.RoundToEven(x)
		if f == 0 || math.IsInf(x, -1) {
			return math.Inf(1)
		}
		s := math.Pi / math.Sin(math.Pi*f)
		return s*s - Trigamma(1-x)
	}
	sum := 0.0
	for ; x < 10; x++ {
		sum += 1 / (x * x)
	}
	y := 1 / (x * x)
	series := 1.0/6 - y*(1.0/30-y*(1.0/42-y*(1.0/30-y*(5.0/66-y*(691.0/2730-y*7.0/6)))))
	return sum + 1/x + y/2 + y/x*series
}
