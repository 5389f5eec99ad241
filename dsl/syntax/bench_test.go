package syntax

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/gradgen/gradgen/dsl/diag"
)

// BenchmarkParse reads the golden programs once an iteration.
func BenchmarkParse(b *testing.B) {
	files, _ := filepath.Glob(programs)
	var sources []*diag.Source
	size := 0
	for _, name := range files {
		text, err := os.ReadFile(name)
		if err != nil {
			b.Fatal(err)
		}
		size += len(text)
		sources = append(sources, diag.NewSource(name, text))
	}
	b.SetBytes(int64(size))
	b.ReportAllocs()
	for b.Loop() {
		for _, src := range sources {
			Parse(src)
		}
	}
}

// BenchmarkGrammar builds the two parsers, which a run of the tool does once.
func BenchmarkGrammar(b *testing.B) {
	for b.Loop() {
		buildDeclParser()
		buildStmtParser()
	}
}
