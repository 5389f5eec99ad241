package ir

import (
	"math"
	"slices"
)

// rangeCheck demands that every read lies inside its array wherever it is
// evaluated: under the domain of its Map and the conditions of the selections
// around it. Of what is read only an element of an argument needs no proof: it
// is checked when the function is called, and the arguments of a Call by
// calledInside.
type rangeCheck struct {
	c      *verifier
	m      *Map
	domain *assumed
	affine *assumed // the part of the domain that reads nothing
	done   map[rangeKey]bool
	steps  int
	data   bool // only indices that data decides
}

// maxContexts bounds the work where one read stands under very many different
// conditions. What is beyond is taken to stand under none but those of the domain that read nothing: no
// computed index is checked then, and every element of an argument is demanded.
const maxContexts = 20000

type rangeKey struct {
	e  *Expr
	in *assumed
}

// assumed is a list of predicates that hold, each on top of others. Equal
// lists are made once, so that a shared node is visited once a list.
type assumed struct {
	outer *assumed
	preds []Pred
	inner map[*Expr][2]*assumed // by condition: where it holds, where not
}

func (a *assumed) all() []Pred {
	if a == nil {
		return nil
	}
	return append(a.outer.all(), a.preds...)
}

// where extends the list by a condition that holds, or does not.
func (a *assumed) where(cond *Expr, holds bool) *assumed {
	side := 0
	if !holds {
		side = 1
	}
	pair := a.inner[cond]
	if pair[side] == nil {
		preds := Implied(cond, holds)
		known := a.all()
		preds = slices.DeleteFunc(preds, func(q Pred) bool { return slices.ContainsFunc(known, q.Equal) })
		if pair[side] = a; len(preds) > 0 {
			pair[side] = &assumed{outer: a, preds: preds, inner: map[*Expr][2]*assumed{}}
		}
		a.inner[cond] = pair
	}
	return pair[side]
}

// Implied lists the predicates that follow from a condition.
func Implied(cond *Expr, holds bool) []Pred {
	switch {
	case cond.Op == OpNot:
		return Implied(cond.Args[0], !holds)
	case cond.Op == OpAnd && holds, cond.Op == OpOr && !holds:
		return append(Implied(cond.Args[0], holds), Implied(cond.Args[1], holds)...)
	case len(cond.Args) == 2 && cond.Args[0].Type == I32:
		a, b := IntOf(cond.Args[0]), IntOf(cond.Args[1])
		switch {
		case cond.Op == OpLt && holds:
			return []Pred{Lt(a, b)}
		case cond.Op == OpLe && holds:
			return []Pred{Ge(b, a)}
		case cond.Op == OpLt:
			return []Pred{Ge(a, b)}
		case cond.Op == OpLe:
			return []Pred{Lt(b, a)}
		case cond.Op == OpEq && holds, cond.Op == OpNe && !holds:
			return []Pred{Eq(a, b)}
		}
	case cond.Op == OpTest && holds:
		return slices.Clone(cond.Preds)
	case cond.Op == OpTest && len(cond.Preds) == 1 && cond.Preds[0].Kind == GE0:
		return []Pred{{Kind: GE0, E: cond.Preds[0].E.Neg().AddConst(-1)}}
	}
	return nil
}

func newRangeCheck(c *verifier, m *Map) *rangeCheck {
	return &rangeCheck{c: c, m: m}
}

// assume notes what holds wherever the Map is evaluated.
func (r *rangeCheck) assume() {
	r.done = map[rangeKey]bool{}
	preds := slices.Clone(r.m.Domain)
	for _, x := range r.m.Axes {
		preds = append(preds, Ge(x.Extent, Const(1)))
	}
	for _, x := range r.c.v.free {
		preds = append(preds, Ge(x.Extent, Const(1)))
	}
	preds = slices.DeleteFunc(preds, func(q Pred) bool { return len(q.E.terms) == 0 })
	r.domain = &assumed{preds: preds, inner: map[*Expr][2]*assumed{}}
	r.affine = &assumed{preds: slices.DeleteFunc(slices.Clone(preds), func(q Pred) bool { return q.E.HasReads() }), inner: map[*Expr][2]*assumed{}}
}

