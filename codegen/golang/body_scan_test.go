package golang

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/gradgen/gradgen/ir"
	"github.com/gradgen/gradgen/ir/autodiff"
	"github.com/gradgen/gradgen/ir/pass"
	"github.com/gradgen/gradgen/ir/plan"
)

// recurrences writes random recurrent layers: a state with rows, products of it with
// weights, and elementwise work on rows, some of them of an input of all steps. In a few
// of them something connects the rows.
type recurrences struct {
	*rand.Rand
	inputs, lines []string
	values        []recurrent // of the step
}

// recurrent is a value with rows, so many numbers in each.
type recurrent struct {
	name string
	wide int
}

// pick is a value that there is, how it is read at column j, or backwards.
func (g *recurrences) pick() recurrent { return g.values[g.IntN(len(g.values))] }

func (r recurrent) at(column string) string { return fmt.Sprintf("%s[n,%s]", r.name, column) }

func (g *recurrences) input(shape string) string {
	name := fmt.Sprintf("u%d", len(g.inputs))
	g.inputs = append(g.inputs, fmt.Sprintf("  input %s : f64[%s]", name, shape))
	return name
}

// define adds a value to the step.
func (g *recurrences) define(wide int, body string) {
	v := recurrent{fmt.Sprintf("v%d", len(g.lines)), wide}
	g.lines = append(g.lines, fmt.Sprintf("    %s : f64[N, %d]; %s = %s", v.name, wide, v.at("j"), body))
	g.values = append(g.values, v)
}

// multiply adds a product with weights, which lie in either order.
func (g *recurrences) multiply(v recurrent, wide int) {
	read := fmt.Sprintf("%s[j,i]", g.input(fmt.Sprintf("%d, %d", wide, v.wide)))
	if g.IntN(2) == 0 {
		read = fmt.Sprintf("%s[i,j]", g.input(fmt.Sprintf("%d, %d", v.wide, wide)))
	}
	g.define(wide, fmt.Sprintf("sum[i < %d] %s * %s", v.wide, v.at("i"), read))
}

// step adds something that is computed of what there is.
func (g *recurrences) step() {
	v := g.pick()
	switch g.IntN(8) {
	case 0, 1, 2:
		wide := []int{2, 3, 8}[g.IntN(3)]
		g.multiply(v, wide)
		switch last := g.values[len(g.values)-1]; g.IntN(3) {
		case 0:
			g.define(wide, fmt.Sprintf("tanh(%s + %s[j])", last.at("j"), g.input(fmt.Sprint(wide))))
		case 1:
			g.define(wide, fmt.Sprintf("%s + %s[n]", last.at("j"), g.input("N")))
		}
	case 3:
		shape, at := "T, N", "t,n"
		if g.IntN(2) == 0 {
			shape, at = "N, T", "n,t"
		}
		g.define(v.wide, fmt.Sprintf("sin(%s) + %s[%s,j]", v.at("j"), g.input(fmt.Sprintf("%s, %d", shape, v.wide)), at))
	case 4:
		g.define(v.wide, fmt.Sprintf("0.5*%s - %s", v.at("j"), v.at(fmt.Sprintf("%d - j", v.wide-1))))
	case 5: // one after the other, side by side
		w := g.pick()
		g.define(v.wide+w.wide, fmt.Sprintf("if j < %d then %s else %s", v.wide, v.at("j"), w.at(fmt.Sprintf("j - %d", v.wide))))
	case 6:
		g.define(v.wide, fmt.Sprintf("%s * f64(random[%d; 31*n + j])", v.at("j"), len(g.lines)))
	case 7:
		if g.IntN(4) > 0 {
			g.define(v.wide, fmt.Sprintf("%s * sigmoid(%s)", v.at("j"), v.at("j")))
			return
		}
		name := fmt.Sprintf("m%d", len(g.lines))
		g.lines = append(g.lines, fmt.Sprintf("    %s : f64[%d]; %s[j] = sum[n < N] %s", name, v.wide, name, v.at("j")))
		g.define(v.wide, fmt.Sprintf("0.1*%s[j] + %s", name, v.at("j")))
	}
}

