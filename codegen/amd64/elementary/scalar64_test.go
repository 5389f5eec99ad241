package elementary

import (
	"math"

	"github.com/gradgen/gradgen/codegen/amd64/vec"
)

// scalar64 is a machine of one lane of float64, given by its bits.
type scalar64 struct{}

func f64(b uint64) float64    { return math.Float64frombits(b) }
func bits64(x float64) uint64 { return math.Float64bits(x) }

func (scalar64) Const(x float64) uint64 { return bits64(x) }
func (scalar64) Bits(b uint64) uint64   { return b }

func (scalar64) Add(a, b uint64) uint64 { return bits64(f64(a) + f64(b)) }
func (scalar64) Sub(a, b uint64) uint64 { return bits64(f64(a) - f64(b)) }
func (scalar64) Mul(a, b uint64) uint64 { return bits64(f64(a) * f64(b)) }
func (scalar64) Div(a, b uint64) uint64 { return bits64(f64(a) / f64(b)) }
func (scalar64) Sqrt(a uint64) uint64   { return bits64(math.Sqrt(f64(a))) }

func (scalar64) FMA(a, b, c uint64) uint64 { return bits64(math.FMA(f64(a), f64(b), f64(c))) }
func (scalar64) FMS(a, b, c uint64) uint64 { return bits64(math.FMA(f64(a), f64(b), -f64(c))) }
func (scalar64) FNMA(a, b, c uint64) uint64 {
	return bits64(math.FMA(-f64(a), f64(b), f64(c)))
}

func (scalar64) MinX(a, b uint64) uint64 {
	if f64(a) < f64(b) {
		return a
	}
	return b
}

func (scalar64) MaxX(a, b uint64) uint64 {
	if f64(a) > f64(b) {
		return a
	}
	return b
}

func (scalar64) Round(a uint64, r vec.Rounding) uint64 {
	return bits64(round(f64(a), r))
}

func (scalar64) RSqrt(a uint64) uint64 { panic("no such instruction") }

func (scalar64) ToInt(a uint64) uint64 {
	return uint64(int64(math.RoundToEven(f64(a))))
}
func (scalar64) ToFloat(a uint64) uint64   { return bits64(float64(int64(a))) }
func (scalar64) And(a, b uint64) uint64    { return a & b }
func (scalar64) Or(a, b uint64) uint64     { return a | b }
func (scalar64) Xor(a, b uint64) uint64    { return a ^ b }
func (scalar64) AndNot(a, b uint64) uint64 { return b &^ a }
func (scalar64) IAdd(a, b uint64) uint64   { return a + b }
func (scalar64) ISub(a, b uint64) uint64   { return a - b }
func (scalar64) IMul(a, b uint64) uint64 {
	return uint64(int64(int32(a)) * int64(int32(b)))
}
func (scalar64) MulHigh(a, b uint64) uint64 {
	return uint64(uint32(a)) * uint64(uint32(b)) >> 32
}
func (scalar64) Shl(a uint64, n int) uint64 { return a << n }
func (scalar64) Shr(a uint64, n int) uint64 { return a >> n }
func (scalar64) Sar(a uint64, n int) uint64 { return uint64(int64(a) >> n) }
func (scalar64) MaskAnd(a, b bool) bool     { return a && b }
func (scalar64) MaskOr(a, b bool) bool      { return a || b }
func (scalar64) MaskNot(a bool) bool        { return !a }
func (scalar64) CmpInt(p vec.Pred, a, b uint64) bool {
	return holds(p, int64(a), int64(b))
}
func (scalar64) Cmp(p vec.Pred, a, b uint64) bool { return holds(p, f64(a), f64(b)) }

func (scalar64) Select(m bool, a, b uint64) uint64 {
	if m {
		return a
	}
	return b
}

func (scalar64) LogEnds(a, b uint64) uint64 {
	switch x := f64(b); {
	case x < 0:
		return bits64(float64(math.NaN()))
	case x == 0:
		return bits64(float64(math.Inf(-1)))
	case x <= math.MaxFloat64:
		return a
	}
	return b
}

func (scalar64) Rare(m bool, _ string, x, usual []uint64, rare func([]uint64) []uint64) []uint64 {
	if m {
		return rare(x)
	}
	return usual
}
