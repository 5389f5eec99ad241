package autodiff

import (
	"slices"
	"strconv"

	"github.com/gradgen/gradgen/ir"
)

// Reverse extends a program by cotangents: given one seed per output, of its
// shape (nil for zero), it returns for each of wrt the sum of what flows back
// to it, of its shape. The primal outputs are returned too, rebuilt so that
// scans keep what the way back needs; use them in place of the old ones.
func Reverse(b *ir.Builder, outs, seeds, wrt []*ir.Value) (primal, cotangents []*ir.Value, err error) {
	kept := keepLocals(b)
	primal = kept.Values(compared(b, outline(b, outs)))
	act := find(primal, wrt)
	s := &sweep{b: b, act: act, sides: findSides(primal, wrt), kept: kept, cot: map[*ir.Value][]*ir.Value{}}
	for k, seed := range seeds {
		if seed != nil && act.float(primal[k]) {
			s.cot[primal[k]] = append(s.cot[primal[k]], seed)
		}
	}
	if err := s.run(primal); err != nil {
		return nil, nil, err
	}
	for _, w := range wrt {
		g := s.total(w)
		if g == nil {
			g = b.Fill("d"+w.Name, w.Type, 0)
		}
		cotangents = append(cotangents, g)
	}
	return primal, cotangents, nil
}

// sweep goes backward through one region: the whole program, or the body of a
// scan, whose sweep runs along back while the primal ran along axis.
type sweep struct {
	b     *ir.Builder
	act   activity
	sides sides
	kept  *locals
	cot   map[*ir.Value][]*ir.Value // summands of cotangents

	parent     *sweep // nil at the top
	axis, back *ir.Axis
	pending    []term // for arrays outside the body, to leave the loop
	again      *ir.Rewriter
}

// run sweeps the region below the roots.
func (s *sweep) run(roots []*ir.Value) error {
	for _, results := range slices.Backward(s.nodes(roots)) {
		if err := s.node(results); err != nil {
			return err
		}
	}
	return nil
}

// nodes lists the definitions of the region, operands first; the results of
// one definition stand together where its first operand-free moment is.
func (s *sweep) nodes(roots []*ir.Value) [][]*ir.Value {
	var out [][]*ir.Value
	at := map[ir.Def]int{}
	seen := map[*ir.Value]bool{}
	var visit func(v *ir.Value)
	visit = func(v *ir.Value) {
		if seen[v] || !s.local(v) {
			return
		}
		seen[v] = true
		operandsOf(v, visit)
		if i, ok := at[v.Def]; ok {
			out[i] = append(out[i], v)
			return
		}
		at[v.Def] = len(out)
		out = append(out, []*ir.Value{v})
	}
	for _, v := range roots {
		visit(v)
	}
	return out
}

// operandsOf calls f for what v needs from its own region: of a scan, what
// its body captures, not the body.
func operandsOf(v *ir.Value, f func(*ir.Value)) {
	scan, ok := v.Def.(*ir.Scan)
	if !ok {
		v.Operands(f)
		return
	}
	seen := map[*ir.Value]bool{}
	var visit func(w *ir.Value)
	visit = func(w *ir.Value) {
		if !w.DependsOn(scan.Axis) {
			f(w)
		} else if !seen[w] {
			seen[w] = true
			w.Operands(visit)
		}
	}
	v.Operands(visit)
}

func (s *sweep) local(v *ir.Value) bool { return s.parent == nil || v.DependsOn(s.axis) }

// total is the cotangent of v: copies add. Nil is zero. What is added gets names
// that a reader can tell apart: dx = dx_term1 + dx_term2.
func (s *sweep) total(v *ir.Value) *ir.Value {
	parts := s.cot[v]
	if len(parts) == 0 {
		return nil
	}
	if len(parts) > 1 {
		place := s.b.Place
		s.b.Place = v.Place
		name := "d" + v.Name
		for k, p := range parts {
			if _, made := p.Def.(*ir.Map); made && p.Name == name {
				p.Name += "_term" + strconv.Itoa(k+1)
			}
		}
		sum := s.b.Elementwise(name, v.Type.Shape, func(at []ir.Int) *ir.Expr {
			e := ir.Read(parts[0], at...)
			for _, p := range parts[1:] {
				e = ir.Apply(ir.OpAdd, e, ir.Read(p, at...))
			}
			return e
		})
		s.b.Place = place
		s.cot[v] = []*ir.Value{sum}
	}
	return s.cot[v][0]
}

