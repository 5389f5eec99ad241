package check

import (
	"math"
	"testing"

	"github.com/gradgen/gradgen/ir"
)

func TestAdamByHand(t *testing.T) {
	m := compileText(t, `
model M(x: f64) -> f64 {
  param w : f64 = 2
  return w * x
}
loss L(x: f64) = M(x)
train L with Adam(lr = 0.1)
`)
	e := exportNamed(m, ir.ExportStep, "L")
	tr := e.Trainer
	if len(tr.State) != 2 || tr.State[0].Name != "m.w" || tr.State[1].Name != "v.w" {
		t.Errorf("state %v", tr.State)
	}
	if len(tr.Hyper) != 4 || tr.Hyper[0] != (ir.Hyper{Name: "lr", Default: 0.1}) {
		t.Errorf("hyper-parameters %v", tr.Hyper)
	}
	// The gradient is x = 3; the second step with m = 0.3, v = 0.009.
	out := run(t, m, "L", "", ir.ExportStep, num(2), num(0.3), num(0.009), num(0.1), num(0.9), num(0.999), num(1e-8), num(2), num(3))
	m1, v1 := 0.9*0.3+0.1*3, 0.999*0.009+0.001*9
	mh, vh := m1/(1-0.81), v1/(1-0.999*0.999)
	near(t, "w", out[1], 2-0.1*mh/(math.Sqrt(vh)+1e-8))
	near(t, "m", out[2], m1)
	near(t, "v", out[3], v1)
}

func TestMomentumIsAStateOnlyIfThereIsSome(t *testing.T) {
	text := "model M(x: f64) -> f64 {\n  param w : f64 = 2\n  return w * x\n}\nloss L(x: f64) = M(x)\ntrain L with SGD(lr = 0.1"
	plain := compileText(t, text+")")
	if e := exportNamed(plain, ir.ExportStep, "L"); len(e.Trainer.State) != 0 || len(e.Trainer.Hyper) != 1 {
		t.Errorf("state %v, hyper-parameters %v", e.Trainer.State, e.Trainer.Hyper)
	}
	m := compileText(t, text+", momentum = 0.9, nesterov = true)")
	e := exportNamed(m, ir.ExportStep, "L")
	if len(e.Trainer.State) != 1 || len(e.Trainer.Hyper) != 2 {
		t.Errorf("state %v, hyper-parameters %v", e.Trainer.State, e.Trainer.Hyper)
	}
	out := run(t, m, "L", "", ir.ExportStep, num(2), num(1), num(0.1), num(0.9), num(3))
	near(t, "v", out[2], 0.9+3)
	near(t, "w", out[1], 2-0.1*(3+0.9*3.9))
}

// s in (0, inf) moves as u = log s: du = ds * s.
func TestConstrainedStep(t *testing.T) {
	m := compileText(t, `
model M(x: f64) -> f64 {
  param s : f64 in (0, inf) = 1
  param q : f64 in (-1, 3) = 0
  return s * x + q
}
loss L(x: f64) = M(x)
train L with SGD(lr = 0.1)
`)
	p := m.Models[0].Params
	if !p[0].Constrained() || p[0].Lo != 0 || p[1].Lo != -1 || p[1].Hi != 3 {
		t.Errorf("parameters %+v %+v", p[0], p[1])
	}
	out := run(t, m, "L", "", ir.ExportStep, num(2), num(0.5), num(0.1), num(3))
	near(t, "s", out[1], 2*math.Exp(-0.1*3*2))
	u := math.Log((0.5 + 1) / (3 - 0.5))
	u -= 0.1 * (1.5 * 2.5 / 4)
	near(t, "q", out[2], -1+4/(1+math.Exp(-u)))

	// What would round to an end of its interval stops beside it.
	out = run(t, m, "L", "", ir.ExportStep, num(2), num(0.5), num(1e6), num(3))
	if s, q := out[1].Data[0], out[2].Data[0]; s != math.SmallestNonzeroFloat64 || q != math.Nextafter(-1, 0) {
		t.Errorf("s = %v, q = %v", s, q)
	}
	out = run(t, m, "L", "", ir.ExportStep, num(2), num(0.5), num(-1e6), num(3))
	if s, q := out[1].Data[0], out[2].Data[0]; s != math.MaxFloat64 || q != math.Nextafter(3, 0) {
		t.Errorf("s = %v, q = %v", s, q)
	}
	out = run(t, m, "L", "", ir.ExportStep, num(2), num(0.5), num(0.1), num(math.NaN()))
	if s := out[1].Data[0]; s == s {
		t.Errorf("a gradient that is NaN leaves s = %v", s)
	}
}

