package codegen

import (
	"errors"
	"fmt"
	"runtime"
	"strings"
	"sync"

	"github.com/gradgen/gradgen/codegen/golang"
	"github.com/gradgen/gradgen/ir"
	"github.com/gradgen/gradgen/ir/plan"
)

// File is a generated file.
type File struct {
	Name string // without a directory: it belongs beside its source
	Data []byte
}

// Options say how to generate.
type Options struct {
	// Unplanned gives every intermediate array memory of its own. Results do
	// not depend on it; tests compare them.
	Unplanned bool
	// Tests adds a test file: every function runs and allocates nothing, and
	// gradients agree with differences.
	Tests bool
	// Workers bounds how many functions are planned at a time; 0 means one a
	// processor. Files do not depend on it.
	Workers int
}

// Generate plans every export of an optimised module and prints the files that
// belong beside its source.
//
// An error that is a [*golang.Fault] is a mistake of this program; others tell
// the user what to change.
func Generate(m *ir.Module, opts Options) ([]File, error) {
	name, err := OutputName(m.File)
	if err != nil {
		return nil, err
	}
	programs, err := Plan(m, opts)
	if err != nil {
		return nil, err
	}
	text, err := golang.File(m, programs)
	if err != nil {
		return nil, err
	}
	files := []File{{name, text}}
	if opts.Tests {
		tests, err := golang.Tests(m, programs)
		if err != nil {
			return nil, err
		}
		files = append(files, File{strings.TrimSuffix(name, ".go") + "_test.go", tests})
	}
	return files, nil
}

// Plan plans the exports of an optimised module, in their order. It works at
// several at a time, each into its own place.
func Plan(m *ir.Module, opts Options) ([]*plan.Program, error) {
	workers := opts.Workers
	if workers <= 0 {
		workers = runtime.GOMAXPROCS(0)
	}
	programs := make([]*plan.Program, len(m.Exports))
	errs := make([]error, len(m.Exports))
	free := make(chan struct{}, workers)
	var all sync.WaitGroup
	for i, e := range m.Exports {
		free <- struct{}{}
		all.Go(func() {
			defer func() { <-free }()
			o := golang.PlanOptions(e)
			o.Unplanned = opts.Unplanned
			programs[i], errs[i] = lower(e, o)
		})
	}
	all.Wait()
	return programs, errors.Join(errs...)
}

// lower plans one export. A panic there is a mistake of this program: it is
// reported with the function, not as a crash of a goroutine.
func lower(e *ir.Export, o plan.Options) (p *plan.Program, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("internal fault: planning %s (%s): %v", e.Name, e.Func.Place, r)
		}
	}()
	p, err = plan.Lower(e.Func, o)
	if err != nil {
		return nil, fmt.Errorf("%s: planning %s: %w", e.Func.Place, e.Name, err)
	}
	return p, nil
}
