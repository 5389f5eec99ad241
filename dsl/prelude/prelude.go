// Package prelude holds the layers, losses, optimisers, initialisers and functions that every program can use,
// written in the language itself. Nothing in them is built in: a program may copy the text, rename it, and change it.
//
//	fn/     activations, softmax and its kin, lengths, the maps of constrained parameters
//	layer/  Dense, Conv2d, pooling, normalisation, attention's parts, recurrent layers
//	loss/   what a loss is made of
//	opt/    SGD, Adam, …
//	init/   how parameters start
//
// To add one, add a file and a case to the golden tests. A declaration of a program hides the one of the same name
// here, but not from the rest of the prelude.
package prelude

import (
	"embed"
	"errors"
	"io/fs"
	"sync"

	"github.com/gradgen/gradgen/dsl/diag"
	"github.com/gradgen/gradgen/dsl/syntax"
	"github.com/gradgen/gradgen/ir/parallel"
)

//go:embed fn layer loss opt init
var texts embed.FS

// Files returns the parsed files, in the order of their names. They are read once, several at a time, and must not be
// changed.
var Files = sync.OnceValue(func() []*syntax.File {
	sources := Sources()
	out := make([]*syntax.File, len(sources))
	err := parallel.Each(len(sources), 0, func(i int) error {
		f, errs := syntax.Parse(sources[i])
		if len(errs) > 0 {
			return errors.New(errs.Text())
		}
		out[i] = f
		return nil
	})
	if err != nil {
		panic("prelude: " + err.Error())
	}
	return out
})

// Sources returns the texts, named prelude/layer/dense.grad and so on.
var Sources = sync.OnceValue(func() []*diag.Source {
	var out []*diag.Source
	err := fs.WalkDir(texts, ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := texts.ReadFile(path)
		out = append(out, diag.NewSource("prelude/"+path, text))
		return err
	})
	if err != nil {
		panic(err) // an embedded file can be read
	}
	return out
})
