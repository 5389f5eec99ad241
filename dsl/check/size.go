package check

import (
	"strings"

	"github.com/gradgen/gradgen/ir"
)

// size is the length of an axis and what the program calls it.
type size struct {
	n    ir.Int
	name string
}

func (s size) String() string {
	text := s.n.String()
	if s.name == "" || s.name == text {
		return text
	}
	return s.name + "=" + text
}

func shapeText(shape []size) string {
	if len(shape) == 0 {
		return ""
	}
	texts := make([]string, len(shape))
	for i, s := range shape {
		texts[i] = s.String()
	}
	return "[" + strings.Join(texts, ", ") + "]"
}

// The bounds on arrays. An array has at most maxRank axes; an axis, and the constant part of the number of elements,
// at most maxLength. They leave room in int64 for every offset that is computed from them.
const (
	maxRank   = 8
	maxLength = 1 << 31
	maxTerms  = 64
)

// product multiplies sizes; ok is false when a coefficient would leave the bounds.
func product(a, b ir.Int) (ir.Int, bool) {
	at, ak := a.Terms()
	bt, bk := b.Terms()
	if (len(at)+1)*(len(bt)+1) > maxTerms {
		return ir.Int{}, false
	}
	if m, n := largest(at, ak), largest(bt, bk); m != 0 && n > (1<<60)/m/maxTerms {
		return ir.Int{}, false
	}
	p := a.Mul(b)
	ts, _ := p.Terms()
	for _, t := range ts {
		if len(t.Atoms) > maxRank {
			return ir.Int{}, false
		}
	}
	return p, true
}

// plus adds sizes; ok is false when a coefficient would leave the bounds.
func plus(a, b ir.Int) (ir.Int, bool) {
	at, ak := a.Terms()
	bt, bk := b.Terms()
	if len(at)+len(bt) > maxTerms || largest(at, ak) > 1<<60 || largest(bt, bk) > 1<<60 {
		return ir.Int{}, false
	}
	return a.Add(b), true
}

// largest is the greatest absolute value among the coefficients and the constant.
func largest(terms []ir.Term, k int64) int64 {
	m := k
	if m < 0 {
		m = -m
	}
	for _, t := range terms {
		m = max(m, t.Coef, -t.Coef)
	}
	return m
}

// fits reports whether an array of this shape is within the bounds, and if not which bound it breaks.
func fits(shape []size) (problem string, ok bool) {
	if len(shape) > maxRank {
		return "an array has at most 8 axes", false
	}
	total := ir.Const(1)
	for _, s := range shape {
		if n, isConst := s.n.IsConst(); isConst && n > maxLength {
			return "an axis has at most 2147483648 elements", false
		}
		var ok bool
		if total, ok = product(total, s.n); !ok {
			return "an array has at most 2147483648 elements", false
		}
	}
	ts, k := total.Terms()
	if largest(ts, k) > maxLength {
		return "an array has at most 2147483648 elements", false
	}
	return "", true
}

// sameShape reports whether two shapes agree, and otherwise the first axis where they do not; -1 if the ranks differ.
func sameShape(a, b []size) (axis int, same bool) {
	if len(a) != len(b) {
		return -1, false
	}
	for i := range a {
		if !a[i].n.Equal(b[i].n) {
			return i, false
		}
	}
	return 0, true
}

// named prefers the names of sizes that have one.
func named(a, b []size) []size {
	out := make([]size, len(a))
	for i := range a {
		out[i] = a[i]
		if out[i].name == "" {
			out[i].name = b[i].name
		}
	}
	return out
}
