package golang

import (
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
		return call(dot(id(Ident(b.names.Key)), f), integer(int64(e.Site)), call(id("uint64"), b.int(e.Int)))
	case ir.OpCast:
		return call(elemType(e.Type), b.expr(e.Args[0], 0))
	case ir.OpNeg, ir.OpNot:
		sign := negative
		if e.Op == ir.OpNot {
			sign = not
		}
		return inParens(sign(b.expr(e.Args[0], 6)), level > 5)
	}
	if e.Op.Name == "relu" {
		return call(id("max"), b.expr(e.Args[0], 0), number(e.Type, 0))
	}
	if l, ok := levels[e.Op.Go]; ok {
		// Sums are not associative: the right operand keeps its parentheses.
		x, y := b.expr(e.Args[0], l), b.expr(e.Args[1], l+1)
		return inParens(op(x, infix[e.Op.Go], y), level > l)
	}
	return b.function(e)
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
	pkg, name, found := strings.Cut(e.Op.Go, ".")
	if !found {
		pkg, name = "", e.Op.Go
	}
	args := make([]code, len(e.Args))
	narrow := found && e.Type == ir.F32
	for i, a := range e.Args {
		args[i] = b.expr(a, 0)
		if narrow && a.Op != ir.OpLit {
			args[i] = call(id("float64"), args[i])
		}
	}
	c := call(funcOf(pkg, Ident(name)), args...)
	if narrow {
		return call(id("float32"), c)
	}
	return c
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
