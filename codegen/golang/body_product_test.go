package golang

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/gradgen/gradgen/ir"
	"github.com/gradgen/gradgen/ir/autodiff"
	"github.com/gradgen/gradgen/ir/pass"
	"github.com/gradgen/gradgen/ir/plan"
)

// contractions writes random sums of products: axes of every role in any
// order, windows with steps and with zeros around, work on operands and on the
// result.
type contractions struct {
	*rand.Rand
	masks  *rand.Rand
	scan   bool     // they are computed at each step of a scan, for a left operand that is carried
	inputs []string // declarations
	lines  []string
}

// axis is one axis of a contraction.
type axis struct{ name, extent string }

// constants are what extents are made of; N and M are known at run time.
var constants = map[string]int{"1": 1, "2": 2, "3": 3, "5": 5, "8": 8}

func (g *contractions) axes(prefix string, n int) []axis {
	var out []axis
	for k := range n {
		extent := []string{"1", "2", "3", "5", "8", "N", "M"}[g.IntN(7)]
		out = append(out, axis{fmt.Sprintf("%s%d", prefix, k), extent})
	}
	return out
}

func (g *contractions) shuffled(lists ...[]axis) []axis {
	all := slices.Concat(lists...)
	g.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	return all
}

func join(axes []axis, f func(axis) string) string {
	texts := make([]string, len(axes))
	for i, x := range axes {
		texts[i] = f(x)
	}
	return strings.Join(texts, ",")
}

func names1(x axis) string   { return x.name }
func extents1(x axis) string { return x.extent }

// operand declares an array over axes and returns how the sum reads it, and
// under which conditions. Two axes of constant size may share a dimension.
func (g *contractions) operand(name string, axes []axis) (read string, guards []string) {
	var shape, index []string
	for len(axes) > 0 {
		x := axes[0]
		axes = axes[1:]
		k := slices.IndexFunc(axes, func(y axis) bool { return constants[x.extent] > 0 && constants[y.extent] > 0 && y.name[0] != x.name[0] })
		if k < 0 || g.IntN(2) == 0 {
			shape, index = append(shape, x.extent), append(index, x.name)
			continue
		}
		y := axes[k]
		axes = slices.Delete(slices.Clone(axes), k, k+1)
		step := 1 + g.IntN(2)
		size := step*(constants[x.extent]-1) + constants[y.extent]
		place := fmt.Sprintf("%d*%s + %s", step, x.name, y.name)
		if pad := g.IntN(3); pad > 0 && size > 2*pad {
			size -= 2 * pad
			guards = append(guards, fmt.Sprintf("%s >= %d", place, pad), fmt.Sprintf("%s <= %d", place, size+pad-1))
			place += fmt.Sprintf(" - %d", pad)
		}
		shape, index = append(shape, fmt.Sprint(size)), append(index, place)
	}
	g.inputs = append(g.inputs, fmt.Sprintf("  input %s : f64[%s]", name, strings.Join(shape, ",")))
	read = fmt.Sprintf("%s[%s]", name, strings.Join(index, ","))
	if g.IntN(5) == 0 {
		read = fmt.Sprintf("sin(%s)", read)
	}
	return read, guards
}

// sides declares two arrays that lie side by side along an axis of constant size, and
// returns how the sum reads them as one.
func (g *contractions) sides(axes []axis, along axis) string {
	size := constants[along.extent]
	cut := 1 + g.masks.IntN(size-1)
	part := func(name string, n int, at string) string {
		shape := join(axes, func(x axis) string {
			if x == along {
				return fmt.Sprint(n)
			}
			return x.extent
		})
		g.inputs = append(g.inputs, fmt.Sprintf("  input %s : f64[%s]", name, shape))
		return fmt.Sprintf("%s[%s]", name, join(axes, func(x axis) string {
			if x == along {
				return at
			}
			return x.name
		}))
	}
	return fmt.Sprintf("(if %s < %d then %s else %s)", along.name, cut, part("y0", cut, along.name), part("y1", size-cut, fmt.Sprintf("%s - %d", along.name, cut)))
}

// diagonal is a condition that keeps to a diagonal of two axes, on one side or on both.
func (g *contractions) diagonal(x, y axis) string {
	at := g.masks.IntN(5) - 2
	below, above := fmt.Sprintf("%s <= %s + %d", y.name, x.name, at+g.masks.IntN(3)), fmt.Sprintf("%s >= %s + %d", y.name, x.name, at)
	return []string{below, above, below + " and " + above}[g.masks.IntN(3)]
}

