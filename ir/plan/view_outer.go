package plan

import "github.com/gradgen/gradgen/ir"

// outer makes the views of a loop that has others inside, for what stands
// between them: the results of sums, the factors of rows. In the loops inside,
// registers are scarce, and a name for a row of constant length takes one where
// an array and its length take two.
func (v *viewer) outer(s *Loop) (views []Stmt) {
	lo, okLo := single(s.Lo)
	hi, okHi := single(s.Hi)
	if s.Down || !okLo || !okHi || !lo.Is(0) {
		return nil
	}
	n := hi
	if _, ok := hi.IsConst(); !ok {
		n = n.AddConst(s.Step - 1)
	}
	var b bound // made when it is asked for, which is seldom
	moved := movedIn(s)
	access := func(buf *Buffer, at ir.Int) (*View, ir.Int) {
		if buf.Rank == 0 || moved[buf] {
			return nil, at
		}
		coef, off, ok := at.Coef(s.Axis)
		if !ok || !coef.Is(1) {
			return nil, at
		}
		if b.axes == nil {
			b = v.l.boundIn(s)
		}
		if v.l.changes(off, &b) {
			return nil, at
		}
		_, k := off.Terms()
		for _, u := range views {
			w := u.(*View)
			if _, j := w.Off.Terms(); w.Buffer == buf && k >= j && k < j+s.Step && off.AddConst(j-k).Equal(w.Off) {
				return w, ir.Of(s.Axis).AddConst(k - j)
			}
		}
		if !n.NonNegative() || !v.l.inside(off, n, buf) {
			return nil, at
		}
		w := &View{Name: buf.Name + "Row", Buffer: buf, Off: off, Len: n, sure: true}
		views = append(views, w)
		return w, ir.Of(s.Axis)
	}
	for _, t := range s.Body {
		switch t := t.(type) {
		case *Store:
			if t.View != nil {
				continue
			}
			if w, at := access(t.Buffer, t.At); w != nil {
				t.View, t.At = w, at
			}
		case *Let, *Set:
		default:
			continue
		}
		eachExpr(t, func(e **Expr) {
			*e = v.l.mapReads(*e, func(r *Expr) *Expr {
				if r.View != nil {
					return nil
				}
				w, at := access(r.Buffer, r.Int)
				if w == nil {
					return nil
				}
				m := *r
				m.View, m.Int = w, at
				return v.l.x.intern(m)
			})
		})
	}
	return views
}

// movedIn finds the aliases that stand for something else from step to step.
func movedIn(s *Loop) map[*Buffer]bool {
	moved := map[*Buffer]bool{}
	eachStmt(s.Body, func(t Stmt) {
		switch t := t.(type) {
		case *Rebind:
			moved[t.Alias] = true
		case *Swap:
			moved[t.A], moved[t.B] = true, true
		}
	})
	return moved
}
