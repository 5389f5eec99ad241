package plan

import (
	"slices"

	"github.com/gradgen/gradgen/ir"
)

// Calls of the engine that follow each other can be one piece of work for several
// workers, if part of each needs nothing of the others but the same part: see
// contract.Engine.Chain. Which calls those are, and along which axis each is cut,
// follows from the arrays that one writes and another one uses. Where both walk along
// such an array in the same steps, parts of it are the same parts.

// Chain is calls of the engine that are computed part by part.
type Chain struct{ Links []Link }

// Link is a call of a chain: it is cut along its rows, or along its columns.
type Link struct {
	*Product
	Cols bool
}

// maxLinks is how many calls the engine takes together; the packages of the compiler
// do not import it, and a test keeps both alike.
const maxLinks = 4

// chains makes one block of calls that can be a chain. What stands between them comes
// after them, if it is no call and the order makes no difference.
func (l *lowerer) chains(list []Stmt) []Stmt {
	var out []Stmt
	taken := make([]bool, len(list))
	for i, s := range list {
		if taken[i] {
			continue
		}
		if c := l.chainFrom(list[i:]); len(c.links) > 1 {
			for _, k := range c.at {
				taken[i+k] = true
			}
			s = c.block(list[i:])
		}
		out = append(out, s)
	}
	return out
}

// chaining is a chain that grows.
type chaining struct {
	links []Link
	at    []int // where they stand
}

// chainFrom finds the longest chain that begins with the first statement.
func (l *lowerer) chainFrom(list []Stmt) *chaining {
	c := &chaining{}
	var between []*effects
	for k, s := range list {
		b, ok := s.(*Block)
		if !ok || len(c.links) == maxLinks {
			break
		}
		p, isCall := b.linkable()
		f := l.effectsOf(b)
		switch {
		case k == 0 && !isCall:
			return c
		case isCall:
			if slices.ContainsFunc(between, func(g *effects) bool { return !f.independent(g) }) || !c.add(p) {
				return c
			}
			c.at = append(c.at, k)
		case f.calls:
			return c // of the engine, in a loop
		default:
			between = append(between, f)
		}
	}
	return c
}

// linkable returns the call that the block is, if it is nothing else, and a product of
// two matrices by strides alone.
func (b *Block) linkable() (*Product, bool) {
	if len(b.Body) != 1 || b.Rows != nil {
		return nil, false
	}
	p, ok := b.Body[0].(*Product)
	if !ok || p.Sum || p.Overlap || !p.Groups.Is(1) || !p.Batch.Is(1) {
		return nil, false
	}
	p.eachMatrix(func(m *Matrix) {
		ok = ok && m.Buffer.Class != Alias && m.Band == nil && m.Kept == 0 && m.Row.Levels == nil && m.Col.Levels == nil
	})
	return p, ok
}

// add makes p the next link, if there is a way to cut all of them. Of several ways it
// takes one by which most arrays that calls have in common are cut alike.
func (c *chaining) add(p *Product) bool {
	links := append(slices.Clone(c.links), Link{Product: p})
	most := -1
	var best []Link
	for cut := range 1 << len(links) {
		for i := range links {
			links[i].Cols = cut>>i&1 != 0
		}
		all, last, ok := alike(links)
		if ok && (last > 0 || len(links) == 1) && all > most {
			most, best = all, slices.Clone(links)
		}
	}
	if best != nil {
		c.links = best
	}
	return best != nil
}

// alike counts the pairs of operands that are parts of the same array and are cut alike:
// all, and those of the last link. It is not ok if an array that is written is not.
func alike(links []Link) (all, last int, ok bool) {
	for i := range links {
		last = 0
		for k := range links[:i] {
			for _, x := range links[i].operands() {
				for _, y := range links[k].operands() {
					switch same := x.buf == y.buf; {
					case same && x.along != nil && y.along != nil && x.along.equal(y.along):
						last++
					case same && (x.write || y.write):
						return 0, 0, false
					}
				}
			}
		}
		all += last
	}
	return all, last, true
}

// operand is what a link reads or writes, and how its parts lie.
type operand struct {
	buf   *Buffer
	write bool
	along *walk // nil: every part uses all of it, or may
}

// walk is a matrix as its parts are numbered: so many steps from part to part, by so
// many elements, and others inside.
type walk struct{ off, n, by, inner ir.Int }

func (w *walk) equal(v *walk) bool {
	return w.off.Equal(v.off) && w.n.Equal(v.n) && w.by.Equal(v.by) && w.inner.Equal(v.inner)
}

// operands lists what a link reads or writes.
func (k Link) operands() []operand {
	p := k.Product
	along := func(m *Matrix, rows, cols ir.Int, cut, byCols bool) *walk {
		switch {
		case !cut:
			return nil
		case byCols:
			return parts(m.Off, cols, m.Col.By, rows, m.Row.By)
		}
		return parts(m.Off, rows, m.Row.By, cols, m.Col.By)
	}
	out := []operand{
		{p.A.Buffer, false, along(&p.A, p.M, p.K, !k.Cols, false)},
		{p.B.Buffer, false, along(&p.B, p.K, p.N, k.Cols, true)},
		{p.C.Buffer, true, along(&p.C, p.M, p.N, true, k.Cols)},
	}
	if p.Gate != nil {
		out = append(out, operand{p.Gate.Buffer, false, along(p.Gate, p.M, p.N, true, k.Cols)})
	}
	p.eachVector(func(v *Vector) { out = append(out, operand{v.Buffer, false, nil}) })
	p.eachExpr(func(e **Expr) {
		(*e).walk(func(e *Expr) {
			if e.Op == ir.OpRead {
				out = append(out, operand{e.Buffer, false, nil})
			}
		})
	})
	return out
}

// parts is the walk along an axis of n positions, by so many elements each, beside one of
// m; nil if parts may overlap.
func parts(off, n, by, m, other ir.Int) *walk {
	inside := func(n, by, other ir.Int) bool { return by.NonNegative() && other.Sub(n.Mul(by)).NonNegative() }
	if !inside(n, by, other) && !inside(m, other, by) {
		return nil
	}
	return &walk{off, n, by, other}
}

// block is the chain as one block.
func (c *chaining) block(list []Stmt) *Block {
	first := list[c.at[0]].(*Block)
	u := &Block{Place: first.Place, Form: "products, part by part", Body: []Stmt{&Chain{c.links}}}
	for _, k := range c.at {
		b := list[k].(*Block)
		u.Values, u.Flops = append(u.Values, b.Values...), u.Flops.Add(b.Flops)
	}
	return u
}

func (*Chain) stmt() {}
