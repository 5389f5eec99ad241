package amd64

import (
	"fmt"
	"strings"

	"github.com/gradgen/gradgen/codegen/amd64/vec"
	"github.com/gradgen/gradgen/ir"
	"github.com/gradgen/gradgen/ir/plan"
)

// A level is a list of statements under way: the function, the body of a loop,
// a side of a choice. What does not depend on a loop is computed at the level
// around it, where it is put before the loop, because the loop is appended to
// that level when its body is complete.
type level struct {
	list  []vec.Node
	loop  *vec.Loop // nil for the function and for a side of a choice
	axis  *ir.Axis  // that the loop counts
	known map[string]vec.Int
	// moving are the products of the counter with something, kept by adding.
	moving map[string]*moving
	end    []func() // what every iteration ends with
}

// moving is a multiple of a loop's counter.
type moving struct{ reg vec.Int }

func (l *lowerer) open(loop *vec.Loop) *level {
	v := &level{loop: loop, known: map[string]vec.Int{}, moving: map[string]*moving{}}
	l.levels = append(l.levels, v)
	return v
}

// close ends the innermost level, and returns its statements.
func (l *lowerer) close() []vec.Node {
	v := l.levels[len(l.levels)-1]
	l.here(func() {
		for _, f := range v.end {
			f()
		}
	})
	l.levels = l.levels[:len(l.levels)-1]
	return v.list
}

// enter builds statements in a level of their own.
func (l *lowerer) enter(loop *vec.Loop, axis *ir.Axis, build func()) []vec.Node {
	l.allReady()
	v := l.open(loop)
	v.axis = axis
	depth := len(l.levels) - 1
	if axis != nil {
		l.ints[axis] = &integer{loop.Counter, depth}
	}
	l.scoped(func() { l.f.Build(&v.list, build) })
	list := l.close()
	if axis != nil {
		delete(l.ints, axis)
	}
	return list
}

// here builds at the innermost level.
func (l *lowerer) here(build func()) { l.at(len(l.levels)-1, build) }

// at builds at a level: before the loop that is under way there.
func (l *lowerer) at(k int, build func()) { l.f.Build(&l.levels[k].list, build) }

// innermost is the level of the innermost loop, or 0.
func (l *lowerer) innermost() int {
	for k := len(l.levels) - 1; k > 0; k-- {
		if l.levels[k].loop != nil {
			return k
		}
	}
	return 0
}

// base is the address of an array's first element.
func (l *lowerer) base(b *plan.Buffer) vec.Int {
	if a := l.aliases[b]; a != nil {
		return a.reg
	}
	if r, ok := l.bases[b]; ok {
		return r
	}
	if at, ok := l.ownAddress(b); ok {
		l.bases[b] = at
		return at
	}
	name, ok := l.buffers[b]
	if !ok {
		refuse("an array that is no operand")
	}
	l.at(0, func() { l.bases[b] = l.f.Param(name) })
	return l.bases[b]
}

// atom is an atom as an integer, and the level from which on it is there.
func (l *lowerer) atom(a ir.Atom) (vec.Int, int) {
	switch a := a.(type) {
	case *ir.Axis:
		x, ok := l.ints[a]
		if !ok {
			refuse("an index that differs between lanes in a place where it must not")
		}
		return x.reg, x.level
	case *ir.Dim:
		x, ok := l.dims[a]
		if !ok {
			refuse("a size that is no operand")
		}
		return x, 0
	case *ir.FloorDiv:
		k := l.levelOf(a.Num)
		return l.keep(k, fmt.Sprintf("(%s)/%d", key(a.Num), a.Den), func() vec.Int {
			return l.f.GDivI(l.int(a.Num), a.Den)
		}), k
	}
	refuse("an index that is read where it is used")
	return vec.Int{}, 0
}

// levelOf is the level from which on all that i is made of is there.
func (l *lowerer) levelOf(i ir.Int) int {
	most := 0
	terms, _ := i.Terms()
	for _, t := range terms {
		most = max(most, l.levelOfTerm(t))
	}
	return most
}

func (l *lowerer) levelOfTerm(t ir.Term) int {
	most := 0
	for _, a := range t.Atoms {
		switch a := a.(type) {
		case *ir.Axis:
			if x, ok := l.ints[a]; ok {
				most = max(most, x.level)
			} else {
				refuse("an index that differs between lanes in a place where it must not")
			}
		case *ir.FloorDiv:
			most = max(most, l.levelOf(a.Num))
		}
	}
	return most
}

// keep computes an integer once at a level.
func (l *lowerer) keep(k int, key string, make func() vec.Int) vec.Int {
	v := l.levels[k]
	if r, ok := v.known[key]; ok {
		return r
	}
	var r vec.Int
	l.at(k, func() { r = make() })
	v.known[key] = r
	return r
}

// key is a text that tells integer expressions apart.
func key(i ir.Int) string {
	var b strings.Builder
	terms, k := i.Terms()
	for _, t := range terms {
		fmt.Fprintf(&b, "%d", t.Coef)
		for _, a := range t.Atoms {
			if d, ok := a.(*ir.FloorDiv); ok {
				fmt.Fprintf(&b, "*((%s)/%d)", key(d.Num), d.Den)
			} else {
				fmt.Fprintf(&b, "*%p", a)
			}
		}
		b.WriteByte('+')
	}
	fmt.Fprintf(&b, "%d", k)
	return b.String()
}

