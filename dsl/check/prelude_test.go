package check

import (
	"math"
	"strings"
	"testing"

	"github.com/gradgen/gradgen/dsl/diag"
	"github.com/gradgen/gradgen/dsl/prelude"
	"github.com/gradgen/gradgen/dsl/syntax"
	"github.com/gradgen/gradgen/ir"
	"github.com/gradgen/gradgen/ir/interp"
)

// uses shows each layer, loss, optimiser and initialiser of the prelude in a program.
var uses = map[string]string{
	"Dense": "model M : f32[4] -> f32[2] = Dense(2)", "Conv2d": "model M : f32[2, 9, 9] -> f32[4, 3, 3] = Conv2d(4, k = 3, stride = 2, pad = 1, dilation = 3)",
	"MaxPool2d": "model M : f32[2, 8, 8] -> f32[2, 4, 4] = MaxPool2d(3, stride = 2, pad = 1)", "AvgPool2d": "model M : f32[2, 8, 8] -> f32[2, 4, 4] = AvgPool2d(2)",
	"Flatten": "model M : f32[2, 3, 4] -> f32[2, 12] = Flatten()", "RMSNorm": "model M : f32[2, 3] -> f32[2, 3] = RMSNorm()",
	"LayerNorm": "model M : f32[2, 3] -> f32[2, 3] = LayerNorm()", "BatchNorm1d": "model M : f32[2, 3] -> f32[2, 3] = BatchNorm1d()",
	"Embedding": "dim T\nmodel M : i32[T] -> f32[T, 3] = Embedding(10, 3)", "Dropout": "model M : f32[2, 3] -> f32[2, 3] = Dropout()",
	"GRU":  "dim T\ndim B\nmodel M(x: f32[T, B, 3]) -> f32[T, B, 5] {\n  (ys, last) = GRU(5)(x, 0)\n  return ys\n}",
	"LSTM": "dim T\ndim B\nmodel M(x: f32[T, B, 3]) -> f32[T, B, 5] {\n  (ys, h, c) = LSTM(5)(x, 0, 0)\n  return ys\n}",
}

// calls are the applications of functions whose arguments have to be chosen.
var calls = map[string]string{
	"clamp": "clamp(x, -1, 2)", "constrain": "constrain(x, 0, 3)", "unconstrain": "unconstrain(x, -5, 5)",
	"constrainSlope": "constrainSlope(x, -inf, 4)",
}

// callOf applies a function to some array for each input without a default.
func callOf(d *syntax.FnDecl) string {
	var args []string
	for i, f := range d.Inputs {
		t, isArray := f.Type.(*syntax.ArrayType)
		switch {
		case f.Default != nil || !isArray:
		case t.Elem == syntax.I32:
			args = append(args, "[1, 2]")
		case t.Elem == syntax.Boolean:
			args = append(args, "x > 0")
		case len(t.Axes) == 0:
			args = append(args, "0.5")
		case i == 0:
			args = append(args, "x")
		default:
			args = append(args, "0.3*x")
		}
	}
	return d.Name.Name + "(" + strings.Join(args, ", ") + ")"
}

// Every declaration of the prelude is used, differentiated and verified.
func TestPreludeIsUsed(t *testing.T) {
	for _, f := range prelude.Files() {
		for _, d := range f.Decls {
			if _, isRule := d.(*syntax.RuleDecl); isRule {
				continue
			}
			name := d.Head().Name.Name
			text := ""
			switch d := d.(type) {
			case *syntax.LayerDecl:
				text = uses[name]
				if text == "" {
					t.Errorf("no program uses the layer %s", name)
					continue
				}
				m := compileText(t, text)
				args := "x: " + m.Exports[0].Func.Params[len(m.Exports[0].Func.Params)-1].Type.String()
				text += "\nloss L(" + args + ") = sum(M(x)^2)\n"
				if len(m.Models[0].Params) > 0 {
					text += "train L with SGD(momentum = 0.9)"
				}
			case *syntax.FnDecl:
				call := calls[name]
				if call == "" {
					call = callOf(d)
				}
				text = "fn f(x: f64[2, 3]) -> f64 = sum(" + call + ")\nderive f { grad(x), hess(x) }"
			case *syntax.OptimizerDecl:
				text = "model M : f32[4] -> f32[2] = Dense(2)\nloss L(x: f32[4]) = sum(M(x)^2)\ntrain L with " + name + "(weightDecay = 0.1)"
				if name == "RMSprop" || name == "Adagrad" {
					text = "model M : f32[4] -> f32[2] = Dense(2)\nloss L(x: f32[4]) = sum(M(x)^2)\ntrain L with " + name + "()"
				}
			case *syntax.InitDecl:
				args := ""
				for i := range d.Hyper {
					if i > 0 {
						args += ", "
					}
					args += []string{"2", "3"}[i]
				}
				text = "model M(x: f32[4]) -> f32[4] {\n  param w : f32[4] ~ " + name + "(" + args + ")\n  return w * x\n}"
			}
			if text == "" {
				t.Errorf("%s is not tested", name)
				continue
			}
			t.Run(name, func(t *testing.T) { compileText(t, text) })
		}
	}
}

// Names in the prelude are checked as those of a program are.
func TestPreludeNames(t *testing.T) {
	c := newChecker(ir.NewBuilder(), nil)
	c.prelude.files = map[*diag.Source]bool{} // so that places are shown
	for _, f := range prelude.Files() {
		c.prelude.files[f.Source] = true
	}
	if !c.checkNames(c.prelude) || len(c.list) > 0 {
		t.Error(c.list.Text())
	}
}

