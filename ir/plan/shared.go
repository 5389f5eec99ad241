package plan

import (
	"fmt"
	"slices"

	"github.com/gradgen/gradgen/ir"
	"github.com/gradgen/gradgen/ir/parallel"
)

// Shared is the work of several blocks of one file that are equal up to the
// names of arrays and scalars: the blocks of a stack of layers, and what the
// value, the gradient and the training step have in common.
type Shared struct {
	Block *Block   // the first of them; its operands are the parameters
	Sites []*Block // all, in the order of the programs
}

// Operands are what a block refers to beyond what it declares itself; lists of
// equal blocks correspond.
type Operands struct {
	Engines []ir.DType // contraction engines, by the type of their elements
	Own     []*Buffer  // small arrays that nobody else uses: no parameters, but memory of the function
	Written []*Buffer  // arrays, some of them also read
	Read    []*Buffer  // arrays, and variables of rank 0
	Joined  []*Joined  // of the arrays, those that are parts of one operand
	Regs    []*Reg
	Ints    []*ir.Axis // integer variables, and the step of a scan around it
	Dims    []*ir.Dim
	Range   []*ir.Axis // of rows or steps, if the block has one: the first, and how many
	Draws   []uint32   // sites of random draws
	Results []*Reg     // declared by the block and read after it, or carried from chunk to chunk
}

// OperandVisitor is called for operands, one function a kind.
type OperandVisitor struct {
	Engine        func(ir.DType)
	Array, Scalar func(*Buffer)
	Joined        func(*Joined)
	Reg           func(*Reg)
	Int           func(*ir.Axis)
	Dim           func(*ir.Dim)
	Draw          func(site uint32)
	Key           func() // of all draws
}

// Each visits the operands that are parameters, in the order in which a function
// takes them.
func (o *Operands) Each(v OperandVisitor) {
	seen := make([]bool, len(o.Joined)) // it takes the place of its first part here
	array := func(b *Buffer) {
		k := slices.IndexFunc(o.Joined, func(j *Joined) bool { return slices.Contains(j.Parts, b) })
		switch {
		case k < 0:
			v.Array(b)
		case !seen[k]:
			seen[k] = true
			v.Joined(o.Joined[k])
		}
	}
	for _, t := range o.Engines {
		v.Engine(t)
	}
	for _, b := range o.Written {
		array(b)
	}
	for _, arrays := range []bool{true, false} {
		for _, b := range o.Read {
			switch {
			case b.Rank > 0 && arrays:
				array(b)
			case b.Rank == 0 && !arrays:
				v.Scalar(b)
			}
		}
	}
	for _, r := range o.Regs {
		v.Reg(r)
	}
	for _, x := range o.Ints {
		v.Int(x)
	}
	for _, d := range o.Dims {
		v.Dim(d)
	}
	for _, site := range o.Draws {
		v.Draw(site)
	}
	if len(o.Draws) > 0 {
		v.Key()
	}
	for _, x := range o.Range {
		v.Int(x)
	}
}

// shareable is the number of statements from which on a call reads better, and
// costs nothing beside the work.
const shareable = 7

// Share finds the equal blocks of the programs of one file and gives them one
// body. A block that occurs once, or is short, stays as it is, unless it does a
// range of rows, or apart, which is asked about one of each, several at a time,
// says that it is to be a function all the same; apart may be nil.
func Share(programs []*Program, apart func(*Block, *Operands) bool) []*Shared {
	found, weights := make([][]site, len(programs)), make([]int, len(programs))
	for i, p := range programs {
		weights[i] = len(p.Buffers)
	}
	_ = parallel.Heaviest(weights, 0, func(i int) error { found[i] = programs[i].sites(apart); return nil })
	groups := map[string]*Shared{}
	long := map[*Shared]bool{}
	var all []*Shared
	for _, s := range slices.Concat(found...) {
		g := groups[s.key]
		if g == nil {
			g = &Shared{Block: s.block}
			groups[s.key], long[g] = g, s.long
			all = append(all, g)
		}
		g.Sites = append(g.Sites, s.block)
		s.block.Operands = s.ops
	}
	kept := make([]bool, len(all))
	_ = parallel.Each(len(all), 0, func(i int) error {
		g := all[i]
		ops := make([]*Operands, len(g.Sites))
		for k, b := range g.Sites {
			ops[k] = b.Operands
		}
		// What calls of functions within others are given are these functions' arguments.
		if !slices.ContainsFunc(g.Sites, func(b *Block) bool { return b.Rows != nil && b.Rows.Within }) {
			join(ops)
		}
		kept[i] = apart != nil && apart(g.Block, g.Block.Operands) || g.Block.Rows != nil || len(g.Sites) > 1 && long[g]
		return nil
	})
	var shared []*Shared
	for i, g := range all {
		if !kept[i] {
			continue
		}
		shared = append(shared, g)
		for _, b := range g.Sites {
			b.Shared = g
		}
	}
	for _, p := range programs {
		p.dropOwn()
	}
	return shared
}

