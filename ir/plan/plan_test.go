package plan

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/gradgen/gradgen/ir"
	"github.com/gradgen/gradgen/ir/autodiff"
	"github.com/gradgen/gradgen/ir/pass"
	"github.com/gradgen/gradgen/ir/randprog"
)

var update = flag.Bool("update", false, "record the texts of plans")

func parse(t *testing.T, text string) *ir.Func {
	t.Helper()
	f, err := ir.ParseFunc(ir.NewBuilder(), text)
	if err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	return f
}

func lower(t *testing.T, text string, o Options) *Program {
	t.Helper()
	p, err := Lower(parse(t, text), o)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// blocks lists the blocks of a program by the values they make.
func blocks(p *Program) []string {
	var out []string
	eachStmt(p.Body, func(s Stmt) {
		if b, ok := s.(*Block); ok && b.Form != "copy" {
			names := make([]string, len(b.Values))
			for i, v := range b.Values {
				names[i] = v.String()
			}
			out = append(out, strings.Join(names, " "))
		}
	})
	return out
}

func TestNests(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"a bias and an activation join the product", `dim B
func f {
  input W : f32[16, 20]
  input c : f32[16]
  input x : f32[B, 20]
  s : f32[B, 16]; s[b,o] = sum[i < 20] W[o,i] * x[b,i]
  a : f32[B, 16]; a[b,o] = s[b,o] + c[o]
  h : f32[B, 16]; h[b,o] = relu(a[b,o])
  return h
}`, "s a h"},
		{"the rows of a softmax stay together", `dim B
func f {
  input x : f32[B, 9]
  m : f32[B]; m[b] = max[j < 9] x[b,j]
  e : f32[B, 9]; e[b,j] = exp(x[b,j] - m[b])
  s : f32[B]; s[b] = sum[j < 9] e[b,j]
  p : f32[B, 9]; p[b,j] = e[b,j] / s[b]
  return p
}`, "m e s p"},
		{"a product is not drawn into another nest", `dim B
func f {
  input W : f32[16, 16]
  input x : f32[B, 16]
  h : f32[B, 16]; h[b,o] = sum[i < 16] W[o,i] * x[b,i]
  y : f32[B, 16]; y[b,o] = sum[i < 16] W[o,i] * h[b,i]
  return y
}`, "h|y"},
		{"a result is made as soon as its operands are there that others need", `dim B
func f {
  input W : f32[16, 16]
  input x : f32[B, 16]
  h : f32[B, 16]; h[b,o] = sum[i < 16] W[o,i] * x[b,i]
  y : f32[B, 16]; y[b,o] = sum[i < 16] W[o,i] * h[b,i]
  z : f32[B, 16]; z[b,o] = sum[i < 16] W[o,i] * y[b,i]
  g : f32[16, 16]; g[o,i] = sum[b < B] h[b,o] * x[b,i]
  e : f32[16, 16]; e[o,i] = exp(g[o,i])
  return z, e
}`, "h|g e|y|z"},
		{"a value read shifted is complete before", `dim N
func f {
  input x : f32[N]
  y : f32[N]; y[i] = exp(x[i])
  z : f32[N]; z[i] = y[-i + N - 1] + y[i]
  return z
}`, "y|z"},
		{"a sum over neighbours joins the longer loop that follows", `dim N
func f {
  input x : f64[N]
  y : f64; y = sum[i < N - 1] x[i] * x[i + 1]
  z : f64[N]; z[i] = 2 * x[i]
  return y, z
}`, "z y"},
		{"a sum over neighbours joins the longer loop before it", `dim N
func f {
  input x : f64[N]
  z : f64[N]; z[i] = 2 * x[i]
  y : f64; y = sum[i < N - 2] x[i] * x[i + 2]
  return y, z
}`, "z y"},
		{"differences join the longer loop before them", `dim N
func f {
  input x : f64[N]
  z : f64[N]; z[i] = 2 * x[i]
  d : f64[N - 1]; d[i] = x[i + 1] - x[i]
  return d, z
}`, "z d"},
		{"a longer loop over other arrays stays apart", `dim N
func f {
  input x : f64[N]
  input u : f64[N]
  y : f64; y = sum[i < N - 1] x[i] * x[i + 1]
  z : f64[N]; z[i] = 2 * u[i]
  return y, z
}`, "y|z"},
		{"a longer loop that needs the sum stays apart", `dim N
func f {
  input x : f64[N]
  y : f64; y = sum[i < N - 1] x[i] * x[i + 1]
  z : f64[N]; z[i] = y * x[i]
  return y, z
}`, "y|z"},
		{"a sum of neighbours' results stays apart", `dim N
func f {
  input x : f64[N]
  z : f64[N]; z[i] = 2 * x[i]
  y : f64; y = sum[i < N - 1] z[i + 1] * x[i]
  return y, z
}`, "z|y"},
		{"a much longer loop stays apart", `dim N
func f {
  input x : f64[N]
  y : f64; y = sum[i < N - 3] x[i]
  z : f64[N]; z[i] = 2 * x[i]
  return y, z
}`, "y|z"},
	} {
		if got := strings.Join(blocks(lower(t, c.text, Options{})), "|"); got != c.want {
			t.Errorf("%s: blocks %q, want %q", c.name, got, c.want)
		}
	}
}

