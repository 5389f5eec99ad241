package syntax

import (
	"io"
	"sync"

	"github.com/alecthomas/participle/v2"
	"github.com/alecthomas/participle/v2/lexer"
)

// The grammar of declarations and statements, as participle reads it. A field's tag is a piece of EBNF; the pieces of
// a struct, one after another, are its production. What the tags call @@ is another struct or a Parseable of
// pieces.go, behind which expressions are read by precedence climbing. convert.go turns the result into the tree.
//
// The parser runs with no lookahead: the first word decides, and afterwards every mistake is final. That keeps its
// errors at the right place.

type declRoot struct {
	Decl declG `parser:"@@ Term"`
}

type declG struct {
	Package   *packageG   `parser:"  @@"`
	Import    *importG    `parser:"| @@"`
	Dim       *dimG       `parser:"| @@"`
	Const     *constG     `parser:"| @@"`
	Fn        *fnG        `parser:"| @@"`
	Layer     *layerG     `parser:"| @@"`
	Model     *modelG     `parser:"| @@"`
	Loss      *lossG      `parser:"| @@"`
	Train     *trainG     `parser:"| @@"`
	Derive    *deriveG    `parser:"| @@"`
	Rule      *ruleG      `parser:"| @@"`
	Optimizer *optimizerG `parser:"| @@"`
	Init      *initG      `parser:"| @@"`
}

type packageG struct {
	Name nameG `parser:"'package' @@"`
}

type importG struct {
	Path stringG `parser:"'import' @@"`
}

type dimG struct {
	Name  varG   `parser:"'dim' @@"`
	Value *exprG `parser:"( '=' @@ )?"`
}

type constG struct {
	Name    varG      `parser:"'const' @@"`
	Indices *bindersG `parser:"@@?"`
	Value   exprG     `parser:"'=' @@"`
}

type fnG struct {
	Name   nameG   `parser:"'fn' @@"`
	Inputs fieldsG `parser:"@@"`
	Result typeG   `parser:"Arrow @@"`
	Body   bodyG   `parser:"@@"`
}

type layerG struct {
	Name   nameG    `parser:"'layer' @@"`
	First  *fieldsG `parser:"@@?"`
	Second *fieldsG `parser:"@@?"`
	Result *typeG   `parser:"( Arrow @@"`
	From   *typeG   `parser:"| ':' @@"`
	To     *typeG   `parser:"  Arrow @@ )"`
	Body   bodyG    `parser:"@@"`
}

type modelG struct {
	Name   nameG    `parser:"'model' @@"`
	Inputs *fieldsG `parser:"( @@"`
	Result *typeG   `parser:"  Arrow @@"`
	From   *typeG   `parser:"| ':' @@"`
	To     *typeG   `parser:"  Arrow @@ )"`
	Body   bodyG    `parser:"@@"`
}

type lossG struct {
	Name   nameG   `parser:"'loss' @@"`
	Inputs fieldsG `parser:"@@"`
	Result *typeG  `parser:"( Arrow @@ )?"`
	Body   bodyG   `parser:"@@"`
}

type trainG struct {
	First nameG     `parser:"'train' @@"`
	Loss  *nameG    `parser:"( '=' @@ )?"`
	With  exprG     `parser:"'with' @@"`
	On    []stringG `parser:"( 'on' @@ ( ',' @@ )* )?"`
}

type deriveG struct {
	Name  nameG         `parser:"'derive' @@"`
	Items []derivativeG `parser:"'{' Term* @@* '}'"`
}

type derivativeG struct {
	Kind nameG         `parser:"@@"`
	By   []exprG       `parser:"( '(' ( @@ ( ',' @@ )* )? ')' )?"`
	T    *nameG        `parser:"( '.' @@ )?"`
	Ends []lexer.Token `parser:"@( ',' | Term )*"`
}

type ruleG struct {
	Mode   nameG   `parser:"'rule' @@"`
	Name   nameG   `parser:"@@"`
	Inputs []varG  `parser:"'(' ( @@ ( ',' @@ )* )?"`
	Linear []nameG `parser:"Semi @@ ( ',' @@ )* ')'"`
	Body   bodyG   `parser:"@@"`
}

