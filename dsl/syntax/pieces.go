package syntax

import (
	"slices"

	"github.com/alecthomas/participle/v2"
	"github.com/alecthomas/participle/v2/lexer"
)

// The pieces of the grammar that participle does not read itself. Each implements participle's Parseable: it returns
// NextMatch if the text does not begin like it, and a *fault if it does and then goes wrong.

// exprG is an expression.
type exprG struct{ Expr Expr }

// Parse reads an expression by precedence climbing.
func (g *exprG) Parse(lex *lexer.PeekingLexer) (err error) {
	p := &exprParser{lex: lex, last: tokenBefore(lex)}
	g.Expr, err = p.expr()
	return err
}

// tokenBefore returns the token that was taken last, for messages such as: expected an operand after `=`.
func tokenBefore(lex *lexer.PeekingLexer) *lexer.Token {
	if at := lex.RawCursor(); at > 0 {
		return &lex.Range(at-1, at)[0]
	}
	return nil
}

// typeG is a type.
type typeG struct{ Type Type }

// Parse reads a type.
func (g *typeG) Parse(lex *lexer.PeekingLexer) (err error) {
	g.Type, err = (&exprParser{lex: lex}).typ()
	return err
}

// nameG is a name of any kind.
type nameG struct{ Name *Ident }

// Parse reads a name.
func (g *nameG) Parse(lex *lexer.PeekingLexer) error {
	p := &exprParser{lex: lex}
	if err := p.reserved(); err != nil {
		return err
	}
	if !p.at(kindIdent) {
		return participle.NextMatch
	}
	g.Name = p.ident()
	return nil
}

// varG is the name of a value, which may be indexed.
type varG struct{ Name *Ident }

// Parse reads a name that is not a reduction's.
func (g *varG) Parse(lex *lexer.PeekingLexer) (err error) {
	p := &exprParser{lex: lex}
	if _, reserved := words[p.peek().Value]; !reserved && !p.at(kindIdent) {
		return participle.NextMatch
	}
	g.Name, err = p.varName("a name")
	return err
}

// stringG is a quoted text.
type stringG struct{ String *String }

// Parse reads a quoted text.
func (g *stringG) Parse(lex *lexer.PeekingLexer) error {
	p := &exprParser{lex: lex}
	if !p.at(kindString) {
		return participle.NextMatch
	}
	g.String = p.str()
	return nil
}

// fieldsG is a list of inputs or hyper-parameters.
type fieldsG struct{ Fields []*Field }

// Parse reads a list with its parentheses.
func (g *fieldsG) Parse(lex *lexer.PeekingLexer) (err error) {
	p := &exprParser{lex: lex}
	if !p.at(kindLParen) {
		return participle.NextMatch
	}
	g.Fields, err = p.fields(false)
	return err
}

// initFieldsG is a list of the arguments of an initialiser, whose types may be left out.
type initFieldsG struct{ Fields []*Field }

// Parse reads a list with its parentheses.
func (g *initFieldsG) Parse(lex *lexer.PeekingLexer) (err error) {
	p := &exprParser{lex: lex}
	if !p.at(kindLParen) {
		return participle.NextMatch
	}
	g.Fields, err = p.fields(true)
	return err
}

// bindersG is the indices on the left of an equation.
type bindersG struct{ Binders []*Binder }

// Parse reads the indices with their brackets.
func (g *bindersG) Parse(lex *lexer.PeekingLexer) (err error) {
	p := &exprParser{lex: lex}
	if !p.accept(kindLBrack) {
		return participle.NextMatch
	}
	if g.Binders, err = p.binders(true); err != nil {
		return err
	}
	return p.need(kindRBrack, "`,` or `]`")
}

// intervalG is the range of a constrained parameter.
type intervalG struct{ Interval *Interval }

