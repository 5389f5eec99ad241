package amd64

import (
	"github.com/gradgen/gradgen/codegen/amd64/vec"
	"github.com/gradgen/gradgen/ir/plan"
)

// splitSum is a sum of a loop that is written out. An addition waits four cycles
// for the one before it, so that a sum of sixteen products takes as long as a
// hundred of them side by side: the terms are dealt out to several registers,
// which are added in pairs at the end.
type splitSum struct {
	*lowerer
	reg   *plan.Reg
	parts []*slot // the first is the sum's own
}

// sideBySide is how many sums hide what an addition waits for, as far as their
// loads allow.
const sideBySide = 4

// split begins the sum that s makes of so many terms, if it makes one; nil is a
// loop that does something else.
func (l *lowerer) split(s *plan.Loop, terms int64) *splitSum {
	set := sumOf(s)
	if set == nil {
		return nil
	}
	sum := l.register(set.Reg)
	if sum == nil || !sum.mutable {
		return nil
	}
	t := &splitSum{l, set.Reg, []*slot{sum}}
	for range min(sideBySide/int64(max(len(sum.vals), 1)), terms/2) - 1 {
		part := &slot{dep: sum.dep, mutable: true, part: true, vals: map[lane]value{}}
		l.each(sum.dep, func(c lane) { part.vals[c] = value{v: l.begin(0)} })
		t.parts = append(t.parts, part)
	}
	return t
}

// next makes term i go to its part.
func (t *splitSum) next(i int64) {
	if t != nil {
		t.setRegister(t.reg, t.parts[i%int64(len(t.parts))])
	}
}

// end adds the parts to the sum.
func (t *splitSum) end() {
	if t == nil {
		return
	}
	t.setRegister(t.reg, t.parts[0])
	for n := len(t.parts); n > 1; n = (n + 1) / 2 {
		half := (n + 1) / 2
		for k := half; k < n; k++ {
			to, from := t.parts[k-half], t.parts[k]
			t.each(to.dep, func(c lane) { t.f.Into(to.vals[c].v, vec.OpAdd, t.ready(to.vals[c].v), t.ready(from.vals[c].v)) })
		}
	}
}