type optimizerG struct {
	Name  nameG    `parser:"'optimizer' @@"`
	Hyper *fieldsG `parser:"@@?"`
	Body  blockG   `parser:"@@"`
}

type initG struct {
	Name  nameG        `parser:"'init' @@"`
	Hyper *initFieldsG `parser:"@@?"`
	Value exprG        `parser:"'=' @@"`
}

// bodyG is what a function, a layer, a model, a loss or a rule computes: a block or a formula.
type bodyG struct {
	Block *blockG `parser:"  @@"`
	Value *exprG  `parser:"| '=' @@"`
}

type stmtRoot struct {
	Stmt stmtG `parser:"@@ Term"`
}

// A word such as param begins a statement only if a name follows: state = 3 defines a value.
type stmtG struct {
	Param    *paramG    `parser:"  (?= 'param' Ident) @@"`
	State    *stateG    `parser:"| (?= 'state' Ident) @@"`
	Next     *nextG     `parser:"| (?= 'next' Ident) @@"`
	Step     *stepG     `parser:"| (?= 'step' Ident) @@"`
	Dim      *bodyDimG  `parser:"| (?= 'dim' Ident) @@"`
	Const    *constG    `parser:"| (?= 'const' Ident) @@"`
	Return   *returnG   `parser:"| @@"`
	Unpack   *unpackG   `parser:"| @@"`
	Equation *equationG `parser:"| @@"`
}

type paramG struct {
	Names []varG     `parser:"'param' @@ ( ',' @@ )*"`
	Type  typeG      `parser:"':' @@"`
	In    *intervalG `parser:"( 'in' @@ )?"`
	Init  *exprG     `parser:"( '~' @@"`
	Value *exprG     `parser:"| '=' @@ )?"`
	When  *exprG     `parser:"( 'when' @@ )?"`
}

type stateG struct {
	Names []varG `parser:"'state' @@ ( ',' @@ )*"`
	Type  *typeG `parser:"( ':' @@ )?"`
	Value exprG  `parser:"'=' @@"`
}

type nextG struct {
	Name    varG      `parser:"'next' @@"`
	Indices *bindersG `parser:"@@?"`
	Value   exprG     `parser:"'=' @@"`
}

type stepG struct {
	Name   nameG   `parser:"'step' @@"`
	Inputs fieldsG `parser:"@@"`
	Result *typeG  `parser:"( Arrow @@ )?"`
	Body   blockG  `parser:"@@"`
}

type bodyDimG struct {
	Name  varG  `parser:"'dim' @@"`
	Value exprG `parser:"'=' @@"`
}

type returnG struct {
	Value exprG `parser:"'return' @@"`
}

type unpackG struct {
	Names []varG `parser:"'(' @@ ( ',' @@ )+ ')'"`
	Value exprG  `parser:"'=' @@"`
}

type equationG struct {
	Name    varG      `parser:"@@"`
	Indices *bindersG `parser:"@@?"`
	Value   exprG     `parser:"'=' @@"`
}

// The parsers are built on first use, which takes some hundred microseconds, so that importing the package costs nothing.
var (
	declParser = sync.OnceValue(buildDeclParser)
	stmtParser = sync.OnceValue(buildStmtParser)
)

func buildDeclParser() *participle.Parser[declRoot] {
	return participle.MustBuild[declRoot](participle.Lexer(definition{}), participle.UseLookahead(0))
}

func buildStmtParser() *participle.Parser[stmtRoot] {
	return participle.MustBuild[stmtRoot](participle.Lexer(definition{}), participle.UseLookahead(0))
}

// definition tells participle the names of our tokens. Lexing is done by scan and layout before participle runs.
type definition struct{}

// Symbols returns the token types that the grammar names.
func (definition) Symbols() map[string]lexer.TokenType { return symbols }

// Lex is what participle calls when it is given text, which it never is here.
func (definition) Lex(string, io.Reader) (lexer.Lexer, error) { return &stream{}, nil }

// stream feeds tokens that are at hand to participle.
type stream struct {
	tokens []lexer.Token
	at     int
}

// Next returns the tokens one by one and then the end of the file for ever.
func (s *stream) Next() (lexer.Token, error) {
	if s.at >= len(s.tokens) {
		return lexer.EOFToken(lexer.Position{}), nil
	}
	s.at++
	return s.tokens[s.at-1], nil
}
