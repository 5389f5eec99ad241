package golang

import (
	"math/rand/v2"
	"testing"

	"github.com/gradgen/gradgen/ir"
)

// program reads a function in the text of the IR, with random arguments.
func program(t *testing.T, name, text string, dims map[string]int) *trial {
	t.Helper()
	f, err := ir.ParseFunc(ir.NewBuilder(), text)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return withArgs(&trial{name: name, f: f, dims: dims})
}

func withArgs(tr *trial) *trial {
	r := rand.New(rand.NewPCG(1, 2))
	tr.tol = 1e-12
	for _, v := range tr.f.Params {
		n := (&oracle{dims: tr.dims}).int(v.Type.Len())
		data := make([]float64, n)
		for i := range data {
			switch v.Type.DType {
			case ir.I32:
				data[i] = float64(r.IntN(3))
			case ir.Bool:
				data[i] = float64(r.IntN(2))
			default:
				data[i] = v.Type.DType.Round(2*r.Float64() - 1)
			}
			if v.Type.DType == ir.F32 {
				tr.tol = 1e-5
			}
		}
		tr.args = append(tr.args, data)
	}
	return tr
}

const mlp = `dim B
func mlp {
  input W1 : f32[16, 20]
  input b1 : f32[16]
  input W2 : f32[10, 16]
  input b2 : f32[10]
  input x : f32[B, 20]
  input y : i32[B]
  s1 : f32[B, 16]; s1[b,o] = sum[i < 20] W1[o,i] * x[b,i]
  a1 : f32[B, 16]; a1[b,o] = s1[b,o] + b1[o]
  h1 : f32[B, 16]; h1[b,o] = relu(a1[b,o])
  s2 : f32[B, 10]; s2[b,o] = sum[i < 16] W2[o,i] * h1[b,i]
  z : f32[B, 10]; z[b,o] = s2[b,o] + b2[o]
  m : f32[B]; m[b] = max[o < 10] z[b,o]
  e : f32[B, 10]; e[b,o] = exp(z[b,o] - m[b])
  q : f32[B]; q[b] = sum[o < 10] e[b,o]
  l : f32[B]; l[b] = log(q[b]) + m[b] - z[b,y[b]]
  t : f32; t = sum[b < B] l[b]
  loss : f32; loss = t / f32(B)
  dz : f32[B, 10]; dz[b,o] = (e[b,o] / q[b] - (if y[b] = o then 1 else 0)) / f32(B)
  dW2 : f32[10, 16]; dW2[o,i] = sum[b < B] dz[b,o] * h1[b,i]
  db2 : f32[10]; db2[o] = sum[b < B] dz[b,o]
  dh : f32[B, 16]; dh[b,i] = sum[o < 10] dz[b,o] * W2[o,i]
  da : f32[B, 16]; da[b,i] = if 0 < h1[b,i] then dh[b,i] else 0
  dW1 : f32[16, 20]; dW1[o,i] = sum[b < B] da[b,o] * x[b,i]
  db1 : f32[16]; db1[o] = sum[b < B] da[b,o]
  return loss, dW1, db1, dW2, db2
}`

func TestMLP(t *testing.T) {
	checkTrials(t, []*trial{program(t, "mlp", mlp, map[string]int{"B": 5}), program(t, "empty", mlp, map[string]int{"B": 0})})
}
