package check

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/gradgen/gradgen/dsl/diag"
	"github.com/gradgen/gradgen/ir"
)

func init() { rethrow = true }

func compileText(t *testing.T, text string) *ir.Module {
	t.Helper()
	m, errs := Compile(ir.NewBuilder(), diag.NewSource("t.grad", []byte(text)), nil)
	if len(errs) > 0 {
		t.Fatalf("%s\n%s", text, errs.Text())
	}
	verifyAll(t, m)
	return m
}

func verifyAll(t *testing.T, m *ir.Module) {
	t.Helper()
	for _, e := range m.Exports {
		if err := ir.Verify(e.Func); err != nil {
			t.Errorf("%s %s: %v\n%s", e.Name, e.Derives, err, e.Func)
		}
		if len(e.Args) != len(e.Func.Params) || len(e.Results) != len(e.Func.Results) {
			t.Errorf("%s %s: %d bindings for %d parameters, %d for %d results", e.Name, e.Derives,
				len(e.Args), len(e.Func.Params), len(e.Results), len(e.Func.Results))
		}
	}
}

func TestProgramsCompile(t *testing.T) {
	files, err := filepath.Glob("../../golden/programs/*.grad")
	if err != nil || len(files) < 8 {
		t.Fatalf("%d programs, %v", len(files), err)
	}
	for _, name := range files {
		t.Run(filepath.Base(name), func(t *testing.T) {
			text, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			m, errs := Compile(ir.NewBuilder(), diag.NewSource(filepath.Base(name), text), nil)
			if len(errs) > 0 {
				t.Fatal(errs.Text())
			}
			verifyAll(t, m)
		})
	}
}