// int computes an integer expression where all of it is there.
func (l *lowerer) int(i ir.Int) vec.Int {
	terms, k := i.Terms()
	if len(terms) == 0 {
		return l.keep(0, key(i), func() vec.Int { return l.f.IConst(k) })
	}
	if len(terms) == 1 && k == 0 && terms[0].Coef == 1 && len(terms[0].Atoms) == 1 {
		r, _ := l.atom(terms[0].Atoms[0])
		return r
	}
	return l.keep(l.levelOf(i), key(i), func() vec.Int {
		var sum vec.Int
		for _, t := range terms {
			p := l.product(t)
			if sum.Reg == vec.None {
				sum = p
			} else {
				sum = l.f.GAdd(sum, p)
			}
		}
		if k != 0 {
			sum = l.f.GAddI(sum, k)
		}
		return sum
	})
}

func (l *lowerer) product(t ir.Term) vec.Int {
	r, _ := l.atom(t.Atoms[0])
	for _, a := range t.Atoms[1:] {
		x, _ := l.atom(a)
		r = l.f.GMul(r, x)
	}
	if t.Coef != 1 {
		r = l.f.GMulI(r, t.Coef)
	}
	return r
}

// bound is the greatest, or the least, of the bounds of a loop.
func (l *lowerer) bound(bs []plan.Bound, greatest bool, in func(ir.Int) ir.Int) vec.Bound {
	var out vec.Int
	for _, b := range bs {
		e := in(b.E)
		if b.Den != 1 {
			e = e.FloorDiv(b.Den)
		}
		if k, ok := e.IsConst(); ok && len(bs) == 1 {
			return vec.Number(k)
		}
		x := l.int(e)
		switch {
		case out.Reg == vec.None:
			out = x
		case greatest:
			out = l.f.GMax(out, x)
		default:
			out = l.f.GMin(out, x)
		}
	}
	return vec.To(out)
}

// address is where element at of an array lies. What does not change in the
// innermost loop is computed before it; multiples of its counter are kept by
// adding.
func (l *lowerer) address(b *plan.Buffer, at ir.Int) vec.Addr {
	if j := l.joined[b]; j != nil {
		b, at = j.Buffer, at.AddConst(j.At(b))
	}
	size := int64(b.DType.Size())
	terms, k := at.Terms()
	in, from := l.innermost(), l.levelOfBase(b)
	byLevel := make([]ir.Int, len(l.levels))
	var index ir.Int // what changes in the innermost loop
	var inside ir.Int
	for _, t := range terms {
		part := termOf(t)
		switch k := l.levelOfTerm(t); {
		case k < in || in == 0: // without a loop, what is past 0 is there in a side of a choice only
			k = max(k, from)
			byLevel[k] = byLevel[k].Add(part)
		case l.moves(t, in):
			index = index.Add(part)
		default:
			inside = inside.Add(part)
		}
	}
	base := l.base(b)
	name := fmt.Sprintf("%p", b)
	for k, part := range byLevel {
		if part.Is(0) {
			continue
		}
		name += "+" + key(part)
		from := base
		base = l.keep(k, name, func() vec.Int { return l.f.GAdd(from, l.scaled(part, size)) })
	}
	a := vec.Addr{Base: base, Disp: k * size, Scale: int(size)}
	if !index.Is(0) {
		a.Index, a.Scale = l.multiple(index, in, size)
	}
	if !inside.Is(0) {
		other := l.int(inside)
		switch {
		case a.Index.Reg == vec.None:
			a.Index, a.Scale = other, int(size)
		default:
			a.Base = l.f.GAdd(a.Base, l.scaled(inside, size))
		}
	}
	return a
}

func termOf(t ir.Term) ir.Int {
	out := ir.Const(t.Coef)
	for _, a := range t.Atoms {
		out = out.Mul(ir.Of(a))
	}
	return out
}

// scaled is a number of bytes.
func (l *lowerer) scaled(i ir.Int, size int64) vec.Int { return l.int(i.MulConst(size)) }

// moves tells multiples of the counter of a loop by what does not change in
// it.
func (l *lowerer) moves(t ir.Term, in int) bool {
	x := l.levels[in].axis
	counters := 0
	for _, a := range t.Atoms {
		switch {
		case a == ir.Atom(x):
			counters++
		case l.levelOfTerm(ir.Term{Coef: 1, Atoms: []ir.Atom{a}}) >= in:
			return false
		}
	}
	return counters == 1
}

// multiple is a multiple of the counter of the innermost loop as an index and
// its scale.
func (l *lowerer) multiple(i ir.Int, in int, size int64) (vec.Int, int) {
	v := l.levels[in]
	coef, _, _ := i.Coef(v.axis)
	if k, ok := coef.IsConst(); ok && k > 0 {
		if s := k * size; s == 1 || s == 2 || s == 4 || s == 8 {
			return v.loop.Counter, int(s)
		}
	}
	name := key(coef)
	m := v.moving[name]
	if m == nil {
		m = &moving{}
		v.moving[name] = m
		step := coef.MulConst(v.loop.Step)
		if v.loop.Down {
			step = step.Neg()
		}
		by, isConst := step.IsConst()
		l.at(in-1, func() {
			var start vec.Int
			first := v.loop.From
			if v.loop.Down {
				first = vec.Number(-1)
				if v.loop.To.Int.Reg != vec.None {
					first = vec.To(l.f.GAddI(v.loop.To.Int, -1))
				} else {
					first = vec.Number(v.loop.To.Const - 1)
				}
			}
			if first.Int.Reg == vec.None {
				start = l.int(coef.MulConst(first.Const))
			} else {
				start = l.f.GMul(first.Int, l.int(coef))
			}
			m.reg = l.f.CopyInt(start)
			if !isConst {
				l.int(step)
			}
		})
		v.end = append(v.end, func() {
			if isConst {
				l.f.SetInt(m.reg, l.f.GAddI(m.reg, by))
			} else {
				l.f.SetInt(m.reg, l.f.GAdd(m.reg, l.int(step)))
			}
		})
	}
	return m.reg, int(size)
}
