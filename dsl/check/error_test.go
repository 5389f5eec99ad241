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

var update = flag.Bool("update", false, "record what the errors in golden/errors/check are now")

// Wrong programs, each with all that is reported about it.
func TestErrors(t *testing.T) {
	files, err := filepath.Glob("../../golden/errors/check/*.txtar")
	if err != nil || len(files) < 50 {
		t.Fatalf("%d wrong programs, %v", len(files), err)
	}
	for _, name := range files {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txtar"), func(t *testing.T) {
			a, err := txtar.ParseFile(name)
			if err != nil || len(a.Files) != 2 {
				t.Fatalf("%d sections, %v", len(a.Files), err)
			}
			m, errs := Compile(ir.NewBuilder(), diag.NewSource("in.grad", a.Files[0].Data), nil)
			if !errs.HasErrors() || m != nil {
				t.Fatal("no error is reported")
			}
			for _, d := range errs {
				if _, known := diag.Lookup(d.Code); !known {
					t.Errorf("%s is in no table", d.Code)
				}
			}
			got := errs.Text()
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

// Every code of the checker is shown by one of the wrong programs.
func TestEveryCodeIsShown(t *testing.T) {
	files, err := filepath.Glob("../../golden/errors/check/*.txtar")
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
		if row.Code >= "GG02" && row.Code != diag.InternalFault && !strings.Contains(all.String(), "["+string(row.Code)+"]") {
			t.Errorf("no golden file shows %s, %s", row.Code, row.Title)
		}
	}
}
