// Package check gives a parsed program its meaning: it resolves names, checks types and sizes, and lowers everything to
// index equations of package ir, in one walk.
//
// One walk, because functions and layers are instantiated by shape: a layer is checked anew for the sizes that it is
// applied to, and what is known then, the numbers, the ranges of indices, the proof of each read, is just what lowering
// needs. What is never instantiated has its names checked all the same.
//
// An expression evaluates to a value, which is a number that is still exact, a size, an array as a function from
// indices to scalar expressions, a tuple, or something that can be called. Elementwise formulas and views stay such
// functions; store makes them Maps, at each statement, argument and reduction. An erroneous value is bad, and whatever
// depends on it keeps silent.
//
//	check.go      Compile, the budget of work, how errors are reported
//	decl.go       scopes, imports, dims, constants and tables; names.go, nameexpr.go, cycles.go: names without types
//	env.go        what an expression is evaluated in; value.go, size.go: what it evaluates to
//	eval.go       names and the dispatch; arith.go, elementwise.go, condition.go, shapes.go, builtin.go: operators
//	leading.go    prod(...), the leading axes as a size
//	read.go       reads and their proofs (prove.go); ranges.go: the ranges of indices
//	reduce.go     reductions and masks; along.go: softmax and its kin; scan.go; random.go
//	stable.go     formulas that fail in floating point become those that do not
//	store.go      from expressions to Maps, with the indices in scope as leading axes
//	bind.go       arguments against signatures; bind_shape.go: their shapes; arguments.go, result.go, function.go, callable.go
//	layer.go      instances and the names of their parameters; label.go, model.go, state.go, initialise.go
//	rule.go       functions with a rule of their own; rulebody.go: the rules, and whether they are linear
//	block.go      statements
//	module.go     what is emitted; root.go, loss.go, derive.go, grad.go
//	train.go      trainers; optimizer.go: with what; step.go: the function of one step
//
// Where to go next: package syntax makes the tree, package prelude holds what programs find ready, package
// ir/autodiff differentiates.
package check
