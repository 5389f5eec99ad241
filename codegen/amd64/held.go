package amd64

import (
	"maps"
	"slices"

	"github.com/gradgen/gradgen/codegen/amd64/vec"
	"github.com/gradgen/gradgen/ir"
	"github.com/gradgen/gradgen/ir/plan"
)

// What one statement of a kernel writes the next one reads, and memory is slow
// in between: five cycles and more from a store to a load, and thrice as many
// where a mask left lanes out. Elements at places that are numbers stay in the
// registers that were stored, and reads of them are these registers, or a
// permutation of one. Nobody else writes them meanwhile: the arrays of a plan
// share no memory while they are alive, but for one that is written where another
// is read for the last time, and for those that stand for others, where nothing is
// held.

// held is a run of elements of an array in the lanes of a register, from lane 0
// on.
type held struct {
	first, n int64
	v        vec.Vec
	same     bool // all lanes have the one element
}

// heldAt finds the register that has n elements from first on.
func (l *lowerer) heldAt(b *plan.Buffer, first, n int64) (held, bool) {
	for _, h := range l.held[b] {
		if h.first <= first && first+n <= h.first+h.n {
			return h, true
		}
	}
	return held{}, false
}

// forget drops what is held of n elements from first on.
func (l *lowerer) forget(b *plan.Buffer, first, n int64) {
	l.held[b] = slices.DeleteFunc(slices.Clone(l.held[b]), func(h held) bool { return h.first < first+n && first < h.first+h.n })
}

// forgetWritten drops what is held of arrays that statements write, and by
// registers that they assign.
func (l *lowerer) forgetWritten(list []plan.Stmt) {
	plan.Each(list, func(s plan.Stmt) {
		switch s := s.(type) {
		case *plan.Set:
			l.forgetRegister(l.register(s.Reg))
		case *plan.Store:
			delete(l.held, s.Buffer)
		case *plan.Fill:
			delete(l.held, s.Buffer)
		case *plan.Copy:
			delete(l.held, s.To)
		}
	})
}

// forgetRegister drops what is held by a register that is about to be assigned.
func (l *lowerer) forgetRegister(r *slot) {
	if r == nil {
		return // declared later
	}
	for _, changed := range r.vals {
		is := func(h held) bool { return h.v == changed.v }
		for b, list := range l.held {
			if slices.ContainsFunc(list, is) {
				l.held[b] = slices.DeleteFunc(slices.Clone(list), is)
			}
		}
	}
}

// scoped builds statements after which is held what was before, and still is:
// what they hold themselves may not have been computed.
func (l *lowerer) scoped(build func()) {
	before := maps.Clone(l.held)
	build()
	for b, list := range before {
		now := l.held[b]
		before[b] = slices.DeleteFunc(slices.Clone(list), func(h held) bool { return !slices.Contains(now, h) })
	}
	l.held = before
}

// hold notes that v was stored at a place of one copy.
func (l *lowerer) hold(s *plan.Store, a *alongLanes, v vec.Vec, c lane) {
	b := s.Buffer
	first, known := a.first.IsConst()
	n := l.run(a, c)
	switch {
	case len(l.aliases) > 0 || b.DType != floats[l.f.Elem] || n == 0:
		delete(l.held, b)
		return
	case l.inBranch || !known:
		l.holdOne(b, a, v, c)
		return
	}
	l.forget(b, first, n)
	l.held[b] = append(l.held[b], held{first, n, v, a.fixed()})
}

// run is how many elements lanes take side by side; 0 if only the run knows.
func (l *lowerer) run(a *alongLanes, c lane) int64 {
	if a.fixed() {
		return 1
	}
	if _, masked := l.tails[c]; masked {
		return int64(l.rest)
	}
	return int64(l.f.Lanes)
}

// holdOne notes that v was stored at a place that only the run knows, or if it
// was: the element changes in the register that has all of the array.
func (l *lowerer) holdOne(b *plan.Buffer, a *alongLanes, v vec.Vec, c lane) {
	h, ok := l.whole(b)
	delete(l.held, b)
	if !ok || !a.fixed() {
		return
	}
	here := l.f.CmpInt(vec.EQ, l.f.Steps(1), l.f.Splat(l.int(a.first)))
	if m, some := l.masks[c]; some {
		here = l.f.MaskAnd(m, here)
	}
	h.v = l.f.Select(here, v, h.v)
	l.held[b] = []held{h}
}

// whole finds the register that has all of an array.
func (l *lowerer) whole(b *plan.Buffer) (held, bool) {
	n, known := b.Len.IsConst()
	h, ok := l.heldAt(b, 0, n)
	return h, ok && known && !h.same
}

var floats = [...]ir.DType{vec.F32: ir.F32, vec.F64: ir.F64}

// fromHeld reads what a register has.
func (l *lowerer) fromHeld(b *plan.Buffer, a *alongLanes, c lane) (vec.Vec, bool) {
	if len(l.held[b]) == 0 || !a.contiguous() && !a.fixed() {
		return vec.Vec{}, false
	}
	first, known := a.first.IsConst()
	if !known {
		if h, ok := l.whole(b); ok && a.fixed() {
			return l.f.Pick(h.v, l.f.Splat(l.int(a.first))), true
		}
		return vec.Vec{}, false
	}
	n := l.run(a, c)
	if n == 0 {
		return vec.Vec{}, false
	}
	h, ok := l.heldAt(b, first, n)
	switch {
	case !ok:
		return l.assembled(b, first, n)
	case h.same:
		return h.v, true
	case a.fixed() && h.n == int64(l.f.Lanes):
		return vec.Vec{}, false // instructions repeat an element of memory for nothing
	case a.fixed():
		k := int(first - h.first)
		return l.f.Permute(h.v, func(int) int { return k }), true
	case first == h.first:
		return h.v, true
	}
	by := int(first - h.first)
	return l.f.Permute(h.v, func(k int) int { return min(k+by, l.f.Lanes-1) }), true
}

// fewElements is up to how many elements are put together from registers that
// have one each: a load of what was stored one by one waits for all of it to
// reach the cache.
const fewElements = 8

// assembled is a run of elements that registers have one by one.
func (l *lowerer) assembled(b *plan.Buffer, first, n int64) (vec.Vec, bool) {
	if n > fewElements {
		return vec.Vec{}, false
	}
	var out vec.Vec
	for k := n - 1; k >= 0; k-- {
		h, ok := l.heldAt(b, first+k, 1)
		switch {
		case !ok || !h.same:
			return vec.Vec{}, false
		case k == n-1:
			out = h.v
		default:
			out = l.f.Select(l.first(int(k+1)), h.v, out)
		}
	}
	return out, true
}
