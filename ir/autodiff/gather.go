package autodiff

import (
	"slices"

	"github.com/gradgen/gradgen/ir"
)

// term is a summand of a cotangent, as the rule for Map yields it: every point
// of the domain adds body to target[write].
type term struct {
	target *ir.Value
	axes   []*ir.Axis
	domain []ir.Pred
	body   *ir.Expr
	write  []ir.Int
	solved []solution // for axes of the body
}

// solution is what an axis is.
type solution struct {
	axis  *ir.Axis
	value ir.Int
}

// substitute applies s to every part; axes that it replaces are the caller's
// to remove.
func (t term) substitute(s *ir.Subst) term {
	t.domain, t.body, t.write = s.Preds(t.domain), s.Expr(t.body), s.Ints(t.write)
	return t
}

// put puts a value in place of an axis, in the body once all are solved.
func (t term) put(x *ir.Axis, value ir.Int) term {
	s := &ir.Subst{Axis: map[*ir.Axis]ir.Int{x: value}}
	solved := make([]solution, 0, len(t.solved)+1)
	for _, y := range t.solved {
		solved = append(solved, solution{y.axis, s.Int(y.value)})
	}
	t.domain, t.write, t.solved = s.Preds(t.domain), s.Ints(t.write), append(solved, solution{x, value})
	return t
}

// value makes the summand an array of the target's shape. For every axis of
// the target the equation  write = u  is solved for an axis of the domain, so
// that elements of the target gather what belongs to them: a shifted read
// becomes a shifted read the other way, and a sum over a window a sum over
// the windows that hold the element. Where a coefficient is not ±1 (a stride)
// or the index was read from an array, there is a solution only if blocks do not
// overlap; else the scatter remains.
func (t term) value(b *ir.Builder) *ir.Value {
	name := "d" + t.target.Name
	shape := t.target.Type.Shape
	domain, possible := ir.Conj(t.domain)
	if !possible {
		return b.Fill(name, t.target.Type, 0)
	}
	t.domain = domain
	out := make([]*ir.Axis, len(shape))
	g := t
	for k, n := range shape {
		var ok bool
		out[k] = ir.NewAxis("", n)
		if g, ok = g.solve(k, out[k]); !ok {
			return b.Scatter(name, shape, &ir.Map{Axes: t.axes, Domain: t.domain, Reduce: ir.Sum, Body: t.body, Write: t.write})
		}
	}
	for k, u := range out {
		if u.Name == "" {
			u.Name = ir.Axes(shape)[k].Name
		}
	}
	domain, possible = ir.Conj(g.domain)
	if !possible {
		return b.Fill(name, t.target.Type, 0)
	}
	s := &ir.Subst{Axis: map[*ir.Axis]ir.Int{}}
	for _, x := range g.solved {
		s.Axis[x.axis] = x.value
	}
	m := &ir.Map{Axes: slices.Concat(out, g.axes), Domain: domain, Body: s.Expr(g.body)}
	if len(g.axes) > 0 {
		m.Reduce = ir.Sum
	}
	return b.Map(name, len(out), m)
}

// solve uses the equation write[k] = u to eliminate an axis: one that is the
// whole index, else the longest with a unit coefficient, because short ones
// make better loops. Without one the equation stays as a predicate.
func (t term) solve(k int, u *ir.Axis) (term, bool) {
	w := t.write[k]
	best, value := -1, ir.Int{}
	for i, x := range t.axes {
		coef, rest, ok := w.Coef(x)
		if !ok {
			return t.solveBlock(k, u)
		}
		switch {
		case coef.Is(1) && rest.Is(0):
			best, value = i, ir.Of(u)
		case coef.Is(1), coef.Is(-1):
			if best >= 0 && !longer(x, t.axes[best]) {
				continue
			}
			c, _ := coef.IsConst()
			best, value = i, ir.Of(u).Sub(rest).MulConst(c)
		default:
			continue
		}
		if value.Equal(ir.Of(u)) {
			break
		}
	}
	if best < 0 {
		opaque := false
		w.Walk(func(x *ir.Axis) { opaque = opaque || slices.Contains(t.axes, x) }, func(*ir.Expr) { opaque = true })
		if opaque {
			return t, false
		}
		t.domain = append(slices.Clone(t.domain), ir.Eq(ir.Of(u), w))
		return t, true
	}
	x := t.axes[best]
	if value.Equal(ir.Of(u)) {
		u.Name = x.Name
	}
	out := t.put(x, value)
	out.axes = slices.Delete(slices.Clone(t.axes), best, best+1)
	out.domain = append(out.domain, ir.InRange(value, x.Extent)...)
	return out, true
}

// solveBlock solves write[k] = u where it is s·x + r for an axis x and 0 ≤ r < s,
// whatever r is made of: u is then in block x of s elements, so x is ⌊u/s⌋, and
// that r is the rest stays as a predicate. So an element of the input of a
// maximum asks the one window that it is in, if windows do not overlap, whether
// it won. Every element must be in some block: the predicate reads arrays, which
// have nothing for those that are in none.
func (t term) solveBlock(k int, u *ir.Axis) (term, bool) {
	w := t.write[k]
	for i, x := range t.axes {
		s, rest := ownTerm(w, x)
		if s < 2 {
			continue
		}
		if !ir.ProvesKnown(t.domain, ir.Ge(rest, ir.Const(0))) || !ir.ProvesKnown(t.domain, ir.Lt(rest, ir.Const(s))) {
			continue
		}
		block := ir.Of(u).FloorDiv(s)
		if slices.ContainsFunc(ir.InRange(block, x.Extent), func(p ir.Pred) bool { return p.Truth() != ir.True }) {
			continue
		}
		out := t.put(x, block)
		out.axes = slices.Delete(slices.Clone(t.axes), i, i+1)
		out.domain = append(out.domain, ir.Eq(ir.Of(u), out.write[k]))
		return out, true
	}
	return t, false
}

// ownTerm splits i into coef*x and the rest, in which x may be part of what
// indexes an array.
func ownTerm(i ir.Int, x *ir.Axis) (coef int64, rest ir.Int) {
	terms, _ := i.Terms()
	for _, t := range terms {
		if len(t.Atoms) == 1 && t.Atoms[0] == ir.Atom(x) {
			return t.Coef, i.Sub(ir.Of(x).MulConst(t.Coef))
		}
	}
	return 0, i
}

// longer orders extents: run-time sizes are taken to be longer than constants.
func longer(x, y *ir.Axis) bool {
	n, nConst := x.Extent.IsConst()
	m, mConst := y.Extent.IsConst()
	if nConst && mConst {
		return n > m
	}
	return mConst
}
