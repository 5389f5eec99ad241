package exact

import (
	"math"
	"testing"
)

func TestRoundsOnce(t *testing.T) {
	third := Int(1).Quo(Int(3))
	if got := third.Float64(); got != 1.0/3 {
		t.Errorf("1/3 = %v", got)
	}
	if got := third.Mul(Int(3)); !got.IsInt() {
		t.Errorf("3 * (1/3) = %v is not an integer", got)
	}
	tenth := Int(1).Quo(Int(10))
	if got := tenth.Add(tenth).Add(tenth).Float64(); got != 0.3 {
		t.Errorf("0.1 + 0.1 + 0.1 = %v", got)
	}
}

func TestFunctionsMatchMath(t *testing.T) {
	for _, c := range []struct {
		row  string
		x    float64
		want float64
	}{
		{"sqrt", 2, math.Sqrt2}, {"sqrt", 0.25, 0.5}, {"sqrt", 0, 0}, {"exp", 1, math.E}, {"exp", -3.5, math.Exp(-3.5)},
		{"log", 2, math.Ln2}, {"log", 1e-3, math.Log(1e-3)}, {"log2", 8, 3}, {"rsqrt", 4, 0.5},
		{"sin", 0.5, math.Sin(0.5)}, {"floor", -1.5, -2}, {"ceil", -1.5, -1}, {"abs", -2, 2},
		{"log", 0, math.Inf(-1)}, {"exp", math.Inf(-1), 0},
	} {
		got, ok := Apply(c.row, Float(c.x))
		if !ok || math.Abs(got.Float64()-c.want) > 2e-16*math.Abs(c.want) && got.Float64() != c.want {
			t.Errorf("%s(%v) = %v, want %v", c.row, c.x, got.Float64(), c.want)
		}
	}
	if got := Int(2).Pow(Int(1).Quo(Int(2))).Float64(); got != math.Sqrt2 {
		t.Errorf("2^(1/2) = %v", got)
	}
}

func TestPowersStayBounded(t *testing.T) {
	x := Int(10)
	for range 60 {
		x = x.Pow(Int(60000))
	}
	if !x.IsInf() {
		t.Errorf("10^60000^60000… = %v", x)
	}
	if got := Int(0).Neg().Float64(); !math.Signbit(got) {
		t.Error("-0 lost its sign")
	}
}
