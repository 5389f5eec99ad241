package ir

import "slices"

// exprSet is a set of expressions. Most expressions are small: no map for them.
type exprSet struct {
	few  [16]*Expr
	n    int
	many map[*Expr]bool
}

// add reports whether e is new.
func (s *exprSet) add(e *Expr) bool {
	switch {
	case s.many[e] || slices.Contains(s.few[:s.n], e):
		return false
	case s.n < len(s.few):
		s.few[s.n] = e
		s.n++
		return true
	case s.many == nil:
		s.many = map[*Expr]bool{}
	}
	s.many[e] = true
	return true
}

// exprMemo is what expressions became, in a list while there are few.
type exprMemo struct {
	few  []exprPair
	many map[*Expr]*Expr
}

type exprPair struct{ from, to *Expr }

// get is nil for what is not known.
func (m *exprMemo) get(e *Expr) *Expr {
	for _, p := range m.few {
		if p.from == e {
			return p.to
		}
	}
	return m.many[e]
}

func (m *exprMemo) set(e, to *Expr) {
	const most = 16
	switch {
	case m.few == nil:
		m.few = make([]exprPair, 0, 4)
	case len(m.few) == most && m.many == nil:
		m.many = map[*Expr]*Expr{}
	}
	if len(m.few) < most {
		m.few = append(m.few, exprPair{e, to})
	} else {
		m.many[e] = to
	}
}
