package syntax

func (*Equation) stmtNode()   {}
func (*Define) stmtNode()     {}
func (*Unpack) stmtNode()     {}
func (*ParamStmt) stmtNode()  {}
func (*StateStmt) stmtNode()  {}
func (*NextStmt) stmtNode()   {}
func (*StepStmt) stmtNode()   {}
func (*DimDecl) stmtNode()    {}
func (*ConstDecl) stmtNode()  {}
func (*ReturnStmt) stmtNode() {}

func (*ArrayType) typeNode() {}
func (*TupleType) typeNode() {}
func (*KindType) typeNode()  {}

func (*Ident) exprNode()     {}
func (*Number) exprNode()    {}
func (*String) exprNode()    {}
func (*Bool) exprNode()      {}
func (*Ellipsis) exprNode()  {}
func (*Paren) exprNode()     {}
func (*Tuple) exprNode()     {}
func (*Vector) exprNode()    {}
func (*Call) exprNode()      {}
func (*Index) exprNode()     {}
func (*Select) exprNode()    {}
func (*Transpose) exprNode() {}
func (*Label) exprNode()     {}
func (*Power) exprNode()     {}
func (*Unary) exprNode()     {}
func (*Compose) exprNode()   {}
func (*Chain) exprNode()     {}
func (*Compare) exprNode()   {}
func (*If) exprNode()        {}
func (*Reduce) exprNode()    {}
func (*Concat) exprNode()    {}

// The height of an expression is one more than that of its highest part. The parser keeps it below MaxDepth, so no
// later walk over a tree can exhaust the stack.

func (*Ident) height() int       { return 1 }
func (*Number) height() int      { return 1 }
func (*String) height() int      { return 1 }
func (*Bool) height() int        { return 1 }
func (*Ellipsis) height() int    { return 1 }
func (e *Paren) height() int     { return int(e.h) }
func (e *Tuple) height() int     { return int(e.h) }
func (e *Vector) height() int    { return int(e.h) }
func (e *Call) height() int      { return int(e.h) }
func (e *Index) height() int     { return int(e.h) }
func (e *Select) height() int    { return int(e.h) }
func (e *Transpose) height() int { return int(e.h) }
func (e *Label) height() int     { return int(e.h) }
func (e *Power) height() int     { return int(e.h) }
func (e *Unary) height() int     { return int(e.h) }
func (e *Compose) height() int   { return int(e.h) }
func (e *Chain) height() int     { return int(e.h) }
func (e *Compare) height() int   { return int(e.h) }
func (e *If) height() int        { return int(e.h) }
func (e *Reduce) height() int    { return int(e.h) }
func (e *Concat) height() int    { return int(e.h) }

var elemNames = map[Elem]string{Real: "real", F32: "f32", F64: "f64", I32: "i32", Boolean: "bool"}

// String returns the word of the element type.
func (e Elem) String() string { return elemNames[e] }

var kindNames = map[Kind]string{KindDim: "dim", KindFn: "fn", KindLayer: "layer"}

// String returns the word of the kind.
func (k Kind) String() string { return kindNames[k] }

var opNames = map[OpKind]string{
	Add: "+", Sub: "-", Mul: "*", Div: "/", MatMul: "@", Pow: "^", Neg: "-", Not: "not", And: "and", Or: "or",
	Eq: "==", Ne: "!=", Lt: "<", Le: "<=", Gt: ">", Ge: ">=", ComposeAfter: "<<", ComposeBefore: ">>",
}

// String returns the ASCII spelling of the operator.
func (k OpKind) String() string { return opNames[k] }
