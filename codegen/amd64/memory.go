package amd64

import (
	"github.com/gradgen/gradgen/codegen/amd64/vec"
	"github.com/gradgen/gradgen/ir"
	"github.com/gradgen/gradgen/ir/plan"
)

// read loads an element of a buffer in each lane.
func (x *evaluation) read(e *plan.Expr, c lane) value {
	b := e.Buffer
	if b.Rank == 0 {
		v, ok := x.scalars[b]
		if !ok {
			refuse("a variable that is no operand")
		}
		return v
	}
	load, masked, gather, one := vec.OpLoad, vec.OpLoadMask, vec.OpGather, vec.OpBroadcast
	switch {
	case b.DType == ir.I32:
		load, masked, gather, one = vec.OpLoadInt, vec.OpLoadIntM, vec.OpGatherInt, vec.OpBcastInt
	case b.DType == ir.Bool:
		load, masked, gather, one = vec.OpLoadBool, vec.OpLoadBoolM, nil, vec.OpBcastBool
	}
	at := func(o *vec.Op, at vec.Addr, args ...vec.Reg) value {
		r := x.f.Emit(vec.Inst{Op: o, Addr: at, Args: args})
		if b.DType == ir.Bool {
			return value{m: vec.Mask{Reg: r}}
		}
		return value{v: vec.Vec{Reg: r}}
	}
	a := x.place(inArray(e.View, e.Int), c)
	if v, ok := x.fromHeld(b, &a, c); ok {
		return value{v: v}
	}
	if a.pattern == nil {
		x.loads(b)
	}
	sure := x.exists(inArray(e.View, e.Int), b)
	m, guarded := x.guard, x.guard.Reg != vec.None && !sure
	if t, ok := x.tails[c]; ok {
		if m = t; guarded {
			m = x.f.MaskAnd(t, x.guard)
		}
	} else if !guarded {
		m = vec.Mask{}
	}
	if x.inBranch && !sure {
		if m = x.takers(x.depends(e), c); guarded {
			m = x.f.MaskAnd(m, x.guard)
		}
		guarded = true
	}
	switch {
	case a.pattern != nil:
		return value{v: x.window(e, &a, c)}
	case a.contiguous() && m.Reg == vec.None:
		return at(load, x.address(b, a.first))
	case a.contiguous():
		return at(masked, x.address(b, a.first), m.Reg)
	case a.fixed() && !guarded:
		return at(one, x.address(b, a.first))
	case a.fixed():
		// Where no lane needs it, it may not exist: one lane reads, if any does.
		any := x.f.FirstN(x.f.Any(m))
		v := at(masked, x.address(b, a.first), any.Reg)
		if b.DType == ir.Bool {
			return value{m: x.f.FirstN(x.f.GMulI(x.f.Any(v.m), int64(x.f.Lanes)))}
		}
		return value{v: x.f.First(v.v)}
	case b.DType == ir.Bool:
		refuse("truth values that do not lie side by side")
	}
	if !guarded {
		if v, ok := x.together(e, &a, load, masked, c); ok {
			return value{v: v}
		}
	}
	if m.Reg == vec.None {
		m = x.all
	}
	return value{v: x.f.At(gather, x.flat(x.address(b, a.first)), x.offsets(&a, c).Reg, m.Reg)}
}

// takers is the mask of the lanes that take part in a branch, in any of the
// copies that c stands for: what is read once for all of them may be needed by
// each.
func (l *lowerer) takers(d depends, c lane) (m vec.Mask) {
	l.each(onVector|onJam, func(o lane) {
		switch {
		case d.of(o) != c:
		case m.Reg == vec.None:
			m = l.masks[o]
		default:
			m = l.f.MaskOr(m, l.masks[o])
		}
	})
	return m
}

