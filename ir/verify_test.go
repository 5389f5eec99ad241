package ir_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/gradgen/gradgen/ir"
	"github.com/gradgen/gradgen/ir/autodiff"
	"github.com/gradgen/gradgen/ir/pass"
	"github.com/gradgen/gradgen/ir/randprog"
)

// checkText demands that f is sound, and its text reads back to itself, which
// is sound, too.
func checkText(t *testing.T, what string, f *ir.Func) {
	t.Helper()
	if err := ir.Verify(f); err != nil {
		t.Fatalf("%s: %v\n%v", what, err, f)
	}
	text := f.String()
	g, err := ir.ParseFunc(ir.NewBuilder(), text)
	if err != nil {
		t.Fatalf("%s: %v\n%s", what, err, text)
	}
	if again := g.String(); again != text {
		t.Fatalf("%s: first\n%s\nagain\n%s", what, text, again)
	}
	if err := ir.Verify(g); err != nil {
		t.Fatalf("%s: read back: %v\n%s", what, err, text)
	}
}

// Random programs, their derivatives and what every pass makes of them are
// sound, and their texts read back.
func TestRandomProgramsVerifyAndReadBack(t *testing.T) {
	n := uint64(120)
	if testing.Short() {
		n = 20
	}
	for seed := range n {
		b := ir.NewBuilder()
		p := randprog.New(b, seed, randprog.Options{DType: ir.F64, Steps: 8, Scans: true})
		checkText(t, fmt.Sprint("program ", seed), p.Func)
		g, err := autodiff.Grad(b, p.Func, p.Wrt)
		if err != nil {
			t.Fatal(err)
		}
		checkText(t, fmt.Sprint("gradient ", seed), g)
		_, err = pass.Optimize(b, g, pass.Options{After: func(p pass.Pass, f *ir.Func) {
			checkText(t, fmt.Sprintf("gradient %d after %s", seed, p.Name), f)
		}})
		if err != nil {
			t.Fatal(err)
		}
	}
}

func TestVerifyAcceptsGoodLines(t *testing.T) {
	for _, line := range []string{
		"y : f32[N]; y[n] = x[n,2]",
		"y : f32[N]; y[n] = if n >= 1 then x[n - 1,0] else 0",
		"y : f32[N]; y[n] = if n < 1 then 0 else x[n - 1,0]",
		"y : f32[N]; y[n] = if n >= 1 and n <= M and z[n] < 2 then x[n - 1,0] else 0",
		"y : f32[N]; y[n] = x[N - 1,0]",
		"y : f32[N]; y[n] = x[n - 3*floor(n/3),0] where N >= 3",
		"y : f32[N]; y[n] = x[0,n - 3*floor(n/3)]",
		"y : f32[floor((N - 3)/2) + 1]; y[n] = max[i < 3] x[2*n + i,0]",
		"y : f32[N]; y[n] = sum[q < floor((N - 3)/2) + 1 where 2 divides n + 1 and n >= 1] x[floor((n - 1)/2),0]",
		"y : f32; y = sum[i < N, j < i + 1] x[i - j,0]",
		"y : f32[N*M]; y[n] = x[k[0],0] where N >= 1",
		"y : f32; y = sum[i < M, j < M, q < N where i + j = q and q < M - 1] v[i + j]",
		"y : f32[N]; y[n + m] += 1 for n < N, m < N where n + m < N",
		"y : f32[N]; y[k[n]] += 1 for n < N",
		"w : i32; w = argmax[n < N](z[n]) y : f32; y = if w < N then x[w,0] else 0",
		"w : i32[N]; w[n] = argmax[i < 3](x[n,i]) y : f32[N]; y[n] = x[n,w[n]]",
		"w : i32[N]; w[n] = argmax[i < 3](x[n,i]) y : f32[N]; y[n] = x[n,2 - w[n]]",
		"w : i32[N]; w[n] = argmax[i < 6](x[n,floor(i/2)]) y : f32[N]; y[n] = x[n,w[n] - 2*floor(w[n]/2)]",
		"table t : i32[3] = [2, 0, 1] y : f32[3]; y[i] = x[0,t[i]] where N >= 1",
		"table t : i32[3] = [2, 0, 1] y : f32[2]; y[t[i] - 1] += 1 for i < 3 where t[i] >= 1",
		"w : i32[N]; w[n] = i32(z[n]) y : f32[N]; y[n] = if w[n] >= 0 and w[n] < 3 then x[n,w[n]] else 0",
		"w : i32[N]; w[n] = i32(z[n]) y : f32[3]; y[w[n]] += 1 for n < N where w[n] >= 0 and w[n] <= 2",
		"w : i32[N]; w[n] = max(0, min(2, i32(z[n]))) y : f32[N]; y[n] = x[n,w[n]]",
		"w : i32[N]; w[n] = i32(z[n]) y : f32[N]; y[n] = x[n,k[w[n]]] where w[n] >= 0 and w[n] < N",
	} {
		f, err := ir.ParseFunc(ir.NewBuilder(), strings.Replace(verifyFrame, "LINE", line, 1))
		if err != nil {
			t.Errorf("%s: %v", line, err)
		} else if err := ir.Verify(f); err != nil {
			t.Errorf("%s: %v", line, err)
		}
	}
}

