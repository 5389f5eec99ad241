package check

import (
	"regexp"
	"strconv"

	"github.com/gradgen/gradgen/dsl/diag"
	"github.com/gradgen/gradgen/dsl/exact"
	"github.com/gradgen/gradgen/dsl/syntax"
)

// labelPath is what a quoted label may be: the names of foreign parameters, never more.
var labelPath = regexp.MustCompile(`^[A-Za-z0-9_]+(\.[A-Za-z0-9_]+)*$`)

// label evaluates `fc1: Dense(10)`.
func (c *checker) label(e *env, x *syntax.Label) value {
	name, at := "", diag.Span{}
	if x.Path != nil {
		name, at = x.Path.Value, x.Path.Span()
		if !labelPath.MatchString(name) || len(name) > 100 {
			c.errorf(e, diag.BadLabel, at, "the label `%s` is no path", name).
				Helpf("it consists of letters, digits and underscores, with points between the parts")
			return bad{}
		}
	} else {
		name, at = x.Name.Name, x.Name.Span()
	}
	if e.labels == nil {
		c.errorf(e, diag.NotHere, at, "a label names an instance in a layer or a model").
			Helpf("a fn calls models; parameters belong to a model")
		return bad{}
	}
	if old := e.labels.items[name]; old != nil && old.at != at {
		c.errorf(e, diag.NeedsLabel, at, "the label `%s` is used twice", name).Note(old.at, "first", "here").
			Helpf("write `%s` alone to use the same instance again", name)
		return bad{}
	} else if old != nil {
		// The same text, evaluated again: a step, or a shape that is asked for.
		if call := c.labelled(e, x.X); call != nil {
			return c.evalWith(e, x.X, call, old.f)
		}
		return old.f
	}
	o := &owner{name: name, at: at, in: e.labels}
	if call := c.labelled(e, x.X); call != nil {
		l, ok := c.eval(e, call.Fn).(*layer)
		if !ok {
			return bad{}
		}
		v := c.instance(e, l, call, o)
		e.labels.define(name, v, at)
		return c.evalWith(e, x.X, call, v)
	}
	if call := c.stacked(e, x.X); call != nil {
		v := c.copies(e, call, o)
		e.labels.define(name, v, at)
		return v
	}
	in := e.child()
	in.labels = newLabels(e.labels, o.path()+".", e.labels.model, o)
	v := c.eval(in, x.X)
	if _, isLayer := v.(*layer); isLayer {
		c.mustCall(e, v, x.X.Span())
		v = bad{}
	}
	e.labels.define(name, v, at)
	return v
}

// labelled finds the call that makes the instance which a label names: GRU(32) in GRU(32)(xs, 0).
func (c *checker) labelled(e *env, x syntax.Expr) *syntax.Call {
	call, ok := x.(*syntax.Call)
	if !ok {
		return nil
	}
	if inner := c.labelled(e, call.Fn); inner != nil {
		return inner
	}
	id, ok := syntax.Unparen(call.Fn).(*syntax.Ident)
	if !ok {
		return nil
	}
	if v, found := c.resolve(e, id); found {
		if _, isLayer := v.(*layer); isLayer {
			return call
		}
	}
	return nil
}

// evalWith evaluates an expression in which one call has its value already.
func (c *checker) evalWith(e *env, x syntax.Expr, call *syntax.Call, v value) value {
	if x == syntax.Expr(call) || isBad(v) {
		return v
	}
	in := e.child()
	in.given = map[*syntax.Call]value{call: v}
	return c.eval(in, x)
}

// maxCopies bounds stack and iterate.
const maxCopies = 10_000

// count evaluates how often stack and iterate repeat.
func (c *checker) count(e *env, x *syntax.Call, what string) (int64, bool) {
	if len(x.Args) != 2 || x.Args[0].Name != nil || x.Args[1].Name != nil {
		c.errorf(e, diag.ArgumentCount, x.Span(), "`%s` takes 2 arguments: how often, and what", what)
		return 0, false
	}
	v := c.eval(e, x.Args[0].Value)
	if isBad(v) {
		return 0, false
	}
	n, ok := int64(0), false
	if k, isNumber := v.(number); isNumber {
		n, ok = k.n.Int64()
	}
	switch {
	case !ok || n < 0:
		c.errorf(e, diag.BadSize, x.Args[0].Span(), "`%s` repeats a constant number of times, but this is %s", what, v.describe())
		return 0, false
	case n > maxCopies:
		c.errorf(e, diag.ProgramTooLarge, x.Args[0].Span(), "`%s` repeats at most %d times, but this is %s", what, maxCopies, exact.Int(n)).
			Helpf("repetition of work is written as an axis of an array, or as a scan")
		return 0, false
	}
	return n, true
}

// stack evaluates stack(n, layer) without a label: the stack is called after itself.
func (c *checker) stack(e *env, x *syntax.Call) value {
	return c.copies(e, x, &owner{name: "stack", at: x.Span(), in: e.labels})
}

// stacked returns the call if an expression is stack(n, layer).
func (c *checker) stacked(e *env, x syntax.Expr) *syntax.Call {
	call, ok := x.(*syntax.Call)
	if !ok {
		return nil
	}
	if id, ok := syntax.Unparen(call.Fn).(*syntax.Ident); ok && id.Name == "stack" && !c.shadowed(e, "stack") {
		return call
	}
	return nil
}

// copies makes the instances of a stack, with parameters of their own, numbered from 0.
func (c *checker) copies(e *env, x *syntax.Call, of *owner) value {
	n, ok := c.count(e, x, "stack")
	if !ok {
		return bad{}
	}
	if e.labels == nil {
		c.errorf(e, diag.NotHere, x.Span(), "copies with parameters of their own belong to a layer or a model").
			Helpf("iterate(%d, f) applies one function several times", n)
		return bad{}
	}
	in := newLabels(e.labels, of.path()+".", e.labels.model, of)
	what := x.Args[1].Value
	f := &composed{}
	for k := range n {
		if c.steps += 20; c.steps > maxSteps {
			c.giveUp(e, x.Span())
		}
		one := e.child()
		o := &owner{name: strconv.FormatInt(k, 10), at: what.Span(), in: in}
		one.labels = newLabels(in, o.path()+".", in.model, o)
		var v value
		if call := c.labelled(one, what); call != nil {
			l, _ := c.eval(one, call.Fn).(*layer)
			v = c.evalWith(one, what, call, c.instance(one, l, call, o))
		} else {
			v = c.eval(one, what)
		}
		g := c.mustCall(e, v, what.Span())
		if g == nil {
			return bad{}
		}
		f.stages = append(f.stages, stage{g, what.Span()})
	}
	if n == 0 {
		return identity{}
	}
	return f
}

// iterate evaluates iterate(n, f): one function, applied n times.
func (c *checker) iterate(e *env, x *syntax.Call) value {
	n, ok := c.count(e, x, "iterate")
	if !ok {
		return bad{}
	}
	f := c.callableOf(e, x.Args[1].Value)
	if f == nil {
		return bad{}
	}
	return &iterated{n, f, x.Args[1].Span()}
}
