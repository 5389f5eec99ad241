package plan

import "github.com/gradgen/gradgen/ir"

// A nest that makes an array of another one, element by element, may write each
// element where it has just read one for the last time. The new array then takes
// the place of the old one: the arena is smaller, and what is written is in the
// cache already.
//
// An order of reads before writes that nothing demands might be lost on the way to
// a processor. So only what a written element is computed from counts, and that
// is read at the place where it is written.

// inPlace reports whether b may write to where it reads old, in both of its forms.
//
// The one for lanes is asked only if what it is arranged from leaves a doubt, since
// it is made for that then. Where statements assign every element once, from the one
// in its place, it is so however the work is arranged; a sum in memory, which lanes
// have in a register, has to be looked for in their form.
func (b *Block) inPlace(old, to *Buffer) bool {
	c := &overwrite{old: old, to: to}
	if !c.list(b.Body) {
		return false
	}
	before := &overwrite{old: old, to: to, rereads: true}
	return b.Lanes == nil || before.list(b.Lanes.from) || c.list(b.Lanes.Body())
}

// overwrite is an array that may take the place of an old one.
type overwrite struct {
	old, to *Buffer
	// A register that holds an element of the old array as it was may yet be read
	// again from there where it is used (distribute.go).
	rereads bool
	loops   []*Loop // around the statements in question
}

// list reports whether statements, in all iterations of the loops around them,
// write only elements that have been read where they are written, and will not
// be read again.
func (c *overwrite) list(list []Stmt) bool {
	for i, s := range list {
		switch s := s.(type) {
		case *Loop:
			c.loops = append(c.loops, s)
			ok := c.list(s.Body)
			c.loops = c.loops[:len(c.loops)-1]
			if !ok {
				return false
			}
		case *If:
			if c.reads(s) || !c.list(s.Then) || !c.list(s.Else) {
				return false
			}
		case *Let:
			if c.reads(s) && !c.goesInto(s.Reg, s.Value, list[i+1:]) {
				return false
			}
		case *Store:
			switch {
			case s.Buffer == c.to:
				if s.Op != Assign || !c.once(s) || !c.readsOnly(s.Value, s) {
					return false
				}
			case s.Buffer == c.old || c.reads(s):
				return false
			}
		case *Set:
			if c.reads(s) {
				return false
			}
		default:
			if c.touches(s) {
				return false
			}
		}
	}
	return true
}

// once reports whether every iteration of the loops around it stores to a place of
// its own: an element of an array is made once, unless a loop repeats that.
func (c *overwrite) once(s *Store) bool {
	for _, l := range c.loops {
		if !s.place().Uses(l.Axis) {
			return false
		}
	}
	return true
}

// goesInto reports whether a register that holds value is part of an element that
// one of the statements writes, and whether the old array is read at its place.
func (c *overwrite) goesInto(r *Reg, value *Expr, list []Stmt) bool {
	parts := map[*Reg]bool{r: true}
	into, ok := false, true
	eachStmt(list, func(s Stmt) {
		uses := false
		eachExpr(s, func(e **Expr) {
			(*e).walk(func(e *Expr) { uses = uses || e.Op == ir.OpVar && parts[e.Reg] })
		})
		if !uses {
			return
		}
		switch s := s.(type) {
		case *Let:
			parts[s.Reg] = true
			return
		case *Store:
			if s.Buffer == c.to {
				into, ok = true, ok && c.readsOnly(value, s)
				return
			}
		}
		ok = ok && !(c.rereads && value.Op == ir.OpRead)
	})
	return into && ok
}

// readsOnly reports whether e reads the old array at the place of s alone.
func (c *overwrite) readsOnly(e *Expr, s *Store) bool {
	ok := true
	e.walk(func(e *Expr) { ok = ok && (e.Buffer != c.old || e.place().Equal(s.place())) })
	return ok
}

// reads reports whether expressions that s itself holds read the old array.
func (c *overwrite) reads(s Stmt) (found bool) {
	eachExpr(s, func(e **Expr) {
		(*e).walk(func(e *Expr) { found = found || e.Buffer == c.old })
	})
	return found
}

// touches reports whether s itself refers to one of the arrays.
func (c *overwrite) touches(s Stmt) (found bool) {
	eachBuffer(s, func(b *Buffer, _ bool) { found = found || b == c.old || b == c.to })
	return found
}

// place is where s stores, counted from the beginning of its buffer.
func (s *Store) place() ir.Int { return placeIn(s.View, s.At) }

// place is what e reads, counted from the beginning of its buffer.
func (e *Expr) place() ir.Int { return placeIn(e.View, e.Int) }

func placeIn(v *View, at ir.Int) ir.Int {
	if v == nil {
		return at
	}
	return v.Off.Add(at)
}
