package plan

import (
	"slices"

	"github.com/gradgen/gradgen/ir"
)

// Loops of almost the same length are one, too: a sum over neighbours runs one
// step less than its gradient. The longer loop then has the shorter one's work
// under a condition, which is true but at its end, where the pass split cuts it.

// mostLonger is by how many steps loops may differ: that many are cut off and
// written out.
const mostLonger = 2

// joinLonger adds m, which has one loop, to a nest with one that is a little
// longer and reads the same arrays, and reports whether it did.
func (n *nest) joinLonger(m *member) bool {
	x := m.onlyLoop()
	if x == nil || n.closed {
		return false
	}
	k := slices.IndexFunc(n.root.kids, func(i item) bool { return i.node != nil })
	if k < 0 || slices.ContainsFunc(n.root.kids[k+1:], func(i item) bool { return i.node != nil }) {
		return false
	}
	c := n.root.kids[k].node
	if c.axis == nil || len(c.lo)+len(c.hi) > 0 || !isLonger(c.axis, x) || !n.sharesReads(m) {
		return false
	}
	m.rename(map[*ir.Axis]ir.Int{x: ir.Of(c.axis)})
	at := c.when([]ir.Pred{ir.Ge(x.Extent, ir.Of(c.axis).AddConst(1))})
	if m.form == formValue {
		n.fill(m, at)
		return true
	}
	n.sumAlong(m, n.root, c, at)
	return true
}

// embrace is the nest that m begins and the one member of n joins; nil if it
// cannot.
func (n *nest) embrace(m *member) *nest {
	if len(n.members) != 1 || m.onlyLoop() == nil || m.form != formValue {
		return nil
	}
	first := n.members[0]
	if x := first.onlyLoop(); x == nil || n.closed || !isLonger(m.free[0], x) || !n.sharesReads(m) {
		return nil
	}
	whole := newNest()
	whole.start(m)
	whole.index = n.index
	if !whole.joinLonger(first) {
		return nil
	}
	return whole
}

// onlyLoop is the one loop of a member: of its elements, or of the sum that it
// is.
func (m *member) onlyLoop() *ir.Axis {
	switch {
	case m.form == formValue && len(m.free) == 1:
		return m.free[0]
	case m.form == formDot && len(m.free) == 0 && len(m.pieces) == 1 && len(m.pieces[0].axes) == 1 && len(m.pieces[0].domain) == 0:
		return m.pieces[0].axes[0]
	}
	return nil
}

// isLonger tells loops with a few steps more.
func isLonger(a, b *ir.Axis) bool {
	k, ok := a.Extent.Sub(b.Extent).IsConst()
	return ok && k > 0 && k <= mostLonger
}

// sharesReads reports whether m reads an array that members of n read, and none
// that they make.
func (n *nest) sharesReads(m *member) bool {
	read, shares, uses := map[*ir.Value]bool{}, false, false
	for _, o := range n.members {
		o.reads(func(a *ir.Value, _ []ir.Int, _ *node) { read[base(a)] = true })
	}
	m.reads(func(a *ir.Value, _ []ir.Int, _ *node) {
		shares = shares || read[base(a)]
		uses = uses || n.member(base(a)) != nil
	})
	return shares && !uses
}
