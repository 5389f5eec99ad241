package autodiff

import (
	"slices"

	"github.com/gradgen/gradgen/ir"
)

// maxCopied is the size of a formula that is put into several others.
const maxCopied = 64

// sides are the arrays, elementwise, that only sides of selections read: such as e
// in
//
//	e[i] = exp(x[i])    y[i] = if x[i] < 99 then e[i] else 0
//
// What flows to a side that is not taken is exactly 0, but where exp(x) is
// infinite 0·exp(x) is not. The sweep of y therefore goes on into the formula of
// e, and selects at x: dx[i] = if x[i] < 99 then dy[i]·e[i] else 0. It makes no
// difference then whether a formula is written as one or as several, and
// [outline] may make an array of any part. Where 0 remains 0 all the way, as in
// the sum of a layer and its bias, the cotangent of e is as good.
type sides map[*ir.Value]bool

// findSides looks at every value below the roots. What is differentiated by is
// none.
func findSides(roots, wrt []*ir.Value) sides {
	found, barred := sides{}, map[*ir.Value]bool{}
	readers := map[*ir.Value]int{}
	bar := func(w *ir.Value) { barred[w] = true }
	for _, v := range slices.Concat(roots, wrt) {
		bar(v)
	}
	order := ir.Topological(roots...)
	steep := findSteep(order)
	for _, v := range slices.Backward(order) { // who reads v is known before v
		m, ok := v.Def.(*ir.Map)
		if !ok {
			handed(v, bar)
			continue
		}
		if found[v] && barred[v] {
			delete(found, v)
		}
		here := map[*ir.Value]bool{}
		eachFlow(m.Body, found[v], func(e *ir.Expr, side bool) {
			if w := e.Array; side && steep[w] && pairs(e, m) && sameAxes(v.Free(), w.Free()) {
				here[w] = true
			} else {
				bar(w)
			}
		})
		for w := range here {
			found[w] = true
			readers[w]++
		}
	}
	full := map[*ir.Value]int{} // sizes, with all formulas put in
	for _, v := range order {
		if !found[v] {
			continue
		}
		m := v.Def.(*ir.Map)
		m.Body.Walk(func(e *ir.Expr) {
			full[v] = min(full[v]+1, maxCopied+1)
			if e.Op == ir.OpRead && found[e.Array] {
				full[v] = min(full[v]+full[e.Array], maxCopied+1)
			}
		})
		if readers[v] > 1 && full[v] > maxCopied {
			delete(found, v)
		}
	}
	return found
}

// handed calls f for the operands of what is no Map. The body of a scan emits
// everything, to be kept; that counts for what is read after it.
func handed(v *ir.Value, f func(*ir.Value)) {
	s, ok := v.Def.(*ir.Scan)
	if !ok {
		v.Operands(f)
		return
	}
	for _, w := range slices.Concat(s.Init, s.Next) {
		f(w)
	}
	if k := v.Result - len(s.Carry); k >= 0 {
		f(s.Emit[k])
	}
}

// findSteep finds the elementwise arrays that may make something else of a 0 that
// flows to them, by their own formulas or by those of others that these read.
func findSteep(order []*ir.Value) map[*ir.Value]bool {
	out := map[*ir.Value]bool{}
	for _, v := range order {
		if !elementwise(v) {
			continue
		}
		v.Def.(*ir.Map).Body.Walk(func(e *ir.Expr) {
			if !keepsZero(e) || e.Op == ir.OpRead && out[e.Array] {
				out[v] = true
			}
		})
	}
	return out
}

// keepsZero reports whether 0 times the slope of e is 0 whatever its operands are.
func keepsZero(e *ir.Expr) bool {
	switch e.Op {
	case ir.OpRead, ir.OpLit, ir.OpIndex, ir.OpRandom, ir.OpTest, ir.OpStop, ir.OpCast, ir.OpNeg, ir.OpAdd, ir.OpSub, ir.OpMax, ir.OpMin, ir.OpSelect:
		return true
	case ir.OpMul:
		return e.Args[0].Op == ir.OpLit || e.Args[1].Op == ir.OpLit
	}
	return e.Op.Bool
}

