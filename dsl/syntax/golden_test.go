package syntax

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/gradgen/gradgen/dsl/diag"
)

var update = flag.Bool("update", false, "record what the errors in golden/errors/syntax are now")

// The sections of a golden file, which is a txtar archive of exactly these two.
const (
	inMark   = "-- in.grad --\n"
	wantMark = "-- want --\n"
)

// TestErrors holds wrong programs to the exact text of their errors.
func TestErrors(t *testing.T) {
	files, err := filepath.Glob("../../golden/errors/syntax/*.txtar")
	if err != nil || len(files) < 30 {
		t.Fatalf("%d files, %v", len(files), err)
	}
	for _, name := range files {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txtar"), func(t *testing.T) {
			text, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			in, want, ok := strings.Cut(strings.TrimPrefix(string(text), inMark), wantMark)
			if !ok {
				t.Fatal("the file has no section want")
			}
			file, errs := Parse(diag.NewSource("in.grad", []byte(in)))
			got := errs.Text()
			if errs.Err() == nil {
				t.Fatal("no errors")
			}
			if string(Format(file)) != in {
				t.Error("a wrong program was formatted")
			}
			if *update {
				if err := os.WriteFile(name, []byte(inMark+in+wantMark+got), 0o666); err != nil {
					t.Fatal(err)
				}
				return
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// TestExamplesOfCodes compiles the examples of the registry.
func TestExamplesOfCodes(t *testing.T) {
	for _, row := range diag.Codes() {
		if !strings.HasPrefix(string(row.Code), "GG00") && !strings.HasPrefix(string(row.Code), "GG01") {
			continue // reported by others
		}
		if _, errs := Parse(diag.NewSource("right.grad", []byte(row.Right))); len(errs) > 0 {
			t.Errorf("the right example of %s is wrong:\n%s", row.Code, errs.Text())
		}
		if strings.HasPrefix(row.Wrong, "(") {
			continue // described in words
		}
		_, errs := Parse(diag.NewSource("wrong.grad", []byte(row.Wrong)))
		if len(errs) == 0 || errs[0].Code != row.Code {
			t.Errorf("the wrong example of %s gives:\n%s", row.Code, errs.Text())
		}
	}
}
