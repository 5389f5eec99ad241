package check

import (
	"fmt"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/gradgen/gradgen/dsl/diag"
	"github.com/gradgen/gradgen/ir"
)

// repeat writes a line for each k below n.
func repeat(n int, line func(k int) string) string {
	var b strings.Builder
	for k := range n {
		b.WriteString(line(k) + "\n")
	}
	return b.String()
}

// hostile are programs that ask for more than a compiler should do. Each ends in an error or in a module, in time.
var hostile = []struct{ name, text string }{
	{"a stack of a thousand million", "model M : f32[4] -> f32[4] = stack(1000000000, Dense(4))"},
	{"a large stack", "model M : f32[4] -> f32[4] = stack(10000, Dense(4))"},
	{"a stack of stacks", "model M : f32[4] -> f32[4] = stack(9999, stack(9999, Dense(4)))"},
	{"a stack of nothing", "model M : f32[4] -> f32[4] = stack(9999, stack(9999, id))"},
	{"iterations of iterations", "fn f(x: f64) -> f64 = iterate(9999, iterate(9999, sin))(x)"},
	{"a long iteration", "fn f(x: f64) -> f64 = iterate(10000, sin)(x)"},
	{"doubling in statements", "fn f(x: f64[3]) -> f64[3] {\n  y0 = x\n" + repeat(200, func(k int) string { return fmt.Sprintf("  y%d = y%d + y%d", k+1, k, k) }) + "  return y200\n}\nderive f { jac(x), vjp(x) }"},
	{"doubling of scalars", "fn f(x: f64) -> f64 {\n  y0 = x\n" + repeat(200, func(k int) string { return fmt.Sprintf("  y%d = y%d * y%d", k+1, k, k) }) + "  return y200\n}\nderive f { grad(x) }"},
	{"doubling inside an equation", "fn g(x: real) -> real {\n  y0 = x\n" + repeat(100, func(k int) string { return fmt.Sprintf("  y%d = y%d * y%d + x", k+1, k, k) }) + "  return y100\n}\nfn f(x: f64[3]) -> f64[3] {\n  z[i] = g(x[i])\n  return z\n}\nderive f { jac(x) }"},
	{"functions that call each other twice", "fn f0(x: real) -> real = sin(x)\n" + repeat(60, func(k int) string {
		return fmt.Sprintf("fn f%d(x: real) -> real = f%d(x) + f%d(x + 1)", k+1, k, k)
	}) + "fn f(x: f64) -> f64 = f60(x)"},
	{"nested calls", "fn g(x: real) -> real = x*x + x\nfn f(x: f64) -> f64 = " + strings.Repeat("g(", 120) + "x" + strings.Repeat(")", 120) + "\nderive f { grad(x) }"},
	{"nested calls in an equation", "fn g(x: real) -> real = x*x + x\nfn f(x: f64[2]) -> f64[2] {\n  y[i] = " + strings.Repeat("g(", 120) + "x[i]" + strings.Repeat(")", 120) + "\n  return y\n}\nderive f { jac(x) }"},
	{"powers of powers", "fn f(x: f64) -> f64 = " + strings.Repeat("(", 100) + "x" + strings.Repeat("^64)", 100)},
	{"a tower of exponents", "const a = 9^9^9^9\nconst b = 10^100000\nconst c = a - a\nfn f(x: f64) -> f64 = a + b*c*x"},
	{"exact powers", "const a0 = 1.000001\n" + repeat(60, func(k int) string { return fmt.Sprintf("const a%d = a%d^60000", k+1, k) })},
	{"exact fractions", "const a0 = 1/3\n" + repeat(300, func(k int) string { return fmt.Sprintf("const a%d = a%d*a%d + 1/7", k+1, k, k) })},
	{"a long sum", "fn f(x: f64) -> f64 = x" + strings.Repeat(" + x", 60000)},
	{"a long composition", "fn f(x: f64) -> f64 = (id" + strings.Repeat(" >> sin", 30000) + ")(x)"},
	{"a large vector", "fn f(x: f64) -> f64[20000] = [x" + strings.Repeat(", x", 19999) + "]"},
	{"a large table", "const t = [1" + strings.Repeat(", 2", 60000) + "]\nfn f(x: f64) -> f64 = sum[i] t[i] * x"},
	{"concatenation of concatenations", "fn f(x: f64[1]) -> f64 {\n  y0 = x\n" + repeat(40, func(k int) string { return fmt.Sprintf("  y%d = concat[0](y%d, y%d)", k+1, k, k) }) + "  return y40[0]\n}"},
	{"huge sizes", "dim A = 2147483647\ndim B = 2147483647\nfn f(x: f64) -> f64 {\n  y[i < A, j < B] = x\n  return y[0, 0]\n}"},
	{"sizes that overflow", "dim N\ndim A = 2147483648\nfn f(x: f64[N*A]) -> f64 = size(x) * x[0 else 0]\nfn g(x: f64[N*A*A]) -> f64 = 1\nfn h(x: f64[9223372036854775807]) -> f64 = 1\nfn k(x: f64[9223372036854775808]) -> f64 = 1\nfn l(x: f64[2^62]) -> f64 = 1"},
	{"a size of many terms", repeat(40, func(k int) string { return fmt.Sprintf("dim D%d", k) }) + "dim S = D0" + func() string {
		s := ""
		for k := 1; k < 40; k++ {
			s += fmt.Sprintf(" + D%d", k)
		}
		return s
	}() + "\ndim P = S*S*S*S*S*S*S*S\nfn f(x: f64[P]) -> f64 = sum(x)"},
	{"an index that overflows", "fn f(x: f64[8]) -> f64 = sum[i < 8] x[4611686018427387904*i*4 else 0] + sum[j < 8] x[9223372036854775807 + j else 0]"},
	{"a long scan", "fn f(x: f64) -> f64 {\n  step s(c: f64) { return c*x }\n  return scan(s, x, 2000000000)\n}\nderive f { grad(x) }"},
	{"scans in scans", "fn f(x: f64[3]) -> f64 {\n  step inner(c: f64, v: f64) { return c*v }\n  step outer(c: f64, v: f64) {\n" + repeat(200, func(k int) string { return fmt.Sprintf("    a%d = scan(inner, c, x)", k) }) + "    return a7\n  }\n  return scan(outer, 0, x)\n}\nderive f { grad(x) }"},
	{"many reductions", "fn f(x: f64[3]) -> f64 = " + strings.Repeat("(sum[i] x[i]) * ", 3000) + "1"},
	{"nested reductions", func() string {
		s := "fn f(x: f64[2]) -> f64 = "
		for k := range 60 {
			s += fmt.Sprintf("sum[i%d < 2] ", k)
		}
		return s + "x[i0]"
	}()},
	{"many conditions", "fn f(x: f64[9]) -> f64[9] {\n  y[i] = sum[j < 9 where j <= i" + strings.Repeat(" and j >= 0 and i + j < 99", 300) + "] x[j]\n  return y\n}"},
	{"nested conditions", "fn f(x: f64[99]) -> f64[99] {\n  y[i] = " + strings.Repeat("if i > 3 then x[i-3] else ", 200) + "0\n  return y\n}"},
	{"many errors", "fn f(x: f64) -> f64 {\n" + repeat(3000, func(k int) string { return fmt.Sprintf("  a%d = b%d + x", k, k) }) + "  return x\n}"},
	{"many models", "dim B\n" + repeat(300, func(k int) string {
		return fmt.Sprintf("model M%d : f32[B, 4] -> f32[B, 4] = b: Dense(4) >> relu >> a: Dense(4)", k)
	})},
	{"models of models", "dim B\nmodel M0 : f32[B, 4] -> f32[B, 4] = a: Dense(4)\n" + repeat(30, func(k int) string {
		return fmt.Sprintf("model M%d : f32[B, 4] -> f32[B, 4] = M%d >> M%d", k+1, k, k)
	})},
	{"a cycle of imports and names", "import \"in.grad\"\nfn f(x: f64) -> f64 = g(x)\nfn g(x: f64) -> f64 = f(x)"},
	{"a chain of labels", "layer L0()(x: real[n]) -> real[n] = Dense(n)(x)\n" + repeat(150, func(k int) string {
		return fmt.Sprintf("layer L%d()(x: real[n]) -> real[n] = a: L%d()(x)", k+1, k)
	}) + "model M : f32[2] -> f32[2] = L150()"},
	{"labels that double", "layer L0()(x: real[n]) -> real[n] = Dense(n)(x)\n" + repeat(40, func(k int) string {
		return fmt.Sprintf("layer L%d()(x: real[n]) -> real[n] = (b: L%d() >> a: L%d())(x)", k+1, k, k)
	}) + "model M : f32[2] -> f32[2] = L40()"},
	{"softmaxes in softmaxes", "fn f(x: f64[4]) -> f64[4] {\n  y[i] = " + strings.Repeat("softmax[i](", 60) + "x[i]" + strings.Repeat(")", 60) + "\n  return y\n}\nderive f { jac(x) }"},
	{"rules by many shapes", "fn g(x: real[...]) -> real[...] = x*x\nrule jvp g(x; dx) = 2*x*dx\nfn f(x: f64[9, 9, 9]) -> f64 = 0" + func() string {
		s := ""
		for i := range 9 {
			for j := range 9 {
				s += fmt.Sprintf(" + sum(g(x[%d, %d])) + sum(g(x[%d]))", i, j, j)
			}
		}
		return s
	}() + "\nderive f { grad(x) }"},
	{"names that are Go", "fn func(type: f64, map: f64) -> f64 = type * map\nmodel Range : f32[2] -> f32[2] = go: Dense(2)"},
	{"training a large stack", "model M : f32[4] -> f32[4] = stack(1000, Dense(4))\nloss L(x: f32[4]) = sum(M(x))\ntrain L with Adam(lr = 1e-3)"},
	{"training a tower", "dim B\ndim T\nlayer Attn(heads: dim)(x: real[B, T, d]) -> real[B, T, d] {\n  dim e = d / heads\n  param Wq, Wk, Wv : real[heads, e, d] ~ xavier(in = d, out = d)\n  param Wo : real[d, heads, e] ~ xavier(in = d, out = d)\n  q[b,h,t,i] = sum[c] x[b,t,c] * Wq[h,i,c]\n  k[b,h,t,i] = sum[c] x[b,t,c] * Wk[h,i,c]\n  v[b,h,t,i] = sum[c] x[b,t,c] * Wv[h,i,c]\n  s[b,h,t,u] = (sum[i] q[b,h,t,i] * k[b,h,u,i]) / sqrt(e)\n  p[b,h,t,u] = softmax[u where u <= t](s[b,h,t,u])\n  o[b,h,t,i] = sum[u] p[b,h,t,u] * v[b,h,u,i]\n  y[b,t,c]   = sum[h,i] o[b,h,t,i] * Wo[c,h,i]\n  return y\n}\nlayer Block(heads: dim, ff: dim) : real[B, T, d] -> real[B, T, d] =\n    (id + (fc2: Dense(d) ∘ gelu ∘ fc1: Dense(ff) ∘ n2: RMSNorm())) ∘ (id + (attn: Attn(heads) ∘ n1: RMSNorm()))\nmodel Tower : f32[B, T, 64] -> f32[B, T, 64] = blocks: stack(100, Block(8, 256))\nloss L(x: f32[B, T, 64]) = mean(Tower(x)^2)\ntrain L with Adam(lr = 1e-3)"},
	{"empty sizes", "dim Z = 0\nfn f(x: f64[Z]) -> f64 = sum(x) + max[i] x[i]\nfn g(x: f64[Z]) -> f64 = x[0]"},
}

