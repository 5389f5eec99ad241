package syntax

import "github.com/gradgen/gradgen/dsl/diag"

// Ident is a name. Predeclared names (`id`, `training`, `random`, `pi`, `inf`, `nan`, `stop`, …) are plain
// identifiers that the checker resolves.
type Ident struct {
	At
	Name  string // the ASCII twin where there is one: ∞ has Name inf, Σ has Name sum, π has Name pi
	Spelt string // as the author wrote it
}

// Number is a literal, kept exactly as written.
type Number struct {
	At
	Text string
}

// String is a quoted text: a label, a path, a pattern. There are no escapes.
type String struct {
	At
	Value string // without the quotes
}

// Bool is `true` or `false`.
type Bool struct {
	At
	Value bool
}

// Ellipsis is `...`: all leading axes of a type, all leading indices of a read; as an argument, `prod(...)`, their sizes.
type Ellipsis struct{ At }

// Paren is `(e)`. Unparen removes it.
type Paren struct {
	At
	X Expr
	h int32
}

// Tuple is `(a, b)`, with at least two elements.
type Tuple struct {
	At
	Elems []Expr
	h     int32
}

// Vector is `[a, b, c]`, with at least one element.
type Vector struct {
	At
	Elems []Expr
	h     int32
}

// Call is an application `f(args, name = value)`; also an instance, `Dense(128)`, and its use, `Dense(128)(x)`.
type Call struct {
	At
	Fn   Expr
	Args []*Arg
	h    int32
}

// Arg is an argument of a Call, or one `name = value`.
type Arg struct {
	At
	Name  *Ident // nil if positional
	Value Expr
}

// Index is a read `x[i, j else 0]`.
type Index struct {
	At
	X       Expr
	Indices []Expr // may start with *Ellipsis
	Else    Expr   // nil if absent
	h       int32
}

// Select is a path, `fc1.weight`.
type Select struct {
	At
	X    Expr
	Name *Ident
	h    int32
}

// Transpose is `A.T`.
type Transpose struct {
	At
	X Expr
	h int32
}

// Label is `fc1: Dense(10)` or `"features.0": Conv2d(16)`; exactly one of Name and Path is set. X is a postfix
// expression: in `rnn: GRU(32)(xs, 0)` it is the application, and the label names the instance GRU(32) in it.
type Label struct {
	At
	Name *Ident
	Path *String
	X    Expr
	h    int32
}

// Power is `x ^ y`; it groups to the right.
type Power struct {
	At
	Op   Op
	X, Y Expr
	h    int32
}

// Unary is `-x` or `not x`.
type Unary struct {
	At
	Op Op
	X  Expr
	h  int32
}

// Compose is a composition of two or more stages, flat however long it is. All its operators have one direction.
type Compose struct {
	At
	Stages  []Expr // in the order of the text
	Ops     []Op   // len(Stages)-1
	Reading bool   // written with >>: the first stage is applied first
	h       int32
}

// Applied returns the stages in the order in which they are applied.
func (c *Compose) Applied() []Expr {
	if c.Reading {
		return c.Stages
	}
	out := make([]Expr, len(c.Stages))
	for i, s := range c.Stages {
		out[len(out)-1-i] = s
	}
	return out
}

// Chain is a run of operators of one precedence, flat however long it is, grouping to the left:
// a - b + c is Operands a, b, c and Ops -, +. The levels are `* / @`, `+ -`, `and`, `or`.
type Chain struct {
	At
	Operands []Expr // at least two
	Ops      []Op   // len(Operands)-1
	h        int32
}

// Compare is `a < b`, and also `a <= b < c`, which means a <= b and b < c.
type Compare struct {
	At
	Operands []Expr // at least two
	Ops      []Op   // len(Operands)-1
	h        int32
}

// If is `if Cond then Then else Else`.
type If struct {
	At
	Cond, Then, Else Expr
	h                int32
}

// Reduce is `sum[i, j < n where cond] e`, `softmax[i](e)`: a reduction, or a form that works along its indices.
type Reduce struct {
	At
	Name    *Ident    // see IsReducer
	Indices []*Binder // at least one
	Where   Expr      // nil if absent
	X       Expr      // without the parentheses of a parenthesised form; a prefix form may have a *Paren here
	h       int32
}

// Concat is `concat[axis](a, b)`.
type Concat struct {
	At
	Axis Expr
	Args []Expr
	h    int32
}

// Op is an operator in the text.
type Op struct {
	Kind   OpKind
	Spelt  string // as the author wrote it
	Offset int32  // of its first byte
}

// Span returns the place of the operator, given any node of the same file.
func (o Op) Span(in Node) diag.Span {
	return diag.Span{File: in.Span().File, Start: o.Offset, End: o.Offset + int32(len(o.Spelt))}
}

// OpKind says which operator an Op is, whatever its spelling.
type OpKind uint8

// The operators. Neg is the unary minus.
const (
	Add OpKind = iota + 1
	Sub
	Mul
	Div
	MatMul
	Pow
	Neg
	Not
	And
	Or
	Eq
	Ne
	Lt
	Le
	Gt
	Ge
	ComposeAfter  // ∘ <<
	ComposeBefore // >>
)

// Unparen removes any parentheses around an expression.
func Unparen(e Expr) Expr {
	for {
		p, ok := e.(*Paren)
		if !ok {
			return e
		}
		e = p.X
	}
}
