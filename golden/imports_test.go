package golden

import (
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// Imports point one way, and each large dependency stands in one place.
var importRules = []struct {
	imported string   // prefix of an import path
	only     []string // folders whose files may import it; tests may where noted
	tests    bool     // tests may import it anywhere
}{
	{"github.com/alecthomas/participle", []string{"dsl/syntax"}, false},
	{"github.com/dave/jennifer", []string{"codegen/golang"}, false},
	{"github.com/mmcloughlin/avo", []string{"codegen/amd64", "runtime/internal"}, false},
	{"github.com/alecthomas/kong", []string{"cmd"}, false},
	{"github.com/aymanbagabas/go-udiff", []string{"codegen", "cmd"}, false},
	{"golang.org/x/term", []string{"cmd"}, false},
	{"golang.org/x/sys", []string{"runtime"}, false},
	{"gonum.org/v1/gonum", []string{"examples"}, true},
	{"github.com/google/go-cmp", nil, true},
	{"github.com/rogpeppe/go-internal", nil, true},
	{"pgregory.net/rapid", nil, true},

	{module + "/cmd", nil, false},
	{module + "/runtime/peak", []string{"examples/bench"}, true},
	{module + "/codegen", []string{"codegen", "cmd", "examples/bench"}, true},
	{module + "/dsl", []string{"dsl", "cmd", "examples/bench"}, true},
	{module + "/ir", []string{"ir", "dsl", "codegen", "cmd", "examples/bench"}, true},
	{module + "/runtime", []string{"runtime", "examples", "ir/interp", "ir/plan"}, true},
}

const module = "github.com/gradgen/gradgen"

func TestImportsPointOneWay(t *testing.T) {
	root := ".."
	files := 0
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name := d.Name()
		if d.IsDir() && (name == "testdata" || strings.HasPrefix(name, ".") && name != "..") {
			return filepath.SkipDir
		}
		if d.IsDir() || !strings.HasSuffix(name, ".go") {
			return nil
		}
		files++
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(root, path)
		if err != nil {
			return err
		}
		rel = filepath.ToSlash(rel)
		for _, spec := range file.Imports {
			imported, _ := strconv.Unquote(spec.Path.Value)
			checkImport(t, rel, imported)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if files < 100 {
		t.Errorf("looked at %d files only", files)
	}
}

func checkImport(t *testing.T, file, imported string) {
	t.Helper()
	// What generated code imports lands in every user's binary.
	if strings.HasPrefix(file, "runtime/") && !strings.HasPrefix(file, "runtime/internal/") && !strings.HasSuffix(file, "_test.go") &&
		strings.Contains(imported, ".") && imported != "golang.org/x/sys/cpu" && !strings.HasPrefix(imported, module+"/runtime") {
		t.Errorf("%s imports %s: package runtime needs the standard library only", file, imported)
	}
	for _, r := range importRules {
		if imported != r.imported && !strings.HasPrefix(imported, r.imported+"/") {
			continue
		}
		if r.tests && (strings.HasSuffix(file, "_test.go") || isTestSupport(file)) {
			return
		}
		for _, dir := range r.only {
			if strings.HasPrefix(file, dir+"/") {
				return
			}
		}
		t.Errorf("%s imports %s, which only %v may", file, imported, r.only)
	}
}

// isTestSupport tells packages that only tests import.
func isTestSupport(file string) bool {
	return strings.HasPrefix(file, "codegen/scratch/") || strings.HasPrefix(file, "ir/randprog/")
}
