package golang

import (
	"fmt"
	"math"

	"github.com/dave/jennifer/jen"

	"github.com/gradgen/gradgen/ir"
	"github.com/gradgen/gradgen/ir/plan"
)

// The declarations are tested with bodies that refer to everything a body may
// refer to and set every result to 2, apart from what planners do.

// fakeProgram uses each argument, each result, one slot for each array that is
// returned, and two more for scratch.
func fakeProgram(e *ir.Export) *plan.Program {
	o := PlanOptions(e)
	p := &plan.Program{Func: e.Func, Flops: ir.Const(6), Bytes: ir.Const(64), Random: drawsRandom(e.Func), Dims: dimsOf(e.Func)}
	buffer := func(c plan.Class, v *ir.Value) *plan.Buffer {
		b := &plan.Buffer{ID: len(p.Buffers), Name: v.Name, Class: c, Value: v, DType: v.Type.DType, Rank: v.Type.Rank(), Len: v.Type.Len()}
		p.Buffers = append(p.Buffers, b)
		p.Body = append(p.Body, &plan.Copy{To: b, From: b})
		return b
	}
	slot := func(b *plan.Buffer) {
		b.Slot = &plan.Slot{ID: len(p.Slots), DType: b.DType, Sizes: []ir.Int{b.Len}, Buffers: []*plan.Buffer{b}}
		p.Slots = append(p.Slots, b.Slot)
	}
	for _, v := range e.Func.Params {
		p.Params = append(p.Params, buffer(plan.Param, v))
		if v.Type.DType == ir.I32 {
			p.Demands = append(p.Demands, ir.Demand{Param: len(p.Params) - 1, Limit: ir.Const(10)})
		}
	}
	for _, v := range ir.Topological(e.Func.Results...) {
		if _, ok := v.Def.(*ir.Table); ok {
			buffer(plan.Table, v)
		}
	}
	for k, v := range e.Func.Results {
		switch {
		case o.Donate[k] >= 0:
			p.Results = append(p.Results, p.Params[o.Donate[k]])
		case o.InArena[k]:
			b := buffer(plan.Arena, v)
			slot(b)
			p.Results = append(p.Results, b)
		default:
			p.Results = append(p.Results, buffer(plan.Result, v))
		}
	}
	for _, v := range e.Func.Params {
		if v.Type.Rank() > 0 && len(p.Slots) < 4 {
			slot(buffer(plan.Arena, &ir.Value{Name: "h", Type: v.Type}))
		}
	}
	return p
}

func fakeBody(p *plan.Program, n *bodyNames) []anyCode {
	var out []anyCode
	for _, b := range p.Buffers {
		if name, ok := n.Buffer[b]; ok {
			out = append(out, jen.Id("_").Op("=").Id(name))
		} else if p, ok := n.Part[b]; ok {
			out = append(out, jen.Id("_").Op("=").Add(p.value()))
		}
	}
	for _, s := range p.Slots {
		out = append(out, jen.Id("_").Op("=").Add(n.Slot[s]))
	}
	if p.Random {
		out = append(out, jen.Id("_").Op("=").Id(n.Key))
	}
	for _, b := range p.Results {
		var value jen.Code = jen.Lit(2)
		if b.DType == ir.Bool {
			value = jen.True()
		}
		if b.Rank == 0 {
			out = append(out, jen.Id(n.Buffer[b]).Op("=").Add(value))
			continue
		}
		x := jen.Id(n.Buffer[b])
		if p, ok := n.Part[b]; ok {
			x = jen.Add(p.value())
		} else if b.Class == plan.Arena {
			x = jen.Add(n.Slot[b.Slot])
		}
		i := "i"
		for n.Taken(i) {
			i += "i"
		}
		out = append(out, jen.For(jen.Id(i).Op(":=").Range().Add(x)).Block(x.Clone().Index(jen.Id(i)).Op("=").Add(value)))
	}
	return out
}

// fakeFile prints a module with fake bodies.
func fakeFile(m *ir.Module) ([]byte, error) {
	programs := make([]*plan.Program, len(m.Exports))
	for i, e := range m.Exports {
		programs[i] = fakeProgram(e)
	}
	file, _, err := printFile(m, programs, Apart{}, fakeBody)
	if err != nil {
		return nil, err
	}
	return file.Text()
}

var negInf, posInf = math.Inf(-1), math.Inf(1)

// moduleBuilder makes modules by hand.
type moduleBuilder struct {
	b *ir.Builder
	m *ir.Module
	B *ir.Dim
}

func newModule(pkg, file string) *moduleBuilder {
	return &moduleBuilder{ir.NewBuilder(), &ir.Module{Package: pkg, File: file}, &ir.Dim{Name: "B"}}
}

func typ(t ir.DType, shape ...ir.Int) ir.Type { return ir.Type{DType: t, Shape: shape} }

func c(n int64) ir.Int { return ir.Const(n) }

// funcOf makes a function from types: its results are fills.
func (m *moduleBuilder) funcOf(name string, args, results []ir.Type) *ir.Func {
	f := &ir.Func{Name: name, Place: ir.Place{File: m.m.File, Line: 7, Col: 1}}
	for i, t := range args {
		f.Params = append(f.Params, m.b.Input(fmt.Sprint("a", i), t))
	}
	for i, t := range results {
		f.Results = append(f.Results, m.b.Fill(fmt.Sprint("r", i), t, float64(i)))
	}
	return f
}

// export adds an export whose arguments are bindings with types.
type bound struct {
	ir.Binding
	typ ir.Type
}

func (m *moduleBuilder) export(e *ir.Export, args, results []bound) *ir.Export {
	var in, out []ir.Type
	for _, a := range args {
		in, e.Args = append(in, a.typ), append(e.Args, a.Binding)
	}
	for _, r := range results {
		out, e.Results = append(out, r.typ), append(e.Results, r.Binding)
	}
	e.Func = m.funcOf(e.Name, in, out)
	m.m.Exports = append(m.m.Exports, e)
	return e
}

func input(name string, t ir.Type) bound { return bound{ir.Binding{Kind: ir.BindInput, Name: name}, t} }
func result(kind ir.BindKind, name string, t ir.Type) bound {
	return bound{ir.Binding{Kind: kind, Name: name}, t}
}

func paramType(m *ir.Model, p *ir.Param) ir.Type {
	return ir.Type{DType: m.DType, Shape: ir.Ints(p.Shape...)}
}

// tensors binds all parameters, or states, of a model.
func tensorsOf(kind ir.BindKind, m *ir.Model) []bound {
	list := m.Params
	if kind == ir.BindState {
		list = m.State
	}
	var out []bound
	for i, p := range list {
		out = append(out, bound{ir.Binding{Kind: kind, Model: m, Index: i}, paramType(m, p)})
	}
	return out
}
