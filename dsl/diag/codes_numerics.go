package diag

// Floating point. These are warnings, which gradgen vet prints; the table of the formulas is in package ir/stable.
const (
	Rewritten Code = "GG0801"
	Unstable  Code = "GG0802"
)

var numericsCodes = []Row{
	{Rewritten, "unstable formula, compiled as a stable one",
		"Some formulas are right on paper and fail in floating point: an exponential overflows, a difference cancels, and the derivative is NaN where the value still looks right. Those that have a stable form with the same meaning are compiled in that form, value and derivatives alike, and so is what is made of them. The warning names the form, so that the source can say what happens.",
		"fn f(x: f64[8]) -> f64 = sum(log(1 + exp(x)))", "fn f(x: f64[8]) -> f64 = sum(softplus(x))"},
	{Unstable, "unstable formula, compiled as it stands",
		"A formula fails in floating point, as that of GG0801 do, and the stable form costs more or is not quite the same function, so the choice is left to you.",
		"fn f(x: f64[8]) -> f64 = mean(x^2) - mean(x)^2", "fn f(x: f64[8]) -> f64 {\n  m = mean(x)\n  return mean((x - m)^2)\n}"},
}
