package check

import (
	"math"
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
