package ir

import "math"

// inference is what a node's text alone tells of its type.
type inference struct {
	done, known bool
	t           DType
}

// infer finds the type that the leaves of n fix.
func (p *parser) infer(n *node) (DType, bool) {
	if !n.typed.done {
		t, ok := p.inferNode(n)
		n.typed = inference{true, ok, t}
	}
	return n.typed.t, n.typed.known
}

func (p *parser) inferNode(n *node) (DType, bool) {
	operands := n.args
	switch n.kind {
	case nodeNumber, nodeRandom:
		return 0, false
	case nodeName:
		if n.text == "true" || n.text == "false" {
			return Bool, true
		}
		if e, ok := p.lets[n.text]; ok {
			return e.Type, true
		}
		fallthrough
	case nodeIndex:
		if t, ok := DTypeByName(n.text); ok {
			return t, true
		}
		if v, ok := p.values[n.text]; ok {
			return v.Type.DType, true
		}
		return 0, false
	case nodeCall:
		if t, ok := DTypeByName(n.text); ok {
			return t, true
		}
		if OpByName(n.text).Bool {
			return Bool, true
		}
	case nodeBinary:
		if binaryLevel[n.text] <= levelCompare {
			return Bool, true
		}
	case nodeIf:
		operands = n.args[1:]
	}
	for _, a := range operands {
		if t, ok := p.infer(a); ok {
			return t, true
		}
	}
	return 0, false
}

// build makes n an expression of the type want.
func (p *parser) build(n *node, want DType) *Expr {
	if t, ok := p.infer(n); ok && t != want {
		p.failAt(n.at, "%v where %v is needed", t, want)
	}
	switch n.kind {
	case nodeNumber:
		if want == Bool {
			p.failAt(n.at, "a number where bool is needed")
		}
		return Lit(want, number(n.text))
	case nodeRandom:
		p.failAt(n.at, "random without a type around it")
	case nodeName:
		if n.text == "true" || n.text == "false" {
			return Lit(Bool, truth(n.text == "true"))
		}
		if e, ok := p.lets[n.text]; ok {
			return e
		}
		return p.read(n)
	case nodeIndex:
		if _, ok := DTypeByName(n.text); ok {
			return p.indexValue(n, want)
		}
		return p.read(n)
	case nodeCall:
		if t, ok := DTypeByName(n.text); ok {
			return p.conversion(n, t)
		}
		op := OpByName(n.text)
		p.arity(n, op.Args)
		return p.apply(op, n.args, want)
	case nodeNeg:
		return p.apply(OpNeg, n.args, want)
	case nodeIf:
		return p.unfolded(OpSelect, p.build(n.args[0], Bool), p.build(n.args[1], want), p.build(n.args[2], want))
	}
	return p.binary(n, want)
}

// unfolded makes a node as it is written.
func (p *parser) unfolded(op *Op, args ...*Expr) *Expr {
	t := args[len(args)-1].Type
	if op.Bool {
		t = Bool
	}
	return &Expr{Op: op, Type: t, Args: args}
}

func (p *parser) apply(op *Op, args []*node, t DType) *Expr {
	out := make([]*Expr, len(args))
	for k, a := range args {
		out[k] = p.build(a, t)
	}
	return p.unfolded(op, out...)
}

func (p *parser) arity(n *node, want int) {
	if len(n.args) != want {
		p.failAt(n.at, "%s takes %d arguments, not %d", n.text, want, len(n.args))
	}
}

func (p *parser) read(n *node) *Expr {
	v, ok := p.values[n.text]
	if !ok {
		p.failAt(n.at, "unknown name %q", n.text)
	}
	if len(n.args) != len(v.Type.Shape) {
		p.failAt(n.at, "%s has %d axes, not %d", n.text, len(v.Type.Shape), len(n.args))
	}
	var index []Int
	for _, a := range n.args {
		index = append(index, p.int(a))
	}
	return Read(v, index...)
}

// indexValue reads f32[tok[b] + 1].
func (p *parser) indexValue(n *node, t DType) *Expr {
	p.arity(n, 1)
	if t == Bool {
		p.failAt(n.at, "an index is not a bool")
	}
	return &Expr{Op: OpIndex, Type: t, Int: p.int(n.args[0])}
}

// conversion reads what a type around an argument means: an index as a value,
// a draw, a type for something that has none, or a cast.
func (p *parser) conversion(n *node, t DType) *Expr {
	p.arity(n, 1)
	a := n.args[0]
	if a.kind == nodeRandom {
		site, ok := integer(&node{kind: nodeNumber, text: a.text})
		if !ok || site > math.MaxUint32 || !t.IsFloat() {
			p.failAt(a.at, "no such site or type of random")
		}
		return Random(t, uint32(site), p.int(a.args[0]))
	}
	if p.hasAxis(a) {
		return p.indexValue(n, t)
	}
	from, ok := p.infer(a)
	if !ok || from == t {
		return p.build(a, t)
	}
	return &Expr{Op: OpCast, Type: t, Args: []*Expr{p.build(a, from)}}
}

func (p *parser) binary(n *node, want DType) *Expr {
	switch level := binaryLevel[n.text]; {
	case level == levelAnd:
		if preds, ok := p.preds(n, false); ok {
			return &Expr{Op: OpTest, Type: Bool, Preds: preds}
		}
		return p.apply(OpAnd, n.args, Bool)
	case level == levelOr:
		return p.apply(OpOr, n.args, Bool)
	case level > levelCompare:
		return p.apply(OpByName(n.text), n.args, want)
	}
	if preds, ok := p.preds(n, false); ok {
		return &Expr{Op: OpTest, Type: Bool, Preds: preds}
	}
	t, ok := p.infer(n.args[0])
	if !ok {
		t, ok = p.infer(n.args[1])
	}
	if !ok {
		p.failAt(n.at, "comparison of numbers without a type")
	}
	return p.apply(OpByName(n.text), n.args, t)
}

// preds reads a conjunction of predicates over indices. Unless all are known
// to be ones, as in a domain, n may also be a condition over values, which is
// told by its sign, or for < and <= by the axes in it.
func (p *parser) preds(n *node, all bool) ([]Pred, bool) {
	if n.kind != nodeBinary {
		return nil, false
	}
	left, right := n.args[0], n.args[1]
	switch n.text {
	case "and":
		if !all && (left.paren || right.paren) {
			return nil, false
		}
		// The right one first: it is the short one.
		b, ok := p.preds(right, all)
		if !ok {
			return nil, false
		}
		a, ok := p.preds(left, all)
		return append(a, b...), ok
	case "=":
		return []Pred{Eq(p.int(left), p.int(right))}, true
	case ">=":
		return []Pred{Ge(p.int(left), p.int(right))}, true
	case "divides":
		m, ok := integer(left)
		if !ok || m <= 0 {
			p.failAt(left.at, "a divisor is a positive constant")
		}
		return []Pred{DividesBy(p.int(right), m)}, true
	case "<":
		if all || p.hasAxis(left) || p.hasAxis(right) {
			return []Pred{Lt(p.int(left), p.int(right))}, true
		}
	case "<=":
		if all || p.hasAxis(left) || p.hasAxis(right) {
			return []Pred{Ge(p.int(right), p.int(left))}, true
		}
	}
	return nil, false
}