const verifyFrame = `dim N, M
func f {
  input x : f32[N, 3]
  input v : f32[M]
  input z : f64[N]
  input k : i32[N]
  input s : f32
  LINE
  return y
}
`

func TestVerifyRejects(t *testing.T) {
	for line, want := range map[string]string{
		"y : f32[N]; y[n] = x[n,3]":                                                              "index 3 may exceed 2",
		"y : f32[N]; y[n] = x[n + 1,0]":                                                          "index n + 1 may exceed N - 1",
		"y : f32[N]; y[n] = x[n - 1,0]":                                                          "may be negative",
		"y : f32[N]; y[n] = if n >= 1 then 0 else x[n - 1,0]":                                    "may be negative",
		"y : f32[N]; y[n] = (if n >= 1 then x[n - 1,0] else 0) + x[n - 1,1]":                     "may be negative",
		"y : f32[N]; y[n] = v[n]":                                                                "may exceed M - 1",
		"y : f32[N]; y[n] = x[0,n - 4*floor(n/4)]":                                               "may exceed 2",
		"y : f32[floor((N - 3)/2) + 1]; y[n] = max[i < 4] x[2*n + i,0]":                          "may exceed N - 1",
		"y : f32[N]; y[n + m] += 1 for n < N, m < N where n + m <= N":                            "write: index",
		"y : f32[N]; y[n] = x[n,2*k[n]]":                                                         "may be negative",
		"y : f32[N]; y[n] = x[n,k[n] + n]":                                                       "may be negative",
		"w : i32[N]; w[n] = i32(z[n]) y : f32[N]; y[n] = x[n,w[n]]":                              "may be negative",
		"w : i32[N]; w[n] = i32(z[n]) y : f32[N]; y[n] = if w[n] < 3 then x[n,w[n]] else 0":      "may be negative",
		"w : i32[N]; w[n] = max(0, i32(z[n])) y : f32[N]; y[n] = x[n,w[n]]":                      "may exceed 2",
		"w : i32[N]; w[n] = argmax[i < 4](s) y : f32[N]; y[n] = x[n,w[n]]":                       "may exceed 2",
		"w : i32; w = argmax[n < N](z[n]) y : f32; y = x[w,0]":                                   "may exceed N - 1",
		"table t : i32[3] = [2, 0, 3] y : f32[3]; y[i] = x[0,t[i]] where N >= 1":                 "may exceed 2",
		"w : i32[N]; w[n] = i32(z[n]) y : f32[3]; y[w[n]] += 1 for n < N where w[n] >= 0":        "write: index",
		"w : i32[N]; w[n] = i32(z[n]) y : f32[N]; y[n] = 1 where k[w[n]] >= 1":                   "may be negative",
		"y : f32[5]; y[n] = s where v[0] < 1":                                                    "",
		"y : f32[3*M]; y = reshape(x)":                                                           "reshape of 3*N elements to 3*M",
		"table y : f32[3] = [1, 2]":                                                              "2 numbers for f32[3]",
		"y : i32; y = k[0] / 2 + exp(k[0])":                                                      "exp of i32",
		"(y) = scan t < N { carry h : f32 = s  g : f32[2]; g[i] = h  next h = g }":               "its next value g is f32[2]",
		"(y) = scan t < N { carry h : f32[2] = s  next h = h }":                                  "its start s is f32",
		"(a) = scan t < N { carry h : f32 = s g : f32; g = h + v[0] next h = g } y : f32; y = g": "depends on the axis t",
	} {
		f, err := ir.ParseFunc(ir.NewBuilder(), strings.Replace(verifyFrame, "LINE", line, 1))
		if err == nil {
			err = ir.Verify(f)
		}
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", line, err, want)
		}
	}
}
