package plan

import (
	"slices"

	"github.com/gradgen/gradgen/ir"
)

// distribute makes two loops of one of constant length that computes a number
// and then works on a row with it: lanes take the row, and would compute the
// number in all of them, once a row. In a loop of its own it takes one lane.
//
//	for i { t = e[i]; d[i] = t; for j { w[i,j] = t*h[j] } }    becomes
//	for i { d[i] = e[i] }; for i { t = d[i]; for j { w[i,j] = t*h[j] } }
//
// The numbers that rows use must be stored anyway, or be elements.
func (l *lowerer) distribute(list []Stmt) []Stmt {
	var out []Stmt
	for _, s := range list {
		for _, body := range bodies(s) {
			*body = l.distribute(*body)
		}
		if loop, ok := s.(*Loop); ok {
			if numbers, rows := l.distributed(loop); numbers != nil {
				out = append(out, numbers, rows)
				continue
			}
		}
		out = append(out, s)
	}
	return out
}

// fewRows is the number of rows from which on numbers are worth a loop.
const fewRows = 4

// distributed is the loop of the numbers and that of the rows; nil if s is
// something else.
func (l *lowerer) distributed(s *Loop) (numbers, rows *Loop) {
	trips, whole := s.trips()
	n, known := trips.IsConst()
	if s.Down || s.Step != 1 || !whole || !known || n < fewRows {
		return nil, nil
	}
	k := slices.IndexFunc(s.Body, func(t Stmt) bool { return !isNumber(t) })
	if k <= 0 || !slices.ContainsFunc(s.Body[k:], writesRow) {
		return nil, nil
	}
	before, after := s.Body[:k], s.Body[k:]
	work := 0
	for _, t := range before {
		eachExpr(t, func(e **Expr) { work += cost(*e) })
	}
	lets, ok := l.passed(s, before, after)
	if work == 0 || !ok || !unordered(before, after) {
		return nil, nil
	}
	first, second := *s, *s
	first.Body = before
	second.Body = append(lets, after...)
	return &first, newCopier(l, nil).list([]Stmt{&second})[0].(*Loop)
}

// isNumber tells statements that compute a number of a row.
func isNumber(t Stmt) bool {
	switch t := t.(type) {
	case *Let:
		return !t.Mutable
	case *Store:
		return t.Op == Assign
	}
	return false
}

// writesRow tells loops whose elements lie side by side.
func writesRow(t Stmt) bool {
	loop, ok := t.(*Loop)
	return ok && slices.ContainsFunc(loop.Body, func(t Stmt) bool {
		st, ok := t.(*Store)
		if !ok {
			return false
		}
		coef, _, linear := st.At.Coef(loop.Axis)
		return linear && coef.Is(1)
	})
}

// passed declares what the statements after need of those before: from where it
// was stored side by side, or read.
func (l *lowerer) passed(s *Loop, before, after []Stmt) (lets []Stmt, ok bool) {
	used, stored := map[*Reg]bool{}, written(s.Body)
	eachStmt(after, func(t Stmt) {
		eachExpr(t, func(e **Expr) {
			(*e).walk(func(e *Expr) {
				if e.Op == ir.OpVar {
					used[e.Reg] = true
				}
			})
		})
	})
	for _, t := range before {
		let, ok := t.(*Let)
		if !ok || !used[let.Reg] {
			continue
		}
		value := let.Value
		if value.Op != ir.OpRead || slices.Contains(stored, value.Buffer) {
			value = l.storedFrom(before, let.Reg, s.Axis)
		}
		if value == nil {
			return nil, false
		}
		lets = append(lets, &Let{Reg: let.Reg, Value: value})
	}
	return lets, true
}

// storedFrom is the element that a register is stored to, side by side along x.
func (l *lowerer) storedFrom(list []Stmt, r *Reg, x *ir.Axis) *Expr {
	for _, t := range list {
		st, ok := t.(*Store)
		if !ok || st.Value.Op != ir.OpVar || st.Value.Reg != r || st.Buffer.DType != r.Type {
			continue
		}
		if coef, _, linear := st.At.Coef(x); linear && coef.Is(1) {
			return l.x.read(st.Buffer, st.At)
		}
	}
	return nil
}

// unordered reports whether all of the first statements may run before any of
// the others, for all iterations of a loop around both.
func unordered(before, after []Stmt) bool {
	type access struct{ read, written bool }
	early, ok := map[*Buffer]access{}, true
	eachStmt(before, func(t Stmt) {
		eachBuffer(t, func(b *Buffer, write bool) {
			a := early[b]
			early[b] = access{a.read || !write, a.written || write}
			ok = ok && b.Class != Alias
		})
	})
	eachStmt(after, func(t Stmt) {
		eachBuffer(t, func(b *Buffer, write bool) {
			a := early[b]
			ok = ok && b.Class != Alias && !a.written && !(write && a.read)
		})
	})
	return ok
}
