package interp

import (
	"fmt"
	"math"
	"strings"

	"github.com/gradgen/gradgen/ir"
)

// loop evaluates one Map, one point of its axes after another.
type loop struct {
	m    *machine
	v    *ir.Value
	def  *ir.Map
	fr   *frame
	at   map[*ir.Axis]int64
	eval *ir.Evaluator
}

func (m *machine) newLoop(v *ir.Value, d *ir.Map, fr *frame) *loop {
	l := &loop{m: m, v: v, def: d, fr: fr, at: map[*ir.Axis]int64{}}
	l.eval = m.newEvaluator(fr, l.at, l.read)
	return l
}

// newEvaluator evaluates under the axes in at and those of the scans around.
func (m *machine) newEvaluator(fr *frame, at map[*ir.Axis]int64, read func(*ir.Value, []int64) float64) *ir.Evaluator {
	return ir.NewEvaluator(&ir.Env{Dim: m.dim, Read: read,
		Axis: func(x *ir.Axis) int64 {
			if k, ok := at[x]; ok {
				return k
			}
			for f := fr; f.outer != nil; f = f.outer {
				if f.axis == x {
					return f.step
				}
			}
			fail("axis %v is not bound", x)
			return 0
		},
		Random: func(t ir.DType, site uint32, element int64) float64 {
			if t == ir.F32 {
				return float64(m.key.Uniform32(site, uint64(element)))
			}
			return m.key.Uniform64(site, uint64(element))
		}})
}

func (l *loop) read(a *ir.Value, index []int64) float64 {
	array := l.m.value(a, l.fr)
	k, ok := array.offset(index)
	if !ok {
		fail("value %v: read of %v%v outside %v = %v%s", l.v, a, index, a.Type, array.Shape, l.point())
	}
	return array.Data[k]
}

// point says where the loop is, for errors.
func (l *loop) point() string {
	var b strings.Builder
	sep := " at "
	for _, x := range l.def.Axes {
		if k, ok := l.at[x]; ok {
			fmt.Fprintf(&b, "%s%v = %d", sep, x, k)
			sep = ", "
		}
	}
	return b.String()
}

func (l *loop) run() Array {
	out := New(l.v.Type.DType, l.m.shape(l.v.Type)...)
	if l.def.Write != nil {
		l.each(l.def.Axes, func() { l.scatter(out) })
		return out
	}
	rank := len(l.v.Type.Shape)
	next := 0
	l.each(l.def.Axes[:rank], func() {
		out.Data[next] = l.element(l.def.Axes[rank:])
		next++
	})
	if next != len(out.Data) {
		fail("value %v: %d elements computed of %d", l.v, next, len(out.Data))
	}
	return out
}

// each runs f for every point of the axes, the last one fastest.
func (l *loop) each(axes []*ir.Axis, f func()) {
	if len(axes) == 0 {
		l.eval.Next()
		f()
		return
	}
	x := axes[0]
	l.eval.Next()
	n := l.eval.Int(x.Extent)
	for k := range n {
		l.at[x] = k
		l.each(axes[1:], f)
	}
	delete(l.at, x)
}

// inDomain reports whether this point counts.
func (l *loop) inDomain() bool {
	for _, p := range l.def.Domain {
		if !l.eval.Pred(p) {
			return false
		}
	}
	return true
}

func (l *loop) scatter(out Array) {
	if !l.inDomain() {
		return
	}
	index := make([]int64, len(l.def.Write))
	for k, i := range l.def.Write {
		index[k] = l.eval.Int(i)
	}
	k, ok := out.offset(index)
	if !ok {
		fail("value %v: write to %v outside %v%s", l.v, index, out.Shape, l.point())
	}
	out.Data[k] = out.DType.Round(out.Data[k] + l.eval.Expr(l.def.Body))
}

// element is one element of the result: the body, or its reduction.
func (l *loop) element(reduced []*ir.Axis) float64 {
	r := l.def.Reduce
	switch {
	case r == nil:
		value := 0.0
		l.each(reduced, func() {
			if l.inDomain() {
				value = l.eval.Expr(l.def.Body)
			}
		})
		return value
	case r.Arg:
		return l.winner(reduced)
	}
	acc := r.Of(l.v.Type.DType)
	l.each(reduced, func() {
		if l.inDomain() {
			acc = l.v.Type.DType.Round(r.Op.Eval([]float64{acc, l.eval.Expr(l.def.Body)}))
		}
	})
	return acc
}

// winner is the number, among all points of the reduced axes, of the first
// one with the greatest or smallest value; a NaN beats every number. It is 0
// where there is no point.
func (l *loop) winner(reduced []*ir.Axis) float64 {
	number, best, found := 0.0, math.NaN(), -1.0
	l.each(reduced, func() {
		if l.inDomain() {
			x := l.eval.Expr(l.def.Body)
			better := x > best
			if l.def.Reduce == ir.ArgMin {
				better = x < best
			}
			if found < 0 || better || math.IsNaN(x) && !math.IsNaN(best) {
				best, found = x, number
			}
		}
		number++
	})
	return max(found, 0)
}
