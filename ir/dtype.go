package ir

import (
	"math"
	"strings"
)

// DType is the type of one element.
type DType uint8

// The element types. Int values and bools have no cotangent.
const (
	Bool DType = iota
	I32
	F32
	F64
)

var dtypeNames = [...]string{Bool: "bool", I32: "i32", F32: "f32", F64: "f64"}

func (t DType) String() string { return dtypeNames[t] }

// IsFloat reports whether values of the type have derivatives.
func (t DType) IsFloat() bool { return t == F32 || t == F64 }

// Size is the number of bytes of one element in memory.
func (t DType) Size() int {
	switch t {
	case Bool:
		return 1
	case F64:
		return 8
	}
	return 4
}

// Round returns v as the type represents it; evaluation in float64 followed by
// Round equals evaluation in float32 for + - * / and sqrt, because float64 has
// more than twice the digits of float32 plus two.
func (t DType) Round(v float64) float64 {
	switch t {
	case F32:
		return float64(float32(v))
	case I32:
		return math.Trunc(v) + 0 // integers have no -0
	case Bool:
		if v != 0 {
			return 1
		}
		return 0
	}
	return v
}

// DTypeByName finds a type by the name the language gives it.
func DTypeByName(name string) (DType, bool) {
	for t, n := range dtypeNames {
		if n == name {
			return DType(t), true
		}
	}
	return 0, false
}

// Type is the type of a value: an element type and a logical shape, row-major.
// The storage layout is not part of it; the plan chooses that.
type Type struct {
	DType DType
	Shape []Int
}

// Rank is the number of axes.
func (t Type) Rank() int { return len(t.Shape) }

// Len is the number of elements.
func (t Type) Len() Int {
	n := Const(1)
	for _, s := range t.Shape {
		n = n.Mul(s)
	}
	return n
}

// Equal reports whether both types have the same element type and shape.
func (t Type) Equal(u Type) bool {
	if t.DType != u.DType || len(t.Shape) != len(u.Shape) {
		return false
	}
	for i, s := range t.Shape {
		if !s.Equal(u.Shape[i]) {
			return false
		}
	}
	return true
}

func (t Type) String() string {
	if len(t.Shape) == 0 {
		return t.DType.String()
	}
	var b strings.Builder
	b.WriteString(t.DType.String())
	b.WriteByte('[')
	for i, s := range t.Shape {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString(s.String())
	}
	b.WriteByte(']')
	return b.String()
}
