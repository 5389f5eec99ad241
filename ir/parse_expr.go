package ir

import (
	"strconv"
	"strings"
)

// node is an expression as it stands in the text, before names and types are
// known.
type node struct {
	kind   nodeKind
	text   string // the name, sign or number
	args   []*node
	at     int
	height int
	paren  bool
	typed  inference
}

type nodeKind uint8

const (
	nodeNumber nodeKind = iota
	nodeName
	nodeIndex  // name[args]
	nodeCall   // name(args)
	nodeRandom // random[text; args]
	nodeNeg
	nodeBinary
	nodeIf
)

var binaryLevel = map[string]int{
	"or": levelOr, "and": levelAnd,
	"<": levelCompare, "<=": levelCompare, "==": levelCompare, "!=": levelCompare, ">=": levelCompare, "=": levelCompare, "divides": levelCompare,
	"+": levelSum, "-": levelSum, "*": levelProduct, "/": levelProduct,
}

// expr reads an expression whose operators bind at least as tightly as level.
func (p *parser) expr(level int) *node {
	p.nesting++
	if p.nesting > maxNesting {
		p.fail("nested too deeply")
	}
	defer func() { p.nesting-- }()
	if level == levelIf && p.is("if") {
		at := p.peek().at
		p.at++
		c := p.expr(levelOr)
		p.need("then")
		a := p.expr(levelOr)
		p.need("else")
		return p.node(nodeIf, at, "if", c, a, p.expr(levelIf))
	}
	left := p.prefix()
	for {
		t := p.peek()
		own := 0
		if t.kind == tokenName || t.kind == tokenSign {
			own = binaryLevel[t.text]
		}
		if own == 0 || own < level {
			return left
		}
		p.at++
		left = p.node(nodeBinary, t.at, t.text, left, p.expr(own+1))
		if own == levelCompare && binaryLevel[p.peek().text] == levelCompare {
			p.fail("comparisons do not chain")
		}
	}
}

func (p *parser) node(kind nodeKind, at int, text string, args ...*node) *node {
	n := &node{kind: kind, text: text, args: args, at: at}
	for _, a := range args {
		n.height = max(n.height, a.height+1)
	}
	if n.height > maxHeight {
		p.failAt(at, "expression too long: name parts of it")
	}
	return n
}

func (p *parser) prefix() *node {
	t := p.peek()
	switch {
	case p.take("-"):
		next := p.peek()
		if next.kind == tokenNumber || next.kind == tokenName && next.text == "inf" {
			p.at++
			return p.node(nodeNumber, t.at, "-"+next.text)
		}
		return p.node(nodeNeg, t.at, "-", p.expr(levelPostfix))
	case p.take("("):
		n := p.expr(levelIf)
		p.need(")")
		n.paren = true
		return n
	case t.kind == tokenNumber:
		p.at++
		return p.node(nodeNumber, t.at, t.text)
	case t.kind != tokenName:
		p.fail("expression expected, got %q", t.text)
	}
	p.at++
	switch {
	case t.text == "nan" || t.text == "inf":
		return p.node(nodeNumber, t.at, t.text)
	case t.text == "random":
		p.need("[")
		site := p.takeKind(tokenNumber, "site")
		p.need(";")
		n := p.node(nodeRandom, t.at, site.text, p.expr(levelSum))
		p.need("]")
		return n
	case p.take("["):
		return p.node(nodeIndex, t.at, t.text, p.exprs("]")...)
	case callable(t.text) && p.take("("):
		return p.node(nodeCall, t.at, t.text, p.exprs(")")...)
	case reserved[t.text] && t.text != "true" && t.text != "false":
		p.failAt(t.at, "expression expected, got %q", t.text)
	}
	return p.node(nodeName, t.at, t.text)
}

// callable reports whether a parenthesis after the word begins arguments.
func callable(word string) bool {
	op := OpByName(word)
	_, isType := DTypeByName(word)
	return isType || op != nil && op.Eval != nil && !op.infix() && op != OpNeg && op != OpSelect
}

// exprs reads a list up to its end.
func (p *parser) exprs(end string) []*node {
	var out []*node
	for !p.take(end) {
		if len(out) > 0 {
			p.need(",")
		}
		out = append(out, p.expr(levelIf))
	}
	return out
}

// integer reads the text of a constant.
func integer(n *node) (int64, bool) {
	if n.kind != nodeNumber {
		return 0, false
	}
	k, err := strconv.ParseInt(n.text, 10, 64)
	return k, err == nil
}

// number reads the text of a literal.
func number(text string) float64 {
	v, _ := strconv.ParseFloat(strings.TrimPrefix(text, "+"), 64) // too large is inf
	return v
}
