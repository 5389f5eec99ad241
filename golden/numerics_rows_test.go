package golden_test

import (
	"math"
	"slices"
)

var (
	nan, inf = math.NaN(), math.Inf(1)
	minus0   = math.Copysign(0, -1)
)

// by makes a gradient.
func by(v ...float64) []float64 { return v }

// at makes a point of one argument, at2 of two.
func at(x, value float64, grad ...float64) point { return point{[]float64{x}, value, grad} }

func at2(x, y, value float64, grad ...float64) point { return point{[]float64{x, y}, value, grad} }

func fixed(points ...point) func(extremes) []point { return func(extremes) []point { return points } }

var (
	pointwiseRows = slices.Concat(conventionRows, byHandRows)
	alongRows     = slices.Concat(conventionVectors, byHandVectors)
)

var conventionRows = []pointwise{
	{name: "relu at 0 is 0, at a subnormal 1", expr: "relu(x)", exact: true, points: func(k extremes) []point {
		return []point{at(0, 0, 0), at(minus0, 0, 0), at(k.least, k.least, 1), at(-k.least, 0, 0), at(2, 2, 1), at(-2, 0, 0),
			at(nan, nan, nan), at(inf, inf, 1), at(-inf, 0, 0)}
	}},
	{name: "max shares a tie", expr: "max(x, y)", arity: 2, exact: true, points: fixed(at2(1, 1, 1, .5, .5), at2(2, 1, 2, 1, 0), at2(1, 2, 2, 0, 1),
		at2(0, minus0, 0, .5, .5), at2(inf, inf, inf, .5, .5), at2(nan, 1, nan, nan, nan), at2(1, nan, nan, nan, nan), at2(nan, inf, nan, nan, nan))},
	{name: "min shares a tie", expr: "min(x, y)", arity: 2, exact: true, points: fixed(at2(1, 1, 1, .5, .5), at2(2, 1, 1, 0, 1), at2(1, 2, 1, 1, 0),
		at2(0, minus0, 0, .5, .5), at2(-inf, -inf, -inf, .5, .5), at2(nan, 1, nan, nan, nan), at2(1, nan, nan, nan, nan), at2(-inf, nan, nan, nan, nan))},
	{name: "max(x, x) has derivative 1", expr: "max(x, x)", exact: true, points: fixed(at(3, 3, 1), at(0, 0, 1), at(nan, nan, nan))},
	{name: "min(x, x) has derivative 1", expr: "min(x, x)", exact: true, points: fixed(at(3, 3, 1), at(0, 0, 1), at(nan, nan, nan))},
	{name: "max(x, 0) is not relu", expr: "max(x, 0)", exact: true, points: fixed(at(0, 0, .5), at(minus0, 0, .5), at(1, 1, 1), at(-1, 0, 0), at(nan, nan, nan))},
	{name: "max(0, x) is not relu", expr: "max(0, x)", exact: true, points: fixed(at(0, 0, .5), at(minus0, 0, .5), at(1, 1, 1), at(-1, 0, 0), at(nan, nan, nan))},
	{name: "abs at 0 is 0", expr: "abs(x)", exact: true, points: fixed(at(0, 0, 0), at(minus0, 0, 0), at(-2, 2, -1), at(2, 2, 1), at(nan, nan, nan), at(-inf, inf, -1))},
	{name: "L1 at the corner is 0", expr: "abs(x - y)", arity: 2, exact: true, points: fixed(at2(1, 1, 0, 0, 0), at2(3, 1, 2, 1, -1), at2(1, 3, 2, -1, 1))},
	{name: "hinge at the corner is 0", expr: "hinge(x, y)", arity: 2, exact: true, points: fixed(at2(1, 1, 0, 0, 0), at2(-1, -1, 0, 0, 0), at2(0, 1, 1, -1, 0),
		at2(2, 1, 0, 0, 0), at2(.5, -1, 1.5, 1, -.5), at2(nan, 1, nan, nan, nan))},
	{name: "sign is flat", expr: "sign(x)", exact: true, points: fixed(at(2, 1, 0), at(-2, -1, 0), at(0, 0, 0))},
	{name: "floor is flat", expr: "floor(x)", exact: true, points: fixed(at(1.5, 1, 0), at(-1.5, -2, 0), at(2, 2, 0))},
	{name: "ceil is flat", expr: "ceil(x)", exact: true, points: fixed(at(1.5, 2, 0), at(-1.5, -1, 0), at(2, 2, 0))},
	{name: "round is flat", expr: "round(x)", exact: true, points: fixed(at(1.5, 2, 0), at(.5, 0, 0), at(2, 2, 0))},
	{name: "clamp is closed", expr: "clamp(x, -1, 1)", exact: true, points: fixed(at(-1, -1, 1), at(1, 1, 1), at(0, 0, 1), at(2, 1, 0), at(-2, -1, 0), at(nan, nan, nan), at(inf, 1, 0))},
	{name: "clamp by a bound", expr: "clamp(x, y, 2)", arity: 2, exact: true, points: fixed(at2(-2, -1, -1, 0, 1), at2(-1, -1, -1, 1, 0), at2(0, -1, 0, 1, 0), at2(3, -1, 2, 0, 0), at2(2, -1, 2, 1, 0))},
	{name: "relu6 at the corners is 0", expr: "relu6(x)", exact: true, points: fixed(at(0, 0, 0), at(minus0, 0, 0), at(6, 6, 0), at(3, 3, 1), at(-1, 0, 0), at(7, 6, 0), at(nan, nan, nan))},
	{name: "hardtanh at the corners is 0", expr: "hardtanh(x)", exact: true, points: fixed(at(-1, -1, 0), at(1, 1, 0), at(.5, .5, 1), at(-2, -1, 0), at(2, 1, 0), at(nan, nan, nan))},
	{name: "hardsigmoid at the corners is 0", expr: "hardsigmoid(x)", points: fixed(at(-3, 0, 0), at(3, 1, 0), at(0, .5, 1./6), at(1.5, .75, 1./6), at(-4, 0, 0), at(4, 1, 0), at(nan, nan, nan))},
	{name: "leakyRelu at 0 is the slope", expr: "leakyRelu(x, 0.25)", exact: true, points: fixed(at(0, 0, .25), at(minus0, 0, .25), at(2, 2, 1), at(-2, -.5, .25), at(nan, nan, nan))},
	{name: "leakyRelu by its slope", expr: "leakyRelu(x, y)", arity: 2, exact: true, points: fixed(at2(0, .25, 0, .25, 0), at2(2, .25, 2, 1, 0), at2(-2, .25, -.5, .25, -2), at2(nan, .25, nan, nan, nan))},
	{name: "elu at 0 is alpha", expr: "elu(x, 0.75)", exact: true, points: fixed(at(0, 0, .75), at(minus0, 0, .75), at(2, 2, 1), at(-inf, -.75, 0), at(nan, nan, nan))},
	{name: "sqrt at 0 is infinite", expr: "sqrt(x)", exact: true, points: fixed(at(0, 0, inf), at(4, 2, .25), at(-1, nan, nan), at(inf, inf, 0), at(nan, nan, nan))},
	// Forward, the infinite slope comes before the factor 0, and a product multiplies.
	{name: "a factor 0 wins over sqrt at 0", expr: "sqrt(x) * y", arity: 2, exact: true, reverse: true, points: fixed(at2(0, 0, 0, 0, 0), at2(0, 1, 0, inf, 0), at2(4, 3, 6, .75, 2))},
	{name: "a literal factor 0 wins over sqrt at 0", expr: "0 * sqrt(x)", exact: true, reverse: true, points: fixed(at(0, 0, 0), at(4, 0, 0))},
	{name: "a side not taken wins over sqrt at 0", expr: "if x > 0 then sqrt(x) else 0", exact: true, points: fixed(at(0, 0, 0), at(-1, 0, 0), at(4, 2, .25))},
	{name: "hypot at 0 is 0, and scaled", expr: "hypot(x, y)", arity: 2, points: func(k extremes) []point {
		return []point{at2(0, 0, 0, 0, 0), at2(minus0, 0, 0, 0, 0), at2(3, 4, 5, .6, .8), at2(3*k.big, 4*k.big, 5*k.big, .6, .8), at2(3*k.tiny, 4*k.tiny, 5*k.tiny, .6, .8), at2(0, -2, 2, 0, -1), at2(nan, 1, nan, nan, nan)}
	}},
	{name: "x^y at x = 0", expr: "x^y", arity: 2, exact: true, points: fixed(at2(0, 0, 1, 0, 0), at2(0, 1, 0, 1, 0), at2(0, 2, 0, 0, 0), at2(0, 1.5, 0, 0, 0), at2(0, .5, 0, inf, 0),
		at2(0, -1, inf, -inf, -inf), at2(0, -2, inf, -inf, -inf), at2(-2, 2, 4, -4, nan), at2(1, 3, 1, 3, 0), at2(5, 0, 1, 0, some))},
	{name: "x^0 at 0", expr: "x^0", exact: true, points: fixed(at(0, 1, 0), at(2, 1, 0))},
	{name: "x^1 at 0", expr: "x^1", exact: true, points: fixed(at(0, 0, 1), at(2, 2, 1))},
	{name: "x^2 at 0", expr: "x^2", exact: true, points: fixed(at(0, 0, 0), at(-3, 9, -6))},
	{name: "x^3 at 0", expr: "x^3", exact: true, points: fixed(at(0, 0, 0), at(-2, -8, 12))},
	{name: "x^1.5 at 0", expr: "x^1.5", points: fixed(at(0, 0, 0), at(4, 8, 3))},
	{name: "x^0.5 at 0", expr: "x^0.5", points: fixed(at(0, 0, inf), at(4, 2, .25), at(-1, nan, nan))},
	{name: "x^-1 at 0", expr: "x^-1", exact: true, points: fixed(at(0, inf, -inf), at(2, .5, -.25))},
	{name: "x^-0.5 at 0", expr: "x^-0.5", points: fixed(at(0, inf, -inf), at(4, .5, -1./16))},
	{name: "atan2 at (0, 0) is 0, and scaled", expr: "atan2(x, y)", arity: 2, points: func(k extremes) []point {
		a := math.Atan(.75)
		return []point{at2(0, 0, 0, 0, 0), at2(minus0, 0, 0, 0, 0), at2(3, 4, a, .16, -.12), at2(3*k.big, 4*k.big, a, .16/k.big, -.12/k.big), at2(3*k.tiny, 4*k.tiny, a, .16/k.tiny, -.12/k.tiny),
			at2(1, 0, math.Pi/2, 0, -1), at2(nan, 1, nan, nan, nan)}
	}},
	{name: "log below 0 is NaN", expr: "log(x)", points: fixed(at(-1, nan, nan), at(0, -inf, inf), at(2, math.Ln2, .5), at(inf, inf, 0), at(nan, nan, nan))},
	{name: "log1p below -1 is NaN", expr: "log1p(x)", points: fixed(at(-2, nan, nan), at(-1, -inf, inf), at(1, math.Ln2, .5))},
	{name: "the side not taken is NaN", expr: "if x > 0 then log(x) else 3*x", points: fixed(at(-1, -3, 3), at(0, 0, 3), at(2, math.Ln2, .5))},
	{name: "the side not taken is infinite", expr: "if x == 0 then 2*x else x / abs(x)", exact: true, points: fixed(at(0, 0, 2), at(3, 1, 0), at(-3, -1, 0))},
	{name: "the side not taken divides by 0", expr: "if x > y then x else y / (x - x)", arity: 2, exact: true, points: fixed(at2(2, 1, 2, 1, 0), at2(2, -1, 2, 1, 0))},
	{name: "nested sides not taken", expr: "if x > 0 then (if x < 1 then sqrt(1 - x) else 0) else log(x - x)", points: fixed(at(2, 0, 0), at(1, 0, 0), at(.75, .5, -1))},
	{name: "the side not taken overflows", expr: "if x < 99 then exp(x) else 2*x", points: fixed(at(8192, 16384, 2), at(0, 1, 1))},
	{name: "a function of an overflow, not taken", expr: "if x < 99 then sin(exp(x)) else x", points: fixed(at(8192, 8192, 1), at(-inf, 0, 0))},
	{name: "the side not taken has no limit", expr: "if x < y then x*x else sin(y)", arity: 2, points: fixed(at2(1, inf, 1, 2, 0), at2(1, 0, 0, 0, 1))},
	{name: "the side not taken overflows twice", expr: "(if x < 99 then exp(x) else 0) + (if x < 98 then x*exp(x) else 0)", points: fixed(at(8192, 0, 0), at(0, 1, 2))},
	{name: "softplus at 0", expr: "softplus(x)", exact: true, points: fixed(at(0, some, .5), at(minus0, some, .5), at(inf, inf, 1), at(-inf, 0, 0), at(nan, nan, nan))},
	{name: "logSigmoid at 0", expr: "logSigmoid(x)", exact: true, points: fixed(at(0, some, .5), at(minus0, some, .5), at(inf, 0, 0), at(-inf, -inf, 1), at(nan, nan, nan))},
	{name: "binaryCrossEntropy at 0", expr: "binaryCrossEntropy(x, y)", arity: 2, exact: true, points: fixed(at2(0, 1, some, -.5, 0), at2(0, 0, some, .5, 0), at2(minus0, 1, some, -.5, 0), at2(0, .5, some, 0, 0), at2(nan, 1, nan, nan, some))},
	{name: "0·x is not 0", expr: "x * 0", exact: true, points: fixed(at(2, 0, 0), at(inf, nan, some), at(nan, nan, some))},
	{name: "x - x is not 0", expr: "x - x", exact: true, points: fixed(at(2, 0, 0), at(inf, nan, some), at(nan, nan, some))},
	{name: "x/x is not 1", expr: "x / x", exact: true, points: fixed(at(2, 1, 0), at(0, nan, nan), at(inf, nan, nan))},
	{name: "literals that no Go constant holds", expr: "if x > 0 then inf else if x < 0 then -inf else nan", exact: true, points: fixed(at(1, inf), at(-1, -inf), at(0, nan))},
	{name: "huber at its corners", expr: "huber(x, y)", arity: 2, exact: true, points: fixed(at2(1, 1, 0, 0, 0), at2(2, 1, .5, 1, -1), at2(0, 1, .5, -1, 1), at2(5, 1, 3.5, 1, -1))},
}

