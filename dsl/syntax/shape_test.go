package syntax

import (
	"fmt"
	"strings"
)

// shape prints an expression with every grouping in parentheses, for tests of precedence.
func shape(e Expr) string {
	list := func(xs []Expr) string {
		var out []string
		for _, x := range xs {
			out = append(out, shape(x))
		}
		return strings.Join(out, ", ")
	}
	infix := func(xs []Expr, ops []Op) string {
		out := shape(xs[0])
		for i, o := range ops {
			out += " " + o.Kind.String() + " " + shape(xs[i+1])
		}
		return "(" + out + ")"
	}
	binders := func(bs []*Binder) string {
		var out []string
		for _, b := range bs {
			s := "..."
			if !b.Ellipsis {
				s = b.Name.Name
			}
			if b.Bound != nil {
				s += "<" + shape(b.Bound)
			}
			out = append(out, s)
		}
		return strings.Join(out, ",")
	}
	switch e := e.(type) {
	case *Ident:
		return e.Name
	case *Number:
		return e.Text
	case *String:
		return fmt.Sprintf("%q", e.Value)
	case *Bool:
		return fmt.Sprint(e.Value)
	case *Ellipsis:
		return "..."
	case *Paren:
		return "{" + shape(e.X) + "}"
	case *Tuple:
		return "tuple(" + list(e.Elems) + ")"
	case *Vector:
		return "vec(" + list(e.Elems) + ")"
	case *Call:
		var args []string
		for _, a := range e.Args {
			s := shape(a.Value)
			if a.Name != nil {
				s = a.Name.Name + "=" + s
			}
			args = append(args, s)
		}
		return shape(e.Fn) + "(" + strings.Join(args, ", ") + ")"
	case *Index:
		s := shape(e.X) + "[" + list(e.Indices)
		if e.Else != nil {
			s += " else " + shape(e.Else)
		}
		return s + "]"
	case *Select:
		return shape(e.X) + "." + e.Name.Name
	case *Transpose:
		return shape(e.X) + ".T"
	case *Label:
		if e.Path != nil {
			return fmt.Sprintf("(%q: %s)", e.Path.Value, shape(e.X))
		}
		return "(" + e.Name.Name + ": " + shape(e.X) + ")"
	case *Power:
		return "(" + shape(e.X) + " ^ " + shape(e.Y) + ")"
	case *Unary:
		return "(" + e.Op.Kind.String() + " " + shape(e.X) + ")"
	case *Compose:
		return infix(e.Stages, e.Ops)
	case *Chain:
		return infix(e.Operands, e.Ops)
	case *Compare:
		return infix(e.Operands, e.Ops)
	case *If:
		return "if(" + shape(e.Cond) + ", " + shape(e.Then) + ", " + shape(e.Else) + ")"
	case *Reduce:
		s := "(" + e.Name.Name + "[" + binders(e.Indices)
		if e.Where != nil {
			s += " where " + shape(e.Where)
		}
		return s + "] " + shape(e.X) + ")"
	case *Concat:
		return "concat[" + shape(e.Axis) + "](" + list(e.Args) + ")"
	}
	return fmt.Sprintf("?%T", e)
}
