package plan

import (
	"slices"

	"github.com/gradgen/gradgen/ir"
)

// arena numbers blocks, finds between which of them each buffer is alive, and
// gives buffers slots: one whose buffers are all dead, if there is one.
func (l *lowerer) arena() {
	p := &positions{blocks: map[int]*Block{}, aliases: map[*Buffer][]*Buffer{}}
	p.list(l.prog.Body)
	for _, b := range l.prog.Results {
		if b.Class == Arena {
			b.Last = p.next
		}
	}
	p.widen()
	var buffers []*Buffer
	for _, b := range l.prog.Buffers {
		if b.Class == Arena && b.First >= 0 {
			buffers = append(buffers, b)
		}
	}
	slices.SortStableFunc(buffers, func(a, b *Buffer) int { return a.First - b.First })
	for _, b := range buffers {
		s := l.slot(p, b)
		b.Slot = s
		s.Buffers = append(s.Buffers, b)
		if !slices.ContainsFunc(s.Sizes, b.Len.Equal) {
			s.Sizes = largest(append(s.Sizes, b.Len))
		}
	}
}

// slot finds the free slot that wastes least, or makes one. A slot is free, too, if
// its array may be overwritten by b; of two that fit it is the better one.
func (l *lowerer) slot(p *positions, b *Buffer) *Slot {
	var best *Slot
	var bestCost int64
	if !l.opts.Unplanned {
		for _, s := range l.prog.Slots {
			if s.DType != b.DType {
				continue
			}
			last := s.Buffers[len(s.Buffers)-1]
			inPlace := p.mayOverwrite(last, b)
			if last.Last >= b.First && !inPlace {
				continue
			}
			have, want := int64(0), estimate(b.Len)
			for _, n := range s.Sizes {
				have = max(have, estimate(n))
			}
			// Growing is worse than leaving room unused, both worse than a fit.
			cost := have - want
			if cost < 0 {
				cost = -2 * cost
			}
			if best == nil || cost < bestCost || cost == bestCost && inPlace {
				best, bestCost = s, cost
			}
		}
		if best != nil && bestCost >= estimate(b.Len)*2 && estimate(b.Len) > 0 {
			// A slot much smaller would only grow: the same memory as a new one.
			have := int64(0)
			for _, n := range best.Sizes {
				have = max(have, estimate(n))
			}
			if have < estimate(b.Len) && have == 0 {
				best = nil
			}
		}
	}
	if best == nil {
		best = &Slot{ID: len(l.prog.Slots), DType: b.DType}
		l.prog.Slots = append(l.prog.Slots, best)
	}
	return best
}

// mayOverwrite reports whether b may take the place of old, which dies where b is made.
func (p *positions) mayOverwrite(old, b *Buffer) bool {
	block := p.blocks[b.First]
	return old.Last == b.First && block != nil && !p.carried(old) && !p.carried(b) && block.inPlace(old, b)
}

// estimate is a size with nominal numbers for run-time sizes.
func estimate(i ir.Int) int64 {
	terms, n := i.Terms()
	for _, t := range terms {
		product := t.Coef
		for range t.Atoms {
			product *= nominal
		}
		n += product
	}
	return n
}

// largest drops sizes that never exceed another one.
func largest(sizes []ir.Int) []ir.Int {
	var out []ir.Int
	for i, a := range sizes {
		if !slices.ContainsFunc(sizes[i+1:], func(b ir.Int) bool { return b.Sub(a).NonNegative() }) &&
			!slices.ContainsFunc(out, func(b ir.Int) bool { return b.Sub(a).NonNegative() }) {
			out = append(out, a)
		}
	}
	return out
}

// positions numbers blocks in the order of the text.
type positions struct {
	next    int
	blocks  map[int]*Block // by position
	aliases map[*Buffer][]*Buffer
	scans   []lifeOfScan
}

// lifeOfScan is the span of a scan, and what is used in it.
type lifeOfScan struct {
	first, last int
	inside      map[*Buffer]bool
}

// widen lets what a scan makes for use after it live from its first step on:
// later steps write what earlier ones must not have lost.
func (p *positions) widen() {
	for _, s := range p.scans {
		for b := range s.inside {
			if b.Last > s.last {
				b.First = min(b.First, s.first)
			}
		}
	}
}

func (p *positions) list(list []Stmt) {
	for _, s := range list {
		switch s := s.(type) {
		case *Block:
			s.First = p.next
			p.blocks[p.next] = s
			p.uses([]Stmt{s}, p.next)
			p.next++
			s.Last = s.First
			continue
		case *Loop:
			// A scan: what it uses and did not make lives through all of it.
			start := p.next
			p.next++
			inside := map[*Buffer]bool{}
			eachStmt(s.Body, func(s Stmt) {
				eachBuffer(s, func(b *Buffer, _ bool) { inside[b] = b.First >= 0 || b.Class == Alias })
			})
			p.list(s.Body)
			for b, outside := range inside {
				// Where workers take rows through all steps, each is at another one.
				if outside || p.carried(b) || s.Rows != nil {
					p.use(b, start)
					p.use(b, p.next)
				}
			}
			p.scans = append(p.scans, lifeOfScan{start, p.next, inside})
			p.next++
			continue
		}
		p.uses([]Stmt{s}, p.next)
		if r, ok := s.(*Rebind); ok {
			p.aliases[r.Alias] = append(p.aliases[r.Alias], r.To)
		}
		if s, ok := s.(*Swap); ok {
			both := slices.Concat(p.aliases[s.A], p.aliases[s.B])
			p.aliases[s.A], p.aliases[s.B] = both, both
		}
		p.next++
	}
}

// carried reports whether an alias stands for b, so that it outlives a step.
func (p *positions) carried(b *Buffer) bool {
	for _, to := range p.aliases {
		if slices.Contains(to, b) {
			return true
		}
	}
	return false
}

func (p *positions) uses(list []Stmt, at int) {
	eachStmt(list, func(s Stmt) { eachBuffer(s, func(b *Buffer, _ bool) { p.use(b, at) }) })
}

// use extends the life of b, and of what it stands for, to a position.
func (p *positions) use(b *Buffer, at int) {
	if b.First < 0 || at < b.First {
		b.First = at
	}
	b.Last = max(b.Last, at)
	if b.Class == Alias {
		for _, to := range p.aliases[b] {
			if to != b {
				p.use(to, at)
			}
		}
	}
}
