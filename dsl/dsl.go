package dsl

import (
	"github.com/gradgen/gradgen/dsl/check"
	"github.com/gradgen/gradgen/dsl/diag"
	"github.com/gradgen/gradgen/dsl/prelude"
	"github.com/gradgen/gradgen/ir"
)

// Files finds the files that a program imports.
type Files = check.Files

// Prepare reads the prelude, with which every program is compiled. Nobody has to call it; beside something else it saves
// the time.
func Prepare() { prelude.Files() }

// Compile checks a program and makes it a module: every function that is to be emitted, with the derivatives that are
// asked for, and how its arguments appear in Go. The module is nil if the list holds errors; warnings may come with a
// module. files may be nil if nothing is imported.
//
// It never panics, whatever the text, and is done within a second.
func Compile(src *diag.Source, files Files) (*ir.Module, diag.List) {
	return CompileIn(ir.NewBuilder(), src, files)
}

// CompileIn is Compile with the builder that makes the values of the module, for who goes on to transform them: values
// of two builders must not meet.
func CompileIn(b *ir.Builder, src *diag.Source, files Files) (*ir.Module, diag.List) {
	return check.Compile(b, src, files)
}

// Check returns what is wrong with a program.
func Check(src *diag.Source, files Files) diag.List {
	_, list := Compile(src, files)
	return list
}
