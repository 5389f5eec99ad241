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

	"github.com/gradgen/gradgen/ir"
	"github.com/gradgen/gradgen/ir/plan"
)

// A trial is a function to emit, build and run.
type trial struct {
	name string
	f    *ir.Func
	opts plan.Options
	dims map[string]int
	args [][]float64
	tol  float64

	prog *plan.Program
	text string
}

// trialResult is what the built program says of one trial: the results, and after
// them the parameters, which a call must not change unless they are donated.
type trialResult struct {
	Out    [][]float64
	Params [][]float64
	Allocs float64
	Panic  string
}

// emitTrial prints the function of a trial, its slots as first arguments.
func emitTrial(t *testing.T, tr *trial, k int) string {
	t.Helper()
	p, err := plan.Lower(tr.f, tr.opts)
	if err != nil {
		t.Fatalf("%s: %v", tr.name, err)
	}
	tr.prog = p
	scope := newLocals(newScope())
	names := &bodyNames{Buffer: map[*plan.Buffer]string{}, Slot: map[*plan.Slot]anyCode{}, Dim: map[*ir.Dim]string{}, Key: "key"}
	scope.claim("key")
	var params, call, before []string
	for i, s := range p.Slots {
		n := scope.Local(fmt.Sprintf("slot%d", i))
		names.Slot[s] = id(n)
		params = append(params, fmt.Sprintf("%s []%s", n, goType(s.DType)))
		size := make([]string, len(s.Sizes))
		for j, z := range s.Sizes {
			size[j] = sizeText(z, tr.dims)
		}
		before = append(before, fmt.Sprintf("a%d := garbage[%s](max(%s))", i, goType(s.DType), strings.Join(append(size, "0"), ", ")))
		call = append(call, fmt.Sprintf("a%d", i))
	}
	for _, d := range dimsIn(tr.f, p) {
		n := scope.Local(d.Name)
		names.Dim[d] = string(n)
		params = append(params, string(n)+" int")
		call = append(call, fmt.Sprint(tr.dims[d.Name]))
	}
	for i, b := range p.Params {
		n := scope.Local(orElse(b.Name, "x"))
		names.Buffer[b] = string(n)
		if b.Rank == 0 {
			params = append(params, fmt.Sprintf("%s %s", n, goType(b.DType)))
			call = append(call, fmt.Sprintf("%s(in[%d][0])", goType(b.DType), i))
			if b.DType == ir.Bool {
				call[len(call)-1] = fmt.Sprintf("in[%d][0] != 0", i)
			}
			continue
		}
		params = append(params, fmt.Sprintf("%s []%s", n, goType(b.DType)))
		before = append(before, fmt.Sprintf("p%d := to[%s](in[%d])", i, goType(b.DType), i))
		call = append(call, fmt.Sprintf("p%d", i))
	}
	var results, vars, outs []string
	for i, b := range p.Results {
		switch {
		case b.Rank == 0:
			n := scope.Local(fmt.Sprintf("r%d", i))
			names.Buffer[b] = string(n)
			results = append(results, fmt.Sprintf("%s %s", n, goType(b.DType)))
			vars = append(vars, fmt.Sprintf("s%d", i))
			outs = append(outs, fmt.Sprintf("from([]%s{s%d})", goType(b.DType), i))
		case b.Class == plan.Result:
			n := scope.Local(orElse(b.Name, "y"))
			names.Buffer[b] = string(n)
			params = append(params, fmt.Sprintf("%s []%s", n, goType(b.DType)))
			before = append(before, fmt.Sprintf("r%d := garbage[%s](%s)", i, goType(b.DType), sizeText(b.Len, tr.dims)))
			call = append(call, fmt.Sprintf("r%d", i))
			outs = append(outs, fmt.Sprintf("from(r%d)", i))
		case b.Class == plan.Param:
			for j, q := range p.Params {
				if q == b {
					outs = append(outs, fmt.Sprintf("from(p%d)", j))
				}
			}
		default:
			i = slices.Index(p.Slots, b.Slot)
			outs = append(outs, fmt.Sprintf("from(a%d[:%s])", i, sizeText(b.Len, tr.dims)))
		}
	}
	var tables strings.Builder
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
	fmt.Fprintf(&text, "%sfunc f%d(%s) (%s) {\n", tables.String(), k, strings.Join(append(params, "key runtime.Key"), ", "), strings.Join(results, ", "))
	for _, c := range body(p, names) {
		text.WriteString(strings.ReplaceAll(c.(code).GoString(), "gradgenruntime.", "runtime.") + "\n")
	}
	if len(results) > 0 {
		text.WriteString("return\n")
	}
	text.WriteString("}\n\n")
	tr.text = text.String()
	fmt.Fprintf(&text, "func run%d(in [][]float64) trialResult {\nkey := runtime.NewKey(1, 2)\n", k)
	for _, b := range before {
		text.WriteString(b + "\n")
	}
	c := fmt.Sprintf("f%d(%s)", k, strings.Join(append(call, "key"), ", "))
	bind := ""
	if len(vars) > 0 {
		bind = strings.Join(vars, ", ") + " := "
	}
	text.WriteString(bind + c + "\n")
	fmt.Fprintf(&text, "r := trialResult{Out: [][]float64{%s}}\n", strings.Join(outs, ", "))
	for i, b := range p.Params {
		if b.Rank > 0 {
			fmt.Fprintf(&text, "r.Params = append(r.Params, from(p%d))\n", i)
		}
	}
	fmt.Fprintf(&text, "r.Allocs = testing.AllocsPerRun(3, func() { %s })\n", c)
	text.WriteString("return r\n}\n\n")
	return text.String()
}

