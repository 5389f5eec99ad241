package golang

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

const bigMLP = `dim B
func mlp {
  input W1 : f32[128, 784]
  input b1 : f32[128]
  input x : f32[B, 784]
  input dh : f32[B, 128]
  s1 : f32[B, 128]; s1[b,o] = sum[i < 784] W1[o,i] * x[b,i]
  a1 : f32[B, 128]; a1[b,o] = s1[b,o] + b1[o]
  h1 : f32[B, 128]; h1[b,o] = relu(a1[b,o])
  dW1 : f32[128, 784]; dW1[o,i] = sum[b < B] dh[b,o] * x[b,i]
  return h1, dW1
}`

// handwritten is what a careful Go programmer would write for bigMLP.
const handwritten = `
func hand(B int, W, c, x, dh, h, dW []float32) {
	for b := range B {
		xr := x[b*784:][:784]
		for o := 0; o < 128; o += 4 {
			w0, w1, w2, w3 := W[o*784:][:784], W[o*784+784:][:784], W[o*784+1568:][:784], W[o*784+2352:][:784]
			s0, s1, s2, s3 := c[o], c[o+1], c[o+2], c[o+3]
			for i, v := range xr {
				s0 += w0[i] * v
				s1 += w1[i] * v
				s2 += w2[i] * v
				s3 += w3[i] * v
			}
			hr := h[b*128+o:][:4]
			hr[0], hr[1], hr[2], hr[3] = max(s0, 0), max(s1, 0), max(s2, 0), max(s3, 0)
		}
	}
	clear(dW)
	for o := range 128 {
		r := dW[o*784:][:784]
		for b := 0; b < B; b += 4 {
			d0, d1, d2, d3 := dh[b*128+o], dh[b*128+128+o], dh[b*128+256+o], dh[b*128+384+o]
			x0, x1, x2, x3 := x[b*784:][:784], x[b*784+784:][:784], x[b*784+1568:][:784], x[b*784+2352:][:784]
			for i := range r {
				r[i] += d0*x0[i] + d1*x1[i] + (d2*x2[i] + d3*x3[i])
			}
		}
	}
}
`

// TestMLPSpeed measures the emitted loops against handwritten ones; set
// GRADGEN_BENCH to run it.
func TestMLPSpeed(t *testing.T) {
	if os.Getenv("GRADGEN_BENCH") == "" {
		t.Skip("set GRADGEN_BENCH to measure")
	}
	tr := program(t, "big", bigMLP, map[string]int{"B": 64})
	tr.lower(t)
	emitTrial(t, tr, 0, nil)
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	src := `package bench

import (
	"math"
	"testing"

	"github.com/gradgen/gradgen/runtime"
)

var _ = math.Pi

` + handwritten + tr.text + `
func data(n int) []float32 {
	x := make([]float32, n)
	for i := range x {
		x[i] = float32(i%7) - 3
	}
	return x
}

func TestBoth(t *testing.T) {
	const B = 64
	W, c, x, dh, h, dW := data(128*784), data(128), data(B*784), data(B*128), data(B*128), data(128*784)
	best := map[string]float64{}
	for range 3 {
		for name, f := range map[string]func(){
			"hand":    func() { hand(B, W, c, x, dh, h, dW) },
			"gradgen": func() { f0(CALL, runtime.Key{}) },
		} {
			r := testing.Benchmark(func(b *testing.B) {
				for range b.N {
					f()
				}
			})
			if ns := float64(r.NsPerOp()); best[name] == 0 || ns < best[name] {
				best[name] = ns
			}
		}
	}
	t.Logf("hand %.0f us, gradgen %.0f us: %.2f", best["hand"]/1e3, best["gradgen"]/1e3, best["gradgen"]/best["hand"])
}
`
	src = strings.Replace(src, "CALL", "B, W, c, x, dh, h, dW", 1)
	sum, _ := os.ReadFile(filepath.Join(root, "go.sum"))
	files := map[string]string{"bench_test.go": src, "go.sum": string(sum),
		"go.mod": "module bench\n\ngo 1.26.0\n\nrequire github.com/gradgen/gradgen v0.0.0\n\nreplace github.com/gradgen/gradgen => " + root + "\n"}
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	cmd := exec.Command("go", "test", "-mod=mod", "-run", "Both", "-v", ".")
	cmd.Dir = dir
	out, err := cmd.CombinedOutput()
	t.Log(string(out))
	if err != nil {
		t.Fatal(err)
	}
}
