package amd64

import (
	"math"

	"github.com/gradgen/gradgen/codegen/amd64/elementary"
	"github.com/gradgen/gradgen/codegen/amd64/vec"
	"github.com/gradgen/gradgen/ir"
	"github.com/gradgen/gradgen/ir/plan"
)

// depends says between which copies something differs.
type depends uint8

const (
	onVector depends = 1 << iota // and between lanes
	onJam
)

// of names the copy that stands for all that do not differ.
func (d depends) of(c lane) lane {
	if d&onVector == 0 {
		c.v = 0
	}
	if d&onJam == 0 {
		c.j = 0
	}
	return c
}

func (c *copies) bit() depends {
	if c.jam {
		return onJam
	}
	return onVector
}

// evaluation computes the expressions of one statement, in all copies: what is
// the same in several is computed once.
type evaluation struct {
	*lowerer
	uses map[*plan.Expr]int
	deps map[*plan.Expr]depends
	safe map[*plan.Expr]bool
	done map[evaluated]value
	// guard is the condition under which evaluation goes on: reads that it
	// protects read only where it holds.
	guard vec.Mask
}

type evaluated struct {
	e     *plan.Expr
	c     lane
	guard vec.Reg
}

func (l *lowerer) evaluation(list ...*plan.Expr) *evaluation {
	x := &evaluation{lowerer: l, uses: map[*plan.Expr]int{}, deps: map[*plan.Expr]depends{},
		safe: map[*plan.Expr]bool{}, done: map[evaluated]value{}}
	var count func(e *plan.Expr)
	count = func(e *plan.Expr) {
		if x.uses[e]++; x.uses[e] == 1 {
			for _, a := range e.Args {
				count(a)
			}
		}
	}
	for _, e := range list {
		count(e)
	}
	return x
}

// depends finds between which copies e differs.
func (x *evaluation) depends(e *plan.Expr) depends {
	if d, ok := x.deps[e]; ok {
		return d
	}
	var d depends
	e.Ints(func(i ir.Int) { d |= x.dependsInt(i) })
	switch e.Op {
	case ir.OpVar:
		if s := x.register(e.Reg); s != nil {
			d |= s.dep
		}
	}
	for _, a := range e.Args {
		d |= x.depends(a)
	}
	x.deps[e] = d
	return d
}

func (l *lowerer) dependsInt(i ir.Int) (d depends) {
	i.Walk(func(a *ir.Axis) {
		for c := l.copies; c != nil; c = c.outer {
			if c.axis == a && c.rows == nil || c.rows == a {
				d |= c.bit() // along rows lanes differ, but not the vectors of several
			}
		}
		if s := l.varying[a]; s != nil {
			d |= s.dep
		}
	}, nil)
	return d
}

// isSafe reports whether e may be evaluated although a condition says that it
// is not needed: all it reads exists.
func (x *evaluation) isSafe(e *plan.Expr) bool {
	if s, ok := x.safe[e]; ok {
		return s
	}
	s := true
	if e.Op == ir.OpRead && e.Buffer.Rank > 0 {
		s = x.exists(inArray(e.View, e.Int), e.Buffer)
	}
	for _, a := range e.Args {
		s = s && x.isSafe(a)
	}
	x.safe[e] = s
	return s
}

// exists proves that a buffer has an element, also where a condition says that it
// is not needed. An element of an index array is known to be in range only where it
// chooses something.
func (l *lowerer) exists(at ir.Int, b *plan.Buffer) bool {
	chosen := false
	at.Walk(func(x *ir.Axis) { chosen = chosen || l.elements[x] }, nil)
	return !chosen && at.NonNegative() && b.Len.Sub(at).AddConst(-1).NonNegative()
}

// value evaluates e in a copy.
func (x *evaluation) value(e *plan.Expr, c lane) value {
	c = x.depends(e).of(c)
	k := evaluated{e, c, x.guard.Reg}
	if x.isSafe(e) {
		k.guard = vec.None
	}
	if v, ok := x.done[k]; ok {
		return v
	}
	v := x.compute(e, c)
	x.done[k] = v
	return v
}

