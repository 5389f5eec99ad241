package golang

import (
	"math"

	"github.com/gradgen/gradgen/ir"
)

// oracle evaluates functions element by element, the slow and obvious way.
type oracle struct {
	outer *oracle
	axis  *ir.Axis // of the scan body that this is one step of
	env   map[*ir.Axis]int64
	dims  map[string]int
	known map[*ir.Value][]float64
}

func (o *oracle) find(v *ir.Value) []float64 {
	if o.outer != nil && !v.DependsOn(o.axis) {
		return o.outer.find(v)
	}
	if d, ok := o.known[v]; ok {
		return d
	}
	d := o.value(v)
	o.known[v] = d
	return d
}

func (o *oracle) value(v *ir.Value) []float64 {
	switch d := v.Def.(type) {
	case *ir.Table:
		return d.Data
	case *ir.Reshape:
		return o.find(d.X)
	case *ir.Scan:
		o.scan(v, d)
		return o.known[v]
	case *ir.Map:
		return o.mapped(v, d)
	}
	panic("oracle: no value for " + v.String())
}

func (o *oracle) scan(v *ir.Value, s *ir.Scan) {
	n := o.int(s.Axis.Extent)
	carry := make([][]float64, len(s.Carry))
	for k, x := range s.Init {
		carry[k] = o.find(x)
	}
	stacked := make([][]float64, len(s.Emit))
	for k, e := range s.Emit {
		stacked[k] = make([]float64, n*o.int(e.Type.Len()))
	}
	for i := range n {
		t := i
		if s.Reverse {
			t = n - 1 - i
		}
		in := &oracle{outer: o, axis: s.Axis, env: map[*ir.Axis]int64{s.Axis: t}, dims: o.dims, known: map[*ir.Value][]float64{}}
		for x, at := range o.env {
			in.env[x] = at
		}
		for k, c := range s.Carry {
			in.known[c] = carry[k]
		}
		next := make([][]float64, len(carry))
		for k, x := range s.Next {
			next[k] = in.find(x)
		}
		for k, e := range s.Emit {
			d := in.find(e)
			copy(stacked[k][int(t)*len(d):], d)
		}
		carry = next
	}
	if v.Result < len(carry) {
		o.known[v] = carry[v.Result]
	} else {
		o.known[v] = stacked[v.Result-len(carry)]
	}
}

func (o *oracle) mapped(v *ir.Value, m *ir.Map) []float64 {
	out := make([]float64, o.int(v.Type.Len()))
	seen := make([]bool, len(out))
	best := make([]float64, len(out))
	if m.Reduce != nil && m.Write == nil {
		for i := range out {
			out[i], best[i] = m.Reduce.Identity, m.Reduce.Identity
			if m.Reduce.Arg {
				out[i] = 0
			}
		}
	}
	rank := v.Type.Rank()
	var loop func(k int)
	loop = func(k int) {
		if k < len(m.Axes) {
			for i := range o.int(m.Axes[k].Extent) {
				o.env[m.Axes[k]] = i
				loop(k + 1)
			}
			delete(o.env, m.Axes[k])
			return
		}
		for _, p := range m.Domain {
			if !o.pred(p) {
				return
			}
		}
		at := int64(0)
		for d, n := range v.Type.Shape {
			at *= o.int(n)
			if m.Write != nil {
				at += o.int(m.Write[d])
			} else {
				at += o.env[m.Axes[d]]
			}
		}
		x := o.eval(m.Body, map[*ir.Expr]float64{})
		switch {
		case m.Write != nil:
			out[at] = v.Type.DType.Round(out[at] + x)
		case m.Reduce == nil:
			out[at] = x
		case m.Reduce.Arg:
			number := int64(0)
			for _, y := range m.Axes[rank:] {
				number = number*o.int(y.Extent) + o.env[y]
			}
			better := x > best[at]
			if m.Reduce == ir.ArgMin {
				better = x < best[at]
			}
			if better || x != x && best[at] == best[at] {
				best[at], out[at] = x, float64(number)
			}
		default:
			out[at] = v.Type.DType.Round(m.Reduce.Op.Eval([]float64{out[at], x}))
		}
		seen[at] = true
	}
	loop(0)
	return out
}

func (o *oracle) int(i ir.Int) int64 {
	ts, k := i.Terms()
	for _, t := range ts {
		p := t.Coef
		for _, a := range t.Atoms {
			switch a := a.(type) {
			case *ir.Axis:
				p *= o.env[a]
			case *ir.Dim:
				p *= int64(o.dims[a.Name])
			case *ir.FloorDiv:
				n := o.int(a.Num)
				p *= int64(math.Floor(float64(n) / float64(a.Den)))
			case *ir.Expr:
				p *= int64(o.eval(a, map[*ir.Expr]float64{}))
			}
		}
		k += p
	}
	return k
}

func (o *oracle) pred(p ir.Pred) bool {
	e := o.int(p.E)
	switch p.Kind {
	case ir.GE0:
		return e >= 0
	case ir.EQ0:
		return e == 0
	}
	return e%p.Mod == 0
}

func (o *oracle) eval(e *ir.Expr, done map[*ir.Expr]float64) float64 {
	if v, ok := done[e]; ok {
		return v
	}
	v := o.node(e, done)
	done[e] = v
	return v
}

func (o *oracle) node(e *ir.Expr, done map[*ir.Expr]float64) float64 {
	switch e.Op {
	case ir.OpLit:
		return e.Lit
	case ir.OpIndex:
		return e.Type.Round(float64(o.int(e.Int)))
	case ir.OpTest:
		for _, p := range e.Preds {
			if !o.pred(p) {
				return 0
			}
		}
		return 1
	case ir.OpCast:
		return e.Type.Round(o.eval(e.Args[0], done))
	case ir.OpRead:
		at := int64(0)
		for d, n := range e.Array.Type.Shape {
			i := o.int(e.Index[d])
			if i < 0 || i >= o.int(n) {
				panic("oracle: read outside " + e.Array.String())
			}
			at = at*o.int(n) + i
		}
		return o.find(e.Array)[at]
	case ir.OpSelect:
		if o.eval(e.Args[0], done) != 0 {
			return o.eval(e.Args[1], done)
		}
		return o.eval(e.Args[2], done)
	case ir.OpAnd:
		if o.eval(e.Args[0], done) == 0 {
			return 0
		}
		return o.eval(e.Args[1], done)
	}
	x := make([]float64, len(e.Args))
	for i, a := range e.Args {
		x[i] = o.eval(a, done)
	}
	return e.Type.Round(e.Op.Eval(x))
}

// run evaluates a function.
func (o *oracle) run(f *ir.Func, args [][]float64) [][]float64 {
	o.env, o.known = map[*ir.Axis]int64{}, map[*ir.Value][]float64{}
	for i, v := range f.Params {
		o.known[v] = args[i]
	}
	var out [][]float64
	for _, v := range f.Results {
		out = append(out, append([]float64(nil), o.find(v)...))
	}
	return out
}
