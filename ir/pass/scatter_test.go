package pass

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/gradgen/gradgen/ir"
	"github.com/gradgen/gradgen/ir/interp"
)

// Sums over points that data gives to elements visit each point once; what goes to one
// place is added up before.
func TestScatters(t *testing.T) {
	for _, c := range []struct{ name, inputs, from, to string }{
		{"points of an element", "k : i32[N], m : f64[N, 3]", "y : f64[M, 3]; y[i,j] = sum[n < N where i = k[n]] m[n,j]",
			"y[k[n],j] += m[n,j] for n < N, j < 3 where k[n] >= 0 and k[n] < M"},
		{"the element takes part", "k : i32[N], m : f64[M]", "y : f64[M]; y[i] = sum[n < N where i + 1 = k[n]] m[i]",
			"y[k[n] - 1] += m[k[n] - 1] for n < N where k[n] >= 1 and k[n] <= M"},
		{"a condition on the points", "k : i32[N], m : f64[N]", "y : f64[M]; y[i] = sum[n < N where i = k[n] and n >= i] m[n]",
			"y[k[n]] += m[n] for n < N where k[n] >= 0 and k[n] < M and k[n] <= n"},
		{"two equalities", "k : i32[N], l : i32[N], m : f64[N]", "y : f64[M, 9]; y[i,j] = sum[n < N where i = k[n] and j = l[n]] m[n]",
			"y[k[n],l[n]] += m[n] for n < N where k[n] >= 0 and k[n] < M and l[n] >= 0 and 8 >= l[n]"},
		{"an axis in front", "k : i32[2, N], m : f64[2, N, 3]", "y : f64[2, M, 3]; y[t,i,j] = sum[n < N where i = k[t,n]] m[t,n,j]",
			"y[t,k[t,n],j] += m[t,n,j] for t < 2, n < N, j < 3 where k[t,n] >= 0 and k[t,n] < M"},
		{"rows", "k : i32[N], m : f64[3, N, 2]", "y : f64[3, M, 2]; y[t,k[n],j] += m[t,n,j] for n < N, j < 2, t < 3",
			"y[t,k[n],j] += m[t,n,j] for t < 3, n < N, j < 2"},
		{"an equality in a scatter", "k : i32[N], l : i32[N], m : f64[M]", "y : f64[M]; y[k[n]] += m[i] for i < M, n < N where i = l[n]",
			"y[k[n]] += m[l[n]] for n < N where l[n] >= 0 and l[n] < M"},
		{"few places", "k : i32[N], m : f64[N]", "y : f64[4]; y[i] = sum[n < N where i = k[n]] m[n]", "y[i] = sum[n < N where i = k[n]] m[n]"},
		{"few rows", "k : i32[N], m : f64[N, 3]", "y : f64[4, 3]; y[i,j] = sum[n < N where i = k[n]] m[n,j]",
			"y[k[n],j] += m[n,j] for n < N, j < 3 where k[n] >= 0 and 3 >= k[n]"},
		{"the element is looked up, too", "k : i32[M], m : f64[M]", "y : f64[M]; y[i] = sum[n < M where i = k[n] and k[i] >= 1] m[n]",
			"y[k[n]] += m[n] for n < M where k[n] >= 0 and k[n] < M and k[k[n]] >= 1"},
		{"no sum", "k : i32[N], m : f64[N]", "y : f64[M]; y[i] = max[n < N where i = k[n]] m[n]", "y[i] = max[n < N where i = k[n]] m[n]"},
		{"a sum before", "k : i32[N], a : f64[N, 5], b : f64[5, 3]", "y : f64[M, 3]; y[i,j] = sum[n < N, c < 5 where i = k[n]] a[n,c] * b[c,j]",
			"y[n,j] = sum[c < 5 where k[n] >= 0 and k[n] < M] a[n,c] * b[c,j]\ny[k[n],j] += y[n,j] for n < N, j < 3 where k[n] >= 0 and k[n] < M"},
		{"places that are not all the sum depends on", "k : i32[N, 2], a : f64[N, 5]", "y : f64[M]; y[k[n,e]] += a[n,c] for n < N, e < 2, c < 5",
			"y[n] = sum[c < 5] a[n,c]\ny[k[n,e]] += y[n] for n < N, e < 2"},
		{"a constant for each place", "k : i32[N], a : f64[5]", "y : f64[M]; y[k[n]] += a[c] for n < N, c < 5",
			"y = sum[c < 5] a[c]\ny[k[n]] += y for n < N"},
		{"a condition on what is summed keeps places inside", "k : i32[N], a : f64[M, N]", "y : f64[M]; y[k[n]] += a[c,n] for c < M, n < N where k[n] >= 0 and k[n] <= c",
			"y[n] = sum[c < M where k[n] >= 0 and k[n] <= c] a[c,n]\ny[k[n]] += y[n] for n < N where k[n] >= 0 and k[n] < M"},
		{"a condition of the sum before", "k : i32[N], a : f64[N, N]", "y : f64[M]; y[i] = sum[n < N, c < N where i = k[n] and c <= n] a[n,c]",
			"y[n] = sum[c < N where c <= n and k[n] >= 0 and k[n] < M] a[n,c]\ny[k[n]] += y[n] for n < N where k[n] >= 0 and k[n] < M"},
	} {
		t.Run(c.name, func(t *testing.T) {
			text := "dim M, N\n\nfunc f {\n"
			for _, in := range strings.Split(c.inputs, "], ") {
				text += "  input " + strings.TrimSuffix(in, "]") + "]\n"
			}
			if !strings.Contains(c.inputs, "[M") {
				text += "  input any : f64[M]\n"
			}
			text += "  " + c.from + "\n  return y\n}\n"
			b := ir.NewBuilder()
			f, err := ir.ParseFunc(b, text)
			if err != nil {
				t.Fatal(err)
			}
			g, err := Optimize(b, f, Options{Check: true})
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, line := range strings.Split(fmt.Sprint(g), "\n") {
				if _, formula, ok := strings.Cut(line, "; "); ok {
					got = append(got, strings.ReplaceAll(formula, "y_2", "y"))
				}
			}
			if want := strings.Split(c.to, "\n"); !slices.Equal(got, want) {
				t.Errorf("%s becomes\n%s\nwant\n%s", c.from, strings.Join(got, "\n"), c.to)
			}
			least := 0
			if strings.Contains(c.from, " = k[") {
				least = -2
			}
			sameValues(t, f, g, least)
		})
	}
}

