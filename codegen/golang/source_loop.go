package golang

import "github.com/dave/jennifer/jen"

// forLoop is for init; cond; post { body }; a nil init or post is left out.
func forLoop(init, cond, post code, body ...code) code {
	heads := []jen.Code{jen.Empty(), cond, jen.Empty()}
	if init != nil {
		heads[0] = init
	}
	if post != nil {
		heads[2] = post
	}
	return jen.For(heads...).Block(list(body)...)
}

// ifElse is if cond { then } else { other }; an other that is a single if
// continues the chain.
func ifElse(cond code, then, other []code, chain bool) code {
	c := jen.If(cond).Block(list(then)...)
	switch {
	case len(other) == 0:
		return c
	case chain:
		return c.Else().Add(other[0])
	}
	return c.Else().Block(list(other)...)
}

// assign is x op y for =, += and their kin.
func assign(x code, o operator, y code) code { return op(x, o, y) }

// negative is -x.
func negative(x code) code { return jen.Op("-").Add(x) }

// first is x[at:][:n], all a loop over n elements needs to be seen in range.
func first(x, at, n code) code {
	if at != nil {
		x = after(x).Index(at, jen.Empty())
	}
	return after(x).Index(jen.Empty(), n)
}

// funcOf is a function of package math or runtime, or a predeclared one.
func funcOf(pkg string, name Ident) code {
	if pkg == "" {
		return id(name)
	}
	return qual(pkg, name)
}

// blank is an empty line.
func blank() code { return jen.Line() }
