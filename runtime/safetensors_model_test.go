package runtime

import (
	"fmt"
	"iter"
	"math"
	"strings"
)

// named is a model for tests: tensors in an order.
type named []tensor

// all is the model's Tensors method.
func (m named) all() iter.Seq2[string, View] {
	return func(yield func(string, View) bool) {
		for _, t := range m {
			if !yield(t.name, t.view) {
				return
			}
		}
	}
}

// bits lists the data of the model, exactly.
func (m named) bits() []string {
	var all []string
	for _, t := range m {
		var line strings.Builder
		line.WriteString(t.String())
		for _, x := range t.view.F32 {
			fmt.Fprintf(&line, " %08x", math.Float32bits(x))
		}
		for _, x := range t.view.F64 {
			fmt.Fprintf(&line, " %016x", math.Float64bits(x))
		}
		for _, x := range t.view.I32 {
			fmt.Fprintf(&line, " %d", x)
		}
		all = append(all, line.String())
	}
	return all
}

// blank is a model of the same tensors filled with a mark.
func (m named) blank() named {
	var b named
	for _, t := range m {
		v := t.view.like()
		for i := range v.F32 {
			v.F32[i] = 77
		}
		for i := range v.F64 {
			v.F64[i] = 77
		}
		for i := range v.I32 {
			v.I32[i] = 77
		}
		b = append(b, tensor{t.name, v})
	}
	return b
}

// small is what golden/reference/tensors.py wrote.
func small() named {
	return named{
		{"steps", View{Shape: []int{}, I32: []int32{-7}}},
		{"fc1.weight", View{Shape: []int{2, 3}, F32: []float32{1, -2, 3.5, 0.1, float32(math.Copysign(0, -1)), float32(math.Inf(1))}}},
		{"fc1.bias", View{Shape: []int{2}, F32: []float32{0.25, -1e-40}}},
		{"empty", View{Shape: []int{0, 4}, F32: []float32{}}},
		{"odd \"name\" <é>\\\n", View{Shape: []int{1}, F32: []float32{2}}},
		{"mean", View{Shape: []int{3}, F64: []float64{0.1, 5e-324, -1e300}}},
	}
}
