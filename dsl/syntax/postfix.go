package syntax

import (
	"github.com/gradgen/gradgen/dsl/diag"
)

// labelled reads `name: X`, `"path": X` or X, where X is a postfix expression.
func (p *exprParser) labelled() (Expr, error) {
	t := p.peek()
	if k := kind(t.Type); k != kindIdent && k != kindString || !p.nextIs(kindColon) {
		return p.postfix()
	}
	l := &Label{}
	if p.at(kindString) {
		l.Path = p.str()
	} else {
		l.Name = p.ident()
	}
	p.take()
	x, err := p.postfix()
	if err != nil {
		return nil, err
	}
	l.X = x
	l.At = p.from(int32(t.Pos.Offset))
	l.h, err = p.heightOver(x)
	return l, err
}

// nextIs reports whether the token behind the next one is of a kind.
func (p *exprParser) nextIs(k kind) bool {
	mark := p.lex.MakeCheckpoint()
	p.lex.Next()
	is := p.at(k)
	p.lex.LoadCheckpoint(mark)
	return is
}

func (p *exprParser) ident() *Ident {
	t := p.take()
	return &Ident{At: p.from(int32(t.Pos.Offset)), Name: canonicalName(t.Value), Spelt: t.Value}
}

// canonicalName is the ASCII twin of a name that has one.
func canonicalName(spelt string) string {
	if name, ok := canonical[spelt]; ok {
		return name
	}
	return spelt
}

func (p *exprParser) str() *String {
	t := p.take()
	return &String{At: p.from(int32(t.Pos.Offset)), Value: t.Value[1 : len(t.Value)-1]}
}

// postfix reads a primary expression and the calls, reads and paths behind it.
func (p *exprParser) postfix() (Expr, error) {
	x, err := p.primary()
	for err == nil {
		switch kind(p.peek().Type) {
		case kindLParen:
			x, err = p.call(x)
		case kindLBrack:
			x, err = p.index(x)
		case kindDot:
			x, err = p.selectOrT(x)
		default:
			return x, nil
		}
	}
	return nil, err
}

func (p *exprParser) call(fn Expr) (Expr, error) {
	p.take()
	c := &Call{Fn: fn}
	parts := []Expr{fn}
	var named *Arg
	for !p.at(kindRParen) {
		a, err := p.argument()
		if err != nil {
			return nil, err
		}
		if a.Name == nil && named != nil {
			return nil, faultOn(a, diag.ArgumentOrder, "a positional argument follows a named one").
				note(named.Span(), "named", "here").hint("arguments without a name come first")
		}
		if a.Name != nil {
			named = a
		}
		c.Args = append(c.Args, a)
		parts = append(parts, a.Value)
		if !p.accept(kindComma) {
			break
		}
	}
	if err := p.need(kindRParen, "`,` or `)`"); err != nil {
		return nil, err
	}
	var err error
	c.At = p.from(fn.Span().Start)
	c.h, err = p.heightOver(parts...)
	return c, err
}

func (p *exprParser) argument() (*Arg, error) {
	a := &Arg{}
	start := int32(p.peek().Pos.Offset)
	if p.at(kindIdent) && p.nextIs(kindAssign) {
		a.Name = p.ident()
		p.take()
	}
	var err error
	if p.at(kindEllipsis) { // prod(...), the product of the leading sizes
		a.Value, err = p.indexEntry(true)
	} else {
		a.Value, err = p.expr()
	}
	a.At = p.from(start)
	return a, err
}

func (p *exprParser) index(x Expr) (Expr, error) {
	open := p.take()
	n := &Index{X: x}
	if p.at(kindRBrack) {
		return nil, faultAt(p.peek(), diag.EmptyList, "a read needs at least one index").
			hint("an array as a whole is written without brackets")
	}
	for !p.at(kindRBrack) && !p.at(kindElse) {
		e, err := p.indexEntry(len(n.Indices) == 0)
		if err != nil {
			return nil, err
		}
		n.Indices = append(n.Indices, e)
		if !p.accept(kindComma) {
			break
		}
	}
	parts := append([]Expr{x}, n.Indices...)
	if p.accept(kindElse) {
		var err error
		if n.Else, err = p.expr(); err != nil {
			return nil, err
		}
		parts = append(parts, n.Else)
	}
	if p.at(kindWhere) {
		f := faultAt(p.peek(), diag.Unexpected, "`where` belongs to a reduction")
		if id, ok := x.(*Ident); ok {
			if s := diag.Suggest(id.Name, reducerNames()); s != "" {
				f.hint("is `" + id.Spelt + "` meant to be `" + s + "`?")
			}
		}
		return nil, f
	}
	end := "`,` or `]`"
	if n.Else != nil {
		end = "`]`"
		if p.at(kindComma) {
			return nil, expected(end, p.peek()).hint("the value outside is that of the whole read and comes last: x[i, j else 0]")
		}
	}
	if err := p.need(kindRBrack, end); err != nil {
		return nil, err
	}
	if len(n.Indices) == 0 {
		return nil, faultAt(open, diag.EmptyList, "a read needs at least one index")
	}
	var err error
	n.At = p.from(x.Span().Start)
	n.h, err = p.heightOver(parts...)
	return n, err
}

