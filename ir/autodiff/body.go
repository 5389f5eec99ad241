package autodiff

import (
	"fmt"
	"slices"

	"github.com/gradgen/gradgen/ir"
)

// path is the condition under which part of a body is evaluated: affine
// predicates, and any others, from the outermost selection to the innermost.
// What flows to a read must be selected by the whole path at the end, not
// multiplied along it, so that the side not taken contributes exactly nothing.
type path struct {
	preds []ir.Pred
	conds []*ir.Expr
}

// and returns the paths that together are p restricted to cond == holds. They
// are disjoint.
func (p path) and(cond *ir.Expr, holds bool) []path {
	switch {
	case cond.Op == ir.OpTest && holds:
		return []path{{slices.Concat(p.preds, cond.Preds), p.conds}}
	case cond.Op == ir.OpTest:
		var out []path
		for _, not := range cond.Negation() {
			out = append(out, path{slices.Concat(p.preds, not), p.conds})
		}
		return out
	case cond.Op == ir.OpNot:
		return p.and(cond.Args[0], !holds)
	case cond.Op != ir.OpAnd && cond.Op != ir.OpOr || !hasTest(cond):
		if !holds {
			cond = ir.Apply(ir.OpNot, cond)
		}
		return []path{{p.preds, append(slices.Clip(p.conds), cond)}}
	case (cond.Op == ir.OpAnd) == holds:
		var out []path
		for _, q := range p.and(cond.Args[0], holds) {
			out = append(out, q.and(cond.Args[1], holds)...)
		}
		return out
	default:
		out := p.and(cond.Args[0], holds)
		for _, q := range p.and(cond.Args[0], !holds) {
			out = append(out, q.and(cond.Args[1], holds)...)
		}
		return out
	}
}

// maxPaths bounds how many cases a condition may fall into.
const maxPaths = 512

// paths is how many paths p.and(cond, true) and p.and(cond, false) return, or
// about maxPaths if there are more.
func paths(cond *ir.Expr) (holds, fails int) {
	type counts struct{ holds, fails int }
	known := map[*ir.Expr]counts{}
	var visit func(e *ir.Expr) counts
	visit = func(e *ir.Expr) (n counts) {
		if n, ok := known[e]; ok {
			return n
		}
		defer func() {
			n.holds, n.fails = min(n.holds, maxPaths+1), min(n.fails, maxPaths+1)
			known[e] = n
		}()
		switch {
		case e.Op == ir.OpTest:
			return counts{1, len(e.Negation())}
		case e.Op == ir.OpNot:
			n = visit(e.Args[0])
			return counts{n.fails, n.holds}
		case e.Op != ir.OpAnd && e.Op != ir.OpOr:
			return counts{1, 1}
		}
		a, b := visit(e.Args[0]), visit(e.Args[1])
		if e.Op == ir.OpAnd {
			n = counts{a.holds * b.holds, 1}
			if hasTest(e) {
				n.fails = a.fails + a.holds*b.fails
			}
			return n
		}
		n = counts{1, a.fails * b.fails}
		if hasTest(e) {
			n.holds = a.holds + a.fails*b.holds
		}
		return n
	}
	n := visit(cond)
	return n.holds, n.fails
}

func hasTest(e *ir.Expr) bool {
	found := false
	e.Walk(func(e *ir.Expr) { found = found || e.Op == ir.OpTest })
	return found
}

// flow is what flows to a node on one path.
type flow struct {
	path
	s *ir.Expr
}

// selected is the flow with the part of its path that is not affine.
func (f flow) selected() *ir.Expr { return under(f.conds, f.s) }

// under is s where conditions hold, and 0 elsewhere.
func under(conds []*ir.Expr, s *ir.Expr) *ir.Expr {
	if len(conds) == 0 {
		return s
	}
	all := conds[0]
	for _, c := range conds[1:] {
		all = ir.Apply(ir.OpAnd, all, c)
	}
	return ir.Select(all, s, ir.Lit(s.Type, 0))
}

