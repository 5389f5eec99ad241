// Package ir is the typed intermediate representation of gradgen: tensor
// programs as index equations.
//
// There is one construct that computes, the [Map]: a scalar expression
// evaluated over a domain of integer axes, read from arrays through index
// maps, reduced over some of the axes, and written through an index map.
// Elementwise code, broadcasting, transposes, matrix products, convolutions,
// pooling, gathers and scatters are all Maps. Beside it stand only
//
//   - [Input] and [Table], the leaves;
//   - [Reshape], a change of shape that moves no data;
//   - [Scan], a body run along an axis with a carry; and
//   - [Call], a call of a function that brings its own derivative.
//
// The pieces, from small to large:
//
//	int.go       Int: integer polynomials over sizes and axes, the one form of
//	             sizes, index maps and loop bounds
//	atom.go, int_walk.go
//	             what they are made of; visiting and replacing it
//	pred.go      Pred: affine predicates, and the solver over domains
//	op.go        Op: the table of scalar operations, a row each, with partials
//	expr.go      Expr: scalar expressions over the table
//	value.go     Value and its definitions: Map, Scan, …
//	builder.go   Builder: makes values, shares equal ones
//	rewrite.go   the one traversal every pass is written with
//	func.go      Func and Module: what is emitted
//	print.go     the text of a program, which reads as mathematics
//	parse.go     reads that text back
//	verify.go    what must hold between passes
//
// Values are immutable and form a directed acyclic graph. A value inside the
// body of a scan is told by its free axes: it depends on the step axis of the
// scan, directly or through a carry. Nothing else delimits a body, so work
// that does not depend on the step is outside the loop by construction.
//
// Where to go next: stable replaces formulas that fail in floating point, autodiff differentiates, pass optimises, interp evaluates
// slowly and obviously, plan lowers to loops over one arena.
package ir
