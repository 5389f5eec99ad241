package syntax

import "github.com/alecthomas/participle/v2/lexer"

// kind is the type of a token. It is also participle's token type, whose end of file is -1.
type kind int8

const (
	kindEOF    kind = -1 - iota
	kindTerm        // the end of a statement: a line's, a `;`, or what stands before a `}`
	kindBroken      // reported already: whoever meets it gives up quietly
	kindComment
	kindIdent
	kindNumber
	kindString
	kindLParen
	kindRParen
	kindLBrack
	kindRBrack
	kindLBrace
	kindRBrace
	kindComma
	kindSemi // a `;` inside parentheses
	kindColon
	kindAssign
	kindArrow
	kindTilde
	kindDot
	kindEllipsis
	kindPlus
	kindMinus
	kindStar
	kindSlash
	kindAt
	kindCaret
	kindEq
	kindNe
	kindLt
	kindLe
	kindGt
	kindGe
	kindAfter
	kindBefore
	kindIf
	kindThen
	kindElse
	kindAnd
	kindOr
	kindNot
	kindWhere
	kindReturn
	kindTrue
	kindFalse
)

// symbols names the token types that the grammar refers to.
var symbols = map[string]lexer.TokenType{
	"EOF":    lexer.EOF,
	"Term":   lexer.TokenType(kindTerm),
	"Ident":  lexer.TokenType(kindIdent),
	"String": lexer.TokenType(kindString),
	"Arrow":  lexer.TokenType(kindArrow),
	"Semi":   lexer.TokenType(kindSemi),
}

// words are the reserved words. Everything else that looks like a name is a name.
var words = map[string]kind{
	"if": kindIf, "then": kindThen, "else": kindElse, "and": kindAnd, "or": kindOr, "not": kindNot,
	"where": kindWhere, "return": kindReturn, "true": kindTrue, "false": kindFalse,
}

// marks are the operators and punctuation in ASCII, longest first.
var marks = []struct {
	text string
	kind kind
}{
	{"...", kindEllipsis},
	{"->", kindArrow}, {"<<", kindAfter}, {">>", kindBefore}, {"<=", kindLe}, {">=", kindGe}, {"==", kindEq}, {"!=", kindNe},
	{"(", kindLParen}, {")", kindRParen}, {"[", kindLBrack}, {"]", kindRBrack}, {"{", kindLBrace}, {"}", kindRBrace},
	{",", kindComma}, {";", kindSemi}, {":", kindColon}, {"=", kindAssign}, {"~", kindTilde}, {".", kindDot},
	{"+", kindPlus}, {"-", kindMinus}, {"*", kindStar}, {"/", kindSlash}, {"@", kindAt}, {"^", kindCaret},
	{"<", kindLt}, {">", kindGt},
}

// twins are the Unicode spellings.
var twins = map[rune]kind{
	'∘': kindAfter, '→': kindArrow, '≤': kindLe, '≥': kindGe, '≠': kindNe, '·': kindStar, '−': kindMinus,
	'∧': kindAnd, '∨': kindOr, '¬': kindNot, '…': kindEllipsis, '∞': kindIdent,
}

// canonical gives names that have a Unicode spelling their ASCII name.
var canonical = map[string]string{"∞": "inf", "π": "pi"}

// foreign are operators of other languages, longest first, with what to write instead.
var foreign = []struct{ text, help string }{
	{"/*", "comments begin with // and end with the line"},
	{"**", "a power is written x^2"},
	{":=", "a definition is written name = value"},
	{"+=", "nothing changes in place: define a new name"},
	{"-=", "nothing changes in place: define a new name"},
	{"*=", "nothing changes in place: define a new name"},
	{"/=", "nothing changes in place: define a new name; not equal is !="},
	{"=>", "the result type is written after ->"},
	{"&&", "write and"},
	{"||", "write or"},
	{"!", "write not, or != for not equal"},
	{"?", "a choice is written if c then a else b"},
	{"%", "there is no remainder operator"},
	{"#", "comments begin with //"},
	{"'", "quoted texts use double quotes; a transpose is A.T"},
}

// token is a piece of the text.
type token struct {
	kind       kind
	nl         uint8 // line ends before it since the previous token: 0, 1, or 2 for more
	first      bool  // it begins a statement or a declaration; set by layout
	start, end int32
}

// isOperator reports whether a line that ends or begins with the token goes on.
func (k kind) isOperator() bool {
	switch k {
	case kindPlus, kindMinus, kindStar, kindSlash, kindAt, kindCaret, kindEq, kindNe, kindLt, kindLe, kindGt, kindGe,
		kindAfter, kindBefore, kindAnd, kindOr:
		return true
	}
	return false
}

// needsMore reports whether no statement can end with the token.
func (k kind) needsMore() bool {
	switch k {
	case kindAssign, kindComma, kindColon, kindArrow, kindTilde, kindLBrace, kindIf, kindThen, kindElse, kindNot, kindWhere, kindDot:
		return true
	}
	return k.isOperator()
}

// continues reports whether no statement can begin with the token, so that a line that does belongs to the one
// before. A `{` is not among them: its place on a line of its own is an error that layout reports.
func (k kind) continues() bool {
	switch k {
	case kindAssign, kindComma, kindColon, kindArrow, kindTilde, kindDot, kindThen, kindElse, kindWhere, kindRParen, kindRBrack:
		return true
	}
	return k.isOperator()
}
