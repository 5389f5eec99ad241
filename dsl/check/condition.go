package check

import (
	"github.com/gradgen/gradgen/dsl/diag"
	"github.com/gradgen/gradgen/dsl/syntax"
	"github.com/gradgen/gradgen/ir"
)

// logic evaluates and, or.
func (c *checker) logic(e *env, op syntax.Op, at diag.Span, x, y operand) value {
	if isBad(x.v) || isBad(y.v) {
		return bad{}
	}
	if b, ok := x.v.(boolean); ok && (b.b == (op.Kind == syntax.And)) {
		return c.mustBeBool(e, y)
	}
	if b, ok := y.v.(boolean); ok {
		if b.b == (op.Kind == syntax.And) {
			return c.mustBeBool(e, x)
		}
		return b
	}
	row := ir.OpAnd
	if op.Kind == syntax.Or {
		row = ir.OpOr
	}
	return settled(c.elementwise(e, operation{verb: verbs[op.Kind], at: at, bools: true, build: func(_ ir.DType, xs []*ir.Expr) *ir.Expr {
		if row == ir.OpAnd && xs[0].Op == ir.OpTest && xs[1].Op == ir.OpTest {
			return ir.Test(append(append([]ir.Pred(nil), xs[0].Preds...), xs[1].Preds...)...)
		}
		return c.apply(row, xs...)
	}}, x, y))
}

func (c *checker) mustBeBool(e *env, x operand) value {
	if a := asArray(x.v); a != nil && a.elem == ir.Bool {
		return x.v
	}
	d := c.errorf(e, diag.NotBool, x.at, "a condition is true or false, but this is %s", x.v.describe())
	d.Helpf("compare it: x > 0")
	return bad{}
}

// not negates a condition; the negation of one inequality between indices is again one.
func (c *checker) not(e *env, x operand, at diag.Span) value {
	if b, ok := x.v.(boolean); ok {
		return boolean{!b.b}
	}
	return settled(c.elementwise(e, operation{verb: "negate", at: at, bools: true, build: func(_ ir.DType, xs []*ir.Expr) *ir.Expr {
		if xs[0].Op == ir.OpTest {
			if p, ok := negation(xs[0].Preds); ok {
				return ir.Test(p)
			}
		}
		return c.apply(ir.OpNot, xs[0])
	}}, x))
}

// negation of a single inequality.
func negation(preds []ir.Pred) (ir.Pred, bool) {
	if len(preds) != 1 || preds[0].Kind != ir.GE0 {
		return ir.Pred{}, false
	}
	return ir.Pred{Kind: ir.GE0, E: preds[0].E.Neg().AddConst(-1)}, true
}

// settled makes a scalar condition that is known a boolean.
func settled(v value) value {
	if a, ok := v.(*array); ok && a.rank() == 0 && a.elem == ir.Bool {
		if x := a.at(ir.Bool, nil); x.Op == ir.OpLit {
			return boolean{x.Lit != 0}
		}
	}
	return v
}

// compare evaluates a < b, and a <= b < c as a <= b and b < c.
func (c *checker) compare(e *env, x *syntax.Compare) value {
	var all value
	left := operand{c.eval(e, x.Operands[0]), x.Operands[0].Span()}
	for k, op := range x.Ops {
		right := operand{c.eval(e, x.Operands[k+1]), x.Operands[k+1].Span()}
		v := c.comparison(e, op, op.Span(x), left, right)
		if all == nil {
			all = v
		} else {
			all = c.logic(e, syntax.Op{Kind: syntax.And, Spelt: op.Spelt, Offset: op.Offset}, op.Span(x), operand{all, left.at}, operand{v, right.at})
		}
		left = right
	}
	return all
}

func (c *checker) comparison(e *env, op syntax.Op, at diag.Span, x, y operand) value {
	if isBad(x.v) || isBad(y.v) {
		return bad{}
	}
	a, isA := x.v.(number)
	b, isB := y.v.(number)
	if isA && isB {
		order, ok := a.n.Cmp(b.n)
		return boolean{holds(op.Kind, order, ok)}
	}
	if p, ok := x.v.(boolean); ok {
		if q, ok := y.v.(boolean); ok && (op.Kind == syntax.Eq || op.Kind == syntax.Ne) {
			return boolean{(p.b == q.b) == (op.Kind == syntax.Eq)}
		}
	}
	p, okP := fraction(x.v)
	q, okQ := fraction(y.v)
	if okP && okQ {
		if v, ok := affine(op.Kind, p, q); ok {
			return v
		}
	}
	rows := map[syntax.OpKind]*ir.Op{syntax.Eq: ir.OpEq, syntax.Ne: ir.OpNe, syntax.Lt: ir.OpLt, syntax.Le: ir.OpLe, syntax.Gt: ir.OpLt, syntax.Ge: ir.OpLe}
	swap := op.Kind == syntax.Gt || op.Kind == syntax.Ge
	return settled(c.elementwise(e, operation{verb: "compare", at: at, truth: true, build: func(_ ir.DType, xs []*ir.Expr) *ir.Expr {
		if swap {
			xs[0], xs[1] = xs[1], xs[0]
		}
		return c.apply(rows[op.Kind], xs...)
	}}, x, y))
}

