package plan

import (
	"encoding/binary"
	"math"
	"slices"
	"strings"

	"github.com/gradgen/gradgen/ir"
	"github.com/gradgen/gradgen/ir/few"
)

// structure is a key of the block in which everything it refers to is
// numbered by its first occurrence: blocks with equal keys do the same to
// their operands. Sizes known at run time keep their names.
func (k *keyer) structure(b *Block) (key string, ops *Operands, ok bool) {
	k.whole(b)
	slices.SortFunc(k.ops.Dims, func(a, b *ir.Dim) int { return strings.Compare(a.Name, b.Name) })
	return string(k.b), k.ops, k.ok
}

// canBeFunction reports whether a block could be a function of its own: what
// structure finds, without the text.
func (k *keyer) canBeFunction(b *Block) bool {
	k.mute = true
	k.whole(b)
	k.mute = false
	return k.ok
}

// keyer writes keys, one block after the other.
type keyer struct {
	uses *uses
	mute bool // writes nothing

	b       []byte
	block   *Block
	ops     *Operands
	written []*Buffer
	ok      bool

	// The number of each by its first occurrence.
	bufs  few.Map[*Buffer, int64]
	regs  few.Map[*Reg, int64]
	axes  few.Map[*ir.Axis, int64]
	views few.Map[*View, int64]
	exprs few.Map[*Expr, int64]
	draws few.Map[uint32, int64]
	own   few.Map[*Reg, bool] // declared here

	aliases []*Buffer // declared here

	ownBytes int64 // of the arrays that are the block's own
}

// begin forgets the block before.
func (k *keyer) begin(b *Block) {
	k.b, k.block, k.ops, k.written, k.ok = k.b[:0], b, &Operands{}, written(b.Body), true
	k.bufs.Clear()
	k.regs.Clear()
	k.axes.Clear()
	k.views.Clear()
	k.exprs.Clear()
	k.draws.Clear()
	k.own.Clear()
	k.aliases, k.ownBytes = k.aliases[:0], 0
}

// whole writes a block.
func (k *keyer) whole(b *Block) {
	k.begin(b)
	if r := k.block.Rows; r != nil {
		k.ops.Range = []*ir.Axis{r.Lo, r.N}
	} else if c := k.block.Chunk; c != nil {
		k.ops.Range = []*ir.Axis{c.Lo, c.N}
	}
	for _, x := range k.ops.Range {
		k.declare(x)
	}
	k.list(k.block.Body)
}

// put writes a word, and numbers behind it.
func (k *keyer) put(word string, numbers ...int64) {
	if k.mute {
		return
	}
	k.b = append(k.b, word...)
	for _, n := range numbers {
		k.b = binary.AppendVarint(k.b, n)
	}
}

func (k *keyer) float(v float64) { k.put("", int64(math.Float64bits(v))) }

func bit(b bool) int64 {
	if b {
		return 1
	}
	return 0
}

