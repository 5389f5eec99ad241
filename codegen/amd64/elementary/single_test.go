package elementary

import (
	"flag"
	"math"
	"testing"

	"github.com/gradgen/gradgen/codegen/amd64/vec"
	"github.com/gradgen/gradgen/ir"
)

var every = flag.Bool("every", false, "test all float32 arguments, which takes hours, not one in some hundred")

// ulps32 is the distance of y from the exact want in units in the last place of
// float32, those of subnormal numbers being all the same.
func ulps32(y float32, want float64) float64 {
	if math.IsNaN(want) || math.IsNaN(float64(y)) {
		if math.IsNaN(want) && math.IsNaN(float64(y)) {
			return 0
		}
		return math.Inf(1)
	}
	if rounded := float32(want); math.IsInf(float64(rounded), 0) || math.IsInf(float64(y), 0) {
		if rounded == y {
			return 0
		}
		if math.IsInf(want, 0) || math.Abs(want) > 0x1p129 {
			return math.Inf(1)
		}
		if math.IsInf(float64(y), 0) {
			return math.Abs(math.Copysign(0x1p128, float64(y))-want) / 0x1p104
		}
	}
	_, e := math.Frexp(want)
	return math.Abs(float64(y)-want) / math.Ldexp(1, max(e-24, -149))
}

// The error of functions of one float32, against package math in float64.
func TestSingleError(t *testing.T) {
	for _, row := range Table[uint32, bool]() {
		if row.Args != 1 {
			continue
		}
		t.Run(row.Name, func(t *testing.T) {
			t.Parallel()
			eval := ir.OpByName(row.Name).Eval
			step := uint64(4093)
			if *every {
				step = 1
			}
			worst, at := 0.0, float32(0)
			for b := uint64(0); b < 1<<32; b += step {
				x := f32(uint32(b))
				y := f32(row.On(scalar32{}, vec.F32, uint32(b)))
				want := eval([]float64{float64(x)})
				if e := ulps32(y, want); e > worst || e != e {
					worst, at = e, x
					if math.IsInf(e, 0) {
						t.Fatalf("%s(%v) = %v, want %v", row.Name, x, y, want)
					}
				}
			}
			t.Logf("%.3f ulp at %v (%x)", worst, at, bits32(at))
			if worst > row.F32 {
				t.Errorf("%v is more than %v", worst, row.F32)
			}
		})
	}
}
