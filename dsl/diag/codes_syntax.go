package diag

// Syntax.
const (
	UnknownCharacter  Code = "GG0101"
	UnclosedString    Code = "GG0102"
	BadNumber         Code = "GG0103"
	ForeignOperator   Code = "GG0104"
	UnclosedBracket   Code = "GG0105"
	UnmatchedBracket  Code = "GG0106"
	BraceOnOwnLine    Code = "GG0107"
	NotADeclaration   Code = "GG0108"
	Unexpected        Code = "GG0109"
	MissingExpression Code = "GG0110"
	UnknownType       Code = "GG0111"
	MixedComposition  Code = "GG0112"
	ReductionName     Code = "GG0113"
	BareReduction     Code = "GG0114"
	BadBinder         Code = "GG0115"
	NeedsParentheses  Code = "GG0116"
	ArgumentOrder     Code = "GG0117"
	NotAStatement     Code = "GG0118"
	ReservedWord      Code = "GG0119"
	LayerForm         Code = "GG0120"
	MissingElse       Code = "GG0121"
	MisplacedEllipsis Code = "GG0122"
	EmptyList         Code = "GG0123"
	UnknownDerivative Code = "GG0124"
	PackagePlace      Code = "GG0125"
	ParamForm         Code = "GG0126"
)

