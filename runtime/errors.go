package runtime

import "strconv"

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
	Pos   int    // the place of the first such value in Arg
	Value int64  // that value
	Limit int    // values must be in [0, Limit)
}

// Error says function, argument, position, value and range on one line.
func (e *IndexError) Error() string {
	return e.Func + ": " + e.Arg + "[" + strconv.Itoa(e.Pos) + "] = " +
		strconv.FormatInt(e.Value, 10) + " is outside [0, " + strconv.Itoa(e.Limit) + ")"
}
