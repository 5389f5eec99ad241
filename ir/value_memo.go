package ir

// valueMemo is what values became. It is a list by their numbers, in pages:
// what is looked at together was made together. Values of another builder may
// have the same numbers; those are few, and in a map.
type valueMemo struct {
	pages  [][]valuePair
	others map[*Value]*Value
}

type valuePair struct{ from, to *Value }

const valuePage = 64

// get is nil for what is not known.
func (m *valueMemo) get(v *Value) *Value {
	if n := v.ID / valuePage; n < len(m.pages) && m.pages[n] != nil {
		switch p := &m.pages[n][v.ID%valuePage]; p.from {
		case v:
			return p.to
		case nil:
			return nil
		}
	}
	return m.others[v]
}

func (m *valueMemo) set(v, to *Value) {
	n := v.ID / valuePage
	if n >= len(m.pages) {
		m.pages = append(m.pages, make([][]valuePair, n+1-len(m.pages))...)
	}
	if m.pages[n] == nil {
		m.pages[n] = make([]valuePair, valuePage)
	}
	p := &m.pages[n][v.ID%valuePage]
	if p.from == nil || p.from == v {
		*p = valuePair{v, to}
		return
	}
	if m.others == nil {
		m.others = map[*Value]*Value{}
	}
	m.others[v] = to
}