// sameValues runs both functions on small numbers, whose sums are exact in any order, and
// on indices of which some are outside, if conditions leave those out.
func sameValues(t *testing.T, f, g *ir.Func, least int) {
	t.Helper()
	dims := map[string]int{"M": 6, "N": 7}
	var args []interp.Array
	for k, v := range f.Params {
		var shape []int
		for _, s := range v.Type.Shape {
			n, isConst := s.IsConst()
			if !isConst {
				n = int64(dims[s.String()])
			}
			shape = append(shape, int(n))
		}
		a := interp.New(v.Type.DType, shape...)
		for i := range a.Data {
			a.Data[i] = float64((5*i+3*k)%11 - 4)
			if v.Type.DType == ir.I32 {
				a.Data[i] = float64(least + (5*i+3)%(6-least))
			}
		}
		args = append(args, a)
	}
	want, err := interp.Run(f, args, interp.Options{Dims: dims})
	if err != nil {
		t.Fatal(err)
	}
	got, err := interp.Run(g, args, interp.Options{Dims: dims})
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(got[0].Data, want[0].Data) {
		t.Errorf("%v, before the passes %v", got[0].Data, want[0].Data)
	}
	if slices.Max(want[0].Data) == slices.Min(want[0].Data) && len(want[0].Data) > 1 {
		t.Errorf("the values tell nothing apart: %v", want[0].Data)
	}
}
