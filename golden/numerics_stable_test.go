package golden_test

import "math"

// Formulas written as in a lecture, far out where they fail by hand: by an
// overflow, by a probability that rounds to 0, by cancellation. Values and
// derivatives are those of the stable form.

// far are an exponent that overflows in both precisions, and one that vanishes.
const far = 1000

// sigmoids are the points of a function that is a sigmoid of s·x.
func sigmoids(s float64) func(extremes) []point {
	lo, hi := 0.0, 1.0
	if s < 0 {
		lo, hi = hi, lo
	}
	p := 1 / (1 + math.Exp(-2*s))
	return fixed(at(0, .5, s*.25), at(2, p, s*p*(1-p)), at(far, hi, 0), at(-far, lo, 0), at(inf, hi, 0), at(-inf, lo, 0), at(nan, nan, nan))
}

// softpluses are the points of a·softplus(s·x).
func softpluses(a, s float64) func(extremes) []point {
	some := s * math.Log1p(math.Exp(1))
	slope := 1 / (1 + math.Exp(-1))
	return fixed(at(0, a*math.Ln2, a*s*.5), at(s, a*s*some, a*s*slope), at(s*far, a*far, a*s), at(-s*far, 0, 0), at(s*inf, a*inf, a*s), at(-s*inf, 0, 0), at(nan, nan, nan))
}

var byHandRows = []pointwise{
	{name: "log(1 + exp(x)) by hand", expr: "log(1 + exp(x))", points: softpluses(1, 1)},
	{name: "log(exp(-x) + 1) by hand", expr: "log(exp(-x) + 1)", points: softpluses(1, -1)},
	{name: "log1p(exp(x)) by hand", expr: "log1p(exp(x))", points: softpluses(1, 1)},
	{name: "log(sigmoid(x)) by hand", expr: "log(sigmoid(x))", points: softpluses(-1, -1)},
	{name: "log(1 - sigmoid(x)) by hand", expr: "log(1 - sigmoid(x))", points: softpluses(-1, 1)},
	{name: "the logarithm of a sigmoid by hand", expr: "log(1 / (1 + exp(-x)))", points: softpluses(-1, -1)},
	{name: "binary cross entropy by hand", expr: "-(y*log(sigmoid(x)) + (1 - y)*log(1 - sigmoid(x)))", arity: 2, points: fixed(
		at2(0, 1, math.Ln2, -.5, some), at2(far, 1, 0, 0, -far), at2(-far, 1, far, -1, far), at2(far, 0, far, 1, -far), at2(-far, 0, 0, 0, far))},
	{name: "log(exp(x)) by hand", expr: "log(exp(x))", exact: true, points: fixed(at(0, 0, 1), at(far, far, 1), at(-far, -far, 1), at(inf, inf, 1), at(-inf, -inf, 1), at(nan, nan, 1))},
	{name: "1/(1 + exp(-x)) by hand", expr: "1 / (1 + exp(-x))", points: sigmoids(1)},
	{name: "1/(exp(x) + 1) by hand", expr: "(exp(x) + 1)^-1", points: sigmoids(-1)},
	{name: "exp(x)/(1 + exp(x)) by hand", expr: "exp(x) / (1 + exp(x))", points: sigmoids(1)},
	{name: "tanh by hand", expr: "(exp(x) - exp(-x)) / (exp(x) + exp(-x))", points: fixed(at(0, 0, 1), at(.5, math.Tanh(.5), 1-math.Tanh(.5)*math.Tanh(.5)),
		at(far, 1, 0), at(-far, -1, 0), at(inf, 1, 0), at(-inf, -1, 0), at(nan, nan, nan))},
	{name: "exp(x) - 1 by hand", expr: "exp(x) - 1", points: fixed(at(0, 0, 1), at(1e-18, 1e-18, 1), at(far, inf, inf), at(-far, -1, 0), at(inf, inf, inf), at(-inf, -1, 0), at(nan, nan, nan))},
	{name: "1 - exp(-x) by hand", expr: "1 - exp(-x)", points: fixed(at(0, 0, 1), at(1e-18, 1e-18, 1), at(far, 1, 0), at(inf, 1, 0), at(-inf, -inf, inf), at(nan, nan, nan))},
	{name: "log(1 + x) by hand", expr: "log(1 + x)", points: fixed(at(0, 0, 1), at(1e-18, 1e-18, 1), at(1, math.Ln2, .5), at(-1, -inf, inf), at(-2, nan, nan), at(inf, inf, 0), at(nan, nan, nan))},
	{name: "log(1 - x) by hand", expr: "log(1 - x)", points: fixed(at(1e-18, -1e-18, -1), at(-1, math.Ln2, -.5), at(1, -inf, -inf), at(2, nan, nan), at(-inf, inf, 0), at(nan, nan, nan))},
	// What is stable by hand stays, and is right.
	{name: "a softplus that is stable by hand", expr: "max(x, 0) + log1p(exp(-abs(x)))", points: fixed(at(far, far, 1), at(-far, 0, 0), at(2, 2+math.Log1p(math.Exp(-2)), 1/(1+math.Exp(-2))))},
}

