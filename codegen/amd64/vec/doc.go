// Package vec is an intermediate representation of vector code: what a loop
// nest is after its axes have been given to lanes and loops, and before it is
// assembly. Lowering builds functions of it, [Emit] prints them.
//
//	func.go   a function: parameters, virtual registers, statements
//	op.go     the table of operations, one row each
//	build.go  one method an operation, to build functions with
//	print.go  the text of a function
//
// A function computes with one type of floating point numbers, in vectors of
// [Func.Lanes]. There are no scalars of that type: a number that does not vary
// along the vector axis is the same in all lanes, which costs nothing, and one
// definition serves both. Integers in general registers are addresses, counters
// and sizes; integers in lanes are as wide as the numbers and share their
// registers, so that bits of numbers can be worked on.
//
// Registers are virtual, without limit, and may be assigned again: that is how
// sums run through loops. Nothing here knows which instructions exist; what an
// instruction set lacks, emission composes.
package vec
