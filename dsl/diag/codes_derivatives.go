package diag

// Differentiation.
const (
	NotDifferentiable Code = "GG0501"
	DeriveForm        Code = "GG0502"
	RuleForm          Code = "GG0503"
	RuleNotLinear     Code = "GG0504"
)

var derivativeCodes = []Row{
	{NotDifferentiable, "no derivative",
		"Integers and truth values have no derivative, and neither has what is computed through them. Where that is meant, stop says so.",
		"fn f(n: i32[3]) -> f64 = sum(f64(n))\nderive f { grad(n) }", "fn f(x: f64[3]) -> f64 = sum(x)\nderive f { grad(x) }"},
	{DeriveForm, "derivative that cannot be asked for",
		"grad, hess and hvp are of a function with one number as its result; jac, jvp and vjp of any. They are by arguments, by models that the function uses, or by several of these; without a list, by every argument that is a float.",
		"fn f(x: f64[3]) -> f64[3] = sin(x)\nderive f { grad(x) }", "fn f(x: f64[3]) -> f64[3] = sin(x)\nderive f { jac(x) }"},
	{RuleForm, "rule that does not fit its function",
		"A rule names the arguments of its function. jvp then names a tangent for each argument that is no integer and yields a tangent for each result; vjp names a cotangent for each result and yields one for each such argument.",
		"fn f(x: f64, y: f64) -> f64 = x * y\nrule jvp f(x; dx) = dx", "fn f(x: f64, y: f64) -> f64 = x * y\nrule jvp f(x, y; dx, dy) = y*dx + x*dy"},
	{RuleNotLinear, "rule that is not linear",
		"A derivative is linear in its tangents or cotangents: every term has exactly one of them as a factor. The other mode is the transpose of the rule, which exists for linear ones only.",
		"fn f(x: f64) -> f64 = x^2\nrule jvp f(x; dx) = 2*x*dx + 1\nfn g(x: f64) -> f64 = f(x)", "fn f(x: f64) -> f64 = x^2\nrule jvp f(x; dx) = 2*x*dx\nfn g(x: f64) -> f64 = f(x)"},
}
