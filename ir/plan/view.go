package plan

import (
	"slices"

	"github.com/gradgen/gradgen/ir"
	"github.com/gradgen/gradgen/ir/few"
)

// views gives the parts of buffers that innermost loops walk along names of
// their own, of a length that the loop's bounds show to suffice: no access in
// the loop needs a check then. A loop that starts elsewhere than at 0 counts
// from 0, its views start where it did.
func (l *lowerer) views(list []Stmt) []Stmt {
	v := &viewer{l, map[*If]bool{}}
	out, rest := v.list(list)
	return append(rest, out...)
}

type viewer struct {
	l      *lowerer
	guards map[*If]bool // made here, for the sake of views
}

// list rewrites statements; views that need nothing declared here are
// returned, to be declared further out.
func (v *viewer) list(list []Stmt) (out, hoisted []Stmt) {
	for _, s := range list {
		switch s := s.(type) {
		case *Block:
			body, up := v.list(s.Body)
			s.Body = append(up, body...)
			out = append(out, s)
		case *If:
			then, up := v.list(s.Then)
			s.Then = append(up, then...)
			other, up := v.list(s.Else)
			s.Else = append(up, other...)
			out = append(out, s)
		case *Loop:
			made, up := v.loop(s)
			for _, u := range up {
				if w, ok := u.(*View); ok && v.free(w, list) {
					hoisted = v.declare(hoisted, w, made)
				} else if ok {
					out = v.declare(out, w, made)
				}
			}
			if len(made) == 1 && v.joins(out, made[0]) {
				continue
			}
			out = append(out, made...)
		default:
			out = append(out, s)
		}
	}
	for i, s := range out {
		if c, ok := s.(*If); ok && v.guards[c] && len(c.Then) == 1 {
			out[i] = c.Then[0] // no view: a loop over nothing runs by itself
		}
	}
	return out, hoisted
}

// joins adds a loop whose views need a condition to the loop before it, if that
// needs the same.
func (v *viewer) joins(list []Stmt, s Stmt) bool {
	c, ok := s.(*If)
	if !ok || len(list) == 0 {
		return false
	}
	last, ok := list[len(list)-1].(*If)
	if !ok || last.Cond != c.Cond || len(last.Else) > 0 {
		return false
	}
	for _, t := range c.Then {
		if w, ok := t.(*View); ok {
			last.Then = v.declare(last.Then, w, c.Then)
		} else {
			last.Then = append(last.Then, t)
		}
	}
	return true
}

// declare adds a view, or uses an equal one that is there.
func (v *viewer) declare(list []Stmt, w *View, users []Stmt) []Stmt {
	for _, s := range list {
		if o, ok := s.(*View); ok && o.Buffer == w.Buffer && o.Off.Equal(w.Off) && o.Len.Equal(w.Len) {
			v.replace(users, w, o)
			return list
		}
	}
	return append(list, w)
}

func (v *viewer) replace(list []Stmt, from, to *View) {
	eachStmt(list, func(s Stmt) {
		if st, ok := s.(*Store); ok && st.View == from {
			st.View = to
		}
		eachExpr(s, func(e **Expr) {
			*e = v.l.mapReads(*e, func(r *Expr) *Expr {
				if r.View != from {
					return nil
				}
				n := *r
				n.View = to
				return v.l.x.intern(n)
			})
		})
	})
}

// free reports whether a view depends on nothing that list declares and no
// alias that it moves, and is in range for certain.
func (v *viewer) free(w *View, list []Stmt) bool {
	for _, s := range list {
		switch s := s.(type) {
		case *LetInt:
			if w.Off.Uses(s.Var) || w.Len.Uses(s.Var) {
				return false
			}
		case *Rebind:
			if s.Alias == w.Buffer {
				return false
			}
		case *Swap:
			if s.A == w.Buffer || s.B == w.Buffer {
				return false
			}
		}
	}
	return w.sure
}

func (v *viewer) loop(s *Loop) (made, up []Stmt) {
	inner := false
	for _, t := range s.Body {
		if _, ok := t.(*Loop); ok {
			inner = true
		}
		if _, ok := t.(*Block); ok {
			inner = true
		}
		if c, ok := t.(*If); ok {
			eachStmt([]Stmt{c}, func(t Stmt) {
				if _, ok := t.(*Loop); ok {
					inner = true
				}
			})
		}
	}
	if !inner {
		return v.innermost(s)
	}
	body, hoisted := v.list(s.Body)
	var here []Stmt
	for _, h := range hoisted {
		w := h.(*View)
		if w.Off.Uses(s.Axis) || w.Len.Uses(s.Axis) {
			here = append(here, h)
		} else {
			up = append(up, h)
		}
	}
	s.Body = append(here, body...)
	return []Stmt{s}, append(up, v.outer(s)...)
}

