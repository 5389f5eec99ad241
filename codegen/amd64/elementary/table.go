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
	unary := func(name string, f32, f64 float64, f func(K, V) V) Row[V, M] {
		return Row[V, M]{name, 1, f32, f64, func(k K, x []V) V { return f(k, x[0]) }}
	}
	binary := func(name string, f32, f64 float64, f func(K, V, V) V) Row[V, M] {
		return Row[V, M]{name, 2, f32, f64, func(k K, x []V) V { return f(k, x[0], x[1]) }}
	}
	return []Row[V, M]{
		unary("neg", 0, 0, K.neg),
		binary("+", 0.5, 0.5, K.Add),
		binary("-", 0.5, 0.5, K.Sub),
		binary("*", 0.5, 0.5, K.Mul),
		binary("/", 0.5, 0.5, K.Div),
		binary("mulz", 0.5, 0.5, K.mulz),
		binary("max", 0, 0, K.max),
		binary("min", 0, 0, K.min),
		unary("abs", 0, 0, K.abs),
		unary("sign", 0, 0, K.signum),
		unary("relu", 0, 0, K.relu),
		unary("floor", 0, 0, K.floor),
		unary("ceil", 0, 0, K.ceil),
		unary("round", 0, 0, K.round),

		unary("sqrt", 0.5, 0.5, K.Sqrt),
		unary("rsqrt", 1.5, 1.5, K.rsqrt),
		unary("cbrt", 1, 1, K.cbrt),
		binary("hypot", 1.5, 1.5, K.hypot),
		binary("pow", 2, 2, K.pow),

		unary("exp", 1.1, 1.1, K.exp),
		unary("expm1", 2, 2, K.expm1),
		unary("sinh", 3, 3, K.sinh),
		unary("cosh", 3, 3, K.cosh),
		unary("tanh", 2.7, 2.7, K.tanh),
		unary("sigmoid", 2.5, 2.5, K.sigmoid),
		unary("softplus", 2, 2, K.softplus),

		unary("log", 1, 1, K.log),
		unary("log1p", 2, 2, K.log1p),
		unary("log2", 2, 2, K.log2),
		unary("asinh", 3, 3, K.asinh),
		unary("acosh", 3, 3, K.acosh),
		unary("atanh", 3, 3, K.atanh),

		unary("sin", 1.5, 1.5, K.sin),
		unary("cos", 1.5, 1.5, K.cos),
		unary("tan", 3.5, 3.5, K.tan),
		unary("asin", 2.5, 2.5, K.asin),
		unary("acos", 2, 2, K.acos),
		unary("atan", 2, 2, K.atan),
		binary("atan2", 2, 2, K.atan2),
		unary("erf", 2, 2, K.erf),
		unary("erfc", 4, 4, K.erfc),
	}
}

// Apply applies the function of a name to numbers of a type. It is false if the
// table lacks the name.
func Apply[V, M any](m Machine[V, M], name string, e vec.Elem, x ...V) (V, bool) {
	row, ok := find[V, M](name)
	if !ok || row.Args != len(x) {
		var none V
		return none, false
	}
	return row.On(m, e, x...), true
}

func find[V, M any](name string) (Row[V, M], bool) {
	for _, row := range Table[V, M]() {
		if row.Name == name {
			return row, true
		}
	}
	return Row[V, M]{}, false
}

// On applies the row's function.
func (r Row[V, M]) On(m Machine[V, M], e vec.Elem, x ...V) V {
	return r.define(lanes[V, M]{m, e, formats[e]}, x)
}
