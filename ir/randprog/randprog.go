// Package randprog makes random, well-typed, differentiable programs. Every
// stage of the compiler is tested on thousands of them: the interpreter
// against the optimised program, gradients against differences, emitted code
// against the interpreter.
//
// Bodies are kept smooth and bounded, so that differences are sharp, but the
// index maps are wild: shifts and strides that leave the array behind a guard,
// triangles, gathers and sums through integer arrays, windows, reductions of every
// kind, scans in both directions with captured arrays, scans within scans.
package randprog

import (
	"fmt"
	"math/rand/v2"

	"github.com/gradgen/gradgen/ir"
)

// Program is a random function with data to run it on.
type Program struct {
	Func *ir.Func
	Wrt  []int          // the float parameters
	Dims map[string]int // run-time sizes
	Args [][]float64    // row-major data for each parameter
}

// Options bounds the programs.
type Options struct {
	DType  ir.DType // of all floats
	Steps  int      // how many definitions, at most
	Smooth bool     // no reducers or operations with kinks
	Scans  bool     // with scans
	Fixed  bool     // all sizes are numbers
	Wide   bool     // one size is that of some vectors and a rest; such programs may take long
}

// New makes the program that belongs to a seed.
func New(b *ir.Builder, seed uint64, o Options) *Program {
	g := &gen{Rand: rand.New(rand.NewPCG(seed, 0x67726164)), b: b, o: o}
	g.n, g.m = &ir.Dim{Name: "N"}, &ir.Dim{Name: "M"}
	g.sizes = []ir.Int{ir.Const(1), ir.Const(2), ir.Const(3), ir.Const(4), ir.Of(g.n), ir.Of(g.m)}
	if o.Fixed {
		g.sizes[4], g.sizes[5] = ir.Const(2), ir.Const(3)
	}
	p := &Program{Dims: map[string]int{"N": 1 + g.IntN(4), "M": 2 + g.IntN(3)}}
	if o.Wide {
		p.Dims["N"] = 17 + g.IntN(30)
		if o.Fixed {
			g.sizes[4] = ir.Const(int64(p.Dims["N"]))
		}
	}
	f := &ir.Func{Name: fmt.Sprintf("random%d", seed)}
	for k := range 2 + g.IntN(2) {
		v := b.Input(fmt.Sprintf("x%d", k), ir.Type{DType: o.DType, Shape: g.shape(1 + g.IntN(3))})
		f.Params, g.pool = append(f.Params, v), append(g.pool, v)
		p.Wrt = append(p.Wrt, k)
	}
	// These give every run-time size a slice that determines it.
	for k, n := range g.sizes[4:] {
		v := b.Input(fmt.Sprintf("s%d", k), ir.Type{DType: o.DType, Shape: []ir.Int{n}})
		f.Params, g.pool = append(f.Params, v), append(g.pool, v)
		p.Wrt = append(p.Wrt, len(f.Params)-1)
	}
	g.ints = b.Input("idx", ir.Type{DType: ir.I32, Shape: []ir.Int{ir.Const(4)}})
	wild := b.Input("wild", ir.Type{DType: ir.I32, Shape: []ir.Int{ir.Const(4)}})
	f.Params = append(f.Params, g.ints, wild)
	g.wild = []*ir.Value{wild}
	if !o.Smooth {
		g.wild = append(g.wild, g.computed())
	}
	for range 1 + g.IntN(o.Steps) {
		g.define()
	}
	f.Results = []*ir.Value{g.total()}
	p.Func = f
	for _, v := range f.Params {
		n := 1
		for _, s := range v.Type.Shape {
			n *= p.size(s)
		}
		data := make([]float64, n)
		for i := range data {
			switch v {
			case g.ints:
				data[i] = float64(g.IntN(2))
			case wild:
				data[i] = float64(g.IntN(9) - 3)
			default:
				data[i] = o.DType.Round(2*g.Float64() - 1)
			}
		}
		p.Args = append(p.Args, data)
	}
	return p
}