func (s *sweep) node(results []*ir.Value) error {
	v := results[0]
	s.b.Place = v.Place
	if d, ok := v.Def.(*ir.Scan); ok {
		return s.scan(d, results)
	}
	if d, ok := v.Def.(*ir.Call); ok {
		return s.call(d, results)
	}
	dy := s.total(v)
	if dy == nil || !s.act.float(v) {
		return nil
	}
	switch d := v.Def.(type) {
	case *ir.Map:
		return s.mapRule(v, d, dy)
	case *ir.Reshape:
		s.deliverValue(d.X, s.b.Reshape("d"+d.X.Name, dy, d.X.Type.Shape))
	}
	return nil
}

// deliver adds a summand to the cotangent of its target: at once if the target
// belongs to this region, else when the loop is done.
func (s *sweep) deliver(t term) {
	if !s.act.float(t.target) {
		return
	}
	if s.local(t.target) {
		s.cot[t.target] = append(s.cot[t.target], t.value(s.b))
	} else {
		s.pending = append(s.pending, t)
	}
}

// deliverValue delivers a whole array.
func (s *sweep) deliverValue(target, dv *ir.Value) {
	if s.act.float(target) && s.local(target) {
		s.cot[target] = append(s.cot[target], dv)
		return
	}
	axes := ir.Axes(dv.Type.Shape)
	at := ir.AxisInts(axes)
	s.deliver(term{target: target, axes: axes, body: ir.Read(dv, at...), write: at})
}

// mapRule is the rule for Map: every active read becomes a write.
func (s *sweep) mapRule(v *ir.Value, m *ir.Map, dy *ir.Value) error {
	if m.Reduce != nil && m.Reduce.Arg {
		return nil
	}
	// The adjoint gets axes of its own, under the same names.
	fresh := &ir.Subst{Axis: map[*ir.Axis]ir.Int{}}
	axes := make([]*ir.Axis, len(m.Axes))
	for i, x := range m.Axes {
		axes[i] = ir.NewAxis(x.Name, fresh.Int(x.Extent))
		fresh.Axis[x] = ir.Of(axes[i])
	}
	root, domain := fresh.Expr(m.Body), fresh.Preds(m.Domain)
	at := fresh.Ints(m.Write)
	if m.Write == nil {
		at = ir.AxisInts(axes[:len(v.Type.Shape)])
	}
	full, known := s.sides.within(root)
	d := &body{act: s.act, value: v, root: full, known: known}
	if m.Reduce == nil {
		known[full] = ir.Read(v, at...)
	}
	if err := d.checkDiscrete(); err != nil {
		return err
	}
	leaves, err := d.reverse(s.reducerFlow(v, m, dy, axes, root, at))
	if err != nil {
		return err
	}
	for _, l := range leaves {
		for _, f := range l.flows {
			t := term{target: l.read.Array, axes: axes, domain: slices.Concat(domain, f.preds), body: f.selected(), write: l.read.Index}
			s.deliver(t.substitute(s.residuals()))
		}
	}
	return nil
}

// reducerFlow is what flows to the body of a Map from the cotangent of its
// result, by its reducer: a sum hands it to every summand, a maximum shares it
// among the winners, a product multiplies it by the other factors.
func (s *sweep) reducerFlow(v *ir.Value, m *ir.Map, dy *ir.Value, axes []*ir.Axis, root *ir.Expr, at []ir.Int) *ir.Expr {
	flow := ir.Read(dy, at...)
	switch m.Reduce {
	case ir.Max, ir.Min:
		ties := winners(s.b, v, m)
		return share(flow, root, ir.Read(v, at...), ir.Read(ties, at...))
	case ir.Prod:
		others := otherFactors(s.b, v, m)
		return ir.Apply(ir.OpMul, flow, others(ir.AxisInts(axes)))
	}
	return flow
}

