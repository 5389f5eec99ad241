package golang

import (
	"github.com/gradgen/gradgen/ir"
	"github.com/gradgen/gradgen/ir/plan"
)

// run prints a call of the contraction engine.
func (b *bodyPrinter) run(p *plan.Product) code {
	return call(dot(b.engine(p.C.Buffer.DType), "Run"), b.operands(p, false))
}

// chain prints a call for several products.
func (b *bodyPrinter) chain(c *plan.Chain) code {
	links := make([]code, len(c.Links))
	for i, k := range c.Links {
		links[i] = b.operands(k.Product, k.Cols)
	}
	return callLines(dot(b.engine(c.Links[0].C.Buffer.DType), "Chain"), links...)
}

// operands prints what a call is given; cols says that a chain cuts it along its columns.
func (b *bodyPrinter) operands(p *plan.Product, cols bool) code {
	var sizes []code
	if !p.Groups.Is(1) {
		sizes = append(sizes, pair("Groups", b.int(p.Groups)))
	}
	if !p.Batch.Is(1) {
		sizes = append(sizes, pair("Batch", b.int(p.Batch)))
	}
	sizes = append(sizes, pair("M", b.int(p.M)))
	if p.Of != nil {
		sizes = append(sizes, pair("Of", b.int(*p.Of)))
	}
	sizes = append(sizes, pair("N", b.int(p.N)), pair("K", b.int(p.K)))
	fields := []code{names(sizes...), pair("A", b.operand(&p.A)), pair("B", b.operand(&p.B)), pair("C", b.operand(&p.C))}
	if p.Sum {
		fields = append(fields, pair("Sum", id("true")))
	}
	if p.Overlap {
		fields = append(fields, pair("Overlap", id("true")))
	}
	if cols {
		fields = append(fields, pair("Cols", id("true")))
	}
	if then := b.steps(p); then != nil {
		fields = append(fields, pair("Then", then))
	}
	if p.Factor != nil {
		fields = append(fields, pair("Factor", b.typed(p.Factor, 0)))
	}
	if p.Row != nil {
		fields = append(fields, pair("Row", b.part(p.Row.Buffer, p.Row.Off, p.Row.Len)))
	}
	if p.Col != nil {
		fields = append(fields, pair("Col", b.part(p.Col.Buffer, p.Col.Off, p.Col.Len)))
	}
	if p.Gate != nil {
		fields = append(fields, pair("Gate", b.operand(p.Gate)))
	}
	return compositeLines(b.contract("Product", p.C.Buffer.DType), fields...)
}

// engine is the contraction engine of an element type.
func (b *bodyPrinter) engine(t ir.DType) code { return statements([]anyCode{b.names.Engine[t]})[0] }

// steps prints what a call does to the sums; nil if it is nothing.
func (b *bodyPrinter) steps(p *plan.Product) code {
	var out code
	add := func(set bool, name Ident) {
		switch {
		case !set:
		case out == nil:
			out = qual("contract", name)
		default:
			out = op(out, "|", qual("contract", name))
		}
	}
	add(p.Factor != nil, "Scale")
	add(p.Row != nil, "AddRow")
	add(p.Col != nil, "AddCol")
	add(p.Relu, "Relu")
	add(p.Gate != nil, "Gate")
	add(p.Onto != nil, "Accumulate")
	if e := p.Onto; e != nil && e.Op != ir.OpLit {
		out = call(dot(out, "If"), b.expr(e, 0))
	}
	return out
}

// operand prints a matrix, in the shorter form where strides alone describe it.
func (b *bodyPrinter) operand(m *plan.Matrix) code {
	data := b.array(m.Buffer)
	if m.Band == nil && m.Kept == 0 && m.Off.Is(0) && m.Leap.Is(0) && m.Step.Fixed() && m.Row.Levels == nil && m.Col.Levels == nil {
		return call(qual("contract", "Matrix"), data, b.int(m.Row.By), b.int(m.Col.By))
	}
	fields := []code{pair("Data", data)}
	if !m.Off.Is(0) {
		fields = append(fields, pair("Off", b.int(m.Off)))
	}
	if !m.Leap.Is(0) {
		fields = append(fields, pair("Leap", b.int(m.Leap)))
	}
	for _, s := range []struct {
		plan.Stride
		one, table Ident
	}{{m.Step, "Step", "Steps"}, {m.Row, "Row", "Rows"}, {m.Col, "Col", "Cols"}} {
		switch {
		case s.Levels != nil:
			fields = append(fields, pair(s.table, id(b.names.Grid(m.Buffer, s.Levels))))
		case !s.Fixed():
			fields = append(fields, pair(s.one, b.int(s.By)))
		}
	}
	if m.Band != nil {
		fields = append(fields, pair("Band", composite(qual("contract", "Band"), pair("From", b.int(m.Band.From)), pair("To", b.int(m.Band.To)))))
	}
	if m.Kept > 0 {
		fields = append(fields, pair("Kept", integer(int64(m.Kept))))
	}
	return composite(b.contract("Operand", m.Buffer.DType), fields...)
}

// contract is a type of the engine, for elements of a type; made once, as every
// call needs some.
func (b *bodyPrinter) contract(name Ident, t ir.DType) code {
	k := contractType{name, t}
	if b.types[k] == nil {
		if b.types == nil {
			b.types = map[contractType]code{}
		}
		b.types[k] = generic(qual("contract", name), elemType(t))
	}
	return b.types[k]
}

type contractType struct {
	name Ident
	elem ir.DType
}
