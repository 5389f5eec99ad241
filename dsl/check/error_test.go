package check

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"github.com/gradgen/gradgen/dsl/diag"
	"github.com/gradgen/gradgen/ir"
)

var update = flag.Bool("update", false, "record what is reported of the programs in golden/errors now")

// Wrong programs, each with all that is reported about it.
func TestErrors(t *testing.T) {
	compareFindings(t, "../../golden/errors/check/*.txtar", 50, func(t *testing.T, m *ir.Module, found diag.List) {
		if !found.HasErrors() || m != nil {
			t.Fatal("no error is reported")
		}
	})
}

// Programs that compile, each with all the warnings.
func TestWarnings(t *testing.T) {
	compareFindings(t, "../../golden/errors/numerics/*.txtar", 2, func(t *testing.T, m *ir.Module, found diag.List) {
		if found.HasErrors() || m == nil {
			t.Fatalf("it does not compile:\n%s", found.Text())
		}
		for _, e := range m.Exports {
			if err := ir.Verify(e.Func); err != nil {
				t.Error(err)
			}
		}
	})
}

// compareFindings compiles the programs of archives, at least some number of them, and compares what is reported with
// what is recorded.
func compareFindings(t *testing.T, pattern string, least int, check func(t *testing.T, m *ir.Module, found diag.List)) {
	files, err := filepath.Glob(pattern)
	if err != nil || len(files) < least {
		t.Fatalf("%d programs, %v", len(files), err)
	}
	for _, name := range files {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txtar"), func(t *testing.T) {
			a, err := txtar.ParseFile(name)
			if err != nil || len(a.Files) != 2 {
				t.Fatalf("%d sections, %v", len(a.Files), err)
			}
			m, found := Compile(ir.NewBuilder(), diag.NewSource("in.grad", a.Files[0].Data), nil)
			check(t, m, found)
			for _, d := range found {
				if _, known := diag.Lookup(d.Code); !known {
					t.Errorf("%s is in no table", d.Code)
				}
			}
			got := found.Text()
			if *update {
				a.Files[1].Data = []byte(got)
				if err := os.WriteFile(name, txtar.Format(a), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			if diff := cmp.Diff(string(a.Files[1].Data), got); diff != "" {
				t.Errorf("want (-) and have (+):\n%s", diff)
			}
		})
	}
}

// The examples of the registry: the wrong one has the error, first of all, and the right one has none.
func TestExamplesOfCodes(t *testing.T) {
	for _, row := range diag.Codes() {
		if row.Code < "GG02" {
			continue // tested by the package syntax
		}
		_, errs := Compile(ir.NewBuilder(), diag.NewSource("right.grad", []byte(row.Right)), nil)
		if len(errs) > 0 {
			t.Errorf("the right example of %s is wrong:\n%s\n%s", row.Code, row.Right, errs.Text())
		}
		if strings.HasPrefix(row.Wrong, "(") {
			continue // described in words
		}
		_, errs = Compile(ir.NewBuilder(), diag.NewSource("wrong.grad", []byte(row.Wrong)), nil)
		if len(errs) == 0 || errs[0].Code != row.Code {
			t.Errorf("the wrong example of %s gives:\n%s\n%s", row.Code, row.Wrong, errs.Text())
		}
	}
}

// Every code of the checker is shown by one of the programs. Whether an array fits
// on the stack only the generator knows.
func TestEveryCodeIsShown(t *testing.T) {
	files, err := filepath.Glob("../../golden/errors/[cn]*/*.txtar")
	if err != nil {
		t.Fatal(err)
	}
	var all strings.Builder
	for _, name := range files {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		all.Write(text)
	}
	for _, row := range diag.Codes() {
		if row.Code >= "GG02" && row.Code != diag.InternalFault && row.Code != diag.StackTooSmall && !strings.Contains(all.String(), "["+string(row.Code)+"]") {
			t.Errorf("no golden file shows %s, %s", row.Code, row.Title)
		}
	}
}
