// Package convolution is a convolution and a pooling as plain functions, with
// what backpropagation needs of them: the product of a cotangent with the
// Jacobian by the image, and by the filters. The generated code has no scatter:
// the adjoint by the image is a convolution, too, over a domain that stays
// inside it.
package convolution

//go:generate go tool gradgen
