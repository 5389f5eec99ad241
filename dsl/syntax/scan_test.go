package syntax

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/gradgen/gradgen/dsl/diag"
)

func TestScan(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"names", "a _b C9 weight_ih_l0", "a _b C9 weight_ih_l0"},
		{"Greek names", "λ dθ Σ2 αβ", "λ dθ Σ2 αβ"},
		{"reserved words", "if then else and or not where return true false", "if then else and or not where return true false"},
		{"words that are no names", "iff andy", "iff andy"},
		{"numbers", "0 1 12.50 1e3 1E-3 2.5e+10 1_000 0.5", "0 1 12.50 1e3 1E-3 2.5e+10 1_000 0.5"},
		{"number before a range of axes", "[0...]", "[ 0 ... ]"},
		{"text", `"a b" "∘"`, `"a b" "∘"`},
		{"operators", "a<<b>>c<=d>=e==f!=g->h<i>j", "a << b >> c <= d >= e == f != g -> h < i > j"},
		{"glued operators", "a<-b", "a < - b"},
		{"punctuation", "( ) [ ] { } , ; : = ~ . ... + - * / @ ^", "( ) [ ] { } , ; : = ~ . ... + - * / @ ^"},
		{"Unicode operators", "a∘b→c≤d≥e≠f·g−h∧i∨¬j…∞", "a ∘ b → c ≤ d ≥ e ≠ f · g − h ∧ i ∨ ¬ j … ∞"},
		{"comment", "a // b \r\nc", "a //·b c"},
		{"comment at the end", "a //", "a //"},
		{"path", "fc1.weight", "fc1 . weight"},
		{"carriage returns", "a\r\nb\r\n", "a b"},
	} {
		t.Run(c.name, func(t *testing.T) {
			tokens, errs, _ := scan(diag.NewSource("t", []byte(c.text)))
			if len(errs) > 0 {
				t.Fatal(errs.Text())
			}
			var got []string
			for _, tok := range tokens {
				if tok.kind == kindBroken {
					t.Errorf("%q is broken", c.text[tok.start:tok.end])
				}
				got = append(got, strings.ReplaceAll(c.text[tok.start:tok.end], "// ", "//·"))
			}
			if diff := cmp.Diff(c.want, strings.Join(got, " ")); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestScanErrors(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"byte order mark", "\ufeffdim B", "t:1:1 GG0002 the file begins with a byte order mark"},
		{"byte order mark inside", "dim \ufeffB", "t:1:5 GG0006 U+FEFF is a hidden or control character"},
		{"invalid byte", "dim \xff\xfe\xffB", "t:1:5 GG0003 byte 0xff is not valid UTF-8"},
		{"invalid byte in a comment", "dim B // caf\xe9 \xe9", "t:1:13 GG0003 byte 0xe9 is not valid UTF-8"},
		{"surrogate", "dim \xed\xa0\x80B", "t:1:5 GG0003 byte 0xed is not valid UTF-8"},
		{"control character", "dim \x00B", "t:1:5 GG0006 U+0000 is a hidden or control character"},
		{"lone carriage return", "dim B\rdim C", "t:1:6 GG0006 U+000D is a hidden or control character"},
		{"direction in a comment", "dim B // \u202e", "t:1:10 GG0006 U+202E is a hidden or control character"},
		{"isolate in a text", "import \"a\u2066b\"", "t:1:10 GG0006 U+2066 is a hidden or control character"},
		{"zero width", "dim B\u200b", "t:1:6 GG0006 U+200B is a hidden or control character"},
		{"line separator", "dim B // \u2028", "t:1:10 GG0006 U+2028 is a hidden or control character"},
		{"soft hyphen", "dim in\u00adp = 3", "t:1:7 GG0006 U+00AD is a hidden or control character"},
		{"tag character", "dim B // \U000e0041", "t:1:10 GG0006 U+E0041 is a hidden or control character"},
		{"Cyrillic", "dim \u0430b", "t:1:5 GG0008 `\u0430` U+0430 is not allowed in a name"},
		{"Cyrillic inside", "dim v\u0430l", "t:1:6 GG0008 `\u0430` U+0430 is not allowed in a name"},
		{"full width", "dim \uff21", "t:1:5 GG0008 `\uff21` U+FF21 is not allowed in a name"},
		{"omicron", "dim \u03bf = 1", "t:1:5 GG0008 `\u03bf` U+03BF is not allowed"},
		{"ohm", "dim \u2126 = 1", "t:1:5 GG0008 `\u2126` U+2126 is not allowed"},
		{"accent", "dim caf\u00e9 = 1", "t:1:8 GG0008 `\u00e9` U+00E9 is not allowed in a name"},
		{"combining accent", "dim cafe\u0301 = 1", "t:1:9 GG0008 `\u0301` U+0301 is not allowed in a name"},
		{"summation sign", "const a = \u2211[i] x", "t:1:11 GG0008 `\u2211` U+2211 is not allowed"},
		{"superscript", "const a = x\u00b2", "t:1:12 GG0008 `\u00b2` U+00B2 is not allowed"},
		{"no-break space", "dim\u00a0B", "t:1:4 GG0008 `\u00a0` U+00A0 is not allowed"},
		{"emoji", "dim B = 🙂", "t:1:9 GG0101 `🙂` U+1F642 means nothing here"},
		{"dollar", "dim B = $x", "t:1:9 GG0101 `$` U+0024 means nothing here"},
		{"unclosed text", "import \"a.grad  \ndim B", "t:1:8 GG0102 this quoted text does not end on its line"},
		{"single quotes", "import 'a.grad'", "t:1:8 GG0104 `'` is not an operator of this language\nt:1:15 GG0104 `'` is not an operator of this language"},
		{"no fraction", "const a = 1.", "t:1:11 GG0103 `1.` is not a number"},
		{"no whole part", "const a = .5", "t:1:11 GG0103 `.5` is not a number"},
		{"no exponent", "const a = 1e+", "t:1:11 GG0103 `1e+` is not a number"},
		{"hexadecimal", "const a = 0x1F", "t:1:11 GG0103 `0x1F` is not a number"},
		{"octal", "const a = 017", "t:1:11 GG0103 `017` is not a number"},
		{"glued product", "const a = 2x", "t:1:11 GG0103 `2x` is not a number"},
		{"huge exponent", "const a = 1e999999999", "t:1:11 GG0007 the exponent of `1e999999999` is beyond 5000"},
		{"huge negative exponent", "const a = 1e-99999999999999999999", "t:1:11 GG0007 the exponent of `1e-99999999999999999999` is beyond 5000"},
		{"long number", "const a = " + strings.Repeat("1", 1001), "t:1:11 GG0007 this number has 1001 digits; at most 1000 are allowed"},
		{"long name", "dim " + strings.Repeat("x", 201), "t:1:5 GG0007 this name has 201 bytes; at most 200 are allowed"},
		{"long text", `import "` + strings.Repeat("x", 999) + `"`, "t:1:8 GG0007 this text has 1001 bytes; at most 1000 are allowed"},
		{"block comment", "dim B /* size */", "t:1:7 GG0104 `/*` is not an operator of this language"},
		{"hash comment", "# size", "t:1:1 GG0104 `#` is not an operator of this language"},
		{"assignment", "const a += 1", "t:1:9 GG0104 `+=` is not an operator of this language"},
		{"walrus", "const a := 1", "t:1:9 GG0104 `:=` is not an operator of this language"},
		{"C logic", "const a = b && c || !d", "t:1:13 GG0104 `&&` is not an operator of this language\nt:1:18 GG0104 `||` is not an operator of this language\nt:1:21 GG0104 `!` is not an operator of this language"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if diff := cmp.Diff(c.want, strings.Join(findings(c.text), "\n")); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestManyErrorsAreCapped(t *testing.T) {
	for _, text := range []string{strings.Repeat("$ ", 1000), strings.Repeat("dim 3\n", 1000), strings.Repeat("a ]\n", 1000)} {
		_, errs := Parse(diag.NewSource("t", []byte(text)))
		last := errs[len(errs)-1]
		if text[0] != 'a' && (len(errs) != MaxErrors+1 || last.Code != diag.TooManyErrors) {
			t.Errorf("%.10q: %d findings, the last %s", text, len(errs), last.Code)
		}
		if len(errs) > MaxErrors+1 {
			t.Errorf("%.10q: %d findings", text, len(errs))
		}
	}
}

func TestEveryNameLetterIsSingle(t *testing.T) {
	for _, r := range greek {
		if !isGreek(r) || confusables[r] != "" {
			t.Errorf("%q is both allowed and refused", r)
		}
	}
	for r := range twins {
		if isGreek(r) || confusables[r] != "" {
			t.Errorf("%q is both an operator and something else", r)
		}
	}
	for text, k := range words {
		if f := parseTokens("x " + text + " y"); f[1].kind != k {
			t.Errorf("%s is scanned as %d", text, f[1].kind)
		}
	}
}

func parseTokens(text string) []token {
	tokens, _, _ := scan(diag.NewSource("t", []byte(text)))
	return tokens
}

func ExampleDump() {
	f, _ := Parse(diag.NewSource("t.grad", []byte("// Half a value.\nfn half(x: f64) -> f64 = x / 2")))
	fmt.Print(Dump(f))
	// Output:
	// // Half a value.
	// FnDecl
	//   Ident half
	//   Field typed
	//     Ident x
	//     ArrayType f64
	//   ArrayType f64
	//   Chain /
	//     Ident x
	//     Number 2
}
