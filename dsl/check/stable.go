package check

import (
	"github.com/gradgen/gradgen/dsl/diag"
	"github.com/gradgen/gradgen/ir"
	"github.com/gradgen/gradgen/ir/stable"
)

// stable gives an operation its stable form, if it completes a formula that has one, and warns. Here the text of the
// formula is known, and nothing was differentiated yet.
func (c *checker) stable(e *env, x *ir.Expr, at diag.Span) *ir.Expr {
	if !at.IsValid() || e.exact {
		return x
	}
	f := stable.Find(&library{c, e, at}, x)
	if f == nil {
		return x
	}
	if f.Expr == nil {
		c.warnf(diag.Unstable, at, "this is `%s`, which %s", f.Form.From, f.Rule.Why).
			With(diag.Note{Label: "kept", Text: f.Rule.Kept}).
			Helpf("write %s", f.Instead())
		return x
	}
	c.warnf(diag.Rewritten, at, "this is `%s`, which %s", f.Form.From, f.Rule.Why).
		Helpf("write %s, which is computed in any case", f.Instead())
	c.weight[f.Expr] = c.weightOf(x)
	c.inherit(f.Expr, x)
	return f.Expr
}

// inherit makes the new reads in y rely on what those in x did, which it stands for.
func (c *checker) inherit(y, x *ir.Expr) {
	old := map[*ir.Expr]bool{}
	var needs []ir.Pred
	x.Walk(func(r *ir.Expr) {
		old[r] = true
		needs = append(needs, c.needs[r]...)
	})
	if len(needs) == 0 {
		return
	}
	y.Walk(func(r *ir.Expr) {
		if r.Op == ir.OpRead && !old[r] {
			c.needs[r] = needs
		}
	})
}

// library makes the functions of the prelude for stable forms, for a formula that stands at a place.
type library struct {
	c  *checker
	e  *env
	at diag.Span
}

func (l *library) Is(f *ir.Func, name string) bool {
	d := l.c.ruledBy[f]
	return d != nil && d == l.c.prelude.values[name]
}

func (l *library) Call(name string, args ...*ir.Value) *ir.Value {
	s := site{at: l.at, fn: l.at, name: name}
	for _, v := range args {
		shape := make([]size, len(v.Type.Shape))
		for k, n := range v.Type.Shape {
			shape[k] = size{n: n}
		}
		s.args = append(s.args, argument{v: stored(v, shape), at: l.at})
	}
	return l.c.preludeFunction(name).call(l.c, l.e, s).(*array).value
}

func (l *library) Builder() *ir.Builder {
	l.c.place(l.e, l.at)
	return l.c.b
}
