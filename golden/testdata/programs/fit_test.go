package fit

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"gonum.org/v1/gonum/diff/fd"
	"gonum.org/v1/gonum/mat"

	"example.test/scratch/use"
)

func double() bool {
	_, is := any(real(0)).(float64)
	return is
}

// near compares with differences, which are good for about eight digits; in
// single precision, with the function by hand, for about five.
func near(t *testing.T, what string, got real, want float64) {
	t.Helper()
	bound := 1e-7
	if !double() {
		bound = 1e-4
	}
	if !(math.Abs(float64(got)-want) <= bound*(1+math.Abs(want))) {
		t.Errorf("%s: got %v, want %v", what, got, want)
	}
}

func misra(y, b, x []float64) {
	for m := range y {
		y[m] = b[0] * (1 - math.Exp(-b[1]*x[m]))
	}
}

func TestMisra1a(t *testing.T) {
	w := NewMisra1aWorkspace(maxM)
	for _, m := range sizes[1:] {
		r := rand.New(rand.NewPCG(uint64(m), 4))
		b, x := use.Fill[real](2, r), use.Fill[real](m, r)
		b64, x64 := wide(b), wide(x)
		want := mat.NewDense(m, 2, nil)
		fd.Jacobian(want, func(y, b []float64) { misra(y, b, x64) }, b64, &fd.JacobianSettings{Formula: fd.Central})
		y, jac, value := make([]real, m), make([]real, 2*m), make([]float64, m)
		misra(value, b64, x64)
		use.Poison(w)
		Misra1aJac(w, jac, y, b, x)
		for i := range m {
			near(t, "value", y[i], value[i])
			near(t, "by b[0]", jac[2*i], want.At(i, 0))
			near(t, "by b[1]", jac[2*i+1], want.At(i, 1))
		}
	}
}

// plant is the network by hand.
func plant(p []float64, x [3]float64) float64 {
	y := p[80]
	for o := range 16 {
		a := p[48+o]
		for i := range 3 {
			a += p[3*o+i] * x[i]
		}
		y += p[64+o] * math.Tanh(a)
	}
	return y
}

// byHand is the cost by hand.
func byHand(p, s0, u []float64) float64 {
	s, v, sum := s0[0], s0[1], 0.0
	for _, a := range u {
		s, v = s+0.001*v, v+0.001*plant(p, [3]float64{math.Sin(s), v, a})
		sum += s*s + 0.01*a*a
	}
	return sum
}

func wide(x []real) []float64 {
	out := make([]float64, len(x))
	for i, v := range x {
		out[i] = float64(v)
	}
	return out
}

func TestCost(t *testing.T) {
	p, s0, u := arguments()
	p64, s64, u64 := wide(p.Data), wide(s0), wide(u)
	want := byHand(p64, s64, u64)
	acc := make([]real, 1)
	p.Forward(acc, []real{1, 2, 3})
	near(t, "network", acc[0], plant(p64, [3]float64{1, 2, 3}))
	near(t, "cost", Cost(p, s0, u), want)
	du, g := make([]real, 20), NewPlantParams()
	near(t, "cost of the gradient by controls", CostGrad(du, p, s0, u), want)
	near(t, "cost of the gradient by the network", CostGradPlant(g, p, s0, u), want)
	settings := &fd.Settings{Formula: fd.Central, Step: 1e-4}
	for i, d := range fd.Gradient(nil, func(u []float64) float64 { return byHand(p64, s64, u) }, u64, settings) {
		near(t, "by a control", du[i], d)
	}
	for i, d := range fd.Gradient(nil, func(p []float64) float64 { return byHand(p, s64, u64) }, p64, settings) {
		near(t, "by a weight", g.Data[i], d)
	}
	// The gradient by the network is small: look at its digits, too.
	once := slices.Clone(g.Data)
	h := 1e-2
	for i := range p64 {
		old := p64[i]
		p64[i] = old + h
		hi := byHand(p64, s64, u64)
		p64[i] = old - h
		lo := byHand(p64, s64, u64)
		p64[i] = old
		scale := 0.0
		for _, v := range once {
			scale = max(scale, math.Abs(float64(v)))
		}
		if d := (hi - lo) / (2 * h); math.Abs(d-float64(once[i])) > 1e-3*scale {
			t.Errorf("by weight %d: got %v, want %v", i, once[i], d)
		}
	}
}

func TestAllocations(t *testing.T) {
	p, s0, u := arguments()
	w, b, x := NewMisra1aWorkspace(maxM), make([]real, 2), make([]real, 5)
	y, jac, du, g, acc := make([]real, 5), make([]real, 10), make([]real, 20), NewPlantParams(), make([]real, 1)
	if k := testing.AllocsPerRun(5, func() {
		p.Forward(acc, x[:3])
		Misra1a(w, y, b, x)
		Misra1aJac(w, jac, y, b, x)
		Cost(p, s0, u)
		CostGrad(du, p, s0, u)
		CostGradPlant(g, p, s0, u)
	}); k != 0 {
		t.Errorf("%v allocations", k)
	}
}
