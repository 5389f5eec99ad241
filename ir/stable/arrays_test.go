package stable

import (
	"slices"
	"strings"
	"testing"

	"github.com/gradgen/gradgen/ir"
)

// arrays declares what the formulas with arrays are made of.
const arrays = `module "m" from "m.grad"
dim B, N

func softmax {
  input x : f64[B, N]
  y : f64[B, N]; y[b,i] = x[b,i]
  return y
}

func maskedSoftmax {
  input x : f64[B, N]
  input keep : bool[B, N]
  y : f64[B, N]; y[b,i] = x[b,i]
  return y
}

func f {
  input x : f64[B, N]
  input w : f64[B, N]
  input keep : bool[B, N]
  input k : i32[B]
  (p) = call softmax(x)
  (q) = call maskedSoftmax(x, keep)
  e : f64[B, N]; e[b,i] = exp(x[b,i])
  s : f64[B]; s[b] = sum[i < N] e[b,i]
  m : f64[B]; m[b] = max[i < N] x[b,i]
  d : f64[B, N]; d[b,i] = x[b,i] - m[b]
  t : f64[B]; t[b] = sum[i < N] exp(d[b,i])
  a : f64[B]; a[b] = sum[i < N] x[b,i]
  c : f64[B]; c[b] = sum[i < N] x[b,i] * x[b,i]
  h : f64[B]; h[b] = sum[i < N where i <= b] e[b,i]
  g : f64[B]; g[b] = sum[i < N] (if keep[b,i] then exp(x[b,i]) else 0)
  all : f64; all = sum[b < B, i < N] e[b,i]
  u : f64[B]; u[b] = prod[i < N] x[b,i]
  v : f64[B]; v[b] = sum[i < 4] x[b,i]
  y : f64[B]; y[b] = BODY
  return y
}

export func "f" {
  call f
  arg input "x"
  arg input "w"
  arg input "keep"
  arg input "k"
  result dest "y"
}
`

// arrayCases are formulas with arrays, with the row that recognises them and the
// functions that the stable form calls. Those without a row are recognised by
// none.
var arrayCases = []struct {
	body, rule string
	called     []string
}{
	{"log(p[b,b])", "LogSoftmax", []string{"logSoftmax"}},
	{"log(p[b,k[b]])", "LogSoftmax", []string{"logSoftmax"}},
	{"log(q[b,b])", "LogSoftmax", []string{"maskedLogSoftmax"}},
	{"log(2 * p[b,b])", "", nil},
	{"log(s[b])", "LogSumExp", []string{"logsumexp"}},
	{"log(h[b])", "LogSumExp", []string{"maskedLogsumexp"}},
	{"log(g[b])", "LogSumExp", []string{"maskedLogsumexp"}},
	{"log(all)", "LogSumExp", []string{"logsumexp"}},
	{"log(t[b])", "", nil},
	{"log(a[b])", "", nil},
	{"log(s[b] / f64(N))", "LogSumExp", []string{"logsumexp"}},
	{"log(t[b] / f64(N))", "", nil},
	{"log(s[b] / w[b,b])", "", nil},
	{"log(e[b,b] + exp(w[b,b]))", "LogAddExp", nil},
	{"log(exp(d[b,b]) + exp(d[b,b] - 1))", "", nil},
	{"log(u[b])", "LogProd", nil},
	{"log(p[b,b] + 1e-08)", "LogOfGuarded", nil},
	{"log(1e-08 + sigmoid(x[b,b]))", "LogOfGuarded", nil},
	{"log(x[b,b] + 1e-08)", "", nil},
	{"e[b,b] / s[b]", "Softmax", []string{"softmax"}},
	{"exp(x[b,k[b]]) / s[b]", "Softmax", []string{"softmax"}},
	{"exp(w[b,b]) / s[b]", "", nil},
	{"exp(d[b,b]) / t[b]", "", nil},
	{"e[b,b] / h[b]", "", nil},
	{"e[b,b] / all", "", nil},
	{"e[b,b] / a[b]", "", nil},
	{"sqrt(c[b])", "Norm", nil},
	{"sqrt(c[b] + 1)", "", nil},
	{"sqrt(a[b])", "", nil},
	{"c[b] / f64(N) - a[b] / f64(N) * (a[b] / f64(N))", "Variance", nil},
	{"c[b] / f64(N) - a[b] / 3 * (a[b] / 3)", "", nil},
	{"c[b] / 4 - v[b] / 4 * (v[b] / 4)", "", nil},
	{"c[b] / f64(N) - s[b] / f64(N) * (s[b] / f64(N))", "", nil},
}

func TestArrays(t *testing.T) {
	seen := map[string]bool{}
	for _, c := range arrayCases {
		seen[c.rule] = true
		lib := &names{b: ir.NewBuilder()}
		m, err := ir.ParseModule(lib.b, strings.ReplaceAll(arrays, "BODY", c.body))
		if err != nil {
			t.Fatalf("%s: %v", c.body, err)
		}
		f := Find(lib, m.Exports[0].Func.Results[0].Def.(*ir.Map).Body)
		switch {
		case f == nil && c.rule != "":
			t.Errorf("%s: %s did not fire", c.body, c.rule)
		case f == nil:
		case f.Rule.Name != c.rule:
			t.Errorf("%s: %s fired, not %q", c.body, f.Rule.Name, c.rule)
		case (f.Expr == nil) != (f.Rule.Kept != ""):
			t.Errorf("%s: becomes %v", c.body, f.Expr)
		}
		if !slices.Equal(lib.called, c.called) {
			t.Errorf("%s: called %v, want %v", c.body, lib.called, c.called)
		}
	}
	for _, r := range Rules {
		if r.Forms[0].Match != nil && !seen[r.Name] {
			t.Errorf("no case expects %s", r.Name)
		}
	}
}