func TestContractionsAreMarked(t *testing.T) {
	p := lower(t, `dim B
func f {
  input W : f32[4, 16, 20]
  input x : f32[B, 4, 20]
  s : f32[B, 4, 16]; s[b,h,o] = sum[i < 20] W[h,o,i] * x[b,h,i]
  y : f32[B, 4, 16]; y[b,h,o] = tanh(s[b,h,o])
  return y
}`, Options{})
	c := p.Body[0].(*Block).Contraction
	if c == nil {
		t.Fatal("no contraction")
	}
	got := fmt.Sprint(axisNames(c.Batch), axisNames(c.FreeLeft), axisNames(c.FreeRight), axisNames(c.Reduced), c.Epilogue)
	if want := "(h)(o)(b)(i)[y]"; got != want {
		t.Errorf("roles %s, want %s", got, want)
	}
}

func TestDonation(t *testing.T) {
	text := `dim N
func f {
  input w : f64[N]
  input g : f64[N]
  y : f64; y = sum[i < N] w[-i + N - 1] * g[i]
  v : f64[N]; v[i] = w[i] - g[i]
  return v, y
}`
	p := lower(t, text, Options{Donate: []int{0, -1}})
	if p.Results[0] != p.Params[0] {
		t.Error("the result has storage of its own")
	}
	if got := strings.Join(blocks(p), "|"); got != "y|v" {
		t.Errorf("blocks %s: the old value must be read first", got)
	}
	eachStmt(p.Body, func(s Stmt) {
		if c, ok := s.(*Copy); ok {
			t.Errorf("copies %s", c.From)
		}
	})
	if _, err := Lower(parse(t, text), Options{Donate: []int{-1, 0}}); err == nil {
		t.Error("a scalar took the storage of an array")
	}
}

func TestDemandsAreChecks(t *testing.T) {
	p := lower(t, `dim T, V
func f {
  input E : f32[V, 8]
  input tok : i32[T]
  y : f32[T, 8]; y[t,c] = E[tok[t],c]
  return y
}`, Options{})
	if want := "check 0 <= tok < V"; !strings.Contains(p.String(), want) {
		t.Errorf("no %q in\n%v", want, p)
	}
}

// checkSlots demands that buffers alive together have storage apart, but for one
// that is written where another one is read for the last time.
func checkSlots(t *testing.T, p *Program) {
	t.Helper()
	blocks := map[int]*Block{}
	eachStmt(p.Body, func(s Stmt) {
		if b, ok := s.(*Block); ok {
			blocks[b.First] = b
		}
	})
	for _, s := range p.Slots {
		for i, a := range s.Buffers {
			if a.First > a.Last {
				t.Errorf("%s is alive from %d to %d", a, a.First, a.Last)
			}
			for _, b := range s.Buffers[:i] {
				if block := blocks[a.First]; a.First == b.Last && block != nil && block.inPlace(b, a) {
					continue
				}
				if a.First <= b.Last && b.First <= a.Last {
					t.Errorf("%s and %s share slot %d\n%v", a, b, s.ID, p)
				}
			}
		}
	}
}