func (p *Program) size(s ir.Int) int {
	if n, ok := s.IsConst(); ok {
		return int(n)
	}
	return p.Dims[s.String()]
}

type gen struct {
	*rand.Rand
	b     *ir.Builder
	o     Options
	n, m  *ir.Dim
	sizes []ir.Int
	pool  []*ir.Value
	ints  *ir.Value   // an index array of numbers that are in range anywhere
	wild  []*ir.Value // index arrays of numbers that are not
	depth int
}

func (g *gen) shape(rank int) []ir.Int {
	out := make([]ir.Int, rank)
	for i := range out {
		out[i] = g.sizes[g.IntN(len(g.sizes))]
	}
	return out
}

func (g *gen) pick() *ir.Value {
	// Recent values are used more, so that programs get deep.
	k := len(g.pool) - 1 - min(g.IntN(len(g.pool)), g.IntN(len(g.pool)))
	return g.pool[k]
}

func (g *gen) define() {
	switch {
	case g.o.Scans && g.depth < 2 && g.IntN(5) == 0:
		g.scan()
	case g.IntN(12) == 0:
		g.reshape()
	case g.IntN(10) == 0:
		g.argmax()
	case g.IntN(10) == 0:
		g.scatter()
	case !g.o.Fixed && g.IntN(10) == 0: // of constant sizes few programs would be left that are straight lines
		g.segments()
	default:
		g.pool = append(g.pool, g.newMap(g.shape(g.IntN(4))))
	}
}

// newMap makes a Map of this shape.
func (g *gen) newMap(shape []ir.Int) *ir.Value {
	axes := ir.Axes(shape)
	rank := len(axes)
	var reduce *ir.Reducer
	if g.IntN(2) == 0 {
		for range 1 + g.IntN(2) {
			axes = append(axes, ir.NewAxis(fmt.Sprintf("r%d", len(axes)), g.sizes[g.IntN(len(g.sizes))]))
		}
		reduce = ir.Sum
		if !g.o.Smooth && g.IntN(3) == 0 {
			reduce = []*ir.Reducer{ir.Max, ir.Min, ir.Prod}[g.IntN(3)]
		}
	}
	m := &ir.Map{Axes: axes, Reduce: reduce, Body: g.expr(axes, 3)}
	if reduce == ir.Sum {
		// Keep sums small.
		m.Body = ir.Apply(ir.OpMul, ir.Lit(g.o.DType, 0.4), m.Body)
		if len(axes) >= 2 && g.IntN(3) == 0 {
			x, y := ir.Of(axes[g.IntN(len(axes))]), ir.Of(axes[g.IntN(len(axes))])
			m.Domain = []ir.Pred{[]ir.Pred{ir.Ge(x, y), ir.Lt(x, y), ir.Eq(x, y), ir.Eq(x, y.AddConst(1))}[g.IntN(4)]}
		}
	}
	if reduce == ir.Prod {
		m.Body = ir.Apply(ir.OpAdd, m.Body, ir.Lit(g.o.DType, 0.3))
	}
	return g.b.Map(g.name("v"), rank, m)
}

func (g *gen) name(prefix string) string { return fmt.Sprintf("%s%d", prefix, len(g.pool)) }