var syntaxCodes = []Row{
	{UnknownCharacter, "character that means nothing here",
		"The character is not part of the language outside comments and quoted texts.",
		"const a = 1 $ 2", "const a = 1 + 2"},
	{UnclosedString, "quoted text without an end",
		"A quoted text ends with a double quote on the line where it begins. It has no escapes and no single-quoted form.",
		"import \"blocks.grad", "import \"blocks.grad\""},
	{BadNumber, "malformed number",
		"Numbers are decimal: digits, which underscores may group, a fraction with digits on both sides of the point, an exponent. A product is written with an operator.",
		"const a = 1. + 2x", "const x = 3\nconst a = 1.0 + 2*x"},
	{ForeignOperator, "operator of another language",
		"The operator is not one of ours, or would change a value in place: nothing changes in place here, every name is defined once.",
		"fn f(x: f64) -> f64 = x ** 2", "fn f(x: f64) -> f64 = x^2"},
	{UnclosedBracket, "bracket that is never closed",
		"Every ( [ { needs its partner. The place shown is the bracket that was left open.",
		"fn f(x: f64) -> f64 = sin(x\nfn g(x: f64) -> f64 = cos(x)",
		"fn f(x: f64) -> f64 = sin(x)\nfn g(x: f64) -> f64 = cos(x)"},
	{UnmatchedBracket, "closing bracket without an opening one",
		"The bracket closes nothing, or not the bracket that was opened last.",
		"fn f(x: f64) -> f64 = sin(x))", "fn f(x: f64) -> f64 = sin(x)"},
	{BraceOnOwnLine, "opening brace on a line of its own",
		"A line that is complete ends the declaration. The brace of a body stands on the line of what it belongs to.",
		"fn f(x: f64) -> f64\n{\n  return x\n}", "fn f(x: f64) -> f64 {\n  return x\n}"},
	{NotADeclaration, "not a declaration",
		"On the outermost level a file holds declarations only, each beginning with its word: package, import, dim, const, fn, layer, model, loss, train, derive, rule, optimizer, init.",
		"modle M : f32[8] -> f32[8] = id", "model M : f32[8] -> f32[8] = id"},
	{Unexpected, "something else was expected",
		"The text does not continue as the form of the declaration or statement demands. The message says what could have stood here.",
		"loss L(x: f32[8]) - sum(x)", "loss L(x: f32[8]) = sum(x)"},
	{MissingExpression, "expression missing",
		"A value was expected: a name, a number, a call, something in parentheses.",
		"const a = 1 +", "const a = 1 + 2"},
	{UnknownType, "unknown type",
		"The element types are real (the float type of the caller), f32, f64, i32 and bool; a hyper-parameter may also be dim, fn or layer. Axes follow in brackets: f32[B, 784].",
		"fn f(x: float[3]) -> float[3] = x", "fn f(x: f32[3]) -> f32[3] = x"},
	{MixedComposition, "two directions of composition in one expression",
		"g ∘ f and f >> g are the same function. One expression uses one of the two, so that it reads in one direction.",
		"model M : f32[8] -> f32[8] = tanh ∘ id >> sin", "model M : f32[8] -> f32[8] = id >> tanh >> sin"},
	{ReductionName, "array named like a reduction",
		"sum[i] x[i] is a reduction, so no array, parameter or argument can be called sum. The names are: sum, prod, max, min, mean, logsumexp, argmax, argmin, softmax, logSoftmax, cumsum, and concat.",
		"fn f(x: f64[3]) -> f64 {\n  mean = x[0]\n  return mean\n}", "fn f(x: f64[3]) -> f64 {\n  mu = x[0]\n  return mu\n}"},
	{BareReduction, "reduction that needs parentheses",
		"sum, prod, max, min and mean are prefix operators, as Σ is. All other forms that work along an index take their argument in parentheses.",
		"fn f(x: f64[3]) -> f64 = logsumexp[i] x[i]", "fn f(x: f64[3]) -> f64 = logsumexp[i](x[i])"},
	{BadBinder, "not an index",
		"The brackets of a reduction and those on the left of an equation hold indices: a name, or a name with the size of its range, i < n, which runs from 0 up to and without n.",
		"fn f(x: f64[3]) -> f64 = sum[i <= 2] x[i]", "fn f(x: f64[3]) -> f64 = sum[i < 3] x[i]"},
	{NeedsParentheses, "needs parentheses",
		"if, not, and a reduction bind more loosely than what stands around them here. Parentheses say what belongs together.",
		"fn f(x: f64) -> f64 = 2 * if x > 0 then x else -x", "fn f(x: f64) -> f64 = 2 * (if x > 0 then x else -x)"},
	{ArgumentOrder, "positional argument after a named one",
		"Arguments without a name come first, in their order; named ones follow in any order.",
		"model M : f32[1, 8, 8] -> f32[6, 4, 4] = Conv2d(k=5, 6)", "model M : f32[1, 8, 8] -> f32[6, 4, 4] = Conv2d(6, k=5)"},
	{NotAStatement, "not a statement",
		"A body defines names and returns a value: y = e, y[i] = e, (p, q) = e, param, state, next, step, dim, const, return.",
		"fn f(x: f64) -> f64 {\n  sin(x)\n}", "fn f(x: f64) -> f64 {\n  return sin(x)\n}"},
	{ReservedWord, "reserved word used as a name",
		"if, then, else, and, or, not, where, return, true and false are reserved. All other words, layer and state for instance, may be names.",
		"const then = 1", "const after = 1"},
	{LayerForm, "incomplete layer",
		"A layer has two lists, hyper-parameters and inputs, either of which may be empty; or it states its types after a colon and is a composition.",
		"layer Twice(x: real[n]) -> real[n] = 2 * x", "layer Twice()(x: real[n]) -> real[n] = 2 * x"},
	{MissingElse, "if without else",
		"An if is an expression and has a value on both sides: if c then a else b.",
		"fn f(x: f64) -> f64 = if x > 0 then x", "fn f(x: f64) -> f64 = if x > 0 then x else 0"},
	{MisplacedEllipsis, "misplaced ellipsis",
		"... stands for any leading axes. It comes first in the brackets of a type, of a read, or of the left side of an equation, and at most once. As an argument it stands in prod(...) only, the number of elements of the leading axes together.",
		"fn f(x: real[n, ...]) -> real[n, ...] = x", "fn f(x: real[..., n]) -> real[..., n] = x"},
	{EmptyList, "empty list",
		"Brackets of a type, a read, a vector or a reduction hold at least one entry, a tuple two. A scalar type has no brackets.",
		"fn f(x: f64[]) -> f64 = x", "fn f(x: f64) -> f64 = x"},
	{UnknownDerivative, "unknown kind of derivative",
		"derive knows value, grad(x), jac(x), jvp(x), vjp(x), hess(x) and hvp(x); rule knows jvp and vjp.",
		"fn f(x: f64) -> f64 = x^2\nderive f { value, gradient(x) }", "fn f(x: f64) -> f64 = x^2\nderive f { value, grad(x) }"},
	{PackagePlace, "misplaced package clause",
		"A file has at most one package clause, and it comes before everything else.",
		"dim B\npackage digits", "package digits\ndim B"},
	{ParamForm, "contradictory parameter",
		"A parameter starts either from an initialiser, after ~, or from a value, after =; an interval, in (lo, hi), stands before both and a condition, when c, behind.",
		"layer L(n: dim)(x: real[b, n]) -> real[b, n] {\n  param w : real[n] = 0 ~ normal(0, 1)\n  return x\n}",
		"layer L(n: dim)(x: real[b, n]) -> real[b, n] {\n  param w : real[n] ~ normal(0, 1)\n  return x\n}"},
}
