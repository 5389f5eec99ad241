package syntax

import (
	"github.com/alecthomas/participle/v2/lexer"

	"github.com/gradgen/gradgen/dsl/diag"
)

// exprParser reads one expression by precedence climbing. From tight to loose: postfix; label; ^ (right); unary -;
// ∘ << or >>; * / @; reduction; + -; comparison; not; and; or; if.
//
// It counts how deep it is, and how high what it builds is: 300,000 minus signs, or as many calls one behind another,
// end in an error. Operators of one precedence make one flat node, so chains may be long.
type exprParser struct {
	lex   *lexer.PeekingLexer
	depth int
	last  *lexer.Token // the last token taken, nil at the start
	end   int32        // where it ends
}

func (p *exprParser) peek() *lexer.Token { return p.lex.Peek() }

func (p *exprParser) at(k kind) bool { return kind(p.lex.Peek().Type) == k }

func (p *exprParser) take() *lexer.Token {
	t := p.lex.Next()
	p.last = t
	_, p.end = tokenSpan(t)
	return t
}

// accept takes the next token if it is of a kind.
func (p *exprParser) accept(k kind) bool {
	if !p.at(k) {
		return false
	}
	p.take()
	return true
}

// need takes a token of a kind or says what was expected.
func (p *exprParser) need(k kind, what string) error {
	if !p.accept(k) {
		return expected(what, p.peek())
	}
	return nil
}

// from is the place from a byte to the end of the last token.
func (p *exprParser) from(start int32) At { return At{diag.Span{Start: start, End: p.end}} }

func (p *exprParser) enter() error {
	if p.depth++; p.depth > MaxDepth {
		return faultAt(p.peek(), diag.TooDeep, "this expression is nested more than 256 deep").hint("give names to the parts")
	}
	return nil
}

func (p *exprParser) leave() { p.depth-- }

// heightOver returns the height of a node over some parts, or an error if that is too high.
func (p *exprParser) heightOver(parts ...Expr) (int32, error) {
	h := 0
	for _, e := range parts {
		if e != nil {
			h = max(h, e.height())
		}
	}
	if h >= MaxDepth {
		return 0, faultOn(parts[0], diag.TooDeep, "this expression is nested more than 256 deep").hint("give names to the parts")
	}
	return int32(h + 1), nil
}

func (p *exprParser) op(k OpKind) Op {
	t := p.take()
	return Op{Kind: k, Spelt: t.Value, Offset: int32(t.Pos.Offset)}
}

// expr reads an expression of the loosest kind.
func (p *exprParser) expr() (Expr, error) {
	if err := p.enter(); err != nil {
		return nil, err
	}
	defer p.leave()
	if p.at(kindIf) {
		return p.ifThenElse()
	}
	return p.chain(orOps, p.and)
}

func (p *exprParser) ifThenElse() (Expr, error) {
	word := p.take()
	cond, err := p.expr()
	if err != nil {
		return nil, err
	}
	if err := p.need(kindThen, "`then`"); err != nil {
		return nil, err
	}
	then, err := p.expr()
	if err != nil {
		return nil, err
	}
	if !p.at(kindElse) {
		f := expected("`else`", p.peek())
		f.code = diag.MissingElse
		if f.help == "" {
			f.help = "an if has a value on both sides: if c then a else b"
		}
		start, end := tokenSpan(word)
		return nil, f.note(diag.Span{Start: start, End: end}, "if", "begins here")
	}
	p.take()
	els, err := p.expr()
	if err != nil {
		return nil, err
	}
	h, err := p.heightOver(cond, then, els)
	return &If{At: p.from(int32(word.Pos.Offset)), Cond: cond, Then: then, Else: els, h: h}, err
}

// level maps the tokens of one level of precedence to operators.
type level map[kind]OpKind

var (
	orOps  = level{kindOr: Or}
	andOps = level{kindAnd: And}
	addOps = level{kindPlus: Add, kindMinus: Sub}
	mulOps = level{kindStar: Mul, kindSlash: Div, kindAt: MatMul}
	cmpOps = level{kindEq: Eq, kindNe: Ne, kindLt: Lt, kindLe: Le, kindGt: Gt, kindGe: Ge}
	fogOps = level{kindAfter: ComposeAfter, kindBefore: ComposeBefore}
)

// run reads operands of the next tighter level with operators between them.
func (p *exprParser) run(ops level, operand func() (Expr, error)) (xs []Expr, signs []Op, err error) {
	x, err := operand()
	if err != nil {
		return nil, nil, err
	}
	xs = append(xs, x)
	for {
		k, ok := ops[kind(p.peek().Type)]
		if !ok {
			return xs, signs, nil
		}
		signs = append(signs, p.op(k))
		if x, err = operand(); err != nil {
			return nil, nil, err
		}
		xs = append(xs, x)
	}
}

