package golang

import (
	"flag"
	"fmt"
	"testing"

	"github.com/gradgen/gradgen/ir"
	"github.com/gradgen/gradgen/ir/autodiff"
	"github.com/gradgen/gradgen/ir/pass"
	"github.com/gradgen/gradgen/ir/plan"
	"github.com/gradgen/gradgen/ir/randprog"
)

// Emitted numbers agree with the interpreter's, relative to the largest number
// of their result (at least 1): both round every operation, but add up in
// different orders. The programs keep their numbers near 1; the bound for f32
// leaves room for second derivatives.
const (
	boundF64 = 1e-12
	boundF32 = 1e-3
)

var firstSeed = flag.Uint64("seed", 0, "the first seed of random programs")

// randomFunctions makes the functions of one seed: a program, its gradient, and
// for some its derivative along a direction and its Hessian times one. A quarter
// of the seeds have arrays of several vectors.
func randomFunctions(t *testing.T, seed uint64) []*trial {
	t.Helper()
	o := randprog.Options{DType: ir.F64, Steps: 6, Scans: true, Fixed: seed%2 == 1, Wide: seed%16 >= 12}
	tol := boundF64
	if seed%4 == 3 {
		o.DType, tol = ir.F32, boundF32
	}
	b := ir.NewBuilder()
	p := randprog.New(b, seed, o)
	if o.Wide && work(p.Func, p.Dims) > mostWork {
		o.Wide = false
		b = ir.NewBuilder()
		p = randprog.New(b, seed, o)
	}
	var trials []*trial
	add := func(kind string, f *ir.Func, err error) {
		if err != nil {
			t.Fatalf("seed %d: %s: %v", seed, kind, err)
		}
		if f, err = pass.Optimize(b, f, pass.Options{}); err != nil {
			t.Fatalf("seed %d: %s: %v", seed, kind, err)
		}
		tr := &trial{name: fmt.Sprintf("seed %d %s", seed, kind), f: f, dims: p.Dims, args: p.Args, tol: tol}
		// Directions: numbers that differ from each other.
		for _, v := range f.Params[len(p.Args):] {
			data := make([]float64, lengthOf(v.Type.Len(), p.Dims))
			for i := range data {
				data[i] = o.DType.Round(0.9 - 0.37*float64((i*7+len(tr.args))%5))
			}
			tr.args = append(tr.args[:len(tr.args):len(tr.args)], data)
		}
		tr.opts.Force = plan.Loops
		tr.opts.Engine = int64(seed % 3 % 2)    // whatever is a sum of products, or nothing
		tr.opts.Rows = int64(seed / 2 % 2)      // every block that can be done in ranges, or none
		tr.opts.Chunk = int64(min(seed/4%3, 1)) // scans by two steps, or in Go
		tr.layOut(seed)
		trials = append(trials, tr)
	}
	add("value", p.Func, nil)
	f, err := autodiff.Grad(b, p.Func, p.Wrt)
	add("gradient", f, err)
	if seed%8 == 0 {
		f, err := autodiff.JVP(b, p.Func, p.Wrt)
		add("directional derivative", f, err)
	}
	if seed%8 == 5 {
		f, err := autodiff.HVP(b, p.Func, p.Wrt[:1])
		add("Hessian times direction", f, err)
	}
	return trials
}

// mostWork is how many elements the interpreter may have to compute for a
// function, which takes it some milliseconds.
const mostWork = 20000

// work counts the elements of the domains of all Maps, those of a scan once.
func work(f *ir.Func, dims map[string]int) int64 {
	n := int64(0)
	for _, v := range ir.Topological(f.Results...) {
		if m, ok := v.Def.(*ir.Map); ok {
			size := int64(1)
			for _, x := range m.Axes {
				size *= lengthOf(x.Extent, dims)
			}
			n += size
		}
	}
	return n
}

// straightLine reports whether f has a form without loops, of a size that is
// worth a test.
func straightLine(f *ir.Func) bool {
	p, err := plan.Lower(f, plan.Options{Force: plan.Flat})
	return err == nil && p.Lowering == plan.Flat && p.Flops.AddConst(-2000).Neg().NonNegative()
}

// TestRandom emits random programs and their derivatives, all into one package,
// and compares what they compute with what the interpreter says.
func TestRandom(t *testing.T) {
	seeds := uint64(200)
	if testing.Short() {
		seeds = 32 // two of each kind that randomFunctions makes; fewer have too few that are flat
	}
	var trials []*trial
	flat := 0
	for seed := *firstSeed; seed < *firstSeed+seeds; seed++ {
		for _, tr := range randomFunctions(t, seed) {
			trials = append(trials, tr)
			if seed%2 == 1 && straightLine(tr.f) {
				also := *tr
				also.name, also.opts.Force = tr.name+" flat", plan.Flat
				trials = append(trials, &also)
				flat++
			}
		}
	}
	checkTrials(t, trials)
	own := checkLanes(t, trials)
	ranged, chunked, wide, joined := 0, 0, 0, 0
	for _, tr := range own {
		if tr.dims["N"] > 16 {
			wide++
		}
		plan.Each(tr.prog.Body, func(s plan.Stmt) {
			if b, ok := s.(*plan.Block); ok && b.Rows != nil {
				ranged++
			}
			if b, ok := s.(*plan.Block); ok && b.Chunk != nil {
				chunked++
			}
			if b, ok := s.(*plan.Block); ok && b.Shared != nil {
				joined += len(b.Operands.Joined)
			}
		})
	}
	t.Logf("%d functions, %d of them flat, %d wide; %d blocks by ranges of rows, %d scans in chunks; %d operands of several arrays", len(trials), flat, wide, ranged, chunked, joined)
	if wide < int(seeds)/8 {
		t.Errorf("only %d functions are on arrays of several vectors", wide)
	}
	if ranged < int(seeds)/4 {
		t.Errorf("only %d blocks are done by ranges of rows", ranged)
	}
	if chunked < int(seeds)/10 {
		t.Errorf("only %d scans are done in chunks", chunked)
	}
	if joined < int(seeds)/2 {
		t.Errorf("only %d operands are several arrays", joined)
	}
	if flat < int(seeds)/4 {
		t.Errorf("only %d functions are flat", flat)
	}
}
