package ir

import (
	"cmp"
	"math"
	"slices"
	"sync/atomic"

	"github.com/gradgen/gradgen/ir/few"
)

// Expr is a scalar expression: a node of a DAG over the table of operations.
// Leaves carry what they are beside the row. An Expr is immutable, and shared
// freely; equal structure is found by Compare.
type Expr struct {
	Op   *Op
	Type DType
	Site uint32 // OpRandom: which draw of the program this is
	Args []*Expr

	Lit   float64 // OpLit: the value, already rounded to Type
	Int   Int     // OpIndex: the number an index is; OpRandom: the element drawn
	Array *Value  // OpRead
	Index []Int   // OpRead: one per axis of Array
	Preds []Pred  // OpTest: a conjunction
	Var   string  // OpVar: the name of a variable of a template

	sum atomic.Uint64 // hash of the structure, 0 until asked for
}

// Lit makes a literal, rounded to t.
func Lit(t DType, v float64) *Expr { return &Expr{Op: OpLit, Type: t, Lit: t.Round(v)} }

// IndexValue makes an integer expression a value of type t: i32, or a float.
func IndexValue(t DType, i Int) *Expr {
	if k, ok := i.IsConst(); ok {
		return Lit(t, float64(k))
	}
	return &Expr{Op: OpIndex, Type: t, Int: i}
}

// Read reads one element of an array; the indices must lie within its shape
// wherever the read is evaluated.
func Read(a *Value, index ...Int) *Expr {
	return &Expr{Op: OpRead, Type: a.Type.DType, Array: a, Index: index}
}

// Test makes a condition of affine predicates; known truths fold.
func Test(preds ...Pred) *Expr {
	preds, ok := Conj(preds)
	if !ok {
		return Lit(Bool, 0)
	}
	if len(preds) == 0 {
		return Lit(Bool, 1)
	}
	return &Expr{Op: OpTest, Type: Bool, Preds: preds}
}

// Random makes a draw, uniform in [0,1), that depends only on the key of the
// call, the site and the element.
func Random(t DType, site uint32, element Int) *Expr {
	return &Expr{Op: OpRandom, Type: t, Site: site, Int: element}
}

// Apply applies a row to arguments. The result has the type of the last
// argument, or bool for a comparison. Only what is exact and local is folded
// here; the named rules live in package pass.
func Apply(op *Op, args ...*Expr) *Expr {
	t := args[len(args)-1].Type
	if op.Bool {
		t = Bool
	}
	e := &Expr{Op: op, Type: t, Args: args}
	if c, ok := e.fold(); ok {
		return c
	}
	return e
}

// Select chooses a where cond holds and b elsewhere; the other side is not
// evaluated as far as anyone can tell.
func Select(cond, a, b *Expr) *Expr { return Apply(OpSelect, cond, a, b) }

// Cast converts to another type; a truth value is 1 or 0.
func Cast(t DType, e *Expr) *Expr {
	if e.Type == t {
		return e
	}
	switch {
	case e.Op == OpLit:
		return Lit(t, e.Lit)
	case e.Op == OpIndex:
		return IndexValue(t, e.Int)
	case e.Type == Bool:
		return Select(e, Lit(t, 1), Lit(t, 0))
	}
	return &Expr{Op: OpCast, Type: t, Args: []*Expr{e}}
}

// fold evaluates an operation on literals, and a selection on a known or
// irrelevant condition. Both are exact.
func (e *Expr) fold() (*Expr, bool) {
	if e.Op == OpSelect {
		if e.Args[0].Op == OpLit {
			if e.Args[0].Lit != 0 {
				return e.Args[1], true
			}
			return e.Args[2], true
		}
		if e.Args[1].Compare(e.Args[2]) == 0 {
			return e.Args[1], true
		}
		return nil, false
	}
	if e.Op.Eval == nil {
		return nil, false
	}
	for _, a := range e.Args {
		if a.Op != OpLit {
			return nil, false
		}
	}
	var x [4]float64
	for i, a := range e.Args {
		x[i] = a.Lit
	}
	return Lit(e.Type, e.Op.Eval(x[:len(e.Args)])), true
}

