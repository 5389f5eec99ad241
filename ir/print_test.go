package ir

import (
	"strings"
	"testing"
)

// sampleFunc uses every construct of the notation once.
func sampleFunc() *Func {
	b := NewBuilder()
	n := &Dim{"B"}
	x := b.Input("x", Type{F32, []Int{Of(n), Const(784)}})
	w := b.Input("W1", Type{F32, Ints(128, 784)})
	c := b.Input("b", Type{F32, Ints(128)})
	tok := b.Input("tok", Type{I32, []Int{Of(n)}})
	row, o, i := NewAxis("b", Of(n)), NewAxis("o", Const(128)), NewAxis("i", Const(784))
	b.Place = Place{"digits.grad", 5, 2}
	a1 := b.Map("h", 2, &Map{Axes: []*Axis{row, o, i}, Reduce: Sum, Body: Apply(OpMul, Read(w, Of(o), Of(i)), Read(x, Of(row), Of(i)))})
	h := b.Elementwise("h", a1.Type.Shape, func(at []Int) *Expr {
		return Apply(OpByName("tanh"), Apply(OpAdd, Read(a1, at...), Read(c, at[1])))
	})
	best := b.Map("w", 1, &Map{Axes: []*Axis{row, o}, Reduce: ArgMax, Body: Read(h, Of(row), Of(o))})
	scatter := b.Scatter("max", Ints(10), &Map{Axes: []*Axis{row, o}, Reduce: Sum,
		Domain: []Pred{Lt(Of(row).Add(Of(o)), Const(200)), Ge(Of(o), Const(1)), DividesBy(Of(o), 3)},
		Write:  []Int{Of(Read(tok, Of(row))).AddConst(2)},
		Body: Apply(OpMul, IndexValue(F32, Of(o).AddConst(1)),
			Select(Test(Lt(Of(o), Of(row)), Ge(Of(row), Const(3))), Read(h, Of(row), Of(o)), Lit(F32, 0.1)))})
	e := Read(c, Of(i))
	for range 300 {
		e = Apply(OpMul, Apply(OpAdd, e, e), Lit(F32, -2))
	}
	big := b.Map("", 0, &Map{Axes: []*Axis{i}, Domain: []Pred{Lt(Of(i), Const(128))}, Reduce: Sum, Body: e})
	step := NewAxis("t", Const(7))
	carry := b.Carry("h", step, Type{F32, nil})
	next := b.Map("n", 0, &Map{Body: Apply(OpAdd, Read(carry), Random(F32, 3, Of(step)))})
	carries, emits := b.Scan(&Scan{Axis: step, Reverse: true, Carry: []*Value{carry}, Init: []*Value{big},
		Next: []*Value{next}, Emit: []*Value{next, carry}})
	table := b.Table("at", Type{F64, Ints(2, 2)}, []float64{0.1, 2, -3e20, negInf})
	sub := &Func{Name: "f", Params: []*Value{b.Input("x", table.Type)}}
	sub.Results = []*Value{sub.Params[0], b.Elementwise("y", table.Type.Shape, func(at []Int) *Expr {
		return Apply(OpSub, Apply(OpNeg, Read(sub.Params[0], at[1], at[0])), Cast(F64, Lit(F32, 2)))
	})}
	flat := b.Reshape("flat", b.Call(sub, []*Value{table})[1], Ints(4))
	half := b.Elementwise("half", Ints(5), func(at []Int) *Expr {
		q := at[0].AddConst(1).FloorDiv(2)
		return Apply(OpMul, Cast(F64, Read(tok, q)), Select(&Expr{Op: OpLt, Type: Bool, Args: []*Expr{Lit(F32, 1), Lit(F32, 2)}}, Lit(F64, 1), Read(flat, q)))
	})
	return &Func{Name: "f", Doc: "a\nb", Params: []*Value{x, w, c, tok},
		Results: []*Value{best, scatter, carries[0], emits[1], half}, Rule: &Rule{VJP: sub}}
}

const sampleText = `dim B

func f {
  input x : f64[2, 2]
  y : f64[2, 2]; y[i,j] = -x[j,i] - 2
  return x, y
}

func f_2 {
  doc "a\nb"
  rule vjp f
  input x : f32[B, 784]
  input W1 : f32[128, 784]
  input b : f32[128]
  input tok : i32[B]
  h : f32[B, 128]; h[b,o] = sum[i < 784] W1[o,i] * x[b,i]
  h_2 : f32[B, 128]; h_2[i,j] = tanh(h[i,j] + b[j])
  w : i32[B]; w[b] = argmax[o < 128](h_2[b,o])
  max_2 : f32[10]; max_2[tok[b] + 2] += f32(o + 1) * (if o < b and b >= 3 then h_2[b,o] else 0.1) for b < B, o < 128 where b + o <= 199 and o >= 1 and 3 divides o
  v : f32; BIG
  (h_4, _, h_all) = scan t < 7 reverse {
    carry h_3 : f32 = v
    n : f32; n = h_3 + f32(random[3; t])
    next h_3 = n
    emit n
    emit h_3
  }
  table at : f64[2, 2] = [0.1, 2, -3e+20, -inf]
  (_, y) = call f(at)
  flat : f64[4]; flat = reshape(y)
  half : f64[5]; half[i] = f64(tok[floor((i + 1)/2)]) * (if f32(1) < 2 then 1 else flat[floor((i + 1)/2)])
  return w, max_2, h_4, h_all, half
}
`

func TestPrintShowsEveryConstruct(t *testing.T) {
	got := sampleFunc().String()
	begin := strings.Index(got, "v : f32; ") + len("v : f32; ")
	end := begin + strings.IndexByte(got[begin:], '\n')
	big := got[begin:end]
	if !strings.HasPrefix(big, "t1 : f32 = (b[i] + b[i]) * -2; t2 : f32 = (t1 + t1) * -2; ") ||
		!strings.HasSuffix(big, "v = sum[i < 784 where i <= 127] (t299 + t299) * -2") {
		t.Errorf("shared subexpressions: %s", big)
	}
	if got := strings.Replace(got, big, "BIG", 1); got != sampleText {
		t.Errorf("got\n%s\nwant\n%s", got, sampleText)
	}
}

func TestPrintReadsBack(t *testing.T) {
	text := sampleFunc().String()
	f, err := ParseFunc(NewBuilder(), text)
	if err != nil {
		t.Fatal(err)
	}
	if got := f.String(); got != text {
		t.Errorf("got\n%s\nwant\n%s", got, text)
	}
}

func TestEquation(t *testing.T) {
	want := []string{
		"h[b,o] = sum[i] W1[o,i]*x[b,i]",
		"h[i,j] = tanh(h[i,j] + b[j])",
		"w[b] = argmax[o](h[b,o])",
		"n = h + f32(random[3; t])",
		"flat = reshape(y)",
	}
	got := map[string]bool{}
	for _, v := range Topological(sampleFunc().Results...) {
		e := Equation(v)
		got[e] = true
		if len(e) > maxEquation+10 {
			t.Errorf("not cut: %s", e)
		}
	}
	for _, e := range want {
		if !got[e] {
			t.Errorf("no equation %s in %v", e, got)
		}
	}
}

func TestPrintPlaces(t *testing.T) {
	var b strings.Builder
	f := sampleFunc()
	if err := PrintFunc(&b, f, PrintOptions{Places: true, MaxTable: 1}); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"h[b,o] = sum[i < 784] W1[o,i] * x[b,i] // digits.grad:5\n",
		"= [0.1, … 4 numbers] // digits.grad:5\n",
	} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("%q not in\n%s", want, b.String())
		}
	}
}
