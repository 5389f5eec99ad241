package check

import (
	"github.com/gradgen/gradgen/dsl/diag"
	"github.com/gradgen/gradgen/dsl/exact"
	"github.com/gradgen/gradgen/dsl/syntax"
	"github.com/gradgen/gradgen/ir"
)

// callable is a value that can be applied: a row of the table, a function, an instance of a layer, a composition.
type callable interface {
	value
	call(c *checker, e *env, s site) value
}

// site is an application.
type site struct {
	at   diag.Span // all of it
	fn   diag.Span // what is applied
	args []argument
	name string // what the result may be called
}

// argument is a value that something is applied to.
type argument struct {
	v    value
	at   diag.Span
	name *syntax.Ident // nil if positional
}

// spreadOut makes the parts of a tuple the arguments: functions of several inputs follow functions of several results.
func spreadOut(v value, at diag.Span) []argument {
	if t, ok := v.(*tuple); ok {
		out := make([]argument, len(t.elems))
		for i, x := range t.elems {
			out[i] = argument{v: x, at: at}
		}
		return out
	}
	return []argument{{v: v, at: at}}
}

// positional returns the arguments of something whose inputs have no names.
func (c *checker) positional(e *env, s site, what string, n int) ([]operand, bool) {
	for _, a := range s.args {
		if a.name != nil {
			c.errorf(e, diag.ArgumentCount, a.name.Span(), "%s has no argument `%s`", what, a.name.Spelt)
			return nil, false
		}
	}
	if len(s.args) != n {
		c.errorf(e, diag.ArgumentCount, s.at, "%s takes %s, but this gives it %d", what, plural(n, "argument"), len(s.args))
		return nil, false
	}
	out := make([]operand, n)
	for i, a := range s.args {
		if isBad(a.v) {
			return nil, false
		}
		out[i] = operand{a.v, a.at}
	}
	return out, true
}

// row is a scalar operation, applied to each element.
type row struct{ op *ir.Op }

func (r *row) describe() string { return "the function " + r.op.Name }

func (r *row) call(c *checker, e *env, s site) value {
	if len(s.args) == 1 && (r.op == ir.OpMax || r.op == ir.OpMin) && s.args[0].name == nil {
		return c.reduceAll(e, r.op.Name, operand{s.args[0].v, s.args[0].at}, s)
	}
	xs, ok := c.positional(e, s, "`"+r.op.Name+"`", r.op.Args)
	if !ok {
		return bad{}
	}
	numbers := make([]exact.Number, 0, len(xs))
	for _, x := range xs {
		if n, ok := x.v.(number); ok {
			numbers = append(numbers, n.n)
		}
	}
	if len(numbers) == len(xs) {
		if v, ok := exact.Apply(r.op.Name, numbers...); ok {
			return number{n: v}
		}
	}
	if v, ok := r.onIntegers(xs); ok {
		return v
	}
	whole := wholes[r.op.Name]
	float := whole == nil && r.op != ir.OpMax && r.op != ir.OpMin && r.op != ir.OpStop
	hint := r.op.Name
	// What is written out grows with the work of an operation.
	c.steps += 4 * r.op.Cost
	if a, ok := xs[0].v.(*array); ok && a.value != nil && a.value.Name != "" && len(a.value.Name) < maxName {
		hint = a.value.Name + "_" + hint
	}
	return c.elementwise(e, operation{op: r.op, verb: "apply `" + r.op.Name + "` to", at: s.fn, text: s.at, whole: whole, float: float, hint: hint}, xs...)
}

// wholes are the operations that make integers of integers, though their rows are of
// floats.
var wholes = map[string]func(x *ir.Expr) *ir.Expr{
	"abs": func(x *ir.Expr) *ir.Expr { return ir.Apply(ir.OpMax, x, ir.Apply(ir.OpNeg, x)) },
	"sign": func(x *ir.Expr) *ir.Expr {
		k := func(v float64) *ir.Expr { return ir.Lit(ir.I32, v) }
		negative, positive := ir.Apply(ir.OpLt, x, k(0)), ir.Apply(ir.OpLt, k(0), x)
		return ir.Select(negative, k(-1), ir.Select(positive, k(1), k(0)))
	},
}

// onIntegers rounds fractions of sizes and indices.
func (r *row) onIntegers(xs []operand) (value, bool) {
	if len(xs) != 1 {
		return nil, false
	}
	v := xs[0].v
	if a, ok := v.(*array); ok && a.rank() == 0 && a.elem == ir.I32 {
		v = integer{num: intOf(a.at(ir.I32, nil)), den: 1, elem: ir.I32}
	}
	i, ok := v.(integer)
	if !ok {
		return nil, false
	}
	switch r.op.Name {
	case "floor":
		return integer{num: i.num.FloorDiv(i.den), den: 1, elem: i.elem}.simplified(), true
	case "ceil":
		return integer{num: i.num.Neg().FloorDiv(i.den).Neg(), den: 1, elem: i.elem}.simplified(), true
	case "stop":
		return i, true
	}
	return nil, false
}

// identity is id.
type identity struct{}

func (identity) describe() string { return "the function id" }

func (identity) call(c *checker, e *env, s site) value {
	if len(s.args) > 1 {
		t := &tuple{}
		for _, a := range s.args {
			t.elems = append(t.elems, a.v)
		}
		return t
	}
	xs, ok := c.positional(e, s, "`id`", 1)
	if !ok {
		return bad{}
	}
	return xs[0].v
}

