package golang

import (
	"fmt"
	"math"
	"testing"

	"github.com/gradgen/gradgen/ir"
	"github.com/gradgen/gradgen/ir/interp"
	"github.com/gradgen/gradgen/ir/plan"
	"github.com/gradgen/gradgen/runtime"
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

// checkTrials compares every trial with the interpreter, and with itself where
// nothing shares memory.
func checkTrials(t *testing.T, trials []*trial) {
	t.Helper()
	got := emitTrials(t, trials).run()
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
