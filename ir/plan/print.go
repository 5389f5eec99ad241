package plan

import (
	"fmt"
	"strings"

	"github.com/gradgen/gradgen/ir"
)

// String is the text of a program: its costs, its memory, then its
// statements. Positions stand before blocks; lifetimes refer to them.
func (p *Program) String() string {
	w := &writer{}
	w.line("plan %s: %s (%s)", p.Func.Name, p.Lowering, p.Reason)
	w.line("  %s operations, %s bytes in and out", p.Flops, p.Bytes)
	if len(p.Slots) > 0 {
		sizes := make([]string, 0, 2)
		for _, n := range p.ArenaBytes() {
			sizes = append(sizes, n.String())
		}
		w.line("  arena %s bytes in %d slots", strings.Join(sizes, " or "), len(p.Slots))
	}
	w.depth++
	for k, b := range p.Results {
		if b.Class == Param {
			w.line("result %d takes the storage of %s", k, b)
		}
	}
	for _, d := range p.Demands {
		least, limit := "", ""
		if d.HasLeast() {
			least = fmt.Sprint(d.Least, " <= ")
		}
		if d.HasLimit() {
			limit = fmt.Sprint(" < ", d.Limit)
		}
		w.line("check %s%s%s", least, p.Params[d.Param], limit)
	}
	for _, s := range p.Slots {
		sizes := make([]string, len(s.Sizes))
		for i, n := range s.Sizes {
			sizes[i] = n.String()
		}
		size := strings.Join(sizes, ", ")
		if len(sizes) > 1 {
			size = "max(" + size + ")"
		}
		w.line("slot %d : %s[%s]", s.ID, s.DType, size)
		for _, b := range s.Buffers {
			w.line("  %s[%s] alive %d..%d", b, b.Len, b.First, b.Last)
		}
	}
	w.list(p.Body)
	return w.String()
}

func (b *Buffer) String() string {
	switch b.Class {
	case Arena, Alias:
		return fmt.Sprintf("%s.%d", b.Name, b.ID)
	}
	return b.Name
}

func (r *Reg) String() string { return fmt.Sprintf("%s%%%d", r.Name, r.ID) }

type writer struct {
	strings.Builder
	depth int
}

func (w *writer) line(format string, args ...any) {
	fmt.Fprintf(w, "%s%s\n", strings.Repeat("  ", w.depth), fmt.Sprintf(format, args...))
}

func (w *writer) list(list []Stmt) {
	for _, s := range list {
		w.stmt(s)
	}
}

func (w *writer) inside(list []Stmt) {
	w.depth++
	w.list(list)
	w.depth--
}

func (w *writer) stmt(s Stmt) {
	switch s := s.(type) {
	case *Block:
		names := make([]string, len(s.Values))
		for i, v := range s.Values {
			names[i] = v.String()
		}
		form := s.Form
		if s.Code != "" {
			form += "  " + s.Code
		}
		w.line("%d block %s  %s  %s", s.First, s.Place, strings.Join(names, ", "), form)
		w.depth++
		if c := s.Contraction; c != nil {
			w.line("contraction of %s: batch %s, left %s, right %s, reduced %s",
				c.Value, axisNames(c.Batch), axisNames(c.FreeLeft), axisNames(c.FreeRight), axisNames(c.Reduced))
		}
		if r := s.Rows; r != nil && !r.Within {
			w.line("%s", r)
		}
		if c := s.Chunk; c != nil {
			w.line("steps %s to %s of %s, each of %s operations", c.Lo, ir.Of(c.Lo).Add(ir.Of(c.N)), c.Of, c.Work)
		}
		w.list(s.Body)
		w.depth--
	case *Loop:
		mark := ""
		if s.Down {
			mark += " down"
		}
		if s.Step != 1 {
			mark += fmt.Sprintf(" by %d", s.Step)
		}
		if s.Vector {
			mark += " vector"
		}
		w.line("for %s in %s .. %s%s", s.Axis, boundText(s.Lo, "max"), boundText(s.Hi, "min"), mark)
		if r := s.Rows; r != nil {
			w.depth++
			w.line("%s", r)
			w.depth--
		}
		w.inside(s.Body)
	case *Let:
		if s.Value == nil {
			w.line("var %s : %s", s.Reg, s.Reg.Type)
		} else {
			w.line("let %s = %s", s.Reg, exprText(s.Value))
		}
	case *LetInt:
		switch {
		case s.Expr != nil:
			w.line("int %s = %s", s.Var, exprText(s.Expr))
		case len(s.Lo) > 0:
			w.line("int %s = %s", s.Var, boundText(s.Lo, "max"))
		case len(s.Hi) > 0:
			w.line("int %s = %s", s.Var, boundText(s.Hi, "min"))
		default:
			w.line("int %s = %s", s.Var, s.Value)
		}
	case *View:
		w.line("view %s = %s[%s : %s]", viewName(s), s.Buffer, s.Off, s.Off.Add(s.Len))
	case *Set:
		w.line("%s %s %s", s.Reg, s.Op, exprText(s.Value))
	case *Store:
		w.line("%s %s %s", element(s.Buffer, s.View, s.At), s.Op, exprText(s.Value))
	case *If:
		w.line("if %s", exprText(s.Cond))
		w.inside(s.Then)
		if len(s.Else) > 0 {
			w.line("else")
			w.inside(s.Else)
		}
	case *Fill:
		w.line("fill %s[%s : %s] with %s", s.Buffer, s.Off, s.Off.Add(s.Len), ir.LitText(s.Buffer.DType, s.Value))
	case *Copy:
		w.line("copy %s[%s : %s] from %s[%s :]", s.To, s.ToOff, s.ToOff.Add(s.Len), s.From, s.FromOff)
	case *Rebind:
		w.line("%s is %s[%s : %s]", s.Alias, s.To, s.Off, s.Off.Add(s.Len))
	case *Swap:
		w.line("swap %s, %s", s.A, s.B)
	case *Product:
		w.line("%s", s.text())
	case *Chain:
		for _, k := range s.Links {
			w.line("by %s, %s", map[bool]string{false: "rows", true: "columns"}[k.Cols], k.text())
		}
	case *Forget:
		w.line("forget %d of %s", s.Kept, s.DType)
	}
}

