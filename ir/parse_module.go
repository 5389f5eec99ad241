package ir

import (
	"slices"
	"strconv"
)

// header reads the line that begins a module.
func (p *parser) header() {
	p.need("module")
	p.module = &Module{Package: p.quoted()}
	p.need("from")
	p.module.File = p.quoted()
}

// members reads the lines of a block up to its end; member reads what follows
// a word, and reports whether it knows it.
func (p *parser) members(member func(word string) bool) {
	p.need("{")
	for !p.take("}") {
		t := p.takeKind(tokenName, "member")
		if !member(t.text) {
			p.failAt(t.at, "unknown member %q", t.text)
		}
	}
}

func (p *parser) readModel() {
	m := &Model{Name: p.quoted()}
	if p.models[m.Name] != nil {
		p.fail("model %s is defined twice", m.Name)
	}
	m.DType = p.typeName()
	p.members(func(word string) bool {
		switch word {
		case "doc":
			m.Doc = p.quoted()
		case "param":
			m.Params = append(m.Params, p.param())
		case "state":
			m.State = append(m.State, p.param())
		default:
			return false
		}
		return true
	})
	p.models[m.Name] = m
	p.module.Models = append(p.module.Models, m)
}

func (p *parser) param() *Param {
	x := &Param{Name: p.quoted(), Lo: negInf, Hi: posInf}
	p.need(":")
	p.need("[")
	for _, n := range p.exprs("]") {
		k, ok := integer(n)
		if !ok {
			p.failAt(n.at, "number expected")
		}
		x.Shape = append(x.Shape, k)
	}
	if p.take("in") {
		p.need("(")
		x.Lo = p.literal(F64)
		p.need(",")
		x.Hi = p.literal(F64)
		p.need(")")
	}
	return x
}

func (p *parser) modelName() *Model {
	at := p.peek().at
	m := p.models[p.quoted()]
	if m == nil {
		p.failAt(at, "unknown model")
	}
	return m
}

func (p *parser) readTrainer() {
	t := &Trainer{Name: p.quoted()}
	if p.trainers[t.Name] != nil {
		p.fail("trainer %s is defined twice", t.Name)
	}
	p.need("of")
	t.Models = append(t.Models, p.modelName())
	for p.take(",") {
		t.Models = append(t.Models, p.modelName())
	}
	p.members(func(word string) bool {
		switch word {
		case "doc":
			t.Doc = p.quoted()
		case "hyper":
			h := Hyper{Name: p.quoted()}
			p.need("=")
			h.Default = p.literal(F64)
			t.Hyper = append(t.Hyper, h)
		case "state":
			t.State = append(t.State, p.param())
		default:
			return false
		}
		return true
	})
	p.trainers[t.Name] = t
}

func (p *parser) readExport() {
	e := &Export{Kind: ExportKind(p.wordOf(exportKinds))}
	e.Name = p.quoted()
	p.members(func(word string) bool {
		switch word {
		case "doc":
			e.Doc = p.quoted()
		case "call":
			e.Func = p.funcName()
		case "model":
			e.Model = p.modelName()
		case "trainer":
			at := p.peek().at
			if e.Trainer = p.trainers[p.quoted()]; e.Trainer == nil {
				p.failAt(at, "unknown trainer")
			}
		case "derives":
			e.Derives = p.quoted()
		case "by":
			e.By = append(e.By, p.quoted())
		case "arg":
			e.Args = append(e.Args, p.binding())
		case "result":
			e.Results = append(e.Results, p.binding())
		default:
			return false
		}
		return true
	})
	p.module.Exports = append(p.module.Exports, e)
}

// wordOf reads one of the words, and returns its place among them.
func (p *parser) wordOf(words []string) int {
	t := p.takeKind(tokenName, "kind")
	k := slices.Index(words, t.text)
	if k < 0 {
		p.failAt(t.at, "unknown kind %q", t.text)
	}
	return k
}

func (p *parser) binding() Binding {
	b := Binding{Kind: BindKind(p.wordOf(bindKinds))}
	if p.peek().kind == tokenString {
		b.Name = p.quoted()
	}
	if p.take("of") {
		b.Model = p.modelName()
	}
	if t := p.peek(); t.kind == tokenNumber {
		p.at++
		k, err := strconv.Atoi(t.text)
		if err != nil {
			p.failAt(t.at, "index expected, got %q", t.text)
		}
		b.Index = k
	}
	return b
}
