package golang

import (
	"slices"

	"github.com/gradgen/gradgen/ir"
)

// param is an argument in Go.
type param struct {
	name Ident
	typ  code
	key  string // equal for equal types, so that names can share one
}

// groupParams prints a list in which neighbours share their type.
func groupParams(ps []param) []code {
	var out []code
	for i := 0; i < len(ps); {
		j := i
		var same []Ident
		for ; j < len(ps) && ps[j].key == ps[i].key; j++ {
			same = append(same, ps[j].name)
		}
		out = append(out, field(ps[i].typ, same...))
		i = j
	}
	return out
}

func pointerParam(name, typ Ident) param { return param{name, pointerTo(id(typ)), "*" + string(typ)} }

// valueParam is an array as a slice, or a number.
func valueParam(name Ident, t ir.Type) param {
	if t.Rank() > 0 {
		return param{name, sliceOf(elemType(t.DType)), "[]" + string(goElem[t.DType])}
	}
	return param{name, elemType(t.DType), string(goElem[t.DType])}
}

// params lists the arguments: workspace, destinations, parameters, inputs, and
// the sizes that follow from none of them.
func (f *function) params() []param {
	var out []param
	if f.e.Kind == ir.ExportInit {
		return []param{{"seed", id("uint64"), "uint64"}}
	}
	if f.space != nil && f.e.Kind != ir.ExportStep {
		out = append(out, pointerParam("w", f.space.typ))
	}
	var seen []Ident
	for k, b := range f.e.Results {
		if f.isDest(k) {
			out = append(out, valueParam(f.dests[k], f.e.Func.Results[k].Type))
		} else if s, ok := f.structs[b.Kind][b.Model]; ok && !slices.Contains(seen, s) {
			seen = append(seen, s)
			out = append(out, pointerParam(s, f.p.names.models[b.Model].typ()))
		}
	}
	for _, m := range f.passed() {
		out = append(out, pointerParam(f.models[m], f.p.names.models[m].typ()))
	}
	for _, m := range f.modelsBy(ir.BindTangent) {
		out = append(out, pointerParam(f.structs[ir.BindTangent][m], f.p.names.models[m].typ()))
	}
	for i, b := range f.e.Args {
		if b.Kind == ir.BindInput {
			out = append(out, valueParam(f.inputs[i], f.e.Func.Params[i].Type))
		}
	}
	for _, d := range f.sizing.args {
		out = append(out, param{f.sizes[d], id("int"), "int"})
	}
	if f.random && f.space == nil {
		out = append(out, param{f.key, qual("runtime", "Key"), "runtime.Key"})
	}
	return out
}

// returned lists the results that Go returns, in order.
func (f *function) returned() []int {
	var out []int
	for k := range f.e.Results {
		if f.isReturned(k) {
			out = append(out, k)
		}
	}
	return out
}

// returns prints the result list: one needs no name.
func (f *function) returns() []code {
	rs := f.returned()
	var ps []param
	for _, k := range rs {
		ps = append(ps, valueParam(f.results[k], f.e.Func.Results[k].Type))
	}
	if len(ps) == 1 {
		return []code{ps[0].typ}
	}
	return groupParams(ps)
}

// checks prints what is verified before anything is written.
func (f *function) checks() {
	emit := func(c code) { f.before = append(f.before, c) }
	for _, s := range f.sizing.steps {
		name, n := id(f.sizes[s.dim]), f.sizes[s.dim]
		if s.from != nil {
			v := call(id("len"), id(s.from.name))
			if !s.unit.Is(1) {
				v = f.check("CheckMultiple", str(string(s.from.name)), v, size(s.unit, f.dim))
			}
			if !s.shift.Is(0) {
				v = op(v, "-", parens(size(s.shift, f.dim)))
			}
			if s.coef != 1 {
				v = op(parens(v), "/", integer(s.coef))
			}
			emit(define(name, v))
		}
		if f.space != nil {
			emit(f.check("CheckMax", str(string(n)), name, path("w", f.space.maximum(s.dim))))
		}
	}
	for _, a := range f.arrays {
		if !a.exact {
			emit(f.check("CheckLen", str(string(a.name)), call(id("len"), id(a.name)), size(a.typ.Len(), f.dim)))
		}
	}
	for _, b := range f.blocks() {
		emit(f.check("CheckLen", str(b.label), call(id("len"), b.data), integer(b.size)))
	}
	f.aliases(emit)
	for _, d := range f.prog.Demands {
		emit(f.indices(d))
	}
}

