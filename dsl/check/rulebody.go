package check

import (
	"github.com/gradgen/gradgen/dsl/diag"
	"github.com/gradgen/gradgen/dsl/syntax"
	"github.com/gradgen/gradgen/ir"
)

// linear is a tangent or a cotangent that a rule names.
type linear struct {
	name *syntax.Ident
	a    *array
	over bool
}

// named pairs what a rule names with what there is.
func (c *checker) linears(e *env, n *syntax.RuleDecl, have []linear, what string) ([]linear, bool) {
	if len(n.Linear) != len(have) {
		c.errorf(e, diag.RuleForm, n.Linear[0].Span(), "the rule needs %s here, %s, but it names %d", plural(len(have), "name"), what, len(n.Linear))
		return nil, false
	}
	for i := range have {
		have[i].name = n.Linear[i]
	}
	return have, true
}

// jvpRule instantiates the forward rule: the arguments and a tangent for each float argument to a tangent for each
// float result.
func (c *checker) jvpRule(r *ruleCall, f *ir.Func, n *syntax.RuleDecl) *ir.Func {
	var tangents []linear
	for i, a := range r.args {
		if a.elem.IsFloat() {
			tangents = append(tangents, linear{a: a, over: r.over[i]})
		}
	}
	tangents, ok := c.linears(r.e, n, tangents, "a tangent for each argument that is no integer")
	if !ok {
		return nil
	}
	e, loops, params := c.ruleEnv(r, n.Inputs, tangents)
	var want []*ruleResult
	for k, v := range f.Results {
		if v.Type.DType.IsFloat() {
			want = append(want, &ruleResult{a: &array{elem: v.Type.DType, shape: c.rules[r.key()].shapes[k]}, loops: loops, name: "d" + v.Name})
		}
	}
	g := &ir.Func{Name: f.Name + "_jvp", Place: irPlace(n.Name.Span()), Params: params}
	return c.ruleResults(e, n, g, want, params[len(r.args):])
}

// vjpRule instantiates the reverse rule: the arguments and a cotangent for each float result to a cotangent for each
// float argument.
func (c *checker) vjpRule(r *ruleCall, f *ir.Func, n *syntax.RuleDecl) *ir.Func {
	var cotangents []linear
	for k, v := range f.Results {
		if v.Type.DType.IsFloat() {
			cotangents = append(cotangents, linear{a: &array{elem: v.Type.DType, shape: c.rules[r.key()].shapes[k]}, over: true})
		}
	}
	cotangents, ok := c.linears(r.e, n, cotangents, "a cotangent for each result that is no integer")
	if !ok {
		return nil
	}
	e, loops, params := c.ruleEnv(r, n.Inputs, cotangents)
	var want []*ruleResult
	for i, a := range r.args {
		if a.elem.IsFloat() {
			w := &ruleResult{a: a, name: "d" + n.Inputs[i].Name}
			if r.over[i] {
				w.loops = loops
			} else {
				w.sum = loops // an argument shared by all points collects what each of them says
			}
			want = append(want, w)
		}
	}
	g := &ir.Func{Name: f.Name + "_vjp", Place: irPlace(n.Name.Span()), Params: params}
	return c.ruleResults(e, n, g, want, params[len(r.args):])
}

// ruleResult is a result that a rule has to yield.
type ruleResult struct {
	a     *array
	loops []*ir.Axis // leading axes
	sum   []*ir.Axis // loops to sum over
	name  string
}

// ruleResults evaluates the text of a rule.
func (c *checker) ruleResults(e *env, n *syntax.RuleDecl, g *ir.Func, want []*ruleResult, seeds []*ir.Value) *ir.Func {
	e.body.what = "the rule of `" + n.Name.Name + "`"
	var v value
	var at diag.Span
	if n.Body != nil {
		v, at = c.block(e, n.Body, nil)
	} else {
		v, at = c.eval(e, n.Value), n.Value.Span()
	}
	if isBad(v) {
		return nil
	}
	parts := spreadOut(v, at)
	if len(parts) != len(want) {
		c.errorf(e, diag.RuleForm, at, "the rule yields %s, but %d are needed", plural(len(parts), "value"), len(want)).
			Helpf("jvp yields a tangent for each float result, vjp a cotangent for each float argument")
		return nil
	}
	for k, w := range want {
		a := asArray(parts[k].v)
		if a == nil || a.rank() > 0 && !equalShapes(a.shape, w.a.shape) || fitsDType(a, parts[k].v, w.a.elem) != "" {
			c.errorf(e, diag.RuleForm, at, "the rule yields %s where %s is needed", parts[k].v.describe(), w.a.describe())
			return nil
		}
		if a.rank() == 0 && w.a.rank() > 0 {
			a = filled(a, w.a)
		}
		g.Results = append(g.Results, c.summed(e, w, a, at))
	}
	if bad := notLinear(g.Results, seeds); bad != nil {
		c.errorf(e, diag.RuleNotLinear, at, "the rule is not linear in `%s`", n.Linear[0].Spelt).
			Helpf("every term has exactly one tangent or cotangent as a factor")
		return nil
	}
	return g
}

