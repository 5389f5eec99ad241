package ir

import (
	"strings"
	"testing"
)

// checkReread demands that what was read prints to a text that reads back to
// the same text.
func checkReread(t *testing.T, f *Func) {
	t.Helper()
	first := f.String()
	g, err := ParseFunc(NewBuilder(), first)
	if err != nil {
		t.Fatalf("printed text does not read back: %v\n%s", err, first)
	}
	if second := g.String(); second != first {
		t.Fatalf("first\n%s\nsecond\n%s", first, second)
	}
}

// Each line stands in a function with the names that lineFrame declares.
const lineFrame = `dim N, M
func f {
  input x : f32[N, 3]
  input z : f64[N]
  input p : bool[N]
  input k : i32[N]
  input s : f32
  input c : i32
  LINE
  return y
}
`

var goodLines = []string{
	"y : f32; y = s",
	"y : f32[N, 3]; y[i,j] = x[i,j]",
	"y : f32[3, N]; y[j,i] = x[i,j] + (s - 2) * -s / -(2) - (s + s)",
	"y : f64[N]; y[n] = -(-z[n]) * f64(s) * f64(n + 1)",
	"y : f32[N]; y[n] = if p[n] then 1 else s where n >= 1 and 2 divides n and N = 2*n + 1",
	"y : f32; y = sum[] s",
	"y : f32; y = sum[where N >= 3] s",
	"y : f32; y = max[n < N, j < n + 1 where j <= 2] x[n,j] / 2",
	"y : f32; y = prod[n < N] (x[n,0] + 1)",
	"y : i32; y = argmin[n < N](f32(if p[n] then 1 else 2))",
	"y : bool[N]; y[n] = p[n] and (n >= 1) or not(z[n] < 2) and (n >= 1 and n <= 2)",
	"y : bool[N]; y[n] = (n >= 1) and (n <= 2)",
	"y : bool[N]; y[n] = n >= 1 and n <= 2",
	"y : bool[N]; y[n] = c >= 1",
	"y : bool[N]; y[n] = 1 <= c",
	"y : bool; y = (1 < s) == (if true then false else 2 <= s)",
	"y : f32[N]; y[n] = f32(k[n]) + f32[k[n] + 1] + f32(k[n] + 1) + f32(i32(n)*k[n])",
	"y : f32[N]; y[n] = x[k[n],floor((n + 2)/5)] where k[n] >= 0 and k[n] <= N - 1 and n <= N - 1",
	"y : f32[N, 3]; y[k[n] + 1,j] += x[n,j] * s for n < N, j < 3 where j >= 1",
	"y : f32[N]; y[n] += x[n,0] for n < N",
	"y : f32; y[] += s",
	"y : f32[N]; y[n] = hypot(x[n,0], max(s, nan)) + inf - (-inf) + f32(random[4294967295; n*N*M])",
	"y : f32[N]; t1 : f32 = s + 1; t2 : f32 = t1 * t1; y[n] = t2 + t2 + t2",
	"y : f32[N]; y[n] = x[i32(floor(s)),i32(c + c)] + x[i32(i32(c) + c),(if p[n] then 1 else c)]",
	"y : f32[N, 3, 0]; y[i,j,k] = 1e-05",
	"y : f32[3*N]; y = reshape(x)",
	"table y : f64[3] = [1, -2, nan]",
	"table y : bool[2] = [true, false]",
	"(y) = scan t < N { }",
	"(a) = scan t < N { carry h : f32 = s  g : f32; g = h + f32(t) next h = g }" +
		" (_, y) = scan t again { carry h : f32 = s  carry q : f32 = a  r : f32; r = g * q next h = g next q = r }",
	"(y, _) = scan t < N { carry h : f32 = s  next h = s  emit s }",
}

func TestLinesReadBack(t *testing.T) {
	for _, line := range goodLines {
		f, err := ParseFunc(NewBuilder(), strings.Replace(lineFrame, "LINE", line, 1))
		if strings.HasSuffix(line, "{ }") {
			if err == nil {
				t.Errorf("%s: no error", line)
			}
			continue
		}
		if err != nil {
			t.Errorf("%s: %v", line, err)
			continue
		}
		checkReread(t, f)
	}
}

