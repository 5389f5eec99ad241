package pass

import (
	"slices"

	"github.com/gradgen/gradgen/ir"
)

// product is an expression as coef times factors, in the order written.
type product struct {
	coef    float64
	factors []*ir.Expr
	plain   bool // already written with at most one literal, in front, and no sign
}

// Longer products and sums are taken as they are: their parts were looked at
// before, and all pairs of a long one take too long.
const (
	mostFactors  = 12
	mostSummands = 24
)

// long reports whether more than most operands are joined by the operations.
func long(e *ir.Expr, most int, ops ...*ir.Op) bool {
	var visit func(e *ir.Expr)
	visit = func(e *ir.Expr) {
		if most >= 0 && slices.Contains(ops, e.Op) {
			most--
			visit(e.Args[0])
			visit(e.Args[1])
		}
	}
	visit(e)
	return most <= 0
}

// productOf flattens products, signs and literals.
func productOf(e *ir.Expr) product {
	if long(e, mostFactors, ir.OpMul) {
		return product{coef: 1, factors: []*ir.Expr{e}, plain: true}
	}
	p := product{coef: 1, plain: true}
	var visit func(e *ir.Expr, front bool)
	visit = func(e *ir.Expr, front bool) {
		switch {
		case e.Op == ir.OpMul && e.Args[0] == e.Args[1]:
			p.factors = append(p.factors, e) // a square stays shared
		case e.Op == ir.OpMul:
			visit(e.Args[0], front)
			visit(e.Args[1], false)
		case e.Op == ir.OpNeg:
			p.coef = -p.coef
			p.plain = false
			visit(e.Args[0], front)
		case e.Op == ir.OpLit && isFinite(e.Lit*p.coef) && e.Lit != 0:
			p.coef *= e.Lit
			p.plain = p.plain && front
		default:
			p.factors = append(p.factors, e)
		}
	}
	visit(e, true)
	return p
}

// expr writes a product with its literal in front.
func (p product) expr(t ir.DType) *ir.Expr {
	if len(p.factors) == 0 {
		return ir.Lit(t, p.coef)
	}
	out := p.factors[0]
	for _, f := range p.factors[1:] {
		out = ir.Apply(ir.OpMul, out, f)
	}
	switch p.coef {
	case 1:
		return out
	case -1:
		return ir.Apply(ir.OpNeg, out)
	}
	out = p.factors[0]
	out = ir.Apply(ir.OpMul, ir.Lit(t, p.coef), out)
	for _, f := range p.factors[1:] {
		out = ir.Apply(ir.OpMul, out, f)
	}
	return out
}

// like reports whether p and q differ in their coefficients only.
func (p product) like(q product) bool {
	if len(p.factors) != len(q.factors) || len(p.factors) == 0 {
		return false
	}
	a, b := slices.Clone(p.factors), slices.Clone(q.factors)
	slices.SortFunc(a, (*ir.Expr).Compare)
	slices.SortFunc(b, (*ir.Expr).Compare)
	return slices.EqualFunc(a, b, func(x, y *ir.Expr) bool { return x.Compare(y) == 0 })
}

// gatherSigns moves the signs and literals of a product into one in front:
// -(x*-100)*y becomes 100*x*y.
func gatherSigns(e *ir.Expr) *ir.Expr {
	if e.Op != ir.OpMul {
		return nil
	}
	p := productOf(e)
	if p.plain {
		return nil
	}
	out := p.expr(e.Type)
	if out.Compare(e) == 0 {
		return nil
	}
	return out
}

// likeTerms adds the coefficients of equal products in a sum: x*y + … + 2*x*y
// becomes 3*x*y + …. The sum keeps its shape otherwise, because what is
// subtracted first may have been meant to cancel; and terms that would cancel
// each other stay, because Inf - Inf is not 0.
func likeTerms(e *ir.Expr) *ir.Expr {
	if e.Op != ir.OpAdd && e.Op != ir.OpSub || long(e, mostSummands, ir.OpAdd, ir.OpSub) {
		return nil
	}
	type leaf struct {
		at   *ir.Expr // the node, told apart by its number
		n    int
		sign float64
		p    product
	}
	var leaves []leaf
	var visit func(e *ir.Expr, sign float64)
	visit = func(e *ir.Expr, sign float64) {
		switch e.Op {
		case ir.OpAdd:
			visit(e.Args[0], sign)
			visit(e.Args[1], sign)
		case ir.OpSub:
			visit(e.Args[0], sign)
			visit(e.Args[1], -sign)
		default:
			leaves = append(leaves, leaf{e, len(leaves), sign, productOf(e)})
		}
	}
	visit(e, 1)
	for i, a := range leaves {
		for _, b := range leaves[i+1:] {
			sum := a.sign*a.p.coef + b.sign*b.p.coef
			if sum == 0 || !isFinite(sum) || !a.p.like(b.p) && !(len(a.p.factors) == 0 && len(b.p.factors) == 0) {
				continue
			}
			merged := product{coef: sum * a.sign, factors: a.p.factors}.expr(e.Type)
			n := 0
			var rebuild func(e *ir.Expr) *ir.Expr
			rebuild = func(e *ir.Expr) *ir.Expr {
				if e.Op != ir.OpAdd && e.Op != ir.OpSub {
					n++
					switch n - 1 {
					case a.n:
						return merged
					case b.n:
						return nil
					}
					return e
				}
				l, r := rebuild(e.Args[0]), rebuild(e.Args[1])
				switch {
				case r == nil:
					return l
				case l == nil && e.Op == ir.OpSub:
					return ir.Apply(ir.OpNeg, r)
				case l == nil:
					return r
				}
				return ir.Apply(e.Op, l, r)
			}
			return rebuild(e)
		}
	}
	return nil
}
