package autodiff

import (
	"slices"

	"github.com/gradgen/gradgen/ir"
)

// outline makes an array of every costly operation inside a body (an
// exponential in a sum, say), so that the way back reads its result in place
// of computing it again. Cheap operations are recomputed. Where backward does
// not read the array after all, inlining puts it back.
func outline(b *ir.Builder, results []*ir.Value) []*ir.Value {
	return (&ir.Rewriter{B: b, Replace: func(v *ir.Value) *ir.Value {
		m, ok := v.Def.(*ir.Map)
		if !ok || len(m.Domain) > 0 || m.Write != nil || m.Reduce != nil && m.Reduce.Arg {
			return nil
		}
		body := outlineBody(b, v, m)
		if body == m.Body {
			return nil
		}
		return b.Map(v.Name, v.Type.Rank(), &ir.Map{Axes: m.Axes, Reduce: m.Reduce, Body: body})
	}}).Values(results)
}

// compared makes an array of what a maximum or minimum compares, if a costly operation
// is part of it. Its derivative looks for the winner by comparing again, perhaps
// elsewhere: cheap operations are then rounded alike, but an exponential in assembly
// may differ from one in Go by its last bit, and there would be no winner.
func compared(b *ir.Builder, results []*ir.Value) []*ir.Value {
	return (&ir.Rewriter{B: b, Replace: func(v *ir.Value) *ir.Value {
		m, ok := v.Def.(*ir.Map)
		if !ok || m.Reduce != ir.Max && m.Reduce != ir.Min || !costly(m.Body) {
			return nil
		}
		return b.Map(v.Name, v.Type.Rank(), &ir.Map{Axes: m.Axes, Domain: m.Domain, Reduce: m.Reduce, Body: array(b, v, m, m.Body)})
	}}).Values(results)
}

func costly(e *ir.Expr) (found bool) {
	e.Walk(func(e *ir.Expr) { found = found || e.Op.Cost >= ir.Costly && e.Type.IsFloat() })
	return found
}

func outlineBody(b *ir.Builder, v *ir.Value, m *ir.Map) *ir.Expr {
	done := map[*ir.Expr]*ir.Expr{}
	var visit func(e *ir.Expr) *ir.Expr
	visit = func(e *ir.Expr) *ir.Expr {
		if r, ok := done[e]; ok {
			return r
		}
		r := e
		if len(e.Args) > 0 && !(e.Op == ir.OpSelect && hasTest(e.Args[0])) { // guarded reads stay behind their guard
			args := make([]*ir.Expr, len(e.Args))
			for i, a := range e.Args {
				args[i] = visit(a)
			}
			if !slices.Equal(args, e.Args) {
				r = rebuilt(e, args)
			}
			if keep(e, m) {
				r = array(b, v, m, r)
			}
		}
		done[e] = r
		return r
	}
	return visit(m.Body)
}

func rebuilt(e *ir.Expr, args []*ir.Expr) *ir.Expr {
	if e.Op == ir.OpCast {
		return ir.Cast(e.Type, args[0])
	}
	return ir.Apply(e.Op, args...)
}

// keep reports whether e is worth an array: costly, a float, dependent on
// arrays, and not already the array that m is.
func keep(e *ir.Expr, m *ir.Map) bool {
	if e.Op.Cost < ir.Costly || !e.Type.IsFloat() || e == m.Body && m.Reduce == nil {
		return false
	}
	reads := false
	e.Walk(func(e *ir.Expr) { reads = reads || e.Op == ir.OpRead })
	return reads
}

// array makes e, which is in the domain of m, an array over the axes it uses, and
// returns the read of it.
func array(b *ir.Builder, v *ir.Value, m *ir.Map, e *ir.Expr) *ir.Expr {
	used := map[*ir.Axis]bool{}
	use := func(x *ir.Axis) { used[x] = true }
	e.Axes(use)
	for _, p := range m.Domain {
		p.E.Walk(use, func(e *ir.Expr) { e.Axes(use) })
	}
	var axes []*ir.Axis
	for _, x := range m.Axes {
		if used[x] {
			axes = append(axes, x)
		}
	}
	place := b.Place
	b.Place = v.Place
	w := b.Map(v.Name+"_"+e.Op.Name, len(axes), &ir.Map{Axes: axes, Domain: m.Domain, Body: e})
	b.Place = place
	return ir.Read(w, ir.AxisInts(axes)...)
}
