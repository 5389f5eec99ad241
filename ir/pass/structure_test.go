package pass

import (
	"slices"
	"strings"
	"testing"

	"github.com/gradgen/gradgen/ir"
	"github.com/gradgen/gradgen/ir/autodiff"
)

// rosenbrock is Σ_i 100·(x[i+1] - x[i]²)² + (1 - x[i])².
const rosenbrock = `dim N

func rosenbrock {
  input x : f64[N]
  y : f64; y = sum[i < N - 1] (100 * ((x[i + 1] - x[i] * x[i]) * (x[i + 1] - x[i] * x[i])) + (1 - x[i]) * (1 - x[i]))
  return y
}
`

// gated is a recurrent cell reduced to what matters here: an input projection,
// a recurrent projection, a gate; the loss sums the outputs.
const gated = `dim T, B

func gated {
  input W : f64[5, 3]
  input U : f64[5, 5]
  input xs : f64[T, B, 3]
  input h0 : f64[B, 5]
  (last, hs) = scan t < T {
    carry h : f64[B, 5] = h0
    a : f64[B, 5]; a[b,j] = sum[i < 3] W[j,i] * xs[t,b,i]
    c : f64[B, 5]; c[b,j] = sum[i < 5] U[j,i] * h[b,i]
    z : f64[B, 5]; z[b,j] = sigmoid(a[b,j] + c[b,j])
    g : f64[B, 5]; g[b,j] = (1 - z[b,j]) * tanh(a[b,j]) + z[b,j] * h[b,j]
    next h = g
    emit g
  }
  loss : f64; loss = sum[t < T, b < B, j < 5] hs[t,b,j]
  return loss, last
}
`

// band is a product with a matrix of two diagonals.
const band = `dim N

func band {
  input a : f64[N]
  y : f64[N]; y[i] = sum[j < N] ((if j = i then a[j] else 0) + 2 * (if j = i + 1 then a[j] else 0))
  return y
}
`

func derive(t *testing.T, text string, by func(*ir.Builder, *ir.Func, []int) (*ir.Func, error), wrt ...int) *ir.Func {
	t.Helper()
	b := ir.NewBuilder()
	f, err := ir.ParseFunc(b, text)
	if err != nil {
		t.Fatal(err)
	}
	g, err := by(b, f, wrt)
	if err != nil {
		t.Fatal(err)
	}
	o, err := Optimize(b, g, Options{Check: true})
	if err != nil {
		t.Fatal(err)
	}
	return o
}

// The Hessian of a chained function has three diagonals; delta elimination
// leaves one term for each entry and no sum over seeds.
func TestHessianIsSparse(t *testing.T) {
	f := derive(t, rosenbrock, autodiff.Hess, 0)
	h := f.Results[2].Def.(*ir.Map)
	if h.Reduce != nil {
		t.Errorf("the Hessian sums:\n%v", f)
	}
	if n := strings.Count(h.Body.String(), "if "); n != 4 {
		t.Errorf("the Hessian has %d terms, want 4 (the diagonal has two):\n%v", n, f)
	}
	if n := maps(f); n != 3 {
		t.Errorf("%d Maps, want 3: value, gradient, Hessian\n%v", n, f)
	}
}

// The gradient of a scan is one scan forward and one backward. The input
// projection and the weight gradients are contractions over all steps, outside.
func TestScanIsHoisted(t *testing.T) {
	f := derive(t, gated, autodiff.Grad, 0, 1, 3)
	scans := map[ir.Def]bool{}
	for _, v := range ir.Topological(f.Results...) {
		if _, ok := v.Def.(*ir.Scan); ok {
			scans[v.Def] = true
		}
	}
	if len(scans) != 2 {
		t.Errorf("%d scans, want 2\n%v", len(scans), f)
	}
	for _, v := range f.Results[2:4] {
		m, ok := v.Def.(*ir.Map)
		if !ok || m.Reduce != ir.Sum || len(m.Axes) != 4 || len(v.Free()) != 0 {
			t.Errorf("%v is not one contraction over steps and batch\n%v", v, f)
		}
	}
	for s := range scans {
		for _, v := range ir.Topological(s.(*ir.Scan).Next...) {
			if m, ok := v.Def.(*ir.Map); ok && v.Name == "a" && len(m.Axes) != 4 {
				t.Errorf("the input projection stayed in the loop\n%v", f)
			}
		}
	}
}

