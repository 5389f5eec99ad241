package golang

import (
	"bytes"
	"encoding/gob"
	"fmt"
	"go/format"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/gradgen/gradgen/codegen/scratch"
	"github.com/gradgen/gradgen/ir"
	"github.com/gradgen/gradgen/ir/interp"
	"github.com/gradgen/gradgen/ir/plan"
	"github.com/gradgen/gradgen/runtime"
	"github.com/gradgen/gradgen/runtime/contract"
)

// A trial is a function to emit, build and run.
type trial struct {
	name string
	f    *ir.Func
	opts plan.Options
	dims map[string]int
	args [][]float64
	tol  float64 // relative to the largest number of a result, or to 1

	planned *plan.Program
	prog    *plan.Program // where every array has memory of its own
	text    string
}

// lower plans the function of a trial, twice.
func (tr *trial) lower(t *testing.T) {
	t.Helper()
	lower := func(unplanned bool) *plan.Program {
		opts := tr.opts
		opts.Unplanned = unplanned
		p, err := plan.Lower(tr.f, opts)
		if err == nil {
			err = plan.Verify(p)
		}
		if err != nil {
			t.Fatalf("%s: %v\n%v\n%v", tr.name, err, tr.f, p)
		}
		return p
	}
	tr.planned, tr.prog = lower(false), lower(true)
}

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

// lengthOf is a number of elements in a trial.
func lengthOf(n ir.Int, dims map[string]int) int64 {
	return ir.NewEvaluator(&ir.Env{Dim: func(d *ir.Dim) int64 { return int64(dims[d.Name]) }}).Int(n)
}

// expected is what the interpreter says.
func (tr *trial) expected() ([][]float64, error) {
	var args []interp.Array
	for k, v := range tr.f.Params {
		var shape []int
		for _, n := range v.Type.Shape {
			shape = append(shape, int(lengthOf(n, tr.dims)))
		}
		args = append(args, interp.Of(v.Type.DType, shape, tr.args[k]...))
	}
	arrays, err := interp.Run(tr.f, args, interp.Options{Dims: tr.dims, Key: runtime.NewKey(1, 2)})
	var out [][]float64
	for _, a := range arrays {
		out = append(out, a.Data)
	}
	return out, err
}