// merge adds a flow to those that are there, in one summand where it makes no
// difference.
func merge(flows []flow, f flow) []flow {
	for i, g := range flows {
		if !slices.EqualFunc(g.preds, f.preds, ir.Pred.Equal) {
			continue
		}
		if sum, ok := united(g, f); ok {
			return merge(slices.Delete(flows, i, i+1), sum)
		}
		if len(flows) >= 8 { // keeps chains of conditions from doubling
			flows[i] = flow{path{g.preds, nil}, ir.Apply(ir.OpAdd, g.selected(), f.selected())}
			return flows
		}
	}
	return append(flows, f)
}

// united is one flow for two under the same predicates: where both sides of a
// selection flow to one place; and where the path of one begins with that of the
// other, under which what follows is evaluated anyway.
func united(g, f flow) (sum flow, ok bool) {
	n := 0
	for n < min(len(g.conds), len(f.conds)) && g.conds[n].Compare(f.conds[n]) == 0 {
		n++
	}
	common := path{g.preds, slices.Clip(g.conds[:n])}
	rest, other := g.conds[n:], f.conds[n:]
	switch {
	case len(rest) == 0 || len(other) == 0:
		return flow{common, ir.Apply(ir.OpAdd, under(rest, g.s), under(other, f.s))}, true
	case len(rest) > 1 || len(other) > 1:
		return flow{}, false
	case opposite(rest[0], other[0]):
		return flow{common, ir.Select(rest[0], g.s, f.s)}, true
	case opposite(other[0], rest[0]):
		return flow{common, ir.Select(other[0], f.s, g.s)}, true
	}
	return flow{}, false
}

// opposite reports whether b holds just where a does not.
func opposite(a, b *ir.Expr) bool {
	return b.Op == ir.OpNot && b.Args[0].Compare(a) == 0
}

// leaf is a read with what flows to it.
type leaf struct {
	read  *ir.Expr
	flows []flow
}

// body differentiates one scalar expression.
type body struct {
	act   activity
	value *ir.Value // for places in errors
	root  *ir.Expr
	known map[*ir.Expr]*ir.Expr // cheaper ways to values of nodes
}

func (d *body) of(e *ir.Expr) *ir.Expr {
	if r, ok := d.known[e]; ok {
		return r
	}
	return e
}

// reverse sweeps the flow s from the root to the active reads.
func (d *body) reverse(s *ir.Expr) ([]leaf, error) {
	active := d.act.exprs(d.root)
	if !active[d.root] {
		return nil, nil
	}
	var order []*ir.Expr
	seen := map[*ir.Expr]bool{}
	var visit func(e *ir.Expr)
	visit = func(e *ir.Expr) {
		if seen[e] || !active[e] {
			return
		}
		seen[e] = true
		for _, a := range e.Args {
			visit(a)
		}
		order = append(order, e)
	}
	visit(d.root)

	flows := map[*ir.Expr][]flow{d.root: {{s: s}}}
	var leaves []leaf
	for _, e := range slices.Backward(order) {
		if e.Op == ir.OpRead {
			leaves = addLeaf(leaves, e, flows[e])
			continue
		}
		if e.Op == ir.OpSelect {
			if holds, fails := paths(e.Args[0]); max(holds, fails)*len(flows[e]) > maxPaths {
				return nil, &Error{Place: d.value.Place, Message: "a condition falls into too many cases to be differentiated",
					Hint: "give it a name, as an array of numbers 0 and 1, and compare that"}
			}
		}
		for _, f := range flows[e] {
			if e.Op == ir.OpSelect {
				for i, a := range e.Args[1:] {
					if active[a] {
						for _, p := range f.path.and(e.Args[0], i == 0) {
							flows[a] = merge(flows[a], flow{p, f.s})
						}
					}
				}
				continue
			}
			for i, a := range e.Args {
				if !active[a] {
					continue
				}
				p, err := d.partial(e, i, f.s)
				if err != nil {
					return nil, err
				}
				if p != nil {
					flows[a] = merge(flows[a], flow{f.path, p})
				}
			}
		}
	}
	return leaves, nil
}

