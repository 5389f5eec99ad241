package plan

import (
	"maps"

	"github.com/gradgen/gradgen/ir"
)

// Results are made promptly: as soon as all is there that they are made of and
// that others need, too. A result has storage of its own, so that nothing is
// gained by waiting, while its operands are still in the cache and may be the
// last that keep their memory. Without this, the gradients of all weights would
// follow the whole way back through a network, and keep what they read until
// then.

// prompter counts what results wait for.
type prompter struct {
	missing map[*unit]int
	waiting map[*unit][]*unit // results that wait for a unit
}

// newPrompter looks at the units of a region. The part of the work on a result
// that no one else needs is made with it; it waits for the others.
func newPrompter(r *region, results []*unit) *prompter {
	p := &prompter{missing: map[*unit]int{}, waiting: map[*unit][]*unit{}}
	readers := map[*unit]int{}
	for _, u := range r.units {
		seen := map[*unit]bool{}
		for _, d := range u.deps {
			if !seen[d] {
				seen[d] = true
				readers[d]++
			}
		}
	}
	for _, u := range results {
		readers[u]++
	}
	finishes := finishers(r)
	for _, u := range results {
		p.wait(u, readers, finishes)
	}
	return p
}

// finishers finds, for each sum, the unit that works on its elements one by one, if no
// other reads it: the two can be made at once (steps.go) if nothing comes between.
func finishers(r *region) map[*unit]*unit {
	by, several := map[*unit]*unit{}, map[*unit]bool{}
	for _, f := range r.units {
		for _, d := range f.deps {
			if f.reads(d) {
				several[d] = several[d] || by[d] != nil && by[d] != f
				by[d] = f
			}
		}
	}
	maps.DeleteFunc(by, func(d, f *unit) bool {
		return several[d] || !d.sums() || f.scan != nil || f.sums() || !f.value.Type.Equal(d.value.Type)
	})
	return by
}

// sums reports whether u is a Map that sums up.
func (u *unit) sums() bool { return u.scan == nil && u.value.Def.(*ir.Map).Reduce != nil }

// reads reports whether u reads what the other makes, on which it depends; else it
// overwrites what the other reads.
func (u *unit) reads(other *unit) (found bool) {
	if u.scan != nil || other.scan != nil {
		return true
	}
	u.value.Operands(func(x *ir.Value) { found = found || base(x) == other.value })
	return found
}

// wait notes what the result u waits for. If it is to take the place of what a sum
// reads, it waits until the sum is finished, too.
func (p *prompter) wait(u *unit, readers map[*unit]int, finishes map[*unit]*unit) {
	if _, ok := p.missing[u]; ok {
		return
	}
	seen := map[*unit]bool{u: true}
	p.missing[u] = 0
	for own := []*unit{u}; len(own) > 0; {
		last := len(own) - 1
		x := own[last]
		own = own[:last]
		for _, d := range x.deps {
			alone := readers[d] == 1
			if f := finishes[d]; f != nil && !x.reads(d) && !f.needs(u) {
				d, alone = f, false
			}
			switch {
			case seen[d]:
			case alone:
				own = append(own, d)
			default:
				p.missing[u]++
				p.waiting[d] = append(p.waiting[d], u)
			}
			seen[d] = true
		}
	}
}

// done notes that a unit is made, and lists the results that now wait for
// nothing.
func (p *prompter) done(u *unit) (ready []*unit) {
	for _, r := range p.waiting[u] {
		if p.missing[r]--; p.missing[r] == 0 {
			ready = append(ready, r)
		}
	}
	return ready
}