// ReadsInside reports whether every read of a Map lies inside its array. A pass asks that puts what is known of an
// integer in place of an element of an array: as an element of an argument it needs no proof.
func ReadsInside(v *Value) bool {
	m, ok := v.Def.(*Map)
	if !ok {
		return true
	}
	c := newVerifier()
	c.f, c.v = &Func{}, v
	return caught(newRangeCheck(c, m).run) == nil
}

// onlyData checks the indices that data decides.
func (r *rangeCheck) onlyData() {
	found := false
	look := func(e *Expr) { found = found || e.Op == OpRead }
	inInts := func(e *Expr) { e.eachInt(func(i Int) { i.Walk(nil, look) }) }
	r.m.Body.Walk(inInts)
	for _, q := range r.m.Domain {
		q.E.Walk(nil, inInts)
	}
	for _, i := range r.m.Write {
		i.Walk(nil, look)
	}
	if found {
		r.data = true
		r.run()
	}
}

func (r *rangeCheck) run() {
	r.assume()
	for k, i := range r.m.Write {
		r.index(i, r.c.v.Type.Shape[k], r.domain, "write")
	}
	r.expr(r.m.Body, r.domain)
	r.preds(r.m.Domain, r.affine)
	for _, i := range r.m.Write {
		exprsOf(i, func(e *Expr) { r.expr(e, r.domain) })
	}
}

// preds checks what a conjunction reads. A predicate is evaluated only where those before it hold, and those that read
// nothing.
func (r *rangeCheck) preds(list []Pred, in *assumed) {
	var before []Pred
	for _, q := range list {
		if !q.E.HasReads() {
			before = append(before, q)
		}
	}
	for _, q := range list {
		if !q.E.HasReads() {
			continue
		}
		under := in
		if len(before) > 0 {
			under = in.where(&Expr{Op: OpTest, Type: Bool, Preds: slices.Clone(before)}, true)
		}
		exprsOf(q.E, func(e *Expr) { r.expr(e, under) })
		before = append(before, q)
	}
}

func (r *rangeCheck) expr(e *Expr, in *assumed) {
	if r.steps > maxContexts {
		in = r.affine
	}
	key := rangeKey{e, in}
	if r.done[key] {
		return
	}
	r.done[key] = true
	r.steps++
	if e.Op == OpRead {
		for k, i := range e.Index {
			r.index(i, e.Array.Type.Shape[k], in, "read of "+e.Array.String())
		}
	}
	if e.Op == OpTest {
		r.preds(e.Preds, in)
	} else {
		e.eachInt(func(i Int) { exprsOf(i, func(a *Expr) { r.expr(a, in) }) })
	}
	if e.Op == OpSelect {
		r.expr(e.Args[0], in)
		r.expr(e.Args[1], in.where(e.Args[0], true))
		r.expr(e.Args[2], in.where(e.Args[0], false))
		return
	}
	for _, a := range e.Args {
		r.expr(a, in)
	}
}

// needed is what 0 ≤ i < n demands of the element that i is with a number added, beyond what is known.
func needed(known []Pred, i, n Int, add int64) Demand {
	d := Demand{Least: math.MinInt32, Limit: Const(everyI32)}
	if !Proves(known, Ge(i, Const(0))) {
		d.Least = max(-add, math.MinInt32)
	}
	if !Proves(known, Lt(i, n)) {
		d.Limit = n.AddConst(-add)
	}
	return d
}

func (r *rangeCheck) index(i, n Int, in *assumed, what string) {
	known := in.all()
	if a, add, ok := elementOfInput(i); ok {
		if len(r.c.f.Params) > 0 {
			r.c.demand(a, needed(known, i, n, add))
		}
		return
	}
	if r.steps > maxContexts || r.data && !i.HasReads() {
		return
	}
	switch {
	case !ProvesKnown(known, Ge(i, Const(0))):
		r.c.fail("%s: index %v may be negative", what, i)
	case !ProvesKnown(known, Lt(i, n)):
		r.c.fail("%s: index %v may exceed %v", what, i, n.AddConst(-1))
	}
}
