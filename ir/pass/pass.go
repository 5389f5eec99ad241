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

	"github.com/gradgen/gradgen/ir"
	"github.com/gradgen/gradgen/ir/parallel"
)

// Pass is one transformation of a function's results.
type Pass struct {
	Name string
	Why  string // why it stands here
	Run  func(b *ir.Builder, results []*ir.Value) []*ir.Value
}

// Passes is the optimiser.
var Passes = []Pass{
	{"calls", "after the last derivative, hand-made rules have done their work", (*ir.Builder).InlineCalls},
	{"merge", "differentiation rebuilds scans; copies of one become one before anything looks at uses", mergeScans},
	{"prune", "what no one reads of a scan is dropped before it is optimised", pruneScans},
	{"domains", "masks become domains and equalities are solved, so that inlining sees plain Maps", domains},
	{"inline", "cheap and single-use producers disappear into their consumers", inline},
	{"domains", "Kronecker deltas have arrived in the bodies they belong to", domains},
	{"deltas", "sums of deltas are split into terms, each over its own domain", deltas},
	{"domains", "and the domains of the terms are solved", domains},
	{"simplify", "the scalar rules see the final bodies", simplify},
	{"hoist", "what does not need the carry leaves the scan as one computation over all steps", hoist},
	{"inline", "the copies made above disappear", inline},
	{"domains", "once more, over what was inlined", domains},
	{"simplify", "once more, over what was inlined", simplify},
	{"prune", "stacks that no one reads any more", pruneScans},
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
	for _, p := range Passes {
		if opts.Off[p.Name] {
			continue
		}
		g := *f
		g.Results = p.Run(b, f.Results)
		f = &g
		if opts.Check {
			if err := ir.Verify(f); err != nil {
				return nil, fmt.Errorf("pass %s broke the program: %w\n%v", p.Name, err, f)
			}
		}
		if opts.After != nil {
			opts.After(p, f)
		}
	}
	return f, nil
}
