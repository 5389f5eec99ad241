package plan

import (
	"slices"

	"github.com/gradgen/gradgen/ir"
)

// A nest is a tree of loops that computes one or several Maps.
type nest struct {
	root    *node
	members []*member
	index   int // among the steps of its region
	// closed nests take nothing but elementwise work on their own values:
	// contractions, so that an engine may replace their loops.
	closed bool
}

// A node is one loop, or the root.
type node struct {
	axis   *ir.Axis // nil at the root and for a bare condition
	lo, hi []Bound  // limits beyond 0 and the extent
	guard  []ir.Pred
	kids   []item
	parent *node
	depth  int  // loops around it, itself included
	sum    bool // over a reduced axis
}

// An item of a node is a loop inside it, or a point.
type item struct {
	node  *node
	point *point
}

// A point is a step of computing a member.
type point struct {
	kind pointKind
	m    *member
	p    *piece
}

type pointKind uint8

const (
	pointValue  pointKind = iota // compute an element
	pointInit                    // start a register
	pointAcc                     // add to the register
	pointFinish                  // the register holds the value
	pointFill                    // start a row
	pointAdd                     // add to an element in memory
	pointDone                    // the row is complete
	pointCall                    // call the engine
)

func newNest() *nest { return &nest{root: &node{}} }

func (n *node) loop(x *ir.Axis) *node {
	c := &node{axis: x, parent: n, depth: n.depth + 1}
	n.kids = append(n.kids, item{node: c})
	return c
}

func (n *node) add(k pointKind, m *member, p *piece) {
	n.kids = append(n.kids, item{point: &point{k, m, p}})
}

// within reports whether n is a or inside a.
func (n *node) within(a *node) bool {
	for ; n != nil; n = n.parent {
		if n == a {
			return true
		}
	}
	return false
}

// outerLoops is how many loops, from the outside, m may share with others:
// the free axes, but not the row of formRow.
func (m *member) outerLoops() []*ir.Axis {
	switch m.form {
	case formRow:
		return m.free[:len(m.free)-1]
	case formScatter, formProduct:
		return nil
	}
	return m.free
}

// start makes m the first member of a nest of its own.
func (n *nest) start(m *member) {
	at := n.root
	for _, x := range m.outerLoops() {
		at = at.loop(x)
	}
	n.fill(m, at)
	n.closed = m.closed()
}

// fill puts the points of m under at, where its outer loops are bound.
func (n *nest) fill(m *member, at *node) {
	n.members = append(n.members, m)
	m.nest, m.node = n, at
	switch m.form {
	case formValue:
		m.pieces[0].at = at
		at.add(pointValue, m, &m.pieces[0])
	case formDot:
		at.add(pointInit, m, nil)
		for i := range m.pieces {
			p := &m.pieces[i]
			in := at.reduce(p.axes, p.domain)
			p.at = in
			in.add(pointAcc, m, p)
		}
		at.add(pointFinish, m, nil)
	case formRow:
		at.add(pointFill, m, nil)
		for i := range m.pieces {
			p := &m.pieces[i]
			axes := append(slices.Clone(p.axes), m.free[len(m.free)-1])
			in := at.reduce(axes, p.domain)
			in.sum = false
			p.at = in
			in.add(pointAdd, m, p)
		}
		at.add(pointDone, m, nil)
	case formProduct:
		for i := range m.pieces {
			m.pieces[i].at = at
		}
		at.add(pointCall, m, &m.pieces[0])
	case formScatter:
		if len(m.pieces) == 0 || !m.pieces[0].set {
			at.add(pointFill, m, nil)
		}
		for i := range m.pieces {
			p := &m.pieces[i]
			in := at.reduce(p.axes, p.domain)
			p.at = in
			in.add(pointAdd, m, p)
		}
		at.add(pointDone, m, nil)
	}
}

// reduce makes loops over axes, limited by the domain; what does not limit a
// loop becomes a condition as far out as it can stand.
func (n *node) reduce(axes []*ir.Axis, domain []ir.Pred) *node {
	levels := make([][]ir.Pred, len(axes)+1)
	for _, p := range domain {
		level := 0
		for k, x := range axes {
			if p.E.Uses(x) {
				level = k + 1
			}
		}
		levels[level] = append(levels[level], p)
	}
	at := n.when(levels[0])
	for k, x := range axes {
		at = at.loop(x)
		at.sum = true
		var rest []ir.Pred
		at.lo, at.hi, rest = limits(x, levels[k+1])
		at = at.when(rest)
	}
	return at
}

