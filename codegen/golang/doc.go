// Package golang prints modules as Go source: the types of models, workspaces
// and trainers, and a function for every export.
//
//	source*.go   the layer over jennifer that everything written by a user
//	             passes through: names, comments, numbers, strings, the file
//	names.go     the Go names of a module, all of them, before anything prints
//	sizes.go     run-time sizes from the lengths of slices
//	bind.go      what the body calls them, and what goes around it
//	params.go    the parameters of a model: struct, views, weights in files
//	workspace.go the memory of the functions of one name; workspace_engine.go
//	             their contraction engine and its workers
//	signature.go where each argument of a function comes from in Go
//	function.go  one emitted function: signature, checks, body
//	trainer.go   a trainer: optimiser state, hyper-parameters, the step
//	describe.go  the text of doc comments
//	tests.go     tests of what is emitted
//	body*.go     the statements of a function, from its plan; body_shared.go
//	             the functions of what occurs several times; body_chunk.go scans
//	             that are done by chunks of steps; body_product.go calls of the
//	             contraction engine
//	kernels.go   the functions that have forms in assembly, and their names;
//	             dispatch.go the choice between the forms; assembler.go what the
//	             assembler does not take for names
//	file.go      a module from first line to last
//
// # Names
//
// Exported names are made from the names of the source by one rule, so that
// they can be predicted and do not change when something is added after them:
//
//   - the name is cut at every character that is not a letter or a digit, and
//     the pieces are joined with a capital first letter each: fc1.weight is
//     Fc1Weight, weight_ih_l0 is WeightIhL0. Where a digit would meet a digit
//     an underscore keeps them apart: layers.1.0 is Layers1_0;
//   - Greek letters are spelt out: μ is Mu. In names of weights in files there
//     may be more: subscript digits are digits, and any other letter beyond
//     ASCII is written by its code, U00E9, so that names which look alike never
//     are;
//   - a name that would begin with a digit begins with X;
//   - the learning rate lr is LR.
//
// Names of arguments keep the case of their first letter.
//
// A name that is taken, in its scope, gets an underscore, and if that is taken
// too a number from 2 on: weight_, weight_2. Taken are the names given before
// it in the order of the source, also when they differ in case only; Go's
// keywords and predeclared names; the packages a generated file imports; and
// what every generated type has (Data, Buffers, Tensors, Forward, …) or every
// generated function uses (w, p, g, t). A model or a function owns several
// names, as MLPParams and NewMLPWorkspace; the rule is applied to all of them
// together. In a function with a form in assembly, what the assembler calls a
// register is taken, too: a size K1 is K1_ there.
//
// What several functions of a file do alike becomes a function that is not
// exported: the name of the file, an underscore, and the value it makes, as in
// net_fc1Relu. Tables are called in the same way. No name of an argument or a
// variable has an underscore between letters, so these names take none away. What
// is the second of a name is net_fc1Relu_2.
//
// # Kernels
//
// A back end for vectors is asked about every block ([Apart]). One that it takes
// is a function as if it occurred several times, net_fc1Relu, with further forms in
// assembly, net_fc1ReluAVX2 and net_fc1ReluAVX512. The function begins with the
// choice: for sizes so small that a call of assembly would cost more than the
// work, and on machines without these instructions, it goes on in Go. The forms
// in assembly are declared twice, in files with opposite build constraints: by
// [Assembly], and by [Generic], for builds in which the choice is a constant and
// they are never called. All the names of a kernel are claimed together.
//
// # Engines
//
// A workspace whose functions have large sums of products has a contraction
// engine for each element type, with memory for the largest product at the
// largest sizes. It begins with one worker: no goroutine. Its methods SetWorkers
// and Close, or those of the trainer that holds it, begin and end a pool of others,
// which the engines share with blocks that do ranges of rows (body_rows.go). Such a block
// may be a whole scan; its products are computed by the engine of the worker that does the
// range. Tables of offsets are variables of the file, made once. A call of the engine is written out
// where it happens: it is as short as a call of a shared function would be.
package golang
