// Package elementary defines the mathematical functions of vector code, once for
// all instruction sets and both types of numbers: each is an expression over the
// operations of a [Machine]. A vec.Func is a machine, so that applying a function
// appends its instructions; the machines of the tests compute, so that what is
// tested is what is emitted. Every lane goes the same way: cases are selections.
//
//	table.go           one row a function, with the bound of its error
//	machine.go         what functions are made of
//	lanes.go           constants, signs, polynomials
//	doubleword.go      sums of two numbers
//	exponential.go     exp, expm1, sinh, cosh, tanh, sigmoid, softplus
//	logarithm.go       log, log1p, log2, asinh, acosh, atanh
//	power.go           pow, hypot, cbrt, rsqrt
//	trigonometric.go   sin, cos, tan
//	reduction.go       angles to quadrants, over the whole range
//	inverse.go         asin, acos, atan, atan2
//	errorfunction.go   erf, erfc
//	arithmetic.go      max, min, relu, sign, …
//	philox.go          random numbers: those of package runtime
//	coefficients.go    minimax polynomials, by golden/reference/elementary.sollya
//	pieces.go          digits of 2/π, by golden/reference/reduction.py
//
// What large angles need is a routine, so that a sine costs little text wherever
// it is.
//
// Special values are those of the scalar table, ir.Ops: NaN stays NaN, zeros keep
// their sign in odd functions, nothing is flushed. Other results are within the
// bound of the row: of single precision that was measured on one argument in 61
// against float64, of double precision on random and on hard arguments against
// values of many digits, where bounds are those of the same formula in single
// precision if these are larger.
//
// Portable code calls package math in float64 and rounds, so that the two paths
// agree within the sum of both errors. Where they differ by more, package math is
// the one that errs: pow of subnormal numbers, of numbers next to 1 and of large
// results; sinh and cosh next to overflow; atan2 of tiny angles from the left.
//
// Four functions stay scalar: lgamma, digamma, trigamma, probit.
package elementary
