package contract_test

import (
	"fmt"

	"github.com/gradgen/gradgen/runtime"
	"github.com/gradgen/gradgen/runtime/contract"
)

func ExampleEngine_Run() {
	pool := runtime.NewPool(2)
	defer pool.Close()
	e := contract.NewEngine(pool, make([]float32, pool.Workers()*contract.Space(2, 2, 3)))

	x := []float32{1, 2, 3, 4, 5, 6}      // x[b,i], 2 by 3
	weight := []float32{1, 0, 0, 0, 1, 1} // weight[o,i], 2 by 3
	y := make([]float32, 4)               // y[b,o], 2 by 2
	e.Run(contract.Product[float32]{
		M: 2, N: 2, K: 3,
		A:    contract.Matrix(x, 3, 1),
		B:    contract.Matrix(weight, 1, 3),
		C:    contract.Matrix(y, 2, 1),
		Then: contract.AddCol | contract.Relu,
		Col:  []float32{0, -10},
	})
	fmt.Println(y)
	// Output: [1 0 4 1]
}

// A convolution without its patches ever being written down: offsets by tables
// make them the columns of a matrix.
func ExampleGrid() {
	image := []float64{
		1, 2, 3, 4,
		5, 6, 7, 8,
		9, 10, 11, 12,
	}
	taps := contract.Grid([2]int{2, 4}, [2]int{2, 1})   // of a 2 by 2 kernel
	places := contract.Grid([2]int{2, 4}, [2]int{3, 1}) // of the 2 by 3 result
	kernels := []float64{1, 1, 1, 1 /* sum */, 1, 0, 0, -1 /* difference */}
	y := make([]float64, 12)
	e := contract.NewEngine(nil, make([]float64, contract.Space(2, 6, 4)))
	e.Run(contract.Product[float64]{
		M: 2, N: 6, K: 4,
		A: contract.Matrix(kernels, 4, 1),
		B: contract.Operand[float64]{Data: image, Rows: taps, Cols: places},
		C: contract.Matrix(y, 6, 1),
	})
	fmt.Println(y[:6])
	fmt.Println(y[6:])
	// Output:
	// [14 18 22 30 34 38]
	// [-5 -5 -5 -5 -5 -5]
}