// chain reads a run of operators that group to the left.
func (p *exprParser) chain(ops level, operand func() (Expr, error)) (Expr, error) {
	xs, signs, err := p.run(ops, operand)
	if err != nil || len(xs) == 1 {
		return only(xs), err
	}
	h, err := p.heightOver(xs...)
	return &Chain{At: p.from(xs[0].Span().Start), Operands: xs, Ops: signs, h: h}, err
}

// only returns the single element of a run, nil if there was an error.
func only(xs []Expr) Expr {
	if len(xs) == 0 {
		return nil
	}
	return xs[0]
}

func (p *exprParser) and() (Expr, error) { return p.chain(andOps, p.not) }

func (p *exprParser) not() (Expr, error) {
	if !p.at(kindNot) {
		return p.compare()
	}
	if err := p.enter(); err != nil {
		return nil, err
	}
	defer p.leave()
	op := p.op(Not)
	x, err := p.not()
	if err != nil {
		return nil, err
	}
	h, err := p.heightOver(x)
	return &Unary{At: p.from(op.Offset), Op: op, X: x, h: h}, err
}

func (p *exprParser) compare() (Expr, error) {
	xs, signs, err := p.run(cmpOps, p.sum)
	if err != nil || len(xs) == 1 {
		return only(xs), err
	}
	h, err := p.heightOver(xs...)
	return &Compare{At: p.from(xs[0].Span().Start), Operands: xs, Ops: signs, h: h}, err
}

func (p *exprParser) sum() (Expr, error) { return p.chain(addOps, p.term) }

// term reads what stands between + and -: a product, or a reduction that takes in the product behind it.
func (p *exprParser) term() (Expr, error) {
	if p.atPrefixReduction() {
		return p.prefixReduction()
	}
	return p.product()
}

// product reads * / @. A reduction may end it, as in 2 * sum[i] x[i] * y[i]; it takes all that follows on this level.
func (p *exprParser) product() (Expr, error) {
	return p.chain(mulOps, func() (Expr, error) {
		if p.atPrefixReduction() {
			return p.prefixReduction()
		}
		return p.composition()
	})
}

func (p *exprParser) composition() (Expr, error) {
	first := true
	xs, signs, err := p.run(fogOps, func() (Expr, error) {
		if !first && p.atPrefixReduction() {
			return nil, p.parenthesise("reduction")
		}
		first = false
		return p.unary()
	})
	if err != nil || len(xs) == 1 {
		return only(xs), err
	}
	c := &Compose{At: p.from(xs[0].Span().Start), Stages: xs, Ops: signs, Reading: signs[0].Kind == ComposeBefore}
	for _, op := range signs {
		if op.Kind != signs[0].Kind {
			at := op.Span(c)
			f := &fault{code: diag.MixedComposition, start: at.Start, end: at.End,
				message: "`" + op.Spelt + "` and `" + signs[0].Spelt + "` compose in opposite directions"}
			return nil, f.note(signs[0].Span(c), "first", "`"+signs[0].Spelt+"`").
				hint("use one of the two in an expression: f >> g is g ∘ f")
		}
	}
	c.h, err = p.heightOver(xs...)
	return c, err
}

// unary reads minus signs. Behind one a reduction may stand: -sum[i] x[i] is the negative of the sum.
func (p *exprParser) unary() (Expr, error) {
	if !p.at(kindMinus) {
		return p.power()
	}
	return p.negated(func() (Expr, error) {
		if p.atPrefixReduction() {
			return p.prefixReduction()
		}
		return p.unary()
	})
}

func (p *exprParser) negated(operand func() (Expr, error)) (Expr, error) {
	if err := p.enter(); err != nil {
		return nil, err
	}
	defer p.leave()
	op := p.op(Neg)
	x, err := operand()
	if err != nil {
		return nil, err
	}
	h, err := p.heightOver(x)
	return &Unary{At: p.from(op.Offset), Op: op, X: x, h: h}, err
}

// power reads x ^ y. The exponent may have a sign, 2^-x, and groups to the right, 2^3^x.
func (p *exprParser) power() (Expr, error) {
	x, err := p.labelled()
	if err != nil || !p.at(kindCaret) {
		return x, err
	}
	op := p.op(Pow)
	y, err := p.exponent()
	if err != nil {
		return nil, err
	}
	h, err := p.heightOver(x, y)
	return &Power{At: p.from(x.Span().Start), Op: op, X: x, Y: y, h: h}, err
}

func (p *exprParser) exponent() (Expr, error) {
	if p.at(kindMinus) {
		return p.negated(p.exponent)
	}
	if err := p.enter(); err != nil {
		return nil, err
	}
	defer p.leave()
	return p.power()
}

// parenthesise makes the fault about what binds too loosely to stand where the next token is.
func (p *exprParser) parenthesise(what string) *fault {
	f := faultAt(p.peek(), diag.NeedsParentheses, "this "+what+" needs parentheses")
	return f.hint("it would take in what follows: write (" + p.peek().Value + " …)")
}
