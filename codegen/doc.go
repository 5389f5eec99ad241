// Package codegen turns modules into files: it plans every export, prints the
// result with a back end, and brings the files to disk, or tells how those on
// disk differ.
//
//	generate.go  Generate: a module to files
//	path.go      the names of files
//	write.go     Write: what changed, atomically, inside the module only
//	diff.go      Diff: what Write would change, as a unified diff
//
// The portable Go back end is package golang.
package codegen
