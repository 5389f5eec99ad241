package golden_test

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/gradgen/gradgen/ir"
)

// The tests here compare with numbers that another system computed, PyTorch:
// reference/README.md says how. The sources are reference/*.grad.
//
// Errors are relative to the largest element of a tensor. In double precision
// both sides round, in other orders; sums here have up to a few thousand terms.
// In single precision arguments round, too.
const (
	bound64 = 2e-14
	bound32 = 4e-6
)

// tensor is a tensor of the JSON files.
type tensor struct {
	Name  string
	Shape []int
	Data  []float64
	Fill  *struct{ M, Scale, Offset float64 }
	DType string
	Grad  []float64
	After map[string][]float64

	GradSum, GradSumSq, GradDot float64
	At                          []int
	GradAt                      []float64
}

func (x *tensor) values() []float64 {
	if x.Data != nil {
		return x.Data
	}
	out := make([]float64, size(x.Shape))
	for k := range out {
		at := (k%1013*(k%1013)%1013*(k%1013) + 17*int(x.Fill.M) + 1) % 1013
		out[k] = x.Fill.Offset + x.Fill.Scale*math.Sin(float64(at))
	}
	return out
}

type referenceCase struct {
	Sizes    map[string]any
	Loss     *float64
	Value    *float64
	Inputs   []*tensor
	Params   []*tensor
	Outputs  []*tensor
	Training map[string]struct {
		Steps     int
		Losses    []float64
		LossAfter float64
	}

	X         []float64 // case elementwise
	Functions []struct {
		Name          string
		Alpha         float64
		Value, D1, D2 []float64
	}
}

func referenceCases(t *testing.T, name string) map[string]*referenceCase {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("reference", name))
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		Cases map[string]*referenceCase
	}
	// A field that a case uses in another way (x of a number list) is not an error of the others.
	if err := json.Unmarshal(data, &file); err != nil {
		t.Fatal(err)
	}
	return file.Cases
}

func (c *referenceCase) args() map[string][]float64 {
	out := map[string][]float64{}
	for _, x := range slices.Concat(c.Inputs, c.Params) {
		out[x.Name] = x.values()
	}
	return out
}

// compared is a request whose results another system knows.
type compared struct {
	what string
	req  request
	want []wanted
}

// wanted is one of them.
type wanted struct {
	name   string
	data   []float64
	sum    *tensor // or only what stands for a gradient too large to keep
	each   bool    // errors are relative to each element
	unit   bool    // errors are relative to 1
	bound  float64 // 0: the usual ones
	single float64 // in single precision
}

// check holds results against them, with the bound for a type, and says what
// is wrong.
func (c *compared) check(dt ir.DType, got results) (wrong []string) {
	fail := func(format string, args ...any) { wrong = append(wrong, c.what+" "+fmt.Sprintf(format, args...)) }
	for _, w := range c.want {
		g, ok := got[w.name]
		if !ok {
			fail("has no result %s among %v", w.name, got.names())
			continue
		}
		bound := cmp.Or(w.bound, bound64)
		if dt == ir.F32 {
			bound = cmp.Or(w.single, bound32)
		}
		if w.sum != nil {
			w.sum.checkSummary(g, bound, func(format string, args ...any) { fail(w.name+": "+format, args...) })
			continue
		}
		if len(g) != len(w.data) {
			fail("%s: %d numbers, want %d", w.name, len(g), len(w.data))
			continue
		}
		scale := largest(w.data)
		for i, want := range w.data {
			s := scale
			switch {
			case w.each:
				s = math.Abs(want)
			case w.unit:
				s = 1
			}
			// Below the smallest normal number there is no relative precision.
			if d := math.Abs(g[i] - want); !(d <= bound*s+math.SmallestNonzeroFloat32 || g[i] == want) {
				fail("%s[%d] is %v, the reference %v: off by %.2g of %.2g", w.name, i, g[i], want, d/s, bound)
				break
			}
		}
	}
	return wrong
}

