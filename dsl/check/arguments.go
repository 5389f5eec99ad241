package check

import (
	"slices"
	"strings"

	"github.com/gradgen/gradgen/dsl/diag"
	"github.com/gradgen/gradgen/dsl/syntax"
)

// assign finds the argument of each field: by position, by name, or the default. Fields without one are nil.
func (c *checker) assign(e *env, fields []*syntax.Field, s site, what string) ([]*argument, bool) {
	if len(s.args) == 1 && s.args[0].name == nil && len(fields) > 1 {
		if t, ok := s.args[0].v.(*tuple); ok {
			s.args = spreadOut(t, s.args[0].at)
		}
	}
	out := make([]*argument, len(fields))
	ok := true
	for k := range s.args {
		a := &s.args[k]
		i := k
		if a.name != nil {
			i = slices.IndexFunc(fields, func(f *syntax.Field) bool { return f.Name.Name == a.name.Name })
			if i < 0 {
				names := make([]string, len(fields))
				for j, f := range fields {
					names[j] = f.Name.Name
				}
				d := c.errorf(e, diag.ArgumentCount, a.name.Span(), "%s has no argument `%s`", what, a.name.Spelt)
				if n := diag.Suggest(a.name.Name, names); n != "" {
					d.Helpf("is it meant to be `%s`?", n)
				} else if len(names) > 0 {
					d.Helpf("its arguments are %s", strings.Join(names, ", "))
				}
				ok = false
				continue
			}
		}
		if i >= len(fields) {
			c.errorf(e, diag.ArgumentCount, a.at, "%s takes %s, but this gives it %d", what, plural(len(fields), "argument"), len(s.args))
			return nil, false
		}
		if out[i] != nil {
			c.errorf(e, diag.ArgumentCount, a.at, "the argument `%s` is given twice", fields[i].Name.Spelt)
			ok = false
			continue
		}
		out[i] = a
	}
	for i, f := range fields {
		if out[i] == nil && f.Default == nil && ok {
			c.errorf(e, diag.ArgumentCount, s.at, "%s needs the argument `%s`", what, f.Name.Spelt).
				Note(c.visibleSpan(f.Span()), "declared", "%s", f.Span().Text())
			ok = false
		}
	}
	return out, ok
}

// visibleSpan hides places in the prelude, which users do not see.
func (c *checker) visibleSpan(at diag.Span) diag.Span {
	if c.inPrelude(at) {
		return diag.Span{}
	}
	return at
}