// Work on a sum that leaves the scan leaves with it, if nobody else reads the sum; the
// step reads what all steps have.
func TestWorkOnSumsIsHoisted(t *testing.T) {
	for _, c := range []struct {
		name, more, next string
		outside, inside  string // values made outside and inside of the scan
	}{
		{"a bias", "", "a[b,j] + z[b,j] * a[b,-j + 4]", "a_sum a", "z g"},
		{"a sum that is read twice", "", "a[b,j] + z[b,j] * a[b,-j + 4] * a_sum[b,j]", "a_sum", "a z g"},
		{"a function of the sum and more", "    q : f64[B, 5]; q[b,j] = tanh(a[b,j]) * xs[t,b,0]\n", "q[b,j] + z[b,j] * q[b,-j + 4]", "a_sum q", "z g"},
		{"work on the carry", "    q : f64[B, 5]; q[b,j] = a[b,j] * h[b,j]\n", "q[b,j] + z[b,j] * q[b,-j + 4]", "a_sum", "q z g"},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := ir.NewBuilder()
			f, err := ir.ParseFunc(b, `dim T, B

func f {
  input W : f64[5, 3]
  input bias : f64[5]
  input xs : f64[T, B, 3]
  input h0 : f64[B, 5]
  (last) = scan t < T {
    carry h : f64[B, 5] = h0
    a_sum : f64[B, 5]; a_sum[b,j] = sum[i < 3] W[j,i] * xs[t,b,i]
    a : f64[B, 5]; a[b,j] = a_sum[b,j] + bias[j]
`+c.more+`    z : f64[B, 5]; z[b,j] = sum[i < 5] h[b,i] * h[b,j]
    g : f64[B, 5]; g[b,j] = `+c.next+`
    next h = g
  }
  return last
}
`)
			if err != nil {
				t.Fatal(err)
			}
			g, err := Optimize(b, f, Options{Check: true})
			if err != nil {
				t.Fatal(err)
			}
			var outside, inside []string
			for _, v := range ir.Topological(g.Results...) {
				if _, ok := v.Def.(*ir.Map); ok && len(v.Free()) == 0 {
					outside = append(outside, v.Name)
				} else if ok {
					inside = append(inside, v.Name)
				}
			}
			if got := strings.Join(outside, " "); got != c.outside {
				t.Errorf("%s outside of the scan, want %s\n%v", got, c.outside, g)
			}
			if got := strings.Join(inside, " "); got != c.inside {
				t.Errorf("%s inside of the scan, want %s\n%v", got, c.inside, g)
			}
		})
	}
}

// chain turns a point as the joints of an arm do: sines and cosines of what an
// index array chooses, which the derivative needs, too.
const chain = `func chain {
  input q : f64[3]
  table order : i32[3] = [2, 0, 1]
  x0 : f64; x0 = 1
  y0 : f64; y0 = 0
  (x, y) = scan t < 3 {
    carry u : f64 = x0
    carry v : f64 = y0
    c : f64; c = cos(q[order[t]])
    s : f64; s = sin(q[order[t]])
    p : f64; p = c * u - s * v
    r : f64; r = s * u + c * v
    next u = p
    next v = r
  }
  z : f64; z = x + 2 * y
  return z
}
`

// What an array holds is not computed again, however its axes are called: each
// of three sines and cosines stands once. What two gathers of an array give back
// is one scatter.
func TestHeldValuesAreRead(t *testing.T) {
	f := derive(t, chain, autodiff.Grad, 0)
	text := f.String()
	for _, call := range []string{"cos(", "sin("} {
		if n := strings.Count(text, call); n != 1 {
			t.Errorf("%d times %s…), want 1\n%s", n, call, text)
		}
	}
	if n := strings.Count(text, "+="); n != 1 {
		t.Errorf("%d scatters, want 1\n%s", n, text)
	}
}

