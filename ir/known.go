package ir

import (
	"math"
	"slices"
)

// ProvesKnown is Proves for a predicate that reads integers. What is known of their range counts, too: winners of an
// argmax, elements of tables, and what is computed of these.
func ProvesKnown(known []Pred, q Pred) bool {
	if Proves(known, q) {
		return true
	}
	if !q.E.HasReads() {
		return false
	}
	s := &rangeAxes{}
	goal := s.pred(q)
	if len(s.of) == 0 {
		return false
	}
	preds := make([]Pred, len(known))
	for k, p := range known {
		preds[k] = s.pred(p)
	}
	return Proves(slices.Concat(preds, s.facts), goal)
}

// CheckedWhenCalled reports whether i is an element of an argument plus a constant: the emitted function looks at all
// elements of such an argument before it writes anything, so that a read by one needs no proof.
func CheckedWhenCalled(i Int) bool {
	_, _, ok := elementOfInput(i)
	return ok
}

// elementOfInput takes apart what CheckedWhenCalled accepts.
func elementOfInput(i Int) (a *Value, add int64, ok bool) {
	if len(i.terms) != 1 || i.terms[0].Coef != 1 || len(i.terms[0].Atoms) != 1 {
		return nil, 0, false
	}
	e, isExpr := i.terms[0].Atoms[0].(*Expr)
	if !isExpr || e.Op != OpRead {
		return nil, 0, false
	}
	a = reshaped(e.Array)
	_, ok = a.Def.(*Input)
	return a, i.k, ok
}

// Forwarded replaces elements of arrays that only name an index, an element of another array or a number by what they
// name: idx[i] where idx[i] = tok[i] + 1.
func Forwarded(i Int) Int {
	var s *Subst
	depth := 0
	s = &Subst{Read: func(a *Value, index []Int) *Expr {
		m, ok := a.Def.(*Map)
		if !ok || m.Reduce != nil || m.Write != nil || len(m.Domain) > 0 || a.Type.DType != I32 || depth > maxBoundDepth {
			return nil
		}
		switch m.Body.Op {
		case OpRead, OpIndex, OpLit:
		default:
			return nil
		}
		depth++
		defer func() { depth-- }()
		at := &Subst{Axis: map[*Axis]Int{}, Read: s.Read}
		for k, x := range m.Axes {
			at.Axis[x] = index[k]
		}
		return at.Expr(m.Body)
	}}
	return s.Int(i)
}

// rangeAxes puts a fresh axis in place of every integer that is read and whose range is known.
type rangeAxes struct {
	of    []rangeAxis
	facts []Pred
}

type rangeAxis struct {
	e  *Expr
	is Int
}

func (s *rangeAxes) pred(q Pred) Pred { return Pred{q.Kind, s.int(q.E), q.Mod} }

func (s *rangeAxes) int(i Int) Int {
	return i.MapAtoms(func(a Atom) (Int, bool) {
		switch a := a.(type) {
		case *FloorDiv:
			n := s.int(a.Num)
			if n.Equal(a.Num) {
				return Int{}, false
			}
			return n.FloorDiv(a.Den), true
		case *Expr:
			is := s.atom(a)
			if b, same := is.IsAtom(); same && b == Atom(a) {
				return Int{}, false
			}
			return is, true
		}
		return Int{}, false
	})
}

func (s *rangeAxes) atom(e *Expr) Int {
	for _, r := range s.of {
		if r.e == e || r.e.Compare(e) == 0 {
			return r.is
		}
	}
	is, b := Of(e), exprBounds(e, 0)
	switch {
	case b.hasLo && b.hasHi:
		is = Of(NewAxis("known", b.hi.Sub(b.lo).AddConst(1))).Add(b.lo)
	case b.hasLo:
		s.facts = append(s.facts, Ge(is, b.lo))
	case b.hasHi:
		s.facts = append(s.facts, Ge(b.hi, is))
	default:
		return is
	}
	s.of = append(s.of, rangeAxis{e, is})
	return is
}

// bounds are the least and the greatest value of an integer, as far as they are known. They read nothing.
type bounds struct {
	lo, hi       Int
	hasLo, hasHi bool
}

// maxBoundDepth limits how many definitions are looked through.
const maxBoundDepth = 8

func between(lo, hi Int) bounds { return bounds{lo, hi, true, true} }

func (b bounds) neg() bounds { return bounds{b.hi.Neg(), b.lo.Neg(), b.hasHi, b.hasLo} }

func (b bounds) add(c bounds) bounds {
	return bounds{b.lo.Add(c.lo), b.hi.Add(c.hi), b.hasLo && c.hasLo, b.hasHi && c.hasHi}
}

func (b bounds) mul(n int64) bounds {
	if n < 0 {
		b, n = b.neg(), -n
	}
	return bounds{b.lo.MulConst(n), b.hi.MulConst(n), b.hasLo, b.hasHi}
}

// least returns the smaller of two numbers if it is known which one that is.
func least(a, b Int) (Int, bool) {
	if b.Sub(a).NonNegative() {
		return a, true
	}
	return b, a.Sub(b).NonNegative()
}

// either bounds what is one of two.
func either(a, b bounds) bounds {
	var out bounds
	if a.hasLo && b.hasLo {
		out.lo, out.hasLo = least(a.lo, b.lo)
	}
	if a.hasHi && b.hasHi {
		h, ok := least(a.hi.Neg(), b.hi.Neg())
		out.hi, out.hasHi = h.Neg(), ok
	}
	return out
}

