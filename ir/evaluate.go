package ir

import (
	"fmt"
	"math"
)

// Env tells what the leaves of an expression are at one point. A function that
// is nil is never needed.
type Env struct {
	Axis   func(*Axis) int64
	Dim    func(*Dim) int64
	Read   func(array *Value, index []int64) float64
	Random func(t DType, site uint32, element int64) float64
	Var    func(name string) float64
}

// EvalScalar evaluates e, in the order and with the roundings that define it:
// every row in float64, its result rounded to its type; of a selection only
// the side taken.
func EvalScalar(e *Expr, env *Env) float64 { return NewEvaluator(env).Expr(e) }

// Evaluator evaluates expressions at one point after another. At one point
// shared nodes are evaluated once.
type Evaluator struct {
	env   *Env
	cells map[*Expr]*cell
	point int
}

type cell struct {
	point int // at which value was computed
	value float64
}

// NewEvaluator makes an evaluator at its first point.
func NewEvaluator(env *Env) *Evaluator {
	return &Evaluator{env: env, cells: map[*Expr]*cell{}, point: 1}
}

// Next goes to another point: the environment has changed.
func (v *Evaluator) Next() { v.point++ }

// Expr is the value of e at this point.
func (v *Evaluator) Expr(e *Expr) float64 {
	c := v.cells[e]
	if c == nil {
		c = &cell{}
		v.cells[e] = c
	}
	if c.point != v.point {
		c.value, c.point = e.Type.Round(v.eval(e)), v.point
	}
	return c.value
}

func (v *Evaluator) eval(e *Expr) float64 {
	switch e.Op {
	case OpLit:
		return e.Lit
	case OpIndex:
		return float64(v.Int(e.Int))
	case OpRead:
		index := make([]int64, len(e.Index))
		for k, i := range e.Index {
			index[k] = v.Int(i)
		}
		return v.env.Read(e.Array, index)
	case OpTest:
		for _, p := range e.Preds {
			if !v.Pred(p) {
				return 0
			}
		}
		return 1
	case OpRandom:
		return v.env.Random(e.Type, e.Site, v.Int(e.Int))
	case OpVar:
		return v.env.Var(e.Var)
	case OpCast:
		x := v.Expr(e.Args[0])
		if e.Type == I32 {
			return math.Trunc(x) + 0 // integers have no -0
		}
		return x
	case OpSelect:
		if v.Expr(e.Args[0]) != 0 {
			return v.Expr(e.Args[1])
		}
		return v.Expr(e.Args[2])
	}
	args := make([]float64, len(e.Args))
	for k, a := range e.Args {
		args[k] = v.Expr(a)
	}
	return e.Op.Eval(args)
}

// EvalError is what an Evaluator panics with where an index is computed from a
// number that is not an integer.
type EvalError struct{ Message string }

func (e *EvalError) Error() string { return e.Message }

// Int is the value of an integer expression at this point.
func (v *Evaluator) Int(i Int) int64 {
	sum := i.k
	for _, t := range i.terms {
		product := t.Coef
		for _, m := range t.Atoms {
			product *= v.atom(m)
		}
		sum += product
	}
	return sum
}

func (v *Evaluator) atom(m Atom) int64 {
	switch m := m.(type) {
	case *Axis:
		return v.env.Axis(m)
	case *Dim:
		return v.env.Dim(m)
	case *FloorDiv:
		return floorDiv(v.Int(m.Num), m.Den)
	}
	x := v.Expr(m.(*Expr))
	if x != math.Trunc(x) || math.Abs(x) > 1<<53 {
		panic(&EvalError{fmt.Sprintf("the index %v is %v", m, x)})
	}
	return int64(x)
}

// Pred is the truth of a predicate at this point.
func (v *Evaluator) Pred(p Pred) bool {
	x := v.Int(p.E)
	switch p.Kind {
	case GE0:
		return x >= 0
	case EQ0:
		return x == 0
	}
	return x%p.Mod == 0
}
