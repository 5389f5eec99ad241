// Package autodiff differentiates programs of index equations, by two things
// only: the table of scalar operations with its partials, and one rule for
// [ir.Map] that turns each read of an array into a write of its cotangent over
// the same domain.
package autodiff
