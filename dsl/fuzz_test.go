package dsl_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/gradgen/gradgen/dsl"
	"github.com/gradgen/gradgen/dsl/diag"
	"github.com/gradgen/gradgen/ir"
)

// Whatever the text is, the compiler ends, with errors or with a program that
// verifies, and never with a fault of its own.
func FuzzCompile(f *testing.F) {
	programs, err := filepath.Glob("../golden/programs/*.grad")
	if err != nil || len(programs) == 0 {
		f.Fatalf("no programs to start from: %v", err)
	}
	for _, path := range programs {
		text, err := os.ReadFile(path)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		start := time.Now()
		m, list := dsl.Compile(diag.NewSource("fuzz.grad", text), nil)
		if took := time.Since(start); took > 20*time.Second {
			t.Errorf("took %v", took)
		}
		for _, d := range list {
			if d.Code == diag.InternalFault {
				t.Fatalf("%s", list.Text())
			}
		}
		if m == nil {
			if !list.HasErrors() {
				t.Error("neither a program nor an error")
			}
			return
		}
		for _, e := range m.Exports {
			if err := ir.Verify(e.Func); err != nil {
				t.Error(err)
			}
		}
	})
}
