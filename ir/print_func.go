package ir

import (
	"slices"
	"strconv"
	"strings"
)

// funcPrinter prints one function. Values are placed first, each in the block
// of the innermost scan whose step it depends on, and written afterwards, when
// all names are known.
type funcPrinter struct {
	*printer
	f      *Func
	own    *names
	name   map[*Value]string
	axes   map[*Axis]boundAxis
	outer  *names       // what the axes of a Map must not be called: sizes, axes of scans
	placed map[any]bool // *Value, or the *Scan or *Call of a group
	groups map[any][]*Value
	top    *block
	blocks map[*Axis]*block
	begun  map[*Axis]bool // a block of this axis has been written
	free   []*Axis        // foreign axes, which nothing binds
}

type boundAxis struct {
	name string
	pos  int
}

// block is the body of a scan, or of the function.
type block struct {
	scan  *Scan
	depth int
	items []any // *Value, *block; a *Value that is a call stands for its group
}

func (p *funcPrinter) print() {
	p.own, p.name, p.axes = newNames(p.names), map[*Value]string{}, map[*Axis]boundAxis{}
	p.placed, p.groups = map[any]bool{}, map[any][]*Value{}
	p.top, p.blocks, p.begun = &block{}, map[*Axis]*block{}, map[*Axis]bool{}
	for _, v := range p.f.Params {
		p.nameOf(v)
	}
	for _, v := range reachable(p.f) {
		switch v.Def.(type) {
		case *Scan, *Call:
			p.groups[v.Def] = append(p.groups[v.Def], v)
		}
	}
	for _, v := range p.f.Results {
		p.place(v)
	}
	p.nameAxes(p.top)
	for _, x := range p.free {
		p.axes[x] = boundAxis{p.own.pick(x.Name, "i"), len(p.axes)}
	}
	p.outer = newNames(p.names)
	for _, a := range p.axes {
		p.outer.taken[a.name] = true
	}
	p.write()
}

func (p *funcPrinter) nameOf(v *Value) string {
	name, ok := p.name[v]
	if !ok {
		name = p.own.pick(v.Name, "v")
		p.name[v] = name
	}
	return name
}

// blockOf finds the innermost block whose axis v depends on.
func (p *funcPrinter) blockOf(v *Value) *block {
	in := p.top
	for _, x := range v.free {
		b, ok := p.blocks[x]
		if !ok && !slices.Contains(p.free, x) {
			p.free = append(p.free, x)
		}
		if ok && b.depth > in.depth {
			in = b
		}
	}
	return in
}

// place puts v, after everything it needs, into its block.
func (p *funcPrinter) place(v *Value) {
	key := any(v)
	if p.groups[v.Def] != nil {
		key = v.Def
	}
	if p.placed[key] {
		return
	}
	p.placed[key] = true
	scan, ok := v.Def.(*Scan)
	if !ok {
		v.Operands(p.place)
		in := p.blockOf(v)
		in.items = append(in.items, v)
		p.nameGroup(v)
		return
	}
	for _, w := range scan.Init {
		p.place(w)
	}
	outer := p.blockOf(v)
	b := &block{scan: scan, depth: outer.depth + 1}
	before := p.blocks[scan.Axis] // differentiation makes scans that share a body
	p.blocks[scan.Axis] = b
	for _, w := range scan.Carry {
		p.nameOf(w)
		p.placed[w] = true
	}
	for _, w := range slices.Concat(scan.Next, scan.Emit) {
		p.place(w)
	}
	if before != nil {
		p.blocks[scan.Axis] = before
	}
	outer.items = append(outer.items, b)
	p.nameGroup(v)
}

func (p *funcPrinter) nameGroup(v *Value) {
	p.nameOf(v)
	for _, w := range p.groups[v.Def] {
		p.nameOf(w)
	}
}

// nameAxes names the axes of scans, outside in and top down.
func (p *funcPrinter) nameAxes(b *block) {
	if b.scan != nil && p.axes[b.scan.Axis].name == "" {
		p.axes[b.scan.Axis] = boundAxis{p.own.pick(b.scan.Axis.Name, "t"), len(p.axes)}
	}
	for _, item := range b.items {
		if inner, ok := item.(*block); ok {
			p.nameAxes(inner)
		}
	}
}

