package ir

// lineText is a line of the text before names are known: definitions and
// formulas may use axes that are bound further right.
type lineText struct {
	lets   []letText
	index  []*node // left of the sign
	add    bool    // the sign is +=
	reduce *Reducer
	body   *node
	axes   []*node // reduced, or behind for
	where  *node
}

type letText struct {
	name token
	t    DType
	e    *node
}

// equation reads the formula of a value.
func (p *parser) equation(name token, t Type) *Value {
	var l lineText
	var again token
	for {
		again = p.takeKind(tokenName, "name")
		if !p.take(":") {
			break
		}
		if reserved[again.text] {
			p.failAt(again.at, "%q is a word of the notation", again.text)
		}
		d := p.typeName()
		p.need("=")
		l.lets = append(l.lets, letText{again, d, p.expr(levelIf)})
		p.need(";")
	}
	if again.text != name.text {
		p.failAt(again.at, "formula of %s, not of %s", again.text, name.text)
	}
	if p.take("[") {
		l.index = p.exprs("]")
	}
	if l.add = p.take("+="); !l.add {
		p.need("=")
		if p.take("reshape") {
			return p.reshape(t)
		}
	}
	p.right(&l)
	return p.mapOf(again, t, &l)
}

func (p *parser) reshape(t Type) *Value {
	p.need("(")
	x := p.valueName()
	p.need(")")
	return p.b.add("", "", t, &Reshape{x}, 0, x.free)
}

// right reads the right-hand side.
func (p *parser) right(l *lineText) {
	r := ReducerByName(p.peek().text)
	if r != nil && p.tokens[p.at+1].text == "[" && !l.add {
		p.at += 2
		l.reduce = r
		for !p.is("]") && !p.is("where") {
			if len(l.axes) > 0 {
				p.need(",")
			}
			l.axes = append(l.axes, p.expr(levelCompare))
		}
		p.takeWhere(l)
		p.need("]")
		if r.Arg {
			p.need("(")
			l.body = p.expr(levelIf)
			p.need(")")
		} else {
			l.body = p.expr(levelProduct)
		}
		return
	}
	l.body = p.expr(levelIf)
	if l.add && p.take("for") {
		l.axes = append(l.axes, p.expr(levelCompare))
		for p.take(",") {
			l.axes = append(l.axes, p.expr(levelCompare))
		}
	}
	p.takeWhere(l)
}

func (p *parser) takeWhere(l *lineText) {
	if p.take("where") {
		l.where = p.expr(levelAnd)
	}
}

// mapOf resolves the names of a line: axes, then definitions, then the rest.
func (p *parser) mapOf(name token, t Type, l *lineText) *Value {
	m := &Map{Reduce: l.reduce}
	if l.add {
		m.Reduce = Sum
	} else {
		if len(l.index) != len(t.Shape) {
			p.failAt(name.at, "%s has %d axes, not %d", name.text, len(t.Shape), len(l.index))
		}
		m.Axes = p.axisList(l.index, t.Shape)
	}
	n := len(m.Axes)
	for _, x := range p.axisList(l.axes, nil) {
		for _, y := range m.Axes[:n] {
			if x.Name == y.Name {
				p.failAt(name.at, "axis %s occurs twice", x.Name)
			}
		}
		m.Axes = append(m.Axes, x)
	}
	for _, d := range l.lets {
		if p.lets[d.name.text] != nil || p.axes[d.name.text] != nil {
			p.failAt(d.name.at, "%s is defined twice", d.name.text)
		}
		p.lets[d.name.text] = p.build(d.e, d.t)
	}
	if l.add {
		m.Write = []Int{}
		for _, i := range l.index {
			m.Write = append(m.Write, p.int(i))
		}
	}
	if l.where != nil {
		preds, ok := p.preds(l.where, true)
		if !ok {
			p.failAt(l.where.at, "predicates expected")
		}
		m.Domain = preds
	}
	body := t.DType
	if m.Reduce != nil && m.Reduce.Arg {
		var ok bool
		if body, ok = p.infer(l.body); !ok {
			p.failAt(l.body.at, "type of the reduced values unknown")
		}
	}
	m.Body = p.build(l.body, body)
	return p.b.add("", "", t, m, 0, nil)
}
