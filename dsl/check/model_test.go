package check

import (
	"math"
	"strings"
	"testing"

	"github.com/gradgen/gradgen/ir"
	"github.com/gradgen/gradgen/ir/interp"
)

func of64(shape []int, v ...float64) interp.Array { return interp.Of(ir.F64, shape, v...) }

// A classifier of two inputs, two hidden units and two classes, by hand: h = relu(W1 x + b1), s = W2 h + b2.
func TestClassifierByHand(t *testing.T) {
	m := compileText(t, `
dim B
model Net : f64[B, 2] -> f64[B, 2] = fc2: Dense(2) ∘ relu ∘ fc1: Dense(2)
loss XEnt(x: f64[B, 2], y: i32[B]) = mean(crossEntropy(Net(x), y))
train XEnt with SGD(lr = 0.5)
`)
	if got := paramNames(m.Models[0]); got != "fc1.weight fc1.bias fc2.weight fc2.bias" {
		t.Errorf("parameters %s", got)
	}
	w1, b1 := of64([]int{2, 2}, 1, 0, 0, 1), vec(0, -1)
	w2, b2 := of64([]int{2, 2}, 1, 0, 0, 2), vec(0, 0)
	x, y := of64([]int{1, 2}, 2, 3), ints(1)
	// h = (2, 2), s = (2, 4), loss = log(1 + e^(2-4)), p0 = 1/(1 + e^2).
	out := run(t, m, "Net", "", ir.ExportForward, w1, b1, w2, b2, x)
	near(t, "forward", out[0], 2, 4)
	loss, p := math.Log1p(math.Exp(-2)), 1/(1+math.Exp(2))
	near(t, "loss", run(t, m, "XEnt", "", ir.ExportFunc, w1, b1, w2, b2, x, y)[0], loss)

	zero1, zero2 := of64([]int{2, 2}, 0, 0, 0, 0), vec(0, 0)
	off := interp.Scalar(ir.Bool, 0)
	g := run(t, m, "XEnt", "grad", ir.ExportFunc, w1, b1, w2, b2, zero1, zero2, zero1, zero2, off, x, y)
	near(t, "value", g[0], loss)
	near(t, "dW2", g[3], 2*p, 2*p, -2*p, -2*p)
	near(t, "db2", g[4], p, -p)
	near(t, "db1", g[2], p, -2*p)
	near(t, "dW1", g[1], 2*p, 3*p, -4*p, -6*p)

	on := interp.Scalar(ir.Bool, 1)
	g = run(t, m, "XEnt", "grad", ir.ExportFunc, w1, b1, w2, b2, zero1, vec(10, 20), zero1, zero2, on, x, y)
	near(t, "db1 added", g[2], 10+p, 20-2*p)

	step := run(t, m, "XEnt", "", ir.ExportStep, w1, b1, w2, b2, num(0.5), x, y)
	near(t, "loss of the step", step[0], loss)
	near(t, "new b1", step[2], 0-0.5*p, -1+0.5*2*p)
}

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
}