// site is a block that may be shared.
type site struct {
	block *Block
	key   string // of what it does
	ops   *Operands
	long  bool // enough to be shared
}

// sites lists the blocks of a program that may be shared, after it united those
// that apart takes together.
func (p *Program) sites(apart func(*Block, *Operands) bool) []site {
	if p.Lowering == Flat {
		return nil
	}
	p.scans()
	if apart != nil {
		take := func(b *Block) bool {
			k := &keyer{uses: usesOf(append(without(p.Body, b.Body), b))}
			_, ops, ok := k.structure(b)
			join([]*Operands{ops})
			return ok && apart(b, ops)
		}
		p.unite(take)
		p.chunks(take)
	}
	return p.sitesIn(p.Body, apart)
}

// sitesIn lists those in statements.
func (p *Program) sitesIn(list []Stmt, apart func(*Block, *Operands) bool) []site {
	var out []site
	inner := map[*Block]bool{} // of those that were united, or that a scan is made of
	k := &keyer{uses: usesOf(list)}
	eachStmt(list, func(s Stmt) {
		b, ok := s.(*Block)
		if !ok || inner[b] {
			return
		}
		eachStmt(b.Body, func(t Stmt) {
			if t, ok := t.(*Block); ok {
				inner[t] = true
			}
		})
		b.Shared, b.Operands = nil, nil
		n := 0
		eachStmt(b.Body, func(Stmt) { n++ })
		if n < shareable && apart == nil && b.Rows == nil {
			return
		}
		key, ops, ok := k.structure(b)
		if ok {
			out = append(out, site{b, key, ops, n >= shareable})
		} else if b.Rows != nil {
			panic(fmt.Sprintf("plan: a block with a range of rows cannot be a function:\n%s", p))
		}
		if b.IsScan() {
			out = append(out, p.sitesIn(b.Body, apart)...)
		}
	})
	return out
}

// uses tells by which blocks registers are read, and which are assigned, and
// which blocks use aliases and views; nil stands for statements outside of
// blocks.
type uses struct {
	read, set map[*Reg]users
	alias     map[*Buffer]users
	view      map[*View]users
}

// users are the blocks that use something: one, or several.
type users struct {
	block   *Block
	several bool
}

func usesOf(body []Stmt) *uses {
	u := &uses{map[*Reg]users{}, map[*Reg]users{}, map[*Buffer]users{}, map[*View]users{}}
	var visit func(list []Stmt, b *Block)
	visit = func(list []Stmt, b *Block) {
		for _, s := range list {
			if s, ok := s.(*Set); ok {
				note(u.set, s.Reg, b)
			}
			alias := func(a *Buffer, _ bool) {
				if a.Class == Alias {
					note(u.alias, a, b)
				}
			}
			ownBuffers(s, alias)
			if s, ok := s.(*Store); ok && s.View != nil {
				note(u.view, s.View, b)
			}
			eachExpr(s, func(e **Expr) {
				(*e).walk(func(e *Expr) {
					switch e.Op {
					case ir.OpVar:
						note(u.read, e.Reg, b)
					case ir.OpRead:
						alias(e.Buffer, false)
					}
					if e.View != nil {
						note(u.view, e.View, b)
					}
				})
			})
			in := b
			if s, ok := s.(*Block); ok && b == nil {
				in = s
			}
			for _, body := range bodies(s) {
				visit(*body, in)
			}
		}
	}
	visit(body, nil)
	return u
}

// note adds a block to the users of x.
func note[T comparable](m map[T]users, x T, b *Block) {
	u, known := m[x]
	switch {
	case !known:
		m[x] = users{block: b}
	case u.block != b && !u.several:
		m[x] = users{b, true}
	}
}

// without is a list without the statements of another.
func without[T comparable](list, drop []T) []T {
	return slices.DeleteFunc(slices.Clone(list), func(x T) bool { return slices.Contains(drop, x) })
}

// elsewhere reports whether another block, or none, uses x.
func elsewhere[T comparable](m map[T]users, x T, b *Block) bool {
	u, known := m[x]
	return known && (u.several || u.block != b)
}
