package stable

import (
	"math"
	"slices"
	"testing"

	"github.com/gradgen/gradgen/ir"
)

// names is a library of functions that compute nothing: it remembers which ones
// were called.
type names struct {
	b      *ir.Builder
	called []string
}

func (l *names) Is(f *ir.Func, name string) bool { return f.Name == name }

func (l *names) Builder() *ir.Builder { return l.b }

func (l *names) Call(name string, args ...*ir.Value) *ir.Value {
	l.called = append(l.called, name)
	t := args[0].Type
	if name == "logsumexp" || name == "maskedLogsumexp" {
		t.Shape = t.Shape[:len(t.Shape)-1]
	}
	f := &ir.Func{Name: name, Results: []*ir.Value{l.b.Fill("y", t, 0)}}
	for _, a := range args {
		f.Params = append(f.Params, l.b.Input("x", a.Type))
	}
	return l.b.Call(f, args)[0]
}

// formula builds an expression over the variables x and y from a text.
func formula(b *ir.Builder, text string, t ir.DType) (*ir.Expr, map[string]*ir.Value) {
	vars := map[string]*ir.Value{}
	return ir.Instantiate(text, t, func(name string) *ir.Expr {
		if vars[name] == nil {
			vars[name] = b.Input(name, ir.Type{DType: t})
		}
		return ir.Read(vars[name])
	}), vars
}

// Every formula of numbers is recognised by its own row, in both precisions, and
// its stable form is not recognised again.
func TestFormulas(t *testing.T) {
	for _, r := range Rules {
		for _, form := range r.Forms {
			if form.Match != nil {
				continue
			}
			for _, dt := range []ir.DType{ir.F32, ir.F64} {
				lib := &names{b: ir.NewBuilder()}
				e, _ := formula(lib.b, form.From, dt)
				f := Find(lib, e)
				switch {
				case f == nil || f.Rule.Name != r.Name || f.Form.From != form.From:
					t.Errorf("%s: %s is recognised as %+v", r.Name, form.From, f)
				case (f.Expr == nil) != (r.Kept != ""):
					t.Errorf("%s: %s becomes %v", r.Name, form.From, f.Expr)
				case f.Expr != nil && f.Expr.Type != dt:
					t.Errorf("%s: %s becomes %v", r.Name, form.From, f.Expr.Type)
				case f.Expr != nil && Find(lib, f.Expr) != nil:
					t.Errorf("%s: %s is recognised once more", r.Name, f.Expr)
				}
			}
		}
	}
}

// What is rewritten stays NaN where an argument is, never becomes NaN, and keeps
// what is finite, but for the digits that cancel by hand: 1 - sigmoid(30) has no
// more than three.
func TestRewritingKeepsValues(t *testing.T) {
	points := []float64{0, math.Copysign(0, -1), 5e-324, 1e-9, -1e-9, 0.5, -0.5, 1, -1, 2, -2, 30, -30, 600, -600, 1000, -1000, math.MaxFloat64, math.Inf(1), math.Inf(-1), math.NaN()}
	forms := 0
	for _, r := range Rules {
		for _, form := range r.Forms {
			if form.Match != nil || r.Kept != "" {
				continue
			}
			forms++
			lib := &names{b: ir.NewBuilder()}
			e, vars := formula(lib.b, form.From, ir.F64)
			f := Find(lib, e)
			for _, x := range points {
				at := map[*ir.Value]float64{vars["x"]: x}
				p, q := evaluate(e, at), evaluate(f.Expr, at)
				finite := !math.IsInf(p, 0) && !math.IsNaN(p)
				switch {
				case x != x && q == q:
					t.Errorf("%s of NaN is %v", f.Expr, q)
				case p == p && q != q:
					t.Errorf("%s is %v at %v, but %s NaN", form.From, p, x, f.Expr)
				case finite && !(math.Abs(p-q) <= 1e-4*max(1, math.Abs(p))):
					t.Errorf("%s is %v at %v, but %s is %v", form.From, p, x, f.Expr, q)
				}
			}
		}
	}
	if forms < 10 {
		t.Errorf("%d formulas were compared", forms)
	}
}

