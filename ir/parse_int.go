package ir

import (
	"math"
	"slices"
)

// hasAxis reports whether n is a polynomial in which an axis or a size stands
// for itself: then it is an index, not an expression of values.
func (p *parser) hasAxis(n *node) bool {
	switch n.kind {
	case nodeName:
		return p.axes[n.text] != nil || p.isDim(n.text)
	case nodeNeg:
		return p.hasAxis(n.args[0])
	case nodeBinary:
		if level := binaryLevel[n.text]; level == levelSum || n.text == "*" {
			return p.hasAxis(n.args[0]) || p.hasAxis(n.args[1])
		}
	case nodeCall:
		num, _, ok := quotientOf(n)
		return ok && p.hasAxis(num)
	}
	return false
}

// quotientOf takes floor(num/den) apart.
func quotientOf(n *node) (num *node, den int64, ok bool) {
	if n.kind != nodeCall || n.text != "floor" || len(n.args) != 1 || n.args[0].kind != nodeBinary || n.args[0].text != "/" {
		return nil, 0, false
	}
	den, ok = integer(n.args[0].args[1])
	return n.args[0].args[0], den, ok && den > 0
}

// isDim reports whether the name is a size, where nothing nearer has it.
func (p *parser) isDim(name string) bool {
	if p.lets[name] != nil || p.values[name] != nil {
		return false
	}
	return p.dims[name] != nil
}

// int makes n an integer expression.
func (p *parser) int(n *node) Int {
	i := p.polynomial(n)
	if !p.small(i) {
		p.failAt(n.at, "integer expression too large")
	}
	return i
}

// extent makes n the length of an axis, which no data decides.
func (p *parser) extent(n *node) Int {
	i := p.int(n)
	exprsOf(i, func(*Expr) { p.failAt(n.at, "a value in a size") })
	return i
}

func (p *parser) polynomial(n *node) Int {
	switch n.kind {
	case nodeNumber:
		k, ok := integer(n)
		if !ok {
			p.failAt(n.at, "%s is not an integer", n.text)
		}
		return Const(k)
	case nodeName:
		if x := p.axes[n.text]; x != nil {
			return Of(x)
		}
		if p.isDim(n.text) {
			return Of(p.dims[n.text])
		}
	case nodeNeg:
		return p.int(n.args[0]).Neg()
	case nodeBinary:
		switch n.text {
		case "+":
			return p.int(n.args[0]).Add(p.int(n.args[1]))
		case "-":
			return p.int(n.args[0]).Sub(p.int(n.args[1]))
		case "*":
			a, b := p.int(n.args[0]), p.int(n.args[1])
			if (len(a.terms)+1)*(len(b.terms)+1) > maxIntSize || degree(a)+degree(b) > maxDegree {
				p.failAt(n.at, "integer expression too large")
			}
			return a.Mul(b)
		}
	case nodeCall:
		if num, den, ok := quotientOf(n); ok {
			return p.int(num).FloorDiv(den)
		}
	}
	e := p.build(n, I32)
	if e.Op == OpIndex || e.Op == OpLit && e.Lit == math.Trunc(e.Lit) && math.Abs(e.Lit) < 1<<53 {
		return IntOf(e)
	}
	return Of(e)
}

func degree(i Int) int {
	d := 0
	for _, t := range i.terms {
		d = max(d, len(t.Atoms))
	}
	return d
}

// small reports whether i, printed without sharing, stays within limits:
// comparing expressions takes time in proportion to that.
func (p *parser) small(i Int) bool { return p.sizeOfInt(i, 0) <= maxIntSize }

func (p *parser) sizeOfInt(i Int, size int) int {
	for _, t := range i.terms {
		size++
		for _, m := range t.Atoms {
			size++
			switch m := m.(type) {
			case *FloorDiv:
				size = p.sizeOfInt(m.Num, size)
			case *Expr:
				size += p.sizeOf(m)
			}
			if size > maxIntSize {
				return size
			}
		}
	}
	return size
}

// sizeOf is the number of nodes of e as a tree, saturating.
func (p *parser) sizeOf(e *Expr) int {
	if n, ok := p.sizes[e]; ok {
		return n
	}
	size := 1
	e.eachInt(func(i Int) { size = min(p.sizeOfInt(i, size), maxTree) })
	for _, a := range e.Args {
		size = min(size+p.sizeOf(a), maxTree)
	}
	p.sizes[e] = size
	return size
}

// axisList reads axes: names, each with its extent or, at its place, that of
// shape.
func (p *parser) axisList(list []*node, shape []Int) []*Axis {
	var out []*Axis
	for k, n := range list {
		name, extent := n, Int{}
		switch {
		case n.kind == nodeBinary && n.text == "<":
			name, extent = n.args[0], p.extent(n.args[1])
		case k < len(shape):
			extent = shape[k]
		default:
			p.failAt(n.at, "an axis without an extent")
		}
		if name.kind != nodeName || reserved[name.text] {
			p.failAt(n.at, "name of an axis expected")
		}
		if slices.ContainsFunc(out, func(x *Axis) bool { return x.Name == name.text }) {
			p.failAt(n.at, "axis %s occurs twice", name.text)
		}
		x := NewAxis(name.text, extent)
		out = append(out, x)
		p.axes[x.Name] = x
	}
	return out
}
