package golang

import (
	"go/ast"
	"go/parser"
	"go/token"
	"math"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/gradgen/gradgen/ir"
)

// The calls of jennifer that print a text as it comes: outside of the source
// files their texts must be constants.
var rawCalls = map[string]bool{
	"Id": true, "Op": true, "Dot": true, "Qual": true, "Comment": true, "Commentf": true, "Lit": true, "Custom": true,
	"Tag": true, "LitFunc": true, "Dict": true, "CgoPreamble": true, "HeaderComment": true, "PackageComment": true,
}

func TestOnlySourceFilesPrintRawText(t *testing.T) {
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range files {
		if strings.HasPrefix(name, "source") || strings.HasSuffix(name, "_test.go") {
			continue
		}
		f, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, i := range f.Imports {
			if path, _ := strconv.Unquote(i.Path.Value); strings.Contains(path, "jennifer") {
				t.Errorf("%s imports %s", name, path)
			}
		}
		ast.Inspect(f, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok {
				return true
			}
			if sel, ok := call.Fun.(*ast.SelectorExpr); ok && rawCalls[sel.Sel.Name] {
				for _, arg := range call.Args {
					if _, constant := arg.(*ast.BasicLit); !constant {
						t.Errorf("%s calls %s", name, sel.Sel.Name)
					}
				}
			}
			return true
		})
	}
}

// hostile texts: what a comment, a name or a string may hold.
var hostile = []string{
	"*/ func init() { panic(1) } /*", "//go:linkname a b", "go:embed x", "+build ignore", "\n+build ignore", "//export f",
	"line one\nfunc init() {}", "line one\r\n//line /etc/passwd:1", "a\rfunc init() {}", "\u2028func init() {}", "\x00\x07\x1b[31m",
	"\ufeff", "\u202e}{", "\xff\xfe", "%s%d%!", "`", `"`, `\`, "```\n", "\t//go:noinline", "//", "", " ", "# Heading", "[x]: http://y", "type", "Deprecated: x",
}

func TestCommentsAreHarmless(t *testing.T) {
	for _, text := range hostile {
		file, err := newSource("p")
		if err != nil {
			t.Fatal(err)
		}
		file.add("x", documented(text, declare("x", id("int"))), structType("T", beside(field(id("int"), "f"), text)), funcDecl(nil, "f", nil, nil, comment(text)))
		out, err := file.Text()
		if err != nil {
			t.Fatal(err)
		}
		checkOnlyComments(t, text, out, 3)
	}
}

// checkOnlyComments parses a file and finds no more declarations than there
// should be, and no directives.
func checkOnlyComments(t *testing.T, text string, src []byte, decls int) {
	t.Helper()
	f, err := parser.ParseFile(token.NewFileSet(), "", src, parser.ParseComments)
	if err != nil {
		t.Errorf("%q: %v\n%s", text, err, src)
		return
	}
	if len(f.Decls) != decls {
		t.Errorf("%q: %d declarations, want %d\n%s", text, len(f.Decls), decls, src)
	}
	for _, g := range f.Comments {
		for _, c := range g.List {
			body, ok := strings.CutPrefix(c.Text, "//")
			if !ok || body != "" && body[0] != ' ' && body[0] != '\t' || strings.HasPrefix(strings.TrimSpace(body), "+build") {
				t.Errorf("%q: comment %q", text, c.Text)
			}
			for _, r := range body {
				if r < ' ' && r != '\t' || r == '\u202e' || r == '\ufeff' || r == '\u2028' {
					t.Errorf("%q: comment %q holds %U", text, c.Text, r)
				}
			}
		}
	}
}

func FuzzComments(f *testing.F) {
	for _, s := range hostile {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		file, _ := newSource("p")
		file.add("x", documented(text, declare("x", id("int"))))
		out, err := file.Text()
		if err != nil {
			t.Fatal(err)
		}
		checkOnlyComments(t, text, out, 1)
	})
}

func TestStringsAreQuoted(t *testing.T) {
	for _, text := range hostile {
		e, err := parser.ParseExpr(str(text).GoString())
		if err != nil {
			t.Fatal(err)
		}
		if got, err := strconv.Unquote(e.(*ast.BasicLit).Value); err != nil || got != text {
			t.Errorf("%q reads back as %q, %v", text, got, err)
		}
	}
}

// numbers whose text is easy to get wrong.
var numbers = []float64{0, math.Copysign(0, -1), 1, -1, 0.1, 1e21, 1e-7, -1e300, math.MaxFloat32, math.SmallestNonzeroFloat32, math.MaxFloat64,
	math.SmallestNonzeroFloat64, math.Inf(1), math.Inf(-1), math.NaN(), 16777217, 1 << 53, 1.0 / 3, math.Pi, 100, -2.5e-45}

func TestNumbersKeepTheirBits(t *testing.T) {
	for _, v := range numbers {
		for _, d := range []ir.DType{ir.F32, ir.F64} {
			v := d.Round(v)
			text := number(d, v).GoString()
			if math.IsNaN(v) || math.IsInf(v, 0) || v == 0 && math.Signbit(v) {
				if !strings.Contains(text, "math.") {
					t.Errorf("%v as %v is %s, a constant", v, d, text)
				}
				continue
			}
			if !strings.ContainsAny(text, ".e") {
				t.Errorf("%v as %v is %s, an integer", v, d, text)
			}
			bits := 64
			if d == ir.F32 {
				bits = 32
			}
			got, err := strconv.ParseFloat(text, bits)
			if err != nil || got != v {
				t.Errorf("%v as %v is %s, which reads as %v, %v", v, d, text, got, err)
			}
		}
	}
}