func evaluate(e *ir.Expr, values map[*ir.Value]float64) float64 {
	switch e.Op {
	case ir.OpRead:
		return values[e.Array]
	case ir.OpLit:
		return e.Lit
	}
	x := make([]float64, len(e.Args))
	for i, a := range e.Args {
		x[i] = evaluate(a, values)
	}
	return e.Op.Eval(x)
}

// A stable formula by hand and what only looks like an unstable one.
func TestNoFormula(t *testing.T) {
	for _, text := range []string{
		"log(x)", "log(2 + exp(x))", "log(exp(x) - 1)", "log(sigmoid(x)*y)", "log(x*y)", "log(x + y)", "1 - sigmoid(x)", "exp(x) - 2", "exp(x) - y", "exp(x) + 1",
		"1/(2 + exp(x))", "2/(1 + exp(x))", "exp(x)/(1 + exp(y))", "1/(1 + exp(-abs(x)))", "1/(1 + exp(-x*x))", "1/(1 + exp(min(x, 0)))", "log1p(exp(-abs(x)))", "log1p(exp(-hypot(x, y)))",
		"(exp(x) - exp(-y))/(exp(x) + exp(-y))", "(exp(x) + exp(-x))/(exp(x) - exp(-x))", "sqrt(x*x + y)", "sqrt(x*x + 1)", "sqrt(x*y + y*x)", "sqrt(x*x - y*y)", "x*x - y*y",
	} {
		lib := &names{b: ir.NewBuilder()}
		e, _ := formula(lib.b, text, ir.F64)
		if f := Find(lib, e); f != nil {
			t.Errorf("%s is taken for %s", text, f.Form.From)
		}
	}
}

// Operands of sums and products may change places.
func TestOrderOfOperands(t *testing.T) {
	for text, rule := range map[string]string{
		"log(exp(x) + 1)": "Softplus", "1/(exp(-x) + 1)": "Sigmoid", "exp(x)/(exp(x) + 1)": "Sigmoid", "log(x + 1)": "Log1p", "(exp(x) - exp(-x))/(exp(-x) + exp(x))": "Tanh",
		"1/(1 + exp(x*y))": "Sigmoid", "log(1 + exp(abs(x)))": "Softplus", "log(1 + exp(-abs(x)))": "Log1p",
	} {
		lib := &names{b: ir.NewBuilder()}
		e, _ := formula(lib.b, text, ir.F64)
		if f := Find(lib, e); f == nil || f.Rule.Name != rule {
			t.Errorf("%s is not recognised by %s, but %+v", text, rule, f)
		}
	}
}

// Hypot is kept because of what it is at an infinity beside a NaN.
func TestHypotIsAnotherFunction(t *testing.T) {
	x, y := math.Inf(1), math.Log(-1)
	if p, q := math.Sqrt(x*x+y*y), math.Hypot(x, y); !math.IsNaN(p) || math.IsNaN(q) {
		t.Errorf("by hand %v, hypot %v", p, q)
	}
}

// Every row has what its warning needs, and a name of its own.
func TestRows(t *testing.T) {
	var seen []string
	for _, r := range Rules {
		if r.Name == "" || slices.Contains(seen, r.Name) || r.Why == "" || len(r.Forms) == 0 {
			t.Errorf("the row %q is not complete", r.Name)
		}
		seen = append(seen, r.Name)
		for _, f := range r.Forms {
			switch {
			case f.From == "" || f.Root == nil || (&Finding{Form: &f}).Instead() == "":
				t.Errorf("%s: the form %q is not complete", r.Name, f.From)
			case r.Kept == "" && f.Match == nil && f.To == "", r.Kept != "" && f.To != "":
				t.Errorf("%s: %q is rewritten, or is not", r.Name, f.From)
			}
		}
	}
}
