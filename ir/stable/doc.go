// Package stable recognises formulas that are right on paper and fail in
// floating point, and knows the form that does not: the logarithm of a softmax
// is the example of every lecture.
//
// [Rules] is the one table. A row is named and says how its formula is written,
// what is wrong with it, and what to write instead. Most rows also say what is
// computed instead; the others only name the formula, with the reason why it is
// left as it is. Formulas of numbers are texts in the notation of the
// derivatives of package ir; those with arrays in them, which such a text cannot
// say, have a function beside the text.
//
// [Find] looks at an operation when it is made, with its arguments rewritten
// already, so that log(exp(x) / sum[i] exp(x)) becomes a softmax first and then
// its logarithm. That is long before differentiation: the derivative of a formula
// that was rewritten is that of the stable form. A formula is recognised across
// statements, through elementwise values that are stored.
//
// What is rewritten keeps these promises, and a test holds each row to them. Both
// forms are the same function of real numbers. A NaN stays one, and the limit at
// an infinity is the stable form's value there if it exists. No finite value or
// derivative turns into an infinity or a NaN. And nothing gets slower by a pass
// over an array.
//
//	rules.go   the table
//	match.go   formulas of numbers against expressions
//	sums.go    exponentials under a sum, means, products
//	sign.go    exponents that cannot overflow
//	calls.go   softmax as a call
package stable
