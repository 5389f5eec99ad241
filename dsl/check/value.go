package check

import (
	"fmt"
	"strings"

	"github.com/gradgen/gradgen/dsl/diag"
	"github.com/gradgen/gradgen/dsl/exact"
	"github.com/gradgen/gradgen/ir"
)

// value is what an expression stands for: bad, number, integer, boolean, *array, *tuple, or a callable.
type value interface {
	// describe says what the value is, as messages put it: f32[B, 10], a tuple of 2.
	describe() string
}

// bad is the value of an expression with an error in it. It silences everything that follows from it.
type bad struct{}

func (bad) describe() string { return "an error" }

func isBad(v value) bool {
	_, ok := v.(bad)
	return ok
}

// number is known exactly and has no dtype yet.
type number struct {
	n    exact.Number
	name string // of the size or constant it comes from
}

func (v number) describe() string { return "the number " + v.n.String() }

// integer is a whole number or, with a denominator, a fraction that depends on indices or run-time sizes.
type integer struct {
	num  ir.Int
	den  int64
	elem ir.DType // I32 if it comes from an array of integers, else untyped
	name string   // of the size it is
}

func (v integer) describe() string {
	if v.den != 1 {
		return "a fraction"
	}
	if v.num.HasAxes() {
		return "an index"
	}
	return "the size " + v.num.String()
}

// boolean is a truth that is known before anything runs.
type boolean struct{ b bool }

func (v boolean) describe() string { return fmt.Sprintf("the truth value %v", v.b) }

// tuple is several values that a function returns or takes.
type tuple struct {
	elems []value
	from  origin
}

func (v *tuple) describe() string {
	texts := make([]string, len(v.elems))
	for i, x := range v.elems {
		texts[i] = x.describe()
	}
	return "(" + strings.Join(texts, ", ") + ")"
}

// untyped is the element type of what adapts to the dtype it meets.
const untyped ir.DType = 255

// array is an array or, with no axes, a scalar that is computed when the program runs. It is a function from indices
// to scalar expressions, so that elementwise expressions and views stay one equation; store makes it a value.
type array struct {
	elem  ir.DType // untyped if it adapts
	whole bool     // if untyped: its elements are integers
	shape []size
	// at is the element at some indices, in dtype t; t is elem unless that is untyped.
	at     func(t ir.DType, i []ir.Int) *ir.Expr
	value  *ir.Value // the array as a value; nil if it is not stored, or stored with the axes of loops in front
	cheap  bool      // an element is a read or a literal, so nothing is lost by computing it again
	table  []exact.Number
	absent bool   // the parameter whose condition does not hold: 0 that vanishes from sums
	hint   string // what it may be called when it is stored
	from   origin
}

// origin is where a value comes from, for messages.
type origin struct {
	what string
	span diag.Span
}

func (a *array) rank() int { return len(a.shape) }

func elemName(t ir.DType) string {
	if t == untyped {
		return "real"
	}
	return t.String()
}

func (a *array) describe() string {
	if a.elem == untyped && len(a.shape) == 0 {
		return "a number"
	}
	return elemName(a.elem) + shapeText(a.shape)
}

// lengths is the shape without the names of sizes.
func lengths(shape []size) []ir.Int {
	out := make([]ir.Int, len(shape))
	for i, s := range shape {
		out[i] = s.n
	}
	return out
}

// typed is the type of the array once its elements have dtype t.
func (a *array) typed(t ir.DType) ir.Type { return ir.Type{DType: t, Shape: lengths(a.shape)} }

// scalar makes a rank-0 array of an expression.
func scalar(x *ir.Expr) *array {
	return &array{elem: x.Type, cheap: x.Op == ir.OpRead || x.Op == ir.OpLit,
		at: func(ir.DType, []ir.Int) *ir.Expr { return x }}
}

// whole makes an array of a stored value.
func stored(v *ir.Value, shape []size) *array {
	a := &array{elem: v.Type.DType, shape: shape, value: v, cheap: true}
	a.at = func(_ ir.DType, i []ir.Int) *ir.Expr { return ir.Read(v, i...) }
	return a
}

// asArray makes numbers and sizes rank-0 arrays that adapt; it returns nil for what is no array.
func asArray(v value) *array {
	switch v := v.(type) {
	case *array:
		return v
	case number:
		return &array{elem: untyped, whole: v.n.IsInt(), cheap: true, table: []exact.Number{v.n},
			at: func(t ir.DType, _ []ir.Int) *ir.Expr { return literal(t, v.n) }}
	case integer:
		elem := v.elem
		if v.den != 1 {
			elem = untyped // a fraction of integers is none
		}
		return &array{elem: elem, whole: v.den == 1, cheap: true, at: func(t ir.DType, _ []ir.Int) *ir.Expr {
			return v.expr(t)
		}}
	case boolean:
		x := ir.Lit(ir.Bool, 0)
		if v.b {
			x = ir.Lit(ir.Bool, 1)
		}
		return scalar(x)
	}
	return nil
}

// expr is the number that v is, in dtype t.
func (v integer) expr(t ir.DType) *ir.Expr {
	var x *ir.Expr
	if atom, ok := v.num.IsAtom(); ok {
		if r, isRead := atom.(*ir.Expr); isRead {
			x = ir.Cast(t, r)
		}
	}
	if x == nil {
		x = ir.IndexValue(t, v.num)
	}
	if v.den != 1 {
		x = ir.Apply(ir.OpDiv, x, ir.Lit(t, float64(v.den)))
	}
	return x
}

// literal rounds an exact number to a dtype, once.
func literal(t ir.DType, n exact.Number) *ir.Expr {
	if t == ir.F32 {
		return ir.Lit(t, float64(n.Float32()))
	}
	return ir.Lit(t, n.Float64())
}

// asInt returns v as an integer expression over sizes and indices; ok is false for anything else.
func asInt(v value) (integer, bool) {
	switch v := v.(type) {
	case number:
		if n, ok := v.n.Int64(); ok {
			return integer{num: ir.Const(n), den: 1, elem: untyped, name: v.name}, true
		}
	case integer:
		return v, v.den == 1
	case *array:
		if v.rank() == 0 && v.elem == ir.I32 {
			return integer{num: intOf(v.at(ir.I32, nil)), den: 1, elem: ir.I32}, true
		}
	}
	return integer{}, false
}

// intOf makes an i32 expression an integer expression, so that tok[b,t] + 1 stays a polynomial.
func intOf(x *ir.Expr) ir.Int {
	switch x.Op {
	case ir.OpLit:
		return ir.Const(int64(x.Lit))
	case ir.OpIndex:
		return x.Int
	case ir.OpAdd:
		return intOf(x.Args[0]).Add(intOf(x.Args[1]))
	case ir.OpSub:
		return intOf(x.Args[0]).Sub(intOf(x.Args[1]))
	case ir.OpNeg:
		return intOf(x.Args[0]).Neg()
	case ir.OpMul:
		a, b := intOf(x.Args[0]), intOf(x.Args[1])
		if n, ok := a.IsConst(); ok && small(n) {
			return b.MulConst(n)
		}
		if n, ok := b.IsConst(); ok && small(n) {
			return a.MulConst(n)
		}
	}
	return ir.Of(x)
}

func small(n int64) bool { return -1<<31 <= n && n <= 1<<31 }

// simplified makes an integer expression that turned out constant a number.
func (v integer) simplified() value {
	if n, ok := v.num.IsConst(); ok {
		return number{exact.Int(n).Quo(exact.Int(v.den)), v.name}
	}
	return v
}
