package main

import "github.com/gradgen/gradgen/codegen"

type vetCommand struct {
	Sources []string `arg:"" optional:"" name:"source" complete:"sources" help:"Source files, directories, or ./..."`
}

// Run goes on to the files, as the memory of a function is known only then, and
// throws them away. It alone prints warnings, so that go generate keeps silent on
// what compiles.
func (c *vetCommand) Run(t *tool) error {
	t.warns = true
	t.outputs(t.choose(c.Sources), codegen.Options{})
	return nil
}
