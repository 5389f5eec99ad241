package plan

import (
	"github.com/gradgen/gradgen/ir"
)

// unroller evaluates values to expressions.
type unroller struct {
	l     *lowerer
	outer *unroller
	axis  *ir.Axis // of the scan body that this is one step of
	env   map[*ir.Axis]int64
	known map[*ir.Value][]*Expr
	name  map[*Expr]*ir.Value // what an expression is an element of, and which
	at    map[*Expr]int
}

func (u *unroller) value(v *ir.Value) []*Expr {
	if es, ok := u.known[v]; ok {
		return es
	}
	if u.outer != nil && !v.DependsOn(u.axis) {
		return u.outer.value(v)
	}
	var es []*Expr
	switch d := v.Def.(type) {
	case *ir.Table:
		for _, x := range d.Data {
			es = append(es, u.l.x.lit(v.Type.DType, x))
		}
	case *ir.Reshape:
		es = u.value(d.X)
	case *ir.Scan:
		u.scan(v, d)
		return u.known[v]
	case *ir.Map:
		es = u.mapped(v, d)
		for i, e := range es {
			if u.name[e] == nil {
				u.name[e], u.at[e] = v, i
			}
		}
	}
	u.known[v] = es
	return es
}

func (u *unroller) scan(v *ir.Value, s *ir.Scan) {
	n, _ := s.Axis.Extent.IsConst()
	carry := make([][]*Expr, len(s.Carry))
	for k, x := range s.Init {
		carry[k] = u.value(x)
	}
	stacked := make([][]*Expr, len(s.Emit))
	for k, e := range s.Emit {
		size, _ := e.Type.Len().IsConst()
		stacked[k] = make([]*Expr, n*size)
	}
	for i := range n {
		t := i
		if s.Reverse {
			t = n - 1 - i
		}
		in := &unroller{l: u.l, outer: u, axis: s.Axis, env: map[*ir.Axis]int64{s.Axis: t}, known: map[*ir.Value][]*Expr{}, name: u.name, at: u.at}
		for x, k := range u.env {
			in.env[x] = k
		}
		for k, c := range s.Carry {
			in.known[c] = carry[k]
		}
		next := make([][]*Expr, len(carry))
		for k, x := range s.Next {
			next[k] = in.value(x)
		}
		for k, e := range s.Emit {
			es := in.value(e)
			copy(stacked[k][int(t)*len(es):], es)
		}
		carry = next
	}
	if v.Result < len(carry) {
		u.known[v] = carry[v.Result]
	} else {
		u.known[v] = stacked[v.Result-len(carry)]
	}
}

// mapped unrolls a Map. Elements with an empty domain are structural zeros.
func (u *unroller) mapped(v *ir.Value, m *ir.Map) []*Expr {
	x := u.l.x
	n, _ := v.Type.Len().IsConst()
	terms := make([][]*Expr, n)
	numbers := make([][]int64, n)
	rank := v.Type.Rank()
	var loop func(k int)
	loop = func(k int) {
		if k < len(m.Axes) {
			for i := range u.int(m.Axes[k].Extent) {
				u.env[m.Axes[k]] = i
				loop(k + 1)
			}
			delete(u.env, m.Axes[k])
			return
		}
		for _, p := range m.Domain {
			if !u.pred(p) {
				return
			}
		}
		at, number := int64(0), int64(0)
		for d, size := range v.Type.Shape {
			at *= u.int(size)
			if m.Write != nil {
				at += u.int(m.Write[d])
			} else {
				at += u.env[m.Axes[d]]
			}
		}
		if m.Write == nil {
			for _, y := range m.Axes[rank:] {
				number = number*u.int(y.Extent) + u.env[y]
			}
		}
		e, zero := u.expr(m.Body)
		if zero && (m.Reduce == ir.Sum || m.Write != nil) {
			return
		}
		terms[at] = append(terms[at], e)
		numbers[at] = append(numbers[at], number)
	}
	loop(0)
	out := make([]*Expr, n)
	for i := range out {
		switch {
		case m.Reduce != nil && m.Reduce.Arg:
			out[i] = u.winner(m.Reduce, terms[i], numbers[i])
		case len(terms[i]) == 0 && m.Reduce != nil && m.Write == nil:
			out[i] = x.lit(v.Type.DType, m.Reduce.Of(v.Type.DType))
		case len(terms[i]) == 0:
			out[i] = x.lit(v.Type.DType, 0)
		case m.Reduce == nil:
			out[i] = terms[i][0]
		default:
			out[i] = u.tree(m.Reduce.Op, terms[i])
		}
	}
	return out
}

// tree combines terms in chains of four, and the chains in pairs: short
// enough for precision, long enough to need few registers.
func (u *unroller) tree(op *ir.Op, terms []*Expr) *Expr {
	if len(terms) <= 4 {
		e := terms[0]
		for _, t := range terms[1:] {
			e = u.l.x.apply(op, e, t)
		}
		return e
	}
	h := (len(terms)/2 + 3) / 4 * 4
	return u.l.x.apply(op, u.tree(op, terms[:h]), u.tree(op, terms[h:]))
}

