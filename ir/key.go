package ir

import (
	"encoding/binary"
	"math"
	"slices"

	"github.com/gradgen/gradgen/ir/few"
)

// keyWriter writes keys of Maps, which are equal for Maps that differ only in
// the identity and names of their axes. A key is a sequence of numbers and
// texts each of which says where it ends. One writer serves a builder, so that
// asking for a Map that is known allocates next to nothing.
type keyWriter struct {
	b     []byte
	bound []*Axis             // axes of the Map, told by their place
	seen  few.Map[*Expr, int] // operations written before, by number
}

// mapKey is valid until the next call.
func (k *keyWriter) mapKey(t Type, m *Map) []byte {
	k.b, k.bound = append(k.b[:0], "map"...), m.Axes
	k.seen.Clear()
	k.number(int64(t.DType))
	k.ints(t.Shape)
	if m.Reduce != nil {
		k.text(m.Reduce.Name)
	} else {
		k.text("")
	}
	k.number(int64(len(m.Axes)))
	for _, x := range m.Axes {
		k.int(x.Extent)
	}
	k.sorted(len(m.Domain), func(i int) { k.pred(m.Domain[i]) })
	k.ints(m.Write)
	k.expr(m.Body)
	return k.b
}

// sorted writes how many pieces there are, and the pieces in the order of their
// texts.
func (k *keyWriter) sorted(n int, write func(i int)) {
	k.number(int64(n))
	AppendSorted(&k.b, n, write)
}

func (k *keyWriter) number(n int64) { k.b = binary.AppendVarint(k.b, n) }

func (k *keyWriter) text(s string) { k.b = append(binary.AppendUvarint(k.b, uint64(len(s))), s...) }

func (k *keyWriter) pred(p Pred) {
	k.number(int64(p.Kind))
	k.number(p.Mod)
	k.int(p.E)
}

func (k *keyWriter) ints(list []Int) {
	k.number(int64(len(list)))
	for _, i := range list {
		k.int(i)
	}
}

func (k *keyWriter) int(i Int) {
	k.number(i.k)
	k.sorted(len(i.terms), func(n int) {
		t := i.terms[n]
		k.number(t.Coef)
		k.sorted(len(t.Atoms), func(j int) { k.atom(t.Atoms[j]) })
	})
}

// Atoms begin with their kind.
const (
	keyBound int64 = iota
	keyAxis
	keyDim
	keyQuotient
	keyExpr
)

func (k *keyWriter) atom(m Atom) {
	switch m := m.(type) {
	case *Axis:
		if n := slices.Index(k.bound, m); n >= 0 {
			k.number(keyBound)
			k.number(int64(n))
		} else {
			k.number(keyAxis)
			k.number(m.id)
		}
	case *Dim:
		k.number(keyDim)
		k.text(m.Name)
	case *FloorDiv:
		k.number(keyQuotient)
		k.int(m.Num)
		k.number(m.Den)
	case *Expr:
		k.number(keyExpr)
		// Atoms are sorted, so that a number must not depend on what stood before.
		seen := k.seen
		k.seen = few.Map[*Expr, int]{}
		k.expr(m)
		k.seen = seen
	}
}

// keyAgain stands in the place of an operation for one that was written before.
const keyAgain = -1

func (k *keyWriter) expr(e *Expr) {
	if len(e.Args) > 0 {
		if n, ok := k.seen.Get(e); ok {
			k.number(keyAgain)
			k.number(int64(n))
			return
		}
		k.seen.Set(e, k.seen.Len())
	}
	k.number(int64(e.Op.id))
	k.number(int64(e.Type))
	switch e.Op {
	case OpLit:
		bits := math.Float64bits(e.Lit)
		if math.IsNaN(e.Lit) {
			bits = math.Float64bits(math.NaN())
		}
		k.b = binary.LittleEndian.AppendUint64(k.b, bits)
	case OpVar:
		k.text(e.Var)
	case OpRandom:
		k.number(int64(e.Site))
		k.int(e.Int)
	case OpIndex:
		k.int(e.Int)
	case OpRead:
		k.number(int64(e.Array.ID))
		k.ints(e.Index)
	case OpTest:
		k.number(int64(len(e.Preds)))
		for _, p := range e.Preds {
			k.pred(p)
		}
	}
	for _, a := range e.Args {
		k.expr(a)
	}
}
