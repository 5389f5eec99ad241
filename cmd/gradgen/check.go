package main

import (
	"errors"

	"github.com/gradgen/gradgen/codegen"
)

type checkCommand struct {
	Purego  bool     `help:"As for generate."`
	Tests   bool     `help:"As for generate. Tests that are there are checked in any case."`
	Sources []string `arg:"" optional:"" name:"source" complete:"sources" help:"Source files, directories, or ./..."`
}

func (c *checkCommand) Run(t *tool) error {
	// A folder without sources may hold what was made from some.
	chosen := t.chooseFrom(c.Sources, func(string) error { return nil })
	byModule := map[*module][]codegen.Output{}
	var order []*module
	for _, o := range t.outputs(chosen, codegen.Options{Portable: c.Purego, Tests: c.Tests}) {
		if byModule[o.mod] == nil {
			order = append(order, o.mod)
		}
		byModule[o.mod] = append(byModule[o.mod], o.Output)
	}
	for _, m := range order {
		diff, err := difference(m, byModule[m])
		if err != nil {
			t.fail(err)
			continue
		}
		t.stale = t.stale || diff != ""
		if err := t.print(t.plain.diff(diff)); err != nil {
			return err
		}
	}
	return nil
}

func difference(m *module, out []codegen.Output) (diff string, err error) {
	tree, err := codegen.OpenTree(m.dir)
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, tree.Close()) }()
	return tree.Diff(out)
}