func (x *evaluation) compute(e *plan.Expr, c lane) value {
	switch e.Op {
	case ir.OpLit:
		return x.literal(e)
	case ir.OpVar:
		s := x.register(e.Reg)
		if s == nil {
			refuse("a number that is no operand")
		}
		v := s.at(c)
		x.ready(v.v)
		return v
	case ir.OpRead:
		return x.read(e, c)
	case ir.OpIndex:
		n := x.lanesAt(x.place(e.Int, c), c)
		if e.Type.IsFloat() {
			n = x.f.ToFloat(n)
		}
		return value{v: n}
	case ir.OpTest:
		return x.test(e.Preds, c)
	case ir.OpSelect:
		return x.choice(e, c)
	case ir.OpRandom:
		return x.random(e, c)
	case ir.OpCast:
		return x.cast(e, c)
	case ir.OpAnd:
		return value{m: x.f.MaskAnd(x.value(e.Args[0], c).m, x.under(e.Args[1], c, x.value(e.Args[0], c).m).m)}
	case ir.OpOr:
		first := x.value(e.Args[0], c).m
		other := x.under(e.Args[1], c, x.f.MaskNot(first)).m
		return value{m: x.f.MaskOr(first, other)}
	case ir.OpNot:
		return value{m: x.f.MaskNot(x.value(e.Args[0], c).m)}
	}
	if p, ok := predicates[e.Op]; ok {
		return x.compare(p, e, c)
	}
	if e.Type.IsFloat() {
		if v, ok := x.fused(e, c); ok {
			return v
		}
	}
	args := make([]value, len(e.Args))
	for i, a := range e.Args {
		args[i] = x.value(a, c)
	}
	return x.apply(e.Op, e.Type, args...)
}

var predicates = map[*ir.Op]vec.Pred{ir.OpLt: vec.LT, ir.OpLe: vec.LE, ir.OpEq: vec.EQ, ir.OpNe: vec.NE}

func (x *evaluation) literal(e *plan.Expr) value {
	switch e.Type {
	case ir.Bool:
		if e.Lit != 0 {
			return value{m: x.all}
		}
		return value{m: x.f.MaskNot(x.all)}
	case ir.I32:
		return value{v: x.f.Bits(x.bits(int64(e.Lit)))}
	}
	return value{v: x.f.Const(e.Lit)}
}

// bits is an integer as wide as a lane.
func (l *lowerer) bits(k int64) uint64 {
	if l.f.Elem == vec.F32 {
		return uint64(uint32(k))
	}
	return uint64(k)
}

// under evaluates e where a condition holds.
func (x *evaluation) under(e *plan.Expr, c lane, m vec.Mask) value {
	if x.isSafe(e) {
		return x.value(e, c)
	}
	outer := x.guard
	if outer.Reg != vec.None {
		m = x.f.MaskAnd(outer, m)
	}
	x.guard = m
	v := x.value(e, c)
	x.guard = outer
	return v
}

func (x *evaluation) choice(e *plan.Expr, c lane) value {
	m := x.value(e.Args[0], c).m
	yes := x.under(e.Args[1], c, m)
	no := value{}
	if x.isSafe(e.Args[2]) {
		no = x.value(e.Args[2], c)
	} else {
		no = x.under(e.Args[2], c, x.f.MaskNot(m))
	}
	if e.Type == ir.Bool {
		return value{m: x.f.MaskOr(x.f.MaskAnd(m, yes.m), x.f.MaskAnd(x.f.MaskNot(m), no.m))}
	}
	return value{v: x.f.Select(m, yes.v, no.v)}
}

func (x *evaluation) compare(p vec.Pred, e *plan.Expr, c lane) value {
	a, b := x.value(e.Args[0], c), x.value(e.Args[1], c)
	switch t := e.Args[0].Type; {
	case t == ir.Bool:
		refuse("a comparison of truth values")
	case t == ir.I32:
		return value{m: x.f.CmpInt(p, a.v, b.v)}
	}
	return value{m: x.f.Cmp(p, a.v, b.v)}
}