func (p *funcPrinter) write() {
	p.out.WriteString("func " + p.funcs[p.f] + " {\n")
	if p.f.Doc != "" {
		p.line(1, "doc "+strconv.Quote(p.f.Doc), Place{})
	}
	if r := p.f.Rule; r != nil {
		if r.JVP != nil {
			p.line(1, "rule jvp "+p.funcs[r.JVP], Place{})
		}
		if r.VJP != nil {
			p.line(1, "rule vjp "+p.funcs[r.VJP], Place{})
		}
	}
	for _, x := range p.free {
		p.line(1, "axis "+p.axes[x].name+" < "+p.intText(x.Extent), Place{})
	}
	for _, v := range p.f.Params {
		p.line(1, "input "+p.name[v]+" : "+p.typeText(v.Type), v.Place)
	}
	p.items(1, p.top)
	if len(p.f.Results) > 0 {
		p.line(1, "return "+valueNames(p.f.Results, p.nameOf), Place{})
	}
	p.out.WriteString("}\n")
}

func (p *funcPrinter) line(indent int, text string, at Place) {
	p.out.WriteString(strings.Repeat("  ", indent) + text)
	if p.opt.Places && at.Line > 0 {
		p.out.WriteString(" // " + strings.Map(printable, at.String()))
	}
	p.out.WriteByte('\n')
}

// printable keeps a comment on its line.
func printable(r rune) rune {
	if r < ' ' {
		return '?'
	}
	return r
}

func (p *funcPrinter) intText(i Int) string {
	e := p.exprs()
	e.int(i)
	return e.text()
}

func (p *funcPrinter) exprs() *exprPrinter {
	return &exprPrinter{array: p.nameOf, dim: p.dim,
		axis: func(x *Axis) (string, int) {
			if a, ok := p.axes[x]; ok {
				return a.name, a.pos
			}
			return x.Name + "?", 0 // bound nowhere: the verifier's business
		}}
}

func (p *funcPrinter) items(indent int, b *block) {
	for _, item := range b.items {
		if inner, ok := item.(*block); ok {
			p.scan(indent, inner)
		} else {
			p.value(indent, item.(*Value))
		}
	}
}

func (p *funcPrinter) scan(indent int, b *block) {
	s := b.scan
	head := "(" + p.results(s, len(s.Next)+len(s.Emit)) + ") = scan " + p.axes[s.Axis].name
	if p.begun[s.Axis] { // what stands in the earlier block is in this one, too
		head += " again"
	} else {
		head += " < " + p.intText(s.Axis.Extent)
		p.begun[s.Axis] = true
	}
	if s.Reverse {
		head += " reverse"
	}
	var at Place
	for _, v := range p.groups[s] {
		at = v.Place
	}
	p.line(indent, head+" {", at)
	for k, c := range s.Carry {
		text := "carry " + p.name[c] + " : " + p.typeText(c.Type)
		if k < len(s.Init) {
			text += " = " + p.nameOf(s.Init[k])
		}
		p.line(indent+1, text, c.Place)
	}
	p.items(indent+1, b)
	for k, v := range s.Next {
		text := "next "
		if k < len(s.Carry) {
			text += p.name[s.Carry[k]]
		}
		p.line(indent+1, text+" = "+p.nameOf(v), Place{})
	}
	for _, v := range s.Emit {
		p.line(indent+1, "emit "+p.nameOf(v), Place{})
	}
	p.line(indent, "}", Place{})
}

// results lists the names of a group; results that nothing uses are _.
func (p *funcPrinter) results(d any, n int) string {
	out := slices.Repeat([]string{"_"}, n)
	for _, v := range p.groups[d] {
		if v.Result < n {
			out[v.Result] = p.name[v]
		}
	}
	return strings.Join(out, ", ")
}

func (p *funcPrinter) value(indent int, v *Value) {
	typed := p.name[v] + " : " + p.typeText(v.Type)
	switch d := v.Def.(type) {
	case *Input:
		if !slices.Contains(p.f.Params, v) {
			p.line(indent, "input "+typed+" // not a parameter", Place{})
		}
	case *Carry:
		p.line(indent, typed+"; carry of a scan elsewhere", Place{})
	case *Table:
		p.line(indent, "table "+typed+" = "+p.tableText(v.Type.DType, d.Data), v.Place)
	case *Reshape:
		p.line(indent, typed+"; "+p.name[v]+" = reshape("+p.nameOf(d.X)+")", v.Place)
	case *Call:
		p.line(indent, "("+p.results(d, len(d.Func.Results))+") = call "+p.funcs[d.Func]+"("+valueNames(d.Args, p.nameOf)+")", v.Place)
	case *Map:
		l := &line{exprPrinter: p.exprs()}
		l.put(typed + "; ")
		l.mapLine(v, p.name[v], d, p.outer)
		p.line(indent, l.text(), v.Place)
	}
}
