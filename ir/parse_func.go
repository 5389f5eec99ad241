package ir

import (
	"maps"
	"slices"
)

func (p *parser) function() {
	name := p.newName()
	if p.funcs[name] != nil {
		p.fail("function %s is defined twice", name)
	}
	p.f = &Func{Name: name}
	p.values, p.axes, p.steps = map[string]*Value{}, map[string]*Axis{}, map[string]*Axis{}
	p.need("{")
	for !p.take("}") {
		switch {
		case p.take("doc"):
			p.f.Doc = p.quoted()
		case p.take("rule"):
			p.rule()
		case p.take("axis"):
			p.axisLine()
		case p.take("input"):
			name, t := p.typed()
			v := p.b.Input(name.text, t)
			p.define(v, name)
			p.f.Params = append(p.f.Params, v)
		case p.take("return"):
			p.f.Results = append(p.f.Results, p.valueName())
			for p.take(",") {
				p.f.Results = append(p.f.Results, p.valueName())
			}
		default:
			p.value()
		}
	}
	p.funcs[name], p.last = p.f, p.f
}

func (p *parser) rule() {
	if p.f.Rule == nil {
		p.f.Rule = &Rule{}
	}
	if p.take("jvp") {
		p.f.Rule.JVP = p.funcName()
	} else {
		p.need("vjp")
		p.f.Rule.VJP = p.funcName()
	}
}

func (p *parser) funcName() *Func {
	t := p.takeKind(tokenName, "function")
	f := p.funcs[t.text]
	if f == nil {
		p.failAt(t.at, "unknown function %q", t.text)
	}
	return f
}

// axisLine reads axis i < n, an axis bound by nothing, or by the scan that
// follows.
func (p *parser) axisLine() *Axis {
	name := p.newName()
	p.need("<")
	x := NewAxis(name, p.extent(p.expr(levelSum)))
	p.axes[name] = x
	return x
}

// typed reads name : type.
func (p *parser) typed() (token, Type) {
	name := p.takeKind(tokenName, "name")
	p.need(":")
	return name, p.typeText()
}

// value reads one definition.
func (p *parser) value() {
	switch {
	case p.take("table"):
		name, t := p.typed()
		p.need("=")
		p.define(p.b.add("", name.text, t, &Table{p.numbers(t.DType)}, 0, nil), name)
		return
	case p.take("("):
		at := p.peek()
		results := p.namesTo(")")
		p.need("=")
		var values []*Value
		if p.take("scan") {
			values = p.scan()
		} else {
			p.need("call")
			values = p.call()
		}
		if len(values) != len(results) {
			p.failAt(at.at, "%d names for %d results", len(results), len(values))
		}
		for k, v := range values {
			p.define(v, results[k])
		}
		return
	}
	name, t := p.typed()
	p.need(";")
	outer := p.axes
	p.axes, p.lets = maps.Clone(outer), map[string]*Expr{}
	p.define(p.equation(name, t), name)
	p.axes, p.lets = outer, nil
}

func (p *parser) call() []*Value {
	f := p.funcName()
	p.need("(")
	var args []*Value
	var free []*Axis
	for _, t := range p.namesTo(")") {
		v := p.values[t.text]
		if v == nil {
			p.failAt(t.at, "unknown name %q", t.text)
		}
		args = append(args, v)
		free = union(free, v.free)
	}
	c := &Call{f, args}
	out := make([]*Value, len(f.Results))
	for k, r := range f.Results {
		out[k] = p.b.add("", r.Name, r.Type, c, k, free)
	}
	return out
}

// stepAxis reads the axis of a scan, a new one, or one with which an earlier
// scan shares its body.
func (p *parser) stepAxis() *Axis {
	if next := p.tokens[min(p.at+1, len(p.tokens)-1)]; next.text != "again" || next.kind != tokenName {
		x := p.axisLine()
		p.steps[x.Name] = x
		return x
	}
	name := p.newName()
	p.need("again")
	x := p.steps[name]
	if x == nil {
		p.fail("no scan along %s before", name)
	}
	p.axes[name] = x
	return x
}

// carryAgain finds a carry that s shares with an earlier scan.
func (p *parser) carryAgain(name token, s *Scan) *Value {
	v := p.values[name.text]
	if v == nil || slices.Contains(s.Carry, v) {
		return nil
	}
	if c, ok := v.Def.(*Carry); ok && c.Axis == s.Axis {
		return v
	}
	return nil
}

// scan reads a scan from behind the word on.
func (p *parser) scan() []*Value {
	p.nesting++
	if p.nesting > maxNesting {
		p.fail("nested too deeply")
	}
	defer func() { p.nesting-- }()
	outer := p.axes
	p.axes = maps.Clone(outer)
	s := &Scan{Axis: p.stepAxis()}
	s.Reverse = p.take("reverse")
	p.need("{")
	for !p.take("}") {
		switch {
		case p.take("carry"):
			name, t := p.typed()
			p.need("=")
			s.Init = append(s.Init, p.valueName())
			c := p.carryAgain(name, s)
			if c == nil {
				c = p.b.Carry(name.text, s.Axis, t)
				p.define(c, name)
			}
			s.Carry = append(s.Carry, c)
			s.Next = append(s.Next, nil)
		case p.take("next"):
			at := p.peek().at
			k := slices.Index(s.Carry, p.valueName())
			if k < 0 || s.Next[k] != nil {
				p.failAt(at, "next of something that is no carry, or has one")
			}
			p.need("=")
			s.Next[k] = p.valueName()
		case p.take("emit"):
			s.Emit = append(s.Emit, p.valueName())
		default:
			p.value()
		}
	}
	if slices.Contains(s.Next, nil) {
		p.fail("a carry without next")
	}
	p.axes = outer
	carries, emits := p.b.Scan(s)
	return slices.Concat(carries, emits)
}
