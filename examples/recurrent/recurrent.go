// Package recurrent is a gated recurrent unit over sequences. In the generated
// gradient, what does not need the state has left the loop over time: the
// products with the inputs go before it, those for the weights behind it.
package recurrent

//go:generate go tool gradgen
