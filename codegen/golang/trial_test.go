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
	want    [][]float64 // once it is asked for
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

// layOut makes the arrays of constant size parts of one, for parameters and for
// results, in most cases without a gap.
func (tr *trial) layOut(seed uint64) {
	of := func(name string, list []*ir.Value) []plan.Part {
		out := make([]plan.Part, len(list))
		wholes, at := map[ir.DType]*plan.Whole{}, map[ir.DType]int64{}
		for i, v := range list {
			n, isConst := v.Type.Len().IsConst()
			if t := v.Type.DType; isConst && v.Type.Rank() > 0 {
				if wholes[t] == nil {
					wholes[t] = &plan.Whole{Name: name}
				}
				out[i] = plan.Part{Of: wholes[t], At: at[t]}
				if at[t] += n; (seed+uint64(i))%5 == 0 {
					at[t] += 3
				}
			}
		}
		return out
	}
	tr.opts.Params, tr.opts.Results = of("params", tr.f.Params), of("results", tr.f.Results)
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
	p := emitTrials(t, trials)
	compareTrials(t, "", trials, p.run(nil, ""))
}

// checkLanes does the same where lanes take what they can, with the best vectors
// that the machine has, with those before AVX-512, and without any. It returns
// the trials as they were planned for that.
func checkLanes(t *testing.T, trials []*trial) (own []*trial) {
	t.Helper()
	for _, tr := range trials {
		c := *tr
		c.opts.Lanes = true
		own = append(own, &c)
	}
	p := emitTrials(t, own)
	compareTrials(t, "in lanes, ", own, p.run(nil, ""))
	compareTrials(t, "in lanes without AVX-512, ", own, p.run([]string{"GODEBUG=cpu.avx512f=off"}, ""))
	compareTrials(t, "planned for lanes, portable, ", own, p.run(nil, "purego"))
	t.Logf("%d functions, %d kernels", len(own), p.kernels)
	if p.kernels < len(own)/4 {
		t.Errorf("only %d kernels", p.kernels)
	}
	return own
}

// compareTrials compares the results of a run.
func compareTrials(t *testing.T, how string, trials []*trial, got []trialResult) {
	t.Helper()
	failed := 0
	for k, r := range got {
		tr := trials[k]
		diff := tr.difference(r)
		if diff == "" {
			continue
		}
		if failed++; failed <= 3 {
			t.Errorf("%s%s %v: %s\n%v\n%s", how, tr.name, tr.dims, diff, tr.f, tr.text)
		} else {
			t.Errorf("%s%s %v: %s", how, tr.name, tr.dims, diff)
		}
	}
}

// difference is what is wrong with the results of a trial; "" if nothing is.
func (tr *trial) difference(r trialResult) string {
	if tr.want == nil {
		want, err := tr.expected()
		if err != nil {
			return err.Error()
		}
		tr.want = want
	}
	if r.Panic != "" {
		return "panic: " + r.Panic
	}
	if d := firstDifference(r.Out, tr.want, tr.tol); d != "" {
		return d
	}
	if d := firstDifference(r.Out, r.Unplanned, 0); d != "" {
		return "planned and unplanned disagree: " + d
	}
	if r.Allocs != 0 {
		return fmt.Sprintf("%v allocations a call", r.Allocs)
	}
	return ""
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
