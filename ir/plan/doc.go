// Package plan lowers one optimised function to a [Program]: loop nests, or
// straight-line scalar code, over buffers that share one arena.
//
// The results of lowering:
//
//	program.go     Program: buffers, slots, demands on indices
//	stmt.go        its statements: Block, Loop, Store, …
//	product.go     the statement that calls the contraction engine
//	expr.go        its scalar expressions, over buffers and registers
//	walk.go        visiting, copying and substituting in statements
//	print.go       the text of a program
//
// Loops, in the order in which they are made:
//
//	lower.go       Lower, and which values lie where
//	unique.go      every scan gets a step axis of its own
//	layout.go      the order of a value's axes in memory
//	stages.go      sums down whole arrays become sums of partial sums
//	order.go       the order of values; what donation demands of it; prompt.go
//	               when results are made
//	member.go      one Map of a nest; piece.go and term.go its summands,
//	               arrange.go the form of its loops, stride.go how reads move
//	nest.go        the loops that several Maps share; longer.go those that
//	               are longer than others
//	group.go       which Maps share a nest, and what must be kept in memory
//	domain.go      predicates become the bounds of loops; digits.go what is
//	               left of them
//	span.go        what is known of integers that are read
//	contraction.go sums of products
//	call.go        those that the contraction engine computes, and why not others;
//	               family.go from which product to which a call leads;
//	               steps.go and join.go what calls take along; apart.go sums
//	               whose results overlap
//	emit.go, scan.go
//	               statements of nests and of scans; winner.go those of argmax
//
// A back end that has vectors gets statements of its own (lanes.go; distribute.go
// takes what is computed once a row out of the loop over the rows).
//
// Then finish.go runs the passes over statements: ranges (rows.go, with stretch.go; of
// whole scans rows_scan.go, with divide.go), lanes,
// partial, split, once, jam (with taps.go), blocks, hoist and share, branch (with
// parted.go), guards, dead, index, keep, chain, mark, view; and arena.go assigns slots by
// lifetimes; where a nest may write over what it reads, inplace.go says.
//
// Then, over all functions of a file, unite.go makes one block of several that
// are little work, chunk.go one of a scan, and shared.go finds the blocks that are
// equal up to names (structure.go), so that they get one body; small arrays
// that only one block uses belong to it then (own.go), and arrays of the caller
// that follow each other are one operand (whole.go).
//
// Straight-line code: flat.go chooses, unroll.go evaluates every element to an
// expression, schedule.go gives what is used twice a variable.
//
// # Sums of products
//
// A function with a workspace leaves its large sums of products to the engine of
// runtime/contract: a Map becomes one statement [Product] instead of a nest. That
// is decided when Maps are put into nests (call.go), because a call shares its
// loops with nothing:
//
//   - Every axis has a role: batch, rows, columns or terms (contraction.go). The
//     axes of a role become one index (role.go) if they follow each other in
//     every operand, as B and T of x[B,T,C] do, or if all sizes are known, so
//     that a table says where the index leads: the taps and places of a
//     convolution. What one index cannot count through becomes the batch, which
//     a result may have been summed over, batches of them, or a loop around the
//     call; if it is part of the sum, the calls add to zeros.
//   - An operand that is more than a read (source.go) is first copied by a nest
//     of its own: work on its elements is done, elements that data chooses are
//     laid out, and zeros surround it where the sum leaves the array, which then
//     needs no condition. Equal copies are one. A copy is small beside its use,
//     or the call is refused.
//   - An operand that is read at differences of axes, as the cotangent is in the
//     derivative of a convolution by its input, would have zeros around it. If
//     they take part in many products, each product of elements is added to where
//     it belongs instead, in results that overlap (apart.go).
//   - A condition that keeps to a diagonal, u <= t in causal attention, makes a matrix
//     a [Band] (band.go, mask.go): zeros elsewhere, in the array of an operand or in a copy of
//     it, or elements of a result that nobody reads. The engine leaves out what lies
//     beyond.
//   - Elementwise work on the result (steps.go) goes along as far as the steps
//     of the engine and their order allow, while each value has one reader. A
//     step of gradient descent w - lr*dw is a factor and an accumulation onto
//     the donated w: the gradient never exists. Products that are added up add to
//     one array in turn (join.go). All other work is a nest after the call.
//   - An operand that is the same at every step of a scan, as the weights of a
//     recurrent network are, is kept packed by the engine from step to step (keep.go),
//     if it is one that the engine would pack.
//   - Calls that follow each other, part of each of which needs nothing of the others
//     but the same part, are one call (chain.go): the way back through a layer, unit by
//     unit. Several workers then hand over once, and find what they made in their caches.
//   - Values that are only made and read by products lie in memory with their axes
//     in the order that lets most axes be one index (layout.go).
//
// What is refused stays a nest, and its block says why: gradgen ir --stage=plan.
// A term left out by a condition is a product with 0 in a padded copy or beside a
// band, and one with 0 beyond a band is left out; it differs where the other factor is
// infinite or NaN.
//
// Go text is made from a Program by package codegen/golang; nothing here knows
// of Go beyond that a rank-0 value is a local variable.
package plan