// IsLit reports whether e is the literal v; zeros of either sign are told apart.
func (e *Expr) IsLit(v float64) bool {
	return e.Op == OpLit && e.Lit == v && math.Signbit(e.Lit) == math.Signbit(v)
}

// Compare orders expressions totally by structure; equal ones compare 0. Equal
// hashes are taken for equal structure, so that comparing DAGs takes no longer
// than their depth; the order itself does not depend on hashes.
func (e *Expr) Compare(f *Expr) int {
	if e == f || e.hash() == f.hash() {
		return 0
	}
	if c := cmp.Compare(e.Op.id, f.Op.id); c != 0 {
		return c
	}
	if c := cmp.Compare(e.Type, f.Type); c != 0 {
		return c
	}
	switch e.Op {
	case OpLit:
		return cmp.Compare(math.Float64bits(e.Lit), math.Float64bits(f.Lit))
	case OpIndex:
		return e.Int.Compare(f.Int)
	case OpRead:
		if c := cmp.Compare(e.Array.ID, f.Array.ID); c != 0 {
			return c
		}
		return slices.CompareFunc(e.Index, f.Index, Int.Compare)
	case OpTest:
		return slices.CompareFunc(e.Preds, f.Preds, func(p, q Pred) int {
			return cmp.Or(cmp.Compare(p.Kind, q.Kind), cmp.Compare(p.Mod, q.Mod), p.E.Compare(q.E))
		})
	case OpRandom:
		return cmp.Or(cmp.Compare(e.Site, f.Site), e.Int.Compare(f.Int))
	case OpVar:
		return cmp.Compare(e.Var, f.Var)
	}
	return slices.CompareFunc(e.Args, f.Args, (*Expr).Compare)
}

// eachInt calls f for the integer expressions that e holds itself.
func (e *Expr) eachInt(f func(Int)) {
	switch e.Op {
	case OpIndex, OpRandom:
		f(e.Int)
	case OpRead:
		for _, i := range e.Index {
			f(i)
		}
	case OpTest:
		for _, p := range e.Preds {
			f(p.E)
		}
	}
}

// Walk visits e and everything below it, each shared node once: arguments, and
// the array reads inside index maps and predicates.
func (e *Expr) Walk(visit func(*Expr)) {
	var seen few.Set[*Expr]
	e.walk(&seen, visit)
}

func (e *Expr) walk(seen *few.Set[*Expr], visit func(*Expr)) {
	if !seen.Add(e) {
		return
	}
	visit(e)
	switch e.Op {
	case OpIndex, OpRandom:
		e.Int.walkExprs(seen, visit)
	case OpRead:
		for _, i := range e.Index {
			i.walkExprs(seen, visit)
		}
	case OpTest:
		for _, p := range e.Preds {
			p.E.walkExprs(seen, visit)
		}
	}
	for _, a := range e.Args {
		a.walk(seen, visit)
	}
}

func (a Int) walkExprs(seen *few.Set[*Expr], visit func(*Expr)) {
	for _, t := range a.terms {
		for _, m := range t.Atoms {
			switch m := m.(type) {
			case *Expr:
				m.walk(seen, visit)
			case *FloorDiv:
				m.Num.walkExprs(seen, visit)
			}
		}
	}
}

// Axes calls f for every axis that occurs in e, at any depth, possibly more
// than once.
func (e *Expr) Axes(f func(*Axis)) {
	own := func(i Int) { i.eachAxis(f) }
	e.Walk(func(e *Expr) { e.eachInt(own) })
}

// eachAxis calls f for the axes of a, but not for those of reads in it.
func (a Int) eachAxis(f func(*Axis)) {
	for _, t := range a.terms {
		for _, m := range t.Atoms {
			switch m := m.(type) {
			case *Axis:
				f(m)
			case *FloorDiv:
				m.Num.eachAxis(f)
			}
		}
	}
}

// Cost is the cost of evaluating e once, in units of an addition; shared nodes
// count once.
func (e *Expr) Cost() int {
	n := 0
	e.Walk(func(e *Expr) { n += e.Op.Cost })
	return n
}

func (e *Expr) String() string { return exprString(e, 0) }