func goType(t ir.DType) string {
	return map[ir.DType]string{ir.Bool: "bool", ir.I32: "int32", ir.F32: "float32", ir.F64: "float64"}[t]
}

func sizeText(n ir.Int, dims map[string]int) string {
	return fmt.Sprint((&oracle{dims: dims}).int(n))
}

func dimsIn(_ *ir.Func, p *plan.Program) []*ir.Dim { return p.Dims }

const trialHead = `package main

import (
	"encoding/gob"
	"fmt"
	"math"
	"os"
	"runtime/debug"
	"testing"

	"github.com/gradgen/gradgen/runtime"
)

type trialResult struct {
	Out    [][]float64
	Params [][]float64
	Allocs float64
	Panic  string
}

var _ = math.Pi

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
	for k, tr := range trials {
		src.WriteString(emitTrial(t, tr, k))
		list = append(list, fmt.Sprintf("run%d", k))
	}
	fmt.Fprintf(&src, "var all = []func([][]float64) trialResult{%s}\n", strings.Join(list, ", "))
	text, err := format.Source([]byte(src.String()))
	if err != nil {
		_ = os.WriteFile("/tmp/trial.go", []byte(src.String()), 0o600)
		t.Fatalf("emitted code is no Go: %v", err)
	}
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	sum, _ := os.ReadFile(filepath.Join(root, "go.sum"))
	files := map[string]string{"main.go": string(text), "go.sum": string(sum),
		"go.mod": "module trial\n\ngo 1.26.0\n\nrequire github.com/gradgen/gradgen v0.0.0\n\nreplace github.com/gradgen/gradgen => " + root + "\n"}
	for name, data := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(data), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if keep := os.Getenv("GRADGEN_TRIALS"); keep != "" {
		_ = os.WriteFile(keep, text, 0o600)
	}
	cmd := exec.Command("go", "build", "-mod=mod", "-o", "trial", ".")
	cmd.Dir = dir
	if out, err := cmd.CombinedOutput(); err != nil {
		_ = os.WriteFile("/tmp/trial.go", text, 0o600)
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
	run := exec.Command(filepath.Join(dir, "trial"))
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

// checkTrials compares every trial with the oracle.
func checkTrials(t *testing.T, trials []*trial) []trialResult {
	t.Helper()
	got := runTrials(t, trials)
	for k, r := range got {
		tr := trials[k]
		want := (&oracle{dims: tr.dims}).run(tr.f, tr.args)
		if r.Panic != "" {
			t.Errorf("%s: panic: %s\n%v\n%s", tr.name, r.Panic, tr.f, tr.text)
			continue
		}
		if diff := firstDifference(r.Out, want, tr.tol); diff != "" {
			t.Errorf("%s %v: %s\n%v\n%s", tr.name, tr.dims, diff, tr.f, tr.text)
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
