package elementary

import "github.com/gradgen/gradgen/codegen/amd64/vec"

// Row is a function of the table.
type Row[V, M any] struct {
	Name string // in the compiler's table of scalar operations
	Args int
	// F32 and F64 bound the error, in units in the last place of the exact
	// result.
	F32, F64 float64

	define func(k lanes[V, M], x []V) V
}

// Table is the table of functions, made of a machine's operations.
func Table[V, M any]() []Row[V, M] {
	type K = lanes[V, M]
	var table []Row[V, M]
	unary := func(name string, f32, f64 float64, f func(K, V) V) {
		table = append(table, Row[V, M]{name, 1, f32, f64, func(k K, x []V) V { return f(k, x[0]) }})
	}
	unary("exp", 1, 1, K.exp)
	unary("expm1", 2, 2, K.expm1)
	unary("log", 1, 1, K.log)
	unary("tanh", 2, 2, K.tanh)
	unary("sigmoid", 2, 2, K.sigmoid)
	unary("softplus", 2, 2, K.softplus)
	return table
}

// Apply applies the function of a name to numbers of a type. It is false if the
// table lacks the name.
func Apply[V, M any](m Machine[V, M], name string, e vec.Elem, x ...V) (V, bool) {
	for _, row := range Table[V, M]() {
		if row.Name == name {
			return row.On(m, e, x...), true
		}
	}
	var none V
	return none, false
}

// On applies the row's function.
func (r Row[V, M]) On(m Machine[V, M], e vec.Elem, x ...V) V {
	return r.define(lanes[V, M]{m, e, formats[e]}, x)
}
