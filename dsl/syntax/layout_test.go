package syntax

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/gradgen/gradgen/dsl/diag"
)

func TestLayout(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"newline", "a\nb", "a | b |"},
		{"semicolon", "a; b;\nc", "a | b | c |"},
		{"empty statements", ";;a;;\n;b;", "a | b |"},
		{"blank lines", "\n\na\n\n\nb\n\n", "a | b |"},
		{"inside parentheses", "f(a\nb)\nc", "f ( a b ) | c |"},
		{"inside brackets", "x[a\nb]\nc", "x [ a b ] | c |"},
		{"semicolon inside parentheses", "f(x; y)", "f ( x ; y ) |"},
		{"after an operator", "a +\nb", "a + b |"},
		{"after ∘", "f ∘\ng", "f ∘ g |"},
		{"after >>", "f >>\ng", "f >> g |"},
		{"after and, or", "a and\nb or\nc", "a and b or c |"},
		{"after not", "not\na", "not a |"},
		{"after =", "a =\nb", "a = b |"},
		{"after comma", "a,\nb", "a , b |"},
		{"after colon", "a:\nb", "a : b |"},
		{"after ->", "a ->\nb", "a -> b |"},
		{"after ~", "a ~\nb", "a ~ b |"},
		{"after if, then, else", "if\na then\nb else\nc", "if a then b else c |"},
		{"after a brace", "{\na\n}", "{ a | } |"},
		{"before an operator", "a\n+ b\n- c\n* d\n/ e\n@ f\n^ g", "a + b - c * d / e @ f ^ g |"},
		{"before ∘ and >>", "f\n∘ g\n>> h", "f ∘ g >> h |"},
		{"before a comparison", "a\n<= b\n== c\n< d", "a <= b == c < d |"},
		{"before and, or", "a\nand b\nor c", "a and b or c |"},
		{"before then, else", "if a\nthen b\nelse c", "if a then b else c |"},
		{"before =, ->, ~, comma, colon", "a\n= b\n-> c\n~ d\n, e\n: f", "a = b -> c ~ d , e : f |"},
		{"before a point", "a\n.T", "a . T |"},
		{"not before a parenthesis", "a\n(b)", "a | ( b ) |"},
		{"not before a bracket", "a\n[b]", "a | [ b ] |"},
		{"not before not", "a\nnot b", "a | not b |"},
		{"before a closing brace", "{ a }", "{ a | } |"},
		{"empty block", "a { }\nb {\n}", "a { } | b { } |"},
		{"block in a line", "{ a; b }", "{ a | b | } |"},
		{"block in parentheses of its own", "f(a) {\nb\nc\n}", "f ( a ) { b | c | } |"},
		{"comment ends a line", "a // x\nb", "a | b |"},
		{"comment before an operator", "a\n// x\n+ b", "a + b |"},
		{"comment after an operator", "a + // x\nb", "a + b |"},
		{"blank line before an operator", "a\n\n+ b", "a + b |"},
		{"carriage returns", "a\r\nb\r\n", "a | b |"},
		{"interval", "param s : real in [0, inf)\nb", "param s : real in [ 0 , inf ) | b |"},
	} {
		t.Run(c.name, func(t *testing.T) {
			src := diag.NewSource("t", []byte(c.text))
			tokens, errs, _ := scan(src)
			laid, more, _ := lay(src, tokens)
			if errs.Add(more...); len(errs) > 0 {
				t.Fatal(errs.Text())
			}
			var got []string
			for _, tok := range laid {
				if tok.kind == kindTerm {
					got = append(got, "|")
				} else {
					got = append(got, c.text[tok.start:tok.end])
				}
			}
			if diff := cmp.Diff(c.want, strings.Join(got, " ")); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// Each mistake is reported once and what follows is read.
func TestRecovery(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"bracket left open before a declaration",
			"const a = f(1, [2\nconst b = 3 +\n",
			"t:1:16 GG0105 `[` is never closed\nt:2:14 GG0110 expected an operand after `+`, found the end of the file"},
		{"bracket left open in a body",
			"fn f(x: f64) -> f64 {\n  y = g(x\n  return y\n}\ndim 3",
			"t:2:8 GG0105 `(` is never closed\nt:5:5 GG0109 expected a name, found `3`"},
		{"bracket left open at the end of a body",
			"fn f(x: f64) -> f64 {\n  return g(x\n}\ndim 3",
			"t:2:11 GG0105 `(` is never closed\nt:4:5 GG0109 expected a name, found `3`"},
		{"brace left open",
			"fn f(x: f64) -> f64 {\n  y = 2 +\n  return = y\nfn g(x: f64) -> f64 = x +",
			"t:1:21 GG0105 `{` is never closed\nt:2:10 GG0110 expected an operand after `+`, found the end of the line\nt:3:10 GG0110 expected an expression, found `=`\nt:4:26 GG0110 expected an operand after `+`, found the end of the file"},
		{"brace missing",
			"fn f(x: f64) -> f64\n  y = x\n  return y\n}\ndim 3",
			"t:1:20 GG0109 expected `=` and a formula, or `{`, found the end of the line\nt:5:5 GG0109 expected a name, found `3`"},
		{"several statements of a body",
			"fn f(x: f64) -> f64 {\n  a = 1 +;\n  b = 2\n  c = * 3\n  step s(x: f64) {\n    d = )\n    e =\n  }\n  return\n}",
			"t:2:10 GG0110 expected an operand after `+`, found `;`\nt:4:7 GG0110 expected an expression, found `*`\nt:6:9 GG0106 `)` closes nothing\nt:7:8 GG0110 expected an expression, found the end of the line\nt:9:9 GG0110 expected an expression, found the end of the line"},
		{"several declarations", "dim 1\ndim B\nmodel\nloss L(x) = x",
			"t:1:5 GG0109 expected a name, found `1`\nt:3:6 GG0109 expected a name, found the end of the line\nt:4:9 GG0109 expected `:` and the type of `x`, found `)`"},
		{"what follows a lost declaration is not reported", "layer L(\nx y z\n1 2 3\ndim x 3",
			"t:1:8 GG0105 `(` is never closed\nt:4:7 GG0109 expected the end of the declaration, found `3`"},
		{"a run of strange lines is one mistake", "a\nb\nc\ndim B\nd", "t:1:1 GG0108 expected a declaration, found `a`\nt:5:1 GG0108 expected a declaration, found `d`"},
		{"wrong partner", "const a = f(1]\ndim 3", "t:1:14 GG0106 `]` does not close `(`\nt:2:5 GG0109 expected a name, found `3`"},
		{"stray brace", "dim B\n}\ndim 3", "t:2:1 GG0106 `}` closes nothing\nt:3:5 GG0109 expected a name, found `3`"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if diff := cmp.Diff(c.want, strings.Join(findings(c.text), "\n")); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestBadDeclKeepsItsName(t *testing.T) {
	f, _ := Parse(diag.NewSource("t", []byte("fn f(x f64) -> f64 = x\nrule jvp g(x) = 1\nmodel 3\n")))
	var got []string
	for _, d := range f.Decls {
		bad, ok := d.(*BadDecl)
		if !ok {
			t.Fatalf("%T", d)
		}
		name := "-"
		if bad.Name != nil {
			name = bad.Name.Name
		}
		got = append(got, bad.Word+" "+name)
	}
	if diff := cmp.Diff([]string{"fn f", "rule g", "model -"}, got); diff != "" {
		t.Error(diff)
	}
}

func TestDoc(t *testing.T) {
	f := parseText(t, "// not this\n\n// One\n//  two\n//\n//three\ndim A // behind\ndim B\n// C\n\ndim C\ndim D // behind\n// E\ndim E\n")
	var got []string
	for _, d := range f.Decls {
		got = append(got, strings.Join(d.Head().Doc, "|"))
	}
	if diff := cmp.Diff([]string{"One| two||three", "", "", "", "E"}, got); diff != "" {
		t.Error(diff)
	}
	if len(f.Comments) != 9 {
		t.Errorf("%d comments", len(f.Comments))
	}
}
