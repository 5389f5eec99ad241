package golang

import (
	"slices"

	"github.com/gradgen/gradgen/ir"
)

// Run-time sizes come from the lengths of slices. An array determines a size
// when all others in its shape are known, and best when these are constants: of
// an x[B, T] without elements T may be anything, of an h[T] it is the length.
// While none determines anything, the last unknown size of the first array with
// one becomes an argument: of an x[B, T, 64] alone, T is passed and B follows from
// the length.

// array is a slice of a signature.
type array struct {
	name  Ident
	typ   ir.Type
	exact bool // its length determined a size, and is right then
}

// sizing is how a function learns its sizes, in order.
type sizing struct {
	steps []sizeStep
	args  []*ir.Dim // those that no slice determines
}

// sizeStep determines a size: it is an argument, or the length of an array is
// (Coef·Dim + Shift)·Unit.
type sizeStep struct {
	dim         *ir.Dim
	from        *array // nil for an argument
	coef        int64
	shift, unit ir.Int
}

// solveSizes finds the sizes of a list of arrays, and of the types that no
// array of the signature has (results in the workspace).
func solveSizes(arrays []*array, others []ir.Type, dims []*ir.Dim) *sizing {
	s := &sizing{}
	known := map[*ir.Dim]bool{}
	add := func(step sizeStep) {
		known[step.dim] = true
		s.steps = append(s.steps, step)
		if step.from == nil {
			s.args = append(s.args, step.dim)
		}
	}
	for {
		if step, ok := nextStep(arrays, known); ok {
			add(step)
			continue
		}
		types := make([]ir.Type, 0, len(arrays)+len(others))
		for _, a := range arrays {
			types = append(types, a.typ)
		}
		dim := lastUnknown(append(types, others...), known)
		if dim == nil {
			// Sizes that no array has, such as the bound of a sum.
			i := slices.IndexFunc(dims, func(d *ir.Dim) bool { return !known[d] })
			if i < 0 {
				return s
			}
			dim = dims[i]
		}
		add(sizeStep{dim: dim})
	}
}

func nextStep(arrays []*array, known map[*ir.Dim]bool) (sizeStep, bool) {
	best := sizeStep{}
	for _, a := range arrays {
		at, unit, ok := -1, ir.Const(1), true
		for i, n := range a.typ.Shape {
			switch {
			case allKnown(n, known):
				unit = unit.Mul(n)
			case at < 0:
				at = i
			default:
				ok = false
			}
		}
		if !ok || at < 0 {
			continue
		}
		step, ok := linear(a.typ.Shape[at], known)
		if !ok {
			continue
		}
		step.from, step.unit = a, unit
		if _, constant := unit.IsConst(); constant {
			best = step
			break
		}
		if best.from == nil {
			best = step
		}
	}
	if best.from == nil {
		return best, false
	}
	best.from.exact = best.coef == 1 && best.shift.Is(0)
	return best, true
}

// linear splits n into coef·dim + shift for the one unknown size in it.
func linear(n ir.Int, known map[*ir.Dim]bool) (sizeStep, bool) {
	var step sizeStep
	terms, k := n.Terms()
	step.shift = ir.Const(k)
	for _, t := range terms {
		part := ir.Const(t.Coef)
		for _, a := range t.Atoms {
			part = part.Mul(ir.Of(a))
		}
		if allKnown(part, known) {
			step.shift = step.shift.Add(part)
			continue
		}
		dim, ok := t.Atoms[0].(*ir.Dim)
		if !ok || len(t.Atoms) != 1 || step.dim != nil || t.Coef < 1 {
			return sizeStep{}, false
		}
		step.dim, step.coef = dim, t.Coef
	}
	return step, step.dim != nil
}

func allKnown(n ir.Int, known map[*ir.Dim]bool) bool {
	ok := true
	n.Dims(func(d *ir.Dim) { ok = ok && known[d] })
	return ok
}

func lastUnknown(types []ir.Type, known map[*ir.Dim]bool) *ir.Dim {
	for _, t := range types {
		var last *ir.Dim
		for _, n := range t.Shape {
			n.Dims(func(d *ir.Dim) {
				if !known[d] {
					last = d
				}
			})
		}
		if last != nil {
			return last
		}
	}
	return nil
}

// sized reports whether f depends on a run-time size.
func sized(f *ir.Func) bool {
	for _, v := range f.Params {
		for _, n := range v.Type.Shape {
			if _, isConst := n.IsConst(); !isConst {
				return true
			}
		}
	}
	return len(dimsOf(f)) > 0
}

// dimsOf lists the run-time sizes of f: those of its arguments and results, in
// their order, then those that only its work depends on.
func dimsOf(f *ir.Func) []*ir.Dim {
	var out []*ir.Dim
	note := func(n ir.Int) {
		n.Dims(func(d *ir.Dim) {
			if !slices.Contains(out, d) {
				out = append(out, d)
			}
		})
	}
	for _, v := range slices.Concat(f.Params, f.Results) {
		for _, n := range v.Type.Shape {
			note(n)
		}
	}
	for _, v := range ir.Topological(f.Results...) {
		switch d := v.Def.(type) {
		case *ir.Map:
			for _, x := range d.Axes {
				note(x.Extent)
			}
			for _, p := range d.Domain {
				note(p.E)
			}
			for _, n := range d.Write {
				note(n)
			}
			d.Body.Walk(func(e *ir.Expr) {
				note(e.Int)
				for _, n := range e.Index {
					note(n)
				}
				for _, p := range e.Preds {
					note(p.E)
				}
			})
		case *ir.Scan:
			note(d.Axis.Extent)
		}
	}
	return out
}
