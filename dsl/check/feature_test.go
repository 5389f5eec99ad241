package check

import (
	"math"
	"strings"
	"testing"

	"github.com/gradgen/gradgen/ir"
	"github.com/gradgen/gradgen/ir/interp"
)

// vec makes an array of one axis for a test.
func vec(v ...float64) interp.Array { return interp.Of(ir.F64, []int{len(v)}, v...) }

func mat(rows, cols int, v ...float64) interp.Array {
	return interp.Of(ir.F64, []int{rows, cols}, v...)
}

func num(v float64) interp.Array { return interp.Scalar(ir.F64, v) }

func ints(v ...float64) interp.Array { return interp.Of(ir.I32, []int{len(v)}, v...) }

// run evaluates the export of a name and kind, its arguments in order.
func run(t *testing.T, m *ir.Module, name, derives string, kind ir.ExportKind, args ...interp.Array) []interp.Array {
	t.Helper()
	for _, e := range m.Exports {
		if e.Name == name && e.Derives == derives && e.Kind == kind {
			out, err := interp.Run(e.Func, args, interp.Options{})
			if err != nil {
				t.Fatalf("%v\n%s", err, e.Func)
			}
			return out
		}
	}
	t.Fatalf("no export %s %s", name, derives)
	return nil
}

func near(t *testing.T, what string, got interp.Array, want ...float64) {
	t.Helper()
	if len(got.Data) != len(want) {
		t.Errorf("%s: %v, want %v", what, got.Data, want)
		return
	}
	for i, w := range want {
		g := got.Data[i]
		if !(math.Abs(g-w) <= 1e-9*max(1, math.Abs(w)) || g == w || g != g && w != w) {
			t.Errorf("%s: %v, want %v", what, got.Data, want)
			return
		}
	}
}

var inf, nan = math.Inf(1), math.NaN()

