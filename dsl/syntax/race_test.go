//go:build race

package syntax

// slowdown is how much more time the tests of the caps get: the race detector is that slow.
const slowdown = 20
