package syntax

import "github.com/gradgen/gradgen/dsl/diag"

// Node is anything in the tree that has a place in the source.
type Node interface {
	Span() diag.Span
	setFile(*diag.Source)
}

// At is embedded in every node and holds its place.
type At struct{ Loc diag.Span }

// Span returns the place of the node in its source.
func (a *At) Span() diag.Span { return a.Loc }

func (a *At) setFile(src *diag.Source) { a.Loc.File = src }

// Decl is a declaration of a file: *PackageDecl, *ImportDecl, *DimDecl, *ConstDecl, *FnDecl, *LayerDecl, *ModelDecl,
// *LossDecl, *TrainDecl, *DeriveDecl, *RuleDecl, *OptimizerDecl, *InitDecl, or *BadDecl for one with a mistake in it.
type Decl interface {
	Node
	// Head returns what all declarations have in common.
	Head() *DeclHead
}

// Stmt is a statement of a body: *Equation, *Define, *Unpack, *ParamStmt, *StateStmt, *NextStmt, *StepStmt, *DimDecl,
// *ConstDecl, *ReturnStmt.
type Stmt interface {
	Node
	stmtNode()
}

// Expr is an expression: *Ident, *Number, *String, *Bool, *Ellipsis, *Paren, *Tuple, *Vector, *Call, *Index, *Select,
// *Transpose, *Label, *Power, *Unary, *Compose, *Chain, *Compare, *If, *Reduce, *Concat.
type Expr interface {
	Node
	exprNode()
	height() int
}

// Type is a type or the kind of a hyper-parameter: *ArrayType, *TupleType, *KindType.
type Type interface {
	Node
	typeNode()
}

// File is one parsed source file.
type File struct {
	Source *diag.Source
	// Decls are the declarations in the order of the text. A declaration with a syntax error in it is a *BadDecl,
	// so that its name is known and uses of it are not reported again.
	Decls []Decl
	// Comments are all comments in the order of the text, doc comments included.
	Comments []*Comment

	tokens []token // everything but spaces, for Format
	wrong  bool    // the file has mistakes, so that Format must leave it alone
}

// Comment is one `//` comment.
type Comment struct {
	At
	Text string // with its slashes, without trailing spaces
}

// Block is `{ … }`. A statement with a mistake in it is left out and Bad is set.
type Block struct {
	At
	Stmts []Stmt
	Bad   bool     // statements with mistakes were left out
	Lost  []string // what these would have named
}

// Binder is an index on the left of an equation or in a reduction: `i`, `i < n`, or `...` on the left only.
type Binder struct {
	At
	Name     *Ident // nil for `...`
	Ellipsis bool
	Bound    Expr // nil unless the range is stated
}

// Equation is `y[b, o] = e`. It has at least one binder.
type Equation struct {
	At
	Name    *Ident
	Indices []*Binder
	Value   Expr
}

// Define is `name = e`.
type Define struct {
	At
	Name  *Ident
	Value Expr
}

// Unpack is `(p, q) = e`.
type Unpack struct {
	At
	Names []*Ident
	Value Expr
}

// Interval is the `in (lo, hi)` of a parameter; a bracket closes an end, a parenthesis leaves it open.
type Interval struct {
	At
	Lo, Hi         Expr
	LoOpen, HiOpen bool
}

// ParamStmt is `param Wq, Wk : real[heads, e, d] in (0, inf) ~ xavier(in = d, out = d) when cond`.
type ParamStmt struct {
	At
	Names []*Ident
	Type  Type
	In    *Interval // nil if unconstrained
	Init  Expr      // after `~`: an initialiser applied to its arguments; nil if absent
	Value Expr      // after `=`; nil if absent. Never set together with Init
	When  Expr      // nil if the parameter is always there
}

// StateStmt is `state m : real[c] = 0`. Type is nil only in an optimizer.
type StateStmt struct {
	At
	Names []*Ident
	Type  Type
	Value Expr
}

// NextStmt is `next m = e` or `next m[c] = e`: the value of a state after a train step.
type NextStmt struct {
	At
	Name    *Ident
	Indices []*Binder
	Value   Expr
}

// StepStmt is `step cell(h: real[B, hid], x: real[B, inp]) { … }`: the body that scan runs. The first inputs are the
// carry. Result is nil unless written.
type StepStmt struct {
	At
	Name   *Ident
	Inputs []*Field
	Result Type
	Body   *Block
}

// ReturnStmt is `return e`.
type ReturnStmt struct {
	At
	Value Expr
}

// ArrayType is `f32[B, In]`, or a scalar if it has no axes: `real`, `bool`.
type ArrayType struct {
	At
	Elem Elem
	Axes []Expr // size expressions and *Ellipsis
}

// Elem is the type of an element.
type Elem uint8

// The element types. Real stands for the float type of the caller.
const (
	Real Elem = iota + 1
	F32
	F64
	I32
	Boolean
)

// TupleType is `(real[T, B, hid], real[B, hid])`.
type TupleType struct {
	At
	Elems []Type
}

// KindType is the kind of a hyper-parameter that is not a value with a dtype: `dim`, `fn`, `layer`. Numbers are
// declared `real` and booleans `bool`, which are *ArrayType.
type KindType struct {
	At
	Kind Kind
}

// Kind is what a KindType says.
type Kind uint8

// The kinds of hyper-parameters.
const (
	KindDim Kind = iota + 1
	KindFn
	KindLayer
)