// features are small programs with a function f, arguments and the result worked out by hand.
var features = []struct {
	name, text string
	args       []interp.Array
	want       []float64
}{
	{"exact numbers meet a dtype once", "fn f(x: f64) -> f64 = x * (0.1 + 0.2)", []interp.Array{num(1)}, []float64{0.3}},
	{"dims and consts", "dim N = 3\nconst c = N / 2\nfn f(x: f64[N]) -> f64 = c * sum(x)", []interp.Array{vec(1, 2, 3)}, []float64{9}},
	{"a dim of dims", "dim H = 2\ndim N = 3*H\nfn f(x: f64[N]) -> f64 = N * x[5]", []interp.Array{vec(0, 0, 0, 0, 0, 7)}, []float64{42}},
	{"a constant table", "const w = [1, 2.5]\nfn f(x: f64[2]) -> f64 = sum[i] w[i] * x[i]", []interp.Array{vec(2, 4)}, []float64{12}},
	{"a table by index", "const w[i < 2, j < 2] = 10*i + j\nfn f(x: f64[2, 2]) -> f64 = sum[i, j] w[i,j] * x[i,j]", []interp.Array{mat(2, 2, 1, 1, 1, 1)}, []float64{22}},
	{"a reduction in a constant", "const s = sum[i < 4] i^2\nfn f(x: f64) -> f64 = s * x", []interp.Array{num(1)}, []float64{14}},
	{"run-time sizes are numbers", "dim N\nfn f(x: f64[N]) -> f64 = sum(x) / N", []interp.Array{vec(1, 2, 6)}, []float64{3}},
	{"integers divided by a number", "fn f(k: i32, j: i32[2]) -> f64[4] = [k/2, 1/k, mean(j), sum[i] j[i]/4]", []interp.Array{interp.Scalar(ir.I32, 5), ints(1, 2)}, []float64{2.5, 0.2, 1.5, 0.75}},
	{"an integer divided as an operand", "fn f(k: i32, x: f32) -> f32 = max(k/2, k) * sqrt(k/4) * x", []interp.Array{interp.Scalar(ir.I32, 9), interp.Scalar(ir.F32, 2)}, []float64{27}},
	{"an integer divided in a condition", "fn f(k: i32) -> f64 = if k/2 > 1 then k/2*2 else 0", []interp.Array{interp.Scalar(ir.I32, 3)}, []float64{3}},
	{"equation", "fn f(x: f64[3]) -> f64[3] {\n  y[i] = 2*x[i] + i\n  return y\n}", []interp.Array{vec(1, 2, 3)}, []float64{2, 5, 8}},
	{"the range from the result", "fn f(x: f64) -> f64[3] {\n  y[i] = x + i\n  return y\n}", []interp.Array{num(5)}, []float64{5, 6, 7}},
	{"the range from what a function returns", "fn g(x: f64[n], s: f64) -> f64[2] = [s, sum(x)]\nfn f(x: f64[2, 3]) -> f64[2, 2] {\n  y[b,i] = g(x[b], x[b,0])[i] + b\n  return 1*y\n}", []interp.Array{mat(2, 3, 1, 2, 3, 4, 5, 6)}, []float64{1, 6, 5, 16}},
	{"the range of a sum from what a function returns", "fn g(x: f64) -> f64[3] = [x, 1, 2]\nfn f(x: f64[2]) -> f64[2] {\n  y[b] = sum[i] g(x[b])[i]\n  return y\n}", []interp.Array{vec(4, 5)}, []float64{7, 8}},
	{"a stated range", "fn f(x: f64[4]) -> f64[2] {\n  y[i < 2] = x[i+1]\n  return y\n}", []interp.Array{vec(1, 2, 3, 4)}, []float64{2, 3}},
	{"ellipsis", "fn g(x: real[..., n]) -> real[...] {\n  y[...] = sum[i] x[..., i]\n  return y\n}\nfn f(x: f64[2, 3]) -> f64[2] = g(x)", []interp.Array{mat(2, 3, 1, 2, 3, 4, 5, 6)}, []float64{6, 15}},
	{"ellipsis of nothing", "fn g(x: real[..., n]) -> real[...] {\n  y[...] = sum[i] x[..., i]\n  return y\n}\nfn f(x: f64[3]) -> f64 = g(x)", []interp.Array{vec(1, 2, 3)}, []float64{6}},
	{"leading axes as a size", "fn rows(x: real[..., n]) -> real[prod(...)] {\n  m = reshape(x, [prod(...), n])\n  y[r] = sum[i] m[r,i]\n  return y\n}\nfn f(x: f64[2, 1, 2]) -> f64[2] = rows(x)", []interp.Array{interp.Of(ir.F64, []int{2, 1, 2}, 1, 2, 3, 4)}, []float64{3, 7}},
	{"leading axes of run-time size", "dim B\nfn flat(w: real[prod(...)], x: real[..., n]) -> real[n] {\n  dim m = prod(...)\n  y[i] = sum[r] w[r] * reshape(x, [m, n])[r,i] / m\n  return y\n}\nfn f(w: f64[2*B], x: f64[B, 2, 2]) -> f64[2] = flat(w, x)", []interp.Array{vec(1, 2), interp.Of(ir.F64, []int{1, 2, 2}, 1, 2, 3, 4)}, []float64{3.5, 5}},
	{"leading axes that are not there", "fn rows(x: real[..., n]) -> real[prod(...), n] = reshape(x, [prod(...), n])\nfn f(x: f64[2]) -> f64[1, 2] = rows(x)", []interp.Array{vec(1, 2)}, []float64{1, 2}},
	{"prod max min mean", "fn f(x: f64[3]) -> f64[4] = [prod[i] x[i], max[i] x[i], min[i] x[i], mean[i] x[i]]", []interp.Array{vec(3, -1, 4)}, []float64{-12, 4, -1, 2}},
	{"reductions of whole arrays", "fn f(x: f64[2, 2]) -> f64[5] = [sum(x), mean(x), max(x), min(x), prod(x)]", []interp.Array{mat(2, 2, 1, 2, 3, 4)}, []float64{10, 2.5, 4, 1, 24}},
	{"argmax reads", "fn f(x: f64[4], y: f64[4]) -> f64 = y[argmax[i](x[i])]", []interp.Array{vec(1, 7, 7, 0), vec(10, 20, 30, 40)}, []float64{20}},
	{"a computed index with a value outside", "fn f(x: f64[2, 3], k: f64[4]) -> f64[4] {\n  idx[i] = i32(k[i])\n  y[i] = x[1, idx[i] else 0]\n  return y\n}", []interp.Array{mat(2, 3, 1, 2, 3, 4, 5, 6), vec(-1, 0, 2, 3)}, []float64{0, 4, 6, 0}},
	{"a computed index under a condition", "fn f(x: f64[3], k: f64[4]) -> f64[4] {\n  idx[i] = i32(k[i])\n  y[i] = if 0 <= idx[i] < 3 and k[i] > 0 then x[idx[i]] else -1\n  return y\n}", []interp.Array{vec(1, 2, 3), vec(-1, 0, 2, 3)}, []float64{-1, -1, 3, -1}},
	{"a computed index under a mask", "fn f(x: f64[3], k: f64[4]) -> f64 {\n  idx[i] = i32(k[i])\n  return sum[i where 0 <= idx[i] < 3] x[idx[i]]\n}", []interp.Array{vec(1, 2, 4), vec(-1, 0, 2, 3)}, []float64{5}},
	{"an index counted from 1", "fn f(x: f64[3], k: i32[2]) -> f64 = sum[i] x[k[i] - 1]", []interp.Array{vec(1, 2, 4), ints(1, 3)}, []float64{5}},
	{"an index by an index", "fn f(x: f64[3], k: i32[2], j: i32[3]) -> f64 = sum[i] x[k[j[i]]]", []interp.Array{vec(1, 2, 4), ints(0, 2), ints(1, 1, 0)}, []float64{9}},
	{"an argument as an index, with a value outside", "fn f(x: f64[3], k: i32[4]) -> f64 = sum[i] x[k[i] else 10]", []interp.Array{vec(1, 2, 4), ints(-1, 2, 0, 3)}, []float64{25}},
	{"an argument as an index under a condition", "fn f(x: f64[3], k: i32[3]) -> f64 = sum[i] (if k[i] < 0 then 10 else x[k[i]])", []interp.Array{vec(1, 2, 4), ints(-1, 2, 0)}, []float64{15}},
	{"a negative index halved", "fn f(x: f64[3], k: i32[3]) -> f64 = sum[i] x[floor(k[i]/2) else 10]", []interp.Array{vec(1, 2, 4), ints(-1, 1, 5)}, []float64{15}},
	{"an index kept inside", "fn f(x: f64[3], k: f64[4]) -> f64[4] {\n  idx[i] = min(max(i32(k[i]), 0), 2)\n  y[i] = x[idx[i]]\n  return y\n}", []interp.Array{vec(1, 2, 4), vec(-1, 0, 2, 3)}, []float64{1, 1, 4, 4}},
	{"an index from a table", "const t = [2, 0, 1]\nfn f(x: f64[4], z: f64[3]) -> f64 = x[t[argmax[i](z[i])] + 1]", []interp.Array{vec(1, 2, 3, 4), vec(1, 3, 2)}, []float64{2}},
	{"an index chosen among known ones", "fn f(x: f64[3], z: f64[2]) -> f64[2] {\n  at[i] = i32(if z[i] > 0 then 2 else 1)\n  y[i] = x[at[i]]\n  return y\n}", []interp.Array{vec(1, 2, 4), vec(-1, 1)}, []float64{2, 4}},
	{"an index with a name", "fn f(x: f64[5], t: i32[3]) -> f64[3] {\n  at[i] = t[i] + 1\n  again[i] = at[i] + 1\n  y[i] = x[again[i]]\n  return y\n}", []interp.Array{vec(1, 2, 3, 4, 5), ints(0, 2, 1)}, []float64{3, 5, 4}},
	{"an index halved", "fn f(x: f64[2], z: f64[4]) -> f64 = x[floor(argmax[i](z[i])/2)]", []interp.Array{vec(1, 2), vec(0, 0, 0, 1)}, []float64{2}},
	{"a winner along a run-time size", "dim N\nfn f(x: f64[N], z: f64[N]) -> f64 = x[argmax[i](z[i]) else 7]", []interp.Array{vec(1, 2, 3), vec(0, 5, 1)}, []float64{2}},
	{"no winner along a run-time size", "dim N\nfn f(x: f64[N], z: f64[N]) -> f64 = x[argmax[i](z[i]) else 7]", []interp.Array{vec(), vec()}, []float64{7}},
	{"classes that are winners", "fn f(x: f64[1, 2], z: f64[1, 2]) -> f64[1] {\n  c[b] = argmax[i](z[b,i])\n  return crossEntropy(x, c)\n}", []interp.Array{mat(1, 2, 0, 0), mat(1, 2, 0, 1)}, []float64{math.Ln2}},
	{"an index by an index under a condition", "fn f(x: f64[3], k: f64[2], j: f64[1]) -> f64 {\n  p[i] = i32(k[i])\n  q[i] = i32(j[i])\n  return x[p[q[0] else 0] else -7]\n}", []interp.Array{vec(1, 2, 3), vec(2, 9), vec(1)}, []float64{-7}},
	{"a scalar fills leading axes", "fn g(p: real[...], x: real[...]) -> real[...] {\n  y[...] = p[...] + x[...]\n  return y\n}\nfn f(x: f64[2]) -> f64[2] = g(0.5, x)", []interp.Array{vec(1, 2)}, []float64{1.5, 2.5}},
	{"a scalar fills what a rule needs", "fn f(x: f64[2]) -> f64[2] = binaryCrossEntropy(x, 0.3)", []interp.Array{vec(0, 0)}, []float64{math.Ln2, math.Ln2}},
	{"argmax of two indices", "fn f(x: f64[2, 3]) -> f64 {\n  (i, j) = argmax[p, q](x[p,q])\n  return 10*i + j\n}", []interp.Array{mat(2, 3, 1, 2, 3, 9, 8, 7)}, []float64{10}},
	{"mask by indices", "fn f(x: f64[3]) -> f64[3] {\n  y[t] = sum[u where u <= t] x[u]\n  return y\n}", []interp.Array{vec(1, 2, 4)}, []float64{1, 3, 7}},
	{"mask by data", "fn f(x: f64[3]) -> f64 = sum[i where x[i] > 0] x[i]", []interp.Array{vec(1, -2, 4)}, []float64{5}},
	{"mask by both", "fn f(x: f64[3]) -> f64 = max[i where x[i] < 3 and i > 0] x[i]", []interp.Array{vec(2, 1, 4)}, []float64{1}},
	{"mean under a mask", "fn f(x: f64[4]) -> f64 = mean[i where x[i] > 0 and i < 3] x[i]", []interp.Array{vec(1, -5, 3, 100)}, []float64{2}},
	{"a mask proves reads", "fn f(x: f64[3]) -> f64[3] {\n  y[t] = sum[u < 3 where u <= t] x[t-u]\n  return y\n}", []interp.Array{vec(1, 2, 4)}, []float64{1, 3, 7}},
	{"a condition proves reads", "fn f(x: f64[3]) -> f64[3] {\n  y[i] = if i > 0 then x[i-1] else 10\n  return y\n}", []interp.Array{vec(1, 2, 4)}, []float64{10, 1, 2}},
	{"a reduction under a mask", "fn f(x: f64[3]) -> f64 = sum[t < 3, u < 3 where u <= t] (sum[k < 1] x[t-u+k])", []interp.Array{vec(1, 2, 4)}, []float64{11}},
	{"a range that depends on an index", "fn f(x: f64[3]) -> f64[3] {\n  y[t] = sum[u < t+1] x[u]\n  return y\n}", []interp.Array{vec(1, 2, 4)}, []float64{1, 3, 7}},
	{"guarded reads", "fn f(x: f64[3]) -> f64[3] {\n  y[i] = x[i-1 else 0] + x[i+1 else 100]\n  return y\n}", []interp.Array{vec(1, 2, 4)}, []float64{2, 5, 102}},
	{"strided reads", "fn f(x: f64[7]) -> f64[3] {\n  y[h] = sum[i < 3] x[2*h + i]\n  return y\n}", []interp.Array{vec(1, 2, 3, 4, 5, 6, 7)}, []float64{6, 12, 18}},
	{"floor in an index", "fn f(x: f64[2]) -> f64[4] {\n  y[i] = x[floor(i/2)]\n  return y\n}", []interp.Array{vec(1, 2)}, []float64{1, 1, 2, 2}},
	{"reads through integers", "fn f(e: f64[3, 2], k: i32[2]) -> f64[2, 2] {\n  y[b, j] = e[k[b], j]\n  return y\n}", []interp.Array{mat(3, 2, 1, 2, 3, 4, 5, 6), ints(2, 0)}, []float64{5, 6, 1, 2}},
	{"a row is read", "fn f(e: f64[3, 2], k: i32[2]) -> f64 = sum(e[k[1]])", []interp.Array{mat(3, 2, 1, 2, 3, 4, 5, 6), ints(2, 1)}, []float64{7}},
	{"if does not evaluate the other side", "fn f(x: f64) -> f64 = if x > 0 then sqrt(x) else -x", []interp.Array{num(-4)}, []float64{4}},
	{"chained comparison", "fn f(x: f64[3]) -> f64 = sum[i where 0 <= x[i] < 5] x[i]", []interp.Array{vec(-1, 4, 5)}, []float64{4}},
	{"not and or", "fn f(x: f64[3]) -> f64 = sum[i where not (x[i] < 0 or x[i] > 4)] x[i]", []interp.Array{vec(-1, 4, 5)}, []float64{4}},
	{"elementwise if", "fn f(x: f64[3]) -> f64[3] = if x > 0 then x else 0.5*x", []interp.Array{vec(-2, 0, 3)}, []float64{-1, 0, 3}},
	{"powers", "fn f(x: f64) -> f64[5] = [x^2, x^3, x^-1, x^0, x^0.5]", []interp.Array{num(4)}, []float64{16, 64, 0.25, 1, 2}},
	{"minus binds looser than a power", "fn f(x: f64) -> f64 = -x^2", []interp.Array{num(3)}, []float64{-9}},
	{"matrix product", "fn f(a: f64[2, 2], b: f64[2, 2]) -> f64[2, 2] = a @ b.T", []interp.Array{mat(2, 2, 1, 2, 3, 4), mat(2, 2, 5, 6, 7, 8)}, []float64{17, 23, 39, 53}},
	{"matrix times vector", "fn f(a: f64[2, 2], b: f64[2]) -> f64 = b @ (a @ b)", []interp.Array{mat(2, 2, 1, 2, 3, 4), vec(5, 6)}, []float64{319}},
	{"reshape", "fn f(x: f64[6]) -> f64[2, 2] {\n  m = reshape(x, [2, 3])\n  y[i, j] = m[i, j+1]\n  return y\n}", []interp.Array{vec(1, 2, 3, 4, 5, 6)}, []float64{2, 3, 5, 6}},
	{"concat", "fn f(a: f64[2], b: f64[1]) -> f64[4] = concat[0](a, b, [9])", []interp.Array{vec(1, 2), vec(3)}, []float64{1, 2, 3, 9}},
	{"concat along the second axis", "fn f(a: f64[2, 1], b: f64[2, 2]) -> f64[2, 3] = concat[1](a, b)", []interp.Array{mat(2, 1, 1, 2), mat(2, 2, 3, 4, 5, 6)}, []float64{1, 3, 4, 2, 5, 6}},
	{"vectors of vectors", "fn f(x: f64) -> f64[2, 2] = [[1, x], [x, 2*x]]", []interp.Array{num(3)}, []float64{1, 3, 3, 6}},
	{"tuples", "fn g(x: real) -> (real, real) = (x + 1, x * 2)\nfn f(x: f64) -> f64 {\n  (a, b) = g(x)\n  return a * b\n}", []interp.Array{num(3)}, []float64{24}},
	{"scan", "fn f(x: f64[3]) -> f64[3] {\n  step add(s: f64, v: f64) {\n    n = s + v\n    return (n, n*n)\n  }\n  (last, ys) = scan(add, 1, x)\n  return ys\n}", []interp.Array{vec(1, 2, 3)}, []float64{4, 16, 49}},
	{"scan without output", "fn f(x: f64) -> f64 {\n  step twice(s: f64) {\n    return 2*s\n  }\n  return scan(twice, x, 5)\n}", []interp.Array{num(3)}, []float64{96}},
	{"scan with two carries", "fn f(n: f64) -> f64 {\n  step fib(a: f64, b: f64) {\n    return ((b, a + b), a)\n  }\n  (last, ys) = scan(fib, (0, n), 6)\n  return sum(ys)\n}", []interp.Array{num(1)}, []float64{12}},
	{"scan inside an equation", "fn g(x: real, k: dim) -> real {\n  step twice(s: real) {\n    return s + x\n  }\n  return scan(twice, 0, k)\n}\nfn f(x: f64[2]) -> f64[2] {\n  y[i] = g(x[i], 3)\n  return y\n}", []interp.Array{vec(1, 5)}, []float64{3, 15}},
	{"functions are written out", "fn sq(x: real[...]) -> real[...] = x^2\nfn f(x: f64[2]) -> f64 = sum(sq(sq(x)))", []interp.Array{vec(1, 2)}, []float64{17}},
	{"functions in equations", "fn sq(x: real) -> real {\n  y = x*x\n  return y + 1\n}\nfn f(x: f64[2]) -> f64[2] {\n  y[i] = sq(x[i]) * i\n  return y\n}", []interp.Array{vec(1, 2)}, []float64{0, 5}},
	{"local arrays in equations", "fn g(x: real) -> real {\n  v[i < 3] = x * i\n  return sum(v)\n}\nfn f(x: f64[2]) -> f64[2] {\n  y[i] = g(x[i])\n  return y\n}", []interp.Array{vec(1, 2)}, []float64{3, 6}},
	{"composition", "fn neg(x: real) -> real = -x\nfn f(x: f64) -> f64 = (exp ∘ neg)(x) + (neg >> exp)(x)", []interp.Array{num(1)}, []float64{2 / math.E}},
	{"functions as arguments", "fn twice(g: fn, x: real) -> real = g(g(x))\nfn f(x: f64) -> f64 = twice(sqrt, x)", []interp.Array{num(16)}, []float64{2}},
	{"sums of functions", "fn f(x: f64[2]) -> f64[2] = (id + sin - cos)(x)", []interp.Array{vec(0, math.Pi)}, []float64{-1, math.Pi + 1}},
	{"iterate", "fn half(x: real) -> real = x / 2\nfn f(x: f64) -> f64 = iterate(3, half)(x)", []interp.Array{num(8)}, []float64{1}},
	{"a scalar fills a declared shape", "fn g(x: real[n], h: real[n]) -> real = sum(x * h)\nfn f(x: f64[3]) -> f64 = g(x, 2)", []interp.Array{vec(1, 2, 3)}, []float64{12}},
	{"named arguments and defaults", "fn g(x: real, a: real = 2, b: real = 3) -> real = a*x + b\nfn f(x: f64) -> f64 = g(x, b = 10)", []interp.Array{num(1)}, []float64{12}},
	{"casts", "fn f(x: f32[2], k: i32[2]) -> f64 = sum[i] f64(x[i]) * k[i]", []interp.Array{interp.Of(ir.F32, []int{2}, 1.5, 2), ints(2, 3)}, []float64{9}},
	{"softmax under a mask", "fn f(x: f64[2]) -> f64[2, 2] {\n  y[t, u] = softmax[u where u <= t](x[u])\n  return y\n}", []interp.Array{vec(0, math.Log(3))}, []float64{1, 0, 0.25, 0.75}},
	{"softmax of a masked row", "fn f(x: f64[2]) -> f64[2] {\n  y[u] = softmax[u where x[u] > 9](x[u])\n  return y\n}", []interp.Array{vec(1, 2)}, []float64{0, 0}},
	{"softmax takes nothing from what is masked", "fn f(x: f64[3]) -> f64[2, 3] {\n  y[t, u] = softmax[u where u <= t](x[u])\n  return y\n}", []interp.Array{vec(0, 0, nan)}, []float64{1, 0, 0, 0.5, 0.5, 0}},
	{"softmax masked by indices and data", "fn f(x: f64[3], k: f64[3]) -> f64[2, 3] {\n  y[t, u] = softmax[u where u <= t and k[u] > 0](2*x[u])\n  return y\n}", []interp.Array{vec(1, 0, nan), vec(-1, 1, 1)}, []float64{0, 0, 0, 0, 1, 0}},
	{"a mask of softmax proves reads", "fn f(x: f64[3]) -> f64[3, 3] {\n  y[t, u] = softmax[u where u <= t](x[t-u])\n  return y\n}", []interp.Array{vec(0, 0, 0)}, []float64{1, 0, 0, 0.5, 0.5, 0, 1. / 3, 1. / 3, 1. / 3}},
	{"softmax of a row in which nothing counts", "fn f(x: f64[2]) -> f64[2, 2] {\n  y[t, u] = softmax[u where u < t](x[u])\n  return y\n}", []interp.Array{vec(1, 2)}, []float64{0, 0, 1, 0}},
	{"logSoftmax", "fn f(x: f64[2]) -> f64[2] {\n  y[u] = logSoftmax[u](x[u])\n  return y\n}", []interp.Array{vec(0, math.Log(3))}, []float64{math.Log(0.25), math.Log(0.75)}},
	{"logsumexp", "fn f(x: f64[2]) -> f64 = logsumexp[i](x[i]) + 1", []interp.Array{vec(1000, 1000)}, []float64{1001 + math.Ln2}},
	{"logsumexp of nothing", "fn f(x: f64[2]) -> f64 = logsumexp[i where x[i] > 9](x[i])", []interp.Array{vec(1, 2)}, []float64{-inf}},
	{"logsumexp over two indices", "fn f(x: f64[2, 2]) -> f64 = logsumexp[i, j](x[i,j])", []interp.Array{mat(2, 2, 0, 0, 0, 0)}, []float64{math.Log(4)}},
	{"cumsum", "fn f(x: f64[3]) -> f64[3] {\n  y[i] = cumsum[i where i > 0](x[i])\n  return y\n}", []interp.Array{vec(1, 2, 4)}, []float64{0, 2, 6}},
	{"logSoftmax takes nothing from what is masked", "fn f(x: f64[3]) -> f64[2, 3] {\n  y[t, u] = logSoftmax[u where u <= t](x[u])\n  return y\n}", []interp.Array{vec(0, 0, nan)}, []float64{0, -inf, -inf, -math.Ln2, -math.Ln2, -inf}},
	{"logSoftmax of a masked row", "fn f(x: f64[2]) -> f64[2] {\n  y[u] = logSoftmax[u where x[u] > 9](x[u])\n  return y\n}", []interp.Array{vec(1, 2)}, []float64{-inf, -inf}},
	{"logsumexp takes nothing from what is masked", "fn f(x: f64[3]) -> f64[3] {\n  y[t] = logsumexp[u where u < t](x[u])\n  return y\n}", []interp.Array{vec(0, 0, nan)}, []float64{-inf, 0, math.Ln2}},
	{"logsumexp masked over two indices", "fn f(x: f64[2, 3]) -> f64 = logsumexp[t, u where u <= t](x[t, u])", []interp.Array{mat(2, 3, 0, nan, nan, 0, 0, nan)}, []float64{math.Log(3)}},
	{"a mask of logsumexp proves reads", "fn f(x: f64[3]) -> f64[3] {\n  y[t] = logsumexp[u < 3 where u <= t](x[t-u])\n  return y\n}", []interp.Array{vec(0, 0, 0)}, []float64{0, math.Ln2, math.Log(3)}},
	{"cumsum takes nothing from what is masked", "fn f(x: f64[3], k: f64[3]) -> f64[2, 3] {\n  y[t, u] = cumsum[u where u != t and k[u] > 0](x[u])\n  return y\n}", []interp.Array{vec(1, 2, nan), vec(1, 1, -1)}, []float64{0, 2, 2, 1, 1, 1}},
	{"softmax of a whole array", "fn f(x: f64[2]) -> f64[2] = softmax(x)", []interp.Array{vec(0, math.Log(3))}, []float64{0.25, 0.75}},
	{"activations", "fn f(x: f64) -> f64[6] = [relu(x), leakyRelu(x), elu(x), silu(0), clamp(x, -1, 1), hardtanh(x)]", []interp.Array{num(-2)}, []float64{0, -0.02, math.Exp(-2) - 1, 0, -1, -1}},
	{"losses", "fn f(x: f64[2, 2], y: i32[2]) -> f64 = mean(crossEntropy(x, y))", []interp.Array{mat(2, 2, 0, 0, 0, math.Log(3)), ints(0, 1)}, []float64{(math.Ln2 - math.Log(0.75)) / 2}},
	{"mse", "fn f(x: f64[2], y: f64[2]) -> f64 = mse(x, y)", []interp.Array{vec(1, 2), vec(2, 4)}, []float64{2.5}},
	{"index values are numbers", "fn f(x: f64[3]) -> f64 = sum[i] (i+1) * x[i] / 2", []interp.Array{vec(1, 1, 1)}, []float64{3}},
	{"sums of constants", "dim N\nfn f(x: f64[N]) -> f64 = (sum[i < N] 2) + sum(x)", []interp.Array{vec(1, 1, 1)}, []float64{9}},
	{"inf and nan", "fn f(x: f64) -> f64[2] = [if x < inf then -inf else 0, nan]", []interp.Array{num(1)}, []float64{-inf, nan}},
	{"size", "fn g(x: real[...]) -> real = size(x) + size(x, 0)\nfn f(x: f64[2, 3]) -> f64 = g(x) + sum(x)", []interp.Array{mat(2, 3, 0, 0, 0, 0, 0, 0)}, []float64{8}},
	{"stop passes the value", "fn f(x: f64) -> f64 = stop(x) * 2", []interp.Array{num(4)}, []float64{8}},
	{"an array defined by a sum of products", "fn f(a: f64[2, 3], x: f64[3], b: f64[2]) -> f64[2] {\n  y[o] = sum[i] a[o,i] * x[i] + b[o]\n  return y\n}", []interp.Array{mat(2, 3, 1, 2, 3, 4, 5, 6), vec(1, 1, 1), vec(10, 20)}, []float64{16, 35}},
	{"two reductions in one equation", "fn f(x: f64[3]) -> f64[3] {\n  y[i] = x[i] / (sum[j] x[j]) + max[k] x[k]\n  return y\n}", []interp.Array{vec(1, 2, 5)}, []float64{5.125, 5.25, 5.625}},
	{"a diagonal", "fn f(x: f64[2, 2]) -> f64[2] {\n  y[i] = x[i, i]\n  return y\n}", []interp.Array{mat(2, 2, 1, 2, 3, 4)}, []float64{1, 4}},
	{"a gather that repeats", "fn f(x: f64[2], k: i32[3]) -> f64[3] {\n  y[i] = x[k[i] + 1]\n  return y\n}", []interp.Array{vec(5, 6), ints(0, -1, 0)}, []float64{6, 5, 6}},
}