func TestLabelsAndPaths(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"unlabelled", "model M : f32[4] -> f32[2] = Dense(2)", "dense.weight dense.bias"},
		{"quoted", `model M : f32[4] -> f32[2] = "features.0": Dense(2)`, "features.0.weight features.0.bias"},
		{"tied", "model M(x: f32[4]) -> f32[4] {\n  h = fc: Dense(4)(x)\n  return fc(h)\n}", "fc.weight fc.bias"},
		{"tied in a composition", "model M : f32[4] -> f32[4] = fc ∘ tanh ∘ fc: Dense(4)", "fc.weight fc.bias"},
		{"stack", "model M : f32[4] -> f32[4] = body: stack(2, Dense(4, useBias = false))", "body.0.weight body.1.weight"},
		{"stack without a label", "model M : f32[4] -> f32[4] = stack(2, Dense(4, useBias = false))", "stack.0.weight stack.1.weight"},
		{"stack of compositions", "model M : f32[4] -> f32[4] = s: stack(2, tanh ∘ Dense(4, false))", "s.0.dense.weight s.1.dense.weight"},
		{"iterate shares", "model M : f32[4] -> f32[4] = iterate(3, fc: Dense(4))", "fc.weight fc.bias"},
		{"nested", "layer Two(n: dim)(x: real[inp]) -> real[n] {\n  h = a: Dense(n)(x)\n  return b: Dense(n)(h)\n}\nmodel M : f32[4] -> f32[2] = t: Two(2)", "t.a.weight t.a.bias t.b.weight t.b.bias"},
		{"group", "model M : f32[4] -> f32[2] = head: (Dense(2) ∘ relu)", "head.dense.weight head.dense.bias"},
		{"a layer as a hyper-parameter", "layer Res(f: layer)(x: real[n]) -> real[n] = x + f(x)\nmodel M : f32[4] -> f32[4] = Res(inner: Dense(4)) ∘ tanh", "inner.weight inner.bias"},
		{"own parameters", "model M(x: f32[2]) -> f32[2] {\n  param a, b : f32[2] = 0\n  return a*x + b\n}", "a b"},
		{"conditions", "model M : f32[4] -> f32[2] = b: Dense(2, useBias = false) ∘ a: Dense(3)", "a.weight a.bias b.weight"},
	} {
		t.Run(c.name, func(t *testing.T) {
			m := compileText(t, c.text)
			if got := paramNames(m.Models[0]); got != c.want {
				t.Errorf("%s, want %s", got, c.want)
			}
		})
	}
}