// masked declares an array that is an operand where a condition holds, and 0 elsewhere;
// it returns how the sum reads that.
func (g *contractions) masked(read string, x, y axis, axes []axis) string {
	at := join(axes, names1)
	g.lines = append(g.lines, fmt.Sprintf("  mask : f64[%s]; mask[%s] = %s where %s", join(axes, extents1), at, read, g.diagonal(x, y)))
	return fmt.Sprintf("mask[%s]", at)
}

// function is the text of one function; donate tells that its last result may
// take the storage of parameter old.
func (g *contractions) function() (text string, donate bool) {
	g.inputs, g.lines = []string{"  input old : f64[]", "  input rate : f64", "  input acc : bool"}, nil
	batch, m, n, k := g.axes("b", g.IntN(3)), g.axes("m", g.IntN(3)), g.axes("n", g.IntN(3)), g.axes("k", 1+g.IntN(2))
	if len(m)+len(n) == 0 {
		m = g.axes("m", 1)
	}
	if g.scan {
		batch = nil // operands that differ among the matrices of a batch are not kept
	}
	left, guards := g.operand("x", g.shuffled(batch, m, k))
	axes := g.shuffled(batch, k, n)
	right, more := g.operand("y", axes)
	if constants[k[0].extent] > 1 && len(more) == 0 && g.masks.IntN(6) == 0 {
		g.inputs = g.inputs[:len(g.inputs)-1]
		right = g.sides(axes, k[0])
	}
	free := g.shuffled(batch, m, n)
	shape, at := join(free, extents1), join(free, names1)
	g.inputs[0] = fmt.Sprintf("  input old : f64[%s]", shape)
	sum := join(k, func(x axis) string { return x.name + " < " + x.extent })
	if guards = append(guards, more...); len(guards) == 0 && len(m) > 0 && g.masks.IntN(2) == 0 {
		left = g.masked(left, m[0], k[0], slices.Concat(m, batch, k))
	}
	if len(guards) > 0 {
		sum += " where " + strings.Join(guards, " and ")
	}
	last := "s"
	define := func(name, body string) {
		g.lines = append(g.lines, fmt.Sprintf("  %s : f64[%s]; %s[%s] = %s", name, shape, name, at, body))
		last = name
	}
	define("s", fmt.Sprintf("sum[%s] %s * %s", sum, left, right))
	gate := ""
	for step := range g.IntN(5) {
		value, name := fmt.Sprintf("%s[%s]", last, at), fmt.Sprintf("v%d", step)
		switch g.IntN(8) {
		case 0:
			define(name, "rate * "+value)
		case 1:
			define(name, "-"+value)
		case 2, 3:
			// A bias over some of the axes, those of one role more often than not.
			role := [][]axis{m, m, n, n, free}[g.IntN(5)]
			if len(role) == 0 {
				role = free
			}
			bias := fmt.Sprintf("c%d", step)
			g.inputs = append(g.inputs, fmt.Sprintf("  input %s : f64[%s]", bias, join(role, extents1)))
			define(name, fmt.Sprintf("%s + %s[%s]", value, bias, join(role, names1)))
		case 4:
			define(name, "relu("+value+")")
		case 5:
			define(name, "sin("+value+")")
		case 6, 7:
			if gate == "" {
				gate = fmt.Sprintf("r[%s]", at)
				g.inputs = append(g.inputs, "  input e : f64[2]")
				g.lines = append([]string{
					fmt.Sprintf("  q : f64[%s]; q[%s] = sum[z < 2] exp(old[%s]) * e[z]", shape, at, at),
					fmt.Sprintf("  r : f64[%s]; r[%s] = relu(q[%s])", shape, at, at)}, g.lines...)
			}
			define(name, fmt.Sprintf("if 0 < %s then %s else if %s == 0 then 0 else %s * %s", gate, value, gate, gate, value))
		}
	}
	value := fmt.Sprintf("%s[%s]", last, at)
	switch g.IntN(4) {
	case 0:
		define("w", fmt.Sprintf("old[%s] - rate * %s", at, value))
	case 1:
		define("w", fmt.Sprintf("%s + (if acc then old[%s] else 0)", value, at))
	case 2, 3:
		if len(m)*len(n) > 0 && g.masks.IntN(2) == 0 {
			define("z", fmt.Sprintf("exp(%s) where %s", value, g.diagonal(m[0], n[0])))
		}
	}
	result := last
	if g.scan {
		g.recur(last)
		result = "all"
	}
	return fmt.Sprintf("dim N, M\nfunc f {\n%s\n%s\n  return %s\n}", strings.Join(g.inputs, "\n"), strings.Join(g.lines, "\n"), result), result == "w"
}

