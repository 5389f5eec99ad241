package gates

import (
	"math"
	"testing"
)

func near(t *testing.T, what string, got, want float64) {
	t.Helper()
	if math.Abs(got-want) > 1e-14*(1+math.Abs(want)) {
		t.Errorf("%s = %v, want %v", what, got, want)
	}
}

func nearAll(t *testing.T, what string, got, want []float64) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("%s has %d elements, want %d", what, len(got), len(want))
	}
	for i := range want {
		near(t, what, got[i], want[i])
	}
}

func TestAddDistributes(t *testing.T) {
	f, dx, dy := AddGrad(3, -4)
	near(t, "f", f, -1)
	near(t, "dx", dx, 1)
	near(t, "dy", dy, 1)
}

func TestMultiplySwaps(t *testing.T) {
	f, dx, dy := MultiplyGrad(3, -4)
	near(t, "f", f, -12)
	near(t, "dx", dx, -4)
	near(t, "dy", dy, 3)
}

func TestCopyAdds(t *testing.T) {
	f, dx := ForkGrad(2)
	near(t, "f", f, math.Sin(2)+4)
	near(t, "dx", dx, math.Cos(2)+4)
}

func TestMaxRoutes(t *testing.T) {
	for _, c := range []struct{ x, y, f, dx, dy float64 }{
		{2, -1, 2, 1, 0},
		{-1, 2, 2, 0, 1},
		{5, 5, 5, 0.5, 0.5}, // a tie is shared
	} {
		f, dx, dy := LargerGrad(c.x, c.y)
		near(t, "f", f, c.f)
		near(t, "dx", dx, c.dx)
		near(t, "dy", dy, c.dy)
	}
}

// The neuron of the lecture notes: w = (2, -3, -3), x = (-1, -2).
func TestLogistic(t *testing.T) {
	f, dw0, dx0, dw1, dx1, dw2 := LogisticGrad(2, -1, -3, -2, -3)
	s := 1 / (1 + math.Exp(-1))
	d := s * (1 - s) // 0.1966
	near(t, "f", f, s)
	nearAll(t, "gradient", []float64{dw0, dx0, dw1, dx1, dw2}, []float64{-1 * d, 2 * d, -2 * d, -3 * d, d})
}

func TestScalarToScalar(t *testing.T) {
	f, dx := CubeGrad(2)
	near(t, "f", f, 8)
	near(t, "dx", dx, 12)
}

func TestVectorToScalar(t *testing.T) {
	grad := make([]float64, 3)
	f := SquaredNormGrad(grad, []float64{1, -2, 3})
	near(t, "f", f, 14)
	nearAll(t, "gradient", grad, []float64{2, -4, 6})
}

// The Jacobian of a vector by a vector in both layouts: a row for every output,
// and the layout of lecture notes, (∂y/∂x)[n,m] = ∂y_m/∂x_n.
func TestVectorToVector(t *testing.T) {
	x := []float64{2, math.Pi / 3}
	c, s := 0.5, math.Sqrt(3)/2
	jac, y := make([]float64, 6), make([]float64, 3)
	PolarJac(jac, y, x)
	nearAll(t, "y", y, []float64{2 * c, 2 * s, 4})
	nearAll(t, "jac", jac, []float64{
		c, -2 * s,
		s, 2 * c,
		4, 0,
	})
	PolarJacT(jac, y, x)
	nearAll(t, "transposed jac", jac, []float64{
		c, s, 4,
		-2 * s, 2 * c, 0,
	})
}

// Elementwise: the gradient passes where the input was positive.
func TestElementwise(t *testing.T) {
	dx, y := make([]float64, 4), make([]float64, 4)
	RectifyVJP(dx, y, []float64{1, -2, 3, -1}, []float64{4, -1, 5, 9})
	nearAll(t, "y", y, []float64{1, 0, 3, 0})
	nearAll(t, "dx", dx, []float64{4, 0, 5, 0})
}

// Matrices: dx = dy·wᵀ and dw = xᵀ·dy, whose shapes leave no other choice.
func TestMatrix(t *testing.T) {
	x := []float64{2, 1, -3, -3, 4, 2}
	w := []float64{3, 2, 1, -1, 2, 1, 3, 2, 3, 2, 1, -2}
	dy := []float64{2, 3, -3, 9, -8, 1, 4, 6}
	dx, dw, y := make([]float64, 6), make([]float64, 12), make([]float64, 8)
	MatMulVJP(dx, dw, y, x, w, dy)
	nearAll(t, "y", y, []float64{-1, -1, 2, 6, 5, 2, 11, 7})
	nearAll(t, "dx", dx, []float64{0, 16, -9, -24, 9, -30})
	nearAll(t, "dw", dw, []float64{28, 3, -18, 0, -30, 7, 13, 33, -22, -7, 17, -15})
}

func TestNothingIsAllocated(t *testing.T) {
	x, dy := []float64{1, -2, 3, -1}, []float64{4, -1, 5, 9}
	dx, y := make([]float64, 4), make([]float64, 4)
	if n := testing.AllocsPerRun(100, func() { RectifyVJP(dx, y, x, dy) }); n != 0 {
		t.Errorf("%g allocations a call", n)
	}
}
