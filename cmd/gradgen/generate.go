package main

import (
	"errors"
	"fmt"
	"path"
	"strings"

	"github.com/gradgen/gradgen/codegen"
)

type generateCommand struct {
	Purego  bool     `help:"Only portable Go. There is no other yet; the flag is for scripts that must not get any."`
	Tests   bool     `help:"Also write tests: every function runs and allocates nothing, and gradients agree with differences."`
	Verbose bool     `short:"v" help:"Print the names of files that changed."`
	Sources []string `arg:"" optional:"" name:"source" complete:"sources" help:"Source files, directories, or ./..."`
}

func (c *generateCommand) Run(t *tool) error {
	chosen := t.choose(c.Sources)
	for _, o := range t.outputs(chosen, c.Tests) {
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

// output is the files made from one source.
type output struct {
	mod *module
	codegen.Output
}

// outputs compiles the chosen sources to files.
func (t *tool) outputs(chosen *selection, tests bool) []output {
	var out []output
	for _, u := range t.through(t.distinct(chosen.sources), checked, optimised, generated(tests)) {
		out = append(out, output{u.mod, codegen.Output{Dir: u.dir(), Files: u.files}})
	}
	return out
}

// distinct refuses sources whose files would have the names of another's, also
// on systems that ignore case.
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
