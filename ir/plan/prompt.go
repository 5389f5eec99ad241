package plan

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
	for _, u := range results {
		p.wait(u, readers)
	}
	return p
}

// wait notes what the result u waits for.
func (p *prompter) wait(u *unit, readers map[*unit]int) {
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
			switch {
			case seen[d]:
			case readers[d] == 1:
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
