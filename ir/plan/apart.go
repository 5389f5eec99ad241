package plan

import (
	"slices"

	"github.com/gradgen/gradgen/ir"
)

// worthApart is the part of the products that are with zeros around an operand,
// from which on they are left out by adding up results that overlap.
const worthApart = 0.25

// apart is another form of a sum of products that finds the elements of an operand
// at differences of axes,
//
//	dx[k] = sum[i where 0 <= k-i < n] dy[k-i]*w[i]
//
// as the derivative of a convolution by its input does. With h = k-i, each product
// of an element h of one operand and an element i of the other is added to element
// h+i of the result: no product is with a zero around the operand, and the index i
// is no longer one of the sum.
type apart struct {
	*Contraction
	free  []*ir.Axis          // of the products
	moved map[*ir.Axis]ir.Int // where axes of the result are in terms of them
}

// newApart returns the other form of d, the contraction of m; nil if it has none
// or none that pays.
func newApart(m *member, d *Contraction) *apart {
	for _, left := range []bool{true, false} {
		read, other := d.Left, d.Right
		if !left {
			read, other = other, read
		}
		if read.Op != ir.OpRead || len(d.Domain) == 0 {
			continue
		}
		a, full := &apart{moved: map[*ir.Axis]ir.Int{}, free: slices.Clone(m.free)}, 1.0
		reduced, domain := slices.Clone(d.Reduced), slices.Clone(d.Domain)
		index := slices.Clone(read.Index)
		for at, i := range read.Index {
			n := read.Array.Type.Shape[at]
			if within(i, n) {
				continue
			}
			k, by := difference(i, m.free, reduced)
			if k == nil || countUses(read.Index, k) > 1 || countUses(read.Index, by) > 1 || dependsOn(other, role{k}) {
				return nil
			}
			h := ir.NewAxis(k.Name, n)
			_, rest, _ := i.Coef(k)
			place := ir.Of(h).Sub(rest)
			if lo, size, ok := reach(place, role{h, by}); !ok || !lo.Is(0) || !size.Equal(k.Extent) {
				return nil // elements of the result would be left out, or others named
			}
			full *= share(i, role{k, by}, i.Sub(ir.Of(k)).Sub(ir.Of(by).MulConst(-1)).Sub(by.Extent.AddConst(-1)), n)
			domain = slices.DeleteFunc(domain, func(p ir.Pred) bool {
				return p.Kind == ir.GE0 && (p.E.Equal(i) || p.E.Equal(n.AddConst(-1).Sub(i)))
			})
			a.moved[k], index[at] = place, ir.Of(h)
			a.free[slices.Index(a.free, k)] = h
			a.free = append(a.free, by)
			reduced = slices.DeleteFunc(reduced, func(x *ir.Axis) bool { return x == by })
		}
		if len(a.moved) == 0 {
			continue
		}
		if len(domain) > 0 || len(reduced) == 0 || full > 1-worthApart {
			return nil
		}
		a.Contraction = &Contraction{Value: d.Value, Reduced: reduced, Left: ir.Read(read.Array, index...), Right: other}
		a.Batch, a.FreeLeft, a.FreeRight = sides(a.free, a.Left, a.Right)
		return a
	}
	return nil
}

// addsUp reports that one product adds up all that overlaps, in a result in this
// place: no calls follow each other, and matrices of the batch lie apart and are not
// added up, too.
func (c *call) addsUp(out ir.Int) bool {
	if len(c.batch) > 0 {
		step, matrix := c.batch.stride(out), c.m.stride(out).reach(c.m.size()).Add(c.n.stride(out).reach(c.n.size()))
		if step.Levels != nil || !step.By.Sub(matrix).AddConst(-1).NonNegative() {
			return false
		}
	}
	for _, x := range c.batch {
		for _, place := range c.apart.moved {
			if place.Uses(x) {
				return false
			}
		}
	}
	return !c.total && len(c.loops)+len(c.sums)+len(c.fixed) == 0
}

// difference finds the free axis that i holds once, and the one of a sum that it
// holds once subtracted; all else in it is a number.
func difference(i ir.Int, free, reduced []*ir.Axis) (k, by *ir.Axis) {
	for _, x := range free {
		if coef(i, x).Is(1) {
			k = x
		}
	}
	for _, x := range reduced {
		if coef(i, x).Is(-1) {
			by = x
		}
	}
	if k == nil || by == nil {
		return nil, nil
	}
	if _, ok := i.Sub(ir.Of(k)).Add(ir.Of(by)).IsConst(); !ok {
		return nil, nil
	}
	return k, by
}

// countUses is how many indices hold x.
func countUses(index []ir.Int, x *ir.Axis) (n int) {
	for _, i := range index {
		if i.Uses(x) {
			n++
		}
	}
	return n
}
