package check

import (
	"github.com/gradgen/gradgen/dsl/diag"
	"github.com/gradgen/gradgen/dsl/syntax"
	"github.com/gradgen/gradgen/ir"
)

// leadingSize evaluates prod(...), how many elements the axes that `...` stands for in the signature have together. It
// is a size, 1 if there are no such axes.
func (c *checker) leadingSize(e *env, x *syntax.Call) value {
	if e.body.dots == nil {
		c.errorf(e, diag.EllipsisMismatch, x.Args[0].Span(), "what `...` stands for is not known").
			Helpf("an input with leading axes says it: x: real[..., n]")
		return bad{}
	}
	total := ir.Const(1)
	for _, s := range e.body.dots {
		var ok bool
		if total, ok = product(total, s.n); !ok {
			c.errorf(e, diag.ArrayTooLarge, x.Span(), "the leading axes have too many elements")
			return bad{}
		}
	}
	return size{n: total}.value("")
}

// isLeadingSize reports whether a call is prod(...), unless the program gives prod another meaning.
func (c *checker) isLeadingSize(e *env, x *syntax.Call) bool {
	id, ok := syntax.Unparen(x.Fn).(*syntax.Ident)
	return ok && id.Name == "prod" && len(x.Args) == 1 && x.Args[0].Name == nil && isDots(x.Args[0].Value) && !c.shadowed(e, id.Name)
}

// needsLeading reports whether a size depends on what `...` stands for while nothing has settled that yet.
func (c *checker) needsLeading(e *env, x syntax.Expr) bool {
	needs := false
	syntax.Inspect(x, func(n syntax.Node) bool {
		call, ok := n.(*syntax.Call)
		needs = needs || ok && e.body.dots == nil && c.isLeadingSize(e, call)
		return !needs
	})
	return needs
}
