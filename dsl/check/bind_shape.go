package check

import (
	"slices"

	"github.com/gradgen/gradgen/dsl/diag"
	"github.com/gradgen/gradgen/dsl/exact"
	"github.com/gradgen/gradgen/dsl/syntax"
)

func isDots(x syntax.Expr) bool {
	_, ok := x.(*syntax.Ellipsis)
	return ok
}

// renamed calls the sizes of a shape what the callee calls them.
func (c *checker) renamed(e *env, t *syntax.ArrayType, shape []size) []size {
	out := slices.Clone(shape)
	lead := 0
	for i, x := range t.Axes {
		if isDots(x) {
			lead = len(shape) - len(t.Axes)
			continue
		}
		if id, ok := syntax.Unparen(x).(*syntax.Ident); ok && lead+i < len(out) {
			out[lead+i].name = id.Name
		}
	}
	return out
}

// dots settles what `...` stands for.
func (b *binding) dots(lead []size, f *syntax.Field, t syntax.Type, v value, at diag.Span) bool {
	if lead == nil {
		lead = []size{}
	}
	if b.in.body.dots == nil {
		b.in.body.dots = lead
		return true
	}
	if _, same := sameShape(b.in.body.dots, lead); !same {
		b.wrong(f, t, v, at, "`...` stands for "+bracketed(b.in.body.dots)+" already")
		return false
	}
	return true
}

func bracketed(shape []size) string {
	if len(shape) == 0 {
		return "no axes"
	}
	return shapeText(shape)
}

// shape matches the shape of an argument with a declared one.
func (b *binding) shape(t *syntax.ArrayType, a *array, f *syntax.Field, v value, at diag.Span) bool {
	want := t.Axes
	have := a.shape
	if len(want) > 0 && isDots(want[0]) {
		lead := len(have) - (len(want) - 1)
		if lead < 0 {
			b.wrong(f, t, v, at, "it has "+axes(len(have)))
			return false
		}
		if !b.dots(have[:lead], f, t, v, at) {
			return false
		}
		want, have = want[1:], have[lead:]
	}
	if len(want) != len(have) {
		b.wrong(f, t, v, at, "it has "+axes(len(have))+", not "+exact.Int(int64(len(want))).String())
		return false
	}
	for i, x := range want {
		axis := a.rank() - len(have) + i
		if id, ok := syntax.Unparen(x).(*syntax.Ident); ok && b.c.isFree(b.in, id) {
			b.in.set(id.Name, size{n: have[i].n}.value(id.Name))
			b.in.body.outer[id.Name] = have[i]
			continue
		}
		check := func() bool {
			if free := b.c.freeIn(b.in, x); free != nil {
				b.c.errorf(b.out, diag.UnknownSize, b.at, "%s cannot find its size `%s`: no axis of an argument is just that", b.what, free.Spelt)
				return false
			}
			s, ok := b.c.size(b.in, x)
			if !ok {
				return false
			}
			if !s.n.Equal(have[i].n) {
				b.wrong(f, t, v, at, "axis "+exact.Int(int64(axis)).String()+" is "+have[i].String()+", not "+s.String())
				return false
			}
			return true
		}
		if b.c.freeIn(b.in, x) != nil || b.c.needsLeading(b.in, x) {
			b.later = append(b.later, check)
		} else if !check() {
			b.failed = true
			return false
		}
	}
	return true
}

// isFree reports whether a name in a type is a variable that nothing has settled yet.
func (c *checker) isFree(e *env, id *syntax.Ident) bool {
	if _, ok := e.local(id.Name); ok {
		return false
	}
	return e.scope.find(valueTable, id.Name) == nil && !e.scope.isBad(id.Name)
}

// freeIn returns a variable in a size expression that nothing has settled yet.
func (c *checker) freeIn(e *env, x syntax.Expr) (free *syntax.Ident) {
	syntax.Inspect(x, func(n syntax.Node) bool {
		if call, ok := n.(*syntax.Call); ok {
			for _, a := range call.Args {
				if free == nil {
					free = c.freeIn(e, a.Value)
				}
			}
			return false
		}
		if id, ok := n.(*syntax.Ident); ok && free == nil && c.isFree(e, id) && c.predeclared(e, id) == nil {
			free = id
		}
		return free == nil
	})
	return free
}

// shape evaluates the axes of a declared type in an env where all its sizes are known.
func (c *checker) shape(e *env, t *syntax.ArrayType) ([]size, bool) {
	var out []size
	for _, x := range t.Axes {
		if isDots(x) {
			out = append(out, e.body.dots...)
			continue
		}
		s, ok := c.size(e, x)
		if !ok {
			return nil, false
		}
		if s.name == "" {
			if id, isName := syntax.Unparen(x).(*syntax.Ident); isName {
				s.name = id.Name
			}
		}
		out = append(out, s)
	}
	if problem, ok := fits(out); !ok {
		c.errorf(e, diag.ArrayTooLarge, t.Span(), "%s, and this is %s", problem, shapeText(out))
		return nil, false
	}
	return out, true
}