func (x *evaluation) cast(e *plan.Expr, c lane) value {
	v := x.value(e.Args[0], c)
	switch from := e.Args[0].Type; {
	case from == e.Type:
		return v
	case from == ir.I32 && e.Type.IsFloat():
		return value{v: x.f.ToFloat(v.v)}
	}
	refuse("a conversion of %s to %s", e.Args[0].Type, e.Type)
	return value{}
}

// fused recognises a product that is added to something, and used nowhere
// else: it is rounded once, with what it is added to.
func (x *evaluation) fused(e *plan.Expr, c lane) (value, bool) {
	if e.Op != ir.OpAdd && e.Op != ir.OpSub || x.exact[e] {
		return value{}, false
	}
	for i := range e.Args {
		p := e.Args[1-i] // the right operand first: a + b*c
		if p.Op != ir.OpMul || x.uses[p] != 1 {
			continue
		}
		a, b := x.value(p.Args[0], c).v, x.value(p.Args[1], c).v
		o := x.value(e.Args[i], c).v
		switch {
		case e.Op == ir.OpAdd:
			return value{v: x.f.FMA(a, b, o)}, true
		case i == 0:
			return value{v: x.f.FNMA(a, b, o)}, true
		}
		return value{v: x.f.FMS(a, b, o)}, true
	}
	return value{}, false
}

// addInto adds e to a sum.
func (x *evaluation) addInto(sum vec.Vec, e *plan.Expr, c lane) {
	if e.Op == ir.OpMul && x.uses[e] == 1 {
		a, b := x.value(e.Args[0], c).v, x.value(e.Args[1], c).v
		x.f.Into(sum, vec.OpFMA, a, b, sum)
		return
	}
	if e.Op == ir.OpNeg && e.Args[0].Op == ir.OpMul && x.uses[e.Args[0]] == 1 {
		p := e.Args[0]
		a, b := x.value(p.Args[0], c).v, x.value(p.Args[1], c).v
		x.f.Into(sum, vec.OpFNMA, a, b, sum)
		return
	}
	x.f.Into(sum, vec.OpAdd, sum, x.value(e, c).v)
}

// apply applies a row of the scalar table in lanes.
func (l *lowerer) apply(op *ir.Op, t ir.DType, args ...value) value {
	v := make([]vec.Vec, len(args))
	for i, a := range args {
		v[i] = a.v
	}
	if t == ir.I32 {
		return value{v: l.applyInt(op, v)}
	}
	switch op {
	case ir.OpAdd:
		return value{v: l.f.Add(v[0], v[1])}
	case ir.OpSub:
		return value{v: l.f.Sub(v[0], v[1])}
	case ir.OpMul:
		return value{v: l.f.Mul(v[0], v[1])}
	case ir.OpDiv:
		return value{v: l.f.Div(v[0], v[1])}
	case ir.OpNeg:
		return value{v: l.f.Xor(v[0], l.f.Const(math.Copysign(0, -1)))}
	}
	r, ok := elementary.Apply(l.f, op.Name, l.f.Elem, v...)
	if !ok {
		refuse("%s has no form for lanes", op.Name)
	}
	return value{v: r}
}

func (l *lowerer) applyInt(op *ir.Op, v []vec.Vec) vec.Vec {
	switch op {
	case ir.OpAdd:
		return l.f.IAdd(v[0], v[1])
	case ir.OpSub:
		return l.f.ISub(v[0], v[1])
	case ir.OpMul:
		return l.f.IMul(v[0], v[1])
	case ir.OpNeg:
		return l.f.ISub(l.f.Bits(0), v[0])
	case ir.OpMax:
		return l.f.Select(l.f.CmpInt(vec.LT, v[0], v[1]), v[1], v[0])
	case ir.OpMin:
		return l.f.Select(l.f.CmpInt(vec.LT, v[0], v[1]), v[0], v[1])
	}
	refuse("%s of integers has no form for lanes", op.Name)
	return vec.Vec{}
}
