package elementary

import (
	"flag"
	"math"
	"testing"

	"github.com/gradgen/gradgen/codegen/amd64/vec"
	"github.com/gradgen/gradgen/ir"
)

var step = flag.Uint64("step", 8191, "the distance of float32 arguments, by their bits; 1 are all of them, and takes an hour")

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

// singles yields arguments by their bits: one in *step, and what lies around
// special ones.
func singles(yield func(uint32) bool) {
	for b := uint64(0); b < 1<<32; b += *step {
		if !yield(uint32(b)) {
			return
		}
	}
	for _, x := range special(0x1p-149, math.MaxFloat32) {
		for d := range uint32(65) {
			if !yield(bits32(float32(x)) + d - 32) {
				return
			}
		}
	}
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
			worst, at := 0.0, float32(0)
			for b := range singles {
				x := f32(b)
				m := scalar32{float64(1 - int(b>>12&2))}
				y := f32(row.On(m, vec.F32, b))
				want := eval([]float64{float64(x)})
				e := ulps32(y, want)
				if math.IsInf(e, 0) {
					t.Fatalf("%s(%v) = %v, want %v", row.Name, x, y, want)
				}
				if e > worst {
					worst, at = e, x
				}
			}
			t.Logf("%.3f ulp at %v (%x)", worst, at, bits32(at))
			if worst > row.F32 {
				t.Errorf("%v is more than %v", worst, row.F32)
			}
		})
	}
}

// The error of functions of two float32, likewise, at random arguments: of all
// exponents, and where results are ordinary.
func TestSinglePairError(t *testing.T) {
	for _, row := range Table[uint32, bool]() {
		if row.Args != 2 {
			continue
		}
		eval := ir.OpByName(row.Name).Eval
		rng := splitMix(1)
		worst, at := 0.0, []float64(nil)
		for k := range 300_000 {
			d := domain{0, 8, -8, 8}
			if k%3 == 0 {
				d = domain{-50, 50, -149, 127}
			}
			x := []float64{float64(float32(rng.draw(k%4 < 2, d))), float64(float32(rng.draw(k%4 < 2, d)))}
			y := f32(row.On(scalar32{}, vec.F32, bits32(float32(x[0])), bits32(float32(x[1]))))
			if e := ulps32(y, eval(x)); e > worst {
				worst, at = e, x
			}
		}
		t.Logf("%s: %.3f ulp at %v", row.Name, worst, at)
		if worst > row.F32 {
			t.Errorf("%s: %v is more than %v", row.Name, worst, row.F32)
		}
	}
}
