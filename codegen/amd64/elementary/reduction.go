package elementary

import (
	"math"

	"github.com/gradgen/gradgen/codegen/amd64/vec"
)

// π/2 in three parts, each the nearest number to what is left.
var (
	halfPi32 = []float64{0x1.921fb6p0, -0x1.777a5cp-25, -0x1.ee59dap-50}
	halfPi64 = []float64{0x1.921fb54442d18p0, 0x1.1a62633145c07p-54, -0x1.f1976b7ed8fbcp-110}
)

// quadrant writes x ≥ 0 as n·π/2 + high + low with |high| ≤ π/4, but for
// rounding of n; n stands in the low bits of t, modulo 4.
func (k lanes[V, M]) quadrant(x V) (t, high, low V) {
	t, high, low = k.quadrantNear(x)
	far := k.Cmp(vec.GE, x, k.Const(by(k.Elem, pieces32, pieces64)[0].from))
	out := k.Rare(far, "quadrantFar", []V{x}, []V{t, high, low}, func(x []V) []V { return k.quadrantFar(x[0]) })
	return out[0], out[1], out[2]
}

// quadrantNear subtracts π/2 in three parts (Cody and Waite). The first
// difference is exact: its terms are multiples of a unit in the last place of
// π/2, and it is less than one. The second may cancel all but the last bits, so
// that it needs two numbers.
func (k lanes[V, M]) quadrantNear(x V) (t, high, low V) {
	p := k.consts(by(k.Elem, halfPi32, halfPi64))
	shift := k.Const(k.integer)
	t = k.FMA(x, k.Const(2/math.Pi), shift)
	n := k.Sub(t, shift)
	r := k.FNMA(n, p[0], x)
	b, bLow := k.twoProduct(k.neg(n), p[1])
	high, low = k.twoSum(r, b)
	return t, high, k.FNMA(n, p[2], k.Add(low, bLow))
}

// quadrants is what multiplies arguments from a number on: their product with
// scale is an integer, and that integer's product with the sum of pieces is the
// argument in quadrants, modulo 4.
type quadrants struct {
	from, scale float64
	pieces      []float64
}

// quadrantFar multiplies by those digits of 2/π that matter, which depend on the
// exponent (Payne and Hanek, Radian reduction for trigonometric functions,
// 1983). Products are exact as sums of two, and lose their multiples of 4; the
// sum is kept in three numbers, because it may nearly be an integer.
func (k lanes[V, M]) quadrantFar(x V) []V {
	rows := by(k.Elem, pieces32, pieces64)
	scale, pieces := k.Const(rows[0].scale), k.consts(rows[0].pieces)
	for _, row := range rows[1:] {
		from := k.Cmp(vec.GE, x, k.Const(row.from))
		scale = k.Select(from, k.Const(row.scale), scale)
		for i := range pieces {
			pieces[i] = k.Select(from, k.Const(row.pieces[i]), pieces[i])
		}
	}
	x = k.Mul(x, scale)
	sum := [3]V{k.Bits(0), k.Bits(0), k.Bits(0)}
	add := func(v V) {
		var rest V
		sum[0], rest = k.twoSum(sum[0], v)
		sum[1], rest = k.twoSum(sum[1], rest)
		sum[2] = k.Add(sum[2], rest)
	}
	large := len(pieces) - 2 // of those that follow, products are less than 4
	for i, piece := range pieces {
		high, low := k.twoProduct(x, piece)
		if i < large {
			high, low = k.modulo4(high), k.modulo4(low)
		}
		add(high)
		add(low)
	}
	n := k.Round(sum[0], vec.Nearest)
	s, rest := k.twoSum(k.Sub(sum[0], n), sum[1])
	rest = k.Add(rest, sum[2])

	p := k.consts(by(k.Elem, halfPi32, halfPi64))
	high, low := k.twoProduct(s, p[0])
	low = k.FMA(s, p[1], k.FMA(rest, p[0], low))
	return []V{k.Add(n, k.Const(k.integer)), high, low}
}

func (k lanes[V, M]) modulo4(x V) V {
	return k.FNMA(k.Const(4), k.Round(k.Mul(x, k.Const(0.25)), vec.Nearest), x)
}