// expr makes a scalar expression over the axes.
func (g *gen) expr(axes []*ir.Axis, depth int) *ir.Expr {
	t := g.o.DType
	lit := func(v float64) *ir.Expr { return ir.Lit(t, v) }
	if depth == 0 || g.IntN(5) == 0 {
		switch {
		case len(axes) > 0 && g.IntN(8) == 0:
			x := ir.IndexValue(t, ir.Of(axes[g.IntN(len(axes))]))
			return ir.Apply(ir.OpMul, lit(0.1), x)
		case g.IntN(8) == 0:
			return lit(float64(g.IntN(7)-3) / 4)
		}
		return g.read(g.pick(), axes)
	}
	x := g.expr(axes, depth-1)
	square := func(e *ir.Expr) *ir.Expr { return ir.Apply(ir.OpMul, e, e) }
	one := func(name string, e *ir.Expr) *ir.Expr { return ir.Apply(ir.OpByName(name), e) }
	if g.IntN(2) == 0 {
		switch g.IntN(9) {
		case 0:
			return one("tanh", x)
		case 1:
			return one("sin", x)
		case 2:
			return one("exp", ir.Apply(ir.OpByName("tanh"), x))
		case 3:
			return one("sqrt", ir.Apply(ir.OpAdd, lit(1), square(x)))
		case 4:
			return one("log", ir.Apply(ir.OpAdd, lit(1.5), square(one("tanh", x))))
		case 5:
			return one("sigmoid", x)
		case 6:
			return ir.Apply(ir.OpNeg, x)
		case 7:
			if g.o.Smooth {
				return square(one("tanh", x))
			}
			return one("relu", x)
		default:
			if g.o.Smooth {
				return one("cos", x)
			}
			return one("abs", x)
		}
	}
	y := g.expr(axes, depth-1)
	switch g.IntN(8) {
	case 0:
		return ir.Apply(ir.OpSub, x, y)
	case 1, 2, 3:
		return ir.Apply(ir.OpMul, x, one("tanh", y))
	case 4:
		return ir.Apply(ir.OpDiv, x, ir.Apply(ir.OpAdd, lit(1.5), square(y)))
	case 5:
		if !g.o.Smooth {
			return ir.Select(ir.Apply(ir.OpLt, x, y), ir.Apply(ir.OpMul, x, lit(0.5)), y)
		}
	case 6:
		if len(axes) > 0 {
			i, j := ir.Of(axes[g.IntN(len(axes))]), ir.Of(axes[g.IntN(len(axes))])
			return ir.Select(ir.Test(ir.Ge(i.AddConst(1), j.MulConst(2))), x, y)
		}
	}
	return ir.Apply(ir.OpAdd, x, y)
}

// read reads an array at a random affine index, guarded where it may leave.
func (g *gen) read(a *ir.Value, axes []*ir.Axis) *ir.Expr {
	index := make([]ir.Int, len(a.Type.Shape))
	var guard []ir.Pred
	for k, n := range a.Type.Shape {
		i := ir.Const(0)
		if len(axes) > 0 {
			i = ir.Of(axes[g.IntN(len(axes))])
		}
		for _, x := range axes { // prefer an axis that fits
			if x.Extent.Equal(n) && g.IntN(3) > 0 {
				i = ir.Of(x)
				break
			}
		}
		switch g.IntN(12) {
		case 0:
			i = i.AddConst(int64(g.IntN(3) - 1))
		case 1:
			i = i.MulConst(2).AddConst(int64(g.IntN(2) - 1))
		case 2:
			if len(axes) > 1 {
				i = i.Add(ir.Of(axes[g.IntN(len(axes))]))
			}
		case 3:
			if len(axes) > 0 {
				i = n.AddConst(-1).Sub(i)
			}
		case 4:
			if len(axes) == 0 {
				break
			}
			x := ir.Of(axes[g.IntN(len(axes))])
			if size, ok := n.IsConst(); ok && size >= 2 && g.IntN(2) == 0 {
				i = ir.Of(ir.Read(g.ints, x.Mod(4)))
			} else {
				i = g.anywhere(x)
			}
		case 5:
			i = i.FloorDiv(2)
		}
		index[k] = i
		guard = append(guard, ir.InRange(i, n)...)
	}
	return g.guarded(a, index, g.open(guard))
}