func fixedCases(cases ...vectorPoint) func(extremes) []vectorPoint {
	return func(extremes) []vectorPoint { return cases }
}

func vec(x ...float64) []float64 { return x }

var conventionVectors = []along{
	{name: "max of many shares ties", text: "fn NAME(x: f64[SIZE]) -> f64 = max[i] x[i]", exact: true, cases: fixedCases(
		vectorPoint{vec(1, 3, 3, 2), vec(3), nil, by(0, .5, .5, 0)}, vectorPoint{vec(3, 3, 3, 3), vec(3), nil, by(.25, .25, .25, .25)},
		vectorPoint{vec(0, minus0, -1, -1), vec(0), nil, by(.5, .5, 0, 0)}, vectorPoint{vec(1, nan, 2, 0), vec(nan), nil, by(nan, nan, nan, nan)},
		vectorPoint{vec(-inf, -inf, -inf, -inf), vec(-inf), nil, by(.25, .25, .25, .25)}, vectorPoint{vec(nan, inf, 1, 1), vec(nan), nil, by(nan, nan, nan, nan)})},
	{name: "min of many shares ties", text: "fn NAME(x: f64[SIZE]) -> f64 = min[i] x[i]", exact: true, cases: fixedCases(
		vectorPoint{vec(2, 1, 1, 3), vec(1), nil, by(0, .5, .5, 0)}, vectorPoint{vec(inf, inf, inf, inf), vec(inf), nil, by(.25, .25, .25, .25)},
		vectorPoint{vec(1, nan, 2, 0), vec(nan), nil, by(nan, nan, nan, nan)}, vectorPoint{vec(-inf, 0, nan, 0), vec(nan), nil, by(nan, nan, nan, nan)})},
	{name: "argmax takes the first", text: "fn NAME(x: f64[SIZE]) -> f64 = x[argmax[i](x[i]) else 0]", exact: true, cases: fixedCases(
		vectorPoint{vec(1, 3, 3), vec(3), nil, by(0, 1, 0)}, vectorPoint{vec(3, 3, 3), vec(3), nil, by(1, 0, 0)}, vectorPoint{vec(minus0, 0, -1), vec(0), nil, by(1, 0, 0)})},
	{name: "argmin takes the first", text: "fn NAME(x: f64[SIZE]) -> f64 = x[argmin[i](x[i]) else 0]", exact: true, cases: fixedCases(
		vectorPoint{vec(3, 1, 1), vec(1), nil, by(0, 1, 0)}, vectorPoint{vec(0, minus0, 1), vec(0), nil, by(1, 0, 0)})},
	{name: "argmax sees NaN", text: "fn NAME(x: f64[SIZE]) -> f64 = x[argmax[i](x[i]) else 0]", exact: true, cases: fixedCases(
		vectorPoint{vec(1, nan, 3), vec(nan), nil, by(some, some, some)}, vectorPoint{vec(nan, 3, 1), vec(nan), nil, by(some, some, some)})},
	{name: "norm at 0 is 0, and scaled", text: "fn NAME(x: f64[SIZE]) -> f64 = norm(x)", cases: func(k extremes) []vectorPoint {
		return []vectorPoint{{vec(0, 0, 0), vec(0), nil, by(0, 0, 0)}, {vec(3, 4, 0), vec(5), nil, by(.6, .8, 0)},
			{vec(3*k.big, 4*k.big, 0), vec(5 * k.big), nil, by(.6, .8, 0)}, {vec(0, -3*k.tiny, 4*k.tiny), vec(5 * k.tiny), nil, by(0, -.6, .8)},
			{vec(k.least, 0, 0), vec(k.least), nil, by(1, 0, 0)}, {vec(nan, 1, 0), vec(nan), nil, by(nan, nan, nan)}, {vec(inf, 1, 0), vec(inf), nil, by(some, some, some)}}
	}},
	{name: "L1 of many at 0 is 0", text: "fn NAME(x: f64[SIZE]) -> f64 = sum[i] abs(x[i] - 1)", exact: true, cases: fixedCases(vectorPoint{vec(1, 3, -1), vec(4), nil, by(0, 1, -1)})},
	{name: "mae at 0 is 0", text: "fn NAME(x: f64[SIZE]) -> f64 { y[i] = 1 + 0*x[i]; return mae(x, y) }", exact: true, cases: fixedCases(vectorPoint{vec(1, 3, -1, 1), vec(1), nil, by(0, .25, -.25, 0)})},
	{name: "the side not taken is of another array", text: "fn NAME(x: f64[SIZE]) -> f64[SIZE] { e[i] = exp(x[i]); r[i] = if x[i] < 99 then e[i] else x[i]; return r }", cases: fixedCases(
		vectorPoint{vec(0, 8192, 8192, 0), vec(1, 8192, 8192, 1), by(1, 2, 3, 4), by(1, 2, 3, 4)})},
	{name: "the side not taken is of several arrays", text: "fn NAME(x: f64[SIZE]) -> f64 { e[i] = exp(x[i]); p[i] = e[i]*x[i]; return sum[i] (if x[i] < 99 then p[i] + e[i] else 0) }", cases: fixedCases(
		vectorPoint{vec(0, 8192, 8192, 0), vec(2), nil, by(2, 0, 0, 2)})},
	{name: "the side not taken is in two formulas", text: "fn NAME(x: f64[SIZE]) -> f64 { e[i] = exp(x[i]); a[i] = if x[i] < 99 then e[i] else 0; return sum[i] (if x[i] < 98 then a[i]*e[i] else 0) }", cases: fixedCases(
		vectorPoint{vec(0, 8192, 8192, 0), vec(2), nil, by(2, 0, 0, 2)})},
	{name: "prod with zeros", text: "fn NAME(x: f64[SIZE]) -> f64 = prod[i] x[i]", exact: true, cases: fixedCases(
		vectorPoint{vec(2, 0, 3), vec(0), nil, by(0, 6, 0)}, vectorPoint{vec(0, 0, 3), vec(0), nil, by(0, 0, 0)}, vectorPoint{vec(2, 3, 4), vec(24), nil, by(12, 8, 6)},
		vectorPoint{vec(minus0, 3, 4), vec(0), nil, by(12, 0, 0)})},
	{name: "prod of products of underflow", text: "fn NAME(x: f64[SIZE]) -> f64 = prod[i] x[i]", cases: func(k extremes) []vectorPoint {
		return []vectorPoint{{vec(k.tiny, k.tiny, k.big), vec(0), nil, by(k.tiny*k.big, k.tiny*k.big, 0)}}
	}},
	{name: "logsumexp of all -inf", text: "fn NAME(x: f64[SIZE]) -> f64 = logsumexp(x)", cases: fixedCases(
		vectorPoint{vec(-inf, -inf), vec(-inf), nil, by(0, 0)}, vectorPoint{vec(0, 0), vec(math.Ln2), nil, by(.5, .5)}, vectorPoint{vec(-inf, 3), vec(3), nil, by(0, 1)},
		vectorPoint{vec(8192, 8192), vec(8192 + math.Ln2), nil, by(some, some)}, vectorPoint{vec(nan, 1), vec(nan), nil, by(nan, nan)}, vectorPoint{vec(inf, 1), vec(inf), nil, by(some, some)})},
	{name: "logsumexp of a masked row", text: "fn NAME(x: f64[SIZE]) -> f64 = logsumexp[i where x[i] > 9](x[i])", cases: fixedCases(
		vectorPoint{vec(1, 2), vec(-inf), nil, by(0, 0)}, vectorPoint{vec(1, 10), vec(10), nil, by(0, 1)})},
	{name: "softmax of all -inf", text: "fn NAME(x: f64[SIZE]) -> f64[SIZE] { r = softmax(x); return r }", exact: true, cases: fixedCases(
		vectorPoint{vec(-inf, -inf), vec(0, 0), by(1, 2), by(0, 0)}, vectorPoint{vec(0, 0), vec(.5, .5), by(1, 3), by(-.5, .5)}, vectorPoint{vec(-inf, 7), vec(0, 1), by(1, 3), by(0, 0)},
		vectorPoint{vec(8000, -8000), vec(1, 0), by(1, 3), by(0, 0)}, vectorPoint{vec(nan, 1), vec(nan, nan), by(1, 1), by(nan, nan)})},
	{name: "a fully masked softmax row", text: "fn NAME(x: f64[SIZE]) -> f64[SIZE] { r[u] = softmax[u where x[u] > 9](x[u]); return r }", exact: true, cases: fixedCases(
		vectorPoint{vec(1, 2), vec(0, 0), by(1, 2), by(0, 0)}, vectorPoint{vec(1, 10), vec(0, 1), by(1, 2), by(0, 0)}, vectorPoint{vec(nan, 10), vec(0, 1), by(1, 2), by(0, 0)})},
	{name: "a masked entry of softmax may be anything", text: "fn NAME(x: f64[SIZE]) -> f64[SIZE] { r[u] = softmax[u where u < 2](x[u]); return r }", exact: true, cases: fixedCases(
		vectorPoint{vec(0, 0, nan), vec(.5, .5, 0), by(1, 3, 5), by(-.5, .5, 0)}, vectorPoint{vec(0, 0, inf), vec(.5, .5, 0), by(1, 3, 5), by(-.5, .5, 0)})},
	{name: "logSoftmax of all -inf", text: "fn NAME(x: f64[SIZE]) -> f64[SIZE] { r = logSoftmax(x); return r }", cases: fixedCases(
		vectorPoint{vec(-inf, -inf), vec(-inf, -inf), by(1, 2), by(0, 0)}, vectorPoint{vec(0, 0), vec(-math.Ln2, -math.Ln2), by(1, 3), by(-1, 1)}, vectorPoint{vec(-inf, 7), vec(-inf, 0), by(0, 3), by(0, 0)})},
	{name: "crossEntropy with a class ruled out", text: "fn NAME(x: f64[SIZE]) -> f64 = sum[k < SIZE where k < 1] crossEntropy(x, k)", cases: fixedCases(
		vectorPoint{vec(0, -inf), vec(0), nil, by(0, 0)}, vectorPoint{vec(0, 0), vec(math.Ln2), nil, by(-.5, .5)}, vectorPoint{vec(-8000, 0), vec(8000), nil, by(-1, 1)})},
	{name: "a mask keeps NaN out of a sum", text: "fn NAME(x: f64[SIZE]) -> f64 = sum[i where x[i] > 0] log(x[i])", cases: fixedCases(
		vectorPoint{vec(2, -1, nan), vec(math.Ln2), nil, by(.5, 0, 0)})},
	{name: "a mask keeps NaN out of a maximum", text: "fn NAME(x: f64[SIZE]) -> f64 = max[i where i < 2] sqrt(x[i])", exact: true, cases: fixedCases(
		vectorPoint{vec(4, 1, -1), vec(2), nil, by(.25, 0, 0)})},
}
