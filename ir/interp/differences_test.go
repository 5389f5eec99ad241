package interp_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/gradgen/gradgen/ir"
	"github.com/gradgen/gradgen/ir/interp"
)

// parse reads a program written as text.
func parse(t *testing.T, text string) *ir.Func {
	t.Helper()
	f, err := ir.ParseFunc(ir.NewBuilder(), text)
	if err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	if err := ir.Verify(f); err != nil {
		t.Fatal(err)
	}
	return f
}

func run(t *testing.T, f *ir.Func, args ...interp.Array) []interp.Array {
	t.Helper()
	out, err := interp.Run(f, args, interp.Options{})
	if err != nil {
		t.Fatalf("%v\n%v", err, f)
	}
	return out
}

// dot is the sum of the products of two lists of arrays.
func dot(a, b []interp.Array) float64 {
	sum := 0.0
	for k := range a {
		for i, x := range a[k].Data {
			sum += x * b[k].Data[i]
		}
	}
	return sum
}

// randomLike fills arrays of the same shapes with numbers about 0.
func randomLike(r *rand.Rand, list []interp.Array) []interp.Array {
	out := make([]interp.Array, len(list))
	for k, a := range list {
		out[k] = interp.New(a.DType, a.Shape...)
		for i := range out[k].Data {
			out[k].Data[i] = a.DType.Round(2*r.Float64() - 1)
		}
	}
	return out
}

// difference is the derivative at 0 by central differences of two widths,
// extrapolated (Richardson): the error is of fourth order.
func difference(f func(h float64) float64, width float64) float64 {
	d := func(h float64) float64 { return (f(h) - f(-h)) / (2 * h) }
	return (4*d(width/2) - d(width)) / 3
}

// checkCotangents compares cotangents of the arguments wrt, given those of the
// float results, with differences of f in every element.
func checkCotangents(t *testing.T, f *ir.Func, args, seeds []interp.Array, wrt []int, got []interp.Array) {
	t.Helper()
	floats := func(list []interp.Array) []interp.Array {
		var out []interp.Array
		for _, a := range list {
			if a.DType.IsFloat() {
				out = append(out, a)
			}
		}
		return out
	}
	for k, w := range wrt {
		if len(got[k].Data) != len(args[w].Data) {
			t.Fatalf("cotangent of %v has %d elements, not %d", f.Params[w], len(got[k].Data), len(args[w].Data))
		}
		for i := range args[w].Data {
			x := args[w].Data[i]
			want := difference(func(h float64) float64 {
				args[w].Data[i] = x + h
				return dot(seeds, floats(run(t, f, args...)))
			}, 1e-3)
			args[w].Data[i] = x
			if g := got[k].Data[i]; !(math.Abs(g-want) <= 1e-7*max(1, math.Abs(want))) {
				t.Errorf("cotangent of %v at %d: %g, by differences %g", f.Params[w], i, g, want)
			}
		}
	}
}
