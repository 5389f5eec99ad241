package golang

import (
	"cmp"
	"slices"

	"github.com/gradgen/gradgen/ir"
	"github.com/gradgen/gradgen/ir/plan"
)

// loop prints a loop in the shortest form that says the same.
func (b *bodyPrinter) loop(s *plan.Loop) code {
	if c := b.bulk(s); c != nil {
		return c
	}
	row := b.elements(s)
	list := s.Body
	if row != nil {
		list = s.Body[1:]
	}
	used := plan.Uses(list, s.Axis)
	lo, hi := b.bound(s.Lo, "max"), b.bound(s.Hi, "min")
	simpleLo := len(s.Lo) == 1 && s.Lo[0].Den == 1
	fromZero := simpleLo && s.Lo[0].E.Is(0)
	simpleHi := len(s.Hi) == 1
	var x, end, element Ident
	body := b.inner(list, func() {
		if row != nil {
			element = b.declare(row.Reg.Name)
			b.regs[row.Reg] = element
		}
		if used || !fromZero || !simpleHi || s.Down || s.Step != 1 {
			x = b.declare(s.Axis.Name)
			b.axes[s.Axis] = x
		}
		if !simpleHi && !s.Down {
			end = b.declare(s.Axis.Name + "End")
		}
	})
	switch {
	case s.Down:
		// Down from the last one.
		start := op(hi, "-", integer(1))
		if k, ok := constHi(s); ok {
			start = integer(k - 1)
		}
		return forLoop(define(id(x), start), op(id(x), ">=", lo), id(x).Op("--"), body...)
	case row != nil:
		if x == "" {
			x = "_"
		}
		return each(id(x), id(element), id(b.views[row.Value.View]), body...)
	case fromZero && simpleHi && s.Step == 1:
		if x == "" {
			return each(nil, nil, hi, body...)
		}
		return each(id(x), nil, hi, body...)
	}
	limit := hi
	init := define(id(x), lo)
	if end != "" {
		init = define(names(id(x), id(end)), names(lo, hi))
		limit = id(end)
	}
	post := increment(id(x))
	if s.Step != 1 {
		post = assign(id(x), "+=", integer(s.Step))
	}
	return forLoop(init, op(id(x), "<", limit), post, body...)
}

func constHi(s *plan.Loop) (int64, bool) {
	if len(s.Hi) != 1 || s.Hi[0].Den != 1 {
		return 0, false
	}
	return s.Hi[0].E.IsConst()
}

// bound prints the greatest or the least of bounds. Go's quotient is the floor
// but for negative numbers, where it is 0 at most one too many: another bound
// then decides, for a loop never starts below 0.
func (b *bodyPrinter) bound(bs []plan.Bound, choose Ident) code {
	out := make([]code, len(bs))
	for i, bd := range bs {
		if bd.Den == 1 {
			out[i] = b.int(bd.E)
		} else {
			out[i] = op(b.intFactor(bd.E), "/", integer(bd.Den))
		}
	}
	if len(out) == 1 {
		return out[0]
	}
	return call(id(choose), out...)
}

// int prints an integer expression.
func (b *bodyPrinter) int(i ir.Int) code { return b.sum(i) }

// intFactor prints one that stands beside a product.
func (b *bodyPrinter) intFactor(i ir.Int) code {
	if ts, k := i.Terms(); len(ts) == 0 && k >= 0 || len(ts) == 1 && k == 0 && ts[0].Coef > 0 {
		return b.int(i)
	}
	return parens(b.int(i))
}

// sum prints the terms of a polynomial, positive ones first.
func (b *bodyPrinter) sum(i ir.Int) code {
	terms, k := i.Terms()
	// Outer axes first, as one writes them: they have the larger steps.
	terms = slices.Clone(terms)
	slices.SortStableFunc(terms, func(s, t ir.Term) int {
		return cmp.Or(len(t.Atoms)-len(s.Atoms), cmp.Compare(max(t.Coef, -t.Coef), max(s.Coef, -s.Coef)))
	})
	var out code
	add := func(c code, minus bool) {
		switch {
		case out == nil && minus:
			out = negative(c)
		case out == nil:
			out = c
		case minus:
			out = op(out, "-", c)
		default:
			out = op(out, "+", c)
		}
	}
	for _, positive := range []bool{true, false} {
		for _, t := range terms {
			if (t.Coef > 0) == positive {
				add(b.product(t), !positive)
			}
		}
		if positive && k > 0 && allNegative(terms) {
			add(integer(k), false)
			k = 0
		}
	}
	if k != 0 || out == nil {
		add(integer(max(k, -k)), k < 0)
	}
	return out
}

func allNegative(terms []ir.Term) bool {
	for _, t := range terms {
		if t.Coef > 0 {
			return false
		}
	}
	return true
}

func (b *bodyPrinter) product(t ir.Term) code {
	var out code
	for _, a := range t.Atoms {
		f := b.atom(a)
		if out == nil {
			out = f
		} else {
			out = op(out, "*", f)
		}
	}
	if c := max(t.Coef, -t.Coef); c != 1 {
		out = op(out, "*", integer(c))
	}
	return out
}

func (b *bodyPrinter) atom(a ir.Atom) code {
	switch a := a.(type) {
	case *ir.Axis:
		n, ok := b.axes[a]
		if !ok {
			panic("golang: the plan uses " + a.Name + " where it is not bound")
		}
		return id(n)
	case *ir.Dim:
		return id(Ident(b.names.Dim[a]))
	case *ir.FloorDiv:
		if a.Num.NonNegative() {
			return parens(op(b.intFactor(a.Num), "/", integer(a.Den)))
		}
		n, d := b.intFactor(a.Num), integer(a.Den)
		rest := parens(op(parens(op(op(n, "%", d), "+", d)), "%", d))
		return parens(op(parens(op(n, "-", rest)), "/", d))
	}
	panic("golang: the plan holds an index array in an integer expression")
}

// size prints a number of elements.
func (b *bodyPrinter) size(n ir.Int) code { return b.int(n) }

// condition prints a predicate with its negative terms moved to the right.
func (b *bodyPrinter) condition(p ir.Pred) code {
	terms, k := p.E.Terms()
	if p.Kind == ir.Divides {
		e, is := p.E, operator("==")
		if p.Mod == 2 && k%2 != 0 { // T%2 != 0 rather than (T+1)%2 == 0
			e, is = e.AddConst(-k), "!="
		}
		return op(op(b.intFactor(e), "%", integer(p.Mod)), is, integer(0))
	}
	left, right := ir.Int{}, ir.Int{}
	for _, t := range terms {
		part := ir.Const(t.Coef)
		for _, a := range t.Atoms {
			part = part.Mul(ir.Of(a))
		}
		if t.Coef > 0 {
			left = left.Add(part)
		} else {
			right = right.Sub(part)
		}
	}
	o := operator(">=")
	if p.Kind == ir.EQ0 {
		o = "=="
	} else if k == -1 {
		o, k = ">", 0
	}
	if k > 0 && (left.Is(0) || !right.Is(0)) {
		left = left.AddConst(k)
	} else {
		right = right.AddConst(-k)
	}
	return op(b.int(left), o, b.int(right))
}
