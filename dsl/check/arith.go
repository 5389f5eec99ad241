package check

import (
	"math"

	"github.com/gradgen/gradgen/dsl/diag"
	"github.com/gradgen/gradgen/dsl/exact"
	"github.com/gradgen/gradgen/dsl/syntax"
	"github.com/gradgen/gradgen/ir"
)

// operand is a value and the text it comes from.
type operand struct {
	v  value
	at diag.Span
}

// verbs say what an operator does, for messages.
var verbs = map[syntax.OpKind]string{
	syntax.Add: "add", syntax.Sub: "subtract", syntax.Mul: "multiply", syntax.Div: "divide", syntax.MatMul: "multiply",
	syntax.Pow: "raise", syntax.And: "combine", syntax.Or: "combine", syntax.Neg: "negate", syntax.Not: "negate",
}

// chain evaluates a run of operators of one precedence from the left.
func (c *checker) chain(e *env, x *syntax.Chain) value {
	left := operand{c.eval(e, x.Operands[0]), x.Operands[0].Span()}
	for k, op := range x.Ops {
		c.spend(e, x)
		if b, ok := left.v.(boolean); ok && (op.Kind == syntax.And && !b.b || op.Kind == syntax.Or && b.b) {
			left.at = left.at.To(x.Operands[k+1].Span())
			continue // the rest does not matter, and need not even make sense
		}
		right := operand{c.eval(e, x.Operands[k+1]), x.Operands[k+1].Span()}
		var v value
		switch op.Kind {
		case syntax.MatMul:
			v = c.matmul(e, op.Span(x), left, right)
		case syntax.And, syntax.Or:
			v = c.logic(e, op, op.Span(x), left, right)
		default:
			v = c.binary(e, op, op.Span(x), left, right)
		}
		left = operand{v, left.at.To(right.at)}
	}
	return left.v
}

// binary evaluates + - * /.
func (c *checker) binary(e *env, op syntax.Op, at diag.Span, x, y operand) value {
	if isBad(x.v) || isBad(y.v) {
		return bad{}
	}
	f, isF := x.v.(callable)
	g, isG := y.v.(callable)
	if isF && isG && (op.Kind == syntax.Add || op.Kind == syntax.Sub) {
		return &pointwise{op: op, at: at, f: f, g: g, fAt: x.at, gAt: y.at}
	}
	if v, ok := exactly(op.Kind, x.v, y.v); ok {
		return v
	}
	rows := map[syntax.OpKind]*ir.Op{syntax.Add: ir.OpAdd, syntax.Sub: ir.OpSub, syntax.Mul: ir.OpMul, syntax.Div: ir.OpDiv}
	return c.elementwise(e, operation{op: rows[op.Kind], verb: verbs[op.Kind], at: at, text: x.at.To(y.at), float: op.Kind == syntax.Div}, x, y)
}

// exactly evaluates + - * / on numbers, sizes and indices, as long as the result is one of them.
func exactly(op syntax.OpKind, x, y value) (value, bool) {
	a, isA := x.(number)
	b, isB := y.(number)
	if isA && isB {
		switch op {
		case syntax.Add:
			return number{n: a.n.Add(b.n)}, true
		case syntax.Sub:
			return number{n: a.n.Sub(b.n)}, true
		case syntax.Mul:
			return number{n: a.n.Mul(b.n)}, true
		}
		return number{n: a.n.Quo(b.n)}, true
	}
	p, okP := fraction(x)
	q, okQ := fraction(y)
	if !okP || !okQ {
		return nil, false
	}
	r := integer{den: 1, elem: untyped}
	if p.elem == ir.I32 || q.elem == ir.I32 {
		r.elem = ir.I32
	}
	ok := true
	switch op {
	case syntax.Add, syntax.Sub:
		den := lcm(p.den, q.den)
		if den > 1<<31 {
			return nil, false
		}
		left, ok1 := product(p.num, ir.Const(den/p.den))
		right, ok2 := product(q.num, ir.Const(den/q.den))
		if !ok1 || !ok2 {
			return nil, false
		}
		if op == syntax.Sub {
			right = right.Neg()
		}
		r.num, ok = plus(left, right)
		r.den = den
	case syntax.Mul:
		r.num, ok = product(p.num, q.num)
		r.den = p.den * q.den
	default:
		n, isConst := q.num.IsConst()
		if !isConst {
			num, exactDiv := quotient(p, q)
			if !exactDiv {
				return nil, false
			}
			r.num = num
			break
		}
		if n <= 0 {
			return nil, false
		}
		r.num, ok = product(p.num, ir.Const(q.den))
		r.den = p.den * n
	}
	if !ok || r.den > 1<<31 {
		return nil, false
	}
	return r.reduced().simplified(), true
}

// fraction reads a value as an integer expression over a constant denominator.
func fraction(v value) (integer, bool) {
	switch v := v.(type) {
	case integer:
		return v, true
	case number:
		if !v.n.IsRational() {
			return integer{}, false
		}
		num, den, ok := v.n.Fraction()
		return integer{num: ir.Const(num), den: den, elem: untyped}, ok && small(num) && small(den)
	case *array:
		return asInt(v)
	}
	return integer{}, false
}

// quotient divides a size by a run-time size where the result is a whole number whatever the sizes are.
func quotient(p, q integer) (ir.Int, bool) {
	qt, k := q.num.Terms()
	if p.den != 1 || q.den != 1 || len(qt) != 1 || k != 0 || p.num.HasAxes() {
		return ir.Int{}, false
	}
	ts, k := p.num.Terms()
	if k != 0 {
		return ir.Int{}, false
	}
	out := ir.Int{}
	for _, t := range ts {
		atoms, ok := without(t.Atoms, qt[0].Atoms)
		if !ok || t.Coef%qt[0].Coef != 0 {
			return ir.Int{}, false
		}
		part := ir.Const(t.Coef / qt[0].Coef)
		for _, a := range atoms {
			part = part.Mul(ir.Of(a))
		}
		out = out.Add(part)
	}
	return out, true
}

