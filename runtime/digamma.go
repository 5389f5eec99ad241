package runtime

import "math"

// Digamma is ψ(x), the derivative of log|Γ(x)|. It is −Inf at +0, +Inf at −0
// and at +Inf, NaN at the negative integers (poles without a sign), at −Inf
// and for NaN. For x > 0 the relative error is below 2e-15, also about the
// root at 1.46; for x < 0 it is so relative to the largest of |ψ(x)|,
// |π/tan(πx)| and 1.
//
// Method: about the root its Taylor series, with coefficients from
// multi-precision arithmetic; else the recurrence ψ(x) = ψ(x+1) − 1/x up to
// x ≥ 10, and there the asymptotic series; below 0 the reflection
// ψ(x) = ψ(1−x) − π/tan(πx): M. Abramowitz, I. A. Stegun, "Handbook of
// Mathematical Functions", 6.3.5, 6.3.7 and 6.3.18.
func Digamma(x float64) float64 {
	switch {
	case x == 0:
		return math.Copysign(math.Inf(1), -x)
	case math.IsInf(x, 1):
		return x
	case math.Abs(x) < 1e-6: // the reflection would lose subnormals
		return -1/x - eulerGamma + x*(math.Pi*math.Pi/6)
	case x < 0:
		f := x - math.RoundToEven(x) // exact, and tan has period π
		if f == 0 || math.IsInf(x, -1) {
			return math.NaN()
		}
		return digammaPositive(1-x) - math.Pi/math.Tan(math.Pi*f)
	}
	return digammaPositive(x)
}

// eulerGamma is Euler's constant, −ψ(1).
const eulerGamma = 0.57721566490153286060651209008240243

// digammaPositive is ψ(x) for x ≥ 1e-6.
func digammaPositive(x float64) float64 {
	if d := x - digammaRoot - digammaRootLow; math.Abs(d) < 0.3 {
		y := 0.0
		for i := len(digammaTaylor) - 1; i >= 0; i-- {
			y = (y + digammaTaylor[i]) * d
		}
		return y
	}
	shift := 0.0
	for ; x < 10; x++ {
		shift += 1 / x
	}
	z := 1 / (x * x)
	series := 0.0 // Σ B₂ₙ/(2n x²ⁿ)
	for i := len(digammaAsymptotic) - 1; i >= 0; i-- {
		series = (series + digammaAsymptotic[i]) * z
	}
	return math.Log(x) - 0.5/x - series - shift
}

// The positive root of ψ is digammaRoot + digammaRootLow.
const (
	digammaRoot    = 1.4616321449683622
	digammaRootLow = 9.549995429965697e-17
)

// digammaTaylor holds the coefficients of (x−root)ⁿ, n = 1 …; its radius of
// convergence is the root itself, the distance to the pole at 0.
var digammaTaylor = [24]float64{
	0.9676722454476212, -0.4427631689835921, 0.258499760955651, -0.16394270544240652,
	0.10782405069126237, -0.07219956125645471, 0.04880428816414311, -0.03316112647484736,
	0.022597648232218104, -0.01542476590494896, 0.010538791616612175, -0.007204534386356869,
	0.004926781395729853, -0.003369801655439328, 0.002305126326734928, -0.0015769367714301972,
	0.0010788252019162967, -0.0007380709389960052, 0.000504953265834602, -0.0003454680251063077,
	0.00023635601564027053, -0.00016170622091974803, 0.0001106337276874741, -7.569179582195066e-05,
}

// digammaAsymptotic holds B₂ₙ/2n, n = 1 …, of the Bernoulli numbers.
var digammaAsymptotic = [7]float64{
	1. / 12, -1. / 120, 1. / 252, -1. / 240, 1. / 132, -691. / 32760, 1. / 12,
}
