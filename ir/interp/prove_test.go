package interp_test

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/gradgen/gradgen/ir"
	"github.com/gradgen/gradgen/ir/autodiff"
	"github.com/gradgen/gradgen/ir/interp"
	"github.com/gradgen/gradgen/ir/pass"
)

// proofs are the programs on which the whole design stands: if the rule for
// Map, applied by hand, gives the adjoint of each as Maps again, and these are
// right, nothing else is needed. An adjoint takes the parameters and then the
// cotangents of the float results; several forms of one must agree.
var proofs = []struct {
	name, primal string
	wrt          []int
	shapes       [][]int
	fixed        map[int][]float64 // arguments that are not random
	adjoints     map[string]string
}{
	{
		name: "strided convolution with a remainder",
		// 11 + 2·1 - 4 = 9 is no multiple of the stride 2: the last column of
		// the padded input is read by no window.
		primal: `dim B
func conv {
  input x : f64[B, 2, 11]
  input W : f64[3, 2, 4]
  y : f64[B, 3, 5]; y[b,o,h] = sum[c < 2, i < 4] W[o,c,i] * (if 2*h + i >= 1 and 2*h + i <= 11 then x[b,c,2*h + i - 1] else 0)
  return y
}`,
		wrt: []int{0, 1}, shapes: [][]int{{2, 2, 11}, {3, 2, 4}},
		adjoints: map[string]string{
			"scatter, as the rule gives it": `
  dx : f64[B, 2, 11]; dx[b,c,2*h + i - 1] += W[o,c,i] * dy[b,o,h] for b < B, o < 3, h < 5, c < 2, i < 4 where 2*h + i >= 1 and 2*h + i <= 11
  dW : f64[3, 2, 4]; dW[o,c,i] += dy[b,o,h] * x[b,c,2*h + i - 1] for b < B, o < 3, h < 5, c < 2, i < 4 where 2*h + i >= 1 and 2*h + i <= 11`,
			"equality in the domain": `
  dx : f64[B, 2, 11]; dx[b,c,n] = sum[o < 3, h < 5, i < 4 where 2*h + i - 1 = n] W[o,c,i] * dy[b,o,h]
  dW : f64[3, 2, 4]; dW[o,c,i] = sum[b < B, h < 5 where 2*h + i >= 1 and 2*h + i <= 11] dy[b,o,h] * x[b,c,2*h + i - 1]`,
			"solved for the window's offset": `
  dx : f64[B, 2, 11]; dx[b,c,n] = sum[o < 3, h < 5 where n + 1 >= 2*h and n + 1 <= 2*h + 3] W[o,c,n + 1 - 2*h] * dy[b,o,h]
  dW : f64[3, 2, 4]; dW[o,c,i] = sum[b < B, h < 5 where 2*h + i >= 1 and 2*h + i <= 11] dy[b,o,h] * x[b,c,2*h + i - 1]`,
			"residue class of the stride": `
  dx : f64[B, 2, 11]; dx[b,c,n] = sum[o < 3, i < 4 where 2 divides n + 1 - i and n + 1 >= i and n + 1 - i <= 8] W[o,c,i] * dy[b,o,floor((n + 1 - i)/2)]
  dW : f64[3, 2, 4]; dW[o,c,i] = sum[b < B, h < 5 where 2*h + i >= 1 and 2*h + i <= 11] dy[b,o,h] * x[b,c,2*h + i - 1]`,
		},
	},
	{
		name: "max pooling through argmax",
		primal: `dim B
func pool {
  input x : f64[B, 6, 7]
  w : i32[B, 3, 3]; w[b,h,v] = argmax[i < 2, j < 2](x[b,2*h + i,2*v + j])
  y : f64[B, 3, 3]; y[b,h,v] = x[b,2*h + floor(w[b,h,v]/2),2*v + w[b,h,v] - 2*floor(w[b,h,v]/2)]
  return y
}`,
		wrt: []int{0}, shapes: [][]int{{2, 6, 7}},
		adjoints: map[string]string{
			"scatter through the winner": `
  w : i32[B, 3, 3]; w[b,h,v] = argmax[i < 2, j < 2](x[b,2*h + i,2*v + j])
  dx : f64[B, 6, 7]; dx[b,2*h + floor(w[b,h,v]/2),2*v + w[b,h,v] - 2*floor(w[b,h,v]/2)] += dy[b,h,v] for b < B, h < 3, v < 3`,
			"gather from the window": `
  w : i32[B, 3, 3]; w[b,h,v] = argmax[i < 2, j < 2](x[b,2*h + i,2*v + j])
  dx : f64[B, 6, 7]; dx[b,p,q] = sum[h < 3, v < 3, i < 2, j < 2 where 2*h + i = p and 2*v + j = q] (if w[b,h,v] = 2*i + j then dy[b,h,v] else 0)`,
		},
	},
	{
		name: "concat",
		primal: `dim N, M
func concat {
  input a : f64[N, 3]
  input b : f64[M, 3]
  y : f64[N + M, 3]; y[i,j] = if i < N then a[i,j] else b[i - N,j]
  return y
}`,
		wrt: []int{0, 1}, shapes: [][]int{{2, 3}, {4, 3}},
		adjoints: map[string]string{
			"slices": `
  da : f64[N, 3]; da[i,j] = dy[i,j]
  db : f64[M, 3]; db[i,j] = dy[N + i,j]`,
			"scatter, as the rule gives it": `
  da : f64[N, 3]; da[i,j] += dy[i,j] for i < N + M, j < 3 where i < N
  db : f64[M, 3]; db[i - N,j] += dy[i,j] for i < N + M, j < 3 where i >= N`,
		},
	},
	{
		name: "an operand used twice, a gather with a repeated index",
		primal: `func twice {
  input E : f64[4, 2]
  input k : i32[5]
  y : f64[2]; y[c] = sum[n < 5] E[k[n],c] * E[k[n],c]
  return y
}`,
		wrt: []int{0}, shapes: [][]int{{4, 2}, {5}}, fixed: map[int][]float64{1: {2, 0, 2, 3, 2}},
		adjoints: map[string]string{
			"scatter": `
  dE : f64[4, 2]; dE[k[n],c] += dy[c] * E[k[n],c] + dy[c] * E[k[n],c] for n < 5, c < 2`,
		},
	},
}

