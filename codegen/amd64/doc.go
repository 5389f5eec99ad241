// Package amd64 makes assembly of loop nests: the blocks of a plan that lanes
// take become functions for AVX2 with FMA and for AVX-512, which do what the Go
// printed beside them does.
//
//	kernels.go   the kernels of a file: which blocks become one, their names
//	kernel.go    one block: its operands become parameters
//	choose.go    which loop lanes take, which run side by side, which are
//	             written out: by an estimate of instructions
//	legal.go     which loops may be treated so
//	lower.go     statements, and the copies of code that run side by side
//	loop.go      loops: whole vectors, then the lanes that are left; sums
//	begin.go     sums begin with their first term
//	split.go     sums that are written out
//	crosswise.go sums over rows that lie apart
//	flatten.go   rows that are shorter than a vector
//	expr.go      scalar expressions in lanes
//	memory.go    reads, writes and conditions
//	held.go      what was written and is in registers still
//	own.go       arrays that only the kernel uses
//	place.go     how places go on from lane to lane
//	random.go    random numbers
//	level.go     what is computed outside of which loop; addresses
//
// Folder vec has the instructions, as a representation of its own, and makes
// text of them; folder elementary the functions such as exp, defined once.
//
// # What makes it fast
//
// Go's compiler uses no vectors, so any loop over numbers that lie side by side
// is eight or sixteen times slower than the machine. That is the gain. The rest
// of this package is there not to lose it again.
//
// One function a nest. A call takes as long as a few vectors of work, and what is
// between two calls goes through memory. So all loops of a nest are inside, and
// nests of little work that follow each other are one function: of a network of
// constant size, all of it. The loop of a scan is inside, too: a call does all of
// its steps or, where they may be many, a chunk of them that takes less than a
// millisecond, because nothing interrupts assembly.
//
// No scalars. A number that lanes agree on is broadcast when it is loaded, which
// costs nothing, and everything after it is the same code. Masks take the place
// of loops over what is left: of a vector's lanes those that are beyond the end
// are not loaded and not stored. Nothing outside of an array is touched.
//
// Which axis lanes take decides most. Taken along an axis on which operands lie
// side by side they load in one instruction what they would gather in sixteen.
// Every second element, and elements that two lanes share, as under the windows
// of a pooling layer, are loaded side by side and then brought where they belong.
// The estimate in choose.go counts instructions for every loop that may be taken,
// outer ones too: of a convolution, lanes take the columns of the image and the
// sum over the window runs inside, in registers.
//
// Sums need company. An addition waits four cycles for the one before it, and
// each needs its operands loaded. Where a sum runs inside, iterations of a loop
// around it run side by side with it (jammed): they share what they load, and
// none waits. A sum that lanes themselves take has several parts for the same
// reason, added in pairs at the end. Rows in memory that a nest adds to become
// registers first, which the plan does; see plan.Lanes.
//
// A sum over rows that lie apart, one a lane, runs along the rows and is brought
// side by side at the end by a transposition that adds: half an instruction a
// number, where gathering takes one or two.
//
// Rows that are shorter than a vector are several to a vector, if their length
// divides the lanes: a matrix of four columns loads as a whole, and what is the
// same in all rows, or along them, is one load and a permutation. A loop that
// computes a number and then a row with it is two, which the plan does: the
// numbers of all rows are a vector, too.
//
// What was written is read from the register. From a store to a load take five
// cycles, and three times as many if a mask was on the way; between the layers of
// a small network that is a tenth of the time. Only single elements of whole
// vectors are read from memory, since any instruction repeats one for nothing.
// Arrays that nobody else uses are no parameters, which saves the caller more than
// the kernel: they have memory in the frame, if there is a read of it left. Arrays
// that follow each other in memory are one parameter.
// Reductions over few lanes take as few steps, and what statements compute from the
// same registers is computed once.
//
// Places are computed where they stop changing. An address has a part for each
// loop around it, computed outside of the next; what moves with the innermost
// loop is an index that all arrays share, or one that is kept by adding.
//
// # What is promised
//
// Between kernels and their Go forms results differ by rounding: products that
// are added are rounded once, sums run in another order, and functions err by a
// few units in the last place, as stated in package elementary. A sum of n terms
// is within (n/(lanes·parts) + log n + 3)·ε of the exact one relative to the sum
// of absolute terms, for long ones (256 + n/(256·lanes·parts) + log n + 3)·ε.
// Selections, comparisons, zeros, infinities and NaN do as the Go form.
//
// Bits depend on the set of instructions and on sizes, on nothing else.
//
// Random numbers are those of package runtime, bit for bit.
//
// What a block needs and lanes lack (functions without a form for lanes, as probit
// for normal numbers; truth values that do not lie side by side) leaves it in Go;
// [Lower] says why.
package amd64
