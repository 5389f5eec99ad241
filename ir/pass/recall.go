package pass

import (
	"slices"

	"github.com/gradgen/gradgen/ir"
)

// recall reads a costly function of one element where an array holds its values,
// instead of computing it again: the derivative of a sine repeats a cosine that
// the program has already.
func recall(b *ir.Builder, results []*ir.Value) []*ir.Value {
	held := map[*ir.Op][]*ir.Value{} // by the operation that their bodies end with
	for _, v := range ir.Topological(results...) {
		if m, ok := v.Def.(*ir.Map); ok && holds(v, m) {
			held[m.Body.Op] = append(held[m.Body.Op], v)
		}
	}
	if len(held) == 0 {
		return results
	}
	return (&ir.Rewriter{B: b, Alias: func(v *ir.Value) *ir.Value {
		m, ok := v.Def.(*ir.Map)
		if !ok {
			return nil
		}
		s := &ir.Subst{Apply: func(e *ir.Expr) *ir.Expr {
			if e == m.Body && holds(v, m) {
				return nil // two arrays that hold the same in other orders do not read each other
			}
			for _, array := range held[e.Op] {
				if index := placeOf(e, array, v); index != nil {
					return ir.Read(array, index...)
				}
			}
			return nil
		}}
		body := s.Expr(m.Body)
		if body == m.Body {
			return nil
		}
		return defined(b, v, &ir.Map{Axes: m.Axes, Domain: m.Domain, Reduce: m.Reduce, Body: body, Write: m.Write})
	}}).Values(results)
}

// holds reports whether every element of v is a costly function, and v is there
// for everybody: not in the body of a scan, whose steps come one after the other.
func holds(v *ir.Value, m *ir.Map) bool {
	return m.Reduce == nil && m.Write == nil && len(m.Domain) == 0 && len(v.Free()) == 0 &&
		m.Body.Op.Cost >= ir.Costly && len(m.Body.Args) > 0
}

// mostAxes bounds the axes whose orders placeOf tries.
const mostAxes = 3

// placeOf finds the element of array that is e, which v computes; nil if none
// is. The axes of e are the axes of the array, in some order. What e reads the
// array reads too, and so it does not depend on v.
func placeOf(e *ir.Expr, array, v *ir.Value) []ir.Int {
	m := array.Def.(*ir.Map)
	if array == v || e.Type != m.Body.Type || len(m.Axes) > mostAxes {
		return nil
	}
	var axes []*ir.Axis
	e.Axes(func(x *ir.Axis) {
		if !slices.Contains(axes, x) {
			axes = append(axes, x)
		}
	})
	if len(axes) != len(m.Axes) {
		return nil
	}
	var index []ir.Int
	permutations(axes, func(axes []*ir.Axis) (found bool) {
		s := &ir.Subst{Axis: map[*ir.Axis]ir.Int{}}
		for k, x := range m.Axes {
			if !x.Extent.Equal(axes[k].Extent) {
				return false
			}
			s.Axis[x] = ir.Of(axes[k])
		}
		if s.Expr(m.Body).Compare(e) != 0 {
			return false
		}
		for _, x := range axes {
			index = append(index, ir.Of(x))
		}
		return true
	})
	return index
}

// permutations tries the orders of list until one is found.
func permutations(list []*ir.Axis, try func([]*ir.Axis) (found bool)) bool {
	var from func(k int) bool
	from = func(k int) bool {
		if k == len(list) {
			return try(list)
		}
		for i := k; i < len(list); i++ {
			list[k], list[i] = list[i], list[k]
			if from(k + 1) {
				return true
			}
			list[k], list[i] = list[i], list[k]
		}
		return false
	}
	return from(0)
}
