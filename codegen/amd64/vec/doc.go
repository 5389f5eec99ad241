// Package vec is an intermediate representation of vector code: what a loop
// nest is after its axes have been given to lanes and loops, and before it is
// assembly. Lowering builds functions of it, [Emit] prints them.
//
//	func.go    a function: parameters, virtual registers, statements
//	op.go      the table of operations, one row each
//	build.go   one method an operation, to build functions with
//	routine.go code that the functions of a file share
//	reuse.go   what has been computed is not computed again
//	dots.go    sums of products
//	drop.go    what turned out to be for nothing
//	print.go   the text of a function
//
// Emission is a line of stages, each in files that begin with its name:
//
//	verify    every operand is of its row's class and has a value
//	usage     who assigns and reads a register, and which moves need not be
//	select    operations become instructions of the machine, over registers
//	          without limit still; fold puts loads and constants where they are used
//	live      from where to where a register's value matters
//	allocate  registers get physical ones, by linear scan, or places in memory
//	write     instructions become text, with what moves values from and to memory
//	data      the constants of a file
//
// A function computes with one type of floating point numbers, in vectors of
// [Func.Lanes]. There are no scalars of that type: a number that does not vary
// along the vector axis is the same in all lanes, which costs nothing, and one
// definition serves both. Integers in general registers are addresses, counters
// and sizes; integers in lanes are as wide as the numbers and share their
// registers, so that bits of numbers can be worked on.
//
// Registers are virtual, without limit, and may be assigned again: that is how
// sums run through loops. The representation does not know which instructions
// exist; what an instruction set lacks, selection composes.
//
// The text is written directly. An assembler library that checks each operand
// and prints with fmt takes twice as long for its part alone as all the stages
// together, and Go's assembler checks the operands anyhow.
package vec