// lesser bounds the smaller of two.
func lesser(a, b bounds) bounds {
	out := either(a, b)
	switch {
	case a.hasHi && b.hasHi:
		out.hi, out.hasHi = a.hi, true
		if h, ok := least(a.hi, b.hi); ok {
			out.hi = h
		} else if k, isConst := b.hi.IsConst(); isConst && k >= 0 {
			out.hi = b.hi
		}
	case a.hasHi:
		out.hi, out.hasHi = a.hi, true
	case b.hasHi:
		out.hi, out.hasHi = b.hi, true
	}
	return out
}

// alone is b without axes: the bounds of all elements.
func (b bounds) alone() bounds {
	if b.hasLo {
		b.lo, b.hasLo = b.lo.leastOverAxes()
	}
	if b.hasHi {
		var h Int
		h, b.hasHi = b.hi.Neg().leastOverAxes()
		b.hi = h.Neg()
	}
	return b
}

// fits keeps bounds of an i32 that cannot have overflown.
func (b bounds) fits() bounds {
	lo, okLo := b.lo.IsConst()
	hi, okHi := b.hi.IsConst()
	if b.hasLo && b.hasHi && okLo && okHi && lo >= math.MinInt32 && hi <= math.MaxInt32 {
		return b
	}
	return bounds{}
}

// intBounds bounds an integer expression.
func intBounds(i Int, depth int) bounds {
	out := between(Const(i.k), Const(i.k))
	for _, t := range i.terms {
		whole := Int{terms: []Term{t}}
		if !whole.HasReads() {
			out = out.add(between(whole, whole))
			continue
		}
		if len(t.Atoms) != 1 {
			return bounds{}
		}
		var b bounds
		switch m := t.Atoms[0].(type) {
		case *Expr:
			b = exprBounds(m, depth)
		case *FloorDiv:
			b = intBounds(m.Num, depth)
			if b.hasLo {
				b.lo = b.lo.FloorDiv(m.Den)
			}
			if b.hasHi {
				b.hi = b.hi.FloorDiv(m.Den)
			}
		}
		out = out.add(b.mul(t.Coef))
	}
	return out
}

// LimitOf is more than an integer expression can be, as far as what it is made of shows: winners of an argmax, elements of
// tables, and what is computed of these.
func LimitOf(e *Expr) (limit Int, ok bool) {
	b := exprBounds(e, 0)
	return b.hi.AddConst(1), b.hasHi
}

// exprBounds bounds an expression that makes an i32.
func exprBounds(e *Expr, depth int) bounds {
	if depth > maxBoundDepth {
		return bounds{}
	}
	arg := func(k int) bounds { return exprBounds(e.Args[k], depth+1) }
	switch e.Op {
	case OpLit:
		return between(Const(int64(e.Lit)), Const(int64(e.Lit)))
	case OpIndex:
		return intBounds(e.Int, depth+1)
	case OpRead:
		return elementBounds(e.Array, e.Index, depth+1)
	case OpSelect:
		return either(arg(1), arg(2))
	case OpMin:
		return lesser(arg(0), arg(1))
	case OpMax:
		return lesser(arg(0).neg(), arg(1).neg()).neg()
	case OpStop:
		return arg(0)
	case OpNeg:
		return arg(0).neg().fits()
	case OpAdd:
		return arg(0).add(arg(1)).fits()
	case OpSub:
		return arg(0).add(arg(1).neg()).fits()
	case OpCast:
		if e.Args[0].Type == Bool {
			return between(Int{}, Const(1))
		}
	}
	return bounds{}
}

// elementBounds bounds an element of an array of integers, or any element if index is nil.
func elementBounds(v *Value, index []Int, depth int) bounds {
	if depth > maxBoundDepth || v.Type.DType != I32 {
		return bounds{}
	}
	switch d := v.Def.(type) {
	case *Table:
		if len(d.Data) > 0 {
			return between(Const(int64(slices.Min(d.Data))), Const(int64(slices.Max(d.Data))))
		}
	case *Reshape:
		return elementBounds(d.X, nil, depth+1).alone()
	case *Scan:
		if k := v.Result - len(d.Carry); k >= 0 {
			return elementBounds(d.Emit[k], nil, depth+1).alone()
		}
	case *Call:
		return elementBounds(d.Func.Results[v.Result], nil, depth+1).alone()
	case *Map:
		return mapBounds(v, d, index, depth)
	}
	return bounds{}
}

func mapBounds(v *Value, m *Map, index []Int, depth int) bounds {
	if m.Write != nil || m.Reduce != nil && !m.Reduce.Arg {
		return bounds{}
	}
	var b bounds
	if m.Reduce == nil {
		b = exprBounds(m.Body, depth+1)
		if len(m.Domain) > 0 {
			b = either(b, between(Int{}, Int{})) // outside its domain it is 0
		}
	} else {
		n := Const(1)
		for _, x := range m.Axes[v.Type.Rank():] {
			n = n.Mul(x.Extent)
		}
		last := n.AddConst(-1)
		if !last.NonNegative() {
			last = n // of size 0 an axis has no last index, and the winner is 0
		}
		b = between(Int{}, last)
	}
	if index == nil {
		return b.alone()
	}
	s := &Subst{Axis: map[*Axis]Int{}}
	for k, x := range m.Axes {
		if k < len(index) {
			s.Axis[x] = index[k]
		}
	}
	b.lo, b.hi = s.Int(b.lo), s.Int(b.hi)
	if b.hasLo && b.lo.HasReads() || b.hasHi && b.hi.HasReads() {
		return mapBounds(v, m, nil, depth) // at an element that is itself read: any
	}
	return b
}
