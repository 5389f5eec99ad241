package main

import "github.com/gradgen/gradgen/codegen"

type vetCommand struct {
	Sources []string `arg:"" optional:"" name:"source" complete:"sources" help:"Source files, directories, or ./..."`
}

// Run goes on to the files, as the memory of a function is known only then, and
// throws them away.
func (c *vetCommand) Run(t *tool) error {
	t.outputs(t.choose(c.Sources), codegen.Options{})
	return nil
}
