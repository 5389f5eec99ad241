// Package interp evaluates programs slowly and obviously: every value in full,
// one point after another, sums from left to right, each result rounded to its
// type. It is the oracle that every other way of running a program is tested
// against, so it does nothing clever, shares no code with any of them but the
// table of operations, and checks every index.
package interp
