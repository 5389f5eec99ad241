package golang

import (
	"bytes"
	"encoding/gob"
	"fmt"
	"go/format"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

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
}

// emitTrials emits all functions into one program.
func emitTrials(t *testing.T, trials []*trial) *trialProgram {
	t.Helper()
	var src strings.Builder
	src.WriteString("package main\n\nimport (\n\t\"math\"\n\t\"testing\"\n\n\t\"github.com/gradgen/gradgen/runtime\"\n\t\"github.com/gradgen/gradgen/runtime/contract\"\n)\n\n" +
		"var _ = math.Pi\nvar _ contract.Steps\n\n")
	var list []string
	var programs []*plan.Program
	for _, tr := range trials {
		tr.lower(t)
		programs = append(programs, tr.prog)
	}
	p := &printer{m: &ir.Module{File: "trial.grad"}, names: &goNames{top: newScope()}}
	all := plan.Share(programs, nil)
	p.nameShared(all)
	for _, g := range all {
		src.WriteString(goText(p.sharedFunction(g)) + "\n\n")
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
	module := scratch.New(t)
	module.CopyGo(".", "testdata/trials")
	module.Write("emitted.go", text)
	if keep := os.Getenv("GRADGEN_TRIALS"); keep != "" {
		_ = os.CopyFS(keep, os.DirFS(module.Dir))
	}
	return &trialProgram{t, trials, module}
}

// run builds and runs the program.
func (p *trialProgram) run() []trialResult {
	p.t.Helper()
	if out, err := p.module.Go("build", "-o", "trial", "."); err != nil {
		p.t.Fatalf("go build: %v\n%s", err, out)
	}
	var in [][][]float64
	for _, tr := range p.trials {
		in = append(in, tr.args)
	}
	var stdin, stdout bytes.Buffer
	if err := gob.NewEncoder(&stdin).Encode(in); err != nil {
		p.t.Fatal(err)
	}
	run := exec.Command(filepath.Join(p.module.Dir, "trial"))
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
