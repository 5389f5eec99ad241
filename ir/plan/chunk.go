package plan

import (
	"slices"

	"github.com/gradgen/gradgen/ir"
)

// ChunkWork is the most work of a chunk, in additions as [effort] counts them. A
// goroutine is not preempted in assembly: this is a tenth of a millisecond or
// less where lanes do the work, and a millisecond where every operation waits for
// the one before.
const ChunkWork = 1 << 19

// Chunk makes a block one that does some of the steps of a scan: N from Lo on.
// The function around gives it all of them, a chunk at a time, in their order.
// Between the calls carries are where the block finds them: numbers are operands
// that it returns, and arrays stand for what the last step left.
type Chunk struct {
	Lo, N *ir.Axis // integer variables, operands of the block
	Of    ir.Int   // the number of all steps
	Down  bool     // the last steps are the first
	Work  ir.Int   // of a step, in additions
	Most  int64    // work of a chunk, if it is more than two steps
	// Each follows every call, and End the last one: what arrays stand for.
	Each, End []Stmt
}

// Steps is the number of steps of a chunk: Most/Work, or ok is false where only
// the run knows. It is even, so that arrays that change places are where they
// were after all chunks but the last.
func (c *Chunk) Steps() (n int64, ok bool) {
	work, ok := c.Work.IsConst()
	return max(2, c.Most/max(work, 1)&^1), ok
}

// chunks makes blocks of the scans that are too long, or may be, for one call,
// where take accepts them.
func (p *Program) chunks(take func(*Block) bool) {
	some := false
	for i, s := range p.Body {
		if loop, ok := s.(*Loop); ok {
			if b := p.chunked(loop, p.Body[:i], take); b != nil {
				b.Chunk.settle(p.Body[i+1:])
				p.Body[i], some = b, true
			}
		}
	}
	if !some {
		return
	}
	// Names for parts of arrays went along where they are used.
	used := usesOf(slices.DeleteFunc(slices.Clone(p.Body), func(s Stmt) bool {
		b, ok := s.(*Block)
		return ok && b.Chunk != nil
	})).view
	p.Body = slices.DeleteFunc(p.Body, func(s Stmt) bool {
		v, ok := s.(*View)
		return ok && !isUsed(v, used)
	})
}

// chunked makes a block of the loop of a scan that stands behind others; nil if
// it does not go.
func (p *Program) chunked(s *Loop, before []Stmt, take func(*Block) bool) *Block {
	if p.chunk <= 0 || len(s.Lo) != 1 || !s.Lo[0].E.Is(0) || len(s.Hi) != 1 || s.Hi[0].Den != 1 || !moves(s) || !shortStep(s.Body) {
		return nil
	}
	steps := s.Hi[0].E
	c := &Chunk{Lo: ir.NewVariable("lo", 0, steps), N: ir.NewVariable("n", 1, steps.AddConst(1)),
		Of: steps, Down: s.Down, Work: effort(s.Body), Most: p.chunk}
	if c.Work.HasAxes() || steps.HasAxes() {
		return nil
	}
	if slices.ContainsFunc(s.Body, func(t Stmt) bool {
		r, ok := t.(*Rebind)
		return ok && !r.Declare && r.To.Class == Alias
	}) {
		return nil
	}
	lo, end := ir.Of(c.Lo), ir.Of(c.Lo).Add(ir.Of(c.N))
	used := usesOf(s.Body).view
	run := slices.DeleteFunc(slices.Clone(before), func(t Stmt) bool {
		v, ok := t.(*View)
		return !ok || !isUsed(v, used)
	})
	b := together(append(run, s))
	b.Chunk, b.Flops = c, flops(s.Body).Mul(ir.Of(c.N))
	whole := *s
	s.Lo, s.Hi = []Bound{{lo, 1}}, []Bound{{end, 1}}
	c.Each, c.End = s.moved()
	if laneStmts(b.Lanes.Body()) > uniteStmts || !take(b) {
		*s = whole
		return nil
	}
	return b
}

// isUsed reports whether somebody uses a name for part of an array.
func isUsed(v *View, used map[*View]users) bool {
	_, known := used[v]
	return known
}

// settle leaves out what nothing after the scan asks for.
func (c *Chunk) settle(after []Stmt) { c.End = askedFor(c.End, after) }

// moved is what the steps of a scan leave behind: what aliases stand for after the last
// one, and those that have changed places if the number of steps is odd.
func (s *Loop) moved() (each, end []Stmt) {
	last := s.Hi[0].E.AddConst(-1)
	if s.Down {
		last = s.Lo[0].E
	}
	at := ir.Subst{Axis: map[*ir.Axis]ir.Int{s.Axis: last}}
	for _, t := range s.Body {
		switch t := t.(type) {
		case *Rebind:
			if !t.Declare { // else it is of a scan inside the step
				each = append(each, &Rebind{Alias: t.Alias, To: t.To, Off: at.Int(t.Off), Len: t.Len})
			}
		case *Swap:
			end = append(end, t)
		}
	}
	return each, end
}

// askedFor is those of some moves of aliases that statements ask for.
func askedFor(moves, after []Stmt) []Stmt {
	asked := map[*Buffer]bool{}
	eachStmt(after, func(s Stmt) {
		for _, a := range aliasesOf(s) {
			asked[a] = true
		}
	})
	return slices.DeleteFunc(moves, func(s Stmt) bool {
		return !slices.ContainsFunc(aliasesOf(s), func(a *Buffer) bool { return asked[a] })
	})
}

// moves tells the loops of scans: something is carried from step to step.
func moves(s *Loop) bool {
	return slices.ContainsFunc(s.Body, func(t Stmt) bool {
		switch t.(type) {
		case *Set, *Rebind, *Swap:
			return true
		}
		return false
	})
}

// shortStep reports whether lanes may take the step of a scan, and a call for
// each of its blocks would cost something beside the work.
func shortStep(list []Stmt) bool {
	return !slices.ContainsFunc(list, func(t Stmt) bool {
		switch t := t.(type) {
		case *Set, *Store, *Rebind, *Swap:
			return false
		case *Block:
			return t.Lanes == nil || t.Rows != nil || estimate(t.Flops) > uniteFlops || setsVariable(t.Body)
		case *Loop:
			return !shortStep(t.Body)
		}
		return !begins(t)
	})
}