func addLeaf(leaves []leaf, read *ir.Expr, flows []flow) []leaf {
	for i, l := range leaves {
		if l.read.Compare(read) == 0 {
			for _, f := range flows {
				leaves[i].flows = merge(leaves[i].flows, f)
			}
			return leaves
		}
	}
	return append(leaves, leaf{read, flows})
}

// partial is the contribution of argument i of e to the flow s.
func (d *body) partial(e *ir.Expr, i int, s *ir.Expr) (*ir.Expr, error) {
	if e.Op == ir.OpCast {
		if !e.Args[0].Type.IsFloat() {
			return nil, d.discrete()
		}
		return ir.Cast(e.Args[0].Type, s), nil
	}
	args := make([]*ir.Expr, len(e.Args))
	for k, a := range e.Args {
		args[k] = d.of(a)
	}
	p, ok := e.Op.Partial(i, args, d.of(e), s)
	if !ok {
		return nil, &Error{Place: d.value.Place, Message: fmt.Sprintf("%s has no derivative", e.Op.Name),
			Hint: "write stop(…) around it if none is meant to flow"}
	}
	if p != nil && e.Op.Bool {
		return nil, d.discrete()
	}
	return p, nil
}

func (d *body) discrete() error {
	return &Error{Place: d.value.Place, Message: "a derivative is asked through an integer or bool value, which has none",
		Hint: "write stop(…) around the value if none is meant to flow"}
}

// checkDiscrete reports an integer or a bool that depends on what is
// differentiated by and is made a float again.
func (d *body) checkDiscrete() error {
	var err error
	flowing(d.root, func(e *ir.Expr) {
		if e.Op != ir.OpCast || e.Args[0].Type.IsFloat() {
			return
		}
		flowing(e.Args[0], func(x *ir.Expr) {
			if x.Op == ir.OpRead && d.act[x.Array] {
				err = d.discrete()
			}
		})
	})
	return err
}

// forward builds the tangent of the root from the tangents of the reads; nil
// where it is zero.
func (d *body) forward(tangent func(read *ir.Expr) *ir.Expr) (*ir.Expr, error) {
	active := d.act.exprs(d.root)
	done := map[*ir.Expr]*ir.Expr{}
	var visit func(e *ir.Expr) (*ir.Expr, error)
	visit = func(e *ir.Expr) (*ir.Expr, error) {
		if t, ok := done[e]; ok {
			return t, nil
		}
		if !active[e] {
			return nil, nil
		}
		var sum *ir.Expr
		if e.Op == ir.OpRead {
			sum = tangent(e)
		} else {
			parts := make([]*ir.Expr, len(e.Args))
			for i, a := range e.Args {
				t, err := visit(a)
				if err != nil {
					return nil, err
				}
				if t != nil && e.Op != ir.OpSelect {
					if t, err = d.tangentPart(e, i, t); err != nil {
						return nil, err
					}
				}
				parts[i] = t
			}
			sum = combine(e, parts)
		}
		done[e] = sum
		return sum, nil
	}
	return visit(d.root)
}

func (d *body) tangentPart(e *ir.Expr, i int, t *ir.Expr) (*ir.Expr, error) {
	if e.Op == ir.OpCast {
		if !e.Args[0].Type.IsFloat() {
			return nil, d.discrete()
		}
		return ir.Cast(e.Type, t), nil
	}
	return d.partial(e, i, t)
}

// combine adds the parts; a selection selects between them.
func combine(e *ir.Expr, parts []*ir.Expr) *ir.Expr {
	if e.Op == ir.OpSelect {
		a, b := parts[1], parts[2]
		if a == nil && b == nil {
			return nil
		}
		zero := ir.Lit(e.Type, 0)
		if a == nil {
			a = zero
		}
		if b == nil {
			b = zero
		}
		return ir.Select(e.Args[0], a, b)
	}
	var sum *ir.Expr
	for _, p := range parts {
		switch {
		case p == nil:
		case sum == nil:
			sum = p
		default:
			sum = ir.Apply(ir.OpAdd, sum, p)
		}
	}
	return sum
}
