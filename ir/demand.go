package ir

import "slices"

// A Demand is what a function relies on that is checked by whoever calls it: the elements of a parameter are indices
// below a limit. For a function that is emitted, the emitted code checks it; for a Call, Verify does.
type Demand struct {
	Param int
	Limit Int
}

// Demands lists what f and its rules rely on. It is empty for an f that is not sound.
func Demands(f *Func) []Demand {
	c := newVerifier()
	if c.verify(f) != nil {
		return nil
	}
	out := slices.Clone(c.demands[f])
	for _, g := range []*Func{f.rule().JVP, f.rule().VJP} {
		for _, d := range c.demands[g] {
			if d.Param < len(f.Params) {
				out = append(out, d)
			}
		}
	}
	return out
}

// ElementsInside reports whether the elements of v are indices below a limit: proved, or checked when the function is
// called that v is an argument of.
func ElementsInside(v *Value, limit Int) bool {
	if _, isInput := reshaped(v).Def.(*Input); isInput {
		return true
	}
	b := elementBounds(v, nil, 0).alone()
	return b.hasLo && b.hasHi && b.lo.NonNegative() && Proves([]Pred{notEmpty(limit)}, Lt(b.hi, limit))
}

// notEmpty is what a proof takes for granted of an axis that is read by data: that it has an element. Along an empty one
// the winner is 0, too, and a read by it stops the program: the array has no elements.
func notEmpty(n Int) Pred { return Ge(n, Const(1)) }

// reshaped is the array that v is another shape of, or v.
func reshaped(v *Value) *Value {
	for {
		r, ok := v.Def.(*Reshape)
		if !ok {
			return v
		}
		v = r.X
	}
}

// demand notes that a function relies on the elements of an argument.
func (c *verifier) demand(a *Value, limit Int) {
	k := slices.Index(c.f.Params, a)
	if k < 0 || slices.ContainsFunc(c.demands[c.f], func(d Demand) bool { return d.Param == k && d.Limit.Equal(limit) }) {
		return
	}
	c.demands[c.f] = append(c.demands[c.f], Demand{k, limit})
}

// calledInside checks what the function of a call relies on.
func (c *verifier) calledInside(d *Call) {
	for _, g := range []*Func{d.Func, d.Func.rule().JVP, d.Func.rule().VJP} {
		for _, q := range c.demands[g] {
			if q.Param >= len(d.Args) {
				continue // a tangent
			}
			a := d.Args[q.Param]
			if !ElementsInside(a, q.Limit) {
				c.fail("elements of %v are indices below %v in %s, and may lie outside", a, q.Limit, g.Name)
			}
			c.demand(reshaped(a), q.Limit)
		}
	}
}

// rule is the rule of f, or an empty one.
func (f *Func) rule() *Rule {
	if f.Rule == nil {
		return &Rule{}
	}
	return f.Rule
}
