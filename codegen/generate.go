package codegen

import (
	"fmt"

	"github.com/gradgen/gradgen/codegen/amd64"
	"github.com/gradgen/gradgen/codegen/golang"
	"github.com/gradgen/gradgen/ir"
	"github.com/gradgen/gradgen/ir/parallel"
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
	// Portable makes Go alone: no block becomes a kernel.
	Portable bool
	// Always makes assembly, and runs it, also where it does not pay. Results do not depend on
	// it beyond rounding; tests compare them.
	Always bool
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
	pieces, err := print(m, programs, name, opts)
	if err != nil {
		return nil, err
	}
	// Some of the texts are being made already, so that all can be waited for.
	files := make([]File, len(pieces))
	err = parallel.Each(len(pieces), len(pieces), func(i int) (err error) {
		files[i].Name = pieces[i].name
		files[i].Data, err = pieces[i].text()
		return err
	})
	if err != nil {
		return nil, err
	}
	return files, nil
}

// piece is a file whose text is to be made, or being made.
type piece struct {
	name string
	text func() ([]byte, error)
}

// print begins the file, those of its kernels, and the tests.
func print(m *ir.Module, programs []*plan.Program, name string, opts Options) ([]piece, error) {
	kernels := amd64.Kernels{Always: opts.Always}
	apart := golang.Apart{Block: kernels.Make, Sets: amd64.Sets(), Always: opts.Always}
	if opts.Portable {
		apart = golang.Apart{}
	}
	file, made, err := golang.File(m, programs, apart)
	if err != nil {
		return nil, err
	}
	pieces := []piece{{name, file.Text}}
	if len(made) > 0 {
		for _, k := range made {
			kernels.Name(k.Block, k.Name, names(k.Params), names(k.Results))
		}
		declared, err := golang.Assembly(m, made, apart.Sets)
		if err != nil {
			return nil, err
		}
		generic, err := golang.Generic(m, made, apart.Sets)
		if err != nil {
			return nil, err
		}
		pieces = append(pieces,
			piece{sibling(name, endDeclared), declared.Text},
			piece{sibling(name, endAssembly), kernels.Assemble},
			piece{sibling(name, endGeneric), generic.Text},
		)
	}
	if opts.Tests {
		tests, err := golang.Tests(m, programs)
		if err != nil {
			return nil, err
		}
		pieces = append(pieces, piece{TestsName(name), tests.Text})
	}
	return pieces, nil
}

func names(list []golang.KernelParam) []string {
	out := make([]string, len(list))
	for i, p := range list {
		out[i] = p.Name
	}
	return out
}

// Plan plans the exports of an optimised module, in their order. It works at
// several at a time, each into its own place.
func Plan(m *ir.Module, opts Options) ([]*plan.Program, error) {
	programs := make([]*plan.Program, len(m.Exports))
	err := parallel.Heaviest(m.Weights(), opts.Workers, func(i int) (err error) {
		o := golang.PlanOptions(m.Exports[i])
		o.Unplanned = opts.Unplanned
		// Initial values are the same on every machine: lanes round once what they
		// multiply and add.
		o.Lanes = !opts.Portable && m.Exports[i].Kind != ir.ExportInit
		programs[i], err = lower(m.Exports[i], o)
		return err
	})
	return programs, err
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
		return nil, fmt.Errorf("internal fault: planning %s (%s): %w", e.Name, e.Func.Place, err)
	}
	return p, nil
}
