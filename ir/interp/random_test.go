package interp_test

import (
	"fmt"
	"math"
	"testing"

	"github.com/gradgen/gradgen/ir"
	"github.com/gradgen/gradgen/ir/autodiff"
	"github.com/gradgen/gradgen/ir/interp"
	"github.com/gradgen/gradgen/ir/pass"
	"github.com/gradgen/gradgen/ir/randprog"
)

// randomGradient makes a random program, its gradient and arguments.
func randomGradient(t *testing.T, seed uint64, smooth bool) (b *ir.Builder, p *randprog.Program, g *ir.Func, args []interp.Array) {
	t.Helper()
	b = ir.NewBuilder()
	p = randprog.New(b, seed, randprog.Options{DType: ir.F64, Steps: 7, Smooth: smooth, Scans: true})
	for k, v := range p.Func.Params {
		shape := []int{}
		for _, s := range v.Type.Shape {
			if n, ok := s.IsConst(); ok {
				shape = append(shape, int(n))
			} else {
				shape = append(shape, p.Dims[s.String()])
			}
		}
		args = append(args, interp.Of(v.Type.DType, shape, p.Args[k]...))
	}
	g, err := autodiff.Grad(b, p.Func, p.Wrt)
	if err != nil {
		t.Fatal(err)
	}
	return b, p, g, args
}

func randomSeeds(n uint64) uint64 {
	if testing.Short() {
		return n / 10
	}
	return n
}

// The derived gradient of a smooth random program agrees with differences.
func TestRandomGradients(t *testing.T) {
	for seed := range randomSeeds(100) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			_, p, g, args := randomGradient(t, seed, true)
			out := run(t, g, args...)
			checkCotangents(t, p.Func, args, []interp.Array{interp.Scalar(ir.F64, 1)}, p.Wrt, out[1:])
			if t.Failed() {
				t.Logf("%v\n%v", p.Func, g)
			}
		})
	}
}

// No pass changes what is computed, and what each makes is sound.
func TestPassesKeepTheMeaning(t *testing.T) {
	for seed := range randomSeeds(150) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			b, _, g, args := randomGradient(t, seed, seed%2 == 0)
			want := run(t, g, args...)
			check := func(p pass.Pass, f *ir.Func) {
				if err := ir.Verify(f); err != nil {
					t.Fatalf("after %s: %v\n%v", p.Name, err, f)
				}
				for k, a := range run(t, f, args...) {
					for i, got := range a.Data {
						if w := want[k].Data[i]; !(math.Abs(got-w) <= 1e-10*max(1, math.Abs(w))) && (got == got || w == w) {
							t.Fatalf("after %s: result %d at %d: %g, before %g\n%v", p.Name, k, i, got, w, f)
						}
					}
				}
			}
			if _, err := pass.Optimize(b, g, pass.Options{After: check}); err != nil {
				t.Fatal(err)
			}
		})
	}
}
