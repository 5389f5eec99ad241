package amd64

import (
	"math"
	"math/bits"
	"slices"

	"github.com/gradgen/gradgen/codegen/amd64/vec"
	"github.com/gradgen/gradgen/ir"
)

// alongLanes splits a place into what lane 0 has, and by how much it moves from
// lane to lane: a number or an integer expression, and variables that differ
// freely.
type alongLanes struct {
	first ir.Int
	step  ir.Int
	free  []freely
	// pattern is by how much each lane is from lane 0, where pairs of indices do
	// not go on by one step.
	pattern []int64
}

type freely struct {
	x    *ir.Axis
	coef ir.Int
	num  ir.Int // not 0: what varies is ⌊num/den⌋, of x
	den  int64
}

// exactQuotients is the bound on what is divided in lanes: below it integers
// are numbers of single precision, and quotients round to the right side.
const exactQuotients = 1 << 24

// quotient takes a term with a quotient that uses x out of i.
func (l *lowerer) quotient(i *ir.Int, x *ir.Axis) *freely {
	terms, k := i.Terms()
	for n, t := range terms {
		for m, a := range t.Atoms {
			d, ok := a.(*ir.FloorDiv)
			if !ok || !d.Num.Uses(x) {
				continue
			}
			lo, hi, known := d.Num.Range()
			if !known || lo < 0 || hi >= exactQuotients {
				refuse("a quotient of an index that may be large")
			}
			coef := ir.Const(t.Coef)
			for o, b := range t.Atoms {
				if o != m {
					coef = coef.Mul(ir.Of(b))
				}
			}
			rest := ir.Const(k)
			for o, u := range terms {
				if o != n {
					rest = rest.Add(termOf(u))
				}
			}
			*i = rest
			return &freely{x, coef, d.Num, d.Den}
		}
	}
	return nil
}

// along splits variables that differ between lanes off i, an expression of one
// copy.
func (l *lowerer) along(i ir.Int) alongLanes {
	out := alongLanes{first: i}
	for found := true; found; {
		found = false
		out.first.Walk(func(x *ir.Axis) {
			if l.varying[x] == nil || found {
				return
			}
			if q := l.quotient(&out.first, x); q != nil {
				out.free, found = append(out.free, *q), true
				return
			}
			coef, rest, ok := out.first.Coef(x)
			if !ok {
				refuse("an index that is not linear in an index array")
			}
			out.free = append(out.free, freely{x: x, coef: coef})
			out.first, found = rest, true
		}, nil)
	}
	return out
}

// place is where lane 0 of copy c reads or writes, and how lanes go on.
func (l *lowerer) place(i ir.Int, c lane) alongLanes {
	v := l.vector()
	step := ir.Int{}
	var quotients []freely
	if v != nil {
		for q := l.quotient(&i, v.axis); q != nil; q = l.quotient(&i, v.axis) {
			quotients = append(quotients, *q)
		}
		if v.rows != nil {
			return l.placeOfPairs(i, v, c)
		}
		coef, _, ok := i.Coef(v.axis)
		if !ok {
			refuse("a place that is not linear in the vector axis")
		}
		step = l.in(c, coef)
	}
	a := l.along(l.in(c, i))
	a.step, a.free = step, append(a.free, quotients...)
	return a
}

// halved finds where lanes begin that go on by halves: ⌊n/2⌋ of numbers that go
// on by 1 from an even one, so that two lanes share each place.
func (l *lowerer) halved(a *alongLanes, c lane) (first ir.Int, ok bool) {
	if len(a.free) != 1 || !a.step.Is(0) || a.free[0].den != 2 || !a.free[0].coef.Is(1) {
		return ir.Int{}, false
	}
	n := l.place(a.free[0].num, c)
	if len(n.free) > 0 || !n.step.Is(1) || !l.even(n.first) {
		return ir.Int{}, false
	}
	return a.first.Add(n.first.FloorDiv(2)), true
}

// even reports whether i is known to be: loops over vectors count by even
// numbers.
func (l *lowerer) even(i ir.Int) bool {
	terms, k := i.Terms()
	for _, t := range terms {
		byVectors := slices.ContainsFunc(t.Atoms, func(a ir.Atom) bool {
			x, ok := a.(*ir.Axis)
			return ok && l.byVectors[x]
		})
		if t.Coef%2 != 0 && !byVectors {
			return false
		}
	}
	return k%2 == 0
}

