package pass

import (
	"math"
	"slices"

	"github.com/gradgen/gradgen/ir"
	"github.com/gradgen/gradgen/ir/few"
)

// Rule rewrites one node of a scalar expression whose arguments are rewritten
// already.
type Rule struct {
	Name string
	// Exact rules yield the same bits for all arguments; the others are
	// identities of the reals that may change a rounding or the sign of a
	// zero, never a finite result into NaN or the reverse.
	Exact bool
	Try   func(e *ir.Expr) *ir.Expr // nil where the rule does not apply
}

// x*0, x-x and x/x have no rule: they are NaN for some x.
var rules = []Rule{
	{"MulOne", true, binary(ir.OpMul, func(x, y *ir.Expr) *ir.Expr {
		switch {
		case x.IsLit(1):
			return y
		case y.IsLit(1):
			return x
		}
		return nil
	})},
	{"MulMinusOne", true, binary(ir.OpMul, func(x, y *ir.Expr) *ir.Expr {
		switch {
		case x.IsLit(-1):
			return ir.Apply(ir.OpNeg, y)
		case y.IsLit(-1):
			return ir.Apply(ir.OpNeg, x)
		}
		return nil
	})},
	{"DivOne", true, binary(ir.OpDiv, func(x, y *ir.Expr) *ir.Expr { return when(y.IsLit(1), x) })},
	{"DivPowerOfTwo", true, binary(ir.OpDiv, func(x, y *ir.Expr) *ir.Expr {
		if y.Op != ir.OpLit {
			return nil
		}
		frac, exp := math.Frexp(y.Lit)
		if math.Abs(frac) != 0.5 || exp < -60 || exp > 60 {
			return nil
		}
		return ir.Apply(ir.OpMul, x, ir.Lit(y.Type, 1/y.Lit))
	})},
	{"SubZero", true, binary(ir.OpSub, func(x, y *ir.Expr) *ir.Expr { return when(y.IsLit(0), x) })},
	{"NegNeg", true, unary(ir.OpNeg, func(x *ir.Expr) *ir.Expr {
		if x.Op == ir.OpNeg {
			return x.Args[0]
		}
		return nil
	})},
	{"NotNot", true, unary(ir.OpNot, func(x *ir.Expr) *ir.Expr {
		if x.Op == ir.OpNot {
			return x.Args[0]
		}
		return nil
	})},
	{"AddNeg", true, binary(ir.OpAdd, func(x, y *ir.Expr) *ir.Expr {
		switch {
		case y.Op == ir.OpNeg:
			return ir.Apply(ir.OpSub, x, y.Args[0])
		case x.Op == ir.OpNeg:
			return ir.Apply(ir.OpSub, y, x.Args[0])
		}
		return nil
	})},
	{"SubNeg", true, binary(ir.OpSub, func(x, y *ir.Expr) *ir.Expr {
		if y.Op == ir.OpNeg {
			return ir.Apply(ir.OpAdd, x, y.Args[0])
		}
		return nil
	})},
	{"SelectNot", true, func(e *ir.Expr) *ir.Expr {
		if e.Op == ir.OpSelect && e.Args[0].Op == ir.OpNot {
			return ir.Select(e.Args[0].Args[0], e.Args[2], e.Args[1])
		}
		return nil
	}},
	{"TestedOnce", true, testedOnce},
	{"SelectSelect", true, func(e *ir.Expr) *ir.Expr {
		if e.Op != ir.OpSelect {
			return nil
		}
		c, a, b := e.Args[0], e.Args[1], e.Args[2]
		if a.Op == ir.OpSelect && a.Args[0].Compare(c) == 0 {
			return ir.Select(c, a.Args[1], b)
		}
		if b.Op == ir.OpSelect && b.Args[0].Compare(c) == 0 {
			return ir.Select(c, a, b.Args[2])
		}
		return nil
	}},
	{"AddZero", false, binary(ir.OpAdd, func(x, y *ir.Expr) *ir.Expr {
		switch {
		case isZero(x):
			return y
		case isZero(y):
			return x
		}
		return nil
	})},
	{"ZeroSub", false, binary(ir.OpSub, func(x, y *ir.Expr) *ir.Expr {
		return when(isZero(x), ir.Apply(ir.OpNeg, y))
	})},
	{"GatherSigns", false, gatherSigns},
	{"AddSame", true, binary(ir.OpAdd, func(x, y *ir.Expr) *ir.Expr {
		if x.Op != ir.OpLit && x.Compare(y) == 0 {
			return ir.Apply(ir.OpMul, ir.Lit(x.Type, 2), x)
		}
		return nil
	})},
	{"LikeTerms", false, likeTerms},
	{"AddNegProduct", true, func(e *ir.Expr) *ir.Expr {
		if e.Op != ir.OpAdd && e.Op != ir.OpSub {
			return nil
		}
		y := e.Args[1]
		if y.Op != ir.OpMul {
			return nil
		}
		p := productOf(y)
		if !p.plain || p.coef >= 0 {
			return nil
		}
		p.coef = -p.coef
		if e.Op == ir.OpAdd {
			return ir.Apply(ir.OpSub, e.Args[0], p.expr(e.Type))
		}
		return ir.Apply(ir.OpAdd, e.Args[0], p.expr(e.Type))
	}},
	{"NegProduct", true, unary(ir.OpNeg, func(x *ir.Expr) *ir.Expr {
		if x.Op != ir.OpMul || x.Args[0].Op != ir.OpLit && !hasLeadingLit(x) {
			return nil
		}
		p := productOf(x)
		p.coef = -p.coef
		return p.expr(x.Type)
	})},
	// A finite factor other than 0 cannot be singular.
	{"MulZLit", false, binary(ir.OpMulZ, func(x, y *ir.Expr) *ir.Expr {
		for i, c := range []*ir.Expr{x, y} {
			if c.Op == ir.OpLit && isFinite(c.Lit) && c.Lit != 0 {
				return ir.Apply(ir.OpMul, c, []*ir.Expr{y, x}[i])
			}
		}
		return nil
	})},
}

