package plan

import (
	"math"
	"slices"

	"github.com/gradgen/gradgen/ir"
	"github.com/gradgen/gradgen/ir/few"
)

// Expr is a scalar expression over buffers and registers: the rows of the
// table of ir, with other leaves. Equal expressions of one program are one
// pointer, so that sharing is found by comparing pointers.
type Expr struct {
	Op   *ir.Op
	Type ir.DType
	Site uint32 // ir.OpRandom
	Args []*Expr

	Lit    float64   // ir.OpLit
	Int    ir.Int    // ir.OpIndex: the number; ir.OpRead: the place; ir.OpRandom: the element
	Buffer *Buffer   // ir.OpRead; of rank 0: the variable
	View   *View     // ir.OpRead: if not nil, Int counts from its start
	Reg    *Reg      // ir.OpVar
	Preds  []ir.Pred // ir.OpTest

	id, hash uint32
	next     *Expr // another of the same row of the table
}

// Reg is a scalar local variable.
type Reg struct {
	ID   int
	Name string // from the formula; not unique, not yet an identifier
	Type ir.DType
}

// exprs makes expressions and shares equal ones.
type exprs struct {
	table []*Expr // by hash; as many rows as a power of two
	count uint32
	regs  int
}

func newExprs() *exprs { return &exprs{table: make([]*Expr, 1<<8)} }

func (x *exprs) reg(name string, t ir.DType) *Reg {
	x.regs++
	return &Reg{ID: x.regs, Name: name, Type: t}
}

func (x *exprs) intern(e Expr) *Expr {
	h := hashExpr(&e)
	for k := *x.row(h); k != nil; k = k.next {
		if k.hash == h && sameExpr(k, &e) {
			return k
		}
	}
	if int(x.count) == 2*len(x.table) {
		x.grow()
	}
	x.count++
	n := e // allocated here, only for what is new
	n.id, n.hash = x.count, h
	x.put(&n)
	return &n
}

func (x *exprs) row(hash uint32) **Expr { return &x.table[hash&uint32(len(x.table)-1)] }

func (x *exprs) put(e *Expr) {
	row := x.row(e.hash)
	e.next, *row = *row, e
}

// grow makes a larger table.
func (x *exprs) grow() {
	old := x.table
	x.table = make([]*Expr, 4*len(old))
	for _, e := range old {
		for e != nil {
			next := e.next
			x.put(e)
			e = next
		}
	}
}

func mix(h, v uint64) uint64 { return (h ^ v) * 0x9E3779B97F4A7C15 >> 3 }

func hashExpr(e *Expr) uint32 {
	h := mix(uint64(e.Type), math.Float64bits(e.Lit))
	for i := range len(e.Op.Name) {
		h = mix(h, uint64(e.Op.Name[i]))
	}
	for _, a := range e.Args {
		h = mix(h, uint64(a.id))
	}
	h = e.Int.Hash(h)
	if e.Buffer != nil {
		h = mix(h, uint64(e.Buffer.ID)+77)
	}
	if e.Reg != nil {
		h = mix(h, uint64(e.Reg.ID)+177)
	}
	for _, p := range e.Preds {
		h = p.E.Hash(mix(h, uint64(p.Kind)))
	}
	h = mix(h, uint64(e.Site))
	return uint32(h ^ h>>32)
}

func sameExpr(a, b *Expr) bool {
	return a.Op == b.Op && a.Type == b.Type && a.Buffer == b.Buffer && a.View == b.View && a.Reg == b.Reg &&
		a.Site == b.Site && math.Float64bits(a.Lit) == math.Float64bits(b.Lit) &&
		slices.Equal(a.Args, b.Args) && a.Int.Equal(b.Int) && slices.EqualFunc(a.Preds, b.Preds, ir.Pred.Equal)
}

func (x *exprs) lit(t ir.DType, v float64) *Expr {
	return x.intern(Expr{Op: ir.OpLit, Type: t, Lit: t.Round(v)})
}

func (x *exprs) index(t ir.DType, i ir.Int) *Expr {
	if k, ok := i.IsConst(); ok {
		return x.lit(t, float64(k))
	}
	return x.intern(Expr{Op: ir.OpIndex, Type: t, Int: i})
}

func (x *exprs) read(b *Buffer, at ir.Int) *Expr {
	return x.intern(Expr{Op: ir.OpRead, Type: b.DType, Buffer: b, Int: at})
}

func (x *exprs) use(r *Reg) *Expr { return x.intern(Expr{Op: ir.OpVar, Type: r.Type, Reg: r}) }

func (x *exprs) test(preds []ir.Pred) *Expr {
	preds, ok := ir.Conj(preds)
	if !ok {
		return x.lit(ir.Bool, 0)
	}
	if len(preds) == 0 {
		return x.lit(ir.Bool, 1)
	}
	return x.intern(Expr{Op: ir.OpTest, Type: ir.Bool, Preds: preds})
}

func (x *exprs) cast(t ir.DType, e *Expr) *Expr {
	switch {
	case e.Type == t:
		return e
	case e.Op == ir.OpLit:
		return x.lit(t, e.Lit)
	case e.Op == ir.OpIndex:
		return x.index(t, e.Int)
	}
	return x.intern(Expr{Op: ir.OpCast, Type: t, Args: []*Expr{e}})
}