func TestTrainAPart(t *testing.T) {
	m := compileText(t, `
dim B
model M : f64[B, 2] -> f64[B, 1] = fc2: Dense(1) ∘ tanh ∘ fc1: Dense(2)
loss L(x: f64[B, 2]) = mean(M(x)^2)
train Head = L with Adam(lr = 0.1) on "fc2.*"
`)
	e := exportNamed(m, ir.ExportStep, "Head")
	if len(e.Trainer.State) != 4 {
		t.Errorf("%d blocks of state", len(e.Trainer.State))
	}
	n := 0
	for _, r := range e.Results {
		if r.Kind == ir.BindParam {
			n++
		}
	}
	if n != 2 {
		t.Errorf("%d parameters are updated", n)
	}
}

func TestTraining(t *testing.T) {
	m := compileText(t, `
dim B
model M : f64[B, 2] -> f64[B, 2] = bn: BatchNorm1d(eps = 0, momentum = 0.5) >> Dropout(0.25)
loss L(x: f64[B, 2]) = sum(M(x))
train L with SGD(lr = 0.1)
`)
	if s := m.Models[0].State; len(s) != 2 || s[0].Name != "bn.running_mean" {
		t.Fatalf("state %v", s)
	}
	x := mat(2, 2, 1, 10, 3, 30)
	out := run(t, m, "M", "", ir.ExportForward, vec(1, 1), vec(0, 0), vec(1, 10), vec(4, 25), x)
	near(t, "evaluation", out[0], 0, 0, 1, 4)
	step := run(t, m, "L", "", ir.ExportStep, vec(1, 1), vec(0, 0), vec(0, 0), vec(1, 1), num(0.1), x)
	near(t, "running mean", step[3], 1, 10)
	near(t, "running variance", step[4], 0.5+0.5*2, 0.5+0.5*200)
	one := run(t, m, "L", "", ir.ExportStep, vec(1, 1), vec(0, 0), vec(0, 0), vec(1, 1), num(0.1), mat(1, 2, 1, 10))
	near(t, "running mean after a batch of one", one[3], 0.5, 5)
	near(t, "running variance after a batch of one", one[4], 1, 1)
	none := run(t, m, "L", "", ir.ExportStep, vec(1, 1), vec(0, 0), vec(0, 0), vec(1, 1), num(0.1), mat(0, 2))
	near(t, "running mean after an empty batch", none[3], 0, 0)
	near(t, "running variance after an empty batch", none[4], 1, 1)
	random := false
	for _, v := range ir.Topological(exportNamed(m, ir.ExportStep, "L").Func.Results...) {
		if d, ok := v.Def.(*ir.Map); ok {
			d.Body.Walk(func(x *ir.Expr) { random = random || x.Op == ir.OpRandom })
		}
	}
	if !random {
		t.Error("no draws in a step with dropout")
	}
}

// Layers of noise with one name in two models draw apart, and so do copies, and one layer or model that is applied
// twice.
func TestDrawsOfEveryInstance(t *testing.T) {
	m := compileText(t, `
layer Noise()(x: real[..., n]) -> real[..., n] {
  param w : real[n] = 1
  y[..., i] = if training then x[..., i] * random[..., i] * w[i] else x[..., i]
  return y
}
model A : f64[2] -> f64[2] = noise: Noise()
model B : f64[2] -> f64[2] = noise: Noise()
model C : f64[2] -> f64[2] = stack(3, noise: Noise())
model D(x: f64[2]) -> f64[2] {
  noise = Noise()
  return noise(noise(x))
}
loss L(x: f64[2]) = sum(A(x) + B(x) + C(x) + D(x) + A(2*x))
train L with SGD
`)
	sites := map[uint32]bool{}
	for _, v := range ir.Topological(exportNamed(m, ir.ExportStep, "L").Func.Results...) {
		if d, ok := v.Def.(*ir.Map); ok {
			d.Body.Walk(func(x *ir.Expr) {
				if x.Op == ir.OpRandom {
					sites[x.Site] = true
				}
			})
		}
	}
	if len(sites) != 8 {
		t.Errorf("%d sites of draws, want 8", len(sites))
	}
}
