package golang

import (
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/gradgen/gradgen/ir"
	"github.com/gradgen/gradgen/ir/plan"
)

// Blocks that occur several times in a file, in a stack of layers or in the
// value, the gradient and the step, become functions of their own. They are
// named by the file and the value they make: net_fc1Relu; all steps of a scan by what
// a step makes last: net_rnnHSteps. No name of a variable has an underscore between
// letters, so none hides them.

// nameShared gives the shared blocks of a file their names.
func (p *printer) nameShared(all []*plan.Shared) {
	base := filepath.Base(p.m.File)
	stem := lowered(exported(strings.TrimSuffix(base, filepath.Ext(base))))
	p.shared = map[*plan.Shared]Ident{}
	for _, g := range all {
		last := g.Block.Values[len(g.Block.Values)-1]
		name := stem + "_" + local(p.common(g)(orElse(last.Name, "nest")))
		if g.Block.IsScan() {
			name += "Steps"
		}
		p.shared[g] = p.names.top.Numbered(name, family(p.sets, g.Block.Rows != nil))
	}
}

// common makes names of the first site names for all of them: it drops which
// layer of a stack it is.
func (p *printer) common(g *plan.Shared) func(string) string {
	one := ""
	for i, s := range g.Sites {
		text := s.Values[len(s.Values)-1].Name
		for _, list := range [][]*plan.Buffer{s.Operands.Own, s.Operands.Written, s.Operands.Read} {
			for _, b := range list {
				text += " " + b.Name
			}
		}
		if i > 0 && text != one {
			return p.withoutLayer
		}
		one = text
	}
	return func(name string) string { return name }
}

// withoutLayer drops the place in a stack from names: blocks_3_attn_q is attn_q.
func (p *printer) withoutLayer(text string) string {
	for _, l := range p.layers {
		text = strings.ReplaceAll(text, l, "")
	}
	return text
}

// layersOf lists the beginnings of the names that stacks give what is in their
// layers, longest first.
func layersOf(m *ir.Module) []string {
	var out []string
	for _, model := range m.Models {
		for _, list := range [][]*ir.Param{model.Params, model.State} {
			for _, t := range list {
				pieces := strings.Split(t.Name, ".")
				for i, s := range pieces[:len(pieces)-1] {
					l := strings.Join(pieces[:i+1], "_") + "_"
					if _, err := strconv.Atoi(s); i > 0 && err == nil && !slices.Contains(out, l) {
						out = append(out, l)
					}
				}
			}
		}
	}
	slices.SortStableFunc(out, func(a, b string) int { return len(b) - len(a) })
	return out
}

// sharedFunction declares the function of a shared block.
func (p *printer) sharedFunction(g *plan.Shared) []code {
	common, ops := p.common(g), g.Block.Operands
	scope := newLocals(p.names.top)
	if p.apart != nil {
		scope.refuses = func(n Ident) bool { return assemblerWords[n] || slices.Contains(resultNames(ops.Results), n) }
	}
	b := newBodyPrinter(&bodyNames{Buffer: map[*plan.Buffer]string{}, Dim: map[*ir.Dim]string{}, Key: "key", Engine: map[ir.DType]anyCode{}, Shared: p.shared})
	b.shared, b.rename, b.draws = true, common, map[uint32]Ident{}
	b.round(g.Block.Body)
	var params []param
	var engines []Ident
	var given []Ident // the first of a range, and how many
	add := func(name string, t ir.Type) Ident {
		n := scope.Local(orElse(common(name), "x"))
		params = append(params, valueParam(n, t))
		return n
	}
	integer := func(name string) Ident {
		n := scope.Local(name)
		params = append(params, param{n, id("int"), "int"})
		return n
	}
	array := func(buf *plan.Buffer) Ident {
		return add(buf.Name, ir.Type{DType: buf.DType, Shape: []ir.Int{buf.Len}})
	}
	wholes := map[*plan.Joined]Ident{}
	ops.Each(plan.OperandVisitor{
		Engine: func(t ir.DType) {
			n := scope.Local("engine")
			b.names.Engine[t] = id(n)
			engines = append(engines, n)
			params = append(params, param{n, pointerTo(generic(qual("contract", "Engine"), elemType(t))), "engine " + t.String()})
		},
		Array:  func(buf *plan.Buffer) { b.buffers[buf] = array(buf) },
		Joined: func(j *plan.Joined) { wholes[j] = array(j.Buffer) },
		Scalar: func(buf *plan.Buffer) { b.buffers[buf] = add(buf.Name, ir.Type{DType: buf.DType}) },
		Reg:    func(r *plan.Reg) { b.regs[r] = add(r.Name, ir.Type{DType: r.Type}) },
		Int: func(x *ir.Axis) {
			b.axes[x] = integer(x.Name)
			if slices.Contains(ops.Range, x) {
				given = append(given, b.axes[x])
			}
		},
		Dim: func(d *ir.Dim) { b.names.Dim[d] = string(integer(d.Name)) },
		Draw: func(site uint32) {
			n := scope.Local("site")
			b.draws[site] = n
			params = append(params, param{n, id("uint32"), "uint32"})
		},
		Key: func() { params = append(params, param{scope.Local("key"), qual("runtime", "Key"), "runtime.Key"}) },
	})
	b.scope.around = scope.holds
	var body []code
	for _, j := range ops.Joined {
		for _, buf := range j.Parts {
			b.buffers[buf] = scope.Local(orElse(common(buf.Name), "x"))
			body = append(body, define(id(b.buffers[buf]), span(id(wholes[j]), size(ir.Const(j.At(buf)), nil), size(buf.Len.AddConst(j.At(buf)), nil))))
		}
	}
	for _, buf := range ops.Own {
		n := scope.Local(orElse(common(buf.Name), "x"))
		b.buffers[buf] = n
		body = append(body, define(id(n), call(id("make"), sliceOf(elemType(buf.DType)), size(buf.Len, nil))))
	}
	body = append(body, b.list(g.Block.Body)...)
	var results, values []code
	for _, r := range ops.Results {
		results = append(results, elemType(r.Type))
		values = append(values, id(b.regs[r]))
	}
	if len(values) > 0 {
		body = append(body, ret(values...))
	}
	name := p.shared[g]
	if p.apart != nil && p.apart(g.Block, ops) {
		body = append(append(p.kernel(g, b, params, ops.Results), blank()), body...)
	}
	text := string(name) + " computes, here and in places like it,"
	switch {
	case g.Block.IsScan():
		text += " rows " + rangeText(given) + " in all steps of"
	case g.Block.Rows != nil:
		text += " rows " + rangeText(given) + " of"
	case g.Block.Chunk != nil:
		text += " steps " + rangeText(given) + " of"
	}
	formulas := equations(g.Block.Values, func(_ *ir.Value, equation string) string { return "\t" + common(equation) })
	return append([]code{documented(paragraphs(text, formulas, placeText(g.Block.Place)), funcDecl(nil, name, groupParams(params), results, body...))},
		p.rowsType(g, params, engines, given)...)
}

