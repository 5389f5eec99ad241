package ir

import (
	"slices"
	"strconv"
)

// keyWriter writes keys of Maps: texts that are equal for Maps that differ only
// in the identity and names of their axes. One writer serves a builder, so that
// asking for a Map that is known allocates next to nothing.
type keyWriter struct {
	b     []byte
	bound []*Axis       // axes of the Map, told by their place
	seen  map[*Expr]int // operations written before, by number
}

// mapKey is valid until the next call.
func (k *keyWriter) mapKey(t Type, m *Map) []byte {
	k.b, k.bound = append(k.b[:0], "map "...), m.Axes
	k.forget()
	k.number(int64(t.DType))
	for _, n := range t.Shape {
		k.b = append(k.b, ',')
		k.int(n)
	}
	if m.Reduce != nil {
		k.b = append(append(k.b, ' '), m.Reduce.Name...)
	}
	for _, x := range m.Axes {
		k.b = append(k.b, ' ')
		k.int(x.Extent)
	}
	k.b = append(k.b, " | "...)
	k.sorted(len(m.Domain), '|', func(i int) { k.pred(m.Domain[i]) })
	for _, i := range m.Write {
		k.b = append(k.b, " ->"...)
		k.int(i)
	}
	k.b = append(k.b, " = "...)
	k.expr(m.Body)
	return k.b
}

// forget begins the numbering of operations anew. A map that one large body
// made large would take long to clear ever after.
func (k *keyWriter) forget() {
	if len(k.seen) > 64 || k.seen == nil {
		k.seen = map[*Expr]int{}
	}
	clear(k.seen)
}

// sorted writes n pieces in the order of their texts.
func (k *keyWriter) sorted(n int, separator byte, write func(i int)) {
	if n == 1 {
		write(0)
		return
	}
	pieces := make([]string, n)
	for i := range pieces {
		start := len(k.b)
		write(i)
		pieces[i] = string(k.b[start:])
		k.b = k.b[:start]
	}
	slices.Sort(pieces)
	for i, p := range pieces {
		if i > 0 {
			k.b = append(k.b, separator)
		}
		k.b = append(k.b, p...)
	}
}

func (k *keyWriter) number(n int64) { k.b = strconv.AppendInt(k.b, n, 10) }

func (k *keyWriter) pred(p Pred) {
	k.number(int64(p.Kind))
	k.b = append(k.b, ':')
	k.number(p.Mod)
	k.b = append(k.b, ':')
	k.int(p.E)
}

func (k *keyWriter) int(i Int) {
	k.sorted(len(i.terms), '+', func(n int) {
		t := i.terms[n]
		k.number(t.Coef)
		k.sorted(len(t.Atoms), '*', func(j int) { k.atom(t.Atoms[j]) })
	})
	k.b = append(k.b, '+')
	k.number(i.k)
}

func (k *keyWriter) atom(m Atom) {
	switch m := m.(type) {
	case *Axis:
		if n := slices.Index(k.bound, m); n >= 0 {
			k.b = append(k.b, '$')
			k.number(int64(n))
		} else {
			k.b = append(k.b, '@')
			k.number(m.id)
		}
	case *Dim:
		k.b = append(append(k.b, '\''), m.Name...)
	case *FloorDiv:
		k.b = append(k.b, "fd("...)
		k.int(m.Num)
		k.b = append(k.b, '/')
		k.number(m.Den)
		k.b = append(k.b, ')')
	case *Expr:
		// Atoms are sorted, so that a number must not depend on what stood before.
		seen := k.seen
		k.seen = map[*Expr]int{}
		k.expr(m)
		k.seen = seen
	}
}

func (k *keyWriter) expr(e *Expr) {
	if len(e.Args) > 0 {
		if n, ok := k.seen[e]; ok {
			k.b = append(k.b, '#')
			k.number(int64(n))
			return
		}
		k.seen[e] = len(k.seen)
	}
	k.b = append(append(append(k.b, '('), e.Op.Name...), ':')
	k.number(int64(e.Type))
	k.b = append(k.b, ' ')
	switch e.Op {
	case OpLit:
		k.b = strconv.AppendFloat(k.b, e.Lit, 'x', -1, 64)
	case OpVar:
		k.b = append(k.b, e.Var...)
	case OpRandom:
		k.number(int64(e.Site))
		k.b = append(k.b, ':')
		k.int(e.Int)
	case OpIndex:
		k.int(e.Int)
	case OpRead:
		k.number(int64(e.Array.ID))
		for _, i := range e.Index {
			k.b = append(k.b, '[')
			k.int(i)
		}
	case OpTest:
		for _, p := range e.Preds {
			k.pred(p)
			k.b = append(k.b, '&')
		}
	}
	for _, a := range e.Args {
		k.expr(a)
	}
	k.b = append(k.b, ')')
}