func TestParseErrors(t *testing.T) {
	for line, want := range map[string]string{
		"y : f32; y = q":                                  `9:16: unknown name "q"`,
		"y : f32; y = z[0]":                               "9:16: f64 where f32 is needed",
		"y : f32; y = x[0]":                               "9:16: x has 2 axes, not 1",
		"y : f32; y = 1 < 2":                              "9:18: bool where f32 is needed",
		"y : bool; y = 1 < 2":                             "9:19: comparison of numbers without a type",
		"y : f32; y = s < s < s":                          "9:22: comparisons do not chain",
		"y : f32; y = sigmoid(s, s)":                      "9:16: sigmoid takes 1 arguments, not 2",
		"y : f32[N]; y[i,j] = s":                          "9:15: y has 1 axes, not 2",
		"y : f32[N]; q[i] = s":                            "9:15: formula of q, not of y",
		"y : f32[q]; y[i] = s":                            `9:11: unknown name "q"`,
		"y : f32[c]; y[i] = s":                            "9:11: a value in a size",
		"x : f32; x = s":                                  "9:3: x is defined twice",
		"sum : f32; sum = s":                              `9:3: "sum" is a word of the notation`,
		"y : f32; y = sum[i] s":                           "9:20: an axis without an extent",
		"y : f32; y = sum[i < 2, i < 3] s":                "9:29: axis i occurs twice",
		"y : f32; y = \"":                                 "9:16: string without end",
		"y : f32; y = " + strings.Repeat("(", 5000) + "s": "nested too deeply",
		"y : f32; y = s" + strings.Repeat(" + s", 20000):  "expression too long",
		"y : f32[N]; y[n] = f32(" + strings.Repeat("(n + N)*", 40) + "n)": "integer expression too large",
	} {
		_, err := ParseFunc(NewBuilder(), strings.Replace(lineFrame, "LINE", line, 1))
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%.80s: %v, want %s", line, err, want)
		}
	}
}

func TestModuleReadsBack(t *testing.T) {
	mlp := &Model{Name: "MLP", Doc: "a \"model\"", DType: F32,
		Params: []*Param{{Name: "fc1.weight", Shape: []int64{2, 3}, Lo: negInf, Hi: posInf}, {Name: "s", Lo: 0, Hi: posInf}},
		State:  []*Param{{Name: "bn.mean", Shape: []int64{2}, Lo: negInf, Hi: posInf}}}
	tr := &Trainer{Name: "XEnt", Models: []*Model{mlp}, Hyper: []Hyper{{"lr", 1e-3}}, State: []*Param{{Name: "m.s", Lo: negInf, Hi: posInf}}}
	m := &Module{Package: "digits", File: "digits.grad", Models: []*Model{mlp}, Exports: []*Export{
		{Kind: ExportStep, Name: "XEnt", Func: sampleFunc(), Model: mlp, Trainer: tr, Derives: "grad", By: []string{"MLP", "x"},
			Args:    []Binding{{Kind: BindInput, Name: "x"}, {Kind: BindParam, Model: mlp, Index: 1}, {Kind: BindOpt, Index: 0}},
			Results: []Binding{{Kind: BindReturn, Name: "loss"}}},
	}}
	text := m.String()
	got, err := ParseModule(NewBuilder(), text)
	if err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	if again := got.String(); again != text {
		t.Errorf("first\n%s\nsecond\n%s", text, again)
	}
	for _, want := range []string{
		"param \"s\" : [] in (0, inf)\n", "hyper \"lr\" = 0.001\n", "arg param of \"MLP\" 1\n", "arg opt 0\n", "result return \"loss\"\n",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q in\n%s", want, text)
		}
	}
}

// Whatever is read prints to a text that reads back to itself; nothing panics.
func FuzzReadIR(f *testing.F) {
	f.Add(sampleFunc().String())
	f.Add(sampleText)
	for _, line := range goodLines {
		f.Add(strings.Replace(lineFrame, "LINE", line, 1))
	}
	f.Fuzz(func(t *testing.T, text string) {
		if m, err := ParseModule(NewBuilder(), text); err == nil {
			_ = m.String()
		}
		g, err := ParseFunc(NewBuilder(), text)
		if err != nil {
			return
		}
		checkReread(t, g)
		_ = Verify(g)
		for _, v := range Topological(g.Results...) {
			_ = Equation(v)
			if m, ok := v.Def.(*Map); ok {
				_ = m.Body.String()
			}
		}
	})
}