// indices checks the elements of an index array, or one index like an array of
// one.
func (f *function) indices(d ir.Demand) code {
	name := f.inputs[d.Param]
	arg, one := id(name), f.e.Func.Params[d.Param].Type.Rank() == 0
	limit := size(d.Limit, f.dim)
	switch {
	case d.Least == 0 && d.HasLimit() && one:
		return f.check("CheckIndex", str(string(name)), arg, limit)
	case d.Least == 0 && d.HasLimit():
		return f.check("CheckIndices", str(string(name)), arg, limit)
	case one:
		arg = composite(sliceOf(id("int32")), id(name))
	}
	least := integer(d.Least)
	if !d.HasLeast() {
		least = qual("math", "MinInt32")
	}
	if _, isConst := d.Limit.IsConst(); !isConst {
		limit = call(id("int64"), limit)
	} else if !d.HasLimit() {
		limit = op(integer(1), "<<", integer(31))
	}
	return f.check("CheckRange", str(string(name)), arg, least, limit)
}

// dataBlock is a block of parameters or state that a function uses.
type dataBlock struct {
	label   string
	data    code
	size    int64
	dtype   ir.DType
	written bool
	grad    bool // written, and not read: apart from the parameters
}

// blocks lists the blocks that the function uses, those beside the parameters
// first.
func (f *function) blocks() []dataBlock {
	var out []dataBlock
	add := func(v Ident, b block, t ir.DType, kind ir.BindKind, derivative bool) {
		if size := b.size(); size > 0 {
			out = append(out, dataBlock{string(v) + "." + string(b.name), path(v, b.name), size, t, f.writes(kind), derivative})
		}
	}
	for _, s := range structKinds {
		for _, m := range f.modelsBy(s.kind) {
			add(f.structs[s.kind][m], block{name: "Data", tensors: m.Params}, m.DType, s.kind, s.written)
		}
	}
	for _, m := range f.modelsBy(ir.BindParam) {
		add(f.models[m], block{name: "Data", tensors: m.Params}, m.DType, ir.BindParam, false)
	}
	for _, m := range f.modelsBy(ir.BindState) {
		add(f.models[m], block{name: "Buffers", tensors: m.State}, m.DType, ir.BindState, false)
	}
	if f.uses(ir.BindOpt) {
		t := f.e.Trainer
		add("t", block{name: "State", tensors: t.State}, t.DType(), ir.BindOpt, false)
	}
	return out
}

func (f *function) writes(kind ir.BindKind) bool {
	return slices.ContainsFunc(f.e.Results, func(b ir.Binding) bool { return b.Kind == kind })
}

// region is memory that a function reads or writes.
type region struct {
	label string
	data  code
	dtype ir.DType
	from  origin
}

type origin uint8

const (
	fromModel origin = iota // parameters, state, optimiser state: apart from each other
	fromGrad                // gradients: written
	fromDest                // a slice of the caller, written
	fromInput               // a slice of the caller, read
	fromSpace               // the workspace: written
)

// overlapHarms reports whether two regions must be apart. A result that lives
// in the workspace must not come back as an input.
func overlapHarms(a, b origin, writesModel bool) bool {
	if a > b {
		a, b = b, a
	}
	switch a {
	case fromModel:
		return b == fromGrad || b == fromDest || b == fromInput && writesModel
	case fromGrad:
		return b != fromSpace
	case fromDest:
		return true
	case fromInput:
		return b == fromSpace
	}
	return false
}

// aliases prints the checks that nothing that is written shares memory with
// what is read or written elsewhere.
func (f *function) aliases(emit func(code)) {
	var all []region
	writesModel := false
	for _, b := range f.blocks() {
		from := fromModel
		if b.grad {
			from = fromGrad
		}
		writesModel = writesModel || b.written && !b.grad
		all = append(all, region{b.label, b.data, b.dtype, from})
	}
	for k := range f.e.Results {
		if f.isDest(k) {
			all = append(all, region{string(f.dests[k]), id(f.dests[k]), f.e.Func.Results[k].Type.DType, fromDest})
		}
	}
	for i, b := range f.e.Args {
		if t := f.e.Func.Params[i].Type; b.Kind == ir.BindInput && t.Rank() > 0 {
			all = append(all, region{string(f.inputs[i]), id(f.inputs[i]), t.DType, fromInput})
		}
	}
	if f.space != nil {
		for _, t := range f.space.arenas() {
			all = append(all, region{"the workspace", path("w", arenaFields[t]), t, fromSpace})
		}
	}
	for i, a := range all {
		for _, b := range all[i+1:] {
			if a.dtype == b.dtype && overlapHarms(a.from, b.from, writesModel) {
				emit(f.check("CheckAlias", str(a.label), str(b.label), call(qual("runtime", "Overlap"), a.data, b.data)))
			}
		}
	}
}
