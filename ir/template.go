package ir

import (
	"fmt"
	"strconv"
	"strings"
	"sync"
)

// Partial instantiates the derivative of op by its i-th argument for the flow
// s. It returns nil where nothing flows, and false where the row has no
// partial at all (a missing derivative, to be reported).
func (op *Op) Partial(i int, args []*Expr, result, s *Expr) (*Expr, bool) {
	if op.Partials == nil {
		return nil, false
	}
	if op.Partials[i] == "0" {
		return nil, true
	}
	return Instantiate(op.Partials[i], s.Type, func(name string) *Expr {
		switch name {
		case "s":
			return s
		case "r":
			return result
		}
		return args[strings.Index("xyz", name)]
	}), true
}

var templates sync.Map // text -> *Expr over OpVar, in f64

// Instantiate builds the expression a template text stands for, in type t. The
// text is a formula in the notation of the language: numbers, variables,
// + - * /, comparisons, and, or, if-then-else, and functions by their rows.
func Instantiate(text string, t DType, variable func(string) *Expr) *Expr {
	cached, ok := templates.Load(text)
	if !ok {
		p := &templateParser{text: text}
		e := p.expr(0)
		if p.space(); p.at != len(text) {
			panic(fmt.Sprintf("ir: template %q: stray text at %d", text, p.at))
		}
		cached, _ = templates.LoadOrStore(text, e)
	}
	var build func(e *Expr) *Expr
	build = func(e *Expr) *Expr {
		switch e.Op {
		case OpVar:
			return variable(e.Var)
		case OpLit:
			return Lit(t, e.Lit)
		}
		args := make([]*Expr, len(e.Args))
		for i, a := range e.Args {
			args[i] = build(a)
		}
		return Apply(e.Op, args...)
	}
	return build(cached.(*Expr))
}

// templateParser reads formulas by precedence climbing. Texts are ours, so a
// mistake panics, and a test over the table parses every row.
type templateParser struct {
	text string
	at   int
}

var templateOps = []struct {
	sign  string
	level int
	op    *Op
	swap  bool
}{
	{"or", 1, OpOr, false}, {"and", 2, OpAnd, false},
	{"<=", 3, OpLe, false}, {">=", 3, OpLe, true}, {"==", 3, OpEq, false}, {"!=", 3, OpNe, false},
	{"<", 3, OpLt, false}, {">", 3, OpLt, true},
	{"+", 4, OpAdd, false}, {"-", 4, OpSub, false}, {"*", 5, OpMul, false}, {"/", 5, OpDiv, false},
}

func (p *templateParser) space() {
	for p.at < len(p.text) && p.text[p.at] == ' ' {
		p.at++
	}
}

func (p *templateParser) take(sign string) bool {
	p.space()
	if !strings.HasPrefix(p.text[p.at:], sign) {
		return false
	}
	if isLetter(sign[0]) && p.at+len(sign) < len(p.text) && isLetter(p.text[p.at+len(sign)]) {
		return false
	}
	p.at += len(sign)
	return true
}

func (p *templateParser) need(sign string) {
	if !p.take(sign) {
		panic(fmt.Sprintf("ir: template %q: no %q at %d", p.text, sign, p.at))
	}
}

func isLetter(c byte) bool { return 'a' <= c && c <= 'z' }

func (p *templateParser) expr(level int) *Expr {
	left := p.prefix()
next:
	for _, o := range templateOps {
		if o.level > level && p.take(o.sign) {
			right := p.expr(o.level)
			if o.swap {
				left, right = right, left
			}
			left = templateNode(o.op, left, right)
			goto next
		}
	}
	return left
}

// templateNode does not fold, so that the cached tree keeps its shape.
func templateNode(op *Op, args ...*Expr) *Expr { return &Expr{Op: op, Type: F64, Args: args} }

func (p *templateParser) prefix() *Expr {
	switch {
	case p.take("-"):
		// A sign binds tighter than a product: -s*sin(x) is (-s)*sin(x).
		return templateNode(OpNeg, p.prefix())
	case p.take("if"):
		c := p.expr(0)
		p.need("then")
		a := p.expr(0)
		p.need("else")
		return templateNode(OpSelect, c, a, p.expr(0))
	case p.take("("):
		e := p.expr(0)
		p.need(")")
		return e
	}
	start := p.at
	for p.at < len(p.text) && (isLetter(p.text[p.at]) || '0' <= p.text[p.at] && p.text[p.at] <= '9' || p.text[p.at] == '.') {
		p.at++
	}
	word := p.text[start:p.at]
	if v, err := strconv.ParseFloat(word, 64); err == nil && !isLetter(word[0]) {
		return &Expr{Op: OpLit, Type: F64, Lit: v}
	}
	if p.take("(") {
		op := OpByName(word)
		if op == nil || word == "" {
			panic(fmt.Sprintf("ir: template %q: no row %q", p.text, word))
		}
		args := []*Expr{p.expr(0)}
		for p.take(",") {
			args = append(args, p.expr(0))
		}
		p.need(")")
		return templateNode(op, args...)
	}
	if word == "" || !strings.Contains("xyzrs", word) || len(word) != 1 {
		panic(fmt.Sprintf("ir: template %q: unknown variable %q", p.text, word))
	}
	return &Expr{Op: OpVar, Type: F64, Var: word}
}
