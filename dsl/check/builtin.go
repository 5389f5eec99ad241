package check

import (
	"maps"
	"slices"

	"github.com/gradgen/gradgen/dsl/diag"
	"github.com/gradgen/gradgen/dsl/exact"
	"github.com/gradgen/gradgen/dsl/syntax"
	"github.com/gradgen/gradgen/ir"
)

// builtin is a function that cannot be written in the language.
type builtin struct {
	name string
	do   func(c *checker, e *env, s site) value
}

func (f *builtin) describe() string { return "the function " + f.name }

func (f *builtin) call(c *checker, e *env, s site) value { return f.do(c, e, s) }

var builtins map[string]func(c *checker, e *env, s site) value

func init() {
	builtins = map[string]func(c *checker, e *env, s site) value{
		"f32": cast(func(*env) ir.DType { return ir.F32 }), "f64": cast(func(*env) ir.DType { return ir.F64 }),
		"i32": cast(func(*env) ir.DType { return ir.I32 }), "real": cast(func(e *env) ir.DType { return e.body.real }),
		"size": sizeOf,
		"scan": func(c *checker, e *env, s site) value { return c.scan(e, s) },
	}
	for _, kind := range []string{"sum", "prod", "mean"} {
		builtins[kind] = func(c *checker, e *env, s site) value {
			xs, ok := c.positional(e, s, "`"+kind+"`", 1)
			if !ok {
				return bad{}
			}
			return c.reduceAll(e, kind, xs[0], s)
		}
	}
}

// special are the functions whose arguments are not all values: reshape takes sizes, stack makes copies.
var special = map[string]func(c *checker, e *env, x *syntax.Call) value{}

func init() {
	special["reshape"] = (*checker).reshape
	special["stack"] = (*checker).stack
	special["iterate"] = (*checker).iterate
}

func predeclaredNames() []string {
	out := []string{"pi", "inf", "nan", "id", "training"}
	out = append(out, slices.Sorted(maps.Keys(builtins))...)
	out = append(out, slices.Sorted(maps.Keys(special))...)
	for _, op := range ir.Ops {
		if rowNamed(op.Name) != nil {
			out = append(out, op.Name)
		}
	}
	return out
}

// callExpr evaluates an application, or makes an instance of a layer. name is what the result may be called.
func (c *checker) callExpr(e *env, x *syntax.Call, name string) value {
	if v, ok := e.giving(x); ok {
		return v
	}
	if id, ok := syntax.Unparen(x.Fn).(*syntax.Ident); ok {
		if f := special[id.Name]; f != nil && !c.shadowed(e, id.Name) {
			return f(c, e, x)
		}
	}
	if c.isLeadingSize(e, x) {
		return c.leadingSize(e, x)
	}
	v := c.eval(e, x.Fn)
	if l, ok := v.(*layer); ok {
		return c.instance(e, l, x, nil)
	}
	f := c.mustCall(e, v, x.Fn.Span())
	s := site{at: x.Span(), fn: x.Fn.Span(), name: name}
	good := f != nil
	for _, a := range x.Args {
		v := c.eval(e, a.Value)
		good = good && !isBad(v)
		s.args = append(s.args, argument{v: v, at: a.Value.Span(), name: a.Name})
	}
	if !good {
		return bad{}
	}
	return c.invoke(e, f, s)
}

// shadowed reports whether the program gives a predeclared name another meaning.
func (c *checker) shadowed(e *env, name string) bool {
	_, ok := e.local(name)
	return ok || e.scope.find(valueTable, name) != nil
}

// cast converts to a dtype.
func cast(to func(*env) ir.DType) func(c *checker, e *env, s site) value {
	return func(c *checker, e *env, s site) value {
		t := to(e)
		xs, ok := c.positional(e, s, "`"+t.String()+"`", 1)
		if !ok {
			return bad{}
		}
		a := asArray(xs[0].v)
		if a == nil {
			c.notAnArray(e, operation{verb: "convert"}, xs[0])
			return bad{}
		}
		out := &array{elem: t, shape: a.shape, cheap: a.cheap, hint: a.hint}
		from := a.elem
		if from == untyped {
			from = ir.F64
			if t.IsFloat() || a.whole {
				from = t
			}
		}
		out.at = func(_ ir.DType, i []ir.Int) *ir.Expr { return ir.Cast(t, a.element(from, i)) }
		if a.rank() == 0 {
			return scalar(out.at(t, nil))
		}
		return out
	}
}

// sizeOf is size(x), the number of elements, and size(x, k), the length of an axis.
func sizeOf(c *checker, e *env, s site) value {
	if len(s.args) == 1 {
		s.args = append(slices.Clip(s.args), argument{v: number{n: exact.Int(-1)}})
	}
	xs, ok := c.positional(e, s, "`size`", 2)
	if !ok {
		return bad{}
	}
	a, isArray := xs[0].v.(*array)
	k, isInt := asInt(xs[1].v)
	n, isConst := k.num.IsConst()
	if !isArray || !isInt || !isConst || n >= int64(a.rank()) {
		c.errorf(e, diag.BadSize, s.at, "`size` takes an array and the number of one of its axes")
		return bad{}
	}
	if n >= 0 {
		return a.shape[n].value(a.shape[n].name)
	}
	total := ir.Const(1)
	for _, l := range a.shape {
		if total, ok = product(total, l.n); !ok {
			c.errorf(e, diag.ArrayTooLarge, s.at, "the array has too many elements")
			return bad{}
		}
	}
	return size{n: total}.value("")
}

// reduceAll is sum(x) and its kin: a reduction over all axes.
func (c *checker) reduceAll(e *env, kind string, x operand, s site) value {
	if isBad(x.v) {
		return bad{}
	}
	a := asArray(x.v)
	if a == nil {
		c.notAnArray(e, operation{verb: "take `" + kind + "` of"}, x)
		return bad{}
	}
	if a.rank() == 0 {
		return x.v
	}
	axes := ir.Axes(lengths(a.shape))
	t := a.elem
	if t == untyped {
		t = e.body.real
	}
	in := e.child()
	for _, i := range axes {
		in.loops = append(slices.Clip(in.loops), i)
	}
	name := s.name
	if name == "" {
		name = c.suffixed(e, kind)
	}
	body := scalar(a.element(t, ir.AxisInts(axes)))
	return c.reduceOver(in, e, reduction{kind: kind, axes: axes, name: name, at: s.at}, body, body, x.at)
}
