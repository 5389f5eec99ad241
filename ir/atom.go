package ir

import (
	"cmp"
	"slices"
	"strconv"
	"sync/atomic"
)

// Atom is what an Int is a polynomial over.
type Atom interface {
	rank() int
	String() string
}

// Dim is a size known only when the emitted function runs. Dims of one name in
// one module are the same pointer.
type Dim struct {
	Name string
}

// Axis is an iterator: it runs from 0 to its extent. Axes are told apart by
// identity, so equal names do no harm.
//
// In a plan an axis stands for an integer that is read or computed, too, which
// lies in [Least, Extent); Least is 0 for iterators.
type Axis struct {
	Name   string
	Least  int64
	Extent Int
	id     int64
	self   Int // the polynomial that is the axis, made once
}

// FloorDiv is ⌊Num/Den⌋ with a positive constant denominator.
type FloorDiv struct {
	Num Int
	Den int64
}

var axisCount atomic.Int64

// NewAxis makes a fresh axis.
func NewAxis(name string, extent Int) *Axis {
	x := &Axis{Name: name, Extent: extent, id: axisCount.Add(1)}
	x.self = monomial(1, x)
	return x
}

func (*Axis) rank() int { return 0 }

func (*Expr) rank() int { return 1 }

func (*FloorDiv) rank() int { return 2 }

func (*Dim) rank() int { return 3 }

func (a *Axis) String() string { return a.Name }

func (d *Dim) String() string { return d.Name }

func (f *FloorDiv) String() string {
	return "floor((" + f.Num.String() + ")/" + strconv.FormatInt(f.Den, 10) + ")"
}

func compareAtoms(a, b Atom) int {
	if a == b {
		return 0
	}
	if x, ok := a.(*Axis); ok { // of which most are
		if y, ok := b.(*Axis); ok {
			return cmp.Compare(x.id, y.id)
		}
	}
	if c := cmp.Compare(a.rank(), b.rank()); c != 0 {
		return c
	}
	switch a := a.(type) {
	case *Dim:
		return cmp.Compare(a.Name, b.(*Dim).Name)
	case *FloorDiv:
		if c := cmp.Compare(a.Den, b.(*FloorDiv).Den); c != 0 {
			return c
		}
		return a.Num.Compare(b.(*FloorDiv).Num)
	default:
		return a.(*Expr).Compare(b.(*Expr))
	}
}

func compareMonos(a, b []Atom) int { return slices.CompareFunc(a, b, compareAtoms) }

// appendProduct appends the product of two lists of sorted atoms.
func appendProduct(out, a, b []Atom) []Atom {
	for len(a) > 0 && len(b) > 0 {
		if compareAtoms(a[0], b[0]) <= 0 {
			out, a = append(out, a[0]), a[1:]
		} else {
			out, b = append(out, b[0]), b[1:]
		}
	}
	return append(append(out, a...), b...)
}

func atomUses(m Atom, x *Axis) bool {
	switch m := m.(type) {
	case *Axis:
		return m == x
	case *Dim:
		return false
	}
	found := false
	walkAtom(m, func(y *Axis) { found = found || x == y }, nil)
	return found
}

func walkAtom(m Atom, axis func(*Axis), read func(*Expr)) {
	switch m := m.(type) {
	case *Axis:
		if axis != nil {
			axis(m)
		}
	case *FloorDiv:
		m.Num.Walk(axis, read)
	case *Expr:
		m.Walk(func(e *Expr) {
			if e.Op == OpRead && read != nil {
				read(e)
			}
			if axis != nil {
				e.eachInt(func(i Int) { i.eachAxis(axis) })
			}
		})
	}
}

// NewVariable makes a fresh axis that stands for an integer in [least, limit).
func NewVariable(name string, least int64, limit Int) *Axis {
	x := NewAxis(name, limit)
	x.Least = least
	return x
}
