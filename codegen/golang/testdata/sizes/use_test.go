package sizes

import (
	"testing"

	"github.com/gradgen/gradgen/runtime"
)

func f64(n int) []float64 { return make([]float64, n) }

// want runs f and reports whether it panics with a *ShapeError about arg; "" is
// no panic.
func want(t *testing.T, name, arg string, f func()) {
	t.Helper()
	defer func() {
		got := ""
		if e, ok := recover().(*runtime.ShapeError); ok {
			got = e.Arg
		}
		if got != arg {
			t.Errorf("%s complains of %q, want %q", name, got, arg)
		}
	}()
	f()
}

func TestSizesFollowFromLengths(t *testing.T) {
	w := NewTwoWorkspace(7, 5) // T, B: in the order of the source
	want(t, "two", "", func() { Two(w, f64(7*5*8), f64(5*3)) })
	want(t, "two, no samples", "", func() { Two(w, nil, nil) })
	want(t, "two, T too large", "T", func() { Two(w, f64(8*5*8), f64(5*3)) })
	want(t, "two, no multiple", "xs", func() { Two(w, f64(7*5*8+8), f64(5*3)) })
	want(t, "two, B = 0", "xs", func() { Two(w, f64(8), nil) })

	trailing := NewTrailingWorkspace(5, 7)
	want(t, "trailing", "", func() { Trailing(trailing, f64(5*7*4), 7) })
	want(t, "trailing, T < 0", "T", func() { Trailing(trailing, f64(5*7*4), -7) })
	want(t, "trailing, no multiple", "x", func() { Trailing(trailing, f64(5*7*4), 6) })

	want(t, "square", "", func() { Square(NewSquareWorkspace(4), f64(16), 4) })
	want(t, "square, wrong", "a", func() { Square(NewSquareWorkspace(4), f64(15), 4) })

	affine := NewAffineWorkspace(9)
	want(t, "affine", "", func() { Affine(affine, f64(3*(2*5+1)), f64(4)) })
	want(t, "affine, even", "x", func() { Affine(affine, f64(3*(2*5)), f64(4)) })
	want(t, "affine, y", "y", func() { Affine(affine, f64(3*(2*5+1)), f64(5)) })
	want(t, "affine, empty", "x", func() { Affine(affine, nil, nil) })

	triangle := NewTriangleWorkspace(9)
	want(t, "triangle", "", func() { Triangle(triangle, f64(6), f64(3)) })
	want(t, "triangle, wrong", "l", func() { Triangle(triangle, f64(7), f64(3)) })

	want(t, "made", "", func() { Made(NewMadeWorkspace(4), f64(3), 1) })
	w2 := NewReturnedWorkspace(4)
	if y, s := Returned(w2, 1, 3); len(y) != 3 || s != 2 {
		t.Error(y, s)
	}
	want(t, "returned", "N", func() { Returned(w2, 1, 5) })
	want(t, "harmonic", "", func() { Harmonic(NewHarmonicWorkspace(4), 1, 4) })
	y, ok, i := Tokens(NewTokensWorkspace(2, 3), make([]int32, 6), make([]bool, 3))
	if len(y) != 6 || len(ok) != 2 || !ok[1] || len(i) != 2 || cap(y) != 6 {
		t.Error(y, ok, i)
	}
}
