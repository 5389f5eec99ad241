package check

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/gradgen/gradgen/dsl/diag"
	"github.com/gradgen/gradgen/ir"
)

func TestDump(t *testing.T) {
	rethrow = true
	name := os.Getenv("GRAD")
	if name == "" {
		t.Skip()
	}
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	m, errs := Compile(ir.NewBuilder(), diag.NewSource(filepath.Base(name), text), nil)
	if len(errs) > 0 {
		t.Log("\n" + errs.Text())
	}
	if m == nil {
		return
	}
	for _, e := range m.Exports {
		t.Logf("--- %v %s %s\nargs %v\nresults %v\n%s", e.Kind, e.Name, e.Derives, e.Args, e.Results, e.Func)
	}
}
