// Package autodiff differentiates programs of index equations, by two things
// only: the table of scalar operations with its partials ([ir.Op]), and one
// rule for [ir.Map], which turns every read of an array into a write of its
// cotangent over the same domain:
//
//	y[g] = Σ body(a[f], …)    gives    da[f] += dy[g] · ∂body/∂a
//
// Index maps are then solved where they can be, so that adjoints are gathers
// over the elements of da and not scatters. A scan is differentiated by a scan
// in the other direction; what it adds to arrays from outside its body, such
// as weights, leaves the loop as one contraction over all steps (see
// [ir.Builder.Lift] for the same idea in the other direction).
//
//	activity.go  what depends on what is differentiated by
//	body.go      reverse sweep and forward sweep inside one scalar expression
//	gather.go    solving index maps
//	sides.go     arrays that only sides of selections read
//	reverse.go   cotangents of a graph
//	scan.go      … of a scan
//	forward.go   tangents of a graph
//	derive.go    Grad, VJP, JVP, HVP of a function
//	jacobian.go  Jac and Hess, by one or by several arguments
//	slice.go     outputs that are independent, which share a seed
//
// Reverse and forward mode return the primal values too: differentiating a
// scan rebuilds it to keep what backward needs, and the program should use
// the rebuilt one.
//
// Literature: A. Griewank and A. Walther, "Evaluating Derivatives" (2008);
// S. Laue, M. Mitterreiter, J. Giesen, "Computing higher order derivatives of
// matrix and tensor expressions" (NeurIPS 2018); T.-M. Li et al.,
// "Differentiable programming for image processing and deep learning in
// Halide" (2018), for solving scatters into gathers.
package autodiff

import (
	"fmt"

	"github.com/gradgen/gradgen/ir"
)

// Error says why a program has no derivative, and where.
type Error struct {
	Place   ir.Place
	Message string
	Hint    string
}

func (e *Error) Error() string { return fmt.Sprintf("%v: %s", e.Place, e.Message) }