// testedOnce drops from a conjunction, or a disjunction, what stands in it before: nested selections leave such, and go
// vet complains of them.
func testedOnce(e *ir.Expr) *ir.Expr {
	if e.Op != ir.OpAnd && e.Op != ir.OpOr {
		return nil
	}
	var parts []*ir.Expr
	again := false
	var visit func(x *ir.Expr)
	visit = func(x *ir.Expr) {
		switch {
		case x.Op == e.Op:
			visit(x.Args[0])
			visit(x.Args[1])
		case slices.ContainsFunc(parts, func(p *ir.Expr) bool { return p.Compare(x) == 0 }):
			again = true
		default:
			parts = append(parts, x)
		}
	}
	visit(e)
	if !again {
		return nil
	}
	out := parts[0]
	for _, x := range parts[1:] {
		out = ir.Apply(e.Op, out, x)
	}
	return out
}

func hasLeadingLit(e *ir.Expr) bool {
	for e.Op == ir.OpMul {
		e = e.Args[0]
	}
	return e.Op == ir.OpLit
}

func unary(op *ir.Op, f func(x *ir.Expr) *ir.Expr) func(*ir.Expr) *ir.Expr {
	return func(e *ir.Expr) *ir.Expr {
		if e.Op != op {
			return nil
		}
		return f(e.Args[0])
	}
}

func binary(op *ir.Op, f func(x, y *ir.Expr) *ir.Expr) func(*ir.Expr) *ir.Expr {
	return func(e *ir.Expr) *ir.Expr {
		if e.Op != op {
			return nil
		}
		return f(e.Args[0], e.Args[1])
	}
}

func when(ok bool, e *ir.Expr) *ir.Expr {
	if ok {
		return e
	}
	return nil
}

func isFinite(v float64) bool { return !math.IsInf(v, 0) && !math.IsNaN(v) }

// simplify applies the scalar rules to every body.
func simplify(b *ir.Builder, v *ir.Value) *ir.Value {
	m, ok := v.Def.(*ir.Map)
	if !ok {
		return nil
	}
	body := Scalar(m.Body, nil)
	if body == m.Body {
		return nil
	}
	out := *m
	out.Body = body
	if m.Write != nil {
		return b.Scatter(v.Name, v.Type.Shape, &out)
	}
	return b.Map(v.Name, v.Type.Rank(), &out)
}

// Scalar applies the rules to one expression, bottom-up until none applies;
// fired, if not nil, is told the name of each rule that did.
func Scalar(e *ir.Expr, fired func(rule string)) *ir.Expr {
	var done few.Map[*ir.Expr, *ir.Expr]
	var visit func(e *ir.Expr) *ir.Expr
	visit = func(e *ir.Expr) *ir.Expr {
		if r, ok := done.Get(e); ok {
			return r
		}
		r := e
		if len(e.Args) > 0 {
			var args []*ir.Expr // if one changes
			for i, a := range e.Args {
				b := visit(a)
				if b != a && args == nil {
					args = slices.Clone(e.Args)
				}
				if args != nil {
					args[i] = b
				}
			}
			switch {
			case args == nil:
			case e.Op == ir.OpCast:
				r = ir.Cast(e.Type, args[0])
			default:
				r = ir.Apply(e.Op, args...)
			}
		}
		for n := 0; n < 16; n++ {
			next := apply(r, fired)
			if next == nil {
				break
			}
			r = next
		}
		done.Set(e, r)
		return r
	}
	return visit(e)
}

func apply(e *ir.Expr, fired func(string)) *ir.Expr {
	for _, rule := range rules {
		if r := rule.Try(e); r != nil {
			if fired != nil {
				fired(rule.Name)
			}
			return r
		}
	}
	return nil
}
