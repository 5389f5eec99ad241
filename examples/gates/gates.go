// Package gates shows the patterns of gradient flow that every lecture on
// backpropagation draws: add distributes, multiply swaps, copy adds, max
// routes; and the shapes of derivatives from scalars and vectors to scalars
// and vectors. Read gates.grad beside the generated gates_grad.go, which has all
// loops where they belong; the tests state the numbers.
package gates

//go:generate go tool gradgen --purego
