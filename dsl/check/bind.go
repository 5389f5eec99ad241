package check

import (
	"github.com/gradgen/gradgen/dsl/diag"
	"github.com/gradgen/gradgen/dsl/exact"
	"github.com/gradgen/gradgen/dsl/syntax"
	"github.com/gradgen/gradgen/ir"
)

// binding matches the arguments of a call with the inputs that a function declares. An undeclared size in the types
// is a variable, settled by the first axis that stands for it.
type binding struct {
	c      *checker
	in     *env // of the callee: what is bound goes here
	out    *env // of the caller
	what   string
	at     diag.Span
	later  []func() bool // what has to wait until all sizes are known
	failed bool
}

// inputs binds the arguments of a call to the inputs of a function.
func (c *checker) inputs(in, out *env, fields []*syntax.Field, s site, what string) bool {
	args, ok := c.assign(out, fields, s, what)
	if !ok {
		return false
	}
	b := &binding{c: c, in: in, out: out, what: what, at: s.at}
	types := make([]syntax.Type, len(fields))
	for i, f := range fields {
		types[i] = f.Type
	}
	if !b.real(types, args) {
		return false
	}
	for i, f := range fields {
		a := args[i]
		if a == nil {
			v := c.eval(in, f.Default)
			if isBad(v) {
				return false
			}
			a = &argument{v: v, at: f.Default.Span()}
		}
		if k, isKind := f.Type.(*syntax.KindType); isKind {
			v, ok := c.kind(out, k, f, *a, what)
			if !ok {
				b.failed = true
				continue
			}
			in.set(f.Name.Name, v)
			continue
		}
		b.match(f.Type, a.v, a.at, f, func(v value) {
			in.set(f.Name.Name, named1(v, origin{"parameter `" + f.Name.Spelt + "`", f.Name.Span()}))
		})
	}
	for _, f := range b.later {
		if b.failed {
			break
		}
		if !f() {
			b.failed = true
		}
	}
	return !b.failed
}

// named1 gives a value the origin that messages tell.
func named1(v value, from origin) value {
	if a, ok := v.(*array); ok {
		w := *a
		w.from = from
		return &w
	}
	return v
}

// real settles what `real` means in the callee: the float type of the arguments for it, else that of the caller.
func (b *binding) real(types []syntax.Type, args []*argument) bool {
	b.in.body.real = b.out.body.real
	var fixed ir.DType = untyped
	var first *argument
	ok := true
	var see func(t syntax.Type, v value, a *argument)
	see = func(t syntax.Type, v value, a *argument) {
		switch t := t.(type) {
		case *syntax.TupleType:
			if w, isTuple := v.(*tuple); isTuple && len(w.elems) == len(t.Elems) {
				for i, u := range t.Elems {
					see(u, w.elems[i], a)
				}
			}
		case *syntax.ArrayType:
			x, isArray := v.(*array)
			switch {
			case t.Elem == syntax.F32 && first == nil && fixed == untyped:
				fixed = ir.F32
			case t.Elem == syntax.F64 && first == nil && fixed == untyped:
				fixed = ir.F64
			case t.Elem != syntax.Real || !isArray || x.elem == untyped || !x.elem.IsFloat():
			case first == nil:
				first, fixed = a, x.elem
			case x.elem != fixed && ok:
				d := b.c.errorf(b.out, diag.MixedDTypes, a.at, "%s is given %s and %s: the dtypes differ", b.what, first.v.describe(), v.describe())
				b.c.origin(d, first.v, "first", first.at)
				b.c.origin(d, v, "second", a.at)
				d.Helpf("convert one of them: %s(…)", elemName(fixed))
				ok = false
			}
		}
	}
	for i, t := range types {
		if args[i] != nil {
			see(t, args[i].v, args[i])
		}
	}
	if fixed != untyped {
		b.in.body.real = fixed
	}
	return ok
}

// dtype is the element type that a declared one stands for.
func (e *env) dtype(t syntax.Elem) ir.DType {
	switch t {
	case syntax.F32:
		return ir.F32
	case syntax.F64:
		return ir.F64
	case syntax.I32:
		return ir.I32
	case syntax.Boolean:
		return ir.Bool
	}
	return e.body.real
}