// without removes the factors ys from xs.
func without(xs, ys []ir.Atom) ([]ir.Atom, bool) {
	out := append([]ir.Atom(nil), xs...)
next:
	for _, y := range ys {
		for i, x := range out {
			if x == y {
				out = append(out[:i], out[i+1:]...)
				continue next
			}
		}
		return nil, false
	}
	return out, true
}

// reduced cancels what numerator and denominator have in common.
func (v integer) reduced() integer {
	if v.den == 1 {
		return v
	}
	ts, k := v.num.Terms()
	g := gcd(v.den, abs(k))
	for _, t := range ts {
		g = gcd(g, abs(t.Coef))
	}
	if g > 1 {
		num := ir.Const(k / g)
		for _, t := range ts {
			part := ir.Const(t.Coef / g)
			for _, a := range t.Atoms {
				part = part.Mul(ir.Of(a))
			}
			num = num.Add(part)
		}
		v.num, v.den = num, v.den/g
	}
	return v
}

func abs(n int64) int64 {
	if n < 0 {
		return -n
	}
	return n
}

func gcd(a, b int64) int64 {
	for b != 0 {
		a, b = b, a%b
	}
	return a
}

func lcm(a, b int64) int64 { return a / gcd(a, b) * b }

// unary evaluates -x and not x.
func (c *checker) unary(e *env, x *syntax.Unary) value {
	v := c.eval(e, x.X)
	if isBad(v) {
		return bad{}
	}
	if x.Op.Kind == syntax.Not {
		return c.not(e, operand{v, x.X.Span()}, x.Op.Span(x))
	}
	switch v := v.(type) {
	case number:
		return number{n: v.n.Neg()}
	case integer:
		v.num, v.name = v.num.Neg(), ""
		return v
	}
	return c.elementwise(e, operation{op: ir.OpNeg, verb: verbs[syntax.Neg], at: x.Op.Span(x)}, operand{v, x.X.Span()})
}

// The largest integer exponent that is written out as multiplications, and the largest expression that is repeated.
const (
	maxUnrolled = 64
	maxWeight   = 64
)

// power evaluates x^y. An integer constant exponent is multiplication, by repeated squaring.
func (c *checker) power(e *env, x *syntax.Power) value {
	base, exp := operand{c.eval(e, x.X), x.X.Span()}, operand{c.eval(e, x.Y), x.Y.Span()}
	if isBad(base.v) || isBad(exp.v) {
		return bad{}
	}
	p, isNumber := exp.v.(number)
	if b, ok := base.v.(number); ok && isNumber {
		return number{n: b.n.Pow(p.n)}
	}
	if n, ok := p.n.Int64(); isNumber && ok && -maxUnrolled <= n && n <= maxUnrolled {
		if b, ok := base.v.(integer); ok && n >= 0 && n <= 4 {
			if v, ok := integerPower(b, n); ok {
				return v
			}
		}
		return c.elementwise(e, operation{verb: verbs[syntax.Pow], at: x.Op.Span(x), text: x.Span(), float: n < 0, build: func(_ ir.DType, xs []*ir.Expr) *ir.Expr {
			return c.repeated(xs[0], n)
		}}, c.light(e, base))
	}
	return c.elementwise(e, operation{op: ir.OpByName("pow"), verb: verbs[syntax.Pow], at: x.Op.Span(x), text: x.Span(), float: true}, base, exp)
}

func integerPower(b integer, n int64) (value, bool) {
	var r value = number{n: exact.Int(1)}
	for range n {
		p, ok := exactly(syntax.Mul, r, b)
		if !ok {
			return nil, false
		}
		r = p
	}
	return r, true
}

// repeated multiplies x with itself, n times.
func (c *checker) repeated(x *ir.Expr, n int64) *ir.Expr {
	if n < 0 {
		return c.apply(ir.OpDiv, ir.Lit(x.Type, 1), c.repeated(x, -n))
	}
	var r *ir.Expr
	for ; n > 0; n >>= 1 {
		if n&1 == 1 {
			if r == nil {
				r = x
			} else {
				r = c.apply(ir.OpMul, r, x)
			}
		}
		if n > 1 {
			x = c.apply(ir.OpMul, x, x)
		}
	}
	if r == nil {
		return ir.Lit(x.Type, 1)
	}
	return r
}

// light stores a scalar whose expression is large, before it is repeated.
func (c *checker) light(e *env, x operand) operand {
	a, ok := x.v.(*array)
	if !ok || a.rank() > 0 || a.elem == untyped {
		return x
	}
	expr := a.at(a.elem, nil)
	if c.weightOf(expr) <= maxWeight {
		return operand{scalar(expr), x.at}
	}
	return operand{c.store(e, scalar(expr), a.elem, c.suffixed(e, "t"), x.at), x.at}
}

// apply applies a row and keeps count of how large expressions grow.
func (c *checker) apply(op *ir.Op, args ...*ir.Expr) *ir.Expr {
	x := ir.Apply(op, args...)
	c.weigh(x)
	return x
}

func (c *checker) weigh(x *ir.Expr) {
	w := 1
	for _, a := range x.Args {
		w += c.weightOf(a)
	}
	if w > 1 {
		c.weight[x] = min(w, math.MaxInt32)
	}
}

func (c *checker) weightOf(x *ir.Expr) int {
	if w := c.weight[x]; w > 0 {
		return w
	}
	return 1
}
