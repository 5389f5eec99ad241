package syntax

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/gradgen/gradgen/dsl/diag"
)

const programs = "../../golden/programs/*.grad"

func parseText(t *testing.T, text string) *File {
	t.Helper()
	f, errs := Parse(diag.NewSource("t.grad", []byte(text)))
	if len(errs) > 0 {
		t.Fatalf("%s\n%s", text, errs.Text())
	}
	return f
}

func TestPrograms(t *testing.T) {
	files, err := filepath.Glob(programs)
	if err != nil || len(files) < 8 {
		t.Fatalf("%d programs, %v", len(files), err)
	}
	for _, name := range files {
		t.Run(filepath.Base(name), func(t *testing.T) {
			text, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			f, errs := Parse(diag.NewSource(filepath.Base(name), text))
			if len(errs) > 0 {
				t.Fatal(errs.Text())
			}
			Inspect(f, func(n Node) bool {
				if s := n.Span(); s.File == nil || s.Start > s.End || s.End == 0 {
					t.Errorf("%s has the place %v to %v", describe(n), s.Start, s.End)
				}
				return true
			})
		})
	}
}

// declarations has every form of declaration, statement and type.
const declarations = `package digits
import "blocks.grad"
dim B; dim In = 28 * 28
const eps = 1e-5
const t = [0.1, [0.2, -inf]]
const at[i < 4, j < 4] = if i == j then 1 else 0
fn f(x, y: f64[..., n], k: dim = 3) -> (f64[n], bool) = (x, x > 0)
fn g() -> i32 { return 3 }
layer Id()(x: real[...]) -> real[...] = x
layer A(n: dim, p: real = 0.5, b: bool = true, act: fn = relu, inner: layer = Id())(x: real[B, floor(a/b)], y: real[3*n, prod(...)]) -> real[n] {
  dim e = n / 2
  const half = 1/2
  param W, V : real[n, e] ~ uniform(-1/sqrt(n), 1/sqrt(n)) when b
  param s : real[n] in (0, inf) = 1
  param u : real in [0, 1) ~ normal(0, 1)
  param z : real[n] = 0 when not b and n > 3
  state m, v : real[n] = 0
  state = 3
  next m = 0.9*m + 0.1*mean(x)
  next v[i] = v[i] + x[i]
  step cell(h: real[n], a: real) -> (real[n], real) {
    step inner(q: real) { return (q, q) }
    (p, q) = scan(inner, a, 3)
    return (h, q)
  }
  y[..., o] = sum[i, j < n where i <= j] W[o,i] * x[..., i] + V[o, 2*i - 1 else 0]
  w = softmax[u where u <= t](s[u]) ^ 2
  l = "features.0": Dense(3)(y) @ W.T + "features.0".weight
  c = concat[1](y, w, reshape(y, [B, n]))
  d = if training then random[b,i] < p else stop(x)
  return y
}
layer Pair(n: dim) : (real[B], real[B]) -> real[B] = join
layer Plain : real[B] -> real[B] = id
model M : f32[B, In] -> f32[B, 10] = fc2: Dense(10) << relu << "a.b": Dense(128, useBias=false)
model R : f32[B] -> f32[B] = id + (id >> tanh)
model N(x: f32[B]) -> f32[B] { return M(x) }
loss L(x: f32[B], y: i32[B]) = mean(crossEntropy(M(x), y))
loss K(x: f32[B]) -> f32 { return sum(x) }
train L with Adam(lr = 1e-3)
train Fine = L with Adam(lr = 1e-3) on "fc.*", "a.*"
derive f { value, grad(x, y), jac(x), jvp(x), vjp(x), hess(x), hvp(x) }
derive M {
  value
  grad(M.fc1.weight);
}
derive nothing { }
rule jvp f(x, y; dx, dy) = dx * y + x * dy
rule vjp f(x; dy) { z = dy * 2; return z }
rule vjp c(; dy) = 0
optimizer Adam(lr: real = 1e-3, b1: real = 0.9, b2: real = 0.999, eps: real = 1e-8) {
  state m, v = 0
  m1 = b1*m + (1 - b1)*g
  v1 = b2*v + (1 - b2)*g^2
  next m = m1
  next v = v1
  next w = w - lr * (m1 / (1 - b1^t)) / (sqrt(v1 / (1 - b2^t)) + eps)
}
init uniform(lo, hi) = lo + (hi - lo) * random
init xavier(in: real, out: real, gain: real = 1) = gain * sqrt(6 / (in + out)) * (2*random - 1)
init zero = 0
`

func TestDeclarations(t *testing.T) {
	f := parseText(t, declarations)
	if len(f.Decls) != 30 {
		t.Errorf("%d declarations", len(f.Decls))
	}
	Inspect(f, func(n Node) bool {
		if s := n.Span(); s.File == nil || s.Start > s.End || s.End == 0 {
			t.Errorf("%s has the place %v to %v", describe(n), s.Start, s.End)
		}
		return true
	})
	checkFormat(t, declarations)
}

func TestPlaces(t *testing.T) {
	f := parseText(t, "// doc\nlayer A(n: dim, a, b: real = 1)(x: real[n]) -> real[n] {\n  param W, V : real[n] in [0, 1) = 1 when n > 2 // c\n  y[i, j < 3] = -sum[k where k < 2] (x[k]) + f(x, c = 2)\n  return y\n}\nderive f { grad(x), value }\ntrain T = L with Adam(1) on \"a\"\n")
	var got []string
	Inspect(f, func(n Node) bool {
		switch n.(type) {
		case *Ident, *Number:
		default:
			got = append(got, strings.TrimPrefix(fmt.Sprintf("%T", n), "*syntax.")+" "+strings.ReplaceAll(n.Span().Text(), "\n", "¶"))
		}
		return true
	})
	want := []string{
		"Comment // doc",
		"Comment // c",
		"LayerDecl layer A(n: dim, a, b: real = 1)(x: real[n]) -> real[n] {¶  param W, V : real[n] in [0, 1) = 1 when n > 2 // c¶  y[i, j < 3] = -sum[k where k < 2] (x[k]) + f(x, c = 2)¶  return y¶}",
		"Field n: dim", "KindType dim", "Field a, b: real = 1", "ArrayType real", "Field b: real = 1", "ArrayType real",
		"Field x: real[n]", "ArrayType real[n]", "ArrayType real[n]",
		"Block {¶  param W, V : real[n] in [0, 1) = 1 when n > 2 // c¶  y[i, j < 3] = -sum[k where k < 2] (x[k]) + f(x, c = 2)¶  return y¶}",
		"ParamStmt param W, V : real[n] in [0, 1) = 1 when n > 2", "ArrayType real[n]", "Interval [0, 1)", "Compare n > 2",
		"Equation y[i, j < 3] = -sum[k where k < 2] (x[k]) + f(x, c = 2)", "Binder i", "Binder j < 3",
		"Chain -sum[k where k < 2] (x[k]) + f(x, c = 2)", "Unary -sum[k where k < 2] (x[k])", "Reduce sum[k where k < 2] (x[k])",
		"Binder k", "Compare k < 2", "Paren (x[k])", "Index x[k]", "Call f(x, c = 2)", "Arg x", "Arg c = 2", "ReturnStmt return y",
		"DeriveDecl derive f { grad(x), value }", "Derivative grad(x)", "Derivative value",
		"TrainDecl train T = L with Adam(1) on \"a\"", "Call Adam(1)", "Arg 1", "String \"a\"",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}
