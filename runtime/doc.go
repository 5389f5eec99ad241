// Package runtime is what generated code imports: the few things that are
// better shared than emitted into every file. It depends on the standard
// library only, holds no global state, and starts no goroutine but those of a
// [Pool] that is asked for.
//
// It has five parts.
//
//   - Contracts. [ABI1] ties a generated file to a runtime that still supports
//     it. [CheckLen], [CheckMultiple], [CheckMax], [CheckIndex], [CheckIndices] and
//     [CheckAlias] guard the entry of every generated function: they run before
//     anything is written, cost a comparison each (CheckIndices one an element),
//     allocate nothing when all is well, and otherwise panic with a
//     [*ShapeError] or an [*IndexError].
//   - Weights. A [View] is one named array of a model. [WriteTensors],
//     [ReadTensors] and [ReadTensorsChecked] move views to and from
//     safetensors files, the format of Hugging Face, so that weights travel
//     between a model here and a state_dict of PyTorch. Reading is strict and
//     atomic; what is read is never trusted, and errors are returned.
//   - Random numbers. A [Key] turns (seed, step, site, element) into bits by
//     Philox4x32-10. There is no state: any element can be computed anywhere,
//     in any order, by any worker, and a backward pass draws again what the
//     forward pass drew. [Probit] makes uniform numbers normal ones. These
//     bits agree on every platform.
//   - Scalars. [Sigmoid], [Softplus], [Log], [Digamma] and their kin complete
//     the standard library's math for the portable form of generated code. Maximum
//     and minimum are not here: Go's built-in max and min already propagate
//     NaN and order −0 below +0, as generated code needs.
//   - Workers. A [Pool] shares tasks among goroutines, and [Pool.Share] the rows of
//     a loop, or those of all steps of a recurrent network. Cuts follow from sizes, so that bits do not depend on the number of
//     workers; a panic of any of them reaches the caller.
//
// Generated functions take a workspace, whose memory comes from [NewArena].
//
// To understand a generated file start at errors.go and check.go; the file
// format begins in safetensors.go.
package runtime