func TestSlotsOfRandomPrograms(t *testing.T) {
	for seed := range uint64(60) {
		b := ir.NewBuilder()
		r := randprog.New(b, seed, randprog.Options{DType: ir.F64, Steps: 6, Scans: true})
		f, err := autodiff.Grad(b, r.Func, r.Wrt)
		if err != nil {
			t.Fatal(err)
		}
		if f, err = pass.Optimize(b, f, pass.Options{}); err != nil {
			t.Fatal(err)
		}
		p, err := Lower(f, Options{})
		if err != nil {
			t.Fatal(err)
		}
		checkSlots(t, p)
		again, _ := Lower(f, Options{})
		if p.String() != again.String() {
			t.Fatalf("seed %d: two lowerings differ", seed)
		}
	}
}

// deep is the gradient of a network of n layers.
func deep(t testing.TB, n int) *ir.Func {
	var s strings.Builder
	s.WriteString("dim B\nfunc deep {\n")
	for k := range n {
		fmt.Fprintf(&s, "  input W%d : f32[32, 32]\n  input c%d : f32[32]\n", k, k)
	}
	s.WriteString("  input h0 : f32[B, 32]\n")
	for k := range n {
		fmt.Fprintf(&s, "  s%d : f32[B, 32]; s%d[b,o] = sum[i < 32] W%d[o,i] * h%d[b,i]\n", k, k, k, k)
		fmt.Fprintf(&s, "  h%d : f32[B, 32]; h%d[b,o] = tanh(s%d[b,o] + c%d[o])\n", k+1, k+1, k, k)
	}
	fmt.Fprintf(&s, "  y : f32; y = sum[b < B, o < 32] h%d[b,o]\n  return y\n}\n", n)
	b := ir.NewBuilder()
	f, err := ir.ParseFunc(b, s.String())
	if err != nil {
		t.Fatal(err)
	}
	wrt := make([]int, 2*n)
	for i := range wrt {
		wrt[i] = i
	}
	if f, err = autodiff.Grad(b, f, wrt); err != nil {
		t.Fatal(err)
	}
	if f, err = pass.Optimize(b, f, pass.Options{}); err != nil {
		t.Fatal(err)
	}
	return f
}

// The plan of a deep network grows with its layers, and so does the memory that
// planning allocates, which stands for its time: BenchmarkLower measures that.
func TestSizeIsLinear(t *testing.T) {
	work, statements := map[int]float64{}, map[int]int{}
	for _, n := range []int{50, 100, 200} {
		f := deep(t, n)
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		p, err := Lower(f, Options{})
		if err != nil {
			t.Fatal(err)
		}
		runtime.ReadMemStats(&after)
		work[n] = float64(after.TotalAlloc - before.TotalAlloc)
		eachStmt(p.Body, func(Stmt) { statements[n]++ })
		checkSlots(t, p)
	}
	if work[200] > 6*work[50] {
		t.Errorf("work is not linear in the layers: %v bytes allocated", work)
	}
	if statements[200] > 5*statements[50] {
		t.Errorf("the plan is not linear in the layers: %v statements", statements)
	}
}

func BenchmarkLower(b *testing.B) {
	for _, n := range []int{50, 100, 200} {
		f := deep(b, n)
		b.Run(fmt.Sprintf("%d layers", n), func(b *testing.B) {
			for b.Loop() {
				if _, err := Lower(f, Options{}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// TestText compares the texts of plans with those recorded.
func TestText(t *testing.T) {
	paths, err := filepath.Glob("testdata/*.ir")
	if err != nil || len(paths) == 0 {
		t.Fatal("no programs in testdata")
	}
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		got := lower(t, string(text), Options{}).String()
		golden := strings.TrimSuffix(path, ".ir") + ".plan"
		if *update {
			if err := os.WriteFile(golden, []byte(got), 0o600); err != nil {
				t.Fatal(err)
			}
			continue
		}
		want, err := os.ReadFile(golden)
		if err != nil {
			t.Fatal(err)
		}
		if got != string(want) {
			t.Errorf("%s: got\n%s\nwant\n%s", path, got, want)
		}
	}
}