// contiguous, fixed: how lanes go on.
func (a *alongLanes) contiguous() bool { return a.pattern == nil && len(a.free) == 0 && a.step.Is(1) }
func (a *alongLanes) fixed() bool      { return a.pattern == nil && len(a.free) == 0 && a.step.Is(0) }

// countsVectors notes that a counter is a multiple of the number of lanes.
func (l *lowerer) countsVectors(i ir.Int) {
	x, _ := i.IsAxis()
	l.byVectors[x] = true
}

// offsets are the distances of the lanes from lane 0's place, in elements.
func (l *lowerer) offsets(a *alongLanes, c lane) vec.Vec {
	var sum vec.Vec
	add := func(v vec.Vec) {
		if sum.Reg == vec.None {
			sum = v
		} else {
			sum = l.f.IAdd(sum, v)
		}
	}
	if k, ok := a.step.IsConst(); ok && k != 0 {
		add(l.f.Steps(k))
	} else if !ok {
		add(l.f.IMul(l.f.Steps(1), l.f.Splat(l.int(a.step))))
	}
	for _, x := range a.free {
		v := l.variable(x, c)
		k, ok := x.coef.IsConst()
		by := bits.TrailingZeros64(uint64(k))
		switch {
		case !ok:
			v = l.f.IMul(v, l.f.Splat(l.int(l.in(c, x.coef))))
		case k == 1<<by || k == -1<<by:
			if by > 0 {
				v = l.f.Shl(v, by)
			}
			if k < 0 {
				if sum.Reg == vec.None {
					sum = l.f.Bits(0)
				}
				sum = l.f.ISub(sum, v)
				continue
			}
		default:
			v = l.f.IMul(v, l.f.Bits(l.bits(k)))
		}
		add(v)
	}
	return sum
}

// variable is what varies in lanes.
func (l *lowerer) variable(x freely, c lane) vec.Vec {
	if x.num.Is(0) {
		return l.varying[x.x].at(c).v
	}
	whole := l.lanesAt(l.place(x.num, c), c)
	if by := bits.TrailingZeros64(uint64(x.den)); x.den == 1<<by {
		return l.f.Sar(whole, by)
	}
	n := l.f.ToFloat(whole)
	return l.f.ToInt(l.f.Round(l.f.Div(n, l.f.Const(float64(x.den))), vec.Floor))
}

// lanesAt is an integer expression in lanes.
func (l *lowerer) lanesAt(a alongLanes, c lane) vec.Vec {
	l.fits(&a)
	k, isConst := a.first.IsConst()
	switch {
	case isConst && k == 0 && !a.fixed():
		return l.offsets(&a, c)
	case isConst && a.fixed():
		return l.f.Bits(l.bits(k))
	case isConst:
		return l.f.IAdd(l.f.Bits(l.bits(k)), l.offsets(&a, c))
	case a.fixed():
		return l.f.Splat(l.int(a.first))
	}
	return l.f.IAdd(l.f.Splat(l.int(a.first)), l.offsets(&a, c))
}

// fits refuses sums with integers from arrays that may not fit a lane of 32 bits.
// Places need no such care: they are in range.
func (l *lowerer) fits(a *alongLanes) {
	if l.f.Elem == vec.F64 {
		return // lanes of 64 bits, as Go computes
	}
	for _, x := range a.free {
		fitsLane(x.x, x.coef)
	}
	a.first.Walk(func(x *ir.Axis) {
		if l.data[x] {
			coef, _, linear := a.first.Coef(x)
			if !linear {
				refuse("an integer that may not fit a lane")
			}
			fitsLane(x, coef)
		}
	}, nil)
}

// fitsLane refuses a multiple of a variable that may not fit a lane, and leave
// room for as much again. A size known at run time only is that of an array.
func fitsLane(x *ir.Axis, coef ir.Int) {
	k, isConst := coef.IsConst()
	k = max(k, -k)
	n, known := x.Extent.IsConst()
	fits := k <= 1 && x.Least >= 0
	if known {
		fits = max(n, -x.Least) <= math.MaxInt32/max(k, 1)/2
	}
	if !isConst || !fits {
		refuse("an integer that may not fit a lane")
	}
}

// ofData reports whether i is made of integers that arrays hold.
func (l *lowerer) ofData(i ir.Int) bool {
	found := false
	i.Walk(func(x *ir.Axis) { found = found || l.data[x] }, nil)
	return found
}
