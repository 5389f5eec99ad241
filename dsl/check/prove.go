package check

import (
	"github.com/gradgen/gradgen/ir"
)

// provable decides whether a predicate holds wherever e is evaluated. It returns those of the assumptions that the proof
// needs, as the Map that evaluates the expression has to keep them.
func (c *checker) provable(e *env, p ir.Pred) (needs []ir.Pred, ok bool) {
	if ir.ProvesKnown(nil, p) {
		return nil, true
	}
	known := c.assumptions(e)
	if len(known) == 0 || !ir.ProvesKnown(known, p) {
		return nil, false
	}
	for i, a := range known {
		if ir.ProvesKnown([]ir.Pred{a}, p) {
			return known[i : i+1], true
		}
	}
	for i, a := range known {
		for _, b := range known[i+1:] {
			if ir.ProvesKnown([]ir.Pred{a, b}, p) {
				return []ir.Pred{a, b}, true
			}
		}
	}
	return known, true
}

// assumptions are the inequalities that hold in an env: masks, conditions, and that an index in scope has a range that
// is not empty.
func (c *checker) assumptions(e *env) []ir.Pred {
	var out []ir.Pred
	for _, p := range e.assume {
		switch p.Kind {
		case ir.GE0:
			out = append(out, p)
		case ir.EQ0:
			out = append(out, ir.Pred{Kind: ir.GE0, E: p.E}, ir.Pred{Kind: ir.GE0, E: p.E.Neg()})
		}
	}
	for _, x := range e.loops {
		if _, isConst := x.Extent.IsConst(); !isConst {
			out = append(out, ir.Pred{Kind: ir.GE0, E: x.Extent.AddConst(-1)})
		}
	}
	if len(out) > 12 {
		out = out[:12] // pairs of them are tried
	}
	return out
}

// lowest returns a lower bound of x without axes whose coefficient has a known sign and without floors.
func lowest(x ir.Int, rounds int) ir.Int {
	for range rounds {
		y := step(x)
		if y.Equal(x) {
			break
		}
		x = y
	}
	return x
}

// step replaces one axis by the end of its range where x is least, or one floor by its quotient.
func step(x ir.Int) ir.Int {
	terms, _ := x.Terms()
	for _, t := range terms {
		for _, a := range t.Atoms {
			switch a := a.(type) {
			case *ir.Axis:
				coef, rest, ok := x.Coef(a)
				if !ok {
					continue
				}
				if coef.NonNegative() {
					return rest
				}
				if coef.Neg().NonNegative() {
					if p, ok := product(coef, a.Extent.AddConst(-1)); ok {
						return rest.Add(p)
					}
				}
			case *ir.FloorDiv:
				if len(t.Atoms) == 1 && t.Coef%a.Den == 0 {
					// floor(n/d) lies between (n - d + 1)/d and n/d.
					k := t.Coef / a.Den
					bound := a.Num.MulConst(k)
					if k > 0 {
						bound = a.Num.AddConst(1 - a.Den).MulConst(k)
					}
					return x.Sub(ir.Of(a).MulConst(t.Coef)).Add(bound)
				}
			}
		}
	}
	return x
}