// A value that is compared with the element of an array that holds it is that
// element: nothing is rounded twice.
func TestComparedWithItself(t *testing.T) {
	b := ir.NewBuilder()
	f, err := ir.ParseFunc(b, `dim N

func f {
  input x : f64[N]
  input d : f64[N]
  m : f64[N, 3]; m[i,j] = (1 + 0.1 * f64(j)) * x[i]
  y : f64[N]; y[i] = sum[j < 3] (if (1 + 0.1 * f64(j)) * x[i] == m[i,j] then d[i] else 0)
  return m, y
}
`)
	if err != nil {
		t.Fatal(err)
	}
	g, err := Optimize(b, f, Options{Check: true})
	if err != nil {
		t.Fatal(err)
	}
	if text := g.String(); !strings.Contains(text, "if m[i,j] == m[i,j] then") {
		t.Errorf("made again:\n%s", text)
	}
}

// Arrays that hold the same in other orders do not read each other, scatters to
// different places stay apart, and so does one that somebody else reads.
func TestHeldValuesStay(t *testing.T) {
	for _, text := range []string{
		`dim N

func turned {
  input x : f64[N, N]
  a : f64[N, N]; a[i,j] = exp(x[i,j])
  b : f64[N, N]; b[i,j] = exp(x[j,i])
  return a, b
}
`,
		`func apart {
  input x : f64[3]
  table one : i32[3] = [0, 1, 2]
  table two : i32[3] = [2, 1, 0]
  a : f64[3]; a[one[i]] += x[i] for i < 3
  b : f64[3]; b[two[i]] += x[i] for i < 3
  c : f64[3]; c[i] = a[i] + b[i]
  return c
}
`,
		`func repeated {
  input x : f64[3]
  table one : i32[3] = [0, 1, 2]
  a : f64[3]; a[one[i]] += x[i] for i < 3
  b : f64[3]; b[one[i]] += x[i] * x[i] for i < 3
  c : f64[2, 3]; c[k,i] = a[i] + b[i]
  return c
}
`,
		`func shared {
  input x : f64[3]
  table one : i32[3] = [0, 1, 2]
  a : f64[3]; a[one[i]] += x[i] for i < 3
  b : f64[3]; b[one[i]] += x[i] * x[i] for i < 3
  c : f64[3]; c[i] = a[i] + b[i]
  return c, a
}
`,
	} {
		b := ir.NewBuilder()
		f, err := ir.ParseFunc(b, text)
		if err != nil {
			t.Fatal(err)
		}
		g, err := Optimize(b, f, Options{Check: true})
		if err != nil {
			t.Fatal(err)
		}
		if g.String() != f.String() {
			t.Errorf("became\n%v\nwant\n%v", g, f)
		}
	}
}

// Switching passes off changes the form, never the meaning: what remains still
// verifies.
func TestPassesSwitchOff(t *testing.T) {
	for _, p := range Passes {
		b := ir.NewBuilder()
		f, err := ir.ParseFunc(b, gated)
		if err != nil {
			t.Fatal(err)
		}
		g, err := autodiff.Grad(b, f, []int{0, 1, 2, 3})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := Optimize(b, g, Options{Check: true, Off: map[string]bool{p.Name: true}}); err != nil {
			t.Errorf("without %s: %v", p.Name, err)
		}
	}
}

func maps(f *ir.Func) int {
	n := 0
	for _, v := range ir.Topological(f.Results...) {
		if _, ok := v.Def.(*ir.Map); ok {
			n++
		}
	}
	return n
}

// Passes that go through a function together yield what they yield one by one.
func TestTogether(t *testing.T) {
	first := slices.IndexFunc(Passes, func(p Pass) bool { return p.Name == "inline" }) + 1
	n := together(Passes[first:])
	if n < 4 {
		t.Fatalf("only %d passes go together", n)
	}
	for _, text := range []string{gated, band} {
		var texts [2]string
		for i, step := range []int{n, 1} {
			b := ir.NewBuilder()
			f, err := ir.ParseFunc(b, text)
			if err != nil {
				t.Fatal(err)
			}
			if len(f.Params) > 1 {
				if f, err = autodiff.Grad(b, f, []int{0, 1, 2, 3}); err != nil {
					t.Fatal(err)
				}
			}
			for k := range first {
				f.Results = run(b, Passes[k:k+1], f.Results)
			}
			for k := first; k < first+n; k += step {
				f.Results = run(b, Passes[k:k+step], f.Results)
			}
			texts[i] = f.String()
		}
		if texts[0] != texts[1] {
			t.Errorf("together:\n%s\none by one:\n%s", texts[0], texts[1])
		}
	}
}
