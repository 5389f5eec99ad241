package check

import (
	"github.com/gradgen/gradgen/dsl/diag"
	"github.com/gradgen/gradgen/ir"
)

// maxMatrix bounds the equations that a Jacobian or a Hessian is written out as, so that none takes more than a second
// to compile. A Hessian has equations for every pair of variables: by the parameters of ten dense layers they are two
// thousand.
const maxMatrix = 3500

// hessianInBounds refuses a Hessian that would have too many equations, before they are made: there are fewer for each
// of its variables than a gradient has.
func (c *checker) hessianInBounds(d *decl, b *built, leaves []int, at diag.Span) bool {
	if len(leaves) == 1 {
		return true
	}
	g, err := c.grad(b, leaves)
	if err != nil {
		c.notDifferentiable(d, at, err)
		return false
	}
	if len(leaves)*len(ir.Topological(g.Results...)) > maxMatrix {
		c.matrixTooLarge(d, b, "hess", at)
		return false
	}
	return true
}

// matrixInBounds refuses a Jacobian or a Hessian of too many equations, or with an array that is too large.
func (c *checker) matrixInBounds(d *decl, b *built, f *ir.Func, kind string, at diag.Span) bool {
	values := ir.Topological(f.Results...)
	if len(values) > maxMatrix {
		c.matrixTooLarge(d, b, kind, at)
		return false
	}
	for _, v := range values {
		n := v.Type.Len()
		if terms, k := n.Terms(); largest(terms, k) > maxLength {
			c.errorf(d.scope.env, diag.ArrayTooLarge, at, "`%s` would need an array %s, and an array has at most 2147483648 elements", kind, v.Type).
				Helpf("%s", products(kind))
			return false
		}
	}
	return true
}

func (c *checker) matrixTooLarge(d *decl, b *built, kind string, at diag.Span) {
	c.errorf(d.scope.env, diag.ProgramTooLarge, at, "`%s` of `%s` is too large once it is written out", kind, b.f.Name).
		Helpf("%s", products(kind))
}

// products says what to use in place of a matrix.
func products(kind string) string {
	if kind == "hess" {
		return "hvp makes its product with a direction, and takes little more than a gradient"
	}
	return "jvp and vjp make its products with a direction, and take little more than a value"
}
