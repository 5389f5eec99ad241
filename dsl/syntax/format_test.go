package syntax

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/gradgen/gradgen/dsl/diag"
)

// checkFormat holds the two properties of Format for a text without mistakes and returns what it gives.
func checkFormat(t *testing.T, text string) string {
	t.Helper()
	file, errs := Parse(diag.NewSource("t.grad", []byte(text)))
	if len(errs) > 0 {
		t.Fatal(errs.Text())
	}
	once := Format(file)
	again, errs := Parse(diag.NewSource("t.grad", once))
	if len(errs) > 0 {
		t.Fatalf("formatting broke the text\n%s\n%s", once, errs.Text())
	}
	if diff := cmp.Diff(Dump(file), Dump(again)); diff != "" {
		t.Errorf("formatting changed the tree\n%s\n%s\n%s", text, once, diff)
	}
	if diff := cmp.Diff(string(once), string(Format(again))); diff != "" {
		t.Errorf("formatting twice is not formatting once\n%s", diff)
	}
	return string(once)
}

func TestProgramsAreFormatted(t *testing.T) {
	files, _ := filepath.Glob(programs)
	for _, name := range files {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(string(text), checkFormat(t, string(text))); diff != "" {
			t.Errorf("%s\n%s", name, diff)
		}
	}
}

// messy is badly laid out and ends in the middle.
const messy = `

// doc

package   digits ;
dim B;dim In=28*28 ; ; // sizes


//c
model M:f32[B,In]->f32[B,10]=fc2:Dense(10)∘relu
   ∘   // why
 // and
  fc1 :Dense( 128,useBias=true , )


fn f( x,y:f64 [n] )->f64={
`

func TestFormat(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"spaces", "fn   f( x:f64 [n] ,k : dim=3 )->f64=x [0]", "fn f(x: f64[n], k: dim = 3) -> f64 = x[0]\n"},
		{"operators", "const a=b<c and d>=e or not f==g", "const a = b < c and d >= e or not f == g\n"},
		{"spelling stays", "const a = f ∘ g + (f << g) · 2 − 3 ≤ ∞ ∧ ¬ b", "const a = f ∘ g + (f << g) · 2 − 3 ≤ ∞ ∧ ¬b\n"},
		{"arithmetic is the author's", "const a = b*c + d * e-f +g/h/ i", "const a = b*c + d * e-f + g/h / i\n"},
		{"signs", "const a = - b * - c ^ - 2 - - d", "const a = -b * -c^-2 - -d\n"},
		{"sign behind a reduction", "const a = sum [i] - x[i]", "const a = sum[i] -x[i]\n"},
		{"sign behind brackets", "const a = x[i] -y[i]", "const a = x[i] - y[i]\n"},
		{"power", "const a = b ^ 2 ^ c", "const a = b^2^c\n"},
		{"indices", "const a = x[b , o] + x[ ...,i] + x[b,2*h+i] + x[0 , 1]", "const a = x[b,o] + x[..., i] + x[b, 2*h+i] + x[0,1]\n"},
		{"reduction", "const a = sum[ i,j ](x) + softmax [i,j<3 where i<j] (x)", "const a = sum[i,j] (x) + softmax[i, j < 3 where i < j](x)\n"},
		{"guard", "const a = x[ i-1 else 0 ]", "const a = x[i-1 else 0]\n"},
		{"labels", "model M : f32[8]->f32[8] = a :F( ) >> \"b.c\" : G(k=2)", "model M : f32[8] -> f32[8] = a: F() >> \"b.c\": G(k = 2)\n"},
		{"head of a layer", "layer L( n:dim ):real[n]->real[n]=id", "layer L(n: dim) : real[n] -> real[n] = id\n"},
		{"a number has no axes", "const a = 1 .T", "const a = 1 .T\n"},
		{"param", "layer L()(x:real[n])->real[n]{\nparam w,v:real[n]in[0,1)=1 when(b)\nstate s:real=0\nreturn(x)\n}", "layer L()(x: real[n]) -> real[n] {\n  param w, v : real[n] in [0, 1) = 1 when (b)\n  state s : real = 0\n  return (x)\n}\n"},
		{"block in a line", "fn f(x:f64)->f64{y=x;return y}", "fn f(x: f64) -> f64 { y = x; return y }\n"},
		{"empty block", "derive f{  }", "derive f {}\n"},
		{"rule", "rule jvp f(x,y;dx,dy)=dx", "rule jvp f(x, y; dx, dy) = dx\n"},
		{"semicolons", ";dim A;;dim B ;\n;dim C;", "dim A; dim B\ndim C\n"},
		{"blank lines", "\n\n\ndim A\n\n\n\ndim B\n\n", "dim A\n\ndim B\n"},
		{"blank lines in a block", "fn f(x: f64) -> f64 {\n\n\n  y = x\n\n\n  return y\n\n}", "fn f(x: f64) -> f64 {\n  y = x\n\n  return y\n}\n"},
		{"continuation", "const a = b +\nc\n  - d", "const a = b +\n    c\n    - d\n"},
		{"brackets over lines", "const a = f(\nb,\ng(c,\nd),\n)\n", "const a = f(\n    b,\n    g(c,\n        d),\n)\n"},
		{"continuation in a body", "fn f(x: f64) -> f64 {\ny = x +\nx\nstep s(a: f64,\nb: f64) {\nreturn a\n}\nreturn y\n}", "fn f(x: f64) -> f64 {\n  y = x +\n      x\n  step s(a: f64,\n      b: f64) {\n    return a\n  }\n  return y\n}\n"},
		{"derive over lines", "derive f {\nvalue,\ngrad(x)\n}", "derive f {\n  value,\n  grad(x)\n}\n"},
		{"comments", "// a\ndim A// b\n   // c\n\n  //d\nfn f(x: f64) -> f64 { // e\n// f\ny = x + // g\n// h\nx\n// i\nreturn y\n// j\n}\n// k", "// a\ndim A  // b\n// c\n\n//d\nfn f(x: f64) -> f64 {  // e\n  // f\n  y = x +  // g\n      // h\n      x\n  // i\n  return y\n  // j\n}\n// k\n"},
		{"only comments", "\n// a\n\n\n// b", "// a\n\n// b\n"},
		{"nothing", "", ""},
		{"only spaces", " \n\t\n", ""},
		{"carriage returns", "dim A // x\r\n\r\n\r\ndim B\r\n", "dim A  // x\n\ndim B\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if diff := cmp.Diff(c.want, checkFormat(t, c.text)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestFormatLeavesMistakesAlone(t *testing.T) {
	file, errs := Parse(diag.NewSource("t", []byte(messy)))
	if len(errs) == 0 || string(Format(file)) != messy {
		t.Errorf("%d errors\n%s", len(errs), Format(file))
	}
}