// when makes a condition; none is needed for the empty conjunction.
func (n *node) when(preds []ir.Pred) *node {
	if len(preds) == 0 {
		return n
	}
	c := &node{guard: preds, parent: n, depth: n.depth}
	n.kids = append(n.kids, item{node: c})
	return c
}

// fuse adds m to the nest if it can share loops with it, and reports whether
// it did. related tells that m reads a value made here.
func (n *nest) fuse(m *member, related bool) bool {
	if m.form == formScatter || m.closed() || n.members[0].form == formProduct {
		return false
	}
	outer := m.outerLoops()
	loops := outer
	if m.form == formDot && len(m.pieces) == 1 && len(m.pieces[0].domain) == 0 {
		loops = slices.Concat(outer, m.pieces[0].axes)
	}
	if len(loops) == 0 && !(related && m.form == formValue) {
		return false
	}
	at := n.root
	to := map[*ir.Axis]ir.Int{}
	var path []*node
	for len(path) < len(loops) {
		c := n.descend(m, at, path, loops[len(path)], to)
		if c == nil {
			break
		}
		to[loops[len(path)]] = ir.Of(c.axis)
		path = append(path, c)
		at = c
	}
	shared := len(path)
	if shared == 0 && len(loops) > 0 || !related && (shared < len(loops) || m.form != formValue) {
		return false
	}
	if n.closed {
		// Only elementwise work on the element or the row just computed.
		if m.form != formValue || !related {
			return false
		}
		first := n.members[0]
		if at != first.node {
			return false
		}
	}
	m.rename(to)
	if shared <= len(outer) {
		for _, x := range m.outerLoops()[shared:] {
			at = at.loop(x)
		}
		n.fill(m, at)
		return true
	}
	// The reduction runs along with loops that are there.
	home := n.root
	if len(outer) > 0 {
		home = path[len(outer)-1]
	}
	first := path[len(outer)]
	for _, x := range m.pieces[0].axes[shared-len(outer):] {
		at = at.loop(x)
		at.sum = true
	}
	n.sumAlong(m, home, first, at)
	return true
}

// sumAlong makes a sum run along with a loop of home: terms are added at a node
// inside it.
func (n *nest) sumAlong(m *member, home, loop, at *node) {
	k := slices.IndexFunc(home.kids, func(i item) bool { return i.node == loop })
	home.kids = slices.Insert(home.kids, k, item{point: &point{pointInit, m, nil}})
	home.kids = slices.Insert(home.kids, k+2, item{point: &point{pointFinish, m, nil}})
	m.pieces[0].at = at
	at.add(pointAcc, m, &m.pieces[0])
	n.members = append(n.members, m)
	m.nest, m.node = n, home
}

// descend finds the loop inside at that the next loop of m, over x, can share:
// the last one, if nothing after it is needed, and if every value made inside
// is read at the same index.
func (n *nest) descend(m *member, at *node, path []*node, x *ir.Axis, to map[*ir.Axis]ir.Int) *node {
	k := len(at.kids) - 1
	for k >= 0 && at.kids[k].node == nil {
		k--
	}
	if k < 0 {
		return nil
	}
	c := at.kids[k].node
	if c.axis == nil || len(c.lo)+len(c.hi) > 0 || !c.axis.Extent.Equal(x.Extent) {
		return nil
	}
	for _, after := range at.kids[k+1:] {
		v := after.point.m.v
		found := false
		m.reads(func(a *ir.Value, _ []ir.Int, _ *node) { found = found || base(a) == v })
		if found {
			return nil
		}
	}
	ok := true
	m.reads(func(a *ir.Value, index []ir.Int, _ *node) {
		def := n.member(base(a))
		if def == nil || !def.node.within(c) {
			return
		}
		d := slices.Index(def.free, c.axis)
		if _, reshaped := a.Def.(*ir.Reshape); reshaped || d < 0 {
			ok = false
			return
		}
		y, isAxis := index[d].IsAxis()
		ok = ok && isAxis && y == x
	})
	if !ok {
		return nil
	}
	return c
}

func (n *nest) member(v *ir.Value) *member {
	for _, m := range n.members {
		if m.v == v || slices.Contains(m.also, v) {
			return m
		}
	}
	return nil
}
