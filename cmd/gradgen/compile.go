package main

import (
	"fmt"
	"path"
	"runtime"
	"sync"

	"github.com/gradgen/gradgen/codegen"
	"github.com/gradgen/gradgen/dsl"
	"github.com/gradgen/gradgen/dsl/diag"
	"github.com/gradgen/gradgen/ir"
	"github.com/gradgen/gradgen/ir/pass"
	"github.com/gradgen/gradgen/ir/plan"
)

// unit is one source on its way through the stages.
type unit struct {
	source
	text *diag.Source
	list diag.List
	err  error

	builder *ir.Builder // of the values of the module
	module  *ir.Module  // nil before checking, and if the list holds errors

	// What a command wants in the end is one of these.
	form     []byte          // the text as fmt writes it
	programs []*plan.Program // of the exports of the module
	files    []codegen.File
}

// stage is one step on the way. Whether the next is taken depends on the error,
// and on whether there is a module.
type stage func(*unit) error

// through takes sources through stages, several at a time, and collects what
// was found in them: a source that fails does not stop others. The result is in
// the order of the sources and leaves those out that failed.
func (t *tool) through(sources []source, stages ...stage) []*unit {
	units := make([]*unit, len(sources))
	free := make(chan struct{}, runtime.GOMAXPROCS(0))
	var all sync.WaitGroup
	for i, s := range sources {
		units[i] = &unit{source: s}
		free <- struct{}{}
		all.Go(func() {
			defer func() { <-free }()
			units[i].err = units[i].run(stages)
		})
	}
	all.Wait()
	var good []*unit
	for _, u := range units {
		for _, d := range u.list {
			if d.Severity == diag.Error || t.warns {
				t.findings.Add(d)
			}
		}
		switch {
		case u.err != nil:
			t.fail(u.err)
		case !u.list.HasErrors():
			good = append(good, u)
		}
	}
	return good
}

// run takes a source through stages. A panic is a mistake of this program: it
// is reported with the source, and does not keep others from being compiled.
func (u *unit) run(stages []stage) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("%s: internal fault, please report it: %v", quoted(u.name()), r)
		}
	}()
	if u.text, err = u.mod.load(u.path); err != nil {
		return err
	}
	for _, s := range stages {
		if err := s(u); err != nil {
			return err
		}
		if u.list.HasErrors() {
			return nil
		}
	}
	return nil
}

// checked makes a module with every derivative that is asked for.
func checked(u *unit) error {
	u.builder = ir.NewBuilder()
	u.module, u.list = dsl.CompileIn(u.builder, u.text, u.mod)
	if u.list.HasErrors() {
		return nil
	}
	if u.module.Package == "" {
		u.module.Package = packageOf(u.mod, u.dir())
	}
	return nil
}

// optimised runs the passes over every function.
func optimised(u *unit) error {
	m, err := pass.Module(u.builder, u.module, pass.Options{})
	if err != nil {
		return fmt.Errorf("%s: internal fault, please report it: %w", quoted(u.name()), err)
	}
	u.module = m
	return nil
}

// planned lowers every function, as the generator does.
func planned(u *unit) (err error) {
	if u.programs, err = codegen.Plan(u.module, codegen.Options{}); err != nil {
		return u.ungenerated(err)
	}
	return nil
}

// generated makes the files. Tests that were made once are kept up to date
// without being asked for.
func generated(opts codegen.Options) stage {
	return func(u *unit) error {
		opts := opts
		opts.Tests = opts.Tests || u.hasTests()
		files, err := codegen.Generate(u.module, opts)
		if err != nil {
			return u.ungenerated(err)
		}
		u.files = files
		return nil
	}
}

// hasTests reports whether there is a generated test file beside the source.
func (u *unit) hasTests() bool {
	name, err := codegen.OutputName(path.Base(u.path))
	if err != nil {
		return false
	}
	text, err := u.mod.read(path.Join(u.dir(), codegen.TestsName(name)), maxClause)
	return err == nil && codegen.IsGenerated(text)
}