// emitTrial prints the function of a trial, with a slice for every array of
// the arena, and what runs it: on slices that share memory as planned, and on
// others that do not. All of it holds NaN first.
func emitTrial(t *testing.T, tr *trial, k int, shared map[*plan.Shared]Ident) string {
	t.Helper()
	planned, p := tr.planned, tr.prog
	scope := newLocals(newScope())
	names := &bodyNames{Shared: shared, Engine: map[ir.DType]anyCode{}, Buffer: map[*plan.Buffer]string{}, Slot: map[*plan.Slot]anyCode{}, Dim: map[*ir.Dim]string{}, Key: "key"}
	scope.claim("key")
	var params, before, donated, results, vars, outs, reads []string
	var calls [2][]string // planned, and not
	both := func(arg string) {
		calls[0], calls[1] = append(calls[0], arg), append(calls[1], arg)
	}
	of := map[*plan.Slot]*plan.Slot{} // where the plan puts what has a slot of its own
	for i, b := range p.Buffers {
		if b.Slot != nil {
			of[b.Slot] = planned.Buffers[i].Slot
		}
	}
	for i, s := range planned.Slots {
		before = append(before, fmt.Sprintf("a%d := garbage[%s](%s)", i, goType(s.DType), slotLength(s, tr.dims)))
	}
	for i, s := range p.Slots {
		n := scope.Local(fmt.Sprintf("slot%d", i))
		names.Slot[s] = id(n)
		params = append(params, fmt.Sprintf("%s []%s", n, goType(s.DType)))
		before = append(before, fmt.Sprintf("u%d := garbage[%s](%s)", i, goType(s.DType), slotLength(s, tr.dims)))
		calls[0] = append(calls[0], fmt.Sprintf("a%d", slices.Index(planned.Slots, of[s])))
		calls[1] = append(calls[1], fmt.Sprintf("u%d", i))
	}
	var tables strings.Builder
	names.Grid = func(_ *plan.Buffer, levels []plan.Level) Ident {
		n := scope.Local(fmt.Sprintf("grid%d", k))
		fmt.Fprintf(&tables, "var %s = contract.Grid(", n)
		for _, l := range levels {
			fmt.Fprintf(&tables, "[2]int{%d, %d}, ", l.N, l.By)
		}
		tables.WriteString(")\n")
		return n
	}
	spaces := map[ir.DType]int{}
	for _, q := range p.Products {
		size := func(n ir.Int) int { return int(lengthOf(n, tr.dims)) }
		t := q.C.Buffer.DType
		spaces[t] = max(spaces[t], contract.Space(size(q.M), size(q.N), size(q.K)))
	}
	for _, t := range []ir.DType{ir.F32, ir.F64} {
		if spaces[t] == 0 {
			continue
		}
		n := scope.Local("engine" + goType(t))
		names.Engine[t] = id(n)
		params = append(params, fmt.Sprintf("%s *contract.Engine[%s]", n, goType(t)))
		before = append(before, fmt.Sprintf("e%s := contract.NewEngine(nil, garbage[%s](%d))", goType(t), goType(t), spaces[t]))
		both("e" + goType(t))
	}
	for _, d := range p.Dims {
		n := scope.Local(d.Name)
		names.Dim[d] = string(n)
		params = append(params, string(n)+" int")
		both(fmt.Sprint(tr.dims[d.Name]))
	}
	for i, b := range p.Params {
		n := scope.Local(orElse(b.Name, "x"))
		names.Buffer[b] = string(n)
		params = append(params, paramText(n, b))
		switch {
		case b.Rank > 0:
			before = append(before, fmt.Sprintf("p%d := to[%s](in[%d])", i, goType(b.DType), i))
			donated = append(donated, fmt.Sprintf("p%d = to[%s](in[%d])", i, goType(b.DType), i))
			both(fmt.Sprintf("p%d", i))
		case b.DType == ir.Bool:
			both(fmt.Sprintf("in[%d][0] != 0", i))
		default:
			both(fmt.Sprintf("%s(in[%d][0])", goType(b.DType), i))
		}
	}
	for i, b := range p.Results {
		switch {
		case b.Rank == 0:
			n := scope.Local(fmt.Sprintf("r%d", i))
			names.Buffer[b] = string(n)
			results = append(results, fmt.Sprintf("%s %s", n, goType(b.DType)))
			vars = append(vars, fmt.Sprintf("s%d", i))
			outs = append(outs, fmt.Sprintf("from([]%s{s%d})", goType(b.DType), i))
			reads = append(reads, outs[len(outs)-1])
		case b.Class == plan.Result:
			n := scope.Local(orElse(b.Name, "y"))
			names.Buffer[b] = string(n)
			params = append(params, paramText(n, b))
			before = append(before, fmt.Sprintf("r%d := garbage[%s](%d)", i, goType(b.DType), lengthOf(b.Len, tr.dims)))
			both(fmt.Sprintf("r%d", i))
			outs = append(outs, fmt.Sprintf("from(r%d)", i))
			reads = append(reads, outs[len(outs)-1])
		case b.Class == plan.Param:
			outs = append(outs, fmt.Sprintf("from(p%d)", slices.Index(p.Params, b)))
			reads = append(reads, outs[len(outs)-1])
		default:
			n := lengthOf(b.Len, tr.dims)
			outs = append(outs, fmt.Sprintf("from(a%d[:%d])", slices.Index(planned.Slots, of[b.Slot]), n))
			reads = append(reads, fmt.Sprintf("from(u%d[:%d])", slices.Index(p.Slots, b.Slot), n))
		}
	}
	for i, b := range p.Buffers {
		if b.Class != plan.Table {
			continue
		}
		n := scope.Local(fmt.Sprintf("table%d_%d", k, i))
		names.Buffer[b] = string(n)
		var vs []string
		for _, v := range b.Value.Def.(*ir.Table).Data {
			vs = append(vs, number(b.DType, v).GoString())
		}
		fmt.Fprintf(&tables, "var %s = [...]%s{%s}\n", n, goType(b.DType), strings.Join(vs, ", "))
	}
	names.Taken = scope.all()
	var text strings.Builder
	fmt.Fprintf(&text, "func f%d(%s) (%s) {\n", k, strings.Join(append(params, "key runtime.Key"), ", "), strings.Join(results, ", "))
	for _, c := range body(p, names) {
		text.WriteString(goText(c.(code)) + "\n")
	}
	if len(results) > 0 {
		text.WriteString("return\n")
	}
	text.WriteString("}\n\n" + tables.String())
	tr.text = text.String()

	line := func(format string, args ...any) { fmt.Fprintf(&text, format+"\n", args...) }
	line("func run%d(in [][]float64) (r trialResult) {\nkey := runtime.NewKey(1, 2)", k)
	line("%s", strings.Join(before, "\n"))
	run := func(args []string, into string, outs []string) {
		bind := ""
		if len(vars) > 0 {
			bind = strings.Join(vars, ", ") + " := "
		}
		line("{\n%sf%d(%s)\nr.%s = [][]float64{%s}\n}", bind, k, strings.Join(append(args, "key"), ", "), into, strings.Join(outs, ", "))
	}
	run(calls[0], "Out", outs)
	for i, b := range p.Params {
		if b.Rank > 0 {
			line("r.Params = append(r.Params, from(p%d))", i)
		}
	}
	line("%s", strings.Join(donated, "\n"))
	run(calls[1], "Unplanned", reads)
	line("r.Allocs = testing.AllocsPerRun(3, func() { f%d(%s) })\nreturn r\n}\n", k, strings.Join(append(calls[0], "key"), ", "))
	return text.String()
}

