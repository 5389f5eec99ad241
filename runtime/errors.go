package runtime

import (
	"math"
	"strconv"
)

// ShapeError is the panic value of a generated function that was called with a
// slice of the wrong length, a size above its workspace's maximum, or slices
// that share memory where that would corrupt a result. It is a mistake of the
// calling program, found before anything was written.
type ShapeError struct {
	Func string // the function called, as "XEntGrad" or "MLPParams.Forward"
	Arg  string // the argument or the size at fault
	Want string // what it must be, as "length 784"
	Got  string // what it was
}

// Error says function, argument, want and got on one line.
func (e *ShapeError) Error() string {
	return e.Func + ": " + e.Arg + ": want " + e.Want + ", got " + e.Got
}

// IndexError is the panic value of a generated function that was given an
// index array with a value outside the axis it reads. It is found before
// anything was written.
type IndexError struct {
	Func  string // the function called
	Arg   string // the index argument
	Pos   int    // the place of the first such value in Arg; -1 if that is one index
	Value int64  // that value
	Least int64  // values must be in [Least, Limit); the least int32
	Limit int64  // and 1<<31 are no limits
}

// Error says function, argument, position, value and range on one line.
func (e *IndexError) Error() string {
	text := func(n int64) string { return strconv.FormatInt(n, 10) }
	must := "outside [" + text(e.Least) + ", " + text(e.Limit) + ")"
	switch {
	case e.Least == math.MinInt32:
		must = "not below " + text(e.Limit)
	case e.Limit == math.MaxInt32+1:
		must = "below " + text(e.Least)
	}
	at := ""
	if e.Pos >= 0 {
		at = "[" + strconv.Itoa(e.Pos) + "]"
	}
	return e.Func + ": " + e.Arg + at + " = " + text(e.Value) + " is " + must
}