// indexEntry reads an index expression, or `...` if it is the first.
func (p *exprParser) indexEntry(first bool) (Expr, error) {
	if !p.at(kindEllipsis) {
		return p.expr()
	}
	if !first {
		return nil, faultAt(p.peek(), diag.MisplacedEllipsis, "`...` comes first in brackets")
	}
	t := p.take()
	return &Ellipsis{p.from(int32(t.Pos.Offset))}, nil
}

func (p *exprParser) selectOrT(x Expr) (Expr, error) {
	p.take()
	if !p.at(kindIdent) {
		return nil, expected("a name after the point", p.peek())
	}
	name := p.ident()
	at := p.from(x.Span().Start)
	h, err := p.heightOver(x)
	if name.Name == "T" {
		return &Transpose{At: at, X: x, h: h}, err
	}
	return &Select{At: at, X: x, Name: name, h: h}, err
}

// primary reads what everything is made of.
func (p *exprParser) primary() (Expr, error) {
	t := p.peek()
	start := int32(t.Pos.Offset)
	switch kind(t.Type) {
	case kindIdent:
		if p.nextIs(kindLBrack) {
			switch {
			case t.Value == "concat":
				return p.concat()
			case isPrefixReducer(t.Value):
				return nil, p.parenthesise("reduction")
			case IsReducer(t.Value):
				return p.along()
			}
		}
		return p.ident(), nil
	case kindNumber:
		p.take()
		return &Number{At: p.from(start), Text: t.Value}, nil
	case kindString:
		return p.str(), nil
	case kindTrue, kindFalse:
		p.take()
		return &Bool{At: p.from(start), Value: kind(t.Type) == kindTrue}, nil
	case kindLParen:
		return p.parens()
	case kindLBrack:
		return p.vector()
	}
	return nil, p.missing()
}

// missing makes the fault that no expression begins at the next token.
func (p *exprParser) missing() *fault {
	t := p.peek()
	switch kind(t.Type) {
	case kindIf:
		return p.parenthesise("`if`")
	case kindNot:
		return p.parenthesise("`not`")
	case kindEllipsis:
		return faultAt(t, diag.MisplacedEllipsis, "`...` is not a value").
			hint("it stands for leading axes, first in the brackets of a type or a read")
	}
	what := "an expression"
	if p.last != nil {
		if k := kind(p.last.Type); k.isOperator() || k == kindNot {
			what = "an operand after `" + p.last.Value + "`"
		}
	}
	f := faultAt(t, diag.MissingExpression, "expected "+what+", found "+found(t))
	if kind(t.Type) == kindAssign {
		f.help = "equality is written =="
	}
	return f
}

// parens reads `(e)` or a tuple.
func (p *exprParser) parens() (Expr, error) {
	open := p.take()
	start := int32(open.Pos.Offset)
	if p.at(kindRParen) {
		return nil, faultAt(p.peek(), diag.EmptyList, "nothing stands in the parentheses")
	}
	xs, comma, err := p.list(kindRParen, "`,` or `)`")
	if err != nil {
		return nil, err
	}
	h, err := p.heightOver(xs...)
	switch {
	case err != nil:
		return nil, err
	case len(xs) > 1:
		return &Tuple{At: p.from(start), Elems: xs, h: h}, nil
	case comma:
		return nil, faultAt(p.last, diag.EmptyList, "a tuple has at least two entries")
	}
	return &Paren{At: p.from(start), X: xs[0], h: h}, nil
}

func (p *exprParser) vector() (Expr, error) {
	open := p.take()
	if p.at(kindRBrack) {
		return nil, faultAt(p.peek(), diag.EmptyList, "a vector has at least one entry")
	}
	xs, _, err := p.list(kindRBrack, "`,` or `]`")
	if err != nil {
		return nil, err
	}
	h, err := p.heightOver(xs...)
	return &Vector{At: p.from(int32(open.Pos.Offset)), Elems: xs, h: h}, err
}

// list reads expressions up to and with a closing bracket; comma reports a comma before it.
func (p *exprParser) list(closing kind, what string) (xs []Expr, comma bool, err error) {
	for !p.at(closing) {
		x, err := p.expr()
		if err != nil {
			return nil, false, err
		}
		xs = append(xs, x)
		if comma = p.accept(kindComma); !comma {
			break
		}
	}
	return xs, comma, p.need(closing, what)
}
