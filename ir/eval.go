package ir

import "math"

// The reference evaluations of rows that package math lacks. The functions of
// package runtime that emitted code calls are written apart from these, and a
// test compares them.

func truth(b bool) float64 {
	if b {
		return 1
	}
	return 0
}

func mulZ(x, y float64) float64 {
	if x == 0 || y == 0 {
		return 0
	}
	return x * y
}

func sign(x float64) float64 {
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

func sigmoid(x float64) float64 {
	if x >= 0 {
		return 1 / (1 + math.Exp(-x))
	}
	e := math.Exp(x)
	return e / (1 + e)
}

func softplus(x float64) float64 {
	if x > 0 {
		return x + math.Log1p(math.Exp(-x))
	}
	return math.Log1p(math.Exp(x))
}

func relu(x float64) float64 {
	if x > 0 || x != x {
		return x
	}
	return 0
}

func lgamma(x float64) float64 {
	if a := math.Abs(x); a < 0x1p-1022 && a > 0 {
		frac, exp := math.Frexp(a) // math.Log is wrong for subnormals on some platforms
		return -math.Log(frac) - float64(exp)*math.Ln2
	}
	v, _ := math.Lgamma(x)
	return v
}

// probit is the inverse of the normal distribution function Φ: in the middle
// by the inverse error function, in the tails by Newton's method on log Φ,
// which is concave, so that it converges from anywhere.
func probit(p float64) float64 {
	switch {
	case !(p >= 0 && p <= 1):
		return math.NaN()
	case p == 0:
		return math.Inf(-1)
	case p > 0.9:
		return -probit(1 - p)
	case p > 0.1:
		return math.Sqrt2 * math.Erfinv(2*p-1)
	}
	z := -math.Sqrt(-2 * math.Log(p))
	for range 12 {
		below := 0.5 * math.Erfc(-z/math.Sqrt2)
		density := math.Exp(-z*z/2) / math.Sqrt(2*math.Pi)
		z -= math.Log(below/p) * below / density
	}
	return z
}

// Digamma is the derivative of log Γ: upward recurrence, then the asymptotic
// series (Abramowitz and Stegun, 6.3.5 and 6.3.18); reflection below 0.
func Digamma(x float64) float64 {
	switch {
	case math.IsNaN(x) || math.IsInf(x, 1):
		return x
	case x == 0:
		return math.Copysign(math.Inf(1), -x)
	case x < 0:
		if x == math.Floor(x) {
			return math.NaN()
		}
		return Digamma(1-x) - math.Pi/math.Tan(math.Pi*x)
	}
	sum := 0.0
	for x < 10 {
		sum -= 1 / x
		x++
	}
	y := 1 / (x * x)
	return sum + math.Log(x) - 0.5/x -
		y*(1.0/12-y*(1.0/120-y*(1.0/252-y*(1.0/240-y*(1.0/132-y*(691.0/32760-y/12))))))
}

// Trigamma is the derivative of Digamma (Abramowitz and Stegun, 6.4.6, 6.4.12).
func Trigamma(x float64) float64 {
	switch {
	case math.IsNaN(x):
		return x
	case math.IsInf(x, 1):
		return 0
	case x <= 0:
		if x == math.Floor(x) {
			return math.Inf(1)
		}
		s := math.Pi / math.Sin(math.Pi*x)
		return s*s - Trigamma(1-x)
	}
	sum := 0.0
	for x < 10 {
		sum += 1 / (x * x)
		x++
	}
	y := 1 / (x * x)
	return sum + 1/x + y/2 + y/x*(1.0/6-y*(1.0/30-y*(1.0/42-y*(1.0/30-y*(5.0/66-y*(691.0/2730-y*7.0/6))))))
}
