package main

import (
	"errors"
	"fmt"
	"path"
	"strings"

	"github.com/gradgen/gradgen/codegen"
)

type generateCommand struct {
	Purego  bool     `help:"Only portable Go: no assembly, and all loops stand where they belong."`
	Tests   bool     `help:"Also write tests: every function runs and allocates nothing, and gradients agree with differences."`
	Verbose bool     `short:"v" help:"Print the names of files that were written or removed."`
	Sources []string `arg:"" optional:"" name:"source" complete:"sources" help:"Source files, directories, or ./..."`
}

func (c *generateCommand) Run(t *tool) error {
	for _, o := range t.outputs(t.choose(c.Sources), codegen.Options{Portable: c.Purego, Tests: c.Tests}) {
		changed, err := o.write()
		if err != nil {
			t.fail(err)
		}
		for _, name := range changed {
			if c.Verbose {
				if err := t.print(quoted(displayed(o.mod.abs(name))) + "\n"); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// output is the files made from one source, or what stands for a folder.
type output struct {
	mod *module
	codegen.Output
}

// outputs compiles the chosen sources to files. Chosen folders follow, as they
// may hold files of sources that are gone.
func (t *tool) outputs(chosen *selection, opts codegen.Options) []output {
	var out []output
	for _, u := range t.through(t.distinct(chosen.sources), checked, optimised, generated(opts)) {
		out = append(out, output{u.mod, codegen.Output{Dir: u.dir(), Files: u.files}})
	}
	for _, f := range chosen.folders {
		out = append(out, output{f.mod, codegen.Output{Dir: f.path}})
	}
	return out
}

// distinct refuses sources whose files would have the names of another's, also
// on systems that ignore case. One name tells: all those of a source begin with
// what stands before its ending.
func (t *tool) distinct(sources []source) []source {
	type place struct {
		mod  *module
		path string
	}
	first := map[place]source{}
	var out []source
	for _, s := range sources {
		name, err := codegen.OutputName(path.Base(s.path))
		if err != nil {
			t.fail(err)
			continue
		}
		at := place{s.mod, strings.ToLower(path.Join(s.dir(), name))}
		if other, taken := first[at]; taken {
			t.fail(fmt.Errorf("%s and %s would both be written to %s: rename one",
				quoted(other.name()), quoted(s.name()), name))
			continue
		}
		first[at] = s
		out = append(out, s)
	}
	return out
}

func (o output) write() (changed []string, err error) {
	tree, err := codegen.OpenTree(o.mod.dir)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, tree.Close()) }()
	return tree.Write([]codegen.Output{o.Output})
}
