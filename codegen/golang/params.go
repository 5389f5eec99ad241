package golang

import (
	"fmt"

	"github.com/gradgen/gradgen/ir"
)

// params declares the type that holds a model's parameters, and what works on
// the whole of it.
func (p *printer) params(m *ir.Model) []code {
	n := p.names.models[m]
	recv := field(pointerTo(id(n.typ())), "p")
	elem := elemType(m.DType)
	blocks := []block{{name: "Data", tensors: m.Params, fieldNames: n.params}}
	if len(m.State) > 0 {
		blocks = append(blocks, block{name: "Buffers", tensors: m.State, fieldNames: n.state})
	}

	fields := []code{comment("Data holds all parameters in one block, in the order of the fields below,\nwhich are views into it: functions read and write Data."),
		field(sliceOf(elem), "Data")}
	fields = append(fields, blocks[0].fields(elem)...)
	if len(blocks) > 1 {
		fields = append(fields, comment("Buffers holds the state, in the same way. Only training steps change it."), field(sliceOf(elem), "Buffers"))
		fields = append(fields, blocks[1].fields(elem)...)
	}
	decls := []code{documented(p.describeParams(m), structType(n.typ(), fields...))}

	var alloc []code
	for _, b := range blocks {
		alloc = append(alloc, pair(b.name, call(generic(qual("runtime", "NewArena"), elem), integer(b.size()))))
	}
	decls = append(decls, documented(
		fmt.Sprintf("New%s makes parameters that are all zero. Init or ReadFrom gives them values.", n.typ()),
		funcDecl(nil, "New"+n.typ(), nil, []code{pointerTo(id(n.typ()))},
			define(id("p"), addressOf(composite(id(n.typ()), alloc...))),
			call(path("p", "views")),
			ret(id("p")))))

	var views []code
	for _, b := range blocks {
		views = append(views, b.views(path("p", b.name), "p")...)
	}
	decls = append(decls, documented("views sets the fields that name parts of a block.",
		funcDecl(recv, "views", nil, nil, views...)))

	var rows []code
	for _, b := range blocks {
		rows = append(rows, b.rows("p")...)
	}
	decls = append(decls, documented(
		"Tensors yields every parameter"+orState(m)+" by its name in files, its shape and its elements, which\nare those of p, not a copy.",
		tensors(recv, elem, viewField(m.DType), rows)))

	decls = append(decls, p.readFrom(recv, m), documented(
		"WriteTo writes p as a safetensors file and returns the number of bytes written.",
		funcDecl(recv, "WriteTo", []code{field(qual("io", "Writer"), "w")}, []code{id("int64"), id("error")},
			ret(call(qual("runtime", "WriteTensors"), id("w"), call(path("p", "Tensors")))))))

	clone := []code{define(id("q"), call(id("New"+n.typ())))}
	for _, b := range blocks {
		clone = append(clone, call(id("copy"), path("q", b.name), path("p", b.name)))
	}
	decls = append(decls, documented("Clone returns a copy that shares no memory with p.",
		funcDecl(recv, "Clone", nil, []code{pointerTo(id(n.typ()))}, append(clone, ret(id("q")))...)))
	return decls
}

func orState(m *ir.Model) string {
	if len(m.State) > 0 {
		return " and state"
	}
	return ""
}

// block is a slice that named tensors lie in, one after the other.
type block struct {
	name       Ident
	whole      string // what functions of several tensors call it
	tensors    []*ir.Param
	fieldNames []Ident
}

func length(shape []int64) int64 {
	n := int64(1)
	for _, d := range shape {
		n *= d
	}
	return n
}

// offset is where the k-th tensor begins; that of one past the last is the size.
func (b block) offset(k int) int64 {
	n := int64(0)
	for _, t := range b.tensors[:k] {
		n += length(t.Shape)
	}
	return n
}

func (b block) size() int64 { return b.offset(len(b.tensors)) }

func (b block) fields(elem code) []code {
	var out []code
	for k, t := range b.tensors {
		out = append(out, beside(field(sliceOf(elem), b.fieldNames[k]), t.Name+shapeText(t.Shape)+intervalText(t)))
	}
	return out
}

