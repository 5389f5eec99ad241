package plan

import (
	"slices"

	"github.com/gradgen/gradgen/ir"
)

// uniqueSteps gives every scan a step axis of its own. The body of a scan is
// what depends on its axis, so scans that passes derived from one another may
// share one; loops need to know which value belongs to which.
func uniqueSteps(f *ir.Func) *ir.Func {
	scans := map[*ir.Axis]*ir.Scan{}
	shared := false
	for _, v := range ir.Topological(f.Results...) {
		if s, ok := v.Def.(*ir.Scan); ok {
			shared = shared || scans[s.Axis] != nil && scans[s.Axis] != s
			scans[s.Axis] = s
		}
	}
	if !shared {
		return f
	}
	u := &uniquer{b: builderAfter(f), owner: map[*ir.Axis]*ir.Scan{}, copies: map[*ir.Scan][]*ir.Value{}}
	r := &ir.Rewriter{B: u.b, Replace: u.replace}
	g := *f
	g.Results = r.Values(f.Results)
	return &g
}

// builderAfter returns a builder for more values beside those of f.
func builderAfter(f *ir.Func) *ir.Builder {
	last := 0
	for _, list := range [][]*ir.Value{ir.Topological(f.Results...), f.Params} {
		for _, v := range list {
			last = max(last, v.ID)
		}
	}
	return ir.NewBuilderAfter(last)
}

type uniquer struct {
	b      *ir.Builder
	owner  map[*ir.Axis]*ir.Scan
	copies map[*ir.Scan][]*ir.Value
}

func (u *uniquer) replace(v *ir.Value) *ir.Value {
	s, ok := v.Def.(*ir.Scan)
	if !ok {
		return nil
	}
	if u.owner[s.Axis] == nil {
		u.owner[s.Axis] = s
	}
	if u.owner[s.Axis] == s {
		return nil
	}
	return u.copy(s, nil)[v.Result]
}

// copy makes s again over fresh axes; outer is the copy of a body around it.
func (u *uniquer) copy(s *ir.Scan, outer *bodyCopy) []*ir.Value {
	if outer == nil {
		if out, ok := u.copies[s]; ok {
			return out
		}
	}
	t := ir.NewAxis(s.Axis.Name, s.Axis.Extent)
	c := &bodyCopy{u: u, outer: outer, from: s.Axis, to: t, done: map[*ir.Value]*ir.Value{}, scans: map[*ir.Scan][]*ir.Value{}}
	n := &ir.Scan{Axis: t, Reverse: s.Reverse}
	for _, x := range s.Carry {
		w := u.b.Carry(x.Name, t, x.Type)
		c.done[x] = w
		n.Carry = append(n.Carry, w)
	}
	for _, x := range s.Init {
		if outer != nil {
			x = outer.value(x)
		}
		n.Init = append(n.Init, x)
	}
	for _, x := range s.Next {
		n.Next = append(n.Next, c.value(x))
	}
	for _, x := range s.Emit {
		n.Emit = append(n.Emit, c.value(x))
	}
	carries, emits := u.b.Scan(n)
	out := slices.Concat(carries, emits)
	if outer == nil {
		u.copies[s] = out
	}
	return out
}

// bodyCopy copies the values of one body.
type bodyCopy struct {
	u        *uniquer
	outer    *bodyCopy
	from, to *ir.Axis
	done     map[*ir.Value]*ir.Value
	scans    map[*ir.Scan][]*ir.Value
}

func (c *bodyCopy) value(v *ir.Value) *ir.Value {
	if w, ok := c.done[v]; ok {
		return w
	}
	if !v.DependsOn(c.from) {
		if c.outer != nil {
			return c.outer.value(v)
		}
		return v
	}
	w := c.make(v)
	c.done[v] = w
	return w
}

func (c *bodyCopy) make(v *ir.Value) *ir.Value {
	switch d := v.Def.(type) {
	case *ir.Reshape:
		return c.u.b.Reshape(v.Name, c.value(d.X), v.Type.Shape)
	case *ir.Scan:
		if c.scans[d] == nil {
			c.scans[d] = c.u.copy(d, c)
		}
		return c.scans[d][v.Result]
	case *ir.Map:
		to := map[*ir.Axis]ir.Int{}
		for b := c; b != nil; b = b.outer {
			to[b.from] = ir.Of(b.to)
		}
		s := &ir.Subst{Axis: to, Read: func(a *ir.Value, index []ir.Int) *ir.Expr { return ir.Read(c.value(a), index...) }}
		n := &ir.Map{Reduce: d.Reduce}
		for _, x := range d.Axes {
			y := ir.NewAxis(x.Name, s.Int(x.Extent))
			to[x] = ir.Of(y)
			n.Axes = append(n.Axes, y)
		}
		n.Domain, n.Body = s.Preds(d.Domain), s.Expr(d.Body)
		place := c.u.b.Place
		c.u.b.Place = v.Place
		defer func() { c.u.b.Place = place }()
		if d.Write != nil {
			n.Write = s.Ints(d.Write)
			return c.u.b.Scatter(v.Name, v.Type.Shape, n)
		}
		return c.u.b.Map(v.Name, v.Type.Rank(), n)
	}
	panic("plan: a body holds " + v.String())
}