// together reads what lies close together, though not side by side, by loads of
// whole vectors: every second element, or each of them for two lanes. What is
// between elements that exist does, too.
func (x *evaluation) together(e *plan.Expr, a *alongLanes, load, masked *vec.Op, c lane) (vec.Vec, bool) {
	lanes := x.f.Lanes
	n := lanes
	if _, tail := x.tails[c]; tail {
		n = x.rest // 0 if only the run knows
	}
	from := func(first ir.Int, n int) vec.Vec {
		at := x.address(e.Buffer, first)
		if n == lanes {
			return x.f.At(load, at)
		}
		return x.f.At(masked, at, x.first(n).Reg)
	}
	first, halved := x.halved(a, c)
	switch {
	case n == 0:
		return vec.Vec{}, false
	case halved:
		return x.f.Twice(from(first, (n+1)/2)), true
	case len(a.free) > 0 || !a.step.Is(2):
		return vec.Vec{}, false
	}
	low := from(a.first, min(2*n-1, lanes))
	high := low
	if rest := 2*n - 1 - lanes; rest > 0 {
		high = from(a.first.AddConst(int64(lanes)), rest)
	}
	return x.f.Evens(low, high), true
}

// first is the mask of the first n lanes.
func (l *lowerer) first(n int) vec.Mask {
	m, ok := l.firsts[n]
	if !ok {
		l.at(0, func() { m = l.f.FirstN(l.int(ir.Const(int64(n)))) })
		l.firsts[n] = m
	}
	return m
}

// inArray is a place as counted from the start of its array.
func inArray(v *plan.View, at ir.Int) ir.Int {
	if v == nil {
		return at
	}
	return v.Off.Add(at)
}

// flat is an address without an index.
func (l *lowerer) flat(a vec.Addr) vec.Addr {
	if a.Index.Reg == vec.None {
		return a
	}
	by := a.Index
	if a.Scale != 1 {
		by = l.f.GMulI(by, int64(a.Scale))
	}
	return vec.Addr{Base: l.f.GAdd(a.Base, by), Disp: a.Disp, Scale: 1}
}

// store writes an element in each lane that takes part.
func (l *lowerer) store(s *plan.Store) {
	x := l.evaluation(s.Value)
	b := s.Buffer
	whole, masked, one := vec.OpStore, vec.OpStoreMask, vec.OpStoreFirst
	load, loadMasked, bcast := vec.OpLoad, vec.OpLoadMask, vec.OpBroadcast
	switch b.DType {
	case ir.I32:
		whole, masked, one = vec.OpStoreInt, vec.OpStoreIntM, vec.OpStoreInt1
		load, loadMasked, bcast = vec.OpLoadInt, vec.OpLoadIntM, vec.OpBcastInt
	case ir.Bool:
		whole, masked, one = vec.OpStoreBool, vec.OpStoreBoolM, vec.OpStoreBool1
	}
	d := x.depends(s.Value) | l.dependsInt(s.At)
	l.each(d, func(c lane) {
		a := x.place(inArray(s.View, s.At), c)
		m, some := l.masks[c]
		at := l.address(b, a.first)
		made := x.value(s.Value, c)
		v := made.v
		if b.DType == ir.Bool {
			v = vec.Vec(made.m)
		}
		if s.Op != plan.Assign {
			old, held := l.fromHeld(b, &a, c)
			if !held {
				l.loads(b)
			}
			switch {
			case held:
			case !a.contiguous() && some:
				// Where nothing is stored, there may be no such element. Every lane has it, as
				// for those that hold what is stored (held.go).
				old = l.f.First(l.f.At(loadMasked, at, l.f.FirstN(l.f.Any(m)).Reg))
			case !a.contiguous():
				old = l.f.At(bcast, at)
			case some:
				old = l.f.At(loadMasked, at, m.Reg)
			default:
				old = l.f.At(load, at)
			}
			v = l.apply(combine[s.Op], b.DType, value{v: old}, value{v: v}).v
		}
		var put *vec.Inst
		switch {
		case a.contiguous() && some:
			put = l.f.Put(masked, at, v.Reg, m.Reg)
		case a.contiguous():
			put = l.f.Put(whole, at, v.Reg)
		case !a.fixed() || l.vector() != nil:
			refuse("a store that lanes do not make side by side")
		case some:
			first := l.f.FirstN(l.f.Any(m))
			put = l.f.Put(masked, at, v.Reg, first.Reg)
		default:
			put = l.f.Put(one, at, v.Reg)
		}
		l.stored(b, put)
		l.hold(s, &a, v, c)
	})
}

