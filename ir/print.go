package ir

import (
	"io"
	"strconv"
	"strings"
)

// PrintOptions choose what the text of a function shows. The zero value shows
// everything that reads back, and nothing else.
type PrintOptions struct {
	Places   bool // the place in the source as a comment at the end of a line
	MaxTable int  // cut longer constant tables, which then do not read back; 0 for never
}

// String is the text of f, with the functions it calls before it.
func (f *Func) String() string {
	var b strings.Builder
	_ = PrintFunc(&b, f, PrintOptions{})
	return b.String()
}

// PrintFunc writes the text of f, with the functions it calls before it; the
// error is the writer's.
func PrintFunc(w io.Writer, f *Func, o PrintOptions) error {
	p := newPrinter(o)
	p.collect(f)
	p.dimLine()
	p.bodies()
	_, err := io.WriteString(w, p.out.String())
	return err
}

// printer prints whole functions.
type printer struct {
	opt    PrintOptions
	out    strings.Builder
	order  []*Func // callees first
	funcs  map[*Func]string
	called *names // the names of functions, which stand where no value can
	names  *names // of sizes
	dims   map[string]string
	sizes  []string // the names of sizes as printed, in order
}

func newPrinter(o PrintOptions) *printer {
	return &printer{opt: o, funcs: map[*Func]string{}, called: newNames(nil), names: newNames(nil), dims: map[string]string{}}
}

// collect finds the functions below f, and every size they mention.
func (p *printer) collect(f *Func) {
	if _, ok := p.funcs[f]; ok || f == nil {
		return
	}
	p.funcs[f] = ""
	if f.Rule != nil {
		p.collect(f.Rule.JVP)
		p.collect(f.Rule.VJP)
	}
	p.eachInt(f.Params, p.seeDims)
	for _, v := range reachable(f) {
		if c, ok := v.Def.(*Call); ok {
			p.collect(c.Func)
		}
		p.eachInt([]*Value{v}, p.seeDims)
	}
	p.funcs[f] = p.called.pick(f.Name, "f")
	p.order = append(p.order, f)
}

// reachable lists the values of f, operands first.
func reachable(f *Func) []*Value { return Topological(f.Results...) }

// eachInt calls f for every integer expression of the definitions, those inside
// scalar expressions too.
func (p *printer) eachInt(vs []*Value, f func(Int)) {
	for _, v := range vs {
		for _, n := range v.Type.Shape {
			f(n)
		}
		switch d := v.Def.(type) {
		case *Scan:
			f(d.Axis.Extent)
			p.eachInt(d.Carry, f)
		case *Map:
			inExpr := func(e *Expr) { e.eachInt(f) }
			for _, x := range d.Axes {
				f(x.Extent)
			}
			d.Body.Walk(inExpr)
			for _, i := range append(predInts(d.Domain), d.Write...) {
				f(i)
				exprsOf(i, func(e *Expr) { e.Walk(inExpr) })
			}
		}
	}
}

func predInts(ps []Pred) []Int {
	out := make([]Int, len(ps))
	for k, q := range ps {
		out[k] = q.E
	}
	return out
}

func (p *printer) seeDims(i Int) {
	i.Dims(func(d *Dim) { p.dim(d) })
}

func (p *printer) dim(d *Dim) string {
	name, ok := p.dims[d.Name]
	if !ok {
		name = p.names.pick(d.Name, "D")
		p.dims[d.Name] = name
		p.sizes = append(p.sizes, name)
	}
	return name
}

func (p *printer) dimLine() {
	if len(p.sizes) > 0 {
		p.out.WriteString("dim " + strings.Join(p.sizes, ", ") + "\n\n")
	}
}

func (p *printer) bodies() {
	for k, f := range p.order {
		if k > 0 {
			p.out.WriteByte('\n')
		}
		(&funcPrinter{printer: p, f: f}).print()
	}
}

// typeText is the text of a type, with the sizes as printed.
func (p *printer) typeText(t Type) string {
	if len(t.Shape) == 0 {
		return t.DType.String()
	}
	e := plainPrinter(0)
	e.dim = p.dim
	e.put(t.DType.String() + "[")
	for k, n := range t.Shape {
		if k > 0 {
			e.put(", ")
		}
		e.int(n)
	}
	e.put("]")
	return e.text()
}

// tableText prints the numbers of a table.
func (p *printer) tableText(t DType, data []float64) string {
	var b strings.Builder
	b.WriteByte('[')
	for k, v := range data {
		if k > 0 {
			b.WriteString(", ")
		}
		if p.opt.MaxTable > 0 && k == p.opt.MaxTable {
			b.WriteString("… " + strconv.Itoa(len(data)) + " numbers")
			break
		}
		b.WriteString(LitText(t, v))
	}
	b.WriteByte(']')
	return b.String()
}
