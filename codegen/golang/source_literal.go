package golang

import (
	"math"
	"strconv"
	"strings"
	"sync/atomic"

	"github.com/dave/jennifer/jen"

	"github.com/gradgen/gradgen/ir"
)

// number prints a number of a type, such that it means these very bits: the
// shortest decimal that reads back, and calls of package math for what
// constants of Go cannot hold. A float always shows that it is one, so that
// 1.0/3.0 never becomes a quotient of integers. It is a constant without a
// type where it can be. Operators print with spaces around them, so that a
// sign never meets another.
func number(t ir.DType, v float64) code {
	switch t {
	case ir.Bool:
		return jen.Lit(v != 0)
	case ir.I32:
		return integer(int64(v))
	}
	var special code
	switch {
	case math.IsNaN(v):
		special = jen.Qual("math", "NaN").Call()
	case math.IsInf(v, 1):
		special = jen.Qual("math", "Inf").Call(jen.Lit(1))
	case math.IsInf(v, -1):
		special = jen.Qual("math", "Inf").Call(jen.Lit(-1))
	case v == 0 && math.Signbit(v):
		special = jen.Qual("math", "Copysign").Call(jen.Lit(0), jen.Lit(-1))
	default:
		return word(floatText(t, v))
	}
	if t == ir.F32 {
		return jen.Float32().Call(special)
	}
	return special
}

// floatText is a finite float, not −0, as a constant.
func floatText(t ir.DType, v float64) string {
	bits := 64
	if t == ir.F32 {
		bits = 32
	}
	s := strconv.FormatFloat(v, 'g', -1, bits)
	if !strings.ContainsAny(s, ".e") {
		s += ".0"
	}
	return s
}

// integer prints an int constant.
func integer(n int64) code {
	if n < 0 || n >= int64(len(integers)) {
		return word(strconv.FormatInt(n, 10))
	}
	c := integers[n].Load()
	if c == nil {
		c = word(strconv.FormatInt(n, 10))
		integers[n].Store(c)
	}
	return c
}

// integers are small ones, made once: nothing is ever added to them.
var integers [1 << 9]atomic.Pointer[jen.Statement]

// str prints a string literal in ASCII.
func str(s string) code { return word(strconv.QuoteToASCII(s)) }

// size prints an integer expression over run-time sizes, given their
// spelling. It must hold no axes.
func size(n ir.Int, dim func(*ir.Dim) code) code {
	terms, k := n.Terms()
	var out code
	plus := func(negative bool, c code) {
		switch {
		case out == nil && negative:
			out = jen.Op("-").Add(c)
		case out == nil:
			out = c
		case negative:
			out = op(out, "-", c)
		default:
			out = op(out, "+", c)
		}
	}
	for _, t := range terms {
		coef, negative := t.Coef, t.Coef < 0
		if negative {
			coef = -coef
		}
		var product code
		for _, a := range t.Atoms {
			f := sizeAtom(a, dim)
			if product == nil {
				product = f
			} else {
				product = op(product, "*", f)
			}
		}
		if coef != 1 {
			product = op(product, "*", integer(coef))
		}
		plus(negative, product)
	}
	if k != 0 || out == nil {
		plus(k < 0, integer(max(k, -k)))
	}
	return out
}

func sizeAtom(a ir.Atom, dim func(*ir.Dim) code) code {
	switch a := a.(type) {
	case *ir.Dim:
		return dim(a)
	case *ir.FloorDiv:
		// Sizes are never negative, so Go's quotient is the floor.
		return op(jen.Parens(size(a.Num, dim)), "/", integer(a.Den))
	}
	panic("golang: a size depends on " + a.String())
}