// elementwise reports whether every element of v is one formula, in which no index
// is tested: tests make cases, which would multiply.
func elementwise(v *ir.Value) bool {
	m, ok := v.Def.(*ir.Map)
	return ok && m.Reduce == nil && m.Write == nil && len(m.Domain) == 0 && !hasTest(m.Body)
}

// pairs reports whether m reads an element for every point of its domain, each
// another one: then nothing is summed on the way to it.
func pairs(read *ir.Expr, m *ir.Map) bool {
	var axes []*ir.Axis
	for _, i := range read.Index {
		x, ok := i.IsAxis()
		if !ok || !slices.Contains(m.Axes, x) || slices.Contains(axes, x) {
			return false
		}
		axes = append(axes, x)
	}
	return len(axes) == len(m.Axes)
}

func sameAxes(a, b []*ir.Axis) bool {
	return len(a) == len(b) && !slices.ContainsFunc(a, func(x *ir.Axis) bool { return !slices.Contains(b, x) })
}

// eachFlow calls f for every read that something may flow to, with whether the read
// is in a side of a selection between numbers, as the whole body may be; perhaps
// for both.
func eachFlow(body *ir.Expr, side bool, f func(read *ir.Expr, side bool)) {
	seen := map[visit]bool{}
	var walk func(e *ir.Expr, side bool)
	walk = func(e *ir.Expr, side bool) {
		if seen[visit{e, side}] || e.Op == ir.OpStop || e.Op.Bool {
			return
		}
		seen[visit{e, side}] = true
		args := e.Args
		switch {
		case e.Op == ir.OpRead:
			f(e, side)
		case isSides(e):
			args, side = args[1:], true
		}
		for _, a := range args {
			walk(a, side)
		}
	}
	walk(body, side)
}

// isSides reports whether e selects by the values of numbers. What is selected by
// an index is not computed elsewhere.
func isSides(e *ir.Expr) bool { return e.Op == ir.OpSelect && !hasTest(e.Args[0]) }

// within puts the formulas of arrays into the sides of e that read them. It
// returns what they became beside the reads: the cheaper way to those values.
func (s sides) within(e *ir.Expr) (*ir.Expr, map[*ir.Expr]*ir.Expr) {
	p := &putter{sides: s, known: map[*ir.Expr]*ir.Expr{}, done: map[visit]*ir.Expr{}, formulas: map[*ir.Value][]*ir.Expr{}}
	if len(s) == 0 {
		return e, p.known
	}
	return p.put(visit{e, false}), p.known
}

// visit is a node, and whether it is in a side.
type visit struct {
	e    *ir.Expr
	side bool
}

type putter struct {
	sides
	known    map[*ir.Expr]*ir.Expr
	done     map[visit]*ir.Expr
	formulas map[*ir.Value][]*ir.Expr // reads, each before its formula
}

func (p *putter) put(v visit) *ir.Expr {
	r, ok := p.done[v]
	if !ok {
		r = p.fresh(v)
		p.done[v] = r
	}
	return r
}

func (p *putter) fresh(v visit) *ir.Expr {
	e := v.e
	switch {
	case e.Op == ir.OpStop || e.Op.Bool:
		return e
	case e.Op == ir.OpRead && v.side && p.sides[e.Array]:
		return p.formula(e)
	}
	args := slices.Clone(e.Args)
	for i, a := range args {
		args[i] = p.put(visit{a, v.side || isSides(e)})
	}
	if slices.Equal(args, e.Args) {
		return e
	}
	return rebuilt(e, args)
}

// formula is what a read stands for.
func (p *putter) formula(read *ir.Expr) *ir.Expr {
	there := p.formulas[read.Array]
	for i := 0; i < len(there); i += 2 {
		if there[i].Compare(read) == 0 {
			return there[i+1]
		}
	}
	m := read.Array.Def.(*ir.Map)
	at := &ir.Subst{Axis: map[*ir.Axis]ir.Int{}}
	for k, x := range m.Axes {
		at.Axis[x] = read.Index[k]
	}
	r := p.put(visit{at.Expr(m.Body), true})
	p.formulas[read.Array] = append(p.formulas[read.Array], read, r)
	if r.Op != ir.OpRead {
		p.known[r] = read
	}
	return r
}
