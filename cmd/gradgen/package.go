package main

import (
	"bytes"
	"go/build/constraint"
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"path/filepath"
	"strings"

	"github.com/gradgen/gradgen/codegen"
	"github.com/gradgen/gradgen/codegen/golang"
)

// maxClause is how much of a Go file is read to find its package clause.
const maxClause = 1 << 18

// packageOf is the package that the generated files of a folder belong to when
// the source does not say: that of the Go files in it, or else one named after
// it.
//
// A generated file has no say: it would keep alive the name that it was first
// given.
func packageOf(m *module, dir string) string {
	entries, err := fs.ReadDir(m.root.FS(), dir)
	if err == nil {
		for _, e := range entries {
			if name := clause(m, path.Join(dir, e.Name()), e); name != "" {
				return name
			}
		}
	}
	return packageNamed(folderName(m, dir))
}

// clause is the package of a Go file that the go command would build, "" for
// others.
func clause(m *module, p string, e fs.DirEntry) string {
	name := e.Name()
	if !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") || hidden(name) || !e.Type().IsRegular() {
		return ""
	}
	text, err := m.read(p, maxClause)
	if err != nil || codegen.IsGenerated(text) || ignored(text) {
		return ""
	}
	f, err := parser.ParseFile(token.NewFileSet(), name, text, parser.PackageClauseOnly)
	if err != nil || golang.CheckPackage(f.Name.Name) != nil {
		return ""
	}
	return f.Name.Name
}

// ignored reports whether a build constraint keeps a Go file out of every
// build, as that of a program that go generate runs.
func ignored(text []byte) bool {
	for line := range bytes.Lines(text) {
		line = bytes.TrimSpace(line)
		if len(line) > 0 && !bytes.HasPrefix(line, []byte("//")) {
			return false
		}
		if x, err := constraint.Parse(string(line)); err == nil {
			return !x.Eval(func(tag string) bool { return tag != "ignore" })
		}
	}
	return false
}

// folderName is the name of a folder. The root of a module is named after the
// module, as it may have been checked out anywhere.
func folderName(m *module, dir string) string {
	if dir != "." {
		return path.Base(dir)
	}
	if text, err := m.read("go.mod", maxClause); err == nil {
		if name := moduleName(string(text)); name != "" {
			return name
		}
	}
	return filepath.Base(m.dir)
}

// moduleName is the last element of the path of a module that is no version.
func moduleName(mod string) string {
	for line := range strings.Lines(mod) {
		line, _, _ = strings.Cut(line, "//")
		words := strings.Fields(line)
		if len(words) != 2 || words[0] != "module" {
			continue
		}
		p := strings.Trim(words[1], "\"`")
		if last := path.Base(p); strings.HasPrefix(last, "v") && strings.Trim(last[1:], "0123456789") == "" && last != p {
			p = path.Dir(p)
		}
		return path.Base(p)
	}
	return ""
}

// packageNamed makes the name of a package of any text.
func packageNamed(text string) string {
	name := strings.Map(func(r rune) rune {
		switch {
		case 'A' <= r && r <= 'Z':
			return r - 'A' + 'a'
		case 'a' <= r && r <= 'z', '0' <= r && r <= '9', r == '_':
			return r
		}
		return -1
	}, text)
	name = strings.TrimLeft(name, "0123456789_")
	if golang.CheckPackage(name) != nil {
		return "model"
	}
	return name
}
