package check

import (
	"testing"

	"github.com/gradgen/gradgen/ir"
)

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
