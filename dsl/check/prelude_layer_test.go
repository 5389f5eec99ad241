package check

import (
	"math"
	"testing"

	"github.com/gradgen/gradgen/ir"
)

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
