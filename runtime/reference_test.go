package runtime

import (
	"bufio"
	"math"
	"os"
	"strconv"
	"strings"
	"testing"
)

// reference calls visit with the fields of each line of a file of testdata:
// names first, then numbers.
func reference(t *testing.T, file string, names int, visit func(name string, x, want float64)) {
	t.Helper()
	f, err := os.Open("testdata/" + file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	lines := bufio.NewScanner(f)
	n := 0
	for lines.Scan() {
		if strings.HasPrefix(lines.Text(), "#") {
			continue
		}
		fields := strings.Fields(lines.Text())
		x, errX := strconv.ParseFloat(fields[names], 64)
		want, errWant := strconv.ParseFloat(fields[names+1], 64)
		if errX != nil || errWant != nil {
			t.Fatalf("%s: %q", file, lines.Text())
		}
		visit(fields[0], x, want)
		n++
	}
	if lines.Err() != nil || n < 100 {
		t.Fatalf("%s: %d lines, %v", file, n, lines.Err())
	}
}

// relative is |got−want|/|want|, with the least normal number as the least
// |want|, and 0 for equal infinities.
func relative(got, want float64) float64 {
	if got == want {
		return 0
	}
	return math.Abs(got-want) / max(math.Abs(want), 0x1p-1022)
}

func TestProbitAgreesWithMultiPrecision(t *testing.T) {
	worst, at := 0.0, 0.0
	reference(t, "probit.txt", 0, func(_ string, p, want float64) {
		if r := relative(Probit(p), want); !(r <= worst) {
			worst, at = r, p
		}
	})
	t.Logf("largest relative error %.2e at p = %v", worst, at)
	if !(worst < 1e-15) {
		t.Errorf("relative error %.2e at p = %v", worst, at)
	}
}

func TestScalarFunctionsAgreeWithMultiPrecision(t *testing.T) {
	functions := map[string]struct {
		f     func(float64) float64
		bound float64
	}{
		"sigmoid":    {Sigmoid, 5e-16},
		"softplus":   {Softplus, 5e-16},
		"logSigmoid": {LogSigmoid, 5e-16},
		"log":        {Log, 5e-16},
		"digamma":    {Digamma, 2e-15},
	}
	worst, at := map[string]float64{}, map[string]float64{}
	reference(t, "scalar.txt", 1, func(name string, x, want float64) {
		r := relative(functions[name].f(x), want)
		if name == "digamma" && x < 0 { // near its roots relative to its terms
			r *= math.Abs(want) / max(math.Abs(want), math.Abs(math.Pi/math.Tan(math.Pi*x)), 1)
		}
		if !(r <= worst[name]) {
			worst[name], at[name] = r, x
		}
	})
	for name, f := range functions {
		t.Logf("%s: largest relative error %.2e at %v", name, worst[name], at[name])
		if !(worst[name] < f.bound) {
			t.Errorf("%s: relative error %.2e at %v", name, worst[name], at[name])
		}
	}
}
