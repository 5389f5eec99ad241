package ir

import (
	"slices"
)

// rangeCheck demands that every affine read lies inside its array wherever it
// is evaluated: under the domain of its Map and the conditions of the
// selections around it. Reads through integer arrays are checked when the
// program runs.
type rangeCheck struct {
	c      *verifier
	m      *Map
	domain *assumed
	done   map[rangeKey]bool
	steps  int
}

// maxContexts bounds the work where one read stands under very many different
// conditions; what is beyond is not checked.
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
		preds := implied(cond, holds)
		known := a.all()
		preds = slices.DeleteFunc(preds, func(q Pred) bool { return slices.ContainsFunc(known, q.Equal) })
		if pair[side] = a; len(preds) > 0 {
			pair[side] = &assumed{outer: a, preds: preds, inner: map[*Expr][2]*assumed{}}
		}
		a.inner[cond] = pair
	}
	return pair[side]
}

// implied lists the predicates that follow from a condition.
func implied(cond *Expr, holds bool) []Pred {
	switch {
	case cond.Op == OpNot:
		return implied(cond.Args[0], !holds)
	case cond.Op == OpAnd && holds, cond.Op == OpOr && !holds:
		return append(implied(cond.Args[0], holds), implied(cond.Args[1], holds)...)
	case cond.Op == OpTest && holds:
		return slices.Clone(cond.Preds)
	case cond.Op == OpTest && len(cond.Preds) == 1 && cond.Preds[0].Kind == GE0:
		return []Pred{{Kind: GE0, E: cond.Preds[0].E.Neg().AddConst(-1)}}
	}
	return nil
}

func newRangeCheck(c *verifier, m *Map) *rangeCheck {
	r := &rangeCheck{c: c, m: m, done: map[rangeKey]bool{}}
	preds := slices.Clone(m.Domain)
	for _, x := range m.Axes {
		preds = append(preds, Ge(x.Extent, Const(1)))
	}
	for _, x := range c.v.free {
		preds = append(preds, Ge(x.Extent, Const(1)))
	}
	preds = slices.DeleteFunc(preds, func(q Pred) bool { return len(q.E.terms) == 0 })
	r.domain = &assumed{preds: preds, inner: map[*Expr][2]*assumed{}}
	return r
}

// ReadsInside reports whether every affine read of a Map lies inside its array. A pass asks that puts a known number in
// place of an element of an integer array: such an element is checked when the program runs, a number is not.
func ReadsInside(v *Value) (inside bool) {
	m, ok := v.Def.(*Map)
	if !ok {
		return true
	}
	defer func() {
		switch r := recover().(type) {
		case nil:
		case *VerifyError:
			inside = false
		default:
			panic(r)
		}
	}()
	newRangeCheck(&verifier{f: &Func{}, v: v}, m).run()
	return true
}

func (r *rangeCheck) run() {
	r.expr(r.m.Body, r.domain)
	// What a predicate of the domain reads is read to find the domain, so only
	// under those that read nothing.
	affine := &assumed{preds: slices.DeleteFunc(r.domain.all(), Pred.reads), inner: map[*Expr][2]*assumed{}}
	for _, q := range r.m.Domain {
		exprsOf(q.E, func(e *Expr) { r.expr(e, affine) })
	}
	for _, i := range r.m.Write {
		exprsOf(i, func(e *Expr) { r.expr(e, r.domain) })
	}
}

func (r *rangeCheck) expr(e *Expr, in *assumed) {
	key := rangeKey{e, in}
	if r.done[key] {
		return
	}
	r.done[key] = true
	if r.steps++; r.steps > maxContexts {
		return
	}
	if e.Op == OpRead {
		for k, i := range e.Index {
			r.index(i, e.Array.Type.Shape[k], in, "read of "+e.Array.String())
		}
	}
	under := in
	if e.Op == OpTest {
		under = in.where(&Expr{Op: OpTest, Type: Bool, Preds: slices.DeleteFunc(slices.Clone(e.Preds), Pred.reads)}, true)
	}
	e.eachInt(func(i Int) { exprsOf(i, func(a *Expr) { r.expr(a, under) }) })
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

func (r *rangeCheck) index(i, n Int, in *assumed, what string) {
	if !isAffine(i) {
		return
	}
	known := in.all()
	switch {
	case !Proves(known, Ge(i, Const(0))):
		r.c.fail("%s: index %v may be negative", what, i)
	case !Proves(known, Lt(i, n)):
		r.c.fail("%s: index %v may exceed %v", what, i, n.AddConst(-1))
	}
}

// isAffine reports whether i has no data in it, and no product of axes.
func isAffine(i Int) bool {
	for _, t := range i.terms {
		axes := 0
		for _, m := range t.mono {
			switch m := m.(type) {
			case *Expr:
				return false
			case *Axis:
				axes++
			case *FloorDiv:
				if !isAffine(m.Num) {
					return false
				}
			}
		}
		if axes > 1 {
			return false
		}
	}
	return true
}
