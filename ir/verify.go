package ir

import (
	"fmt"
	"slices"
)

// Verify checks what must hold of f between passes: types and shapes, index
// counts, bound axes, indices in range, and the form of Maps and scans. The error names the function and the value, and shows the
// value's line. Functions that f calls, and its rules, are verified too.
func Verify(f *Func) error {
	return newVerifier().verify(f)
}

func newVerifier() *verifier {
	return &verifier{funcs: map[*Func]bool{}, demands: map[*Func]demands{}}
}

// VerifyError is what Verify returns: the line that breaks a rule.
type VerifyError struct {
	Func, Value string
	Line        string // the value's formula
	Place       Place
	Message     string
}

func (e *VerifyError) Error() string {
	at := ""
	if e.Place.Line > 0 {
		at = e.Place.String() + ": "
	}
	if e.Value == "" {
		return fmt.Sprintf("%sfunction %s: %s", at, e.Func, e.Message)
	}
	return fmt.Sprintf("%sfunction %s: value %s: %s\n\t%s", at, e.Func, e.Value, e.Message, e.Line)
}

type verifier struct {
	funcs map[*Func]bool // false while being verified
	f     *Func
	v     *Value
	scans map[*Axis]*Scan

	demands map[*Func]demands
}

func (c *verifier) verify(f *Func) (err error) {
	if done, ok := c.funcs[f]; ok {
		if !done {
			return &VerifyError{Func: f.Name, Message: "calls itself"}
		}
		return nil
	}
	c.funcs[f] = false
	if f.Rule != nil {
		for _, g := range []*Func{f.Rule.JVP, f.Rule.VJP} {
			if g != nil {
				if err := c.verify(g); err != nil {
					return err
				}
			}
		}
	}
	order, err := c.order(f)
	if err != nil {
		return err
	}
	for _, v := range order {
		if d, ok := v.Def.(*Call); ok {
			if err := c.verify(d.Func); err != nil {
				return err
			}
		}
	}
	if err := caught(func() { c.body(f, order) }); err != nil {
		return err
	}
	c.funcs[f] = true
	return nil
}

// body checks the values of a function whose rules and callees are.
func (c *verifier) body(f *Func, order []*Value) {
	c.f, c.scans = f, map[*Axis]*Scan{}
	for _, v := range order {
		if s, ok := v.Def.(*Scan); ok {
			c.scans[s.Axis] = s
		}
	}
	c.signature(f, order)
	for _, v := range order {
		c.v = v
		c.value(v)
	}
}

// caught runs what may fail, and returns how it did.
func caught(f func()) (err error) {
	defer func() {
		switch r := recover().(type) {
		case nil:
		case *VerifyError:
			err = r
		default:
			panic(r)
		}
	}()
	f()
	return nil
}

// order lists the values of f, operands first, or finds a cycle.
func (c *verifier) order(f *Func) (out []*Value, err error) {
	const open, done = 1, 2
	state := map[*Value]int{}
	var visit func(v *Value)
	visit = func(v *Value) {
		switch state[v] {
		case open:
			if err == nil {
				err = &VerifyError{Func: f.Name, Value: v.String(), Message: "depends on itself"}
			}
			return
		case done:
			return
		}
		state[v] = open
		v.Operands(visit)
		state[v] = done
		out = append(out, v)
	}
	for _, v := range f.Results {
		visit(v)
	}
	return out, err
}

func (c *verifier) fail(format string, args ...any) {
	e := &VerifyError{Func: c.f.Name, Message: fmt.Sprintf(format, args...)}
	if c.v != nil {
		e.Value, e.Line, e.Place = c.v.String(), c.line(c.v), c.v.Place
	}
	panic(e)
}

// line shows the definition of v.
func (c *verifier) line(v *Value) string {
	l := &line{exprPrinter: plainPrinter(2000)}
	l.compact = false
	l.put(v.String() + " : " + v.Type.String() + "; ")
	if m, ok := v.Def.(*Map); ok {
		l.mapLine(v, v.String(), m, newNames(nil))
		return l.text()
	}
	return l.text() + Equation(v)
}

func (c *verifier) signature(f *Func, order []*Value) {
	c.v = nil
	for i, v := range f.Params {
		if _, ok := v.Def.(*Input); !ok {
			c.fail("parameter %v is no input", v)
		}
		if slices.Contains(f.Params[:i], v) {
			c.fail("parameter %v occurs twice", v)
		}
	}
	for _, v := range order {
		if _, ok := v.Def.(*Input); ok && !slices.Contains(f.Params, v) {
			c.fail("input %v is no parameter", v)
		}
	}
	for _, v := range f.Results {
		if len(v.free) > 0 {
			c.v = v
			c.fail("a result depends on the axis %v", v.free[0])
		}
	}
}