func TestHostilePrograms(t *testing.T) {
	for _, h := range hostile {
		t.Run(h.name, func(t *testing.T) {
			var before, after runtime.MemStats
			runtime.GC()
			runtime.ReadMemStats(&before)
			start := time.Now()
			m, errs := Compile(ir.NewBuilder(), diag.NewSource("in.grad", []byte(h.text)), nil)
			took := time.Since(start)
			runtime.ReadMemStats(&after)
			for _, e := range errs {
				if e.Code == diag.InternalFault {
					t.Error(e.Text())
				}
			}
			if (m == nil) != errs.HasErrors() {
				t.Errorf("a module, or errors: %v, %d errors", m != nil, len(errs))
			}
			mb := (after.TotalAlloc - before.TotalAlloc) >> 20
			// Memory allocated stands for work here. That none takes a second is for BenchmarkHostile to show, on a
			// machine that does nothing else.
			if took > 2*time.Minute || mb > 400 {
				t.Errorf("took %v and %d MB", took, mb)
			}
			first := ""
			if len(errs) > 0 {
				first = errs[0].Message
			}
			t.Logf("%s: %v, %d MB, %d errors %s", h.name, took.Round(time.Millisecond), mb, len(errs), first)
		})
	}
}

// BenchmarkHostile times the worst that can be asked of the checker: every line is to stay below a second.
func BenchmarkHostile(b *testing.B) {
	for _, h := range hostile {
		b.Run(h.name, func(b *testing.B) {
			for b.Loop() {
				Compile(ir.NewBuilder(), diag.NewSource("in.grad", []byte(h.text)), nil)
			}
		})
	}
}