// recur makes the lines the body of a scan: the left operand is what a step makes of that
// of the one before, and all others are the same at every step.
func (g *contractions) recur(emit string) {
	_, shape, _ := strings.Cut(g.inputs[slices.IndexFunc(g.inputs, func(s string) bool { return strings.HasPrefix(s, "  input x :") })], ": ")
	var at []string
	for k := range strings.Count(shape, ",") + 1 {
		at = append(at, fmt.Sprintf("h%d", k))
	}
	index := strings.Join(at, ",")
	if shape == "f64[]" {
		index = ""
	}
	body := []string{"  (last, all) = scan t < 3 {", "    carry h : " + shape + " = x"}
	for _, l := range g.lines {
		body = append(body, "  "+strings.ReplaceAll(l, "x[", "h["))
	}
	g.lines = append(body, fmt.Sprintf("    h1 : %s; h1[%s] = 0.1 + 0.9*sin(h[%s])", shape, index, index), "    next h = h1", "    emit "+emit, "  }")
}

// TestRandomProducts compares calls of the contraction engine with the
// interpreter, for sums of products and for their gradients.
func TestRandomProducts(t *testing.T) {
	seeds := uint64(120)
	if testing.Short() {
		seeds = 20
	}
	var trials []*trial
	for n := range seeds + seeds/2 {
		seed, scan := *firstSeed+n, n >= seeds
		if scan {
			seed = *firstSeed + (n-seeds)*2
		}
		g := &contractions{Rand: rand.New(rand.NewPCG(seed, 7)), masks: rand.New(rand.NewPCG(seed, 8)), scan: scan}
		text, donate := g.function()
		b := ir.NewBuilder()
		f, err := ir.ParseFunc(b, text)
		if err != nil {
			t.Fatalf("seed %d: %v\n%s", seed, err, text)
		}
		dims := map[string]int{"N": g.IntN(9), "M": 1 + g.IntN(6)}
		add := func(kind string, f *ir.Func) {
			if f, err = pass.Optimize(b, f, pass.Options{}); err != nil {
				t.Fatalf("seed %d: %s: %v\n%s", seed, kind, err, text)
			}
			tr := &trial{name: fmt.Sprintf("seed %d %s", seed, kind), f: f, dims: dims, tol: boundF64}
			tr.opts.Force, tr.opts.Engine = plan.Loops, 1
			for _, v := range f.Params {
				data := make([]float64, lengthOf(v.Type.Len(), dims))
				for i := range data {
					data[i] = g.Float64() - 0.5
				}
				if v.Type.DType == ir.Bool {
					data[0] = float64(g.IntN(2))
				}
				tr.args = append(tr.args, data)
			}
			trials = append(trials, tr)
		}
		add("value", f)
		if donate {
			trials[len(trials)-1].opts.Donate = []int{0}
		}
		wrt := []int{}
		for k, v := range f.Params {
			if v.Type.DType == ir.F64 && v.Name != "rate" {
				wrt = append(wrt, k)
			}
		}
		vjp, err := autodiff.VJP(b, f, wrt)
		if err != nil {
			t.Fatalf("seed %d: %v\n%s", seed, err, text)
		}
		add("gradient", vjp)
	}
	checkTrials(t, trials)
	checkLanes(t, trials)
	calls, kinds := 0, map[string]int{}
	for _, tr := range trials {
		for _, p := range tr.planned.Products {
			calls++
			for kind, is := range map[string]bool{
				"tables":       p.A.Row.Levels != nil || p.A.Col.Levels != nil || p.B.Row.Levels != nil || p.B.Col.Levels != nil,
				"batches":      !p.Batch.Is(1),
				"sums":         p.Sum,
				"scales":       p.Factor != nil,
				"row biases":   p.Row != nil,
				"col biases":   p.Col != nil,
				"relus":        p.Relu,
				"gates":        p.Gate != nil,
				"accumulates":  p.Onto != nil && p.Onto.Op == ir.OpLit,
				"bands":        p.A.Band != nil || p.B.Band != nil,
				"result bands": p.C.Band != nil,
				"kept":         p.A.Kept > 0 || p.B.Kept > 0,
				"conditions":   p.Onto != nil && p.Onto.Op != ir.OpLit,
			} {
				if is {
					kinds[kind]++
				} else {
					kinds[kind] += 0
				}
			}
		}
	}
	t.Logf("%d functions, %d calls: %v", len(trials), calls, kinds)
	for kind, n := range kinds {
		if n < int(seeds)/60 && *firstSeed == 0 {
			t.Errorf("only %d %s", n, kind)
		}
	}
}