func goText(c code) string { return strings.ReplaceAll(c.GoString(), "gradgenruntime.", "runtime.") }

func paramText(n Ident, b *plan.Buffer) string {
	if b.Rank == 0 {
		return fmt.Sprintf("%s %s", n, goType(b.DType))
	}
	return fmt.Sprintf("%s []%s", n, goType(b.DType))
}

func goType(t ir.DType) string { return string(goElem[t]) }

func slotLength(s *plan.Slot, dims map[string]int) string {
	n := int64(0)
	for _, z := range s.Sizes {
		n = max(n, lengthOf(z, dims))
	}
	return fmt.Sprint(n)
}

const trialHead = `package main

import (
	"encoding/gob"
	"fmt"
	"math"
	"os"
	"runtime/debug"
	"testing"

	"github.com/gradgen/gradgen/runtime"
	"github.com/gradgen/gradgen/runtime/contract"
)

type trialResult struct {
	Out, Unplanned, Params [][]float64
	Allocs                 float64
	Panic                  string
}

var _ = math.Pi
var _ contract.Steps

func to[T any](x []float64) []T {
	out := make([]T, len(x))
	for i, v := range x {
		switch p := any(&out[i]).(type) {
		case *float64:
			*p = v
		case *float32:
			*p = float32(v)
		case *int32:
			*p = int32(v)
		case *bool:
			*p = v != 0
		}
	}
	return out
}

func from[T any](x []T) []float64 {
	out := make([]float64, len(x))
	for i, v := range x {
		switch v := any(v).(type) {
		case float64:
			out[i] = v
		case float32:
			out[i] = float64(v)
		case int32:
			out[i] = float64(v)
		case bool:
			if v {
				out[i] = 1
			}
		}
	}
	return out
}

func garbage[T any](n int) []T {
	x := make([]float64, n)
	for i := range x {
		x[i] = math.NaN()
	}
	out := to[T](x)
	for i := range out {
		if p, ok := any(&out[i]).(*int32); ok {
			*p = -123456789
		}
	}
	return out
}

func guarded(f func([][]float64) trialResult, in [][]float64) (r trialResult) {
	defer func() {
		if x := recover(); x != nil {
			r.Panic = fmt.Sprint(x)
			if os.Getenv("GRADGEN_TRACE") != "" {
				debug.PrintStack()
			}
		}
	}()
	return f(in)
}

func main() {
	var in [][][]float64
	if err := gob.NewDecoder(os.Stdin).Decode(&in); err != nil {
		panic(err)
	}
	var out []trialResult
	for k, f := range all {
		out = append(out, guarded(f, in[k]))
	}
	if err := gob.NewEncoder(os.Stdout).Encode(out); err != nil {
		panic(err)
	}
}

`

