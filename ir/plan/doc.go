// Package plan lowers one optimised function to a [Program]: loop nests, or
// straight-line scalar code, over buffers that share one arena.
//
// The results of lowering:
//
//	program.go     Program: buffers, slots, index checks
//	stmt.go        its statements: Block, Loop, Store, …
//	expr.go        its scalar expressions, over buffers and registers
//	walk.go        visiting, copying and substituting in statements
//	print.go       the text of a program
//
// Loops, in the order in which they are made:
//
//	lower.go       Lower, and which values lie where
//	unique.go      every scan gets a step axis of its own
//	order.go       the order of values; what donation demands of it
//	member.go      one Map: its pieces, and the form of its loops
//	nest.go        the loops that several Maps share
//	group.go       which Maps share a nest, and what must be kept in memory
//	domain.go      predicates become the bounds of loops
//	contraction.go sums of products, for an engine to take over
//	emit.go, scan.go
//	               statements of nests and of scans
//
// Then finish.go runs the passes over statements: partial, split, jam (with taps.go),
// hoist and share, branch, dead, index, mark, view; and arena.go assigns slots
// by lifetimes.
//
// Then, over all functions of a file, shared.go finds the blocks that are equal
// up to names (structure.go), so that they get one body.
//
// Straight-line code: flat.go chooses, unroll.go evaluates every element to an
// expression, schedule.go gives what is used twice a variable.
//
// Go text is made from a Program by package codegen/golang; nothing here knows
// of Go beyond that a rank-0 value is a local variable.
package plan