// adjointText makes the text of an adjoint a function: the primal's head, its
// result's cotangent as an input, the lines, what they define as results.
func adjointText(f *ir.Func, lines string) string {
	text := f.String()
	head := text[:lastInput(text)]
	out := ""
	for _, k := range []string{"dx", "dW", "da", "db", "dE"} {
		if slices.Contains(words(lines), k) {
			if out != "" {
				out += ", "
			}
			out += k
		}
	}
	return head + "  input dy : " + f.Results[0].Type.String() + lines + "\n  return " + out + "\n}\n"
}

func TestProofs(t *testing.T) {
	for _, c := range proofs {
		t.Run(c.name, func(t *testing.T) {
			f := parse(t, c.primal)
			r := rand.New(rand.NewPCG(1, 2))
			args := make([]interp.Array, len(c.shapes))
			for k, p := range f.Params {
				args[k] = interp.New(p.Type.DType, c.shapes[k]...)
				if data, ok := c.fixed[k]; ok {
					copy(args[k].Data, data)
					continue
				}
				args[k] = randomLike(r, args[k:k+1])[0]
			}
			seeds := randomLike(r, run(t, f, args...))
			for form, lines := range c.adjoints {
				t.Run(form, func(t *testing.T) {
					g := parse(t, adjointText(f, lines))
					checkCotangents(t, f, args, seeds, c.wrt, run(t, g, append(slices.Clone(args), seeds...)...))
				})
			}
			t.Run("derived", func(t *testing.T) {
				b := ir.NewBuilder()
				f, err := ir.ParseFunc(b, c.primal)
				if err != nil {
					t.Fatal(err)
				}
				g, err := autodiff.VJP(b, f, c.wrt)
				if err != nil {
					t.Fatal(err)
				}
				check := func(g *ir.Func) {
					if err := ir.Verify(g); err != nil {
						t.Fatal(err)
					}
					checkCotangents(t, f, args, seeds, c.wrt, run(t, g, append(slices.Clone(args), seeds...)...)[len(f.Results):])
				}
				check(g)
				if g, err = pass.Optimize(b, g, pass.Options{}); err != nil {
					t.Fatal(err)
				}
				check(g)
				t.Log(g)
			})
		})
	}
}

// The first of equal elements wins, and the others get nothing.
func TestMaxPoolTies(t *testing.T) {
	f := parse(t, proofs[1].primal)
	x := interp.New(ir.F64, 1, 6, 7)
	for i := range x.Data {
		x.Data[i] = 3
	}
	dy := interp.New(ir.F64, 1, 3, 3)
	for i := range dy.Data {
		dy.Data[i] = float64(i + 1)
	}
	for form, lines := range proofs[1].adjoints {
		dx := run(t, parse(t, adjointText(f, lines)), x, dy)[0]
		for p := range int64(6) {
			for q := range int64(7) {
				want := 0.0
				if p%2 == 0 && q%2 == 0 && q < 6 {
					want = dy.At(0, p/2, q/2)
				}
				if got := dx.At(0, p, q); got != want {
					t.Errorf("%s: dx[%d,%d] = %g, want %g", form, p, q, got, want)
				}
			}
		}
	}
}

// A training step is a function from weights to weights like any other.
func TestSGDStep(t *testing.T) {
	f := parse(t, `dim B
func step {
  input W : f32[2, 3]
  input x : f32[B, 3]
  input y : f32[B, 2]
  input lr : f32
  h : f32[B, 2]; h[b,o] = sum[i < 3] W[o,i] * x[b,i]
  e : f32[B, 2]; e[b,o] = h[b,o] - y[b,o]
  loss : f32; loss = sum[b < B, o < 2] e[b,o] * e[b,o] / 2
  dW : f32[2, 3]; dW[o,i] = sum[b < B] e[b,o] * x[b,i]
  W_next : f32[2, 3]; W_next[o,i] = W[o,i] - lr * dW[o,i]
  return W_next, loss
}`)
	r := rand.New(rand.NewPCG(3, 4))
	args := randomLike(r, []interp.Array{interp.New(ir.F32, 2, 3), interp.New(ir.F32, 5, 3), interp.New(ir.F32, 5, 2)})
	truth := randomLike(r, args[:1])[0]
	for b := range int64(5) {
		for o := range int64(2) {
			sum := 0.0
			for i := range int64(3) {
				sum += truth.At(o, i) * args[1].At(b, i)
			}
			args[2].Data[b*2+o] = ir.F32.Round(sum)
		}
	}
	args = append(args, interp.Scalar(ir.F32, 0.2))
	first, last := 0.0, 0.0
	for step := range 300 {
		out := run(t, f, args...)
		args[0], last = out[0], out[1].Data[0]
		if step == 0 {
			first = last
		}
	}
	if !(last < 1e-6*first) {
		t.Errorf("the loss went from %g to %g", first, last)
	}
	for _, v := range args[0].Data {
		if float64(float32(v)) != v {
			t.Errorf("%v is no f32", v)
		}
	}
}
