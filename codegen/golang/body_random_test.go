package golang

import (
	"fmt"
	"os"
	"regexp"
	"strconv"
	"testing"

	"github.com/gradgen/gradgen/ir"
	"github.com/gradgen/gradgen/ir/autodiff"
	"github.com/gradgen/gradgen/ir/pass"
	"github.com/gradgen/gradgen/ir/plan"
	"github.com/gradgen/gradgen/ir/randprog"
)

// randomTrial makes a trial of a random program, or of its gradient.
func randomTrial(seed uint64, grad, unplanned bool) (tr *trial, err error) {
	defer func() {
		if x := recover(); x != nil {
			err = fmt.Errorf("%v", x)
		}
	}()
	o := randprog.Options{DType: ir.F64, Steps: 6, Scans: true}
	if seed%2 == 1 {
		o.DType = ir.F32
	}
	b := ir.NewBuilder()
	p := randprog.New(b, seed, o)
	f := p.Func
	if grad {
		if f, err = autodiff.Grad(b, f, p.Wrt); err != nil {
			return nil, err
		}
		if f, err = pass.Optimize(b, f, pass.Options{}); err != nil {
			return nil, err
		}
	}
	tr = &trial{name: fmt.Sprintf("seed %d grad %v", seed, grad), f: f, dims: p.Dims, args: p.Args, tol: 1e-9}
	tr.opts.Unplanned = unplanned
	tr.opts.Force = plan.Loops
	if o.DType == ir.F32 {
		tr.tol = 2e-3
	}
	return tr, nil
}

// TestRandom emits random programs and their gradients, and compares the
// values with those of the oracle; and the same functions unplanned, whose
// bits must agree.
func TestRandom(t *testing.T) {
	n := 40
	if s := os.Getenv("GRADGEN_RANDOM"); s != "" {
		n, _ = strconv.Atoi(s)
	}
	first := 0
	if s := os.Getenv("GRADGEN_SEED"); s != "" {
		first, _ = strconv.Atoi(s)
	}
	var trials []*trial
	for seed := first; seed < first+n; seed++ {
		for _, grad := range []bool{false, true} {
			a, err := randomTrial(uint64(seed), grad, false)
			if err != nil {
				t.Logf("seed %d: %v", seed, err)
				continue
			}
			b, _ := randomTrial(uint64(seed), grad, true)
			trials = append(trials, a, b)
		}
	}
	got := runTrials(t, trials)
	failed := 0
	if k, err := strconv.Atoi(os.Getenv("GRADGEN_ONLY")); err == nil {
		failed = -k // show the text of more failures
	}
	for k := 0; k < len(trials); k += 2 {
		tr, r, u := trials[k], got[k], got[k+1]
		diff := ""
		switch {
		case r.Panic != "":
			diff = "panic: " + r.Panic
		default:
			diff = firstDifference(r.Out, (&oracle{dims: tr.dims}).run(tr.f, tr.args), tr.tol)
			if d := firstDifference(r.Out, u.Out, 0); diff == "" && d != "" {
				diff = "planned and unplanned disagree: " + d
			}
		}
		if diff != "" {
			failed++
			if failed <= 3 {
				t.Errorf("%s: %s\n%v\n%s", tr.name, diff, tr.f, tr.text)
			} else {
				t.Errorf("%s: %s", tr.name, diff)
			}
		}
	}
}

// TestRandomFlat does the same with run-time sizes replaced by numbers, so
// that there is straight-line code.
func TestRandomFlat(t *testing.T) {
	n := 40
	if s := os.Getenv("GRADGEN_RANDOM"); s != "" {
		n, _ = strconv.Atoi(s)
	}
	var trials []*trial
	for seed := range n {
		for _, grad := range []bool{false, true} {
			tr, err := randomTrial(uint64(seed), grad, false)
			if err != nil {
				continue
			}
			text := tr.f.String()
			for name, size := range tr.dims {
				text = regexp.MustCompile(`\b`+name+`\b`).ReplaceAllString(text, strconv.Itoa(size))
			}
			text = regexp.MustCompile(`(?m)^dim .*$`).ReplaceAllString(text, "")
			f, err := ir.ParseFunc(ir.NewBuilder(), text)
			if err != nil {
				t.Fatalf("seed %d: %v\n%s", seed, err, text)
			}
			tr.f, tr.dims = f, nil
			tr.opts.Force = plan.Flat
			trials = append(trials, tr)
		}
	}
	flat := 0
	got := runTrials(t, trials)
	for k, tr := range trials {
		if tr.prog.Lowering == plan.Flat {
			flat++
		}
		r := got[k]
		diff := "panic: " + r.Panic
		if r.Panic == "" {
			diff = firstDifference(r.Out, (&oracle{}).run(tr.f, tr.args), tr.tol)
		}
		if diff != "" {
			t.Errorf("%s: %s", tr.name, diff)
		}
	}
	t.Logf("%d of %d flat", flat, len(trials))
}
