package diag

// Shapes and types.
const (
	WrongArgument  Code = "GG0201"
	ResultMismatch Code = "GG0202"
	ShapeMismatch  Code = "GG0203"
	MixedDTypes    Code = "GG0204"
	ArgumentCount  Code = "GG0205"
	NotAFunction   Code = "GG0206"
	NotAnArray     Code = "GG0207"
	NeedsScalar    Code = "GG0208"
	BadSize        Code = "GG0209"
	UnknownSize    Code = "GG0210"
	ReshapeLength  Code = "GG0211"
	MatrixForm     Code = "GG0212"
	UnpackCount    Code = "GG0213"
	NotBool        Code = "GG0214"
	WrongHyper     Code = "GG0215"
	NotConstant    Code = "GG0216"
	ScanForm       Code = "GG0217"
	NotConcrete    Code = "GG0218"
	NumberTooLarge Code = "GG0220"
)

var shapeCodes = []Row{
	{WrongArgument, "argument of another type",
		"An argument has the element type, the number of axes and the sizes that the function declares. Constant sizes are equal when their numbers are, run-time sizes when they are the same dim.",
		"dim B\nmodel M(x: f32[B, 4]) -> f32[B, 4] = tanh(x)\nloss L(x: f32[B, 5]) = mean(M(x))",
		"dim B\nmodel M(x: f32[B, 4]) -> f32[B, 4] = tanh(x)\nloss L(x: f32[B, 4]) = mean(M(x))"},
	{ResultMismatch, "result of another type",
		"What a function, a layer or a model returns has the type that it declares. A scalar fills a declared shape.",
		"fn f(x: f64[3]) -> f64[2] = 2 * x", "fn f(x: f64[3]) -> f64[3] = 2 * x"},
	{ShapeMismatch, "shapes do not go together",
		"Elementwise operations take arrays of one shape, and scalars. Nothing else broadcasts silently: which axis goes with which is said by naming indices.",
		"fn f(a: f64[3], b: f64[4]) -> f64[3] = a + b", "fn f(a: f64[3], b: f64[3]) -> f64[3] = a + b"},
	{MixedDTypes, "f32 and f64 in one operation",
		"Floats of two precisions are never mixed silently, as the result would be less precise than it looks. Convert one of them.",
		"fn f(a: f32, b: f64) -> f64 = a + b", "fn f(a: f32, b: f64) -> f64 = f64(a) + b"},
	{ArgumentCount, "wrong number or names of arguments",
		"Each input without a default is given once, by its position or by its name.",
		"fn f(x: f64, y: f64) -> f64 = x * y\nfn g(x: f64) -> f64 = f(x)", "fn f(x: f64, y: f64) -> f64 = x * y\nfn g(x: f64) -> f64 = f(x, x)"},
	{NotAFunction, "not a function",
		"Only functions, instances of layers, models and compositions of them can be applied or composed.",
		"fn f(x: f64) -> f64 = x(2)", "fn f(x: f64) -> f64 = x * 2"},
	{NotAnArray, "not a number or an array",
		"Arithmetic, reads and reductions work on numbers and arrays. A function has to be applied first, a tuple unpacked.",
		"fn f(x: f64) -> f64 = sin + x", "fn f(x: f64) -> f64 = sin(x) + x"},
	{NeedsScalar, "array where a number is needed",
		"The right side of an equation and the body of a reduction are single numbers: one element, for each value of the indices.",
		"fn f(x: f64[3]) -> f64[3] {\n  y[i] = 2 * x\n  return y\n}", "fn f(x: f64[3]) -> f64[3] {\n  y[i] = 2 * x[i]\n  return y\n}"},
	{BadSize, "not a size",
		"A size is a whole number that is not negative, known when the program is generated or when it is called. A division of sizes has to be exact, or is rounded down with floor.",
		"dim N = 7 / 2", "dim N = floor(7 / 2)"},
	{UnknownSize, "size that nothing determines",
		"Every size of a result follows from the inputs or the hyper-parameters. A variable of a signature is settled by an axis of an input that is just that variable.",
		"fn f(x: real[n]) -> real[m] = x\nfn g(x: f64[3]) -> f64[3] = f(x)", "fn f(x: real[n]) -> real[n] = x\nfn g(x: f64[3]) -> f64[3] = f(x)"},
	{ReshapeLength, "reshape to another number of elements",
		"reshape keeps the elements and their order, so the product of the sizes stays the same.",
		"fn f(x: f64[6]) -> f64[2, 2] = reshape(x, [2, 2])", "fn f(x: f64[6]) -> f64[2, 3] = reshape(x, [2, 3])"},
	{MatrixForm, "not a matrix",
		"@ multiplies a matrix or a vector by a matrix or a vector, and .T transposes a matrix. Anything with more axes is an equation with named indices.",
		"fn f(x: f64[3]) -> f64[3] = x.T", "fn f(x: f64[3, 3]) -> f64[3, 3] = x.T"},
	{UnpackCount, "wrong number of values",
		"(a, b) = e names each of the values that e yields.",
		"fn f(x: f64) -> f64 {\n  (a, b) = x\n  return a + b\n}", "fn f(x: f64) -> f64 {\n  (a, b) = (x, 2*x)\n  return a + b\n}"},
	{NotBool, "condition and number confused",
		"A condition is true or false and no number; a number is no condition. if c then 1 else 0 makes a number of one, x > 0 a condition of the other.",
		"fn f(x: f64) -> f64 = if x then 1 else 2", "fn f(x: f64) -> f64 = if x > 0 then 1 else 2"},
	{WrongHyper, "hyper-parameter of another kind",
		"A hyper-parameter is a size, a number, a truth value, a function or a layer, as declared, and known when the program is generated.",
		"model M : f32[4] -> f32[4] = Dense(tanh)", "model M : f32[4] -> f32[4] = Dense(4)"},
	{NotConstant, "not a constant",
		"A const is made of numbers, other constants and constant sizes, and is computed exactly when the program is generated.",
		"dim B\nconst a = 1 / B", "dim B = 4\nconst a = 1 / B"},
	{ScanForm, "scan that does not fit its step",
		"scan(cell, carry, xs) runs a step along the leading axis of xs. The step takes the carry and one element, and returns the next carry and an output; the carry keeps its type.",
		"fn f(x: f64[5]) -> f64 {\n  step cell(s: f64) {\n    return (s, s)\n  }\n  (last, all) = scan(cell, 0, x)\n  return last\n}",
		"fn f(x: f64[5]) -> f64 {\n  step cell(s: f64, v: f64) {\n    return (s + v, s)\n  }\n  (last, all) = scan(cell, 0, x)\n  return last\n}"},
	{NotConcrete, "types are not fixed",
		"A model, a loss, and a function of which derivatives are emitted become Go code, so their element types are f32, f64, i32 or bool, and their sizes are declared.",
		"fn f(x: real[n]) -> real = sum(x)\nderive f { grad(x) }", "dim N\nfn f(x: f64[N]) -> f64 = sum(x)\nderive f { grad(x) }"},
	{NumberTooLarge, "number too large for its type",
		"Numbers are exact until they meet an array or a scalar, whose element type they take. An i32 lies between -2^31 and 2^31 - 1, an f32 below about 3.4e38 and an f64 below about 1.8e308; inf is written as such.",
		"fn f(x: f32) -> f32 = 1e40 * x", "fn f(x: f32) -> f32 = 1e30 * x"},
}