// logits are the cases of the logarithm of a softmax.
var logits = fixedCases(
	vectorPoint{vec(far, -far), vec(0, -2*far), by(1, 2), by(-2, 2)}, vectorPoint{vec(-far, -far), vec(-math.Ln2, -math.Ln2), by(1, 3), by(-1, 1)},
	vectorPoint{vec(-inf, 7), vec(-inf, 0), by(0, 3), by(0, 0)}, vectorPoint{vec(nan, 1), vec(nan, nan), by(1, 1), by(nan, nan)})

// chances are the cases of a softmax.
var chances = fixedCases(
	vectorPoint{vec(far, -far), vec(1, 0), by(1, 2), by(0, 0)}, vectorPoint{vec(-far, -far), vec(.5, .5), by(1, 3), by(-.5, .5)},
	vectorPoint{vec(-inf, -inf), vec(0, 0), by(1, 2), by(0, 0)}, vectorPoint{vec(nan, 1), vec(nan, nan), by(1, 1), by(nan, nan)})

// sums are the cases of the logarithm of the exponentials of two numbers, less a
// number.
func sums(less float64) func(extremes) []vectorPoint {
	return fixedCases(
		vectorPoint{vec(far, -far), vec(far - less), nil, by(1, 0)}, vectorPoint{vec(-3*far, -far), vec(-far - less), nil, by(0, 1)},
		vectorPoint{vec(0, 0), vec(math.Ln2 - less), nil, by(.5, .5)}, vectorPoint{vec(-inf, -inf), vec(-inf), nil, by(0, 0)},
		vectorPoint{vec(inf, 1), vec(inf), nil, by(some, some)}, vectorPoint{vec(nan, 1), vec(nan), nil, by(nan, nan)})
}

var byHandVectors = []along{
	{name: "log(softmax(x)) by hand", text: "fn NAME(x: f64[SIZE]) -> f64[SIZE] { r = log(softmax(x)); return r }", cases: logits},
	{name: "a softmax by hand and its logarithm", text: "fn NAME(x: f64[SIZE]) -> f64[SIZE] { e = exp(x); s = sum[j] e[j]; p[i] = e[i] / s; r = log(p); return r }", cases: logits},
	{name: "a softmax by hand", text: "fn NAME(x: f64[SIZE]) -> f64[SIZE] { r = exp(x) / sum(exp(x)); return r }", exact: true, cases: chances},
	{name: "a softmax by hand, element by element", text: "fn NAME(x: f64[SIZE]) -> f64[SIZE] { e[i] = exp(x[i]); s = sum[i] e[i]; r[i] = e[i] / s; return r }", exact: true, cases: chances},
	{name: "log(sum(exp(x))) by hand", text: "fn NAME(x: f64[SIZE]) -> f64 = log(sum(exp(x)))", cases: sums(0)},
	{name: "log(sum(exp(x))) in statements", text: "fn NAME(x: f64[SIZE]) -> f64 { e = exp(x); s = sum(e); return log(s) }", cases: sums(0)},
	{name: "log(mean(exp(x))) by hand", text: "fn NAME(x: f64[SIZE]) -> f64 = log(mean(exp(x)))", cases: sums(math.Ln2)},
	{name: "log(sum(exp(x))) under a mask", text: "fn NAME(x: f64[SIZE]) -> f64 = log(sum[i where i > 0 and x[i] < 2000] exp(x[i]))", cases: fixedCases(
		vectorPoint{vec(nan, far, 3000, -far), vec(far), nil, by(0, 1, 0, 0)}, vectorPoint{vec(5, 3000, 3000, 3000), vec(-inf), nil, by(0, 0, 0, 0)},
		vectorPoint{vec(nan, 0, 0, 3000), vec(math.Ln2), nil, by(0, .5, .5, 0)})},
	{name: "log(softmax(x)) under a mask", text: "fn NAME(x: f64[SIZE]) -> f64[SIZE] { r[i] = log(softmax[i where i > 0](x[i])); return r }", cases: fixedCases(
		vectorPoint{vec(nan, far, -far), vec(-inf, 0, -2*far), by(7, 1, 2), by(0, -2, 2)})},
	{name: "a softmax that is stable by hand", text: "fn NAME(x: f64[SIZE]) -> f64[SIZE] { m = max(x); e[i] = exp(x[i] - m); r[i] = e[i] / sum[j] e[j]; return r }", exact: true, cases: fixedCases(
		vectorPoint{vec(far, -far, 0), vec(1, 0, 0), by(1, 2, 3), by(0, 0, 0)})},
}