// innermost makes the views of an innermost loop.
func (v *viewer) innermost(s *Loop) (made, up []Stmt) {
	if s.Down {
		return []Stmt{s}, nil
	}
	lo, okLo := single(s.Lo)
	hi, okHi := single(s.Hi)
	b := v.l.boundIn(s)
	if !okLo || !okHi {
		// Bounds that need computing become variables.
		if !v.worth(s) {
			return []Stmt{s}, nil
		}
		if !okLo {
			x := ir.NewAxis("lo", ir.Const(1<<31))
			made = append(made, &LetInt{Var: x, Lo: s.Lo})
			lo = ir.Of(x)
		}
		if !okHi {
			x := ir.NewAxis("hi", ir.Const(1<<31))
			made = append(made, &LetInt{Var: x, Hi: s.Hi})
			hi = ir.Of(x)
		}
		s.Lo, s.Hi = []Bound{{lo, 1}}, []Bound{{hi, 1}}
	}
	n := hi.Sub(lo)
	if _, ok := hi.IsConst(); !ok {
		// The bound of a run-time number of steps of several elements leaves
		// room for the last of them.
		n = n.AddConst(s.Step - 1)
	}
	window, _ := n.IsConst()
	var views []*View
	proper := n.NonNegative()
	safe := proper
	// access finds the view for a place; one that is not visited for sure must
	// lie in range whatever a condition says.
	access := func(buf *Buffer, at ir.Int, sure bool) (*View, ir.Int) {
		if buf.Rank == 0 {
			return nil, at
		}
		coef, rest, ok := at.Coef(s.Axis)
		if !ok || !coef.Is(1) || v.l.changes(rest, &b) {
			return nil, at
		}
		off := rest.Add(lo)
		_, k := off.Terms()
		for _, w := range views {
			if _, j := w.Off.Terms(); w.Buffer == buf && s.Step > 1 && k >= j && k < j+s.Step && off.AddConst(j-k).Equal(w.Off) {
				return w, ir.Of(s.Axis).AddConst(k - j)
			}
			if w.Buffer == buf && w.Off.Equal(off) {
				return w, ir.Of(s.Axis)
			}
			// Parts that overlap, as those of a convolution do, are one view if
			// the number of steps is constant: then the compiler of Go sees
			// that all its elements are in range.
			if d := k - off0(w); w.Buffer == buf && d > 0 && d < window && off.AddConst(-d).Equal(w.Off) &&
				v.l.inside(w.Off, n.AddConst(d), buf) {
				if !w.Len.Sub(n).AddConst(-d).NonNegative() {
					w.Len = n.AddConst(d)
				}
				return w, ir.Of(s.Axis).AddConst(d)
			}
		}
		w := &View{Name: buf.Name + "Row", Buffer: buf, Off: off, Len: n, sure: proper && v.l.inside(off, n, buf)}
		if !sure && !w.sure {
			return nil, at
		}
		views = append(views, w)
		safe = safe && w.sure
		return w, ir.Of(s.Axis)
	}
	shift := &subst{x: v.l.x, axes: ir.Subst{Axis: map[*ir.Axis]ir.Int{s.Axis: ir.Of(s.Axis).Add(lo)}}}
	rebased := !lo.Is(0)
	for _, t := range s.Body {
		if _, ok := t.(*If); ok && rebased {
			// Its accesses keep the old count.
			return append(made, s), nil
		}
	}
	eachStmt(s.Body, func(t Stmt) {
		sure := slices.Contains(s.Body, t)
		if st, ok := t.(*Store); ok {
			if w, at := access(st.Buffer, st.At, sure); w != nil {
				st.View, st.At = w, at
			} else if rebased {
				st.At = shift.axes.Int(st.At)
			}
		} else if rebased {
			ownInts(t, func(i *ir.Int) { *i = shift.axes.Int(*i) })
		}
		eachExpr(t, func(e **Expr) {
			*e = v.l.mapLeaves(*e, func(r *Expr) *Expr {
				if r.Op == ir.OpRead {
					if w, at := access(r.Buffer, r.Int, sure); w != nil {
						m := *r
						m.View, m.Int = w, at
						return v.l.x.intern(m)
					}
				}
				if rebased {
					return shift.rewrite(r)
				}
				return nil
			})
		})
	})
	if rebased {
		s.Lo, s.Hi = []Bound{{ir.Const(0), 1}}, []Bound{{hi.Sub(lo), 1}}
	}
	if safe || n.AddConst(-1).NonNegative() {
		for _, w := range views {
			if len(made) > 0 {
				made = append(made, w) // after the bounds that it uses
			} else {
				up = append(up, w)
			}
		}
		return append(made, s), up
	}
	then := []Stmt{}
	for _, w := range views {
		then = append(then, w)
	}
	then = append(then, s)
	guard := &If{Cond: v.l.x.test([]ir.Pred{ir.Ge(n, ir.Const(1))}), Then: then}
	v.guards[guard] = true
	return append(made, guard), nil
}

// off0 is the constant part of where a view starts.
func off0(w *View) int64 {
	_, k := w.Off.Terms()
	return k
}

// worth reports whether a loop has an access that a view would help.
func (v *viewer) worth(s *Loop) bool {
	ok := true
	for _, t := range s.Body {
		if _, isIf := t.(*If); isIf {
			ok = false
		}
	}
	return ok
}

// mapReads replaces reads; nil keeps one.
func (l *lowerer) mapReads(e *Expr, f func(*Expr) *Expr) *Expr {
	return l.mapLeaves(e, func(e *Expr) *Expr {
		if e.Op != ir.OpRead {
			return nil
		}
		return f(e)
	})
}

// mapLeaves replaces expressions without arguments; nil keeps one.
func (l *lowerer) mapLeaves(e *Expr, f func(*Expr) *Expr) *Expr {
	if len(e.Args) == 0 {
		if r := f(e); r != nil {
			return r
		}
		return e
	}
	var done few.Map[*Expr, *Expr]
	var rec func(e *Expr) *Expr
	rec = func(e *Expr) *Expr {
		if r, ok := done.Get(e); ok {
			return r
		}
		out := e
		if len(e.Args) == 0 {
			if r := f(e); r != nil {
				out = r
			}
		} else {
			out = l.x.rebuild(e, mapArgs(e, func(_ int, a *Expr) *Expr { return rec(a) }))
		}
		done.Set(e, out)
		return out
	}
	return rec(e)
}
