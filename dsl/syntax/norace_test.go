//go:build !race

package syntax

// slowdown is how much more time the tests of the caps get.
const slowdown = 1
