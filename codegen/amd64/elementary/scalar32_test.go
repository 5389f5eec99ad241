package elementary

import (
	"math"

	"github.com/gradgen/gradgen/codegen/amd64/vec"
)

// scalar32 is a machine of one lane of float32, given by its bits. Estimates are
// as bad as they may be; off chooses the side of the error.
type scalar32 struct{ off float64 }

func f32(b uint32) float32    { return math.Float32frombits(b) }
func bits32(x float32) uint32 { return math.Float32bits(x) }

func (scalar32) Const(x float64) uint32 { return bits32(float32(x)) }
func (scalar32) Bits(b uint64) uint32   { return uint32(b) }

func (scalar32) Add(a, b uint32) uint32 { return bits32(f32(a) + f32(b)) }
func (scalar32) Sub(a, b uint32) uint32 { return bits32(f32(a) - f32(b)) }
func (scalar32) Mul(a, b uint32) uint32 { return bits32(f32(a) * f32(b)) }
func (scalar32) Div(a, b uint32) uint32 { return bits32(f32(a) / f32(b)) }
func (scalar32) Sqrt(a uint32) uint32   { return bits32(float32(math.Sqrt(float64(f32(a))))) }

// FMA rounds once: the product is exact in float64, and its sum with c is
// rounded to odd there, which leaves enough for the second rounding to be right
// (Boldo and Melquiond, Emulation of FMA and correctly rounded sums, 2008).
func (scalar32) FMA(a, b, c uint32) uint32 { return bits32(fma32(f32(a), f32(b), f32(c))) }
func (scalar32) FMS(a, b, c uint32) uint32 { return bits32(fma32(f32(a), f32(b), -f32(c))) }
func (scalar32) FNMA(a, b, c uint32) uint32 {
	return bits32(fma32(-f32(a), f32(b), f32(c)))
}

func fma32(a, b, c float32) float32 {
	p, d := float64(a)*float64(b), float64(c)
	s := p + d
	if math.IsNaN(s) || math.IsInf(s, 0) {
		return float32(s)
	}
	t := s - p
	err := (p - (s - t)) + (d - t)
	if err != 0 && math.Float64bits(s)&1 == 0 {
		away := (err > 0) == (s > 0)
		if away {
			s = math.Float64frombits(math.Float64bits(s) + 1)
		} else {
			s = math.Float64frombits(math.Float64bits(s) - 1)
		}
	}
	return float32(s)
}

func (scalar32) MinX(a, b uint32) uint32 {
	if f32(a) < f32(b) {
		return a
	}
	return b
}

func (scalar32) MaxX(a, b uint32) uint32 {
	if f32(a) > f32(b) {
		return a
	}
	return b
}

func (scalar32) Round(a uint32, r vec.Rounding) uint32 {
	return bits32(float32(round(float64(f32(a)), r)))
}

func round(x float64, r vec.Rounding) float64 {
	switch r {
	case vec.Floor:
		return math.Floor(x)
	case vec.Ceil:
		return math.Ceil(x)
	case vec.Trunc:
		return math.Trunc(x)
	}
	return math.RoundToEven(x)
}

// RSqrt takes subnormal numbers for zeros, as some processors do.
func (m scalar32) RSqrt(a uint32) uint32 {
	x := float64(f32(a))
	if math.Abs(x) < 0x1p-126 {
		x = math.Copysign(0, x)
	}
	return bits32(float32(1/math.Sqrt(x)*(1+m.off*0x1p-11))) &^ 0xff
}

func (scalar32) ToInt(a uint32) uint32 {
	return uint32(int32(math.RoundToEven(float64(f32(a)))))
}
func (scalar32) ToFloat(a uint32) uint32    { return bits32(float32(int32(a))) }
func (scalar32) And(a, b uint32) uint32     { return a & b }
func (scalar32) Or(a, b uint32) uint32      { return a | b }
func (scalar32) Xor(a, b uint32) uint32     { return a ^ b }
func (scalar32) AndNot(a, b uint32) uint32  { return b &^ a }
func (scalar32) IAdd(a, b uint32) uint32    { return a + b }
func (scalar32) ISub(a, b uint32) uint32    { return a - b }
func (scalar32) IMul(a, b uint32) uint32    { return a * b }
func (scalar32) MulHigh(a, b uint32) uint32 { return uint32(uint64(a) * uint64(b) >> 32) }
func (scalar32) Shl(a uint32, n int) uint32 { return a << n }
func (scalar32) Shr(a uint32, n int) uint32 { return a >> n }
func (scalar32) Sar(a uint32, n int) uint32 { return uint32(int32(a) >> n) }
func (scalar32) MaskAnd(a, b bool) bool     { return a && b }
func (scalar32) MaskOr(a, b bool) bool      { return a || b }
func (scalar32) MaskNot(a bool) bool        { return !a }
func (scalar32) CmpInt(p vec.Pred, a, b uint32) bool {
	return holds(p, int32(a), int32(b))
}
func (scalar32) Cmp(p vec.Pred, a, b uint32) bool { return holds(p, f32(a), f32(b)) }

func (scalar32) Select(m bool, a, b uint32) uint32 {
	if m {
		return a
	}
	return b
}

func (scalar32) LogEnds(a, b uint32) uint32 {
	switch x := f32(b); {
	case x < 0:
		return bits32(float32(math.NaN()))
	case x == 0:
		return bits32(float32(math.Inf(-1)))
	case x <= math.MaxFloat32:
		return a
	}
	return b
}

func (scalar32) Rare(m bool, _ string, x, usual []uint32, rare func([]uint32) []uint32) []uint32 {
	if m {
		return rare(x)
	}
	return usual
}

func holds[T int32 | int64 | float32 | float64](p vec.Pred, a, b T) bool {
	switch p {
	case vec.EQ:
		return a == b
	case vec.NE:
		return a != b
	case vec.LT:
		return a < b
	case vec.LE:
		return a <= b
	case vec.GT:
		return a > b
	case vec.GE:
		return a >= b
	}
	return a != a || b != b
}