// guarded reads where the guard holds; elsewhere it is a number.
func (g *gen) guarded(a *ir.Value, index []ir.Int, guard []ir.Pred) *ir.Expr {
	e := ir.Read(a, index...)
	if len(guard) == 0 {
		return e
	}
	return ir.Select(ir.Test(guard...), e, ir.Lit(g.o.DType, []float64{0, 0, 0.25}[g.IntN(3)]))
}

// anywhere is an index that data decides, and that a guard has to keep inside.
func (g *gen) anywhere(x ir.Int) ir.Int {
	i := ir.Of(ir.Read(g.wild[g.IntN(len(g.wild))], x.Mod(4)))
	switch g.IntN(4) {
	case 0:
		i = i.MulConst(2).AddConst(-1)
	case 1:
		i = i.Add(x)
	case 2:
		i = i.FloorDiv(2)
	}
	return i
}

// computed makes an index array of whole parts.
func (g *gen) computed() *ir.Value {
	x := ir.NewAxis("i", ir.Const(4))
	e := ir.Apply(ir.OpMul, ir.Lit(g.o.DType, 3), g.read(g.pool[0], []*ir.Axis{x}))
	return g.b.Map("computed", 1, &ir.Map{Axes: []*ir.Axis{x}, Body: ir.Cast(ir.I32, e)})
}

// open drops what is known of integer arrays: their numbers are 0 or 1.
func (g *gen) open(preds []ir.Pred) []ir.Pred {
	var out []ir.Pred
	for _, p := range preds {
		reads := false
		p.E.Walk(nil, func(e *ir.Expr) { reads = reads || e.Array == g.ints })
		if !reads {
			out = append(out, p)
		}
	}
	return out
}

func (g *gen) reshape() {
	v := g.pick()
	n := v.Type.Rank()
	if n < 2 {
		return
	}
	shape := append([]ir.Int{v.Type.Shape[0].Mul(v.Type.Shape[1])}, v.Type.Shape[2:]...)
	g.pool = append(g.pool, g.b.Reshape(g.name("f"), v, shape))
	// Sizes that are products match no axis of the pool; read it back at once.
	m := g.newMap(g.shape(1))
	g.pool = append(g.pool, m)
}

// argmax reads an array at its winners.
func (g *gen) argmax() {
	v := g.pick()
	if v.Type.Rank() < 1 || g.o.Smooth {
		return
	}
	axes := ir.Axes(v.Type.Shape)
	last := len(axes) - 1
	w := g.b.Map(g.name("w"), last, &ir.Map{Axes: axes, Reduce: ir.ArgMax, Body: ir.Read(v, ir.AxisInts(axes)...)})
	free := ir.Axes(v.Type.Shape[:last])
	at := ir.AxisInts(free)
	winner, n := ir.Of(ir.Read(w, at...)), v.Type.Shape[last]
	var guard []ir.Pred
	if _, isConst := n.IsConst(); !isConst { // there is none if n is 0
		guard = ir.InRange(winner, n)
	}
	body := ir.Apply(ir.OpByName("tanh"), g.guarded(v, append(ir.AxisInts(free), winner), guard))
	g.pool = append(g.pool, g.b.Map(g.name("m"), last, &ir.Map{Axes: free, Body: body}))
}

// scatter adds to elements named by an integer array.
func (g *gen) scatter() {
	n := g.sizes[g.IntN(2)+1]
	x := ir.NewAxis("i", ir.Const(4))
	y := ir.NewAxis("j", g.sizes[g.IntN(len(g.sizes))])
	axes := []*ir.Axis{x, y}
	at := ir.Of(ir.Read(g.ints, ir.Of(x)))
	var domain []ir.Pred
	if g.IntN(2) == 0 {
		at = g.anywhere(ir.Of(x))
		domain = ir.InRange(at, n)
	}
	g.pool = append(g.pool, g.b.Scatter(g.name("s"), []ir.Int{n, y.Extent}, &ir.Map{Axes: axes, Domain: domain, Reduce: ir.Sum,
		Body: g.expr(axes, 2), Write: []ir.Int{at, ir.Of(y)}}))
}

