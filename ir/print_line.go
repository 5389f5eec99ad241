package ir

import (
	"slices"
	"strconv"
	"strings"
)

// maxEquation is about the length at which Equation cuts a formula.
const maxEquation = 160

// Equation is the formula of v alone, as a comment beside code would show it:
// dW1[o,i] = sum[b] dh1[b,o]*x[b,i]. Long ones are cut.
func Equation(v *Value) string {
	l := &line{exprPrinter: plainPrinter(maxEquation), brief: true}
	switch d := v.Def.(type) {
	case *Map:
		l.mapLine(v, v.String(), d, newNames(nil))
	case *Reshape:
		l.put(v.String() + " = reshape(" + d.X.String() + ")")
	case *Call:
		l.put(v.String() + " = " + d.Func.Name + "(" + valueNames(d.Args, (*Value).String) + ")")
	case *Scan:
		l.put(v.String() + " = scan along " + d.Axis.Name)
	default:
		l.put(v.String())
	}
	return l.text()
}

func valueNames(vs []*Value, name func(*Value) string) string {
	out := make([]string, len(vs))
	for i, v := range vs {
		out[i] = name(v)
	}
	return strings.Join(out, ", ")
}

// line prints the definition of one value by a Map.
type line struct {
	*exprPrinter
	brief bool // no extents, no lets, cut
}

// mapLine prints the equation of a Map. Axes are renamed where they clash with
// a name in known or with an array that the line mentions.
func (l *line) mapLine(v *Value, name string, m *Map, known *names) {
	local := newNames(known)
	local.taken[name] = true
	v.Operands(func(a *Value) { local.taken[l.array(a)] = true })
	l.bindAxes(m, local)
	if !l.brief {
		l.nameShared(m, local)
	}
	rank := min(len(v.Type.Shape), len(m.Axes))
	free, reduced := m.Axes[:rank], m.Axes[rank:]
	if m.Write != nil {
		free, reduced = nil, m.Axes
	}
	l.put(name)
	switch {
	case m.Write != nil:
		l.put("[" + l.list(m.Write) + "] ")
		if m.Reduce != Sum {
			l.put(reducerName(m.Reduce)) // not valid, but printed
		} else {
			l.put("+")
		}
		l.put("= ")
	case len(free) > 0:
		l.put("[" + l.axes(free, v.Type.Shape) + "] = ")
	default:
		l.put(" = ")
	}
	where := func(sign string) {
		if len(m.Domain) > 0 {
			l.put(sign)
			l.preds(m.Domain)
		}
	}
	if m.Write == nil && (m.Reduce != nil || len(reduced) > 0) {
		l.put(reducerName(m.Reduce) + "[" + l.axes(reduced, nil))
		if len(reduced) > 0 {
			where(" where ")
		} else {
			where("where ")
		}
		l.put("]")
		if m.Reduce != nil && m.Reduce.Arg {
			l.put("(")
			l.typedExpr(m.Body, levelIf)
			l.put(")")
		} else {
			l.put(" ")
			l.expr(m.Body, levelProduct)
		}
		return
	}
	l.expr(m.Body, levelIf)
	if m.Write != nil {
		if len(reduced) > 0 && !l.brief {
			l.put(" for " + l.axes(reduced, nil))
		}
	}
	where(" where ")
}

func reducerName(r *Reducer) string {
	if r == nil {
		return "none"
	}
	return r.Name
}

// bindAxes names the axes of m, on top of those known outside.
func (l *line) bindAxes(m *Map, local *names) {
	outer, axes := l.axis, m.Axes
	bound := make([]string, len(axes))
	for k, x := range axes {
		bound[k] = local.pick(x.Name, "i")
	}
	l.axis = func(x *Axis) (string, int) {
		if k := slices.Index(axes, x); k >= 0 {
			return bound[k], 1<<30 + k
		}
		return outer(x)
	}
}

// axes prints a list of axes; an extent that shape does not tell is added.
func (l *line) axes(axes []*Axis, shape []Int) string {
	return l.sub(func() {
		for k, x := range axes {
			if k > 0 {
				l.put(",")
				if shape == nil {
					l.put(" ")
				}
			}
			name, _ := l.axis(x)
			l.put(name)
			if !l.brief && (shape == nil || !shape[k].Equal(x.Extent)) {
				l.put(" < ")
				l.int(x.Extent)
			}
		}
	})
}

// nameShared prints definitions for what the line uses more than once, if it
// would be too long without.
func (l *line) nameShared(m *Map, local *names) {
	roots := []*Expr{m.Body}
	see := func(e *Expr) { roots = append(roots, e) }
	for _, q := range m.Domain {
		exprsOf(q.E, see)
	}
	for _, i := range m.Write {
		exprsOf(i, see)
	}
	l.lets = map[*Expr]string{}
	for k, e := range shared(roots) {
		name := local.pick("t"+strconv.Itoa(k+1), "t")
		l.put(name + " : " + e.Type.String() + " = ")
		l.definition(e, levelIf)
		l.put("; ")
		l.lets[e] = name
	}
}