func (r results) names() []string {
	var out []string
	for k := range r {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}

func largest(data []float64) float64 {
	m := 0.0
	for _, v := range data {
		m = max(m, math.Abs(v))
	}
	return m
}

// checkSummary compares the sums and samples of a gradient. A sum may be 0 but
// for rounding: it is held against what its terms can add up to.
func (x *tensor) checkSummary(g []float64, bound float64, fail func(string, ...any)) {
	var sum, squares, dot float64
	for k, v := range g {
		sum += v
		squares += v * v
		dot += v * math.Sin(float64(k%1013))
	}
	spread := math.Sqrt(float64(len(g)) * x.GradSumSq)
	for _, c := range []struct {
		name            string
		got, want, size float64
	}{{"Σg", sum, x.GradSum, spread}, {"Σg²", squares, x.GradSumSq, x.GradSumSq}, {"Σg·sin", dot, x.GradDot, spread}} {
		if !(math.Abs(c.got-c.want) <= bound*c.size) {
			fail("%s is %v, the reference %v: off by %.2g of %.2g", c.name, c.got, c.want, math.Abs(c.got-c.want)/c.size, bound)
		}
	}
	for i, at := range x.At {
		if !(math.Abs(g[at]-x.GradAt[i]) <= bound*largest(x.GradAt)) {
			fail("[%d] is %v, the reference %v", at, g[at], x.GradAt[i])
		}
	}
}

// modelCases are the questions to reference/models.grad.
func modelCases(t *testing.T) []*compared {
	var out []*compared
	cases := referenceCases(t, "models.json")
	stems := map[string]string{"transformerScaled": "transformer"}
	for _, name := range []string{"mlp", "lenet", "conv", "reader", "gru", "transformer", "transformerScaled", "rbf"} {
		c := cases[name]
		stem := name
		if s := stems[name]; s != "" {
			stem = s
		}
		dims := map[string]int{}
		for _, d := range []string{"B", "T"} {
			if n, ok := c.Sizes[d].(float64); ok {
				dims[d] = int(n)
			}
		}
		q := request{dims: dims, args: c.args()}
		model, loss, by := title(stem), title(stem)+"Loss", stem+"By"

		forward := q
		forward.fn, forward.kind = model, ir.ExportForward
		f := &compared{what: name + " forward", req: forward}
		for _, o := range c.Outputs {
			if name == "reader" && o.Name != "logits" {
				continue // inner values, which the gru case compares
			}
			as := "y"
			if name == "gru" {
				as = o.Name
			}
			f.want = append(f.want, wanted{name: as, data: o.Data})
		}
		grad := q
		grad.fn, grad.derives = loss, "grad"
		g := &compared{what: name + " gradient", req: grad, want: []wanted{{name: title(stem), data: []float64{*c.Loss}}}}
		g.want[0].name = stem + "Loss"
		for _, p := range c.Params {
			g.want = append(g.want, gradOf(p, "d"+p.Name))
		}
		inputs := q
		inputs.fn, inputs.derives = by, "grad"
		i := &compared{what: name + " gradient by inputs", req: inputs}
		var floats []*tensor
		for _, x := range c.Inputs {
			if x.DType == "" {
				floats = append(floats, x)
			}
		}
		for _, x := range floats {
			as := "d" + x.Name
			if len(floats) == 1 {
				as = "grad"
			}
			i.want = append(i.want, gradOf(x, as))
		}
		out = append(out, f, g, i)
		for opt, tr := range c.Training {
			step := q
			step.fn, step.kind, step.steps = model+title(opt), ir.ExportStep, tr.Steps
			s := &compared{what: name + " " + opt, req: step, want: []wanted{{name: "losses", data: tr.Losses}}}
			for _, p := range c.Params {
				s.want = append(s.want, wanted{name: p.Name, data: p.After[opt]})
			}
			out = append(out, s)
		}
	}
	return out
}

func gradOf(x *tensor, as string) wanted {
	if x.Grad == nil {
		return wanted{name: as, sum: x}
	}
	return wanted{name: as, data: x.Grad}
}

// asked is a question to the emitted Go.
type asked struct {
	c    *compared
	dt   ir.DType
	call int
}

// TestReference compares every case through the interpreter, and through the
// emitted code in both precisions, on every path.
func TestReference(t *testing.T) {
	type suite struct {
		file  string
		cases []*compared
	}
	suites := []suite{{"models", modelCases(t)}, {"functions", functionCases(t)}}
	var programs []*program
	var all []*asked
	for _, s := range suites {
		text, err := os.ReadFile(filepath.Join("reference", s.file+".grad"))
		if err != nil {
			t.Fatal(err)
		}
		p := compile(t, s.file, string(text))
		programs = append(programs, p, compile(t, s.file+"32", in32(string(text))))
		for _, c := range s.cases {
			t.Run("interpreter/"+c.what, func(t *testing.T) {
				if testing.Short() && len(c.req.args["x"]) > 1000 {
					t.Skip("slow")
				}
				report(t, c.check(ir.F64, p.interpreted(t, c.req, true)))
			})
		}
	}
	d := newDriver(t, programs...)
	for i, s := range suites {
		for _, c := range s.cases {
			for k, dt := range []ir.DType{ir.F64, ir.F32} {
				all = append(all, &asked{c, dt, d.call(programs[2*i+k], c.req)})
			}
		}
	}
	d.run()
	for _, a := range all {
		t.Run("go/"+a.dt.String()+"/"+a.c.what, func(t *testing.T) { report(t, a.c.check(a.dt, d.results[a.call])) })
	}
	for _, a := range all {
		for _, w := range a.c.want {
			a.mustSee(t, w, d.results[a.call])
		}
	}
	d.again(func(how string) {
		for _, a := range all {
			for _, w := range a.c.check(a.dt, d.results[a.call]) {
				t.Errorf("%s, %s in %v: %s", a.c.what, how, a.dt, w)
			}
		}
	})
}

func report(t *testing.T, wrong []string) {
	t.Helper()
	for _, w := range wrong {
		t.Error(w)
	}
}

// mustSee is the control: an error in one number of a result is seen.
func (a *asked) mustSee(t *testing.T, w wanted, r results) {
	t.Helper()
	if len(r[w.name]) == 0 {
		return // reported before
	}
	bad := maps.Clone(r)
	bad[w.name] = slices.Clone(r[w.name])
	at := len(bad[w.name]) / 2
	scale := largest(w.data)
	if w.sum != nil {
		at, scale = w.sum.At[0], math.Sqrt(w.sum.GradSumSq)
	}
	bad[w.name][at] += 0.01 * max(scale, 0.01)
	if a.dt == ir.F64 {
		bad[w.name][at] = r[w.name][at] + 1e-9*max(scale, 1e-3)
	}
	if len(a.c.check(a.dt, bad)) == 0 {
		t.Errorf("%s: an error in %s goes unseen", a.c.what, w.name)
	}
}
