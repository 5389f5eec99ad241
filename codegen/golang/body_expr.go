package golang

import (
	"math"
	"slices"
	"strings"

	"github.com/gradgen/gradgen/ir"
	"github.com/gradgen/gradgen/ir/plan"
)

// levels are the binding strengths of Go's infix operators.
var levels = map[string]int{"||": 1, "&&": 2, "==": 3, "!=": 3, "<": 3, "<=": 3, "+": 4, "-": 4, "*": 5, "/": 5}

// expr prints a scalar expression, in parentheses if it binds weaker than
// level.
func (b *bodyPrinter) expr(e *plan.Expr, level int) code {
	switch e.Op {
	case ir.OpLit:
		return number(e.Type, e.Lit)
	case ir.OpVar:
		return id(b.regs[e.Reg])
	case ir.OpRead:
		return b.element(e.Buffer, e.View, e.Int)
	case ir.OpIndex:
		return call(elemType(e.Type), b.int(e.Int))
	case ir.OpTest:
		return b.test(e.Preds, level)
	case ir.OpRandom:
		f := Ident("Uniform64")
		if e.Type == ir.F32 {
			f = "Uniform32"
		}
		return call(dot(id(Ident(b.names.Key)), f), b.site(e.Site), call(id("uint64"), b.int(e.Int)))
	case ir.OpCast:
		return call(elemType(e.Type), b.expr(e.Args[0], 0))
	case ir.OpNeg:
		return inParens(negative(b.expr(e.Args[0], 6)), level > 5)
	case ir.OpNot:
		if x := e.Args[0]; x.Op.Go == "==" {
			return inParens(op(b.expr(x.Args[0], 3), "!=", b.typed(x.Args[1], 4)), level > 3)
		}
		return inParens(not(b.expr(e.Args[0], 6)), level > 5)
	}
	if e.Op.Name == "relu" {
		return call(id("max"), b.expr(e.Args[0], 0), integer(0))
	}
	if l, ok := levels[e.Op.Go]; ok {
		if b.rounded[e] {
			return call(elemType(e.Type), b.infix(e, l))
		}
		return inParens(b.infix(e, l), level > l)
	}
	return b.function(e)
}

// round finds the products that Go may not round together with a sum: a conversion
// forbids it. Elsewhere it is free to, and on some processors does.
func (b *bodyPrinter) round(list []plan.Stmt) {
	for e := range plan.Compared(list, func(b *plan.Block) []plan.Stmt { return b.Body }) {
		if e.Op != ir.OpAdd && e.Op != ir.OpSub || !e.Type.IsFloat() {
			continue
		}
		for _, a := range e.Args {
			if a.Op == ir.OpNeg {
				a = a.Args[0]
			}
			if a.Op == ir.OpMul {
				b.rounded[a] = true
			}
		}
	}
}

// site is what tells random draws apart.
func (b *bodyPrinter) site(n uint32) code {
	if name, ok := b.draws[n]; ok {
		return id(name)
	}
	return integer(int64(n))
}

// infix prints an operator between its operands, a literal on the right of a
// comparison.
func (b *bodyPrinter) infix(e *plan.Expr, l int) code {
	x, y, sign := e.Args[0], e.Args[1], infix[e.Op.Go]
	if turned, ok := mirrored[e.Op.Go]; ok && x.Op == ir.OpLit && y.Op != ir.OpLit {
		x, y, sign = y, x, turned
	}
	// Sums are not associative: the right operand keeps its parentheses.
	if y.Op == ir.OpLit {
		return op(b.expr(x, l), sign, b.typed(y, l+1))
	}
	return op(b.typed(x, l), sign, b.expr(y, l+1))
}

// mirrored are the comparisons with their sides exchanged.
var mirrored = map[string]operator{"<": ">", "<=": ">=", "==": "==", "!=": "!="}

// typed prints an expression where its place gives a literal the type: beside
// one that is none, or assigned to a variable. There 2 says as much as 2.0.
func (b *bodyPrinter) typed(e *plan.Expr, level int) code {
	if e.IsFinite() && e.Lit == math.Trunc(e.Lit) && math.Abs(e.Lit) < 1e6 && e.Type != ir.Bool {
		return integer(int64(e.Lit))
	}
	return b.expr(e, level)
}

// infix spells the operators as constants of this package.
var infix = map[string]operator{"||": "||", "&&": "&&", "==": "==", "!=": "!=", "<": "<", "<=": "<=",
	"+": "+", "-": "-", "*": "*", "/": "/"}

func inParens(c code, needed bool) code {
	if needed {
		return parens(c)
	}
	return c
}

// function prints a call. The functions of packages math and runtime take and
// give float64.
func (b *bodyPrinter) function(e *plan.Expr) code {
	found := strings.Contains(e.Op.Go, ".")
	args := make([]code, len(e.Args))
	narrow := found && e.Type == ir.F32
	literals := !slices.ContainsFunc(e.Args, func(a *plan.Expr) bool { return a.Op != ir.OpLit })
	for i, a := range e.Args {
		if literals {
			args[i] = b.expr(a, 0)
		} else {
			args[i] = b.typed(a, 0)
		}
		if narrow && a.Op != ir.OpLit {
			args[i] = call(id("float64"), args[i])
		}
	}
	c := callOf(e.Op.Go, args...)
	if narrow {
		return call(id("float32"), c)
	}
	return c
}

// callOf prints a call of a function named with its package, or of one that has none.
func callOf(name string, args ...code) code {
	pkg, f, found := strings.Cut(name, ".")
	if !found {
		pkg, f = "", name
	}
	return call(funcOf(pkg, Ident(f)), args...)
}

func (b *bodyPrinter) test(preds []ir.Pred, level int) code {
	var out code
	for _, p := range preds {
		c := b.condition(p)
		if out == nil {
			out = c
		} else {
			out = op(out, "&&", c)
		}
	}
	l := 3
	if len(preds) > 1 {
		l = 2
	}
	return inParens(out, level > l)
}

// element is an element of a buffer, or the variable that it is.
func (b *bodyPrinter) element(buf *plan.Buffer, view *plan.View, at ir.Int) code {
	switch {
	case view != nil:
		return index(id(b.views[view]), b.int(at))
	case buf.Rank == 0:
		return id(b.buffers[buf])
	}
	return index(id(b.buffers[buf]), b.int(at))
}
