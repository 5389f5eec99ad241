package interp

import (
	"fmt"
	"slices"

	"github.com/gradgen/gradgen/ir"
)

// Array is a value: row-major data, each number one of its element type. Bools
// are 0 and 1.
type Array struct {
	DType ir.DType
	Shape []int
	Data  []float64
}

// New makes an array of zeros.
func New(t ir.DType, shape ...int) Array {
	n := 1
	for _, s := range shape {
		n *= s
	}
	return Array{t, slices.Clone(shape), make([]float64, n)}
}

// Of makes an array of data, rounded to its type.
func Of(t ir.DType, shape []int, data ...float64) Array {
	a := New(t, shape...)
	if len(data) != len(a.Data) {
		panic(fmt.Sprintf("interp: %d numbers for shape %v", len(data), shape))
	}
	for i, v := range data {
		a.Data[i] = t.Round(v)
	}
	return a
}

// Scalar makes an array of rank 0.
func Scalar(t ir.DType, v float64) Array { return Of(t, nil, v) }

// At is the element at an index; it panics outside.
func (a Array) At(index ...int64) float64 {
	k, ok := a.offset(index)
	if !ok {
		panic(fmt.Sprintf("interp: index %v outside %v", index, a.Shape))
	}
	return a.Data[k]
}

// offset is where an element stands, if it exists.
func (a Array) offset(index []int64) (int, bool) {
	k := 0
	for d, i := range index {
		if i < 0 || i >= int64(a.Shape[d]) {
			return 0, false
		}
		k = k*a.Shape[d] + int(i)
	}
	return k, len(index) == len(a.Shape)
}