// segments sums what an integer array gives to an element, as far as the element is in
// another array.
func (g *gen) segments() {
	axes := ir.Axes(g.shape(1 + g.IntN(2)))
	rank, x := len(axes), axes[g.IntN(len(axes))]
	axes = append(axes, ir.NewAxis("r", ir.Const(4)), ir.NewAxis("q", g.sizes[g.IntN(len(g.sizes))]))
	domain := []ir.Pred{ir.Eq(ir.Of(x), g.anywhere(ir.Of(axes[rank])))}
	if g.IntN(2) == 0 {
		mark := ir.Ge(ir.Of(ir.Read(g.ints, ir.Of(x).Mod(4))), ir.Const(1))
		domain = append([]ir.Pred{mark}, domain...)
	}
	if g.IntN(3) == 0 {
		domain = append(domain, ir.Ge(ir.Of(axes[rank+1]), ir.Of(axes[g.IntN(rank+1)])))
	}
	body := ir.Apply(ir.OpMul, ir.Lit(g.o.DType, 0.4), g.expr(axes, 2))
	g.pool = append(g.pool, g.b.Map(g.name("p"), rank, &ir.Map{Axes: axes, Domain: domain, Reduce: ir.Sum, Body: body}))
}

// scan makes a scan with one or two carries and an emit.
func (g *gen) scan() {
	t := ir.NewAxis("t", g.sizes[1+g.IntN(len(g.sizes)-1)])
	s := &ir.Scan{Axis: t, Reverse: g.IntN(2) == 0}
	outer := g.pool
	for k := range 1 + g.IntN(2) {
		shape := g.shape(g.IntN(3))
		s.Init = append(s.Init, g.newMap(shape))
		s.Carry = append(s.Carry, g.b.Carry(fmt.Sprintf("c%d", k), t, s.Init[k].Type))
	}
	g.pool = append(append([]*ir.Value{}, outer...), s.Carry...)
	// A slice along the step, and a read that mixes step and other axes.
	for range 1 + g.IntN(2) {
		axes := ir.Axes(g.shape(1 + g.IntN(2)))
		body := g.read(g.pick(), append([]*ir.Axis{t}, axes...))
		g.pool = append(g.pool, g.b.Map(g.name("x"), len(axes), &ir.Map{Axes: axes, Body: body}))
	}
	g.depth++
	if g.IntN(3) == 0 {
		g.define()
	}
	g.depth--
	for _, c := range s.Carry {
		axes := ir.Axes(c.Type.Shape)
		at := ir.AxisInts(axes)
		mix := ir.Apply(ir.OpAdd, g.expr(axes, 2), ir.Read(c, at...))
		s.Next = append(s.Next, g.b.Map("n"+c.Name, len(axes), &ir.Map{Axes: axes, Body: ir.Apply(ir.OpByName("tanh"), mix)}))
	}
	s.Emit = append(s.Emit, g.newMap(g.shape(g.IntN(2))))
	g.pool = outer
	carries, emits := g.b.Scan(s)
	g.pool = append(g.pool, append(carries, emits...)...)
}

// total sums tanh of the latest values, and the mean of every input, so that
// nothing is unused.
func (g *gen) total() *ir.Value {
	var parts []*ir.Value
	for _, v := range g.pool[max(0, len(g.pool)-4):] {
		axes := ir.Axes(v.Type.Shape)
		body := ir.Apply(ir.OpByName("tanh"), ir.Read(v, ir.AxisInts(axes)...))
		parts = append(parts, g.b.Map("part", 0, &ir.Map{Axes: axes, Reduce: ir.Sum, Body: body}))
	}
	sum := ir.Read(parts[0])
	for _, p := range parts[1:] {
		sum = ir.Apply(ir.OpAdd, sum, ir.Read(p))
	}
	return g.b.Map("y", 0, &ir.Map{Body: sum})
}
