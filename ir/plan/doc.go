// Package plan lowers one optimised function to a [Program]: loop nests, or
// straight-line scalar code, over buffers that share one arena.
//
// What the package decides, and where:
//
//	program.go   what a Program is: buffers, slots, index checks
//	stmt.go      its statements: Block, Loop, Store, …
//	expr.go      its scalar expressions, over buffers and registers
//	lower.go     Lower: the stages below, in order
//	order.go     the order of values; what donation demands of it
//	group.go     which values share a nest
//	nest.go      the loops of one nest, and where values are made in them
//	domain.go    predicates become bounds, solved axes and tests
//	split.go     loops with tests become guard-free interiors and borders
//	flat.go      straight-line code for small constant sizes
//	arena.go     lifetimes and slots
//	print.go     the text of a program
//
// Go text is made from a Program by package codegen/golang; nothing here knows
// of Go beyond that a rank-0 value is a local variable.
package plan
