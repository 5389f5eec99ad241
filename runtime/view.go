package runtime

import (
	"fmt"
	"math/bits"
)

// View is one array of a model, by reference: writing through it writes the
// model. Exactly one of F32, F64 and I32 is not nil; it holds the elements in
// row-major order, as many as the product of Shape. A scalar has an empty
// Shape and one element.
type View struct {
	Shape []int
	F32   []float32
	F64   []float64
	I32   []int32
}

// Len is the number of elements.
func (v View) Len() int { return len(v.F32) + len(v.F64) + len(v.I32) }

// DType is the element type by its name in safetensors files: "F32", "F64" or
// "I32", and "" for a View without data.
func (v View) DType() string {
	switch {
	case v.F32 != nil:
		return "F32"
	case v.F64 != nil:
		return "F64"
	case v.I32 != nil:
		return "I32"
	}
	return ""
}

// check returns an error unless v is what the type promises.
func (v View) check() error {
	held := 0
	for _, has := range [...]bool{v.F32 != nil, v.F64 != nil, v.I32 != nil} {
		if has {
			held++
		}
	}
	if held != 1 {
		return fmt.Errorf("view holds %d kinds of data, want 1", held)
	}
	if n, ok := product(v.Shape, 1); !ok || n != uint64(v.Len()) {
		return fmt.Errorf("view of shape %v holds %d elements", v.Shape, v.Len())
	}
	return nil
}

// like returns a View of the same shape and type on memory of its own, zeroed.
func (v View) like() View {
	n := View{Shape: v.Shape}
	switch {
	case v.F32 != nil:
		n.F32 = make([]float32, len(v.F32))
	case v.F64 != nil:
		n.F64 = make([]float64, len(v.F64))
	default:
		n.I32 = make([]int32, len(v.I32))
	}
	return n
}

// set copies the elements of a View of the same shape and type into v.
func (v View) set(from View) {
	copy(v.F32, from.F32)
	copy(v.F64, from.F64)
	copy(v.I32, from.I32)
}

// product multiplies the sizes of a shape and the unit; ok is false when a
// size is negative or the product does not fit.
func product[T int | uint64](shape []T, unit uint64) (n uint64, ok bool) {
	n = unit
	for _, d := range shape {
		hi, lo := bits.Mul64(n, uint64(d))
		if d < 0 || hi != 0 {
			return 0, false
		}
		n = lo
	}
	return n, true
}
