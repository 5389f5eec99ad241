package check

import (
	"fmt"
	"path"
	"strings"
	"testing"

	"github.com/gradgen/gradgen/dsl/diag"
	"github.com/gradgen/gradgen/ir"
)

// texts is a module of files.
type texts map[string]string

func (m texts) Import(from *diag.Source, name string) (*diag.Source, error) {
	p := path.Join(path.Dir(from.Name), name)
	if strings.HasPrefix(p, "../") {
		return nil, fmt.Errorf("it lies outside the module")
	}
	text, ok := m[p]
	if !ok {
		return nil, fmt.Errorf("there is no such file")
	}
	return diag.NewSource(p, []byte(text)), nil
}

func compileFiles(m texts, name string) (*ir.Module, diag.List) {
	return Compile(ir.NewBuilder(), diag.NewSource(name, []byte(m[name])), m)
}

func TestImports(t *testing.T) {
	files := texts{
		"a/main.grad":      "import \"blocks.grad\"\nimport \"../b/sizes.grad\"\nmodel M : f32[N] -> f32[H] = t: Twice(H)\nloss L(x: f32[N]) = sum(M(x)) + sum(Other(x))",
		"a/blocks.grad":    "import \"../b/sizes.grad\"\nimport \"main.grad\"\nlayer Twice(n: dim) : real[k] -> real[n] = b: Dense(n) ∘ a: Dense(n)\nmodel Other : f32[N] -> f32[N] = d: Dense(N)",
		"b/sizes.grad":     "dim N = 4\ndim H = 3\nmodel Far : f32[N] -> f32[N] = d: Dense(N)",
		"a/outside.grad":   "import \"../../x.grad\"",
		"a/missing.grad":   "import \"gone.grad\"",
		"a/broken.grad":    "import \"wrong.grad\"\nfn f(x: f64) -> f64 = g(x)",
		"a/wrong.grad":     "fn g(x: real) -> real = sin(x",
		"a/far.grad":       "import \"../b/sizes.grad\"\nloss L(x: f32[N]) = sum(Far(x))",
		"a/twice.grad":     "import \"blocks.grad\"\nlayer Twice()(x: real) -> real = x",
		"a/backslash.grad": "import \"..\\\\b\\\\sizes.grad\"",
	}
	m, errs := compileFiles(files, "a/main.grad")
	if len(errs) > 0 {
		t.Fatal(errs.Text())
	}
	verifyAll(t, m)
	if len(m.Models) != 1 || paramNames(m.Models[0]) != "t.a.weight t.a.bias t.b.weight t.b.bias" || m.File != "main.grad" {
		t.Errorf("models %v", m.Models)
	}
	for _, c := range []struct {
		name string
		code diag.Code
		n    int
	}{
		{"a/outside.grad", diag.ImportFailed, 1}, {"a/missing.grad", diag.ImportFailed, 1}, {"a/broken.grad", diag.UnclosedBracket, 1},
		{"a/far.grad", diag.NotHere, 1}, {"a/twice.grad", diag.Redeclared, 1}, {"a/backslash.grad", diag.ImportPath, 1},
	} {
		_, errs := compileFiles(files, c.name)
		if len(errs) != c.n || errs[0].Code != c.code {
			t.Errorf("%s:\n%s", c.name, errs.Text())
		}
	}
}

func TestPackageAndDocs(t *testing.T) {
	m := compileText(t, "package digits\n// M is a model.\n// It has two lines.\nmodel M : f32[2] -> f32[2] = tanh")
	if m.Package != "digits" || m.Models[0].Doc != "M is a model.\nIt has two lines." {
		t.Errorf("package %q, doc %q", m.Package, m.Models[0].Doc)
	}
}
