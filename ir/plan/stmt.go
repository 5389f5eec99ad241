package plan

import "github.com/gradgen/gradgen/ir"

// Stmt is a statement.
type Stmt interface{ stmt() }

// Block is what computes one or several values; comments and measurements
// refer to it.
type Block struct {
	Place  ir.Place
	Values []*ir.Value // made here, in order
	Body   []Stmt
	// Contraction is not nil for a sum of products of two reads, so that an
	// engine may replace Body.
	Contraction *Contraction
	Form        string // "dot", "axpy", "loops", "scatter", …, and why
	Flops       ir.Int
	First, Last int       // positions, as lifetimes count
	buffers     []*Buffer // in the order of the text, once the program is finished
	// Lanes is the same work for a back end that has vectors; nil if nobody asked
	// or if it is not made of loops over scalars.
	Lanes *Lanes
	// Shared is not nil if other blocks of the file are equal to this one, up
	// to the operands; see [Share]. Operands are nil if it has not looked for any,
	// or if the block cannot be a function of its own.
	Shared   *Shared
	Operands *Operands
	// Rows is not nil if the block does a range of rows that its operands give.
	// It is then a function, [Share] sees to that, and who calls it gives all
	// rows, at once or to workers. It may be a whole scan, the blocks of whose steps are
	// functions, too, and do the same rows.
	Rows *Rows
	// Chunk is not nil if the block does some steps of a scan that its operands
	// give. It is then a function; who calls it gives all steps.
	Chunk *Chunk
	// Code is what a back end makes of it, and why, for the text alone; "" if
	// nobody asked.
	Code string
}

// Contraction describes Value = epilogue(Σ Left·Right): every axis by its
// role. Elementwise work on operands is part of the expressions Left and
// Right; the epilogue is the rest of the block.
type Contraction struct {
	Value       *ir.Value
	Left, Right *ir.Expr
	Batch       []*ir.Axis // free, in both operands
	FreeLeft    []*ir.Axis // free, in the left one only
	FreeRight   []*ir.Axis
	Reduced     []*ir.Axis
	Domain      []ir.Pred   // padding: where an operand would leave its array
	Epilogue    []*ir.Value // elementwise on Value, in order
}

// Loop runs Axis, a variable of its own, from the greatest of Lo up to but
// excluding the least of Hi; or down through the same values.
type Loop struct {
	Axis   *ir.Axis
	Lo, Hi []Bound
	Step   int64 // 1, or the number of copies of an unrolled body
	Down   bool
	Reduce bool // over a reduced axis
	Vector bool // iterations are independent or a reduction, accesses contiguous or invariant
	// Rows is not nil if this is a scan, and does a range of rows in all its steps. [Share]
	// makes a block of it.
	Rows *Rows
	Body []Stmt
}

// Bound is ⌊E/Den⌋.
type Bound struct {
	E   ir.Int
	Den int64
}

// Let declares a register and sets it. With Mutable it is assigned again.
type Let struct {
	Reg     *Reg
	Value   *Expr // nil: declared, and set by both sides of an If
	Mutable bool
}

// LetInt declares an integer variable: Value, or the number of an i32
// expression. Further integer expressions refer to it as the atom Var.
type LetInt struct {
	Var    *ir.Axis
	Value  ir.Int
	Lo, Hi []Bound // not empty: the greatest of Lo, or the least of Hi but 0 at least, instead of Value
	Expr   *Expr   // not nil: instead of Value
}

// View declares a name for part of a buffer: Len elements from Off.
type View struct {
	Name     string
	Buffer   *Buffer
	Off, Len ir.Int
	sure     bool // it lies in the buffer, whatever conditions hold
}

// AssignOp is how a store or a set combines with what is there.
type AssignOp uint8

// The ways of assigning.
const (
	Assign    AssignOp = iota
	AssignAdd          // +=
	AssignMul          // *=
	AssignMax          // = max(old, new)
	AssignMin
)

// Set assigns a register.
type Set struct {
	Reg   *Reg
	Op    AssignOp
	Value *Expr
}

// Store assigns an element of a buffer, through a view if View is not nil
// (At then counts from its start).
type Store struct {
	Buffer *Buffer
	View   *View
	At     ir.Int
	Op     AssignOp
	Value  *Expr
}

// If runs Then or Else.
type If struct {
	Cond       *Expr
	Then, Else []Stmt
}

// Fill sets Len elements from Off to one number.
type Fill struct {
	Buffer   *Buffer
	Off, Len ir.Int
	Value    float64
}

// Copy copies Len elements.
type Copy struct {
	To, From       *Buffer
	ToOff, FromOff ir.Int
	Len            ir.Int
}

// Rebind makes a buffer of class Alias stand for Len elements of another one
// from Off; the first Rebind of an alias declares it.
type Rebind struct {
	Alias, To *Buffer
	Off, Len  ir.Int
	Declare   bool
}

// Swap exchanges what two aliases stand for: the carry of a scan before and
// after a step.
type Swap struct{ A, B *Buffer }

func (*Block) stmt()  {}
func (*Loop) stmt()   {}
func (*Let) stmt()    {}
func (*LetInt) stmt() {}
func (*View) stmt()   {}
func (*Set) stmt()    {}
func (*Store) stmt()  {}
func (*If) stmt()     {}
func (*Fill) stmt()   {}
func (*Copy) stmt()   {}
func (*Rebind) stmt() {}
func (*Swap) stmt()   {}