func (g *recurrences) function() string {
	wide := []int{2, 3, 8}[g.IntN(3)]
	g.inputs, g.lines = []string{fmt.Sprintf("  input h0 : f64[N, %d]", wide)}, nil
	g.values = []recurrent{{"h", wide}}
	for range 2 + g.IntN(4) {
		g.step()
	}
	var emits, results []string
	for k := range g.IntN(3) {
		emits = append(emits, fmt.Sprintf("    emit %s", g.pick().name))
		results = append(results, fmt.Sprintf("e%d", k))
	}
	// The next state is made of the last value, so that most of them are of use.
	g.multiply(g.values[len(g.values)-1], wide)
	last := g.values[len(g.values)-1]
	g.lines = append(g.lines, fmt.Sprintf("    h1 : f64[N, %d]; h1[n,j] = tanh(%s + 0.5*h[n,j])", wide, last.at("j")))
	results = append([]string{"last"}, results...)
	down := []string{"", " reverse"}[g.IntN(2)]
	body := fmt.Sprintf("  (%s) = scan t < T%s {\n    carry h : f64[N, %d] = h0\n%s\n    next h = h1\n%s\n  }",
		strings.Join(results, ", "), down, wide, strings.Join(g.lines, "\n"), strings.Join(emits, "\n"))
	return fmt.Sprintf("dim N, T\nfunc f {\n%s\n%s\n  return %s\n}", strings.Join(g.inputs, "\n"), body, strings.Join(results, ", "))
}

// TestRandomScans compares scans whose rows workers share with the interpreter, and so
// their gradients: some rows go through all steps before others begin, and are the same,
// bit for bit, as if all went together.
func TestRandomScans(t *testing.T) {
	seeds := uint64(80)
	if testing.Short() {
		seeds = 16
	}
	var trials []*trial
	for seed := *firstSeed; seed < *firstSeed+seeds; seed++ {
		g := &recurrences{Rand: rand.New(rand.NewPCG(seed, 9))}
		text := g.function()
		b := ir.NewBuilder()
		f, err := ir.ParseFunc(b, text)
		if err != nil {
			t.Fatalf("seed %d: %v\n%s", seed, err, text)
		}
		dims := map[string]int{"N": g.IntN(30), "T": g.IntN(5)}
		add := func(kind string, f *ir.Func) {
			if f, err = pass.Optimize(b, f, pass.Options{}); err != nil {
				t.Fatalf("seed %d: %s: %v\n%s", seed, kind, err, text)
			}
			tr := &trial{name: fmt.Sprintf("seed %d %s", seed, kind), f: f, dims: dims, tol: boundF64}
			tr.opts.Force, tr.opts.Engine, tr.opts.Rows, tr.opts.InArena = plan.Loops, 1, 1, []bool{true}
			for _, v := range f.Params {
				data := make([]float64, lengthOf(v.Type.Len(), dims))
				for i := range data {
					data[i] = g.Float64() - 0.5
				}
				tr.args = append(tr.args, data)
			}
			tr.layOut(seed)
			trials = append(trials, tr)
		}
		add("value", f)
		wrt := make([]int, len(f.Params))
		for k := range wrt {
			wrt[k] = k
		}
		vjp, err := autodiff.VJP(b, f, wrt)
		if err != nil {
			t.Fatalf("seed %d: %v\n%s", seed, err, text)
		}
		add("gradient", vjp)
	}
	checkTrials(t, trials)
	own := checkLanes(t, trials)
	shared := 0
	for _, tr := range own {
		plan.Each(tr.prog.Body, func(s plan.Stmt) {
			if b, ok := s.(*plan.Block); ok && b.IsScan() {
				shared++
			}
		})
	}
	t.Logf("%d functions, %d scans by rows", len(trials), shared)
	if shared < int(seeds)/2 {
		t.Errorf("only %d scans are done by rows", shared)
	}
}