func equalShapes(a, b []size) bool {
	_, same := sameShape(a, b)
	return same
}

// summed stores a result, over loops or summed over them.
func (c *checker) summed(e *env, w *ruleResult, a *array, at diag.Span) *ir.Value {
	if len(w.sum) == 0 {
		return c.storeOver(e, w.loops, a, w.a.elem, w.name, at)
	}
	own := ir.Axes(lengths(a.shape))
	rank := len(own)
	body := a.element(w.a.elem, ir.AxisInts(own))
	s := &ir.Subst{Axis: map[*ir.Axis]ir.Int{}}
	for _, x := range w.sum {
		y := ir.NewAxis(x.Name, x.Extent)
		own = append(own, y)
		s.Axis[x] = ir.Of(y)
	}
	return c.mapWith(e, nil, own, rank, nil, ir.Sum, s.Expr(body), w.name, at)
}

// degree is how an expression depends on the seeds of a rule.
type degree uint8

const (
	zero     degree = iota // it is 0
	constant               // it does not depend on them
	once                   // it is linear
	worse
)

// notLinear returns a result that is not linear in the seeds, or nil. What it cannot see through, scans and calls, it
// believes.
func notLinear(results, seeds []*ir.Value) *ir.Value {
	d := &degrees{of: map[*ir.Value]degree{}, expr: map[*ir.Expr]degree{}}
	for _, v := range ir.Topological(results...) {
		d.of[v] = d.value(v)
	}
	for _, v := range seeds {
		d.of[v] = once
	}
	// Seeds are inputs, so a second run with them in place settles everything behind them.
	d.expr = map[*ir.Expr]degree{}
	isSeed := map[*ir.Value]bool{}
	for _, v := range seeds {
		isSeed[v] = true
	}
	for _, v := range ir.Topological(results...) {
		if !isSeed[v] {
			d.of[v] = d.value(v)
		}
	}
	for _, v := range results {
		if k := d.of[v]; k == constant || k == worse {
			return v
		}
	}
	return nil
}

type degrees struct {
	of   map[*ir.Value]degree
	expr map[*ir.Expr]degree
}

func (d *degrees) value(v *ir.Value) degree {
	switch def := v.Def.(type) {
	case *ir.Map:
		k := d.term(def.Body)
		if def.Reduce != nil && def.Reduce != ir.Sum && k == once {
			return worse
		}
		return k
	case *ir.Reshape:
		return d.of[def.X]
	case *ir.Scan, *ir.Carry, *ir.Call:
		k := constant
		v.Operands(func(x *ir.Value) {
			if d.of[x] == once {
				k = once
			}
		})
		return k
	}
	return constant
}

func (d *degrees) term(x *ir.Expr) degree {
	if k, ok := d.expr[x]; ok {
		return k
	}
	k := d.row(x)
	d.expr[x] = k
	return k
}

func (d *degrees) row(x *ir.Expr) degree {
	switch x.Op {
	case ir.OpLit:
		if x.Lit == 0 {
			return zero
		}
		return constant
	case ir.OpRead:
		return d.of[x.Array]
	}
	if len(x.Args) == 0 {
		return constant
	}
	arg := make([]degree, len(x.Args))
	top := zero
	for i, a := range x.Args {
		arg[i] = d.term(a)
		top = max(top, arg[i])
	}
	if top == worse {
		return worse
	}
	switch x.Op {
	case ir.OpNeg, ir.OpCast:
		return arg[0]
	case ir.OpAdd, ir.OpSub:
		return joined(arg[0], arg[1])
	case ir.OpMul, ir.OpMulZ:
		switch {
		case arg[0] == zero || arg[1] == zero:
			return zero
		case arg[0] == once && arg[1] == once:
			return worse
		}
		return top
	case ir.OpDiv:
		if arg[1] == once {
			return worse
		}
		return arg[0]
	case ir.OpSelect:
		if arg[0] == once {
			return worse
		}
		return joined(arg[1], arg[2])
	}
	if top == once {
		return worse
	}
	return constant
}

// joined is the degree of a sum, or of a choice.
func joined(a, b degree) degree {
	switch {
	case a == b:
		return a
	case a == zero:
		return b
	case b == zero:
		return a
	}
	return worse
}
