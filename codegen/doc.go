// Package codegen turns modules into files: it plans every export, prints the
// result with a back end, and brings the files to disk, or tells how those on
// disk differ.
//
//	generate.go  Generate: a module to files
//	describe.go  Describe: what becomes of every block, for people
//	path.go      the names of files
//	write.go     Write: what changed, atomically, inside the module only
//	diff.go      Diff: what Write would change, as a unified diff
//	stale.go     which files of an earlier run are not wanted any more
//
// # Files
//
// A source net.grad becomes
//
//	net_grad.go          everything, in portable Go
//	net_grad_test.go     tests of it, with [Options.Tests]
//
// and, unless [Options.Portable] is set, if a block of it becomes a kernel,
//
//	net_grad_amd64.s     forms of kernels in assembly
//	net_grad_amd64.go    declares them
//	net_grad_generic.go  declares them in builds without, which never call them
//
// A kernel is a function of loops that vectors make faster. It stands in
// net_grad.go, in Go, behind the choice of a form in assembly, which is none in a
// build with the tag purego: runtime.Vectors tells which form a machine runs.
// Package golang prints Go, package amd64 makes kernels.
package codegen
