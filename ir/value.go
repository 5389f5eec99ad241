package ir

import "fmt"

// Value is a node of the program: an array (or scalar, rank 0) defined once.
type Value struct {
	ID     int    // unique in its Builder, in order of creation
	Name   string // as the source calls it, or what the formula suggests (dh1)
	Type   Type
	Def    Def
	Result int   // which result of Def this is; 0 but for Scan and Call
	Place  Place // where the source says it

	free     []*Axis
	operands []*Value // of a Map: the arrays it reads, each once
}

// Place is where in a source text something was written; Line 0 is nowhere.
type Place struct {
	File      string
	Line, Col int
}

func (p Place) String() string {
	if p.Line == 0 {
		return "-"
	}
	return fmt.Sprintf("%s:%d", p.File, p.Line)
}

// Free lists the axes v depends on without binding them: the step axes of the
// scans whose bodies v belongs to, and seed axes not yet lifted.
func (v *Value) Free() []*Axis { return v.free }

// DependsOn reports whether x is among the free axes of v.
func (v *Value) DependsOn(x *Axis) bool {
	for _, y := range v.free {
		if x == y {
			return true
		}
	}
	return false
}

func (v *Value) String() string {
	if v.Name != "" {
		return v.Name
	}
	return fmt.Sprintf("v%d", v.ID)
}

// Def defines a value.
type Def interface{ def() }

// Input is an argument of the function.
type Input struct{}

// Table is a constant array, row-major.
type Table struct{ Data []float64 }

// Map evaluates Body over the domain of its axes, reduces over the axes that
// are not free, and writes.
//
// Without Write the free axes are the leading ones, one per axis of the
// result in order; elements with an empty domain hold the identity of the
// reducer (0 without one). With Write the reducer must be Sum: every point of
// the domain adds Body to the element that Write names, which lies inside the
// result; elements not written are 0. That form, a scatter, remains only
// where the index map could not be solved.
type Map struct {
	Axes   []*Axis
	Domain []Pred
	Reduce *Reducer
	Body   *Expr
	Write  []Int
}

// Rank is the number of free axes of a Map without Write.
func (m *Map) Rank(v *Value) int { return len(v.Type.Shape) }

// Reshape is X with another shape of the same length, row-major.
type Reshape struct{ X *Value }

// Scan runs a body along Axis, from 0 up, or from the end down if Reverse.
// The body is every value that depends on Axis. Results are the carries after
// the last step, in order, then the emits stacked along a new leading axis;
// an emit of step t stands at index t in either direction.
type Scan struct {
	Axis    *Axis
	Reverse bool
	Carry   []*Value // Def is *Carry; their values at the start of a step
	Init    []*Value
	Next    []*Value
	Emit    []*Value
}

// Carry is a carry of a scan along this axis, as the body sees it. Copies of one
// scan may share carries; which one a value belongs to is for Scan.Carry to
// say.
type Carry struct{ Axis *Axis }

// Call calls a function that brings its own derivative. After differentiation
// calls are inlined.
type Call struct {
	Func *Func
	Args []*Value
}

func (*Input) def()   {}
func (*Table) def()   {}
func (*Map) def()     {}
func (*Reshape) def() {}
func (*Scan) def()    {}
func (*Carry) def()   {}
func (*Call) def()    {}

// Operands calls f for every value that v's definition refers to, possibly
// more than once. For a scan that includes the values of its body.
func (v *Value) Operands(f func(*Value)) {
	switch d := v.Def.(type) {
	case *Map:
		for _, x := range v.operands {
			f(x)
		}
	case *Reshape:
		f(d.X)
	case *Scan:
		for _, list := range [][]*Value{d.Init, d.Next, d.Emit} {
			for _, x := range list {
				f(x)
			}
		}
	case *Call:
		for _, x := range d.Args {
			f(x)
		}
	}
}
