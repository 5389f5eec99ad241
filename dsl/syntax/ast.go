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

// DeclHead is embedded in every declaration.
type DeclHead struct {
	At
	// Doc is the comment block directly above, one line an element, slashes and one leading space removed.
	Doc []string
	// Keyword is the place of the first word, such as `layer`.
	Keyword diag.Span
	// Name is what is declared, trained or derived; nil for an import and for a `train` without a name of its own.
	Name *Ident
}

// Head returns the receiver.
func (h *DeclHead) Head() *DeclHead { return h }

func (h *DeclHead) setFile(src *diag.Source) { h.Loc.File, h.Keyword.File = src, src }

// PackageDecl is `package digits`.
type PackageDecl struct{ DeclHead }

// ImportDecl is `import "blocks.grad"`; its Name is nil.
type ImportDecl struct {
	DeclHead
	Path *String
}

// DimDecl is `dim B` or `dim In = 784`; in a body always with a value.
type DimDecl struct {
	DeclHead
	Value Expr // nil for a run-time size
}

// ConstDecl is `const eps = 1e-5`, `const t = [0.1, 0.2]` or `const at[i < 4, j < 4] = i + j`; also in a body.
type ConstDecl struct {
	DeclHead
	Indices []*Binder // nil unless the table is defined by index
	Value   Expr
}

// Field is a hyper-parameter or an input: `out: dim`, `useBias: bool = true`, `x: f32[B, In]`. In `x, y: real` the two
// fields share the type node, and the default if there is one.
type Field struct {
	At
	Name    *Ident
	Type    Type // nil only in `init`, where every argument is a real
	Default Expr // nil if there is none
}

// FnDecl is `fn name(inputs) -> result = value` or with a body. Exactly one of Value and Body is set.
type FnDecl struct {
	DeclHead
	Inputs []*Field
	Result Type
	Value  Expr
	Body   *Block
}

// Signature is how a layer or a model says what it maps. Either Inputs and Result are given, as in
// `(x: real[..., inp]) -> real[..., out]`, or From and To, as in `: T -> U`, and then Value is a composition.
type Signature struct {
	Pointwise bool // written with named inputs
	Inputs    []*Field
	Result    Type
	From, To  Type
}

// LayerDecl is `layer Name(hyper…)(inputs…) -> type …` or `layer Name(hyper…) : T -> U = composition`.
type LayerDecl struct {
	DeclHead
	Hyper []*Field
	Sig   Signature
	Value Expr
	Body  *Block
}

// ModelDecl is `model Name : T -> U = composition` or `model Name(inputs…) -> type …`.
type ModelDecl struct {
	DeclHead
	Sig   Signature
	Value Expr
	Body  *Block
}

// LossDecl is `loss Name(args) = expr`, or with a body that returns a scalar.
type LossDecl struct {
	DeclHead
	Inputs []*Field
	Result Type // nil unless written
	Value  Expr
	Body   *Block
}

// TrainDecl is `train Name = Loss with Adam(lr = 1e-3) on "fc.*"`. Name is nil for the short form `train Loss with …`.
type TrainDecl struct {
	DeclHead
	Loss *Ident
	With Expr      // the optimiser applied to its hyper-parameters
	On   []*String // patterns of parameters; none means all
}

// DeriveDecl is `derive Name { value, grad(x) }`.
type DeriveDecl struct {
	DeclHead
	Items []*Derivative
}

// Derivative is one entry of a derive: `value`, `hess(x)`, `grad(Plant)`.
type Derivative struct {
	At
	Kind *Ident // value, grad, jac, jvp, vjp, hess, hvp
	// Transposed is the `.T` of `jac(x).T`: the axes of the argument first.
	Transposed bool
	By         []Expr // arguments or models: identifiers and paths
}

// RuleDecl is `rule jvp f(x; dx) = …` or `rule vjp f(x; dy) = …`.
type RuleDecl struct {
	DeclHead
	Mode   *Ident // jvp or vjp
	Inputs []*Ident
	Linear []*Ident // tangents of the inputs, or the cotangent of the result
	Value  Expr
	Body   *Block
}

// OptimizerDecl is `optimizer Name(hyper…) { … }`: formulas over the weight `w`, the gradient `g`, the step `t` and
// `state`. The body holds *StateStmt (whose type may be omitted: the weight's), *Define, *ConstDecl and *NextStmt;
// `next w = …` is the update.
type OptimizerDecl struct {
	DeclHead
	Hyper []*Field
	Body  *Block
}

// InitDecl is `init uniform(lo, hi) = lo + (hi - lo) * random`: the value of one element of a parameter, where
// `random` is a draw from [0, 1) of its own for every element.
type InitDecl struct {
	DeclHead
	Hyper []*Field
	Value Expr
}

// BadDecl stands for a declaration that did not parse. Its mistake is reported already; Name is set when it was read.
type BadDecl struct {
	DeclHead
	Word string // layer, fn, …; empty if the text does not start a declaration
}

// Block is `{ … }`. A statement with a mistake in it is left out and Bad is set.
type Block struct {
	At
	Stmts []Stmt
	Bad   bool
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