// views assigns the fields of the variable owner.
func (b block) views(data code, owner Ident) []code {
	var out []code
	at := int64(0)
	for k, t := range b.tensors {
		n := length(t.Shape)
		out = append(out, set(path(owner, b.fieldNames[k]), span(data, integer(at), integer(at+n))))
		at += n
	}
	return out
}

// rows lists the tensors as a table: name, shape, data.
func (b block) rows(owner Ident) []code {
	var out []code
	for k, t := range b.tensors {
		shape := make([]code, len(t.Shape))
		for i, d := range t.Shape {
			shape[i] = integer(d)
		}
		out = append(out, values(str(t.Name), composite(sliceOf(id("int")), shape...), path(owner, b.fieldNames[k])))
	}
	return out
}

// tensors declares the method that iterates over a table of tensors.
func tensors(recv, elem code, view Ident, rows []code) code {
	yield := field(funcType([]code{id("string"), qual("runtime", "View")}, []code{id("bool")}), "yield")
	row := structInline(field(id("string"), "name"), field(sliceOf(id("int")), "shape"), field(sliceOf(elem), "data"))
	var body []code
	if len(rows) > 0 {
		body = append(body, each(nil, id("t"), compositeLines(arrayOf(nil, row), rows...),
			ifThen(not(call(id("yield"), path("t", "name"),
				composite(qual("runtime", "View"), pair("Shape", path("t", "shape")), pair(view, path("t", "data"))))),
				ret())))
	}
	return funcDecl(recv, "Tensors", nil, []code{generic(qual("iter", "Seq2"), id("string"), qual("runtime", "View"))},
		ret(closure([]code{yield}, nil, body...)))
}

// readFrom declares the reader, which refuses values outside their interval.
func (p *printer) readFrom(recv code, m *ir.Model) code {
	text := "ReadFrom reads a safetensors file to its end. The file holds exactly the tensors that\nTensors yields, with their shapes and types; if not, or if r fails, the error says so and p is\nas it was. It returns the number of bytes read."
	load := call(qual("runtime", "ReadTensors"), id("r"), call(path("p", "Tensors")))
	if cases := p.intervals(m); len(cases) > 0 {
		text += " Values outside the interval of their\nparameter are an error, too."
		check := closure([]code{field(id("string"), "name"), field(qual("runtime", "View"), "v")}, []code{id("error")},
			switchOn(id("name"), cases...), ret(id("nil")))
		load = call(qual("runtime", "ReadTensorsChecked"), id("r"), call(path("p", "Tensors")), check)
	}
	return documented(text, funcDecl(recv, "ReadFrom", []code{field(qual("io", "Reader"), "r")},
		[]code{id("int64"), id("error")}, ret(load)))
}

// intervals makes a case for every interval that parameters are limited to.
func (p *printer) intervals(m *ir.Model) []code {
	type interval struct{ lo, hi float64 }
	var order []interval
	names := map[interval][]code{}
	for _, list := range [][]*ir.Param{m.Params, m.State} {
		for _, t := range list {
			if !t.Constrained() {
				continue
			}
			iv := interval{t.Lo, t.Hi}
			if names[iv] == nil {
				order = append(order, iv)
			}
			names[iv] = append(names[iv], str(t.Name))
		}
	}
	var cases []code
	for _, iv := range order {
		x := call(id("float64"), id("x"))
		inside := op(op(number(ir.F64, iv.lo), "<", x), "&&", op(x, "<", number(ir.F64, iv.hi)))
		report := call(qual("fmt", "Errorf"), str("element %d is %v, outside ("+floatName(iv.lo, ir.F64)+", "+floatName(iv.hi, ir.F64)+")"), id("i"), id("x"))
		cases = append(cases, caseOf(names[iv],
			each(id("i"), id("x"), path("v", viewField(m.DType)), ifThen(not(parens(inside)), ret(report)))))
	}
	return cases
}

// elemType is the Go type of an element.
func elemType(t ir.DType) code {
	return id(goElem[t])
}

var goElem = [...]Ident{ir.Bool: "bool", ir.I32: "int32", ir.F32: "float32", ir.F64: "float64"}

// viewField is the field of runtime.View for a type.
func viewField(t ir.DType) Ident {
	return [...]Ident{ir.I32: "I32", ir.F32: "F32", ir.F64: "F64"}[t]
}
