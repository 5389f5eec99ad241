package plan

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/gradgen/gradgen/ir"
)

// Conditions that keep to a diagonal become bands of the products around them.
func TestBands(t *testing.T) {
	const attention = `dim T
func f {
  input q : f32[T, 32]
  input k : f32[T, 32]
  input v : f32[T, 32]
  s : f32[T, T]; s[t,u] = sum[i < 32SCORE] q[t,i] * k[u,i]
  p : f32[T, T]; p[t,u] = PROBABILITY
  o : f32[T, 32]; o[t,i] = sum[u < TDOMAIN] p[t,u] * v[u,i]
  m : f32[T]; m[t] = max[i < TREAD] s[t,i]
  d : f32[T, 32]; d[u,i] = sum[t < T] p[t,u] * q[t,i]
  return RESULTS
}
`
	for _, c := range []struct {
		name, p, domain, read, results string
		want                           []string // of s, o and d: the bands of C and A
		score                          string   // the condition of s
	}{
		{"causal", "exp(s[t,u]) where u <= t", "", " where i <= t", "o, d, m",
			[]string{"-T + 1 to 1, all", "all, -T + 1 to 1", "all, 0 to T"}, ""},
		{"the sum says so, too", "exp(s[t,u]) where u <= t", " where u <= t", " where i <= t", "o, d, m",
			[]string{"-T + 1 to 1, all", "all, -T + 1 to 1", "all, 0 to T"}, ""},
		{"by a selection", "if u <= t then exp(s[t,u]) else 0", "", " where i <= t", "o, d, m",
			[]string{"-T + 1 to 1, all", "all, -T + 1 to 1", "all, 0 to T"}, ""},
		{"a window", "exp(s[t,u]) where u < t and u >= t - 8", "", " where i < t and i >= t - 8", "o, d, m",
			[]string{"-8 to 0, all", "all, -8 to 0", "all, 1 to 9"}, ""},
		{"one reader looks further", "exp(s[t,u]) where u <= t", "", " where i <= t + 2", "o, d, m",
			[]string{"-T + 1 to 3, all", "all, -T + 1 to 1", "all, 0 to T"}, ""},
		{"one reader looks everywhere", "exp(s[t,u]) where u <= t", "", "", "o, d, m",
			[]string{"all, all", "all, -T + 1 to 1", "all, 0 to T"}, ""},
		{"the scores are a result", "exp(s[t,u]) where u <= t", "", " where i <= t", "o, d, m, s",
			[]string{"all, all", "all, -T + 1 to 1", "all, 0 to T"}, ""},
		{"nothing is masked", "exp(s[t,u])", "", "", "o, d, m", []string{"all, all", "all, all", "all, all"}, ""},
		{"not 0 elsewhere", "if u <= t then exp(s[t,u]) else 1", "", " where i <= t", "o, d, m",
			[]string{"all, all", "all, all", "all, all"}, ""},
		{"not a diagonal", "exp(s[t,u]) where u <= 2*t", "", " where i <= 2*t", "o, d, m", []string{"all, all", "all, all", "all, all"}, ""},
		{"the scores say so", "exp(s[t,u]) where u <= t", "", " where i <= t", "o, d, m",
			[]string{"-T + 1 to 1, all", "all, -T + 1 to 1", "all, 0 to T"}, " where u <= t"},
		{"the scores say more", "exp(s[t,u]) where u <= t", "", " where i <= t", "o, d, m",
			[]string{"all, -T + 1 to 1", "all, 0 to T"}, " where u <= t - 2"},
		{"the scores say what no diagonal does", "exp(s[t,u]) where u <= 2*t", "", " where i <= 2*t", "o, d, m",
			[]string{"all, all", "all, all", "all, all"}, " where u <= 2*t"},
		{"zeros of the scores are read", "exp(s[t,u]) where u <= t", "", "", "o, d, m",
			[]string{"all, -T + 1 to 1", "all, 0 to T"}, " where u <= t"},
		{"zeros of the scores are a result", "exp(s[t,u]) where u <= t", "", " where i <= t", "o, d, m, s",
			[]string{"all, -T + 1 to 1", "all, 0 to T"}, " where u <= t"},
	} {
		text := strings.NewReplacer("PROBABILITY", c.p, "SCORE", c.score, "DOMAIN", c.domain, "READ", c.read, "RESULTS", c.results).Replace(attention)
		var got []string
		for _, p := range lower(t, text, Options{Engine: 1}).Products {
			got = append(got, fmt.Sprintf("%s, %s", p.C.Band, p.A.Band))
		}
		slices.Sort(got)
		want := slices.Sorted(slices.Values(c.want))
		if !slices.Equal(got, want) {
			t.Errorf("%s: bands are %q, want %q", c.name, got, want)
		}
	}
}