// winner selects the number of the best term; the first NaN wins.
func (u *unroller) winner(r *ir.Reducer, terms []*Expr, numbers []int64) *Expr {
	x := u.l.x
	if len(terms) == 0 {
		return x.lit(ir.I32, 0)
	}
	at := x.lit(ir.I32, float64(numbers[0]))
	best := x.lit(terms[0].Type, r.Of(terms[0].Type))
	for i, t := range terms {
		better := x.apply(ir.OpLt, best, t)
		if r == ir.ArgMin {
			better = x.apply(ir.OpLt, t, best)
		}
		if t.Type.IsFloat() {
			better = x.apply(ir.OpOr, better, x.apply(ir.OpAnd, x.apply(ir.OpNe, t, t), x.apply(ir.OpEq, best, best)))
		}
		at = x.apply(ir.OpSelect, better, x.lit(ir.I32, float64(numbers[i])), at)
		best = x.apply(ir.OpSelect, better, t, best)
	}
	return at
}

func (u *unroller) int(i ir.Int) int64 {
	k, ok := u.place(i).IsConst()
	if !ok {
		panic("plan: an integer that depends on data was not foreseen")
	}
	return k
}

// place evaluates an integer expression; elements of index arrays remain, as
// variables.
func (u *unroller) place(i ir.Int) ir.Int {
	return i.MapAtoms(func(a ir.Atom) (ir.Int, bool) {
		switch a := a.(type) {
		case *ir.Axis:
			return ir.Const(u.env[a]), true
		case *ir.FloorDiv:
			return u.place(a.Num).FloorDiv(a.Den), true
		case *ir.Expr:
			e, _ := u.expr(a)
			if e.Op == ir.OpLit {
				return ir.Const(int64(e.Lit)), true
			}
			return ir.Of(u.l.variable(e, u.l.spanOf(a, e))), true
		}
		return ir.Int{}, false
	})
}

func (u *unroller) pred(p ir.Pred) bool {
	k := u.int(p.E)
	switch p.Kind {
	case ir.GE0:
		return k >= 0
	case ir.EQ0:
		return k == 0
	}
	return k%p.Mod == 0
}

// expr evaluates an expression where all axes are known. zero tells that it
// is 0 by the structure of the program: a condition on places chose it.
func (u *unroller) expr(e *ir.Expr) (out *Expr, zero bool) {
	done := map[*ir.Expr]*Expr{}
	zeros := map[*ir.Expr]bool{}
	x := u.l.x
	var rec func(e *ir.Expr) *Expr
	node := func(e *ir.Expr) *Expr {
		switch e.Op {
		case ir.OpLit:
			return x.lit(e.Type, e.Lit)
		case ir.OpIndex:
			return x.index(e.Type, u.place(e.Int))
		case ir.OpRandom:
			u.l.prog.Random = true
			return x.intern(Expr{Op: ir.OpRandom, Type: e.Type, Site: e.Site, Int: u.place(e.Int)})
		case ir.OpTest:
			for _, p := range e.Preds {
				if !u.pred(p) {
					return x.lit(ir.Bool, 0)
				}
			}
			return x.lit(ir.Bool, 1)
		case ir.OpRead:
			return u.read(e)
		case ir.OpSelect:
			c := rec(e.Args[0])
			if c.Op == ir.OpLit {
				// The side not taken may read outside its array.
				side := e.Args[2]
				if c.Lit != 0 {
					side = e.Args[1]
				}
				r := rec(side)
				zeros[e] = zeros[side] || side.Op == ir.OpLit && side.Lit == 0 && e.Args[0].Op == ir.OpTest
				return r
			}
		case ir.OpMul:
			a, b := rec(e.Args[0]), rec(e.Args[1])
			if zeros[e.Args[0]] || zeros[e.Args[1]] {
				zeros[e] = true
				return x.lit(e.Type, 0)
			}
			one := func(f *Expr) bool { return f.Op == ir.OpLit && f.Lit == 1 }
			switch {
			case one(a):
				return b
			case one(b):
				return a
			}
			return x.apply(ir.OpMul, a, b)
		case ir.OpAdd:
			a, b := rec(e.Args[0]), rec(e.Args[1])
			switch {
			case zeros[e.Args[0]] && zeros[e.Args[1]]:
				zeros[e] = true
				return a
			case zeros[e.Args[0]]:
				return b
			case zeros[e.Args[1]]:
				return a
			}
			return x.apply(ir.OpAdd, a, b)
		case ir.OpNeg:
			a := rec(e.Args[0])
			if zeros[e.Args[0]] {
				zeros[e] = true
				return a
			}
			return x.apply(ir.OpNeg, a)
		case ir.OpAnd, ir.OpOr:
			a := rec(e.Args[0])
			if a.Op == ir.OpLit && (a.Lit == 0) == (e.Op == ir.OpAnd) {
				return a
			}
		case ir.OpCast:
			return x.cast(e.Type, rec(e.Args[0]))
		}
		args := make([]*Expr, len(e.Args))
		for i, a := range e.Args {
			args[i] = rec(a)
		}
		return x.apply(e.Op, args...)
	}
	rec = func(e *ir.Expr) *Expr {
		if r, ok := done[e]; ok {
			return r
		}
		r := node(e)
		done[e] = r
		return r
	}
	out = rec(e)
	return out, zeros[e]
}

func (u *unroller) read(e *ir.Expr) *Expr {
	i := u.place(offset(e.Array.Type.Shape, e.Index))
	if k, ok := i.IsConst(); ok {
		return u.value(e.Array)[k]
	}
	return u.l.x.read(u.l.store[base(e.Array)].buf, i)
}