// share gives the flow to the elements that equal the extremum, in equal parts.
// A NaN goes to all.
func share(flow, element, extremum, ties *ir.Expr) *ir.Expr {
	return ir.Select(ir.Apply(ir.OpEq, element, extremum), ir.Apply(ir.OpDiv, flow, ties),
		ir.Select(ir.Apply(ir.OpNe, extremum, extremum), extremum, ir.Lit(flow.Type, 0)))
}

// winners counts the elements that equal the extremum v of m.
func winners(b *ir.Builder, v *ir.Value, m *ir.Map) *ir.Value {
	at := ir.AxisInts(m.Axes[:len(v.Type.Shape)])
	t := v.Type.DType
	one := ir.Select(ir.Apply(ir.OpEq, m.Body, ir.Read(v, at...)), ir.Lit(t, 1), ir.Lit(t, 0))
	return b.Map("ties", len(at), &ir.Map{Axes: m.Axes, Domain: m.Domain, Reduce: ir.Sum, Body: one})
}

// otherFactors returns a reader of the product of all factors of m but the one
// at a point, from products of those before and those after it: a quotient by
// the factor would fail at zeros.
func otherFactors(b *ir.Builder, v *ir.Value, m *ir.Map) func(at []ir.Int) *ir.Expr {
	rank := len(v.Type.Shape)
	free := v.Type.Shape
	body := m.Body
	if len(m.Domain) > 0 {
		body = ir.Select(ir.Test(m.Domain...), body, ir.Lit(body.Type, 1))
	}
	factors := b.Map("factor", len(m.Axes), &ir.Map{Axes: m.Axes, Body: body})
	n, apart := ir.Const(1), []ir.Int{}
	for _, x := range m.Axes[rank:] {
		n, apart = n.Mul(x.Extent), append(apart, x.Extent)
	}
	flat := b.Reshape("factor", factors, slices.Concat(free, []ir.Int{n}))
	run := func(name string, reverse bool) *ir.Value {
		t := ir.NewAxis("t", n)
		c := b.Carry(name, t, v.Type)
		next := b.Elementwise(name, free, func(at []ir.Int) *ir.Expr {
			return ir.Apply(ir.OpMul, ir.Read(c, at...), ir.Read(flat, slices.Concat(at, []ir.Int{ir.Of(t)})...))
		})
		_, emits := b.Scan(&ir.Scan{Axis: t, Reverse: reverse, Carry: []*ir.Value{c},
			Init: []*ir.Value{b.Fill("one", v.Type, 1)}, Next: []*ir.Value{next}, Emit: []*ir.Value{c}})
		return b.Reshape(name, emits[0], slices.Concat(apart, free))
	}
	before, after := run("before", false), run("after", true)
	return func(at []ir.Int) *ir.Expr {
		index := slices.Concat(at[rank:], at[:rank])
		return ir.Apply(ir.OpMul, ir.Read(before, index...), ir.Read(after, index...))
	}
}

// call is the rule of a function that brings its own derivative.
func (s *sweep) call(d *ir.Call, results []*ir.Value) error {
	vjp := d.Func.Rule.VJP
	args := make([]*ir.Value, len(d.Args))
	for k, a := range d.Args {
		args[k] = s.primalValue(a)
	}
	var seeds []*ir.Value
	any := false
	for k, r := range d.Func.Results {
		if !r.Type.DType.IsFloat() {
			continue
		}
		var seed *ir.Value
		for _, v := range results {
			if v.Result == k {
				seed = s.total(v)
			}
		}
		any = any || seed != nil
		if seed == nil {
			seed = s.b.Fill("d"+r.Name, r.Type, 0)
		}
		seeds = append(seeds, seed)
	}
	if !any {
		return nil
	}
	if vjp == nil {
		var err error
		if vjp, err = transposeJVP(s.b, d.Func); err != nil {
			return err
		}
	}
	cot := s.b.Inline(vjp, slices.Concat(args, seeds))
	k := 0
	for _, a := range d.Args {
		if a.Type.DType.IsFloat() {
			s.deliverValue(a, cot[k])
			k++
		}
	}
	return nil
}
