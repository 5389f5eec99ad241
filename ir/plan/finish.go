package plan

import (
	"cmp"
	"slices"

	"github.com/gradgen/gradgen/ir"
)

// A stage is a pass over statements, and why it stands where it stands.
type stage struct {
	name string
	why  string
	run  func(*lowerer, []Stmt) []Stmt
}

// improve runs the passes over statements, each for its reason at its place.
func (l *lowerer) improve(body []Stmt) []Stmt {
	for _, p := range passes {
		body = p.run(l, body)
	}
	return body
}

// passes is the list of passes over the statements of loop nests.
var passes = []stage{
	{"ranges", "first: both forms of a block run over the range of rows", (*lowerer).ranges},
	{"lanes", "early: what follows arranges loops for a processor without vectors", (*lowerer).lanes},
	{"partials", "early: the sums of whole loops, before they are cut", (*lowerer).partials},
	{"split", "early: the inner parts are what the other passes improve", (*lowerer).split},
	{"once", "after split, which leaves loops of one iteration or none", (*lowerer).once},
	{"jam", "on whole loops: the copies share what the next passes find", (*lowerer).jam},
	{"blocks", "after jam, whose accumulators it counts; before hoist, so that a block begins with what it needs", (*lowerer).blocks},
	{"hoist", "before share, so that what leaves a loop is shared outside", (*lowerer).hoist},
	{"share", "while expressions are still whole", (*lowerer).share},
	{"branches", "the side not taken must not read", (*lowerer).branches},
	{"guards", "once selections are conditions", (*lowerer).guards},
	{"dead", "Go refuses variables that nobody reads", (*lowerer).dead},
	{"indices", "after branches, so that guarded elements of index arrays are read under their guard", (*lowerer).indices},
	{"keep", "after indices, whose variables places are made of; before views, which are for what is left to loops", (*lowerer).keep},
	{"chains", "after keep, because an operand that stays packed is no part of one", (*lowerer).chains},
	{"marks", "on final loops, before views hide which part of a buffer they walk along", (*lowerer).marks},
	{"views", "last, when every access stands where it will be", (*lowerer).views},
}

// finish assigns storage, adds up costs, and lists what the body needs.
func (l *lowerer) finish() {
	p := l.prog
	l.arena()
	used := map[*Buffer]bool{}
	for _, b := range p.Results {
		used[b] = true
	}
	for _, s := range p.Body {
		var own []*Buffer
		EachBuffer(s, func(b *Buffer) {
			used[b] = true
			if !slices.Contains(own, b) {
				own = append(own, b)
			}
		})
		if b, ok := s.(*Block); ok {
			b.buffers = own
		}
	}
	p.Buffers = slices.DeleteFunc(p.Buffers, func(b *Buffer) bool { return !used[b] })
	dims := map[*ir.Dim]bool{}
	note := func(d *ir.Dim) { dims[d] = true }
	for _, b := range p.Buffers {
		b.Len.Dims(note)
	}
	eachStmt(p.Body, func(s Stmt) {
		switch s := s.(type) {
		case *Product:
			p.Products = append(p.Products, s)
		case *Chain:
			for _, k := range s.Links {
				p.Products = append(p.Products, k.Product)
			}
		}
		eachInt(s, func(i ir.Int) { i.Dims(note) })
	})
	p.Flops = flops(p.Body)
	for d := range dims {
		p.Dims = append(p.Dims, d)
	}
	slices.SortFunc(p.Dims, func(a, b *ir.Dim) int { return cmp.Compare(a.Name, b.Name) })
	for _, b := range p.Buffers {
		if b.Class == Param || b.Class == Result || b.Class == Table {
			p.Bytes = p.Bytes.Add(b.Len.MulConst(int64(b.DType.Size())))
		}
	}
}

// flops adds up the blocks; those of a scan count once a step.
func flops(list []Stmt) ir.Int {
	total := ir.Int{}
	for _, s := range list {
		switch s := s.(type) {
		case *Block:
			total = total.Add(s.Flops)
		case *Loop:
			total = total.Add(flops(s.Body).Mul(s.Axis.Extent))
		}
	}
	return total
}

// ArenaBytes is the size of the arena: the sum of its slots, each by its
// largest buffer; several where run-time sizes decide which that is.
func (p *Program) ArenaBytes() []ir.Int {
	total := []ir.Int{{}}
	for _, s := range p.Slots {
		var next []ir.Int
		for _, t := range total {
			for _, n := range s.Sizes {
				next = append(next, t.Add(n.MulConst(int64(s.DType.Size()))))
			}
		}
		if total = largest(next); len(total) > 4 {
			total = total[:4]
		}
	}
	return total
}