func TestNormalisation(t *testing.T) {
	m := compileText(t, "model A : f64[1, 2] -> f64[1, 2] = RMSNorm(eps = 0)\nmodel B : f64[1, 2] -> f64[1, 2] = LayerNorm(eps = 0)")
	near(t, "RMSNorm", run(t, m, "A", "", ir.ExportForward, vec(1, 2), mat(1, 2, 3, 4))[0], 3/math.Sqrt(12.5), 8/math.Sqrt(12.5))
	near(t, "LayerNorm", run(t, m, "B", "", ir.ExportForward, vec(1, 2), vec(5, 6), mat(1, 2, 3, 5))[0], 4, 8)
}

func TestLSTMByHand(t *testing.T) {
	m := compileText(t, `
dim T
dim B
model R(xs: f64[T, B, 1]) -> (f64[T, B, 1], f64[B, 1]) {
  (ys, h, c) = rnn: LSTM(1)(xs, 0.5, -0.5)
  return (ys, c)
}`)
	sig := func(x float64) float64 { return 1 / (1 + math.Exp(-x)) }
	wi, wh := of64([]int{4, 1}, 0.1, 0.2, 0.3, 0.4), of64([]int{4, 1}, 0.5, 0.6, 0.7, 0.8)
	bi, bh := vec(0.1, 0.2, 0.3, 0.4), vec(0, 0.1, 0, -0.1)
	h, c := 0.5, -0.5
	var want []float64
	for _, x := range []float64{1, -2} {
		i := sig(0.1*x + 0.1 + 0.5*h)
		f := sig(0.2*x + 0.2 + 0.6*h + 0.1)
		g := math.Tanh(0.3*x + 0.3 + 0.7*h)
		o := sig(0.4*x + 0.4 + 0.8*h - 0.1)
		c = f*c + i*g
		h = o * math.Tanh(c)
		want = append(want, h)
	}
	out := run(t, m, "R", "", ir.ExportForward, wi, wh, bi, bh, of64([]int{2, 1, 1}, 1, -2))
	near(t, "ys", out[0], want...)
	near(t, "c", out[1], c)
}

func TestEmbedding(t *testing.T) {
	m := compileText(t, "dim T\nmodel M : i32[T] -> f64[T, 2] = Embedding(3, 2)")
	near(t, "rows", run(t, m, "M", "", ir.ExportForward, mat(3, 2, 1, 2, 3, 4, 5, 6), ints(2, 0))[0], 5, 6, 1, 2)
}

// The maps of constrained parameters invert each other, and the slope is the derivative.
func TestConstraints(t *testing.T) {
	for _, ends := range []string{"0, inf", "-inf, 2", "-1, 3", "2, inf"} {
		m := compileText(t, "fn f(u: f64) -> f64 = constrain(u, "+ends+")\nfn g(u: f64) -> f64 = unconstrain(constrain(u, "+ends+"), "+ends+
			")\nfn h(u: f64) -> f64 = constrainSlope(constrain(u, "+ends+"), "+ends+")\nderive f { grad(u) }")
		u := num(0.7)
		near(t, ends, run(t, m, "g", "", ir.ExportFunc, u)[0], 0.7)
		near(t, ends+" slope", run(t, m, "h", "", ir.ExportFunc, u)[0], run(t, m, "f", "grad", ir.ExportFunc, u)[1].Data[0])
	}
}

// The gradient of a whole network by the interpreter against differences.
func TestGradientsAgainstDifferences(t *testing.T) {
	m := compileText(t, `
dim B
model Net : f64[B, 1, 6, 6] -> f64[B, 3] = c: Conv2d(2, k = 3, pad = 1, stride = 2) >> gelu >> MaxPool2d(2) >> Flatten() >> n: LayerNorm() >> f: Dense(3)
loss L(x: f64[B, 1, 6, 6], y: i32[B]) = mean(crossEntropy(Net(x), y))
`)
	start := run(t, m, "Net", "", ir.ExportInit)
	x := interp.New(ir.F64, 2, 1, 6, 6)
	for i := range x.Data {
		x.Data[i] = math.Sin(float64(3*i + 1))
	}
	y := ints(2, 0)
	at := func(p []interp.Array) []interp.Array { return append(append([]interp.Array(nil), p...), x, y) }
	var zero []interp.Array
	for _, p := range start {
		zero = append(zero, interp.New(ir.F64, p.Shape...))
	}
	args := append(append([]interp.Array(nil), start...), zero...)
	args = append(args, interp.Scalar(ir.Bool, 0), x, y)
	g := run(t, m, "L", "grad", ir.ExportFunc, args...)
	for k, p := range start {
		for i := range p.Data {
			diff := func(h float64) float64 {
				old := p.Data[i]
				p.Data[i] = old + h
				up := run(t, m, "L", "", ir.ExportFunc, at(start)...)[0].Data[0]
				p.Data[i] = old - h
				down := run(t, m, "L", "", ir.ExportFunc, at(start)...)[0].Data[0]
				p.Data[i] = old
				return (up - down) / (2 * h)
			}
			want := (4*diff(1e-4) - diff(2e-4)) / 3
			if got := g[k+1].Data[i]; math.Abs(got-want) > 1e-8 {
				t.Fatalf("gradient of %s[%d] is %v, differences say %v", m.Models[0].Params[k].Name, i, got, want)
			}
		}
	}
}
