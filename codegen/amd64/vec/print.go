package vec

import (
	"fmt"
	"math"
	"strings"
)

// String is the text of a function, a line an operation.
func (f *Func) String() string {
	p := &textPrinter{f: f}
	p.line("func %s%s %s x%d%s", f.Name, params(f.Params), [...]string{"f32", "f64"}[f.Elem], f.Lanes, params(f.Results))
	p.list(f.Body)
	return p.String()
}

func params(list []Param) string {
	var parts []string
	for _, p := range list {
		parts = append(parts, p.Name+" "+p.Type)
	}
	return "(" + strings.Join(parts, ", ") + ")"
}

type textPrinter struct {
	strings.Builder
	f     *Func
	depth int
}

func (p *textPrinter) line(format string, args ...any) {
	p.WriteString(strings.Repeat("\t", p.depth))
	fmt.Fprintf(p, format, args...)
	p.WriteByte('\n')
}

func (p *textPrinter) list(list []Node) {
	p.depth++
	defer func() { p.depth-- }()
	for _, n := range list {
		switch n := n.(type) {
		case *Comment:
			p.line("// %s", n.Text)
		case *Loop:
			how := ""
			if n.Down {
				how = " down"
			}
			p.line("for %s = %s; < %s; += %d%s", p.reg(n.Counter.Reg), p.bound(n.From), p.bound(n.To), n.Step, how)
			p.list(n.Body)
		case *If:
			p.line("if %s %s %s", p.bound(n.Cond.A), n.Cond.Op, p.bound(n.Cond.B))
			p.list(n.Then)
			if len(n.Else) > 0 {
				p.line("else")
				p.list(n.Else)
			}
		case *Inst:
			p.inst(n)
		}
	}
}

func (p *textPrinter) inst(i *Inst) {
	var parts []string
	if i.Dst != None {
		parts = append(parts, p.reg(i.Dst), "=")
	}
	parts = append(parts, i.Op.Name)
	for _, a := range i.Args {
		parts = append(parts, p.reg(a))
	}
	switch {
	case i.Op == OpConst:
		parts = append(parts, p.number(i.Imm))
	case i.Op == OpCmp || i.Op == OpCmpInt:
		parts = append(parts, Pred(i.Imm).String())
	case i.Op == OpPermute:
		for k := range p.f.Lanes {
			parts = append(parts, fmt.Sprint(i.Imm>>(4*k)&15))
		}
	case i.Op == OpRound:
		parts = append(parts, Rounding(i.Imm).String())
	case i.Op == OpParam && i.Imm == 0:
	case i.Op.HasImm:
		parts = append(parts, fmt.Sprint(int64(i.Imm)))
	}
	if i.Op.HasAddr {
		parts = append(parts, p.addr(i.Addr))
	}
	if i.Param != "" {
		parts = append(parts, i.Param)
	}
	p.line("%s", strings.Join(parts, " "))
}

func (p *textPrinter) number(bits uint64) string {
	if p.f.Elem == F32 {
		return fmt.Sprintf("%g (%#x)", math.Float32frombits(uint32(bits)), bits)
	}
	return fmt.Sprintf("%g (%#x)", math.Float64frombits(bits), bits)
}

func (p *textPrinter) reg(r Reg) string {
	return fmt.Sprintf("%c%d", "vmi"[p.f.ClassOf(r)], r)
}

func (p *textPrinter) bound(b Bound) string {
	if b.Int.Reg == None {
		return fmt.Sprint(b.Const)
	}
	return p.reg(b.Int.Reg)
}

func (p *textPrinter) addr(a Addr) string {
	text := "[" + p.reg(a.Base.Reg)
	if a.Index.Reg != None {
		text += fmt.Sprintf(" + %s*%d", p.reg(a.Index.Reg), a.Scale)
	}
	if a.Disp != 0 {
		text += fmt.Sprintf(" %+d", a.Disp)
	}
	return text + "]"
}
