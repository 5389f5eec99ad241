package plan

import (
	"strings"
	"testing"

	"github.com/gradgen/gradgen/ir"
)

// TestGuards: equal conditions become one where the order makes no difference.
func TestGuards(t *testing.T) {
	x := newExprs()
	n := ir.Of(&ir.Dim{Name: "N"})
	array := func(name string, class Class) *Buffer {
		return &Buffer{Name: name, Class: class, DType: ir.F64, Rank: 1, Len: n}
	}
	a, b, moving := array("a", Param), array("b", Result), array("moving", Alias)
	r, s := x.reg("r", ir.F64), x.reg("s", ir.F64)
	long, longer := x.test([]ir.Pred{ir.Ge(n, ir.Const(2))}), x.test([]ir.Pred{ir.Ge(n, ir.Const(3))})
	large := x.apply(ir.OpLt, x.lit(ir.F64, 1), x.read(b, ir.Const(0)))
	first := func(buf *Buffer) *Expr { return x.read(buf, ir.Const(0)) }
	store := func(buf *Buffer, e *Expr) Stmt { return &Store{Buffer: buf, At: ir.Const(0), Value: e} }
	add := func(r *Reg, e *Expr) Stmt { return &Set{Reg: r, Op: AssignAdd, Value: e} }
	when := func(c *Expr, then ...Stmt) *If { return &If{Cond: c, Then: then} }
	otherwise := func(c *If, other ...Stmt) *If { c.Else = other; return c }
	loop := func(body ...Stmt) Stmt {
		return &Loop{Axis: ir.NewAxis("i", n), Lo: []Bound{{ir.Const(0), 1}}, Hi: []Bound{{n, 1}}, Step: 1, Body: body}
	}
	one := x.lit(ir.F64, 1)
	for _, c := range []struct {
		name string
		list []Stmt
		want string // the statements, those of conditions in brackets
	}{
		{"side by side", []Stmt{when(long, add(r, one)), when(long, add(s, one))}, "[r s]"},
		{"on both sides", []Stmt{otherwise(when(long, add(r, one)), add(s, one)), otherwise(when(long, store(b, one)), add(r, one))}, "[r b | s r]"},
		{"past what has nothing to do with it", []Stmt{when(long, add(r, one)), store(b, x.use(s)), when(long, add(r, first(a)))}, "[r r] b"},
		{"past a loop", []Stmt{when(long, add(r, one)), loop(store(b, one)), when(long, add(r, first(a)))}, "[r r] (b)"},
		{"with its variable", []Stmt{when(long, add(r, one)), &Let{Reg: s}, when(long, add(s, one))}, "s [r s]"},
		{"inside others", []Stmt{when(longer, when(long, add(r, one)), when(long, add(s, one)))}, "[[r s]]"},
		{"inside what became one", []Stmt{when(longer, when(long, add(r, one))), when(longer, when(long, add(s, one)))}, "[[r s]]"},
		{"another condition", []Stmt{when(long, add(r, one)), when(longer, add(s, one))}, "[r] [s]"},
		{"reads what is written before", []Stmt{when(long, add(r, one)), store(b, one), when(long, add(r, first(b)))}, "[r] b [r]"},
		{"writes what is read before", []Stmt{when(long, add(r, one)), add(s, first(b)), when(long, store(b, one))}, "[r] s [b]"},
		{"writes what is written before", []Stmt{when(long, add(r, one)), loop(store(b, x.use(s))), when(long, store(b, one))}, "[r] (b) [b]"},
		{"adds to what is added to before", []Stmt{when(long, add(r, one)), add(r, one), when(long, add(r, one))}, "[r] r [r]"},
		{"reads a variable with a value", []Stmt{when(long, add(r, one)), &Let{Reg: s, Value: first(a)}, when(long, add(r, x.use(s)))}, "[r] s [r]"},
		{"the condition has changed", []Stmt{when(large, store(b, one)), when(large, add(r, one))}, "[b] [r]"},
		{"one array stands for another", []Stmt{when(long, add(r, one)), store(b, one), when(long, store(moving, one))}, "[r] b [moving]"},
	} {
		l := &lowerer{x: x}
		if got := outline(l.guards(c.list)); got != c.want {
			t.Errorf("%s: %s, not %s", c.name, got, c.want)
		}
	}
}

// outline is what statements assign.
func outline(list []Stmt) string {
	var out []string
	for _, s := range list {
		switch s := s.(type) {
		case *Let:
			out = append(out, s.Reg.Name)
		case *Set:
			out = append(out, s.Reg.Name)
		case *Store:
			out = append(out, s.Buffer.Name)
		case *Loop:
			out = append(out, "("+outline(s.Body)+")")
		case *If:
			text := outline(s.Then)
			if len(s.Else) > 0 {
				text += " | " + outline(s.Else)
			}
			out = append(out, "["+text+"]")
		}
	}
	return strings.Join(out, " ")
}

// TestViewsShareConditions: loops that need views under one condition are under
// it together, and have equal ones once; a loop without a view needs none.
func TestViewsShareConditions(t *testing.T) {
	p := lower(t, `dim N
func f {
  input x : f64[N]
  y : f64[N, N]; y[i,j] = (if j >= 1 and i = j then x[j-1] else 0) + (if j >= 1 and i = j-1 then 200 else 0) + (if j >= 1 and i = j-1 then x[j-1]*x[j] else 0)
  return y
}`, Options{})
	conditions, views := 0, map[string]int{}
	eachStmt(p.Body, func(s Stmt) {
		switch s := s.(type) {
		case *If:
			conditions++
		case *View:
			if views[viewName(s)]++; views[viewName(s)] > 1 {
				t.Errorf("%s twice", viewName(s))
			}
		}
	})
	if conditions != 1 || len(views) == 0 {
		t.Errorf("%d conditions, %d views:\n%v", conditions, len(views), p)
	}
	p = lower(t, `dim N
func f {
  input x : f64[N]
  y : f64[N, N]; y[i,j] = (if j >= 1 and i = j then 200 else 0)
  return y
}`, Options{})
	eachStmt(p.Body, func(s Stmt) {
		if _, ok := s.(*If); ok {
			t.Errorf("a condition:\n%v", p)
		}
	})
}