// runTrials emits all functions into one program, builds and runs it.
func runTrials(t *testing.T, trials []*trial) []trialResult {
	t.Helper()
	var src strings.Builder
	src.WriteString(trialHead)
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
	module.Write("main.go", text)
	if keep := os.Getenv("GRADGEN_TRIALS"); keep != "" {
		_ = os.WriteFile(keep, text, 0o600)
	}
	if out, err := module.Go("build", "-o", "trial", "."); err != nil {
		t.Fatalf("go build: %v\n%s", err, out)
	}
	var in [][][]float64
	for _, tr := range trials {
		in = append(in, tr.args)
	}
	var stdin, stdout bytes.Buffer
	if err := gob.NewEncoder(&stdin).Encode(in); err != nil {
		t.Fatal(err)
	}
	run := exec.Command(filepath.Join(module.Dir, "trial"))
	run.Stdin, run.Stdout, run.Stderr = &stdin, &stdout, os.Stderr
	if err := run.Run(); err != nil {
		t.Fatalf("run: %v", err)
	}
	var out []trialResult
	if err := gob.NewDecoder(&stdout).Decode(&out); err != nil {
		t.Fatal(err)
	}
	return out
}

// checkTrials compares every trial with the interpreter, and with itself where
// nothing shares memory.
func checkTrials(t *testing.T, trials []*trial) []trialResult {
	t.Helper()
	got := runTrials(t, trials)
	failed := 0
	for k, r := range got {
		tr := trials[k]
		want, err := tr.expected()
		diff := ""
		switch {
		case err != nil:
			diff = err.Error()
		case r.Panic != "":
			diff = "panic: " + r.Panic
		default:
			diff = firstDifference(r.Out, want, tr.tol)
			if d := firstDifference(r.Out, r.Unplanned, 0); diff == "" && d != "" {
				diff = "planned and unplanned disagree: " + d
			}
			if diff == "" && r.Allocs != 0 {
				diff = fmt.Sprintf("%v allocations a call", r.Allocs)
			}
		}
		if diff == "" {
			continue
		}
		if failed++; failed <= 3 {
			t.Errorf("%s %v: %s\n%v\n%s", tr.name, tr.dims, diff, tr.f, tr.text)
		} else {
			t.Errorf("%s %v: %s", tr.name, tr.dims, diff)
		}
	}
	return got
}

func firstDifference(got, want [][]float64, tol float64) string {
	for k := range want {
		if len(got[k]) != len(want[k]) {
			return fmt.Sprintf("result %d has %d elements, not %d", k, len(got[k]), len(want[k]))
		}
		scale := 1.0
		for _, v := range want[k] {
			if !math.IsInf(v, 0) && !math.IsNaN(v) {
				scale = max(scale, math.Abs(v))
			}
		}
		for i, w := range want[k] {
			g := got[k][i]
			if g == w || g != g && w != w || math.Abs(g-w) <= tol*scale {
				continue
			}
			return fmt.Sprintf("result %d[%d] = %v, want %v", k, i, g, w)
		}
	}
	return ""
}