// composed is f ∘ g, its stages in the order in which they are applied.
type composed struct{ stages []stage }

type stage struct {
	f  callable
	at diag.Span
}

func (f *composed) describe() string { return "a composition" }

func (f *composed) call(c *checker, e *env, s site) value {
	v := value(bad{})
	for k, g := range f.stages {
		at := s
		at.fn, at.at = g.at, g.at
		if k < len(f.stages)-1 {
			at.name = ""
		}
		if k > 0 {
			at.args = spreadOut(v, f.stages[k-1].at)
		}
		v = c.invoke(e, g.f, at)
		if isBad(v) {
			return v
		}
	}
	return v
}

// compose evaluates the stages of a composition.
func (c *checker) compose(e *env, x *syntax.Compose) value {
	f := &composed{}
	ok := true
	for _, s := range x.Applied() {
		g := c.callableOf(e, s)
		if g == nil {
			ok = false
			continue
		}
		if inner, is := g.(*composed); is {
			f.stages = append(f.stages, inner.stages...)
			continue
		}
		f.stages = append(f.stages, stage{g, s.Span()})
	}
	if !ok {
		return bad{}
	}
	return f
}

// callableOf evaluates what must be a function; nil if it is not, which is reported.
func (c *checker) callableOf(e *env, x syntax.Expr) callable {
	v := c.eval(e, x)
	return c.mustCall(e, v, x.Span())
}

func (c *checker) mustCall(e *env, v value, at diag.Span) callable {
	switch v := v.(type) {
	case bad:
		return nil
	case *layer:
		c.errorf(e, diag.LayerWithoutCall, at, "`%s` is a layer, not an instance of one", v.d.name).
			With(c.declared(v.d.node.Head().Name.Span())).
			Helpf("write %s", v.usage())
		return nil
	case callable:
		return v
	}
	d := c.errorf(e, diag.NotAFunction, at, "`%s` is not a function: it is %s", shorten(at.Text()), v.describe())
	c.origin(d, v, "here", at)
	return nil
}

// invoke applies a function and remembers what the result is called in messages.
func (c *checker) invoke(e *env, f callable, s site) value {
	for _, a := range s.args {
		if isBad(a.v) {
			return bad{}
		}
	}
	if c.steps += 5; c.steps > maxSteps || c.values > maxValues {
		c.giveUp(e, s.at)
	}
	v := f.call(c, e, s)
	if a, ok := v.(*array); ok && a.rank() == 0 && a.elem != untyped && a.value == nil {
		// What is applied again and again must not grow into one expression.
		if c.weightOf(a.at(a.elem, nil)) > 4*maxWeight {
			v = c.store(e, a, a.elem, c.hinted(e, a, "v"), s.at)
		}
	}
	from := origin{shorten(s.fn.Text()), s.fn}
	switch g := f.(type) {
	case *composed:
		return v
	case *instance:
		from = origin{shorten(g.at.Text()), g.at}
	}
	switch v := v.(type) {
	case *array:
		w := *v
		w.from = from
		for _, a := range s.args {
			// What keeps the type is not where it comes from.
			if x, ok := a.v.(*array); ok && x.rank() > 0 && x.from.what != "" && x.elem == v.elem && equalShapes(x.shape, v.shape) {
				w.from = x.from
				break
			}
		}
		return &w
	case *tuple:
		v.from = from
	}
	return v
}

// pointwise is f + g or f - g.
type pointwise struct {
	op       syntax.Op
	at       diag.Span
	f, g     callable
	fAt, gAt diag.Span
}

func (p *pointwise) describe() string { return "a sum of functions" }

func (p *pointwise) call(c *checker, e *env, s site) value {
	s = c.share(e, s)
	left, right := s, s
	left.fn, left.at, right.fn, right.at = p.fAt, p.fAt, p.gAt, p.gAt
	left.name, right.name = "", ""
	x := c.invoke(e, p.f, left)
	y := c.invoke(e, p.g, right)
	return c.binary(e, p.op, p.at, operand{x, p.fAt}, operand{y, p.gAt})
}

// share stores the arguments that are used more than once.
func (c *checker) share(e *env, s site) site {
	args := make([]argument, len(s.args))
	for i, a := range s.args {
		args[i] = a
		if x, ok := a.v.(*array); ok && !x.cheap && x.rank() > 0 {
			args[i].v = c.store(e, x, x.settle(e), c.hinted(e, x, "x"), a.at)
		}
	}
	s.args = args
	return s
}

// settle is the dtype in which an array is stored.
func (a *array) settle(e *env) ir.DType {
	if a.elem == untyped {
		return e.body.real
	}
	return a.elem
}

// hinted is the name of an argument that has to be stored.
func (c *checker) hinted(e *env, a *array, otherwise string) string {
	if a.hint != "" {
		return e.nameOf(a.hint)
	}
	return e.nameOf(otherwise)
}

// iterated applies one function several times.
type iterated struct {
	n  int64
	f  callable
	at diag.Span
}

func (f *iterated) describe() string { return "an iterated function" }

func (f *iterated) call(c *checker, e *env, s site) value {
	v := value(nil)
	if f.n == 0 {
		return identity{}.call(c, e, s)
	}
	for k := range f.n {
		c.steps++
		at := s
		if k > 0 {
			at.args = spreadOut(v, f.at)
		}
		if k < f.n-1 {
			at.name = ""
		}
		v = c.invoke(e, f.f, at)
		if isBad(v) {
			return v
		}
	}
	return v
}