func (c *verifier) value(v *Value) {
	for _, n := range v.Type.Shape {
		c.size(n)
		if n.HasAxes() {
			c.fail("an axis in the shape")
		}
	}
	if int(v.Type.DType) >= len(dtypeNames) {
		c.fail("no such type")
	}
	for _, x := range v.free {
		if c.scans[x] == nil {
			c.fail("axis %v is bound by no scan", x)
		}
	}
	switch d := v.Def.(type) {
	case *Input:
	case *Table:
		c.table(v, d)
	case *Map:
		c.mapDef(v, d)
	case *Reshape:
		if v.Type.DType != d.X.Type.DType {
			c.fail("reshape of %v to %v", d.X.Type, v.Type)
		}
		if !v.Type.Len().Equal(d.X.Type.Len()) && !hasQuotient(v.Type.Len()) && !hasQuotient(d.X.Type.Len()) {
			c.fail("reshape of %v elements to %v", d.X.Type.Len(), v.Type.Len())
		}
		c.free(v, d.X.free)
	case *Carry:
		s := c.scans[d.Axis]
		if s == nil || len(v.free) != 1 || v.free[0] != d.Axis {
			c.fail("carry of no scan")
		}
	case *Call:
		c.call(v, d)
	case *Scan:
		c.scan(v, d)
	default:
		c.fail("no definition")
	}
}

// hasQuotient reports whether the length cannot be compared by its form.
func hasQuotient(n Int) bool {
	for _, t := range n.terms {
		for _, m := range t.Atoms {
			if _, ok := m.(*FloorDiv); ok {
				return true
			}
		}
	}
	return false
}

// size checks that no data decides an extent.
func (c *verifier) size(n Int) {
	exprsOf(n, func(e *Expr) { c.fail("the size %v depends on data", n) })
}

// free checks the free axes that were computed when v was made.
func (c *verifier) free(v *Value, want []*Axis) {
	for _, x := range want {
		if !v.DependsOn(x) {
			c.fail("depends on the axis %v, which is not listed", x)
		}
	}
	if len(want) != len(v.free) {
		c.fail("lists free axes that it does not depend on")
	}
}

func (c *verifier) table(v *Value, d *Table) {
	if n, ok := v.Type.Len().IsConst(); !ok || n != int64(len(d.Data)) {
		c.fail("%d numbers for %v", len(d.Data), v.Type)
	}
	for _, x := range d.Data {
		if r := v.Type.DType.Round(x); r != x && x == x {
			c.fail("%v is no number of type %v", x, v.Type.DType)
		}
	}
}

func (c *verifier) call(v *Value, d *Call) {
	if v.Result >= len(d.Func.Results) {
		c.fail("result %d of %d", v.Result, len(d.Func.Results))
	}
	if len(d.Args) != len(d.Func.Params) {
		c.fail("%d arguments for %d parameters of %s", len(d.Args), len(d.Func.Params), d.Func.Name)
	}
	var free []*Axis
	for k, a := range d.Args {
		if p := d.Func.Params[k]; !a.Type.Equal(p.Type) {
			c.fail("argument %v is %v, parameter %v is %v", a, a.Type, p, p.Type)
		}
		free = union(free, a.free)
	}
	if r := d.Func.Results[v.Result]; !v.Type.Equal(r.Type) {
		c.fail("is %v, the result %v is %v", v.Type, r, r.Type)
	}
	c.free(v, free)
	c.calledInside(d)
}

func (c *verifier) scan(v *Value, s *Scan) {
	c.size(s.Axis.Extent)
	if len(s.Init) != len(s.Carry) || len(s.Next) != len(s.Carry) {
		c.fail("%d carries, %d starts, %d next values", len(s.Carry), len(s.Init), len(s.Next))
	}
	var free []*Axis
	for k, x := range s.Carry {
		d, ok := x.Def.(*Carry)
		switch {
		case !ok || d.Axis != s.Axis:
			c.fail("carry %v is no carry of this scan", x)
		case slices.Contains(s.Carry[:k], x):
			c.fail("carry %v occurs twice", x)
		case !s.Init[k].Type.Equal(x.Type):
			c.fail("carry %v is %v, its start %v is %v", x, x.Type, s.Init[k], s.Init[k].Type)
		case !s.Next[k].Type.Equal(x.Type):
			c.fail("carry %v is %v, its next value %v is %v", x, x.Type, s.Next[k], s.Next[k].Type)
		case s.Init[k].DependsOn(s.Axis):
			c.fail("the start of carry %v depends on the step", x)
		}
		free = union(union(free, s.Init[k].free), s.Next[k].free)
	}
	for _, e := range s.Emit {
		free = union(free, e.free)
	}
	c.free(v, without(free, []*Axis{s.Axis}))
	want := Type{}
	switch n := len(s.Carry); {
	case v.Result < n:
		want = s.Carry[v.Result].Type
	case v.Result < n+len(s.Emit):
		e := s.Emit[v.Result-n]
		want = Type{e.Type.DType, slices.Concat([]Int{s.Axis.Extent}, e.Type.Shape)}
	default:
		c.fail("result %d of %d", v.Result, n+len(s.Emit))
	}
	if !v.Type.Equal(want) {
		c.fail("the result of the scan is %v", want)
	}
	c.carriesBelow(v, s)
}

// carriesBelow checks that the body reads no carry of its axis that this scan
// does not advance.
func (c *verifier) carriesBelow(v *Value, s *Scan) {
	seen := map[*Value]bool{}
	var visit func(w *Value)
	visit = func(w *Value) {
		if seen[w] || !w.DependsOn(s.Axis) {
			return
		}
		seen[w] = true
		if d, ok := w.Def.(*Carry); ok && d.Axis == s.Axis && !slices.Contains(s.Carry, w) {
			c.fail("the body reads %v, which is no carry of this scan", w)
		}
		w.Operands(visit)
	}
	for _, w := range slices.Concat(s.Next, s.Emit) {
		visit(w)
	}
}