func TestFeatures(t *testing.T) {
	for _, f := range features {
		t.Run(f.name, func(t *testing.T) {
			m := compileText(t, f.text)
			near(t, f.name, run(t, m, "f", "", ir.ExportFunc, f.args...)[0], f.want...)
		})
	}
}

// What is masked takes no part, even where it is NaN, and gets no derivative; nor does a row without anything else.
func TestMaskedSoftmaxGradient(t *testing.T) {
	m := compileText(t, "fn f(x: f64[3, 3]) -> f64[3, 3] {\n  y[t, u] = softmax[u where u < t](x[t, u])\n  return y\n}\nderive f { vjp(x) }")
	x := mat(3, 3, nan, nan, nan, 5, nan, nan, 0, math.Log(3), nan)
	dy := mat(3, 3, nan, 1, 2, 3, nan, nan, 1, 5, nan)
	near(t, "gradient", run(t, m, "f", "vjp", ir.ExportFunc, x, dy)[0], 0, 0, 0, 0, 0, 0, -0.75, 0.75, 0)
}

// The other forms hold to the same.
func TestMaskedKinGradients(t *testing.T) {
	x := mat(3, 3, nan, nan, nan, 5, nan, nan, 0, math.Log(3), nan)
	for _, c := range []struct {
		name, body string
		dy         interp.Array
		want       []float64
	}{
		{"logSoftmax", "-> f64[3, 3] {\n  y[t, u] = logSoftmax[u where u < t](x[t, u])", mat(3, 3, nan, 1, 2, 3, nan, nan, 1, 5, nan), []float64{0, 0, 0, 0, 0, 0, -0.5, 0.5, 0}},
		{"logsumexp", "-> f64[3] {\n  y[t] = logsumexp[u where u < t](x[t, u])", vec(7, 3, 4), []float64{0, 0, 0, 3, 0, 0, 1, 3, 0}},
		{"cumsum", "-> f64[3, 3] {\n  y[t, u] = cumsum[u where u < t](x[t, u])", mat(3, 3, 1, 1, 1, 1, 2, 4, 1, 2, 4), []float64{0, 0, 0, 7, 0, 0, 7, 6, 0}},
	} {
		m := compileText(t, "fn f(x: f64[3, 3]) "+c.body+"\n  return y\n}\nderive f { vjp(x) }")
		near(t, c.name, run(t, m, "f", "vjp", ir.ExportFunc, x, c.dy)[0], c.want...)
	}
}

// exportNamed finds an export of any kind.
func exportNamed(m *ir.Module, kind ir.ExportKind, name string) *ir.Export {
	for _, e := range m.Exports {
		if e.Kind == kind && e.Name == name {
			return e
		}
	}
	return nil
}

func paramNames(m *ir.Model) string {
	var names []string
	for _, p := range m.Params {
		names = append(names, p.Name)
	}
	return strings.Join(names, " ")
}
