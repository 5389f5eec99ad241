package elementary

import (
	"math/rand/v2"
	"testing"

	"github.com/gradgen/gradgen/codegen/amd64/vec"
	"github.com/gradgen/gradgen/runtime"
)

// Lanes draw the numbers that package runtime draws.
func TestUniformIsThatOfRuntime(t *testing.T) {
	r := rand.New(rand.NewPCG(8, 9))
	for n := range 20_000 {
		seed, step, site, i := r.Uint64(), r.Uint64N(1<<32), r.Uint32(), r.Uint64()>>r.IntN(64)
		if n%3 == 0 {
			step, site = uint64(n), uint32(n)
		}
		key := runtime.NewKey(seed, step)
		k0, k1 := uint64(uint32(seed)), seed>>32
		block := i / 2
		// Above the words stands anything.
		d64 := Draw[uint64]{block, block >> 32, uint64(site), step, k0, k1, i % 2}
		d64.Low |= r.Uint64() << 32
		d64.K0 |= r.Uint64() << 32
		if got, want := Uniform(Machine[uint64, bool](scalar64{}), vec.F64, d64), key.Uniform64(site, i); f64(got) != want {
			t.Fatalf("f64, element %d of site %d: %v, not %v", i, site, f64(got), want)
		}
		block = i / 4
		d32 := Draw[uint32]{uint32(block), uint32(block >> 32), site, uint32(step), uint32(k0), uint32(k1), uint32(i % 4)}
		if got, want := Uniform(Machine[uint32, bool](scalar32{}), vec.F32, d32), key.Uniform32(site, i); f32(got) != want {
			t.Fatalf("f32, element %d of site %d: %v, not %v", i, site, f32(got), want)
		}
	}
}
