package autodiff_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/gradgen/gradgen/ir"
	"github.com/gradgen/gradgen/ir/autodiff"
	"github.com/gradgen/gradgen/ir/interp"
	"github.com/gradgen/gradgen/ir/pass"
)

// outputs is a function with several of them, independent along B or not.
type outputs struct {
	name, text  string
	independent bool
}

func (o outputs) source() string {
	return "module \"m\" from \"m.grad\"\ndim B\n\nfunc f {\n  input x : f64[B, 2]\n  input w : f64[3, 2]\n  input c : f64[3]" + o.text +
		"\n  return y\n}\n\nexport func \"f\" {\n  call f\n  arg input \"x\"\n  arg input \"w\"\n  arg input \"c\"\n  result dest \"y\"\n}\n"
}

var manyOutputs = []outputs{
	{"network", `
  h : f64[B, 3]; h[b,o] = sum[i < 2] w[o,i] * x[b,i]
  t : f64[B, 3]; t[b,o] = tanh(h[b,o] + c[o])
  y : f64[B, 2]; y[b,o] = sum[i < 3] t[b,i] * w[i,o]`, true},
	{"standing the other way in between", `
  h : f64[3, B]; h[o,b] = sum[i < 2] w[o,i] * x[b,i]
  y : f64[B, 2]; y[b,k] = h[k,b] * exp(h[k + 1,b]) * c[k]`, true},
	{"a part of each output", `
  y : f64[B]; y[b] = sum[o < 3] (if o = 1 then x[b,0] * c[o] else w[o,1])`, true},
	{"outputs of equal arguments", `
  m : f64; m = sum[o < 3] c[o] * w[o,0]
  y : f64[B, 2]; y[b,k] = m * x[b,k]`, false},
	{"neighbours", `
  h : f64[B]; h[b] = x[b,0] * c[0] * w[0,0]
  y : f64[B]; y[b] = h[b] * (if b >= 1 then h[b - 1] else 1)`, false},
	{"a sum over all", `
  h : f64[B]; h[b] = exp(x[b,0] * c[1])
  s : f64; s = sum[b < B] h[b]
  y : f64[B]; y[b] = h[b] / (s + w[0,1])`, false},
}

// A Jacobian by several arguments has their elements for columns, in order, in
// whichever mode it was made; products with unit directions are those columns.
// Outputs that are independent take no array with an axis for each two of them.
func TestJacobiansAreMadeOfProducts(t *testing.T) {
	for _, c := range manyOutputs {
		t.Run(c.name, func(t *testing.T) {
			b := ir.NewBuilder()
			m, err := ir.ParseModule(b, c.source())
			if err != nil {
				t.Fatal(err)
			}
			f, wrt := m.Exports[0].Func, []int{1, 2}
			jac, err := autodiff.Jac(b, f, wrt)
			if err != nil {
				t.Fatal(err)
			}
			jvp, err := autodiff.JVP(b, f, wrt)
			if err != nil {
				t.Fatal(err)
			}
			opt, err := pass.Optimize(b, jac, pass.Options{Check: true})
			if err != nil {
				t.Fatal(err)
			}
			if got := autodiff.Independent(b, f.Results[0], []*ir.Value{f.Params[1], f.Params[2]}) > 0; got != c.independent {
				t.Errorf("independent: %v", got)
			}
			const batch = 4
			r := rand.New(rand.NewPCG(1, 2))
			var args []interp.Array
			for _, shape := range [][]int{{batch, 2}, {3, 2}, {3}} {
				data := make([]float64, size(shape))
				for i := range data {
					data[i] = 2*r.Float64() - 1
				}
				args = append(args, interp.Of(ir.F64, shape, data...))
			}
			dims := interp.Options{Dims: map[string]int{"B": batch}}
			for _, f := range []*ir.Func{jac, opt} {
				out, err := interp.Run(f, args, dims)
				if err != nil {
					t.Fatalf("%v\n%v", err, f)
				}
				got := out[1]
				for k := range 9 {
					unit := make([]float64, 9)
					unit[k] = 1
					along := slices.Concat(args, []interp.Array{interp.Of(ir.F64, []int{3, 2}, unit[:6]...), interp.Of(ir.F64, []int{3}, unit[6:]...)})
					want, err := interp.Run(jvp, along, dims)
					if err != nil {
						t.Fatal(err)
					}
					for i, v := range want[1].Data {
						if math.Abs(got.Data[i*9+k]-v) > 1e-13*(1+math.Abs(v)) {
							t.Errorf("element %d, %d is %v, want %v", i, k, got.Data[i*9+k], v)
						}
					}
				}
			}
		})
	}
}

func size(shape []int) int {
	n := 1
	for _, k := range shape {
		n *= k
	}
	return n
}