// holds compares exact numbers; with NaN only != holds.
func holds(op syntax.OpKind, order int, ordered bool) bool {
	switch op {
	case syntax.Eq:
		return ordered && order == 0
	case syntax.Ne:
		return !ordered || order != 0
	case syntax.Lt:
		return ordered && order < 0
	case syntax.Le:
		return ordered && order <= 0
	case syntax.Gt:
		return ordered && order > 0
	}
	return ordered && order >= 0
}

// affine compares sizes and indices, as a predicate of the domain.
func affine(op syntax.OpKind, p, q integer) (value, bool) {
	a, ok1 := product(p.num, ir.Const(q.den))
	b, ok2 := product(q.num, ir.Const(p.den))
	if !ok1 || !ok2 {
		return nil, false
	}
	var x *ir.Expr
	switch op {
	case syntax.Eq:
		x = ir.Test(ir.Eq(a, b))
	case syntax.Ne:
		x = ir.Apply(ir.OpNot, ir.Test(ir.Eq(a, b)))
	case syntax.Lt:
		x = ir.Test(ir.Lt(a, b))
	case syntax.Le:
		x = ir.Test(ir.Ge(b, a))
	case syntax.Gt:
		x = ir.Test(ir.Lt(b, a))
	default:
		x = ir.Test(ir.Ge(a, b))
	}
	return settled(scalar(x)), true
}

// ifThenElse evaluates a choice. A condition that is known evaluates one side only, and the other need not make sense.
func (c *checker) ifThenElse(e *env, x *syntax.If) value {
	cond := operand{c.eval(e, x.Cond), x.Cond.Span()}
	if b, ok := cond.v.(boolean); ok {
		if b.b {
			return c.eval(e, x.Then)
		}
		return c.eval(e, x.Else)
	}
	if isBad(cond.v) || isBad(c.mustBeBool(e, cond)) {
		c.eval(e, x.Then)
		c.eval(e, x.Else)
		return bad{}
	}
	test := cond.v.(*array)
	thenEnv, elseEnv := e, e
	if test.rank() == 0 {
		t := test.at(ir.Bool, nil)
		thenEnv, elseEnv = e.within(ir.Implied(t, true)...), e.within(ir.Implied(t, false)...)
	}
	then, els := operand{c.eval(thenEnv, x.Then), x.Then.Span()}, operand{c.eval(elseEnv, x.Else), x.Else.Span()}
	return c.choose(e, cond, then, els, x.Span())
}

// choose selects elementwise between two values.
func (c *checker) choose(e *env, cond, then, els operand, at diag.Span) value {
	if isBad(then.v) || isBad(els.v) {
		return bad{}
	}
	p, isP := then.v.(*tuple)
	q, isQ := els.v.(*tuple)
	if isP && isQ && len(p.elems) == len(q.elems) {
		out := &tuple{}
		for k := range p.elems {
			out.elems = append(out.elems, c.choose(e, cond, operand{p.elems[k], then.at}, operand{q.elems[k], els.at}, at))
		}
		return out
	}
	xs := []operand{cond, then, els}
	arrays := make([]*array, len(xs))
	o := operation{verb: "choose between", at: at}
	for k, x := range xs {
		if arrays[k] = asArray(x.v); arrays[k] == nil {
			c.notAnArray(e, o, x)
			return bad{}
		}
	}
	o.bools = arrays[1].elem == ir.Bool && arrays[2].elem == ir.Bool
	shape, ok := c.broadcast(e, o, xs, arrays)
	if !ok {
		return bad{}
	}
	t, ok := c.unify(e, o, xs[1:], arrays[1:])
	if !ok {
		return bad{}
	}
	out := &array{elem: t, shape: shape, whole: arrays[1].whole && arrays[2].whole}
	out.at = func(want ir.DType, i []ir.Int) *ir.Expr {
		dt := t
		if dt == untyped {
			dt = want
		}
		return c.apply(ir.OpSelect, arrays[0].element(ir.Bool, i), arrays[1].element(dt, i), arrays[2].element(dt, i))
	}
	if len(shape) == 0 && t != untyped {
		return scalar(out.at(t, nil))
	}
	return out
}