// letInt declares an integer variable.
func (l *lowerer) letInt(s *plan.LetInt) {
	switch {
	case s.Expr != nil:
		l.elements[s.Var] = true
		// It is in range where it is used: checked when the function was called,
		// proved, or under a condition, which masks what it chooses.
		if i, ok := l.indices[s.Expr.Buffer]; ok && s.Expr.Op == ir.OpRead {
			l.name(s.Var, i)
			return
		}
		x := l.evaluation(s.Expr)
		d := x.depends(s.Expr)
		if d != 0 {
			r := &slot{dep: d, vals: map[lane]value{}}
			l.each(d, func(c lane) { r.vals[c] = x.value(s.Expr, c) })
			l.varying[s.Var] = r
			return
		}
		l.name(s.Var, l.f.Lane(x.value(s.Expr, lane{}).v))
	case len(s.Lo) > 0:
		l.name(s.Var, l.named(l.bound(s.Lo, true, l.uniform)))
	case len(s.Hi) > 0:
		l.name(s.Var, l.f.GMax(l.named(l.bound(s.Hi, false, l.uniform)), l.int(ir.Const(0))))
	default:
		l.name(s.Var, l.int(l.uniform(s.Value)))
	}
}

// name makes a variable stand for an integer from here on. Code that is written
// out several times declares a variable as often: each gets an axis of its own,
// so that nothing made of one is taken for that of another.
func (l *lowerer) name(x *ir.Axis, i vec.Int) {
	own := ir.NewVariable(x.Name, x.Least, x.Extent)
	l.ints[own] = &integer{i, len(l.levels) - 1}
	l.data[own] = true
	l.env[x] = ir.Of(own)
}

// uniform is an integer expression that all copies must agree on.
func (l *lowerer) uniform(i ir.Int) ir.Int { return l.in(lane{}, l.same(i)) }

func (l *lowerer) same(i ir.Int) ir.Int {
	if l.dependsInt(i) != 0 {
		refuse("a bound that differs between lanes")
	}
	return i
}

func (l *lowerer) named(b vec.Bound) vec.Int {
	if b.Int.Reg == vec.None {
		return l.int(ir.Const(b.Const))
	}
	return b.Int
}

// test is a condition on indices.
func (x *evaluation) test(preds []ir.Pred, c lane) value {
	var out vec.Mask
	for _, p := range preds {
		m := x.pred(p, c)
		if out.Reg == vec.None {
			out = m
		} else {
			out = x.f.MaskAnd(out, m)
		}
	}
	return value{m: out}
}

func (x *evaluation) pred(p ir.Pred, c lane) vec.Mask {
	if p.Kind == ir.Divides {
		refuse("a condition on a remainder")
	}
	a := x.place(p.E, c)
	how := vec.GE
	if p.Kind == ir.EQ0 {
		how = vec.EQ
	}
	if a.fixed() && x.ofData(a.first) {
		// What decides is the sign, which fits a lane where the number may not.
		sign := x.f.GMin(x.f.GMax(x.int(a.first), x.int(ir.Const(-1))), x.int(ir.Const(1)))
		return x.f.CmpInt(how, x.f.Splat(sign), x.f.Bits(0))
	}
	if len(a.free) == 1 && a.free[0].num.Is(0) {
		if one := a.free[0].coef; one.Is(1) || one.Is(-1) {
			return x.against(a, one.Is(1), how, c)
		}
	}
	return x.f.CmpInt(how, x.lanesAt(a, c), x.f.Bits(0))
}

// against compares an integer that differs between lanes with the rest of a
// condition, instead of their sum with 0: any integer may be in an array, and
// the sum would not always fit a lane.
func (x *evaluation) against(a alongLanes, positive bool, how vec.Pred, c lane) vec.Mask {
	v := x.variable(a.free[0], c)
	a.free = nil
	if positive { // v + rest >= 0
		a.first, a.step = a.first.Neg(), a.step.Neg()
	} else if how == vec.GE { // rest - v >= 0
		how = vec.LE
	}
	return x.f.CmpInt(how, v, x.lanesAt(a, c))
}
