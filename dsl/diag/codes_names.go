package diag

// Names.
const (
	Undefined        Code = "GG0301"
	Redeclared       Code = "GG0302"
	IndexRebound     Code = "GG0303"
	Recursive        Code = "GG0304"
	LayerWithoutCall Code = "GG0305"
	NeedsLabel       Code = "GG0306"
	BadLabel         Code = "GG0307"
	NotHere          Code = "GG0308"
	NoReturn         Code = "GG0309"
	AfterReturn      Code = "GG0310"
	NoSuchParam      Code = "GG0311"
	WrongKindOfName  Code = "GG0312"
)

var nameCodes = []Row{
	{Undefined, "name that is not defined",
		"A name is defined before it is used: by a declaration of the file or of a file that it imports, by the prelude, or in the body above.",
		"fn f(x: f64) -> f64 = sinn(x)", "fn f(x: f64) -> f64 = sin(x)"},
	{Redeclared, "name defined twice",
		"Every name is defined once in its file or its body. Nothing changes in place, so a new value gets a new name.",
		"fn f(x: f64) -> f64 {\n  y = sin(x)\n  y = cos(y)\n  return y\n}", "fn f(x: f64) -> f64 {\n  y = sin(x)\n  z = cos(y)\n  return z\n}"},
	{IndexRebound, "index that is in use",
		"An index in scope cannot be bound again: in sum[i] x[i] * sum[i] y[i] it would not be clear which i is meant.",
		"fn f(x: f64[3]) -> f64 = sum[i] x[i] * sum[i] x[i]", "fn f(x: f64[3]) -> f64 = sum[i] x[i] * sum[j] x[j]"},
	{Recursive, "declaration that uses itself",
		"There is no recursion: the cost and the memory of a program are known before it runs. Repetition is written with stack, iterate or scan.",
		"fn f(x: f64) -> f64 = f(x / 2)", "fn half(x: f64) -> f64 = x / 2\nfn f(x: f64) -> f64 = iterate(10, half)(x)"},
	{LayerWithoutCall, "layer without its parentheses",
		"A layer becomes an instance, with parameters of its own, by its hyper-parameters: Dense(10), or Flatten() if there are none.",
		"dim B\nmodel M : f32[B, 2, 3] -> f32[B, 6] = Flatten", "dim B\nmodel M : f32[B, 2, 3] -> f32[B, 6] = Flatten()"},
	{NeedsLabel, "two things of one name",
		"The path of a parameter is made of the labels of the instances that it belongs to, so the labels of a body are unique. An instance without a label is called after its layer; a second one needs a label.",
		"model M : f32[4] -> f32[4] = Dense(4) ∘ Dense(4)", "model M : f32[4] -> f32[4] = b: Dense(4) ∘ a: Dense(4)"},
	{BadLabel, "label that is no path",
		"A quoted label is a path of names with points between them, to match the names in files of weights.",
		"model M : f32[4] -> f32[4] = \"../fc\": Dense(4)", "model M : f32[4] -> f32[4] = \"features.0\": Dense(4)"},
	{NotHere, "out of place",
		"Parameters, state and labels belong to layers and models. Functions own nothing: they take the parameters of the models that they call.",
		"fn f(x: f32[4]) -> f32[4] = Dense(4)(x)", "model M : f32[4] -> f32[4] = Dense(4)\nfn f(x: f32[4]) -> f32[4] = M(x)"},
	{NoReturn, "body that returns nothing",
		"The body of a function, a layer, a model, a loss or a step ends with return and a value.",
		"fn f(x: f64) -> f64 {\n  y = sin(x)\n}", "fn f(x: f64) -> f64 {\n  y = sin(x)\n  return y\n}"},
	{AfterReturn, "statement behind return",
		"return is the last statement of a body: a body is a list of definitions, not of commands.",
		"fn f(x: f64) -> f64 {\n  return x\n  y = sin(x)\n}", "fn f(x: f64) -> f64 {\n  y = sin(x)\n  return y\n}"},
	{NoSuchParam, "path to nothing",
		"A path such as fc1.weight names a parameter of a labelled instance that has been applied, or of a model.",
		"model M : f32[4] -> f32[4] = fc: Dense(4)\nfn f() -> f32 = sum(M.fc.wait)", "model M : f32[4] -> f32[4] = fc: Dense(4)\nfn f() -> f32 = sum(M.fc.weight)"},
	{WrongKindOfName, "name of something else",
		"A trainer is for a loss, and a loss is no part of a formula.",
		"dim B\nmodel M : f32[B, 4] -> f32[B, 4] = Dense(4)\ntrain M with SGD(lr = 0.1)",
		"dim B\nmodel M : f32[B, 4] -> f32[B, 4] = Dense(4)\nloss L(x: f32[B, 4]) = mean(M(x)^2)\ntrain L with SGD(lr = 0.1)"},
}
