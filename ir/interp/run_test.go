package interp_test

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/gradgen/gradgen/ir"
	"github.com/gradgen/gradgen/ir/interp"
	"github.com/gradgen/gradgen/runtime"
)

// lastInput is where the lines after the last input of a text begin.
func lastInput(text string) int {
	i := strings.LastIndex(text, "  input ")
	return i + strings.IndexByte(text[i:], '\n') + 1
}

func words(text string) []string { return strings.Fields(text) }

func TestRun(t *testing.T) {
	nan, inf := math.NaN(), math.Inf(1)
	for _, c := range []struct {
		line string
		want []float64
	}{
		{"y : f64[3]; y[i] = x[i] where i >= 1", []float64{0, 2, 3}},
		{"y : f64; y = sum[i < N] x[i]", []float64{6}},
		{"y : f64; y = prod[i < N where i >= 3] x[i]", []float64{1}},
		{"y : f64; y = max[i < 0] 1", []float64{-inf}},
		{"y : f64; y = min[i < N] (if i = 1 then nan else x[i])", []float64{nan}},
		{"y : i32; y = argmax[i < N](if i = 1 then nan else x[i])", []float64{1}},
		{"y : i32; y = argmin[i < 2, j < N](-x[j])", []float64{2}},
		{"y : i32; y = argmax[i < N where i >= 1](f64(-inf))", []float64{1}},
		{"y : i32; y = argmax[i < N where i >= 3](x[i])", []float64{0}},
		{"y : f64[3]; y[k[i]] += x[i] for i < N", []float64{1 + 3, 0, 2}},
		{"y : f64[2, 3]; y = reshape(z) z : f64[6]; z[i] = f64(i)", nil},
		{"y : f64[0]; y[i] = x[i + 7]", []float64{}},
		{"y : f64[3]; y[i] = sum[j < i + 1] x[j]", []float64{1, 3, 6}},
		{"y : f64[3]; y[i] = if i < 2 then x[i + 1] else -x[0]", []float64{2, 3, -1}},
		{"z : f32[3]; z[i] = f32(x[i]) / 3 y : f64[3]; y[i] = f64(z[i])", []float64{float64(float32(1) / 3), float64(float32(2) / 3), 1}},
		{"y : i32[3]; y[i] = i32(x[i] * -0.6)", []float64{0, -1, -1}},
		{"c : f64; c = 100 (h, y) = scan t < N { carry a : f64 = c  b : f64; b = a + x[t]  next a = b  emit b }", []float64{101, 103, 106}},
		{"c : f64; c = 100 (h, y) = scan t < N reverse { carry a : f64 = c  b : f64; b = a + x[t]  next a = b  emit b }", []float64{106, 105, 103}},
		{"c : f64; c = 100 (y, e) = scan t < 0 { carry a : f64 = c  b : f64; b = a + x[t]  next a = b  emit b }", []float64{100}},
		{"c : f64; c = 0 (y) = scan t < N { carry a : f64 = c  (b) = scan u < t + 1 { carry d : f64 = a  g : f64; g = d + x[u] * f64(t)  next d = g }  next a = b }", []float64{0*1 + 1*3 + 2*6}},
		{"c : f64; c = 1 (a) = scan t < N { carry h : f64 = c  g : f64; g = h * x[t]  next h = g }" +
			" (b, y) = scan t again { carry h : f64 = c  carry q : f64 = a  r : f64; r = g + q  next h = g next q = r }", []float64{6 + 1 + 2 + 6}},
	} {
		text := "dim N\nfunc f {\n input x : f64[N]\n input k : i32[N]\n " + c.line + "\n return y\n}\n"
		f, err := ir.ParseFunc(ir.NewBuilder(), text)
		if err != nil {
			if c.want != nil {
				t.Errorf("%s: %v", c.line, err)
			}
			continue
		}
		out, err := interp.Run(f, []interp.Array{interp.Of(ir.F64, []int{3}, 1, 2, 3), interp.Of(ir.I32, []int{3}, 0, 2, 0)}, interp.Options{})
		if err != nil {
			t.Errorf("%s: %v", c.line, err)
			continue
		}
		if got := fmt.Sprint(out[0].Data); got != fmt.Sprint(c.want) {
			t.Errorf("%s: %v, want %v", c.line, got, c.want)
		}
	}
}

func TestRunErrors(t *testing.T) {
	x := interp.Of(ir.F64, []int{3}, 1, 2, 3)
	k := interp.Of(ir.I32, []int{3}, 0, 3, 0)
	for _, c := range []struct {
		line, want string
		args       []interp.Array
	}{
		{"y : f64[N]; y[i] = x[k[i]]", "value y: read of x[3] outside f64[N] = [3] at i = 1", []interp.Array{x, k}},
		{"y : f64[N]; y[k[i]] += x[i] for i < N", "value y: write to [3] outside [3] at i = 1", []interp.Array{x, k}},
		{"y : f64[M]; y[i] = 1", "the size M is unknown", []interp.Array{x, k}},
		{"y : f64[N - 5]; y[i] = 1", "the size N - 5 is -2", []interp.Array{x, k}},
		{"y : f64; y = 1", "1 arguments for 2 parameters", []interp.Array{x}},
		{"y : f64; y = 1", "argument k is f64[3], not i32[N]", []interp.Array{x, x}},
		{"y : f64; y = 1", "argument k has shape [2], not i32[N] = [3]", []interp.Array{x, interp.New(ir.I32, 2)}},
		{"y : f64; y = x[i32(x[0] / 0)]", "is +Inf", []interp.Array{x, k}},
	} {
		f, err := ir.ParseFunc(ir.NewBuilder(), "dim N, M\nfunc f {\n input x : f64[N]\n input k : i32[N]\n "+c.line+"\n return y\n}\n")
		if err != nil {
			t.Errorf("%s: %v", c.line, err)
			continue
		}
		if _, err := interp.Run(f, c.args, interp.Options{}); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", c.line, err, c.want)
		}
	}
}

func TestRunRandom(t *testing.T) {
	f := parse(t, `dim N
func f {
  a : f32[N]; a[i] = f32(random[7; i])
  b : f64[N]; b[i] = f64(random[8; 2*i])
  return a, b
}`)
	key := runtime.NewKey(5, 6)
	out, err := interp.Run(f, nil, interp.Options{Dims: map[string]int{"N": 9}, Key: key})
	if err != nil {
		t.Fatal(err)
	}
	for i := range uint64(9) {
		if got, want := out[0].Data[i], float64(key.Uniform32(7, i)); got != want {
			t.Errorf("a[%d] = %v, want %v", i, got, want)
		}
		if got, want := out[1].Data[i], key.Uniform64(8, 2*i); got != want {
			t.Errorf("b[%d] = %v, want %v", i, got, want)
		}
	}
}

func TestRunCall(t *testing.T) {
	f := parse(t, `dim N
func g {
  input u : f64[N]
  s : f64; s = sum[i < N] u[i]
  v : f64[N]; v[i] = u[i] / s
  return s, v
}
func f {
  input x : f64[N]
  (_, y) = call g(x)
  (s, _) = call g(y)
  return y, s
}`)
	out := run(t, f, interp.Of(ir.F64, []int{2}, 1, 3))
	if got := fmt.Sprint(out[0].Data, out[1].Data); got != "[0.25 0.75] [1]" {
		t.Error(got)
	}
}
