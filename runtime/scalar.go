package runtime

import "math"

// Sigmoid is 1/(1+e⁻ˣ), from 0 at −Inf to 1 at +Inf; NaN stays NaN. Either
// side uses the exponential that cannot overflow, so that the lower tail keeps
// its relative precision down to the subnormals.
func Sigmoid(x float64) float64 {
	if x < 0 {
		e := math.Exp(x)
		return e / (1 + e)
	}
	return 1 / (1 + math.Exp(-x))
}

// Softplus is log(1+eˣ): exactly the nearest number to log 2 at 0, 0 at −Inf,
// +Inf at +Inf; NaN stays NaN. It is max(x,0) + log1p(e^−|x|), which neither
// overflows nor loses the lower tail.
func Softplus(x float64) float64 {
	if x > 0 {
		return x + math.Log1p(math.Exp(-x))
	}
	return math.Log1p(math.Exp(x))
}

// LogSigmoid is log(Sigmoid(x)) = −Softplus(−x), never 0·log 0: −Inf at −Inf,
// −0 at +Inf; NaN stays NaN.
func LogSigmoid(x float64) float64 { return -Softplus(-x) }

// Relu is the positive part of x: +0 at ±0 and below, x above (subnormals
// too); NaN stays NaN.
func Relu(x float64) float64 { return max(x, 0) }

// Sign is −1, 0 or 1; +0 at ±0; NaN stays NaN.
func Sign(x float64) float64 {
	switch {
	case x > 0:
		return 1
	case x < 0:
		return -1
	case x == 0:
		return 0
	}
	return x
}

// Hypot is √(x²+y²) without undue overflow or underflow, [math.Hypot]: +Inf if
// either is ±Inf, even beside NaN, and else NaN if either is.
func Hypot(x, y float64) float64 { return math.Hypot(x, y) }

// Lgamma is log|Γ(x)|, the value of [math.Lgamma] without the sign of Γ: +Inf
// at 0, at the negative integers and at +Inf, −Inf at −Inf; NaN stays NaN. Its
// derivative is [Digamma].
func Lgamma(x float64) float64 {
	if a := math.Abs(x); a < 0x1p-1022 && a > 0 {
		return -Log(a) // math.Log is wrong here on some platforms
	}
	y, _ := math.Lgamma(x)
	return y
}

// MulZ is x*y in which an exact 0 wins over anything, NaN and ±Inf included:
// the product of the chain rule at points where a factor is singular and
// nothing flows.
func MulZ[T float32 | float64](x, y T) T {
	if x == 0 || y == 0 {
		return 0
	}
	return x * y
}

// Rsqrt is 1/√x.
func Rsqrt(x float64) float64 { return 1 / math.Sqrt(x) }
