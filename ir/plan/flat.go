package plan

import (
	"fmt"
	"math"
	"slices"

	"github.com/gradgen/gradgen/ir"
)

// Straight-line code pays while it is small: beyond some thousands of
// operations the Go compiler and the instruction cache pay for it instead.
const (
	maxFlatOps   = 4000 // operations after unrolling
	maxFlatState = 512  // scalars of one array, parameter or result
)

// choose decides between straight-line code and loops, by cost.
func (l *lowerer) choose() (flat bool, reason string) {
	if l.opts.Force == Loops {
		return false, "as asked"
	}
	ops, why := l.flatCost()
	switch {
	case why != "":
		return false, why
	case l.opts.Force == Flat:
		return true, fmt.Sprintf("as asked; about %d operations", ops)
	case ops > maxFlatOps:
		return false, fmt.Sprintf("about %d operations, more than the %d worth unrolling", ops, maxFlatOps)
	}
	return true, fmt.Sprintf("all sizes are constant, about %d operations", ops)
}

// flatCost counts the operations of the unrolled function, or says why there
// is no unrolling it.
func (l *lowerer) flatCost() (ops int64, why string) {
	times := map[*ir.Axis]int64{}
	values := ir.Topological(l.f.Results...)
	for _, v := range slices.Concat(values, l.f.Params) {
		n, ok := v.Type.Len().IsConst()
		if !ok {
			return 0, "the size of " + v.String() + " is known at run time only"
		}
		if n > maxFlatState {
			return 0, fmt.Sprintf("%s has %d elements, more than the %d worth unrolling", v, n, maxFlatState)
		}
		if s, ok := v.Def.(*ir.Scan); ok {
			n, isConst := s.Axis.Extent.IsConst()
			if !isConst {
				return 0, "the number of steps along " + s.Axis.Name + " is known at run time only"
			}
			times[s.Axis] = n
		}
	}
	for _, v := range values {
		m, ok := v.Def.(*ir.Map)
		if !ok {
			continue
		}
		if why := l.cannotUnroll(v, m); why != "" {
			return 0, why
		}
		n := int64(1)
		for _, x := range m.Axes {
			k, isConst := x.Extent.IsConst()
			if !isConst {
				return 0, "the extent of " + x.Name + " is known at run time only"
			}
			n *= max(k, 0)
			if n > 1<<24 {
				break
			}
		}
		for _, x := range v.Free() {
			n *= times[x]
		}
		each := int64(0)
		m.Body.Walk(func(e *ir.Expr) {
			if len(e.Args) > 0 {
				each++
			}
		})
		if m.Reduce != nil {
			each++
		}
		ops += n * each
		if ops > 100*maxFlatOps {
			break
		}
	}
	return ops, ""
}

// cannotUnroll names what straight-line code has no form for: elements chosen
// by data, but for those of parameters and tables.
func (l *lowerer) cannotUnroll(v *ir.Value, m *ir.Map) string {
	why := ""
	data := func(i ir.Int) bool {
		found := false
		i.Walk(nil, func(*ir.Expr) { found = true })
		return found
	}
	m.Body.Walk(func(e *ir.Expr) {
		switch {
		case e.Op == ir.OpRead:
			_, input := base(e.Array).Def.(*ir.Input)
			_, table := base(e.Array).Def.(*ir.Table)
			if slices.ContainsFunc(e.Index, data) && !input && !table {
				why = "elements of " + e.Array.String() + " are chosen by data"
			}
		case e.Op == ir.OpTest:
			for _, p := range e.Preds {
				if data(p.E) {
					why = "a condition on places in " + v.String() + " depends on data"
				}
			}
		case (e.Op == ir.OpIndex || e.Op == ir.OpRandom) && data(e.Int):
			why = "a place in " + v.String() + " depends on data"
		}
	})
	if slices.ContainsFunc(m.Write, data) {
		why = "places written in " + v.String() + " are chosen by data"
	}
	for _, p := range m.Domain {
		if data(p.E) {
			why = "the domain of " + v.String() + " depends on data"
		}
	}
	return why
}

