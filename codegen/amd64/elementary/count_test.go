package elementary

import (
	"testing"

	"github.com/gradgen/gradgen/codegen/amd64/vec"
)

// instructions is how many operations a row takes, constants aside.
func instructions(row Row[vec.Vec, vec.Mask], e vec.Elem) int {
	f := vec.New("f", vec.AVX2, e)
	args := make([]vec.Vec, row.Args)
	for i := range args {
		args[i] = f.ParamFloat("x")
	}
	row.On(f, e, args...)
	n := -row.Args
	for _, s := range f.Body {
		if i, ok := s.(*vec.Inst); !ok || i.Op != vec.OpConst {
			n++
		}
	}
	return n
}

// The functions that models spend their time in do not grow unnoticed.
func TestInstructionCounts(t *testing.T) {
	counts := map[string][2]int{
		"exp": {19, 24}, "tanh": {19, 25}, "sigmoid": {20, 25}, "softplus": {28, 41},
		"log": {23, 30}, "erf": {31, 77}, "erfc": {42, 60}, "rsqrt": {13, 2}, "relu": {2, 2},
	}
	for _, row := range Table[vec.Vec, vec.Mask]() {
		got := [2]int{instructions(row, vec.F32), instructions(row, vec.F64)}
		if want, ok := counts[row.Name]; ok && got != want {
			t.Errorf("%s takes %v operations in float32 and float64, not %v", row.Name, got, want)
		}
	}
}
