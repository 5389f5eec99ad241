package golang

import (
	"bytes"
	"encoding/gob"
	"fmt"
	"go/format"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/gradgen/gradgen/codegen/amd64"
	"github.com/gradgen/gradgen/codegen/scratch"
	"github.com/gradgen/gradgen/ir"
	"github.com/gradgen/gradgen/ir/plan"
)

// trialResult is what the built program says of one trial: the results, those
// of the same code where every array has memory of its own, and the parameters
// after the first call, which must not change them unless they are donated.
type trialResult struct {
	Out       [][]float64
	Unplanned [][]float64
	Params    [][]float64
	Allocs    float64
	Panic     string
}

// A trialProgram calls the functions of trials.
type trialProgram struct {
	t      *testing.T
	trials []*trial
	module *scratch.Module
	// kernels is the number of them.
	kernels int
}

// emitTrials emits all functions into one program. The blocks of those that are
// planned for lanes become kernels if lanes take them, however small they are.
func emitTrials(t *testing.T, trials []*trial) *trialProgram {
	t.Helper()
	module := scratch.New(t)
	var src strings.Builder
	src.WriteString("package main\n\nimport (\n\t\"math\"\n\t\"testing\"\n\n\t\"github.com/gradgen/gradgen/runtime\"\n\t\"github.com/gradgen/gradgen/runtime/contract\"\n)\n\n" +
		"var _ = math.Pi\nvar _ contract.Steps\n\n")
	var list []string
	var programs []*plan.Program
	for _, tr := range trials {
		tr.lower(t)
		programs = append(programs, tr.prog)
	}
	kernels := amd64.Kernels{Always: true}
	p := &printer{m: &ir.Module{File: "trial.grad", Package: "main"}, names: &goNames{top: newScope()}}
	p.apart, p.sets, p.always = kernels.Make, amd64.Sets(), true
	all := plan.Share(programs, p.apart)
	p.nameShared(all)
	for _, g := range all {
		for _, c := range p.sharedFunction(g) {
			src.WriteString(goText(c) + "\n\n")
		}
	}
	for k, tr := range trials {
		src.WriteString(emitTrial(t, tr, k, p.shared))
		list = append(list, fmt.Sprintf("run%d", k))
	}
	fmt.Fprintf(&src, "var all = []func([][]float64) trialResult{%s}\n", strings.Join(list, ", "))
	text, err := format.Source([]byte(src.String()))
	if err != nil {
		t.Fatalf("emitted code is no Go: %v\n%s", err, src.String())
	}
	module.CopyGo(".", "testdata/trials")
	module.Write("emitted.go", text)
	writeKernels(t, module, p, &kernels)
	if keep := os.Getenv("GRADGEN_TRIALS"); keep != "" {
		_ = os.CopyFS(keep, os.DirFS(module.Dir))
	}
	return &trialProgram{t, trials, module, len(p.kernels)}
}

// writeKernels writes the files that declare the kernels of a program.
func writeKernels(t *testing.T, module *scratch.Module, p *printer, kernels *amd64.Kernels) {
	t.Helper()
	if len(p.kernels) == 0 {
		return
	}
	names := func(list []KernelParam) []string {
		var out []string
		for _, x := range list {
			out = append(out, x.Name)
		}
		return out
	}
	for _, k := range p.kernels {
		kernels.Name(k.Block, k.Name, names(k.Params), names(k.Results))
	}
	write := func(name string, text []byte, err error) {
		if err != nil {
			t.Fatal(err)
		}
		module.Write(name, text)
	}
	declared, err := Assembly(p.m, p.kernels, p.sets)
	if err != nil {
		t.Fatal(err)
	}
	generic, err := Generic(p.m, p.kernels, p.sets)
	if err != nil {
		t.Fatal(err)
	}
	text, err := declared.Text()
	write("emitted_amd64.go", text, err)
	text, err = generic.Text()
	write("emitted_generic.go", text, err)
	text, err = kernels.Assemble()
	write("emitted_amd64.s", text, err)
}

// run builds and runs the program, with more in the environment, for a build
// with these tags.
func (p *trialProgram) run(env []string, tags string) []trialResult {
	p.t.Helper()
	program := p.module.Build("-tags", tags)
	var in [][][]float64
	for _, tr := range p.trials {
		in = append(in, tr.args)
	}
	var stdin, stdout bytes.Buffer
	if err := gob.NewEncoder(&stdin).Encode(in); err != nil {
		p.t.Fatal(err)
	}
	run := exec.Command(program)
	run.Env = append(os.Environ(), env...)
	run.Stdin, run.Stdout, run.Stderr = &stdin, &stdout, os.Stderr
	if err := run.Run(); err != nil {
		p.t.Fatalf("run: %v", err)
	}
	var out []trialResult
	if err := gob.NewDecoder(&stdout).Decode(&out); err != nil {
		p.t.Fatal(err)
	}
	return out
}
