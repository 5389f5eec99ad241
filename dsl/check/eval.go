package check

import (
	"github.com/gradgen/gradgen/dsl/diag"
	"github.com/gradgen/gradgen/dsl/exact"
	"github.com/gradgen/gradgen/dsl/syntax"
	"github.com/gradgen/gradgen/ir"
)

// eval evaluates an expression. An error in it is reported and makes it bad.
func (c *checker) eval(e *env, x syntax.Expr) value {
	c.spend(e, x)
	switch x := x.(type) {
	case *syntax.Paren:
		return c.eval(e, x.X)
	case *syntax.Ident:
		return c.ident(e, x)
	case *syntax.Number:
		return number{exact.Rat(x.Rat()), ""}
	case *syntax.Bool:
		return boolean{x.Value}
	case *syntax.Tuple:
		t := &tuple{elems: make([]value, len(x.Elems))}
		for i, y := range x.Elems {
			t.elems[i] = c.eval(e, y)
		}
		return t
	case *syntax.Vector:
		return c.vector(e, x)
	case *syntax.Call:
		return c.callExpr(e, x, "")
	case *syntax.Index:
		return c.read(e, x)
	case *syntax.Select:
		return c.selected(e, x)
	case *syntax.Transpose:
		return c.transpose(e, x)
	case *syntax.Label:
		return c.label(e, x)
	case *syntax.Power:
		return c.power(e, x)
	case *syntax.Unary:
		return c.unary(e, x)
	case *syntax.Compose:
		return c.compose(e, x)
	case *syntax.Chain:
		return c.chain(e, x)
	case *syntax.Compare:
		return c.compare(e, x)
	case *syntax.If:
		return c.ifThenElse(e, x)
	case *syntax.Reduce:
		return c.reduceExpr(e, x)
	case *syntax.Concat:
		return c.concat(e, x)
	case *syntax.Ellipsis:
		c.errorf(e, diag.MisplacedEllipsis, x.Span(), "`...` is not a value").
			Helpf("the number of elements of the leading axes is prod(...)")
		return bad{}
	}
	c.errorf(e, diag.NotAnArray, x.Span(), "this is not a value")
	return bad{}
}

// evalAs evaluates the right side of a statement; the value that it makes last gets the name.
func (c *checker) evalAs(e *env, x syntax.Expr, name string) value {
	switch y := syntax.Unparen(x).(type) {
	case *syntax.Reduce:
		c.spend(e, x)
		return c.reduce(e, y, name)
	case *syntax.Call:
		c.spend(e, x)
		return c.callExpr(e, y, name)
	}
	return c.eval(e, x)
}

// ident resolves a name: what the body binds, labels, declarations, then what is predeclared.
func (c *checker) ident(e *env, x *syntax.Ident) value {
	if v, ok := c.resolve(e, x); ok {
		return v
	}
	c.undefined(e, x)
	return bad{}
}

// resolve looks a name up and reports nothing if there is none.
func (c *checker) resolve(e *env, x *syntax.Ident) (value, bool) {
	if v, ok := e.local(x.Name); ok {
		return v, true
	}
	for l := e.labels; l != nil; l = l.up {
		if it := l.items[x.Name]; it != nil {
			return it.f, true
		}
	}
	if d := e.scope.find(valueTable, x.Name); d != nil {
		return c.valueOf(d, x), true
	}
	if e.scope.isBad(x.Name) {
		return bad{}, true
	}
	if v := c.predeclared(e, x); v != nil {
		return v, true
	}
	return nil, false
}

// predeclared resolves the names that every program has.
func (c *checker) predeclared(e *env, x *syntax.Ident) value {
	switch x.Name {
	case "pi":
		return number{exact.Pi(), ""}
	case "inf":
		return number{exact.Inf(), ""}
	case "nan":
		return number{exact.NaN, ""}
	case "id":
		return identity{}
	case "training":
		e.body.root.usedTraining = true
		return boolean{e.body.root.training}
	}
	if b := builtins[x.Name]; b != nil {
		return &builtin{name: x.Name, do: b}
	}
	if op := rowNamed(x.Name); op != nil {
		return &row{op}
	}
	return nil
}