func (r *Rows) String() string {
	return fmt.Sprintf("rows %s to %s of %s, each of %s operations, in multiples of %d", r.Lo, ir.Of(r.Lo).Add(ir.Of(r.N)), r.Of, r.Cost, r.Unit)
}

func (o AssignOp) String() string { return [...]string{"=", "+=", "*=", "max=", "min="}[o] }

func axisNames(axes []*ir.Axis) string {
	names := make([]string, len(axes))
	for i, x := range axes {
		names[i] = x.Name
	}
	return "(" + strings.Join(names, " ") + ")"
}

func boundText(bs []Bound, choose string) string {
	texts := make([]string, len(bs))
	for i, b := range bs {
		texts[i] = b.E.String()
		if b.Den != 1 {
			texts[i] = fmt.Sprintf("floor((%s)/%d)", b.E, b.Den)
		}
	}
	if len(texts) == 1 {
		return texts[0]
	}
	return choose + "(" + strings.Join(texts, ", ") + ")"
}

func viewName(v *View) string { return v.Name + "[" + v.Off.String() + ":]" }

func element(b *Buffer, v *View, at ir.Int) string {
	switch {
	case v != nil:
		return fmt.Sprintf("%s[%s]", viewName(v), at)
	case b.Rank == 0:
		return b.String()
	}
	return fmt.Sprintf("%s[%s]", b, at)
}

// exprText prints a scalar expression; parentheses stand wherever they could
// be needed.
func exprText(e *Expr) string {
	switch e.Op {
	case ir.OpLit:
		return ir.LitText(e.Type, e.Lit)
	case ir.OpVar:
		return e.Reg.String()
	case ir.OpRead:
		return element(e.Buffer, e.View, e.Int)
	case ir.OpIndex:
		return fmt.Sprintf("%s(%s)", e.Type, e.Int)
	case ir.OpRandom:
		return fmt.Sprintf("random[%d; %s]", e.Site, e.Int)
	case ir.OpCast:
		return fmt.Sprintf("%s(%s)", e.Type, exprText(e.Args[0]))
	case ir.OpTest:
		texts := make([]string, len(e.Preds))
		for i, p := range e.Preds {
			texts[i] = p.String()
		}
		return strings.Join(texts, " and ")
	}
	args := make([]string, len(e.Args))
	for i, a := range e.Args {
		args[i] = exprText(a)
	}
	if name := e.Op.Name; len(args) == 2 && !(name[0] >= 'a' && name[0] <= 'z') || e.Op == ir.OpAnd || e.Op == ir.OpOr {
		return "(" + args[0] + " " + name + " " + args[1] + ")"
	}
	return e.Op.Name + "(" + strings.Join(args, ", ") + ")"
}

// String is the text of the statements for lanes.
func (l *Lanes) String() string {
	w := &writer{}
	w.list(l.Body())
	return w.String()
}
