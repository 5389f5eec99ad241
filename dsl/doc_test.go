package dsl_test

import (
	"os"
	"strings"
	"testing"

	"github.com/gradgen/gradgen/dsl"
	"github.com/gradgen/gradgen/dsl/diag"
)

// Every example of the reference compiles.
func TestReferenceCompiles(t *testing.T) {
	text, err := os.ReadFile("doc.go")
	if err != nil {
		t.Fatal(err)
	}
	var blocks []string
	inside := false
	for _, line := range strings.Split(string(text), "\n") {
		code, ok := strings.CutPrefix(line, "//\t")
		if ok && !inside {
			blocks = append(blocks, "")
		}
		if inside = ok; ok {
			blocks[len(blocks)-1] += code + "\n"
		}
	}
	if len(blocks) < 10 {
		t.Fatalf("%d examples", len(blocks))
	}
	for _, b := range blocks {
		if list := dsl.Check(diag.NewSource("doc.grad", []byte(b)), nil); len(list) > 0 {
			t.Errorf("%s\n%s", b, list.Text())
		}
	}
}
