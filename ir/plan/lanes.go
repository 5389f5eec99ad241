package plan

import (
	"maps"
	"slices"
	"sync"

	"github.com/gradgen/gradgen/ir"
)

// Lanes is a block for a processor with vectors: the same work before it is
// arranged for one that takes a number at a time. Loops are whole, sums run in
// registers wherever they can, and conditions are selections, for lanes that
// take different sides.
//
// It is made when it is first asked for, since of blocks that are equal, such as
// the layers of a stack, only one becomes a kernel. Several goroutines may ask.
type Lanes struct {
	from []Stmt // what both forms of the block are arranged from
	work func() ([]Stmt, map[*Reg]*Reg)
}

// Body is the statements.
func (l *Lanes) Body() []Stmt {
	body, _ := l.work()
	return body
}

// Regs has the registers that stand for those of the block's own body.
func (l *Lanes) Regs() map[*Reg]*Reg {
	_, regs := l.work()
	return regs
}

// lanes keeps a copy of every block for a back end that has vectors.
func (l *lowerer) lanes(list []Stmt) []Stmt {
	if !l.opts.Lanes {
		return list
	}
	// What is made later begins where the lowerer stands now, and must not be seen
	// by the passes that follow: the text of a program numbers the registers of
	// what is printed as Go. Expressions alone are shared, one block at a time.
	at := *l
	at.dyn, at.vars, at.dynOrder = maps.Clone(l.dyn), maps.Clone(l.vars), slices.Clone(l.dynOrder)
	regs, used, lock := l.x.regs, usesOf(list), new(sync.Mutex)
	eachStmt(list, func(s Stmt) {
		b, ok := s.(*Block)
		if !ok || !l.plain(b.Body) {
			return
		}
		body := snapshot(b.Body)
		b.Lanes = &Lanes{body, sync.OnceValues(func() ([]Stmt, map[*Reg]*Reg) {
			lock.Lock()
			defer lock.Unlock()
			own := at
			own.dyn, own.vars, own.dynOrder = maps.Clone(at.dyn), maps.Clone(at.vars), slices.Clip(at.dynOrder)
			defer func(regs int) { own.x.regs = regs }(own.x.regs)
			own.x.regs = regs
			return own.lanesOf(body, func(r *Reg) bool { return elsewhere(used.read, r, b) })
		})}
	})
	return list
}

// lanesOf copies statements for lanes; others may read the registers of which
// outside says so.
func (l *lowerer) lanesOf(list []Stmt, outside func(*Reg) bool) ([]Stmt, map[*Reg]*Reg) {
	c := newCopier(l, map[*ir.Axis]ir.Int{})
	body := c.list(list)
	l.kept = map[*Reg]bool{}
	for r, own := range c.regs {
		l.kept[own] = outside(r)
	}
	for _, p := range lanePasses {
		body = p.run(l, body)
	}
	return body, c.regs
}

// snapshot copies plain statements as they are now: passes change statements in
// place, but never what these refer to.
func snapshot(list []Stmt) []Stmt {
	out := make([]Stmt, len(list))
	for i, s := range list {
		switch s := s.(type) {
		case *Loop:
			n := *s
			n.Lo, n.Hi, n.Body = slices.Clone(s.Lo), slices.Clone(s.Hi), snapshot(s.Body)
			out[i] = &n
		case *If:
			out[i] = &If{Cond: s.Cond, Then: snapshot(s.Then), Else: snapshot(s.Else)}
		case *LetInt:
			n := *s
			n.Lo, n.Hi = slices.Clone(s.Lo), slices.Clone(s.Hi)
			out[i] = &n
		case *Let:
			n := *s
			out[i] = &n
		case *Set:
			n := *s
			out[i] = &n
		case *Store:
			n := *s
			out[i] = &n
		case *Fill:
			n := *s
			out[i] = &n
		case *Copy:
			n := *s
			out[i] = &n
		}
	}
	return out
}

// plain tells blocks of statements that can be copied.
func (l *lowerer) plain(list []Stmt) bool {
	ok := true
	eachStmt(list, func(s Stmt) {
		switch s.(type) {
		case *Loop, *Let, *Set, *Store, *If, *LetInt, *Fill, *Copy:
		default:
			ok = false
		}
	})
	return ok
}

// lanePasses is the list of passes over the copies.
var lanePasses = []stage{
	{"split", "first: the inner parts need no masks", (*lowerer).split},
	{"columns", "after split, which would cut the rows at the guards made here", (*lowerer).columns},
	{"hoist", "before share, so that what leaves a loop is shared outside", (*lowerer).hoist},
	{"share", "while expressions are still whole", (*lowerer).share},
	{"distribute", "after share, which names what rows have in common", (*lowerer).distribute},
	{"dead", "what split left unused", (*lowerer).dead},
	{"indices", "last: elements of index arrays become variables where they are used", (*lowerer).indices},
}

// columns turns rows that are added up in memory into sums in registers, one
// for each element of the row: lanes take the elements side by side, and the
// row is written once.
//
//	fill y[r ..]; for k { for i { y[r+i] += e } }    becomes
//	for i { s = 0; for k { s += e }; y[r+i] = s }
//
// Where the part of the row that is added to depends on the step, as at the
// edges of a padded convolution, its limits become a condition.
func (l *lowerer) columns(list []Stmt) []Stmt {
	var out []Stmt
	for _, s := range list {
		for _, body := range bodies(s) {
			*body = l.columns(*body)
		}
		if loop, ok := s.(*Loop); ok && len(out) > 0 {
			if c := l.column(out[len(out)-1], loop); c != nil {
				out[len(out)-1] = c
				continue
			}
		}
		out = append(out, s)
	}
	return out
}

