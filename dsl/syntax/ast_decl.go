package syntax

import "github.com/gradgen/gradgen/dsl/diag"

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
