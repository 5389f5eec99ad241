package stable

import (
	"slices"

	"github.com/gradgen/gradgen/ir"
)

// positive are operations that yield nothing below 0.
var positive = []*ir.Op{
	opExp, opSqrt, ir.OpByName("abs"), ir.OpByName("relu"), ir.OpByName("sigmoid"), ir.OpByName("softplus"), ir.OpByName("cosh"), ir.OpByName("hypot"),
}

// deepest is how far down an expression is looked at for what is known of it.
const deepest = 4

// nonPositive reports whether e is known never to be above 0.
func nonPositive(e *ir.Expr) bool { return hasSign(e, -1, deepest) }

// hasSign reports whether e is known to be 0 or have a sign, 1 or -1.
func hasSign(e *ir.Expr, sign, depth int) bool {
	if depth == 0 {
		return false
	}
	e = opened(e)
	is := func(k, sign int) bool { return hasSign(e.Args[k], sign, depth-1) }
	switch e.Op {
	case ir.OpLit:
		return e.Lit == 0 || e.Lit > 0 == (sign > 0)
	case ir.OpNeg:
		return is(0, -sign)
	case ir.OpMax, ir.OpMin:
		if e.Op == ir.OpMax == (sign > 0) {
			return is(0, sign) || is(1, sign)
		}
		return is(0, sign) && is(1, sign)
	case ir.OpAdd:
		return is(0, sign) && is(1, sign)
	case ir.OpSub:
		return is(0, sign) && is(1, -sign)
	case ir.OpMul:
		x, minus := unsigned(e.Args[0])
		y, also := unsigned(e.Args[1])
		if x.Compare(y) == 0 { // a square, or less than nothing
			return minus == also == (sign > 0)
		}
		fallthrough
	case ir.OpDiv:
		return is(0, 1) && is(1, sign) || is(0, -1) && is(1, -sign)
	}
	return sign > 0 && slices.Contains(positive, e.Op)
}

// unsigned takes a sign away.
func unsigned(e *ir.Expr) (x *ir.Expr, minus bool) {
	if e.Op == ir.OpNeg {
		return e.Args[0], true
	}
	return e, false
}

// opened is what the element of an elementwise value that e reads is made of; e
// itself if it reads none.
func opened(e *ir.Expr) *ir.Expr {
	for {
		d, at := producer(e)
		if d == nil || d.Reduce != nil || d.Write != nil || len(d.Domain) > 0 {
			return e
		}
		e = substituted(d.Axes, at).Expr(d.Body)
	}
}

// shifted reports whether an exponent is a difference from an extremum, so that
// exp cannot overflow: the formula is stable by hand.
func shifted(x *ir.Expr) bool { return shiftedBy(x, deepest) }

func shiftedBy(x *ir.Expr, depth int) bool {
	if depth == 0 {
		return false
	}
	x = opened(x)
	in := func(a *ir.Expr) bool { return shiftedBy(a, depth-1) }
	switch x.Op {
	case ir.OpAdd, ir.OpSub:
		return slices.ContainsFunc(x.Args, func(a *ir.Expr) bool { return extremal(a, deepest) }) || slices.ContainsFunc(x.Args, in)
	case ir.OpMul, ir.OpDiv, ir.OpNeg:
		return slices.ContainsFunc(x.Args, in)
	}
	return false
}

// extremal reports whether an extremum or a logsumexp goes into e.
func extremal(e *ir.Expr, depth int) bool {
	found := false
	e.Walk(func(x *ir.Expr) {
		found = found || x.Op == ir.OpMax || x.Op == ir.OpMin
		if x.Op != ir.OpRead || found || depth == 0 {
			return
		}
		switch d := x.Array.Def.(type) {
		case *ir.Map:
			found = d.Reduce == ir.Max || d.Reduce == ir.Min || d.Reduce == nil && extremal(d.Body, depth-1)
		case *ir.Call:
			found = d.Func.Name == "logsumexp" || d.Func.Name == "maskedLogsumexp"
		}
	})
	return found
}
