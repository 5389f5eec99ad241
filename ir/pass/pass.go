// Package pass optimises programs of index equations. The compiler is the one
// list [Passes], in order; each pass is a function from graph to graph, named
// by its effect, and says why it stands where it stands.
//
// Equal values are shared already when they are built ([ir.Builder]), and what
// nothing refers to does not exist, so there is no pass for either. Formulas that
// fail in floating point got their stable form before they were differentiated
// (package stable).
package pass

import (
	"fmt"
	"slices"

	"github.com/gradgen/gradgen/ir"
	"github.com/gradgen/gradgen/ir/parallel"
)

// Pass is one transformation of a function: of its results, or of one value at
// a time.
type Pass struct {
	Name string
	Why  string // why it stands here
	Run  func(b *ir.Builder, results []*ir.Value) []*ir.Value
	// Each, instead of Run, sees a value whose operands are transformed, and
	// looks at its definition alone; nil keeps it. Those that stand side by side
	// in the list go through a function together.
	Each func(b *ir.Builder, v *ir.Value) *ir.Value
}

// Passes is the optimiser.
var Passes = []Pass{
	{Name: "calls", Run: (*ir.Builder).InlineCalls, Why: "after the last derivative, hand-made rules have done their work"},
	{Name: "merge", Run: mergeScans, Why: "differentiation rebuilds scans; copies of one become one before anything looks at uses"},
	{Name: "prune", Run: pruneScans, Why: "what no one reads of a scan is dropped before it is optimised"},
	{Name: "domains", Each: domains, Why: "masks become domains and equalities are solved, so that inlining sees plain Maps"},
	{Name: "inline", Run: inline, Why: "cheap and single-use producers disappear into their consumers"},
	{Name: "domains", Each: domains, Why: "Kronecker deltas have arrived in the bodies they belong to"},
	{Name: "deltas", Each: deltas, Why: "sums of deltas are split into terms, each over its own domain"},
	{Name: "domains", Each: domains, Why: "and the domains of the terms are solved"},
	{Name: "simplify", Each: simplify, Why: "the scalar rules see the final bodies"},
	{Name: "scatter", Each: scatter, Why: "domains are solved, and an equality with data that is left says where a point belongs"},
	{Name: "presum", Each: presum, Why: "what the sums before scatters are made of may leave a scan, too"},
	{Name: "rows", Each: inRows, Why: "the axes that are left in a scatter are those of its loops"},
	{Name: "hoist", Run: hoist, Why: "what does not need the carry leaves the scan as one computation over all steps"},
	{Name: "recall", Run: recall, Why: "the arrays that forward and backward share stand now; what is read once after all is inlined next"},
	{Name: "unite", Run: unite, Why: "adjoints are complete, and simplify has yet to see the sum of two bodies"},
	{Name: "inline", Run: inline, Why: "the copies made above disappear"},
	{Name: "domains", Each: domains, Why: "once more, over what was inlined"},
	{Name: "simplify", Each: simplify, Why: "once more, over what was inlined"},
	{Name: "itself", Each: itself, Why: "bodies are final, and so is what arrays hold"},
	{Name: "prune", Run: pruneScans, Why: "stacks that no one reads any more"},
}

// Options switches passes off, and watches.
type Options struct {
	Off   map[string]bool
	After func(p Pass, f *ir.Func) // called after every pass
	Check bool                     // verify after every pass
}

// Module is m with every exported function optimised, several at a time and
// each by a branch of the builder: what comes out of one does not depend on the
// others. What opts watches with is called for several at a time, too.
func Module(b *ir.Builder, m *ir.Module, opts Options) (*ir.Module, error) {
	better := *m
	better.Exports = make([]*ir.Export, len(m.Exports))
	err := parallel.Heaviest(m.Weights(), 0, func(i int) error {
		e := *m.Exports[i]
		f, err := Optimize(b.Branch(), e.Func, opts)
		if err != nil {
			return fmt.Errorf("%s: optimising %s: %w", e.Func.Place, e.Name, err)
		}
		e.Func = f
		better.Exports[i] = &e
		return nil
	})
	if err != nil {
		return nil, err
	}
	return &better, nil
}

// Optimize runs the passes on a function.
func Optimize(b *ir.Builder, f *ir.Func, opts Options) (*ir.Func, error) {
	passes := slices.DeleteFunc(slices.Clone(Passes), func(p Pass) bool { return opts.Off[p.Name] })
	for len(passes) > 0 {
		n := 1
		if opts.After == nil && !opts.Check {
			n = together(passes)
		}
		g := *f
		g.Results = run(b, passes[:n], f.Results)
		f = &g
		if opts.Check {
			if err := ir.Verify(f); err != nil {
				return nil, fmt.Errorf("pass %s broke the program: %w\n%v", passes[0].Name, err, f)
			}
		}
		if opts.After != nil {
			opts.After(passes[0], f)
		}
		passes = passes[n:]
	}
	return f, nil
}

// together is how many of the first passes go through a function in one walk.
func together(passes []Pass) int {
	n := slices.IndexFunc(passes, func(p Pass) bool { return p.Each == nil })
	if n < 0 {
		n = len(passes)
	}
	return max(n, 1)
}

// run takes results through passes that go together.
func run(b *ir.Builder, passes []Pass, results []*ir.Value) []*ir.Value {
	if p := passes[0]; p.Each == nil {
		return p.Run(b, results)
	}
	return (&ir.Rewriter{B: b, Replace: func(v *ir.Value) *ir.Value { return through(b, passes, v) }}).Values(results)
}

// through takes a value through passes that its operands went through. What one
// of them makes besides a value in its place goes through those after it.
func through(b *ir.Builder, passes []Pass, v *ir.Value) *ir.Value {
	for i, p := range passes {
		w := p.Each(b, v)
		if w == nil {
			continue
		}
		var done, made []*ir.Value
		v.Operands(func(x *ir.Value) { done = append(done, x) })
		w.Operands(func(x *ir.Value) {
			if !slices.Contains(done, x) {
				made = append(made, x)
			}
		})
		if len(made) > 0 {
			rest := &ir.Rewriter{B: b, Replace: func(v *ir.Value) *ir.Value { return through(b, passes[i+1:], v) }}
			for _, x := range done {
				rest.Set(x, x)
			}
			return rest.Value(w)
		}
		v = w
	}
	return v
}