// column is the loop over the elements of a row instead of the statement that
// starts the row and the loop that adds to it; nil if they are something else.
func (l *lowerer) column(start Stmt, sum *Loop) Stmt {
	inner, store := rowOf(sum)
	if inner == nil || store.Op == Assign {
		return nil
	}
	x := inner.Axis
	coef, row, ok := store.At.Coef(x)
	if !ok || !coef.Is(1) || l.data(store.At) {
		return nil
	}
	n, ok := lengthOf(start)
	if !ok || l.readsBuffer(sum.Body, store.Buffer) {
		return nil
	}
	value, at := store.Value, store.At
	if trips, whole := inner.trips(); !whole || !trips.Equal(n) || !inner.Lo[0].E.Is(0) {
		// An axis of its own, which goes further than what is known of the inner one.
		x = ir.NewAxis(x.Name, n)
		further := &subst{x: l.x, axes: ir.Subst{Axis: map[*ir.Axis]ir.Int{inner.Axis: ir.Of(x)}}}
		id := l.x.lit(value.Type, reducers[store.Op].Of(value.Type))
		value = l.x.apply(ir.OpSelect, l.x.test(inner.within(ir.Of(x))), further.expr(value), id)
		at = further.axes.Int(at)
	}
	base, ok := l.startOf(start, store.Buffer, row, x)
	if !ok {
		return nil
	}
	reg := l.x.reg(store.Buffer.Name, store.Buffer.DType)
	// The loop over the row comes outermost; around the sum remain the others.
	replaceInner(sum, inner, &Set{Reg: reg, Op: store.Op, Value: value})
	return &Loop{Axis: x, Lo: []Bound{{ir.Const(0), 1}}, Hi: []Bound{{n, 1}}, Step: 1, Body: []Stmt{
		&Let{Reg: reg, Value: base, Mutable: true}, sum,
		&Store{Buffer: store.Buffer, At: at, Value: l.x.use(reg)}}}
}

// rowOf finds the loop along the row in a loop, or nest of loops, that adds
// to one; nothing else may depend on its place in the nest.
func rowOf(s *Loop) (inner *Loop, store *Store) {
	if s.Down {
		return nil, nil
	}
	var over []*ir.Axis
	for {
		if len(s.Body) == 0 {
			return nil, nil // conditions in it never hold
		}
		last := s.Body[len(s.Body)-1]
		for _, t := range s.Body[:len(s.Body)-1] {
			if let, ok := t.(*Let); !ok || let.Mutable {
				return nil, nil
			}
		}
		next, ok := last.(*Loop)
		if !ok || next.Down || s.Down {
			return nil, nil
		}
		over = append(over, s.Axis)
		if len(next.Body) == 1 {
			if st, ok := next.Body[0].(*Store); ok {
				if slices.ContainsFunc(over, st.At.Uses) {
					return nil, nil
				}
				return next, st
			}
		}
		s = next
	}
}

// within is the condition that i is between the bounds.
func (s *Loop) within(i ir.Int) []ir.Pred {
	next := i.AddConst(1)
	var out []ir.Pred
	for _, b := range s.Lo {
		out = append(out, ir.Lt(b.E, next.MulConst(b.Den)))
	}
	for _, b := range s.Hi {
		out = append(out, ir.Ge(b.E, next.MulConst(b.Den)))
	}
	return out
}

// lengthOf is how many elements a statement starts.
func lengthOf(start Stmt) (n ir.Int, ok bool) {
	switch s := start.(type) {
	case *Fill:
		return s.Len, true
	case *Loop:
		n, ok = s.trips()
		return n, ok && s.Lo[0].E.Is(0) && len(s.Body) == 1
	}
	return n, false
}

// startOf is what the elements of a row start from, for the axis x along it.
func (l *lowerer) startOf(start Stmt, b *Buffer, row ir.Int, x *ir.Axis) (base *Expr, ok bool) {
	switch s := start.(type) {
	case *Fill:
		return l.x.lit(b.DType, s.Value), s.Buffer == b && s.Off.Equal(row)
	case *Loop:
		st, isStore := s.Body[0].(*Store)
		if !isStore || st.Op != Assign || st.Buffer != b {
			return nil, false
		}
		sub := &subst{x: l.x, axes: ir.Subst{Axis: map[*ir.Axis]ir.Int{s.Axis: ir.Of(x)}}}
		return sub.expr(st.Value), sub.axes.Int(st.At).Equal(row.Add(ir.Of(x)))
	}
	return nil, false
}

func (l *lowerer) readsBuffer(list []Stmt, b *Buffer) bool {
	found := false
	eachStmt(list, func(s Stmt) {
		eachExpr(s, func(e **Expr) {
			(*e).walk(func(e *Expr) { found = found || e.Op == ir.OpRead && e.Buffer == b })
		})
	})
	return found
}

// replaceInner puts one statement in the place of a loop inside another.
func replaceInner(s, inner *Loop, by Stmt) {
	for {
		s.Reduce = true
		last := &s.Body[len(s.Body)-1]
		if *last == Stmt(inner) {
			*last = by
			return
		}
		s = (*last).(*Loop)
	}
}