// apply applies a row; selections on known conditions and operations on
// literals fold, exactly.
func (x *exprs) apply(op *ir.Op, args ...*Expr) *Expr {
	t := args[len(args)-1].Type
	if op.Bool {
		t = ir.Bool
	}
	switch op {
	case ir.OpSelect:
		if c := args[0]; c.Op == ir.OpLit {
			if c.Lit != 0 {
				return args[1]
			}
			return args[2]
		}
		if args[1] == args[2] {
			return args[1]
		}
		return x.intern(Expr{Op: op, Type: t, Args: args})
	case ir.OpAnd, ir.OpOr:
		for i, a := range args {
			if a.Op == ir.OpLit {
				if (a.Lit != 0) == (op == ir.OpAnd) {
					return args[1-i]
				}
				return a
			}
		}
	case ir.OpStop:
		return args[0]
	}
	if op.Eval != nil && !slices.ContainsFunc(args, func(a *Expr) bool { return a.Op != ir.OpLit }) {
		var in [4]float64
		for i, a := range args {
			in[i] = a.Lit
		}
		return x.lit(t, op.Eval(in[:len(args)]))
	}
	return x.intern(Expr{Op: op, Type: t, Args: args})
}

// mapArgs is f of every argument of e; the same list if f changes none.
func mapArgs(e *Expr, f func(i int, a *Expr) *Expr) []*Expr {
	args := slices.Clip(e.Args)
	for i, a := range e.Args {
		b := f(i, a)
		if b == a {
			continue
		}
		if &args[0] == &e.Args[0] {
			args = slices.Clone(args)
		}
		args[i] = b
	}
	return args
}

// rebuild makes e with other arguments.
func (x *exprs) rebuild(e *Expr, args []*Expr) *Expr {
	switch {
	case len(args) == 0 || &args[0] == &e.Args[0] || slices.Equal(args, e.Args):
		return e
	case e.Op == ir.OpCast:
		return x.cast(e.Type, args[0])
	}
	return x.apply(e.Op, args...)
}

// subst replaces axes and registers in expressions.
type subst struct {
	x    *exprs
	axes ir.Subst
	regs map[*Reg]*Reg
	// test, if not nil, may decide a test, its predicates already rewritten.
	test func([]ir.Pred) (*Expr, bool)
	done few.Map[*Expr, *Expr]
}

func (s *subst) expr(e *Expr) *Expr {
	if r, ok := s.done.Get(e); ok {
		return r
	}
	r := s.rewrite(e)
	s.done.Set(e, r)
	return r
}

func (s *subst) rewrite(e *Expr) *Expr {
	switch e.Op {
	case ir.OpLit:
		return e
	case ir.OpVar:
		if r := s.regs[e.Reg]; r != nil {
			return s.x.use(r)
		}
		return e
	case ir.OpIndex:
		return s.x.index(e.Type, s.axes.Int(e.Int))
	case ir.OpRead, ir.OpRandom:
		n := *e
		n.Int = s.axes.Int(e.Int)
		return s.x.intern(n)
	case ir.OpTest:
		preds := s.axes.Preds(e.Preds)
		if s.test != nil {
			if r, ok := s.test(preds); ok {
				return r
			}
		}
		return s.x.test(preds)
	}
	args := mapArgs(e, func(_ int, a *Expr) *Expr { return s.expr(a) })
	if e.Op == ir.OpAdd {
		// A summand that a condition on places removes is no summand.
		for i, a := range e.Args {
			if a.Op == ir.OpSelect && a.Args[0].Op == ir.OpTest && args[i].IsZero() {
				return args[1-i]
			}
		}
	}
	return s.x.rebuild(e, args)
}

// walk visits e and what is below it, each node once.
func (e *Expr) walk(visit func(*Expr)) {
	if len(e.Args) == 0 {
		visit(e)
		return
	}
	var seen few.Set[*Expr]
	e.walkNew(&seen, visit)
}

func (e *Expr) walkNew(seen *few.Set[*Expr], visit func(*Expr)) {
	if !seen.Add(e) {
		return
	}
	visit(e)
	for _, a := range e.Args {
		a.walkNew(seen, visit)
	}
}

// maxUnder bounds the work where nodes stand under very many different conditions: selections
// of selections of one node have twice as many at every level. What is beyond is visited as
// if no condition were known.
const maxUnder = 5000

// eachUnder visits e and what is below it, with the conditions of selections under which
// it is computed, each node once for all of the same.
func (e *Expr) eachUnder(visit func(e *Expr, known []ir.Pred)) {
	type conditions struct{ preds []ir.Pred }
	type under struct {
		*conditions
		e *Expr
	}
	seen, inside := map[under]bool{}, [2]map[under]*conditions{{}, {}}
	none := &conditions{}
	var rec func(e *Expr, c *conditions)
	rec = func(e *Expr, c *conditions) {
		if len(seen) > maxUnder {
			c = none
		}
		if seen[under{c, e}] {
			return
		}
		seen[under{c, e}] = true
		visit(e, c.preds)
		for i, a := range e.Args {
			in := c
			if i > 0 && e.Op == ir.OpSelect && e.Args[0].Op == ir.OpTest {
				test := under{c, e.Args[0]}
				if inside[i-1][test] == nil {
					inside[i-1][test] = &conditions{slices.Concat(c.preds, test.e.side(i))}
				}
				in = inside[i-1][test]
			}
			rec(a, in)
		}
	}
	rec(e, none)
}

// side is what holds where a selection by the test e takes its operand of a number, as
// far as that is a conjunction.
func (e *Expr) side(operand int) []ir.Pred {
	if operand == 1 {
		return e.Preds
	}
	if len(e.Preds) == 1 {
		if not := e.Preds[0].Negation(); len(not) == 1 {
			return not
		}
	}
	return nil
}

// eachInt calls f for the integer expressions that e itself holds.
func (e *Expr) eachInt(f func(ir.Int)) {
	switch e.Op {
	case ir.OpIndex, ir.OpRead, ir.OpRandom:
		f(e.Int)
	case ir.OpTest:
		for _, p := range e.Preds {
			f(p.E)
		}
	}
}