// number finds the number of something, and reports whether it is new.
func number[T comparable](m *few.Map[T, int64], x T) (n int64, first bool) {
	n, known := m.Get(x)
	if !known {
		n = int64(m.Len())
		m.Set(x, n)
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
		k.put("for", s.Step, bit(s.Down), bit(s.Reduce), bit(s.Vector))
		k.bounds(s.Lo)
		k.bounds(s.Hi)
		k.declare(s.Axis)
		k.list(s.Body)
	case *Let:
		k.put("let", int64(s.Reg.Type), bit(s.Mutable))
		k.put("=")
		if s.Value != nil {
			k.expr(s.Value)
		}
		k.own.Set(s.Reg, true)
		n, _ := number(&k.regs, s.Reg)
		k.put("r", n)
		if elsewhere(k.uses.read, s.Reg, k.block) {
			k.put("out")
			k.ops.Results = append(k.ops.Results, s.Reg)
		}
		if elsewhere(k.uses.set, s.Reg, k.block) {
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
		n, _ := number(&k.views, s)
		k.ok = k.ok && (k.block.Chunk != nil || !elsewhere(k.uses.view, s, k.block))
		k.put("view", n)
		k.buffer(s.Buffer)
		k.int(s.Off)
		k.int(s.Len)
	case *Set:
		k.put("set", int64(s.Op))
		k.reg(s.Reg)
		k.expr(s.Value)
		switch {
		case k.own.At(s.Reg):
		case k.block.Chunk == nil:
			k.ok = false
		case !slices.Contains(k.ops.Results, s.Reg):
			k.ops.Results = append(k.ops.Results, s.Reg)
		}
	case *Store:
		k.put("store", int64(s.Op))
		k.place(s.Buffer, s.View, s.At)
		k.expr(s.Value)
		k.ok = k.ok && s.Buffer.Rank > 0
	case *If:
		k.put("if")
		k.expr(s.Cond)
		k.list(s.Then)
		k.list(s.Else)
	case *Fill:
		k.put("fill")
		k.float(s.Value)
		k.buffer(s.Buffer)
		k.int(s.Off)
		k.int(s.Len)
	case *Rebind:
		k.rebind(s)
	case *Swap:
		k.put("swap")
		k.moves(s.A)
		k.moves(s.B)
	case *Block: // of several that were united, or of a scan
		k.list(s.Body)
	case *Product:
		k.product(s)
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

// rebind notes what an alias stands for.
func (k *keyer) rebind(s *Rebind) {
	k.put("rebind")
	if s.Declare {
		number(&k.bufs, s.Alias)
		k.aliases = append(k.aliases, s.Alias)
		k.ok = k.ok && !elsewhere(k.uses.alias, s.Alias, k.block)
	}
	k.moves(s.Alias)
	k.buffer(s.To)
	k.int(s.Off)
	k.int(s.Len)
}

// moves notes an alias that a statement makes stand for something else. It has to
// be one of the block's own, unless the function around knows what it stands for
// after the steps of a scan: functions are given arrays, not the names that hold them.
func (k *keyer) moves(alias *Buffer) {
	k.ok = k.ok && (k.block.Chunk != nil || k.block.Rows != nil || slices.Contains(k.aliases, alias))
	k.buffer(alias)
}

func (k *keyer) declare(x *ir.Axis) {
	n, _ := number(&k.axes, x)
	k.put("i", n)
}

// bounds include what a printer asks of them: whether they can be negative.
func (k *keyer) bounds(bs []Bound) {
	k.put("[")
	for _, b := range bs {
		k.int(b.E)
		k.put("/", b.Den, bit(b.E.NonNegative()))
	}
	k.put("]")
}

func (k *keyer) buffer(b *Buffer) {
	n, first := number(&k.bufs, b)
	k.put("b", n)
	if !first {
		return
	}
	k.put(":", int64(b.DType), bit(b.Rank > 0))
	k.int(b.Len)
	switch {
	case !slices.Contains(k.written, b):
		k.ops.Read = append(k.ops.Read, b)
	case k.owns(b):
		k.put("own")
		k.ops.Own = append(k.ops.Own, b)
	default:
		k.put("w")
		k.ops.Written = append(k.ops.Written, b)
	}
}

func (k *keyer) place(b *Buffer, v *View, at ir.Int) {
	if v != nil {
		n, own := k.views.Get(v)
		k.ok = k.ok && own // no operand is a view
		k.put("v", n)
	} else {
		k.buffer(b)
	}
	k.int(at)
}

func (k *keyer) reg(r *Reg) {
	n, first := number(&k.regs, r)
	k.put("r", n)
	if first {
		k.put(":", int64(r.Type))
		k.ops.Regs = append(k.ops.Regs, r)
	}
}

func (k *keyer) expr(e *Expr) {
	n, first := number(&k.exprs, e)
	if !first {
		k.put("#", n)
		return
	}
	k.put("(")
	k.put(e.Op.Name, int64(e.Type))
	switch e.Op {
	case ir.OpLit:
		k.put(",")
		k.float(e.Lit)
	case ir.OpVar:
		k.reg(e.Reg)
	case ir.OpRead:
		k.place(e.Buffer, e.View, e.Int)
	case ir.OpIndex:
		k.int(e.Int)
	case ir.OpRandom:
		d, first := number(&k.draws, e.Site)
		if first {
			k.ops.Draws = append(k.ops.Draws, e.Site)
		}
		k.put(",", d)
		k.int(e.Int)
	case ir.OpTest:
		for _, p := range e.Preds {
			k.put(",", int64(p.Kind), p.Mod)
			k.int(p.E)
		}
	}
	for _, a := range e.Args {
		k.expr(a)
	}
	k.put(")")
}

// int writes a polynomial with its terms in an order that names do not change.
func (k *keyer) int(i ir.Int) {
	terms, c := i.Terms()
	k.put("<")
	ir.AppendSorted(&k.b, len(terms), func(n int) {
		k.put("+", terms[n].Coef)
		ir.AppendSorted(&k.b, len(terms[n].Atoms), func(j int) { k.atom(terms[n].Atoms[j]) })
	})
	k.put("+", c)
	k.put(">")
}

func (k *keyer) atom(a ir.Atom) {
	switch a := a.(type) {
	case *ir.Axis:
		n, first := number(&k.axes, a)
		if first {
			k.ops.Ints = append(k.ops.Ints, a)
		}
		k.put("*i", n)
	case *ir.Dim:
		if !slices.Contains(k.ops.Dims, a) {
			k.ops.Dims = append(k.ops.Dims, a)
		}
		k.put("*'")
		k.put(a.Name)
	case *ir.FloorDiv:
		k.put("*(")
		k.int(a.Num)
		k.put(")/", a.Den, bit(a.Num.NonNegative()))
	default:
		k.ok = false
	}
}

// product notes a call of the engine, whose operands are described without tables. A
// block that has one is given its engine.
func (k *keyer) product(p *Product) {
	k.ok = k.ok && k.block.Rows != nil
	k.put("product", bit(p.Sum), bit(p.Overlap), bit(p.Relu), bit(p.Row != nil), bit(p.Col != nil), bit(p.Gate != nil), bit(p.Factor != nil), bit(p.Onto != nil))
	for _, i := range []ir.Int{p.Groups, p.Batch, p.M, p.N, p.K} {
		k.int(i)
	}
	if p.Of != nil {
		k.int(*p.Of)
	}
	p.eachMatrix(func(m *Matrix) {
		k.ok = k.ok && !m.scattered() && m.Step.Levels == nil && m.Band == nil
		k.buffer(m.Buffer)
		for _, i := range []ir.Int{m.Off, m.Leap, m.Step.By, m.Row.By, m.Col.By} {
			k.int(i)
		}
		k.put("kept", int64(m.Kept))
	})
	p.eachVector(func(v *Vector) {
		k.buffer(v.Buffer)
		k.int(v.Off)
		k.int(v.Len)
	})
	p.eachExpr(func(e **Expr) { k.expr(*e) })
	if t := p.C.Buffer.DType; !slices.Contains(k.ops.Engines, t) {
		k.ops.Engines = append(k.ops.Engines, t)
	}
}
