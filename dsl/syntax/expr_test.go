package syntax

import (
	"strings"
	"testing"

	"github.com/gradgen/gradgen/dsl/diag"
)

func TestPrecedence(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"product before sum", "a + b * c", "(a + (b * c))"},
		{"sums are flat", "a - b + c - d", "(a - b + c - d)"},
		{"products are flat", "a / b * c @ d", "(a / b * c @ d)"},
		{"power groups to the right", "a ^ b ^ c", "(a ^ (b ^ c))"},
		{"power before minus", "-x^2", "(- (x ^ 2))"},
		{"signed exponent", "2^-x^2*y", "((2 ^ (- (x ^ 2))) * y)"},
		{"signed exponent twice", "2^--x", "(2 ^ (- (- x)))"},
		{"minus before product", "-a * b", "((- a) * b)"},
		{"minus before composition", "-f ∘ g", "((- f) << g)"},
		{"composition before product", "a * f ∘ g", "(a * (f << g))"},
		{"composition before sum", "id + f ∘ g", "(id + (f << g))"},
		{"compositions are flat", "f << g ∘ h", "(f << g << h)"},
		{"reading order", "f >> g >> h", "(f >> g >> h)"},
		{"directions may differ inside parentheses", "f ∘ (g >> h)", "(f << {(g >> h)})"},
		{"directions may differ between operands", "f ∘ g + h >> k", "((f << g) + (h >> k))"},
		{"label before composition", "a: F(1) ∘ b: G", "((a: F(1)) << (b: G))"},
		{"label before power", "a: f ^ 2", "((a: f) ^ 2)"},
		{"label over application", "rnn: GRU(32)(xs, 0)", "(rnn: GRU(32)(xs, 0))"},
		{"quoted label", `"features.0": Conv2d(16, k=3)`, `("features.0": Conv2d(16, k=3))`},
		{"quoted path", `"features.0".weight[o]`, `"features.0".weight[o]`},
		{"postfix", "f(x)[i].w.T(y)", "f(x)[i].w.T(y)"},
		{"reduction looser than product", "sum[i] a * b + c", "((sum[i] (a * b)) + c)"},
		{"reduction as right factor", "2 * sum[i] a * b + c", "((2 * (sum[i] (a * b))) + c)"},
		{"reduction as divisor", "a / sum[i] b * c", "(a / (sum[i] (b * c)))"},
		{"reduction over a parenthesis is still a prefix", "sum[i](a) * b", "(sum[i] ({a} * b))"},
		{"reduction of a reduction", "sum[i] max[j] a * b", "(sum[i] (max[j] (a * b)))"},
		{"reduction of a negative", "sum[i] -a * b", "(sum[i] ((- a) * b))"},
		{"negative of a reduction", "-sum[i] a * b - c", "((- (sum[i] (a * b))) - c)"},
		{"reduction of a composition", "sum[i] f ∘ g", "(sum[i] (f << g))"},
		{"bounds and mask", "sum[i, j < n-1 where i <= j and j > 2] a", "(sum[i,j<(n - 1) where ((i <= j) and (j > 2))] a)"},
		{"parenthesised form is a primary", "softmax[u where u <= t](s)^2 * q", "(((softmax[u where (u <= t)] s) ^ 2) * q)"},
		{"index of a maximum", "E[argmax[i,j](x[i,j])]", "E[(argmax[i,j] x[i, j])]"},
		{"function of the same name", "max(x, sum(y))", "max(x, sum(y))"},
		{"concatenation", "concat[1](a, b + c)", "concat[1](a, (b + c))"},
		{"guarded read", "x[b, 2*h + i - p else 0]", "x[b, ((2 * h) + i - p) else 0]"},
		{"leading axes", "x[..., i]", "x[..., i]"},
		{"if in a guard", "x[if c then 0 else 1 else 2]", "x[if(c, 0, 1) else 2]"},
		{"comparison looser than sum", "a + 1 < b * 2", "((a + 1) < (b * 2))"},
		{"comparisons chain", "0 <= i < n", "(0 <= i < n)"},
		{"not looser than comparison", "not a < b and c", "((not (a < b)) and c)"},
		{"not not", "not not a", "(not (not a))"},
		{"and before or", "a or b and c or d", "(a or (b and c) or d)"},
		{"if is loosest", "if a or b then c + d else e or f", "if((a or b), (c + d), (e or f))"},
		{"else if", "if a then b else if c then d else e", "if(a, b, if(c, d, e))"},
		{"tuple", "(a, b + c)", "tuple(a, (b + c))"},
		{"vector of vectors", "[[a, b], [c, d],]", "vec(vec(a, b), vec(c, d))"},
		{"draws", "random[b,i] < p", "(random[b, i] < p)"},
		{"twins", "a ≤ b ∧ ¬ c ≠ −∞ · π", "((a <= b) and (not (c != ((- inf) * pi))))"},
		{"truth", "if true then 1 else 0", "if(true, 1, 0)"},
		{"empty call", "Flatten()(x)", "Flatten()(x)"},
		{"named arguments", "Conv2d(6, k=5, pad = -2)", "Conv2d(6, k=5, pad=(- 2))"},
	} {
		t.Run(c.name, func(t *testing.T) {
			f := parseText(t, "const value = "+c.text)
			if got := shape(f.Decls[0].(*ConstDecl).Value); got != c.want {
				t.Errorf("%s\ngot  %s\nwant %s", c.text, got, c.want)
			}
			checkFormat(t, "const value = "+c.text)
		})
	}
}

func TestAppliedOrder(t *testing.T) {
	for _, text := range []string{"c ∘ b ∘ a", "a >> b >> c"} {
		f := parseText(t, "const v = "+text)
		var got []string
		for _, s := range f.Decls[0].(*ConstDecl).Value.(*Compose).Applied() {
			got = append(got, shape(s))
		}
		if s := strings.Join(got, ""); s != "abc" {
			t.Errorf("%s is applied in the order %s", text, s)
		}
	}
}

func TestOpSpan(t *testing.T) {
	f := parseText(t, "const v = a ∘ b")
	c := f.Decls[0].(*ConstDecl).Value.(*Compose)
	if got := c.Ops[0].Span(c).Text(); got != "∘" {
		t.Errorf("the operator's place holds %q", got)
	}
}

func TestNumberIsExact(t *testing.T) {
	for text, want := range map[string]string{"0.1": "1/10", "1_000.5e-3": "2001/2000", "1e3": "1000", "3": "3"} {
		f := parseText(t, "const v = "+text)
		if got := f.Decls[0].(*ConstDecl).Value.(*Number).Rat().RatString(); got != want {
			t.Errorf("%s is %s, want %s", text, got, want)
		}
	}
}

// findings returns the findings about a text: the place of each, its code and message.
func findings(text string) []string {
	_, errs := Parse(diag.NewSource("t", []byte(text)))
	var out []string
	for _, d := range errs {
		out = append(out, d.Span.String()+" "+string(d.Code)+" "+d.Message)
	}
	return out
}

func TestUnparen(t *testing.T) {
	f := parseText(t, "const v = (((a)))")
	if got := shape(Unparen(f.Decls[0].(*ConstDecl).Value)); got != "a" {
		t.Errorf("got %s", got)
	}
}
