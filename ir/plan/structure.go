package plan

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/gradgen/gradgen/ir"
)

// structure is a text of the block in which everything it refers to is
// numbered by its first occurrence: blocks with equal texts do the same to
// their operands. Sizes known at run time keep their names.
func structure(b *Block, u *uses) (key string, ops *Operands, ok bool) {
	k := &keyer{block: b, uses: u, ok: true, ops: &Operands{}, written: written(b.Body),
		bufs: map[*Buffer]int{}, regs: map[*Reg]int{}, axes: map[*ir.Axis]int{}, views: map[*View]int{},
		exprs: map[*Expr]int{}, draws: map[uint32]int{}, own: map[*Reg]bool{}}
	k.list(b.Body)
	slices.SortFunc(k.ops.Dims, func(a, b *ir.Dim) int { return strings.Compare(a.Name, b.Name) })
	return k.String(), k.ops, k.ok
}

type keyer struct {
	strings.Builder
	block   *Block
	uses    *uses
	ops     *Operands
	written map[*Buffer]bool
	ok      bool

	bufs  map[*Buffer]int
	regs  map[*Reg]int
	axes  map[*ir.Axis]int
	views map[*View]int
	exprs map[*Expr]int
	draws map[uint32]int
	own   map[*Reg]bool // declared here
}

func (k *keyer) put(format string, args ...any) { fmt.Fprintf(k, format, args...) }

// number finds the number of something, and reports whether it is new.
func number[T comparable](m map[T]int, x T) (n int, first bool) {
	n, known := m[x]
	if !known {
		n = len(m)
		m[x] = n
	}
	return n, !known
}

func (k *keyer) list(list []Stmt) {
	k.put("{")
	for _, s := range list {
		k.stmt(s)
		k.put(";")
	}
	k.put("}")
}

func (k *keyer) stmt(s Stmt) {
	switch s := s.(type) {
	case *Loop:
		k.put("for%d,%v,%v,%v", s.Step, s.Down, s.Reduce, s.Vector)
		k.bounds(s.Lo)
		k.bounds(s.Hi)
		k.declare(s.Axis)
		k.list(s.Body)
	case *Let:
		k.put("let%d,%v=", s.Reg.Type, s.Mutable)
		if s.Value != nil {
			k.expr(s.Value)
		}
		k.own[s.Reg] = true
		n, _ := number(k.regs, s.Reg)
		k.put("r%d", n)
		if elsewhere(k.uses.read[s.Reg], k.block) {
			k.put("out")
			k.ops.Results = append(k.ops.Results, s.Reg)
		}
		if elsewhere(k.uses.set[s.Reg], k.block) {
			k.ok = false
		}
	case *LetInt:
		k.put("int")
		k.bounds(s.Lo)
		k.bounds(s.Hi)
		k.int(s.Value)
		if s.Expr != nil {
			k.expr(s.Expr)
		}
		k.declare(s.Var)
	case *View:
		n, _ := number(k.views, s)
		k.put("view%d", n)
		k.buffer(s.Buffer)
		k.int(s.Off)
		k.int(s.Len)
	case *Set:
		k.put("set%d", s.Op)
		k.reg(s.Reg)
		k.expr(s.Value)
		k.ok = k.ok && k.own[s.Reg]
	case *Store:
		k.put("store%d", s.Op)
		k.place(s.Buffer, s.View, s.At)
		k.expr(s.Value)
		k.ok = k.ok && s.Buffer.Rank > 0
	case *If:
		k.put("if")
		k.expr(s.Cond)
		k.list(s.Then)
		k.list(s.Else)
	case *Fill:
		k.put("fill%x", math.Float64bits(s.Value))
		k.buffer(s.Buffer)
		k.int(s.Off)
		k.int(s.Len)
	case *Copy:
		k.put("copy")
		k.buffer(s.To)
		k.buffer(s.From)
		k.int(s.ToOff)
		k.int(s.FromOff)
		k.int(s.Len)
	default:
		k.ok = false
	}
}

func (k *keyer) declare(x *ir.Axis) {
	n, _ := number(k.axes, x)
	k.put("i%d", n)
}

// bounds include what a printer asks of them: whether they can be negative.
func (k *keyer) bounds(bs []Bound) {
	k.put("[")
	for _, b := range bs {
		k.int(b.E)
		k.put("/%d,%v", b.Den, b.E.NonNegative())
	}
	k.put("]")
}

func (k *keyer) buffer(b *Buffer) {
	n, first := number(k.bufs, b)
	k.put("b%d", n)
	if !first {
		return
	}
	k.put(":%d,%v,", b.DType, b.Rank > 0)
	k.int(b.Len)
	if k.written[b] {
		k.put("w")
		k.ops.Written = append(k.ops.Written, b)
	} else {
		k.ops.Read = append(k.ops.Read, b)
	}
}

func (k *keyer) place(b *Buffer, v *View, at ir.Int) {
	if v != nil {
		k.put("v%d", k.views[v])
	} else {
		k.buffer(b)
	}
	k.int(at)
}

func (k *keyer) reg(r *Reg) {
	n, first := number(k.regs, r)
	k.put("r%d", n)
	if first {
		k.put(":%d", r.Type)
		k.ops.Regs = append(k.ops.Regs, r)
	}
}

func (k *keyer) expr(e *Expr) {
	n, first := number(k.exprs, e)
	if !first {
		k.put("#%d", n)
		return
	}
	k.put("(%s,%d", e.Op.Name, e.Type)
	switch e.Op {
	case ir.OpLit:
		k.put(",%x", math.Float64bits(e.Lit))
	case ir.OpVar:
		k.reg(e.Reg)
	case ir.OpRead:
		k.place(e.Buffer, e.View, e.Int)
	case ir.OpIndex:
		k.int(e.Int)
	case ir.OpRandom:
		d, first := number(k.draws, e.Site)
		if first {
			k.ops.Draws = append(k.ops.Draws, e.Site)
		}
		k.put(",%d", d)
		k.int(e.Int)
	case ir.OpTest:
		for _, p := range e.Preds {
			k.put(",%d,%d", p.Kind, p.Mod)
			k.int(p.E)
		}
	}
	for _, a := range e.Args {
		k.expr(a)
	}
	k.put(")")
}

// int prints a polynomial with its terms in an order that names do not change.
func (k *keyer) int(i ir.Int) { k.put("<%s>", k.intText(i)) }

func (k *keyer) intText(i ir.Int) string {
	terms, c := i.Terms()
	texts := make([]string, 0, len(terms)+1)
	for _, t := range terms {
		atoms := make([]string, len(t.Atoms))
		for j, a := range t.Atoms {
			atoms[j] = k.atom(a)
		}
		slices.Sort(atoms)
		texts = append(texts, fmt.Sprintf("%d*%s", t.Coef, strings.Join(atoms, "*")))
	}
	slices.Sort(texts)
	return strings.Join(append(texts, fmt.Sprint(c)), "+")
}

func (k *keyer) atom(a ir.Atom) string {
	switch a := a.(type) {
	case *ir.Axis:
		n, first := number(k.axes, a)
		if first {
			k.ops.Ints = append(k.ops.Ints, a)
		}
		return fmt.Sprintf("i%d", n)
	case *ir.Dim:
		if !slices.Contains(k.ops.Dims, a) {
			k.ops.Dims = append(k.ops.Dims, a)
		}
		return a.Name
	case *ir.FloorDiv:
		return fmt.Sprintf("(%s)/%d,%v", k.intText(a.Num), a.Den, a.Num.NonNegative())
	}
	k.ok = false
	return ""
}
