package ir

import (
	"math"
	"slices"
)

// A Demand is what a function relies on that is checked by whoever calls it: the elements of a parameter lie in
// [Least, Limit), for they are used as indices where no condition keeps them inside. For a function that is emitted, the
// emitted code checks it; for a Call, Verify does. An end that nothing depends on is that of the type i32.
type Demand struct {
	Param int
	Least int64
	Limit Int
}

// everyI32 is one more than the largest i32.
const everyI32 = math.MaxInt32 + 1

// HasLeast reports whether the demand is more than every i32 meets, from below.
func (d Demand) HasLeast() bool { return d.Least > math.MinInt32 }

// HasLimit reports whether the demand is more than every i32 meets, from above.
func (d Demand) HasLimit() bool { return !d.Limit.Is(everyI32) }

// Demands lists what f and its rules rely on: for each parameter one demand, or one for each of several limits if which
// is least depends on sizes. It is an error if an index is computed and may lie outside.
func Demands(f *Func) ([]Demand, error) {
	c := newVerifier()
	var out demands
	for _, g := range []*Func{f, f.rule().JVP, f.rule().VJP} {
		if g == nil {
			continue
		}
		if err := c.rely(g); err != nil {
			return nil, err
		}
		for _, d := range c.demands[g] {
			if d.Param < len(f.Params) { // what follows are tangents
				out.add(d)
			}
		}
	}
	return out, nil
}

// ElementsInside reports whether the elements of v are what a parameter has to be: proved, or checked when the function
// is called that v is an argument of.
func ElementsInside(v *Value, d Demand) bool {
	if _, isInput := reshaped(v).Def.(*Input); isInput {
		return true
	}
	b := elementBounds(v, nil, 0).alone()
	return (!d.HasLeast() || b.hasLo && b.lo.AddConst(-d.Least).NonNegative()) &&
		(!d.HasLimit() || b.hasHi && d.Limit.Sub(b.hi).AddConst(-1).NonNegative())
}

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

// demands are those of one function, without what follows from others.
type demands []Demand

// add takes in another demand. All demands on one parameter have the same least element.
func (ds *demands) add(d Demand) {
	for _, o := range *ds {
		if o.Param == d.Param {
			d.Least = max(d.Least, o.Least)
		}
	}
	implied := false
	*ds = slices.DeleteFunc(*ds, func(o Demand) bool {
		if o.Param != d.Param {
			return false
		}
		weaker := !o.HasLimit() || d.HasLimit() && o.Limit.Sub(d.Limit).NonNegative()
		implied = implied || !weaker && (!d.HasLimit() || d.Limit.Sub(o.Limit).NonNegative())
		return weaker
	})
	for k := range *ds {
		if (*ds)[k].Param == d.Param {
			(*ds)[k].Least = d.Least
		}
	}
	if !implied {
		*ds = append(*ds, d)
	}
}

// demand notes that a function relies on the elements of an argument.
func (c *verifier) demand(a *Value, d Demand) {
	if d.Param = slices.Index(c.f.Params, a); d.Param >= 0 && (d.HasLeast() || d.HasLimit()) {
		ds := c.demands[c.f]
		ds.add(d)
		c.demands[c.f] = ds
	}
}

// rely collects what f relies on, which is well-formed. Of its indices it checks those that data decides.
func (c *verifier) rely(f *Func) error {
	if c.funcs[f] {
		return nil
	}
	c.funcs[f] = true
	values := Topological(f.Results...)
	for _, v := range values {
		d, ok := v.Def.(*Call)
		if !ok {
			continue
		}
		for _, g := range []*Func{d.Func, d.Func.rule().JVP, d.Func.rule().VJP} {
			if g != nil {
				if err := c.rely(g); err != nil {
					return err
				}
			}
		}
	}
	return caught(func() {
		c.f = f
		for _, v := range values {
			c.v = v
			switch d := v.Def.(type) {
			case *Map:
				newRangeCheck(c, d).onlyData()
			case *Call:
				c.calledInside(d)
			}
		}
	})
}

// calledInside checks what the function of a call relies on.
func (c *verifier) calledInside(d *Call) {
	for _, g := range []*Func{d.Func, d.Func.rule().JVP, d.Func.rule().VJP} {
		for _, q := range c.demands[g] {
			if q.Param >= len(d.Args) {
				continue // a tangent
			}
			a := d.Args[q.Param]
			if !ElementsInside(a, q) {
				c.fail("elements of %v are indices below %v in %s, and may lie outside", a, q.Limit, g.Name)
			}
			c.demand(reshaped(a), q)
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