// rangeText is a range that is given by its first and how many there are.
func rangeText(given []Ident) string {
	return string(given[0]) + " to " + string(given[0]) + "+" + string(given[1]) + "-1"
}

// call runs a shared block.
func (b *bodyPrinter) call(s *plan.Block) []code {
	ops := s.Operands
	var args, results []code
	add := func(c code) { args = append(args, c) }
	array := func(buf *plan.Buffer) { add(b.array(buf)) }
	joined := func(j *plan.Joined) { add(b.joined(j)) }
	ops.Each(plan.OperandVisitor{
		Engine: func(t ir.DType) { add(b.engine(t)) },
		Array:  array,
		Joined: joined,
		Scalar: array,
		Reg:    func(r *plan.Reg) { add(id(b.regs[r])) },
		Int: func(x *ir.Axis) {
			if !slices.Contains(ops.Range, x) {
				add(id(b.axes[x]))
			}
		},
		Dim: func(d *ir.Dim) { add(id(Ident(b.names.Dim[d]))) },
		Draw: func(site uint32) {
			if n, ok := b.draws[site]; ok {
				add(id(n))
				return
			}
			add(integer(int64(site)))
		},
		Key: func() { add(id(Ident(b.names.Key))) },
	})
	if s.Rows != nil {
		return b.share(s, args)
	}
	if s.Chunk != nil {
		return b.chunks(s, args)
	}
	c := call(id(b.names.Shared[s.Shared]), args...)
	fresh := false // whether a name is new: Go's := needs one
	for _, r := range ops.Results {
		if buf := b.names.Forward[r]; buf != nil {
			b.regs[r] = b.buffers[buf]
			fresh = fresh || !b.names.Declared
		} else {
			b.regs[r] = b.declare(r.Name)
			fresh = true
		}
		results = append(results, id(b.regs[r]))
	}
	switch {
	case len(results) == 0:
		return []code{c}
	case !fresh:
		return []code{set(names(results...), c)}
	}
	return []code{define(names(results...), c)}
}

// array is a whole buffer as an argument.
func (b *bodyPrinter) array(buf *plan.Buffer) code {
	name, ok := b.buffers[buf]
	switch {
	case !ok:
		return b.names.Part[buf].value()
	case buf.Class == plan.Table:
		return whole(id(name))
	}
	return id(name)
}

// A part is a piece of a block of parameters, and what to call it.
type part struct {
	name     string
	block    code
	size     int64 // of the block
	from, to int64
}

// value is the part as a slice.
func (p part) value() code {
	if p.from == 0 && p.to == p.size {
		return p.block // which was checked to be of that length
	}
	return span(p.block, integer(p.from), integer(p.to))
}

// joined is the stretch of a block that several parts lie in, for a call.
func (b *bodyPrinter) joined(j *plan.Joined) code {
	p := b.names.Part[j.Parts[0]]
	n, _ := j.Buffer.Len.IsConst()
	p.to = p.from + n
	return p.value()
}

// once lists the parts that one call alone uses, which can be cut out there.
func (b *bodyPrinter) once(list []plan.Stmt) map[*plan.Buffer]bool {
	count := map[*plan.Buffer]int{}
	for _, s := range list {
		seen := map[*plan.Buffer]bool{}
		plan.EachNamed(s, func(buf *plan.Buffer) { seen[buf] = true })
		blk, ok := s.(*plan.Block)
		for buf := range seen {
			count[buf]++
			if !ok || blk.Shared == nil {
				count[buf]++
			}
		}
	}
	out := map[*plan.Buffer]bool{}
	for buf, n := range count {
		_, isPart := b.names.Part[buf]
		out[buf] = n == 1 && isPart
	}
	return out
}
