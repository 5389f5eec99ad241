package ir

import "strconv"

// ParseFunc reads the text that Func.String prints, and returns its last
// function. Values are made in b, none is shared with another: the program is
// the one the text shows, line by line. The error is a *ParseError. What is
// read is typed, but for the rest only Verify says whether it is sound.
func ParseFunc(b *Builder, text string) (f *Func, err error) {
	p := newParser(b, text)
	err = p.guard(func() {
		p.file(false)
		f = p.last
		if f == nil {
			p.fail("no function")
		}
	})
	return f, err
}

// ParseModule reads the text that Module.String prints.
func ParseModule(b *Builder, text string) (m *Module, err error) {
	p := newParser(b, text)
	err = p.guard(func() {
		p.file(true)
		m = p.module
	})
	return m, err
}

// parser reads one text; see parse_lex.go for its limits.
type parser struct {
	b       *Builder
	src     string
	tokens  []token
	at      int
	nesting int

	module   *Module
	models   map[string]*Model
	trainers map[string]*Trainer
	dims     map[string]*Dim
	funcs    map[string]*Func
	last     *Func

	// of the function being read
	f      *Func
	values map[string]*Value
	axes   map[string]*Axis // in scope
	steps  map[string]*Axis // of all scans so far

	// of the line being read
	lets  map[string]*Expr
	sizes map[*Expr]int // memo of sizeOf
}

func newParser(b *Builder, text string) *parser {
	return &parser{b: b, src: text, models: map[string]*Model{}, trainers: map[string]*Trainer{},
		dims: map[string]*Dim{}, funcs: map[string]*Func{}, sizes: map[*Expr]int{}}
}

// guard turns a fault into an error.
func (p *parser) guard(read func()) (err error) {
	place := p.b.Place
	defer func() {
		p.b.Place = place
		switch r := recover().(type) {
		case nil:
		case parseFault:
			err = r.err
		default:
			panic(r)
		}
	}()
	p.b.Place = Place{}
	if len(p.src) > maxText {
		p.failAt(0, "text of more than %d bytes", maxText)
	}
	p.scanText()
	read()
	return nil
}

func (p *parser) file(module bool) {
	if module {
		p.header()
	}
	for p.peek().kind != tokenEnd {
		switch {
		case p.take("dim"):
			p.dimLine()
		case p.take("func"):
			p.function()
		case module && p.take("model"):
			p.readModel()
		case module && p.take("trainer"):
			p.readTrainer()
		case module && p.take("export"):
			p.readExport()
		default:
			p.fail("declaration expected, got %q", p.peek().text)
		}
	}
}

func (p *parser) dimLine() {
	for {
		name := p.newName()
		if p.dims[name] == nil {
			p.dims[name] = &Dim{name}
		}
		if !p.take(",") {
			return
		}
	}
}

// quoted reads a string.
func (p *parser) quoted() string {
	t := p.takeKind(tokenString, "string")
	s, err := strconv.Unquote(t.text)
	if err != nil {
		p.failAt(t.at, "not a string: %s", t.text)
	}
	return s
}

// typeName reads an element type.
func (p *parser) typeName() DType {
	t := p.takeKind(tokenName, "type")
	d, ok := DTypeByName(t.text)
	if !ok {
		p.failAt(t.at, "type expected, got %q", t.text)
	}
	return d
}

// typeText reads a type: f32[B, 784].
func (p *parser) typeText() Type {
	t := Type{DType: p.typeName()}
	if !p.take("[") {
		return t
	}
	for _, n := range p.exprs("]") {
		size := p.extent(n)
		if size.HasAxes() {
			p.failAt(n.at, "an axis in a size")
		}
		t.Shape = append(t.Shape, size)
	}
	return t
}

// numbers reads a list of literals in brackets, rounded to t.
func (p *parser) numbers(t DType) []float64 {
	out := []float64{}
	p.need("[")
	for !p.take("]") {
		if len(out) > 0 {
			p.need(",")
		}
		out = append(out, p.literal(t))
	}
	return out
}

func (p *parser) literal(t DType) float64 {
	n := p.prefix()
	isWord := n.kind == nodeName && (n.text == "true" || n.text == "false")
	switch {
	case t == Bool && isWord:
		return truth(n.text == "true")
	case t == Bool || n.kind != nodeNumber:
		p.failAt(n.at, "number expected")
	}
	return t.Round(number(n.text))
}

// define gives a value its name in the text.
func (p *parser) define(v *Value, name token) {
	if name.text == "_" {
		return
	}
	if reserved[name.text] {
		p.failAt(name.at, "%q is a word of the notation", name.text)
	}
	if p.values[name.text] != nil {
		p.failAt(name.at, "%s is defined twice", name.text)
	}
	v.Name = name.text
	p.values[name.text] = v
}

func (p *parser) valueName() *Value {
	t := p.takeKind(tokenName, "value")
	v := p.values[t.text]
	if v == nil {
		p.failAt(t.at, "unknown name %q", t.text)
	}
	return v
}

// namesTo reads a list of names up to its end.
func (p *parser) namesTo(end string) []token {
	var out []token
	for !p.take(end) {
		if len(out) > 0 {
			p.need(",")
		}
		out = append(out, p.takeKind(tokenName, "name"))
	}
	return out
}