// match matches a value with a declared type and passes on what the callee sees.
func (b *binding) match(t syntax.Type, v value, at diag.Span, f *syntax.Field, set func(value)) {
	if isBad(v) {
		b.failed = true
		return
	}
	if tt, ok := t.(*syntax.TupleType); ok {
		w, isTuple := v.(*tuple)
		if !isTuple || len(w.elems) != len(tt.Elems) {
			b.wrong(f, t, v, at, "it is no tuple of "+exact.Int(int64(len(tt.Elems))).String())
			return
		}
		parts := &tuple{elems: make([]value, len(w.elems))}
		for i := range w.elems {
			b.match(tt.Elems[i], w.elems[i], at, f, func(x value) { parts.elems[i] = x })
		}
		set(parts)
		return
	}
	at_, ok := t.(*syntax.ArrayType)
	if !ok {
		b.wrong(f, t, v, at, "a hyper-parameter stands in the first list")
		return
	}
	a := asArray(v)
	if a == nil {
		b.wrong(f, t, v, at, "")
		return
	}
	dt := b.in.dtype(at_.Elem)
	if problem := fitsDType(a, v, dt); problem != "" {
		b.wrong(f, t, v, at, problem)
		return
	}
	if a.rank() == 0 {
		if len(at_.Axes) == 0 {
			set(b.scalar(v, a, dt, f, at))
			return
		}
		// A scalar fills a declared shape, once its sizes are known; where nothing else says what `...` is, no axes.
		b.later = append(b.later, func() bool {
			if len(at_.Axes) == 1 && isDots(at_.Axes[0]) && len(b.in.body.dots) == 0 {
				b.in.body.dots = []size{}
				set(b.scalar(v, a, dt, f, at))
				return true
			}
			shape, ok := b.c.shape(b.in, at_)
			if ok {
				x := a.at
				if a.elem != untyped {
					fixed := a.element(dt, nil)
					x = func(ir.DType, []ir.Int) *ir.Expr { return fixed }
				}
				set(&array{elem: dt, shape: shape, cheap: a.cheap, at: func(_ ir.DType, _ []ir.Int) *ir.Expr { return x(dt, nil) }})
			}
			return ok
		})
		return
	}
	if !b.shape(at_, a, f, v, at) {
		return
	}
	set(b.array(a, dt, f, at))
}

// fitsDType says why an array cannot be passed for a dtype, or nothing.
func fitsDType(a *array, v value, dt ir.DType) string {
	switch {
	case a.elem == dt:
	case a.elem == ir.Bool:
		return "it is a bool"
	case dt == ir.Bool:
		return "it is not a bool"
	case a.elem == untyped && dt == ir.I32 && !a.whole:
		return "it is not a whole number"
	case a.elem == untyped:
		if n, ok := v.(number); ok && dt == ir.I32 {
			if k, _ := n.n.Int64(); k < -1<<31 || k >= 1<<31 {
				return "it is beyond 32 bits"
			}
		}
	case a.elem == ir.I32 && dt.IsFloat():
	default:
		return "the dtypes differ"
	}
	return ""
}

// scalar is what the callee sees of a scalar. Numbers and sizes stay exact.
func (b *binding) scalar(v value, a *array, dt ir.DType, f *syntax.Field, at diag.Span) value {
	switch v.(type) {
	case number, integer, boolean:
		return v
	}
	if a.elem == untyped {
		return a
	}
	x := a.element(dt, nil)
	if b.c.weightOf(x) <= maxWeight {
		return scalar(x)
	}
	return b.c.store(b.out, scalar(x), dt, b.c.hinted(b.out, a, f.Name.Name), at)
}

// array is what the callee sees of an array: a value, unless an element is only a read.
func (b *binding) array(a *array, dt ir.DType, f *syntax.Field, at diag.Span) value {
	shape := make([]size, a.rank())
	copy(shape, a.shape)
	if t, ok := f.Type.(*syntax.ArrayType); ok {
		shape = b.c.renamed(b.in, t, a.shape)
	}
	out := a
	if !a.cheap {
		out = b.c.store(b.out, a, dt, b.c.hinted(b.out, a, f.Name.Name), at)
	} else if a.elem != dt {
		out = &array{cheap: true, at: func(_ ir.DType, i []ir.Int) *ir.Expr { return a.element(dt, i) }}
	}
	w := *out
	w.elem, w.shape = dt, shape
	return &w
}

// wrong reports an argument that does not fit its declaration.
func (b *binding) wrong(f *syntax.Field, t syntax.Type, v value, at diag.Span, why string) {
	b.failed = true
	declared := t.Span().Text()
	if f.Name != nil {
		declared = f.Name.Spelt + ": " + declared
	}
	if why != "" {
		why = ": " + why
	}
	d := b.c.errorf(b.out, diag.WrongArgument, at, "%s takes `%s`, but this is %s%s", b.what, shorten(declared), v.describe(), why)
	b.c.origin(d, v, "given", at)
	if !b.c.inPrelude(f.Span()) {
		d.Note(f.Span(), "declared", "%s", declared)
	}
	if why == ": the dtypes differ" {
		d.Helpf("convert it: %s(…)", elemName(b.in.dtype(t.(*syntax.ArrayType).Elem)))
	}
}
