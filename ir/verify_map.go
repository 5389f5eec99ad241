package ir

import "slices"

// mapDef checks a Map and what it evaluates.
func (c *verifier) mapDef(v *Value, m *Map) {
	rank := len(v.Type.Shape)
	switch {
	case m.Body == nil:
		c.fail("no body")
	case m.Write == nil && len(m.Axes) < rank:
		c.fail("%d axes for rank %d", len(m.Axes), rank)
	case m.Write == nil && m.Reduce == nil && len(m.Axes) > rank:
		c.fail("%d axes for rank %d, and no reduction", len(m.Axes), rank)
	case m.Write != nil && len(m.Write) != rank:
		c.fail("%d indices write rank %d", len(m.Write), rank)
	case m.Write != nil && m.Reduce != Sum:
		c.fail("a scatter must sum")
	case m.Reduce != nil && m.Body.Type == Bool:
		c.fail("a reduction of bools")
	case m.Reduce != nil && m.Reduce.Arg && v.Type.DType != I32:
		c.fail("%s yields i32", m.Reduce.Name)
	case (m.Reduce == nil || !m.Reduce.Arg) && v.Type.DType != m.Body.Type:
		c.fail("the body is %v", m.Body.Type)
	}
	c.axes(v, m, rank)
	e := &exprVerifier{verifier: c, m: m, seen: map[*Expr]bool{}}
	for _, q := range m.Domain {
		e.pred(q)
	}
	for _, i := range m.Write {
		e.int(i)
	}
	e.expr(m.Body)
	free, _ := m.dependencies()
	c.free(v, free)
	newRangeCheck(c, m).run()
}

// axes checks extents, in the order in which the axes are bound.
func (c *verifier) axes(v *Value, m *Map, rank int) {
	for k, x := range m.Axes {
		if slices.Contains(m.Axes[:k], x) {
			c.fail("axis %v occurs twice", x)
		}
		if c.scans[x] != nil {
			c.fail("axis %v is that of a scan", x)
		}
		c.size(x.Extent)
		x.Extent.Walk(func(y *Axis) {
			if !slices.Contains(m.Axes[:k], y) && c.scans[y] == nil {
				c.fail("the extent of axis %v uses %v, which is not bound before", x, y)
			}
		}, nil)
		if m.Write == nil && k < rank && !x.Extent.Equal(v.Type.Shape[k]) {
			c.fail("axis %v runs to %v, the array to %v", x, x.Extent, v.Type.Shape[k])
		}
	}
}

// exprVerifier checks expressions under a Map; each shared node once.
type exprVerifier struct {
	*verifier
	m    *Map
	seen map[*Expr]bool
}

func (c *exprVerifier) int(i Int) {
	for _, t := range i.terms {
		for _, m := range t.Atoms {
			switch m := m.(type) {
			case *Axis:
				if !slices.Contains(c.m.Axes, m) && c.scans[m] == nil {
					c.fail("axis %v is not bound", m)
				}
			case *FloorDiv:
				if m.Den <= 0 {
					c.fail("a quotient by %d", m.Den)
				}
				c.int(m.Num)
			case *Expr:
				if m.Type != I32 {
					c.fail("an index of type %v: %v", m.Type, m)
				}
				c.expr(m)
			}
		}
	}
}

func (c *exprVerifier) pred(q Pred) {
	if q.Kind > Divides || q.Kind == Divides && q.Mod <= 0 {
		c.fail("no such predicate: %v", q)
	}
	c.int(q.E)
}

// onInts lists the rows that take integers beside floats.
var onInts = map[string]bool{"neg": true, "+": true, "-": true, "*": true, "/": true, "max": true, "min": true, "abs": true, "sign": true, "stop": true}

func (c *exprVerifier) expr(e *Expr) {
	if c.seen[e] {
		return
	}
	c.seen[e] = true
	c.leaf(e)
	e.eachInt(c.int)
	for _, a := range e.Args {
		c.expr(a)
	}
	if len(e.Args) != e.Op.Args {
		c.fail("%s takes %d arguments, not %d", e.Op.Name, e.Op.Args, len(e.Args))
	}
	if e.Op.Args > 0 {
		c.types(e)
	}
}

func (c *exprVerifier) leaf(e *Expr) {
	switch e.Op {
	case OpLit:
		if r := e.Type.Round(e.Lit); r != e.Lit && e.Lit == e.Lit {
			c.fail("%v is no number of type %v", e.Lit, e.Type)
		}
	case OpIndex:
		if e.Type == Bool {
			c.fail("an index as a bool")
		}
	case OpRead:
		if e.Type != e.Array.Type.DType {
			c.fail("%v read as %v", e.Array.Type, e.Type)
		}
		if len(e.Index) != len(e.Array.Type.Shape) {
			c.fail("%d indices read %v : %v", len(e.Index), e.Array, e.Array.Type)
		}
	case OpTest:
		if e.Type != Bool {
			c.fail("a test of type %v", e.Type)
		}
		for _, q := range e.Preds {
			c.pred(q)
		}
	case OpRandom:
		if !e.Type.IsFloat() {
			c.fail("a draw of type %v", e.Type)
		}
	case OpVar:
		c.fail("the variable %s of a template", e.Var)
	}
}

// types checks the arguments of a row.
func (c *exprVerifier) types(e *Expr) {
	same := func(args []*Expr) {
		for _, a := range args {
			if a.Type != args[0].Type {
				c.fail("%s of %v and %v: %v", e.Op.Name, args[0].Type, a.Type, e)
			}
		}
	}
	switch {
	case e.Op == OpCast:
		return
	case e.Op == OpAnd || e.Op == OpOr || e.Op == OpNot:
		same(append([]*Expr{e}, e.Args...)) // all bool
	case e.Op == OpSelect:
		if e.Args[0].Type != Bool {
			c.fail("a condition of type %v: %v", e.Args[0].Type, e)
		}
		same([]*Expr{e, e.Args[1], e.Args[2]})
	case e.Op.Bool:
		same(e.Args)
	default:
		same(append([]*Expr{e}, e.Args...))
		if e.Type == Bool && e.Op != OpStop || e.Type == I32 && !onInts[e.Op.Name] {
			c.fail("%s of %v: %v", e.Op.Name, e.Type, e)
		}
	}
	if e.Op.Bool && e.Type != Bool {
		c.fail("%s of type %v", e.Op.Name, e.Type)
	}
}
