package runtime

import (
	"fmt"
	"math"
	"testing"

	"pgregory.net/rapid"
)

// same holds for equal numbers with equal signs, and for two NaNs.
func same(a, b float64) bool {
	return math.Float64bits(a) == math.Float64bits(b) || (a != a && b != b)
}

func TestScalarFunctionsAtSpecialValues(t *testing.T) {
	inf, nan, negZero := math.Inf(1), math.NaN(), math.Copysign(0, -1)
	const tiny = math.SmallestNonzeroFloat64
	type point struct{ x, want float64 }
	for _, c := range []struct {
		name   string
		f      func(float64) float64
		points []point
	}{
		{"Sigmoid", Sigmoid, []point{{0, 0.5}, {negZero, 0.5}, {inf, 1}, {-inf, 0}, {nan, nan}, {tiny, 0.5}, {-tiny, 0.5}, {1e308, 1}, {-1e308, 0}}},
		{"Softplus", Softplus, []point{{0, math.Ln2}, {negZero, math.Ln2}, {inf, inf}, {-inf, 0}, {nan, nan}, {tiny, math.Ln2}, {1e308, 1e308}, {-1e308, 0}}},
		{"LogSigmoid", LogSigmoid, []point{{0, -math.Ln2}, {inf, negZero}, {-inf, -inf}, {nan, nan}, {-1e308, -1e308}}},
		{"Relu", Relu, []point{{0, 0}, {negZero, 0}, {inf, inf}, {-inf, 0}, {nan, nan}, {tiny, tiny}, {-tiny, 0}, {3, 3}, {-3, 0}}},
		{"Sign", Sign, []point{{0, 0}, {negZero, 0}, {inf, 1}, {-inf, -1}, {nan, nan}, {tiny, 1}, {-tiny, -1}}},
		{"Digamma", Digamma, []point{{0, -inf}, {negZero, inf}, {inf, inf}, {-inf, nan}, {nan, nan}, {-1, nan}, {-1e300, nan}, {tiny, -inf}, {-tiny, inf}, {1e-300, -1e300}}},
		{"Lgamma", Lgamma, []point{{0, inf}, {1, 0}, {2, 0}, {-1, inf}, {inf, inf}, {-inf, -inf}, {nan, nan}, {tiny, 1074 * math.Ln2}, {-tiny, 1074 * math.Ln2}}},
		{"Log", Log, []point{{0, -inf}, {negZero, -inf}, {1, 0}, {inf, inf}, {-1, nan}, {-inf, nan}, {nan, nan}, {tiny, -1074 * math.Ln2}}},
		{"Probit", Probit, []point{{0, -inf}, {negZero, -inf}, {1, inf}, {0.5, 0}, {nan, nan}, {-tiny, nan}, {math.Nextafter(1, 2), nan}, {inf, nan}, {-inf, nan}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			for _, p := range c.points {
				if got := c.f(p.x); !same(got, p.want) && relative(got, p.want) > 4e-16 {
					t.Errorf("%s(%v) = %v, want %v", c.name, p.x, got, p.want)
				}
			}
		})
	}
}

func TestSoftplusAtZeroIsExactlyLog2(t *testing.T) {
	if got := Softplus(0); got != math.Ln2 {
		t.Errorf("%b, want %b", got, math.Ln2)
	}
}

func TestHypotNeitherOverflowsNorUnderflows(t *testing.T) {
	inf, nan := math.Inf(1), math.NaN()
	for _, c := range []struct{ x, y, want float64 }{
		{3e-200, 4e-200, 5e-200}, {3e200, -4e200, 5e200}, {0, 0, 0}, {inf, nan, inf}, {nan, 1, nan},
	} {
		if got := Hypot(c.x, c.y); !same(got, c.want) && relative(got, c.want) > 4e-16 {
			t.Errorf("Hypot(%v, %v) = %v, want %v", c.x, c.y, got, c.want)
		}
	}
}

// The package has no Max and Min because these hold.
func TestBuiltInMaxAndMinPropagateNaNAndOrderZeros(t *testing.T) {
	nan, negZero := math.NaN(), math.Copysign(0, -1)
	for _, x := range []float64{0, negZero, 1, math.Inf(1), math.Inf(-1), nan} {
		for _, y := range []float64{max(x, nan), max(nan, x), min(x, nan), min(nan, x)} {
			if y == y {
				t.Errorf("NaN beside %v is lost", x)
			}
		}
	}
	zero := 0.0
	if !same(max(negZero, zero), 0) || !same(min(zero, negZero), negZero) {
		t.Error("zeros are not ordered by sign")
	}
}

func TestDigammaIsTheDerivativeOfLgamma(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x := rapid.Float64Range(0.1, 50).Draw(t, "x")
		d := func(h float64) float64 { return (Lgamma(x+h) - Lgamma(x-h)) / (2 * h) }
		h := 1e-3 * x
		richardson := (4*d(h/2) - d(h)) / 3
		if got := Digamma(x); math.Abs(got-richardson) > 1e-7*max(1, math.Abs(got)) {
			t.Fatalf("Digamma(%v) = %v, differences give %v", x, got, richardson)
		}
	})
}

func TestSigmoidIsTheDerivativeOfSoftplus(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x := rapid.Float64Range(-30, 30).Draw(t, "x")
		d := func(h float64) float64 { return (Softplus(x+h) - Softplus(x-h)) / (2 * h) }
		richardson := (4*d(5e-3) - d(1e-2)) / 3
		if got := Sigmoid(x); math.Abs(got-richardson) > 1e-9 {
			t.Fatalf("Sigmoid(%v) = %v, differences give %v", x, got, richardson)
		}
	})
}

func ExampleProbit() {
	fmt.Printf("%.4f\n", Probit(0.975))
	// Output: 1.9600
}
