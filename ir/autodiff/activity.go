package autodiff

import "github.com/gradgen/gradgen/ir"

// activity knows which values depend on what is differentiated by.
type activity map[*ir.Value]bool

// float reports whether a tangent or cotangent flows through v.
func (act activity) float(v *ir.Value) bool { return act[v] && v.Type.DType.IsFloat() }

// find marks every value below the roots that depends on one of wrt.
func find(roots, wrt []*ir.Value) activity {
	act := activity{}
	for _, v := range wrt {
		act[v] = true
	}
	order := ir.Topological(roots...)
	feeds := map[*ir.Value][]*ir.Value{}
	for _, v := range order {
		if s, ok := v.Def.(*ir.Scan); ok {
			for k, c := range s.Carry {
				feeds[c] = []*ir.Value{s.Init[k], s.Next[k]}
			}
		}
	}
	for changed := true; changed; { // again while a carry comes alive
		changed = false
		for _, v := range order {
			if act[v] {
				continue
			}
			alive := false
			operands(v, func(x *ir.Value) { alive = alive || act[x] })
			for _, x := range feeds[v] {
				alive = alive || act[x]
			}
			if alive {
				act[v], changed = true, true
			}
		}
	}
	return act
}

// operands are those of v that are not below a stop.
func operands(v *ir.Value, f func(*ir.Value)) {
	m, ok := v.Def.(*ir.Map)
	if !ok {
		v.Operands(f)
		return
	}
	read := func(e *ir.Expr) {
		if e.Op == ir.OpRead {
			f(e.Array)
		}
	}
	flowing(m.Body, read)
	for _, p := range m.Domain {
		p.E.Walk(nil, read)
	}
	for _, i := range m.Write {
		i.Walk(nil, read)
	}
}

// flowing visits what is not below a stop: e, its arguments, and what its index maps and predicates read.
func flowing(e *ir.Expr, visit func(*ir.Expr)) {
	seen := map[*ir.Expr]bool{}
	var walk func(e *ir.Expr)
	walk = func(e *ir.Expr) {
		if seen[e] || e.Op == ir.OpStop {
			return
		}
		seen[e] = true
		visit(e)
		for _, i := range e.Index {
			i.Walk(nil, visit)
		}
		for _, p := range e.Preds {
			p.E.Walk(nil, visit)
		}
		e.Int.Walk(nil, visit)
		for _, a := range e.Args {
			walk(a)
		}
	}
	walk(e)
}

// exprs tells for the nodes of one body whether an active read is below.
func (act activity) exprs(body *ir.Expr) map[*ir.Expr]bool {
	out := map[*ir.Expr]bool{}
	var visit func(e *ir.Expr) bool
	visit = func(e *ir.Expr) bool {
		if known, ok := out[e]; ok {
			return known
		}
		active := e.Op == ir.OpRead && act.float(e.Array)
		if e.Op != ir.OpStop {
			for _, a := range e.Args {
				active = visit(a) || active
			}
		}
		out[e] = active
		return active
	}
	visit(body)
	return out
}