// What is 0 by a condition and an operand of another product is made in full, though that
// has the condition, too: the engine takes the zeros for granted.
func TestZerosOfOperands(t *testing.T) {
	const text = `dim T
func f {
  input q : f32[T, 32]
  input k : f32[T, 32]
  s : f32[T, T]; s[t,u] = sum[i < 32 where u <= t] q[t,i] * k[u,i]
  o : f32[T, 32]; o[t,i] = sum[u < T where u <= t] s[t,u] * q[u,i]
  return o
}
`
	products := lower(t, text, Options{Engine: 1}).Products
	if len(products) != 1 || products[0].A.Buffer.Name != "s" || products[0].A.Band == nil {
		t.Errorf("products are %v, want one of s and its band", products)
	}
}

// Copies of operands that are read where data says are made under the conditions that
// keep those places inside, whether the sum or only its readers ask for them.
func TestGuardedCopies(t *testing.T) {
	const gathers = `dim N, V
func f {
  input k : i32[N]
  input a : f32[V, 32]
  input b : f32[OPERAND]
  s : f32[SHAPE]; s[INDEX] = sum[REDUCED where k[n] >= 0 and k[n] < V] a[k[n],i] * b[FACTOR]
  d : f32[V, 32]; d[k[n],j] += s[n,j] for n < N, j < 32 where k[n] >= 0 and k[n] < V
  return RESULT
}
`
	for _, c := range []struct{ name, operand, shape, index, reduced, factor, result, want string }{
		{"of readers", "32, 32", "N, 32", "n,j", "i < 32", "i,j", "d", "a_operand = if k[n] >= 0 and k[n] < V then a[k[n],i] else 0"},
		{"of the sum, on one side", "N, 32", "32, 32", "i,j", "n < N", "n,j", "s", ""},
		{"of the sum, on both", "V, 32", "32, 32", "i,j", "n < N", "k[n],j", "s",
			"a_operand = if k[n] >= 0 and k[n] < V then a[k[n],i] else 0; b_operand = if k[n] >= 0 and k[n] < V then b[k[n],j] else 0"},
	} {
		text := strings.NewReplacer("OPERAND", c.operand, "SHAPE", c.shape, "INDEX", c.index, "REDUCED", c.reduced, "FACTOR", c.factor, "RESULT", c.result).Replace(gathers)
		if c.result == "s" {
			from := strings.Index(text, "  d :")
			text = text[:from] + "  return s\n}\n"
		}
		l := lower(t, text, Options{Engine: 1})
		var got []string
		for _, p := range l.Products {
			for _, m := range []Matrix{p.A, p.B} {
				if v := m.Buffer.Value; v != nil && strings.HasSuffix(v.Name, "_operand") {
					got = append(got, v.Name+" = "+v.Def.(*ir.Map).Body.String())
				}
			}
		}
		slices.Sort(got)
		if text := strings.Join(got, "; "); text != c.want {
			t.Errorf("%s: copies are %q, want %q", c.name, text, c.want)
		}
	}
}

// A condition of a sum that keeps to a diagonal of an operand makes a copy of it with
// zeros, unless the operand has them, and unless most of it would be zeros.
func TestMasked(t *testing.T) {
	const sum = `dim T
func f {
  input w : f32[T, T]
  input v : f32[T, 32]
  o : f32[T, 32]; o[t,i] = sum[u < T where CONDITION] OPERAND * v[u,i]
  return o
}
`
	for _, c := range []struct{ name, where, operand, want string }{
		{"a triangle", "u <= t", "w[t,u]", "w_masked: all, -T + 1 to 1"},
		{"a triangle of the transpose", "u <= t", "w[u,t]", "w_masked: all, -T + 1 to 1"},
		{"work on the operand", "u >= t + 1", "exp(w[t,u])", "w_operand_masked: all, 1 to T"},
		{"a wide window", "u <= t + 20 and u >= t - 20", "w[t,u]", "w_masked: all, -20 to 21"},
		{"a narrow window", "u <= t and u >= t - 3", "w[t,u]", ""},
		{"two diagonals", "u <= t and u <= t + t", "w[t,u]", ""},
		{"another condition", "u <= 2*t", "w[t,u]", ""},
	} {
		p := lower(t, strings.NewReplacer("CONDITION", c.where, "OPERAND", c.operand).Replace(sum), Options{Engine: 1})
		got := ""
		for _, x := range p.Products {
			got += fmt.Sprintf("%s: %s, %s", x.A.Buffer.Name, x.C.Band, x.A.Band)
		}
		if got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}