// flat lowers to straight-line code: every element of every value becomes an
// expression over the elements of the parameters; equal ones are one; what is
// used more than once becomes a variable.
func (l *lowerer) flat() {
	u := &unroller{l: l, env: map[*ir.Axis]int64{}, known: map[*ir.Value][]*Expr{}, name: map[*Expr]*ir.Value{}, at: map[*Expr]int{}}
	for i, v := range l.f.Params {
		n, _ := v.Type.Len().IsConst()
		for k := range n {
			u.known[v] = append(u.known[v], l.x.read(l.prog.Params[i], ir.Const(k)))
		}
	}
	block := &Block{Place: l.f.Place, Form: "flat"}
	var stores []Stmt
	for k, v := range l.f.Results {
		buf := (*Buffer)(nil)
		switch {
		case l.opts.donated(k) >= 0:
			buf = l.prog.Params[l.opts.donated(k)]
		case l.opts.inArena(k) && v.Type.Rank() > 0:
			buf = l.buffer(v.Name, Arena, v, v.Type, v.Type.Len())
		default:
			buf = l.buffer(v.Name, Result, v, v.Type, v.Type.Len())
		}
		l.prog.Results = append(l.prog.Results, buf)
		block.Values = append(block.Values, v)
		for i, e := range u.value(v) {
			stores = append(stores, &Store{Buffer: buf, At: ir.Const(int64(i)), Value: e})
		}
	}
	block.Flops = ir.Const(u.count(stores))
	block.Body = u.schedule(stores)
	l.prog.Body = []Stmt{block}
	l.prog.Body = l.branches(l.prog.Body)
	l.prog.Body = l.dead(l.prog.Body)
	l.prog.Body = l.indices(l.prog.Body)
	block.Body = u.named(block.Body)
}

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
			out[i] = x.lit(v.Type.DType, m.Reduce.Identity)
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
	at := x.lit(ir.I32, 0)
	if len(terms) == 0 {
		return at
	}
	best := x.lit(terms[0].Type, r.Identity)
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
			return ir.Of(u.l.variable(e)), true
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

func (u *unroller) count(stores []Stmt) int64 {
	seen := map[*Expr]bool{}
	n := int64(0)
	var rec func(e *Expr)
	rec = func(e *Expr) {
		if seen[e] {
			return
		}
		seen[e] = true
		if len(e.Args) > 0 {
			n++
		}
		for _, a := range e.Args {
			rec(a)
		}
	}
	for _, s := range stores {
		rec(s.(*Store).Value)
	}
	return min(n, math.MaxInt64)
}

// schedule gives what is used more than once a variable, right before its
// first use, and puts the stores last: a donated parameter is read before.
func (u *unroller) schedule(stores []Stmt) []Stmt {
	x := u.l.x
	uses := map[*Expr]int{}
	var count func(e *Expr)
	count = func(e *Expr) {
		uses[e]++
		if uses[e] > 1 {
			return
		}
		for _, a := range e.Args {
			count(a)
		}
	}
	overwritten := map[*Buffer]bool{}
	for _, s := range stores {
		count(s.(*Store).Value)
		overwritten[s.(*Store).Buffer] = true
	}
	var out []Stmt
	regs := map[*Expr]*Reg{}
	var rec func(e *Expr, sure bool) *Expr
	rec = func(e *Expr, sure bool) *Expr {
		if r := regs[e]; r != nil {
			return x.use(r)
		}
		args := make([]*Expr, len(e.Args))
		for i, a := range e.Args {
			args[i] = rec(a, sure && !(conditional(e.Op) && i > 0))
		}
		r := x.rebuild(e, args)
		v := u.name[e]
		named := v != nil && e.Op != ir.OpRead && v.Type.Rank() <= 1 && len(e.Args) > 0 && cost(e) >= 2
		// Everything but an element chosen by data may be evaluated early: there
		// is nothing else that a condition protects.
		early := sure || !chosen(e)
		if early && worthRegister(e) && (uses[e] > 1 || named && sure || e.Op == ir.OpRead && overwritten[e.Buffer]) {
			reg := x.reg(u.regName(e), e.Type)
			regs[e] = reg
			out = append(out, &Let{Reg: reg, Value: r})
			return x.use(reg)
		}
		return r
	}
	for _, s := range stores {
		st := s.(*Store)
		st.Value = rec(st.Value, true)
	}
	return append(out, stores...)
}

// chosen reports whether e reads an element that data chooses.
func chosen(e *Expr) bool {
	found := false
	e.walk(func(e *Expr) { found = found || e.Op == ir.OpRead && e.Int.HasAxes() })
	return found
}

// named gives the arrays that the code reads or writes names that show their
// length, so that no access needs a check.
func (u *unroller) named(list []Stmt) []Stmt {
	x := u.l.x
	views := map[*Buffer]*View{}
	var out []Stmt
	view := func(b *Buffer) *View {
		if b.Rank == 0 || b.Class == Table {
			return nil
		}
		if views[b] == nil {
			views[b] = &View{Name: b.Name + "s", Buffer: b, Len: b.Len}
			out = append(out, views[b])
		}
		return views[b]
	}
	eachStmt(list, func(s Stmt) {
		if st, ok := s.(*Store); ok {
			st.View = view(st.Buffer)
		}
		eachExpr(s, func(e **Expr) {
			*e = u.l.mapReads(*e, func(r *Expr) *Expr {
				n := *r
				n.View = view(r.Buffer)
				return x.intern(n)
			})
		})
	})
	return append(out, list...)
}

// regName calls an element by its value and place: h1_3.
func (u *unroller) regName(e *Expr) string {
	if e.Op == ir.OpRead {
		if k, ok := e.Int.IsConst(); ok && e.Buffer.Rank > 0 {
			return fmt.Sprintf("%s.%d", e.Buffer.Name, k)
		}
		return e.Buffer.Name
	}
	if v := u.name[e]; v != nil && v.Name != "" {
		if v.Type.Rank() == 0 {
			return v.Name
		}
		return fmt.Sprintf("%s.%d", v.Name, u.at[e])
	}
	return "c"
}
