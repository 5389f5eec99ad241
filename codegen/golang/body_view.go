package golang

import (
	"github.com/gradgen/gradgen/ir"
	"github.com/gradgen/gradgen/ir/plan"
)

// view declares a name for part of a buffer, unless one in scope says the same.
// The whole of a buffer in the arena has a name already, of the right length; a
// parameter of a shared block has a length that the compiler of Go cannot see.
// Integer variables belong to their block, and with them the views they place.
func (b *bodyPrinter) view(v *plan.View) []code {
	if !b.shared && v.Buffer.Class == plan.Arena && v.Off.Is(0) && v.Len.Equal(v.Buffer.Len) {
		b.views[v] = b.buffers[v.Buffer]
		return nil
	}
	for s := b.scope; s != nil && v.Buffer.Class != plan.Alias; s = s.outer {
		for _, w := range s.views {
			if w.Buffer == v.Buffer && (b.home[w] == b.block || !w.Off.HasAxes() && !w.Len.HasAxes()) && w.Off.Equal(v.Off) && w.Len.Equal(v.Len) {
				b.views[v] = b.views[w]
				return nil
			}
		}
	}
	b.views[v] = b.declare(v.Name)
	b.scope.views = append(b.scope.views, v)
	b.home[v] = b.block
	var at code
	if !v.Off.Is(0) {
		at = b.int(v.Off)
	}
	return []code{define(id(b.views[v]), first(id(b.buffers[v.Buffer]), at, b.int(v.Len)))}
}

// bulk prints a loop that only moves or clears as a call of copy or clear,
// where there is enough to do for a call; nil if it is not such a loop.
func (b *bodyPrinter) bulk(s *plan.Loop) code {
	hi, ok := counted(s)
	if !ok || len(s.Body) != 1 {
		return nil
	}
	if k, ok := hi.IsConst(); ok && k < 8 {
		return nil
	}
	along := func(v *plan.View, at ir.Int) bool {
		return v != nil && v.Buffer.Class != plan.Alias && at.Equal(ir.Of(s.Axis)) && v.Len.Equal(hi)
	}
	st, ok := s.Body[0].(*plan.Store)
	if !ok || st.Op != plan.Assign || !along(st.View, st.At) {
		return nil
	}
	switch e := st.Value; {
	case e.IsZero():
		return call(id("clear"), id(b.views[st.View]))
	case e.Op == ir.OpRead && along(e.View, e.Int) && e.Buffer != st.Buffer:
		return call(id("copy"), id(b.views[st.View]), id(b.views[e.View]))
	}
	return nil
}

// counted is the number of steps of a loop that counts up from 0 by ones.
func counted(s *plan.Loop) (ir.Int, bool) {
	if s.Down || s.Step != 1 || len(s.Lo) != 1 || len(s.Hi) != 1 || s.Lo[0].Den != 1 || s.Hi[0].Den != 1 || !s.Lo[0].E.Is(0) {
		return ir.Int{}, false
	}
	return s.Hi[0].E, true
}

// elements finds a row whose elements a loop takes one by one, first of all in
// every step: it ranges over them.
func (b *bodyPrinter) elements(s *plan.Loop) *plan.Let {
	hi, ok := counted(s)
	if !ok {
		return nil
	}
	l, ok := s.Body[0].(*plan.Let)
	if !ok || l.Mutable || l.Value == nil || l.Value.Op != ir.OpRead || l.Value.View == nil {
		return nil
	}
	if e := l.Value; !e.Int.Equal(ir.Of(s.Axis)) || !e.View.Len.Equal(hi) {
		return nil
	}
	return l
}