// Parse reads an interval, whose ends may each be open or closed.
func (g *intervalG) Parse(lex *lexer.PeekingLexer) (err error) {
	p := &exprParser{lex: lex}
	t := p.peek()
	iv := &Interval{LoOpen: p.at(kindLParen)}
	if !p.accept(kindLParen) && !p.accept(kindLBrack) {
		return expected("an interval such as (0, inf)", t)
	}
	if iv.Lo, err = p.expr(); err != nil {
		return err
	}
	if err := p.need(kindComma, "`,`"); err != nil {
		return err
	}
	if iv.Hi, err = p.expr(); err != nil {
		return err
	}
	iv.HiOpen = p.at(kindRParen)
	if !p.accept(kindRParen) && !p.accept(kindRBrack) {
		return expected("`)` or `]`", p.peek())
	}
	iv.At = p.from(int32(t.Pos.Offset))
	g.Interval = iv
	return nil
}

// blockG is a body in braces. It has its own recovery: a statement that goes wrong is reported and left out.
type blockG struct {
	Block  *Block
	Faults []*fault
}

// Parse reads the statements, one run of participle for each.
func (g *blockG) Parse(lex *lexer.PeekingLexer) error {
	open := lex.Peek()
	if kind(open.Type) != kindLBrace {
		return participle.NextMatch
	}
	lex.Next()
	g.Block = &Block{}
	for kind(lex.Peek().Type) != kindRBrace {
		if lex.Peek().EOF() {
			return &fault{quiet: true} // layout closes every brace, unless it is broken
		}
		g.statement(lex)
	}
	_, end := tokenSpan(lex.Next())
	g.Block.Loc.Start, g.Block.Loc.End = int32(open.Pos.Offset), end
	return nil
}

func (g *blockG) statement(lex *lexer.PeekingLexer) {
	mark, from := lex.MakeCheckpoint(), lex.RawCursor()
	first := lex.Peek()
	root, err := stmtParser().ParseFromLexer(lex, participle.AllowTrailing(true))
	if err != nil {
		g.Faults = append(g.Faults, stmtFault(first, err))
		lex.LoadCheckpoint(mark)
		skipStatement(lex)
		g.lose(lex.Range(from, lex.RawCursor()))
		return
	}
	// The statement ends before its kindTerm, which is the token taken last.
	tokens := lex.Range(0, lex.RawCursor())
	_, end := tokenSpan(&tokens[len(tokens)-2])
	stmt, faults := root.Stmt.convert(int32(first.Pos.Offset), end)
	g.Faults = append(g.Faults, faults...)
	if stmt == nil {
		g.lose(lex.Range(from, lex.RawCursor()))
		return
	}
	g.Block.Stmts = append(g.Block.Stmts, stmt)
}

// lose notes that a statement is left out, and what it would have named: the names that it begins with, and those
// before a colon, which are labels, or before what is or was meant to be an equals sign, of statements that it took for
// its own. To use them is no mistake.
func (g *blockG) lose(tokens []lexer.Token) {
	g.Block.Bad = true
	if len(tokens) > 0 && slices.Contains(stmtWords, tokens[0].Value) {
		tokens = tokens[1:]
	}
	head, brackets := true, 0
	for i := range tokens {
		k := kind(tokens[i].Type)
		first := head && brackets == 0 && (i == 0 || kind(tokens[i-1].Type) != kindIdent)
		next := kindTerm
		if i+1 < len(tokens) {
			next = kind(tokens[i+1].Type)
		}
		if k == kindIdent && (first || next == kindColon || next == kindAssign || next == kindBroken) {
			g.Block.Lost = append(g.Block.Lost, canonicalName(tokens[i].Value))
		}
		switch k {
		case kindLBrack:
			brackets++
		case kindRBrack:
			brackets--
		default:
			head = head && (brackets > 0 || k == kindIdent || k == kindComma || k == kindLParen && i == 0)
		}
	}
}

// skipStatement passes over a statement and the braces in it, up to and with its end.
func skipStatement(lex *lexer.PeekingLexer) {
	depth := 0
	for !lex.Peek().EOF() {
		switch kind(lex.Peek().Type) {
		case kindLBrace:
			depth++
		case kindRBrace:
			if depth == 0 {
				return
			}
			depth--
		case kindTerm:
			if depth == 0 {
				lex.Next()
				return
			}
		}
		lex.Next()
	}
}
