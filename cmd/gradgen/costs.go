package main

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/gradgen/gradgen/ir"
	"github.com/gradgen/gradgen/ir/plan"
)

// amount is a number that may depend on sizes known only at run time: the
// largest of its formulas.
type amount []ir.Int

// costs is what one call of a function takes.
type costs struct {
	Function  string `json:"function"`
	Flops     amount `json:"flops"`     // arithmetic operations, an upper bound
	Moved     amount `json:"moved"`     // bytes of arguments and results
	Workspace amount `json:"workspace"` // bytes of intermediate arrays
	// Kept is the bytes of the workspace that the forward part makes and the
	// backward part reads; nil for functions without one.
	Kept amount `json:"kept,omitempty"`
}

func costsOf(e *ir.Export, p *plan.Program) costs {
	c := costs{Function: title(e), Flops: amount{p.Flops}, Moved: amount{p.Bytes}, Workspace: p.ArenaBytes()}
	if e.Kind == ir.ExportStep || e.Derives != "" && e.Derives != "jvp" {
		c.Kept = amount{kept(p, primal(e, p.Func))}
	}
	return c
}

// primal lists the results that are the value itself, not a derivative: what is
// returned, or else the first.
func primal(e *ir.Export, f *ir.Func) []*ir.Value {
	var out []*ir.Value
	for k, b := range e.Results {
		if b.Kind == ir.BindReturn {
			out = append(out, f.Results[k])
		}
	}
	if len(out) == 0 {
		out = f.Results[:1]
	}
	return out
}

// kept adds up the arrays in the arena that belong to the primal values and
// that something else than them reads: they must live until backward.
func kept(p *plan.Program, primal []*ir.Value) ir.Int {
	values, scans := map[*ir.Value]bool{}, map[*ir.Scan]bool{}
	for _, v := range ir.Topological(primal...) {
		values[v] = true
		if s, ok := v.Def.(*ir.Scan); ok {
			scans[s] = true
		}
	}
	// What a forward scan stacks for backward is a result of its own.
	forward := func(v *ir.Value) bool {
		s, ok := v.Def.(*ir.Scan)
		return values[v] || ok && scans[s]
	}
	seen := map[*plan.Buffer]bool{}
	total := ir.Const(0)
	eachBlock(p.Body, func(block *plan.Block) {
		if !slices.ContainsFunc(block.Values, func(v *ir.Value) bool { return !forward(v) }) {
			return
		}
		plan.EachBuffer(block, func(b *plan.Buffer) {
			if b.Class == plan.Arena && forward(b.Value) && !seen[b] && !slices.Contains(block.Values, b.Value) {
				seen[b] = true
				total = total.Add(b.Len.MulConst(int64(b.DType.Size())))
			}
		})
	})
	return total
}

// eachBlock visits the blocks of a program, those in loops too.
func eachBlock(list []plan.Stmt, f func(*plan.Block)) {
	for _, s := range list {
		switch s := s.(type) {
		case *plan.Block:
			f(s)
		case *plan.Loop:
			eachBlock(s.Body, f)
		case *plan.If:
			eachBlock(s.Then, f)
			eachBlock(s.Else, f)
		}
	}
}

// at puts numbers in for sizes.
func (a amount) at(sizes map[string]int64) amount {
	out := make(amount, len(a))
	for i, n := range a {
		out[i] = n.MapAtoms(func(x ir.Atom) (ir.Int, bool) {
			if d, ok := x.(*ir.Dim); ok {
				if v, ok := sizes[d.Name]; ok {
					return ir.Const(v), true
				}
			}
			return ir.Int{}, false
		})
	}
	return out
}

// value is the number, if it is one.
func (a amount) value() (int64, bool) {
	largest := int64(0)
	for _, n := range a {
		k, ok := n.IsConst()
		if !ok {
			return 0, false
		}
		largest = max(largest, k)
	}
	return largest, true
}

func (a amount) String() string {
	if k, ok := a.value(); ok {
		return ir.Const(k).String()
	}
	parts := make([]string, len(a))
	for i, n := range a {
		parts[i] = n.String()
	}
	if len(parts) == 1 {
		return parts[0]
	}
	return "max(" + strings.Join(parts, ", ") + ")"
}

// MarshalJSON writes a number where there is one, and the formula in any case.
func (a amount) MarshalJSON() ([]byte, error) {
	var out struct {
		Formula string `json:"formula"`
		Value   *int64 `json:"value"`
	}
	out.Formula = a.String()
	if k, ok := a.value(); ok {
		out.Value = &k
	}
	return json.Marshal(out)
}