// rowNamed finds a row of the table of scalar operations that programs may call.
func rowNamed(name string) *ir.Op {
	op := ir.OpByName(name)
	if op == nil || op.Eval == nil || op.Bool || op == ir.OpSelect || op == ir.OpMulZ || op == ir.OpNeg || name[0] < 'a' || name[0] > 'z' {
		return nil
	}
	return op
}

// undefined reports a name that nothing declares.
func (c *checker) undefined(e *env, x *syntax.Ident) { c.notDefined(e, x, c.visible(e), "") }

// notDefined reports a name that nothing declares, once unless it looks misspelt; nil stands for a report before.
func (c *checker) notDefined(e *env, x *syntax.Ident, candidates []string, help string) *diag.Diagnostic {
	s := diag.Suggest(x.Name, candidates)
	if s == "" && c.quiet == 0 {
		if at, known := c.missing[x.Name]; known && at != x.Span() {
			return nil
		}
		c.missing[x.Name] = x.Span()
	}
	d := c.errorf(e, diag.Undefined, x.Span(), "`%s` is not defined", x.Spelt)
	switch {
	case s != "":
		d.Helpf("is it meant to be `%s`?", s)
	case reducers[x.Name] != nil:
		d.Helpf("`%s` takes its indices in brackets: %s[i](…)", x.Name, x.Name)
	case x.Name == "concat":
		d.Helpf("`concat` takes its axis in brackets: concat[0](a, b)")
	case x.Name == "random":
		d.Helpf("`random` is a draw in the formula of an init, and random[i] one in a layer")
	case help != "":
		d.Helpf("%s", help)
	}
	return d
}

// visible lists the names that could have been meant.
func (c *checker) visible(e *env) []string {
	out := e.localNames()
	for l := e.labels; l != nil; l = l.up {
		out = append(out, l.names()...)
	}
	out = append(out, e.scope.names(valueTable)...)
	out = append(out, predeclaredNames()...)
	return out
}

// scalarOf evaluates what must be a single number or truth: the value of an equation, of a reduction.
func (c *checker) scalarOf(e *env, v value, at diag.Span, what string) *array {
	if isBad(v) {
		return nil
	}
	a := asArray(v)
	switch {
	case a == nil:
		c.errorf(e, diag.NotAnArray, at, "%s is a number, but this is %s", what, v.describe())
		return nil
	case a.rank() > 0:
		d := c.errorf(e, diag.NeedsScalar, at, "%s is a number, but this is %s", what, a.describe())
		c.origin(d, a, "array", at)
		d.Helpf("name its indices, as in x[%s]", indexNames(a.rank()))
		return nil
	}
	return a
}

func indexNames(n int) string {
	text := ""
	for k := range n {
		if k > 0 {
			text += ", "
		}
		text += string("ijklmnpq"[k%8])
	}
	return text
}

// origin adds the note that says what an operand is and where it comes from.
func (c *checker) origin(d *diag.Diagnostic, v value, label string, at diag.Span) {
	n := diag.Note{Span: at, Label: label, Text: v.describe()}
	var from origin
	switch v := v.(type) {
	case *array:
		from = v.from
	case *tuple:
		from = v.from
	}
	if from.what != "" && from.span.IsValid() && !c.inPrelude(from.span) {
		n.From, n.Origin = from.what, from.span
	}
	d.With(n)
}

// floatFor is the dtype of an array that adapts, or is made of integers, where a float is needed.
func (e *env) floatFor(t ir.DType) ir.DType {
	if t.IsFloat() && t != untyped {
		return t
	}
	return e.body.real
}
