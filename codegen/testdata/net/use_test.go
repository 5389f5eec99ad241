package net

import (
	"math"
	"slices"
	"testing"
)

func data(batch int) (x, y []float64) {
	x, y = make([]float64, batch*3), make([]float64, batch*2)
	for i := range x {
		x[i] = math.Sin(float64(i))
	}
	for i := range y {
		y[i] = math.Cos(float64(3 * i))
	}
	return x, y
}

func TestGradientAgreesWithDifferences(t *testing.T) {
	p, g := NewNetParams(), NewNetParams()
	p.Init(7)
	x, y := data(4)
	w := NewLossWorkspace(6)
	for i := range g.Data {
		g.Data[i] = math.NaN() // overwritten, whatever it holds
	}
	value := LossGrad(w, g, p, x, y)
	if value != Loss(w, p, x, y) {
		t.Error("the gradient comes with another value")
	}
	for i := range p.Data {
		const h = 1e-5
		old := p.Data[i]
		p.Data[i] = old + h
		hi := Loss(w, p, x, y)
		p.Data[i] = old - h
		lo := Loss(w, p, x, y)
		p.Data[i] = old
		if d := (hi - lo) / (2 * h); !(math.Abs(d-g.Data[i]) <= 1e-7*(1+math.Abs(d))) {
			t.Errorf("derivative %d is %v, differences give %v", i, g.Data[i], d)
		}
	}
	once := slices.Clone(g.Data)
	w.Accumulate = true
	LossGrad(w, g, p, x, y)
	for i := range once {
		if math.Abs(g.Data[i]-2*once[i]) > 1e-14*(1+math.Abs(once[i])) {
			t.Errorf("accumulated, derivative %d is %v, not twice %v", i, g.Data[i], once[i])
		}
	}
	if LossGrad(w, g, p, nil, nil) != 0 {
		t.Error("no samples have a loss")
	}
}

func TestForwardIsTheModel(t *testing.T) {
	p := NewNetParams()
	p.Init(7)
	x, _ := data(3)
	got := p.Forward(NewNetWorkspace(3), x)
	for n := range 3 {
		for o := range 2 {
			want := 0.0
			for k := range 5 {
				a := 0.0
				for i := range 3 {
					a += p.Fc1Weight[3*k+i] * x[3*n+i]
				}
				want += p.Fc2Weight[5*o+k] * math.Tanh(a)
			}
			if want *= p.Gain[0]; math.Abs(got[2*n+o]-want) > 1e-14 {
				t.Errorf("output %d of %d is %v, want %v", o, n, got[2*n+o], want)
			}
		}
	}
	q := NewNetParams()
	q.Init(8)
	if slices.Equal(p.Data, q.Data) || p.Gain[0] == 0 || p.Fc1Weight[0] == p.Fc2Weight[0] {
		t.Error("seeds or sites do not tell numbers apart")
	}
}

func TestStepIsValueGradientAndUpdate(t *testing.T) {
	p := NewNetParams()
	p.Init(7)
	x, y := data(4)
	q, g, v := p.Clone(), NewNetParams(), make([]float64, len(p.Data))
	w, tr := NewLossWorkspace(4), NewLossTrainer(p, 4)
	before := Loss(w, p, x, y)
	tr.LR = 0.02
	for range 20 {
		want := LossGrad(w, g, q, x, y)
		for i := range v {
			v[i] = 0.5*v[i] + g.Data[i]
			q.Data[i] -= 0.02 * v[i]
		}
		if got := tr.Step(x, y); math.Abs(got-want) > 1e-12 {
			t.Fatalf("a step gives %v, want %v", got, want)
		}
		for i := range v {
			if math.Abs(p.Data[i]-q.Data[i]) > 1e-12 || math.Abs(tr.State[i]-v[i]) > 1e-12 {
				t.Fatalf("parameter %d is %v, want %v", i, p.Data[i], q.Data[i])
			}
		}
	}
	if after := Loss(w, p, x, y); tr.Steps != 20 || !(after < before) {
		t.Errorf("%d steps change the loss from %v to %v", tr.Steps, before, after)
	}
}

func TestNothingAllocates(t *testing.T) {
	p, g := NewNetParams(), NewNetParams()
	x, y := data(4)
	fw, w, tr := NewNetWorkspace(5), NewLossWorkspace(5), NewLossTrainer(p, 5)
	for name, f := range map[string]func(){
		"Forward": func() { p.Forward(fw, x) }, "Loss": func() { Loss(w, p, x, y) }, "LossGrad": func() { LossGrad(w, g, p, x, y) },
		"Step": func() { tr.Step(x, y) }, "Init": func() { p.Init(3) },
	} {
		if n := testing.AllocsPerRun(10, f); n != 0 {
			t.Errorf("%s allocates %v times", name, n)
		}
	}
}