func TestPathsRead(t *testing.T) {
	m := compileText(t, `
model M(x: f64[2]) -> f64 {
  h = fc: Dense(1, useBias = false)(x)
  return h[0] + sum(fc.weight^2)
}
loss L(x: f64[2]) = M(x) + 0.5 * sum(M.fc.weight)
`)
	near(t, "M", run(t, m, "M", "", ir.ExportForward, of64([]int{1, 2}, 1, 2), vec(10, 20))[0], 50+5)
	near(t, "L", run(t, m, "L", "", ir.ExportFunc, of64([]int{1, 2}, 1, 2), vec(10, 20))[0], 55+1.5)
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

func TestInitialValues(t *testing.T) {
	m := compileText(t, `
const table = [1, 2]
model M(x: f32[2]) -> f32[2] {
  param a : f32[2] = table
  param b : f32[2] ~ uniform(2, 3)
  param c : f32[300] ~ normal(5, 0.1)
  param d : f32[2, 3] ~ xavier(in = 2, out = 3)
  param e : f32[2] ~ constant(7)
  return x + a*b + c[0]*d[0, 0]*e
}`)
	out := run(t, m, "M", "", ir.ExportInit)
	near(t, "a", out[0], 1, 2)
	near(t, "e", out[4], 7, 7)
	for _, v := range out[1].Data {
		if v < 2 || v >= 3 {
			t.Errorf("uniform(2, 3) drew %v", v)
		}
	}
	sum := 0.0
	for _, v := range out[2].Data {
		sum += v / 300
	}
	if math.Abs(sum-5) > 0.03 {
		t.Errorf("normal(5, 0.1) has mean %v", sum)
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

func TestConvolutionAndPooling(t *testing.T) {
	m := compileText(t, `
model M : f64[1, 3, 3] -> f64[1, 2, 2] = c: Conv2d(1, k = 2)
model P : f64[1, 4, 4] -> f64[1, 2, 2] = MaxPool2d(2)
model Q : f64[1, 2, 2] -> f64[1, 2, 2] = MaxPool2d(2, stride = 1, pad = 1) >> c: Conv2d(1, k = 2, useBias = false)
model F : f64[2, 2, 3] -> f64[2, 6] = Flatten()
`)
	x := of64([]int{1, 3, 3}, 1, 2, 3, 4, 5, 6, 7, 8, 9)
	near(t, "conv", run(t, m, "M", "", ir.ExportForward, of64([]int{1, 1, 2, 2}, 1, 0, 0, 10), vec(0.5), x)[0], 51.5, 62.5, 84.5, 95.5)
	y := of64([]int{1, 4, 4}, 1, 5, 2, 2, 3, 5, 2, 2, -1, -2, 0, 0, -3, -4, 0, 7)
	near(t, "pool", run(t, m, "P", "", ir.ExportForward, y)[0], 5, 2, -1, 7)
	z := of64([]int{1, 2, 2}, 1, 2, 3, -4)
	near(t, "padded pool", run(t, m, "Q", "", ir.ExportForward, of64([]int{1, 1, 2, 2}, 1, 0, 0, 0), z)[0], 1, 2, 3, 3)
	near(t, "flatten", run(t, m, "F", "", ir.ExportForward, of64([]int{2, 2, 3}, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12))[0], 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12)
}

func TestPoolTiesGoToTheFirst(t *testing.T) {
	m := compileText(t, `
layer Scale()(x: real[n, m]) -> real[n, m] {
  param s : real[n, m] = 1
  return s * x
}
model P : f64[2, 2] -> f64[1, 1] = MaxPool2d(2) >> id
loss L(x: f64[2, 2]) = sum(P2(x))
model P2 : f64[2, 2] -> f64[1, 1] = sc: Scale() >> MaxPool2d(2)
`)
	one := mat(2, 2, 1, 1, 1, 1)
	g := run(t, m, "L", "grad", ir.ExportFunc, one, mat(2, 2, 3, 3, 1, 3))
	near(t, "gradient", g[1], 3, 0, 0, 0)
}

// A recurrent step by hand, with all gates written out.
func TestGRUByHand(t *testing.T) {
	m := compileText(t, `
dim T
dim B
model R(xs: f64[T, B, 1], h0: f64[B, 1]) -> (f64[T, B, 1], f64[B, 1]) {
  (ys, last) = rnn: GRU(1)(xs, h0)
  return (ys, last)
}`)
	wi, wh, bi, bh := of64([]int{3, 1}, 0.1, 0.2, 0.3), of64([]int{3, 1}, 0.4, 0.5, 0.6), vec(0.7, 0.8, 0.9), vec(-0.1, -0.2, -0.3)
	sig := func(x float64) float64 { return 1 / (1 + math.Exp(-x)) }
	h := 0.25
	var want []float64
	for _, x := range []float64{1, -2} {
		r := sig(0.1*x + 0.7 + 0.4*h - 0.1)
		z := sig(0.2*x + 0.8 + 0.5*h - 0.2)
		n := math.Tanh(0.3*x + 0.9 + r*(0.6*h-0.3))
		h = (1-z)*n + z*h
		want = append(want, h)
	}
	out := run(t, m, "R", "", ir.ExportForward, wi, wh, bi, bh, of64([]int{2, 1, 1}, 1, -2), of64([]int{1, 1}, 0.25))
	near(t, "ys", out[0], want...)
	near(t, "last", out[1], want[1])
}

func TestAttentionIsCausal(t *testing.T) {
	m := compileText(t, `
dim B
dim T
layer Attn(heads: dim)(x: real[B, T, d]) -> real[B, T, d] {
  dim e = d / heads
  param Wq, Wk, Wv : real[heads, e, d] ~ xavier(in = d, out = d)
  param Wo : real[d, heads, e] ~ xavier(in = d, out = d)
  q[b,h,t,i] = sum[c] x[b,t,c] * Wq[h,i,c]
  k[b,h,t,i] = sum[c] x[b,t,c] * Wk[h,i,c]
  v[b,h,t,i] = sum[c] x[b,t,c] * Wv[h,i,c]
  s[b,h,t,u] = (sum[i] q[b,h,t,i] * k[b,h,u,i]) / sqrt(e)
  p[b,h,t,u] = softmax[u where u <= t](s[b,h,t,u])
  o[b,h,t,i] = sum[u] p[b,h,t,u] * v[b,h,u,i]
  y[b,t,c]   = sum[h,i] o[b,h,t,i] * Wo[c,h,i]
  return y
}
model A : f64[B, T, 2] -> f64[B, T, 2] = a: Attn(2)
`)
	eye := of64([]int{2, 1, 2}, 1, 0, 0, 1)
	wo := of64([]int{2, 2, 1}, 1, 0, 0, 1)
	out := run(t, m, "A", "", ir.ExportForward, eye, eye, eye, wo, of64([]int{1, 2, 2}, 1, 2, 3, -1))
	// Each head is one coordinate: the first step sees itself, the second both.
	mix := func(q, a, b float64) float64 {
		p := 1 / (1 + math.Exp(q*b-q*a))
		return p*a + (1-p)*b
	}
	near(t, "attention", out[0], 1, 2, mix(3, 1, 3), mix(-1, 2, -1))
}

func TestDerivatives(t *testing.T) {
	m := compileText(t, `
dim N
dim M
fn rosenbrock(x: f64[N]) -> f64 = sum[i < N-1] (100*(x[i+1] - x[i]^2)^2 + (1 - x[i])^2)
derive rosenbrock { value, grad(x), hess(x), hvp(x) }
fn misra1a(b: f64[2], x: f64[M]) -> f64[M] { y[m] = -b[0] * expm1(-b[1] * x[m]); return y }
derive misra1a { value, jac(b), jvp(b), vjp(b, x) }
fn g(x: f64, y: f64) -> f64 = x^2 * y
derive g { grad(x, y) }
`)
	x := vec(2, 3)
	near(t, "value", run(t, m, "rosenbrock", "", ir.ExportFunc, x)[0], 101)
	g := run(t, m, "rosenbrock", "grad", ir.ExportFunc, x)
	near(t, "value with grad", g[0], 101)
	near(t, "grad", g[1], 802, -200)
	h := run(t, m, "rosenbrock", "hess", ir.ExportFunc, x)
	near(t, "hess", h[1], 1200*4-400*3+2, -800, -800, 200)
	near(t, "grad of hess", h[2], 802, -200)
	hv := run(t, m, "rosenbrock", "hvp", ir.ExportFunc, x, vec(1, 0))
	near(t, "hvp", hv[1], 1200*4-400*3+2, -800)
	b, xs := vec(2, 0.5), vec(1, 3)
	j := run(t, m, "misra1a", "jac", ir.ExportFunc, b, xs)
	e1, e3 := math.Exp(-0.5), math.Exp(-1.5)
	near(t, "jac", j[0], 1-e1, 2*e1, 1-e3, 6*e3)
	near(t, "values", j[1], 2*(1-e1), 2*(1-e3))
	near(t, "jvp", run(t, m, "misra1a", "jvp", ir.ExportFunc, b, xs, vec(0, 1))[0], 2*e1, 6*e3)
	v := run(t, m, "misra1a", "vjp", ir.ExportFunc, b, xs, vec(1, 1))
	near(t, "vjp b", v[0], 2-e1-e3, 2*e1+6*e3)
	near(t, "vjp x", v[1], 2*0.5*e1, 2*0.5*e3)
	s := run(t, m, "g", "grad", ir.ExportFunc, num(3), num(5))
	near(t, "f", s[0], 45)
	near(t, "dx", s[1], 30)
	near(t, "dy", s[2], 9)
	e := m.Exports[len(m.Exports)-1]
	if e.Results[1].Name != "dx" || e.Results[2].Name != "dy" || e.Results[1].Kind != ir.BindReturn {
		t.Errorf("results %v", e.Results)
	}
}

// A function with a rule is called with the derivative that the rule states, right or wrong, whatever it computes.
func TestRules(t *testing.T) {
	m := compileText(t, `
fn sq(x: real) -> real = x * x
rule jvp sq(x; dx) = 100 * dx
fn f(x: f64[2]) -> f64 {
  y[i] = sq(x[i]) * i
  return sum(y) + sq(3)
}
derive f { value, grad(x) }
fn wsum(w: real[n], x: real) -> real = x * sum(w)
rule vjp wsum(w, x; dy) {
  dw[i] = 10 * w[i] * dy
  return (dw, 7 * dy)
}
fn h(w: f64[2], x: f64[3]) -> f64 {
  y[i] = wsum(w, x[i])
  return sum(y)
}
derive h { value, grad(w, x) }
`)
	near(t, "value", run(t, m, "f", "", ir.ExportFunc, vec(2, 5))[0], 25+9)
	near(t, "gradient by the rule", run(t, m, "f", "grad", ir.ExportFunc, vec(2, 5))[1], 0, 100)
	out := run(t, m, "h", "grad", ir.ExportFunc, vec(1, 2), vec(1, 1, 1))
	near(t, "shared argument collects", out[1], 30, 60)
	near(t, "own argument", out[2], 7, 7, 7)
}

func TestNumericsOfThePrelude(t *testing.T) {
	grad := func(expr string, x float64) float64 {
		m := compileText(t, "fn f(x: f64) -> f64 = "+expr+"\nderive f { grad(x) }")
		return run(t, m, "f", "grad", ir.ExportFunc, num(x))[1].Data[0]
	}
	for _, c := range []struct {
		expr    string
		x, want float64
	}{
		{"relu(x)", 0, 0}, {"leakyRelu(x)", 0, 0.01}, {"leakyRelu(x)", nan, nan}, {"elu(x, 2)", 0, 2}, {"clamp(x, -1, 1)", 1, 1},
		{"clamp(x, -1, 1)", -1, 1}, {"clamp(x, -1, 1)", 1.5, 0}, {"clamp(x, -1, 1)", nan, nan}, {"relu6(x)", 6, 0}, {"relu6(x)", 0, 0},
		{"relu6(x)", 3, 1}, {"hardtanh(x)", 1, 0}, {"hardsigmoid(x)", -3, 0}, {"hardsigmoid(x)", 0, 1.0 / 6}, {"softplus(x)", 0, 0.5},
		{"logSigmoid(x)", 0, 0.5}, {"binaryCrossEntropy(x, 1)", 0, -0.5}, {"binaryCrossEntropy(x, 0)", 0, 0.5}, {"gelu(x)", 0, 0.5},
		{"if x > 0 then sqrt(x) else 0", 0, 0}, {"logsumexp([x, -inf])", -inf, 0}, {"softmax([x, -inf])[0]", 5, 0},
		{"max(x, 1)", 1, 0.5}, {"max(x, x)", 1, 1}, {"abs(x)", 0, 0}, {"x^0.5", 4, 0.25}, {"crossEntropy([x, 0], 0)", 0, -0.5},
	} {
		if got := grad(c.expr, c.x); !(math.Abs(got-c.want) < 1e-12 || got != got && c.want != c.want) {
			t.Errorf("gradient of %s at %v is %v, want %v", c.expr, c.x, got, c.want)
		}
	}
}

func TestEveryDerivativeIsEmittedOnce(t *testing.T) {
	m := compileText(t, `
model M(x: f64[3]) -> f64[2] = d: Dense(2)(x)
loss L(x: f64[3]) = sum(M(x))
derive L { value, grad(M), grad(x) }
derive M { jac(x), jac(x).T, vjp(x) }
`)
	var got []string
	for _, e := range m.Exports {
		if e.Kind == ir.ExportFunc {
			got = append(got, e.Name+" "+e.Derives+" "+strings.Join(e.By, " "))
		}
	}
	if want := "M jac x, M jacT x, M vjp x, L  , L grad M, L grad x"; strings.Join(got, ", ") != want {
		t.Errorf("%s, want %s", strings.Join(got, ", "), want)
	}
	w, b, x := mat(2, 3, 1, 2, 3, 4, 5, 6), vec(0, 0), vec(1, 1, 1)
	near(t, "jac", run(t, m, "M", "jac", ir.ExportFunc, w, b, x)[0], 1, 2, 3, 4, 5, 6)
	near(t, "jac.T", run(t, m, "M", "jacT", ir.ExportFunc, w, b, x)[0], 1, 4, 2, 5, 3, 6)
}
