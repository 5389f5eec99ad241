package elementary

import (
	"math"
	"strconv"
	"testing"

	"github.com/gradgen/gradgen/codegen/amd64/vec"
	"github.com/gradgen/gradgen/ir"
)

// special are the arguments at which functions have a name for what happens.
func special(least, most float64) []float64 {
	positive := []float64{0, least, 3 * least, 0x1p-126, 0x1p-30, 0.25, 1.0 / 3, 0.5, 1, 1 + 0x1p-23, 1.5, 2, 2.5, 3, 4, 20, 89, 104, 710, 746,
		0x1p23 + 1, 0x1p24, 0x1p52, 0x1p53, most, math.Inf(1)}
	all := []float64{math.NaN()}
	for _, x := range positive {
		all = append(all, x, -x)
	}
	return all
}

// arguments are all combinations of n of x.
func arguments(x []float64, n int) [][]float64 {
	all := [][]float64{nil}
	for range n {
		var longer [][]float64
		for _, a := range all {
			for _, v := range x {
				longer = append(longer, append(a[:len(a):len(a)], v))
			}
		}
		all = longer
	}
	return all
}

// class is what a special value shares with its like: a kind and a sign.
func class(x float64) string {
	switch {
	case math.IsNaN(x):
		return "NaN"
	case math.IsInf(x, 0), x == 0, math.Abs(x) == 1:
		return strconv.FormatFloat(x, 'g', -1, 64)
	case x < 0:
		return "negative"
	}
	return "positive"
}

// Special values are those of the compiler's table: NaN, infinities, zeros and
// their signs, ones. In single precision other results are near, too; package
// math is not near enough to say so in double precision, pow least.
func TestSpecialValues(t *testing.T) {
	for _, row := range Table[uint64, bool]() {
		op := ir.OpByName(row.Name)
		for _, x := range arguments(special(0x1p-1074, math.MaxFloat64), row.Args) {
			b := make([]uint64, len(x))
			for i := range x {
				b[i] = bits64(x[i])
			}
			y, want := f64(row.On(scalar64{}, vec.F64, b...)), op.Eval(x)
			if class(y) != class(want) && !inaccurate(row.Name, x) {
				t.Errorf("f64 %s(%v) = %v, want %v", row.Name, x, y, want)
			}
		}
	}
	for _, row := range Table[uint32, bool]() {
		op := ir.OpByName(row.Name)
		for _, x := range arguments(special(0x1p-149, math.MaxFloat32), row.Args) {
			b := make([]uint32, len(x))
			for i := range x {
				b[i] = bits32(float32(x[i]))
				x[i] = float64(float32(x[i]))
			}
			y, want := f32(row.On(scalar32{}, vec.F32, b...)), op.Eval(x)
			if math.Signbit(float64(y)) != math.Signbit(want) && want == want || !(ulps32(y, want) <= row.F32) {
				t.Errorf("f32 %s(%v) = %v, want %v", row.Name, x, y, want)
			}
		}
	}
}

// inaccurate tells where package math errs: it returns infinity for
// exp(710)/2, the wrong sign for tiny negative angles from the left, and 1 for
// pow next to it.
func inaccurate(name string, x []float64) bool {
	switch name {
	case "sinh", "cosh":
		return math.Abs(x[0]) == 710
	case "atan2":
		return x[0] < 0 && x[1] < 0 && x[0]/x[1] == 0
	case "pow":
		return x[0] == 1+0x1p-23 && x[1] == -0x1p-30
	}
	return false
}
