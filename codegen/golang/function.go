package golang

import (
	"slices"

	"github.com/gradgen/gradgen/ir"
	"github.com/gradgen/gradgen/ir/plan"
)

// function is one emitted function. Its names are given in a fixed order: ours,
// the inputs and sizes as the source calls them, destinations and results, and
// then the views that the body works on.
type function struct {
	p     *printer
	e     *ir.Export
	prog  *plan.Program
	name  Ident
	label string // what errors call it
	dims  []*ir.Dim
	space *space // nil where no size is found at run time

	local   *Scope
	models  map[*ir.Model]Ident                 // variables of type *Params
	structs map[ir.BindKind]map[*ir.Model]Ident // others of that type, by what they hold
	inputs  map[int]Ident                       // by argument
	dests   map[int]Ident                       // by result: slices of the caller
	results map[int]Ident                       // by result: returned scalars, and arrays in the workspace
	sizes   map[*ir.Dim]Ident
	sizing  *sizing
	arrays  []*array
	key     Ident
	random  bool

	before, after []code // around the body
	spelt         *bodyNames
}

// PlanOptions tells the planner what the places of an export's arguments and
// results mean for storage.
func PlanOptions(e *ir.Export) plan.Options {
	o := plan.Options{Donate: make([]int, len(e.Results)), InArena: make([]bool, len(e.Results)), Chunk: plan.ChunkWork}
	hasSpace := sized(e.Func) || e.Kind == ir.ExportStep
	if hasSpace {
		o.Engine, o.Rows = plan.WorthEngine, plan.WorthRows
	}
	for k, r := range e.Results {
		o.Donate[k] = -1
		array := e.Func.Results[k].Type.Rank() > 0
		if r.Kind == ir.BindReturn {
			o.InArena[k] = array && hasSpace
		} else if array && r.Kind != ir.BindDest {
			o.Donate[k] = slices.IndexFunc(e.Args, func(a ir.Binding) bool {
				return a.Kind == r.Kind && a.Model == r.Model && a.Index == r.Index
			})
		}
	}
	o.Params, o.Results = parts(e)
	return o
}

// parts tells which arguments and results lie in one block.
func parts(e *ir.Export) (params, results []plan.Part) {
	type owner struct {
		kind  ir.BindKind
		model *ir.Model
	}
	wholes := map[owner]*plan.Whole{}
	of := func(list []ir.Binding) []plan.Part {
		out := make([]plan.Part, len(list))
		for i, b := range list {
			in, ok := blockOf(e, b)
			if !ok {
				continue
			}
			w := wholes[owner{b.Kind, b.Model}]
			if w == nil {
				w = &plan.Whole{Name: in.whole}
				wholes[owner{b.Kind, b.Model}] = w
			}
			out[i] = plan.Part{Of: w, At: in.offset(b.Index)}
		}
		return out
	}
	return of(e.Args), of(e.Results)
}

// blockOf finds the block that a tensor is part of.
func blockOf(e *ir.Export, b ir.Binding) (block, bool) {
	switch b.Kind {
	case ir.BindParam:
		return block{name: "Data", whole: "params", tensors: b.Model.Params}, true
	case ir.BindState:
		return block{name: "Buffers", whole: "buffers", tensors: b.Model.State}, true
	case ir.BindOpt:
		return block{name: "State", whole: "state", tensors: e.Trainer.State}, true
	}
	for _, s := range structKinds {
		if s.kind == b.Kind {
			return block{name: "Data", whole: s.whole, tensors: b.Model.Params}, true
		}
	}
	return block{}, false
}

func (p *printer) newFunction(e *ir.Export, prog *plan.Program) *function {
	f := &function{p: p, e: e, prog: prog, name: p.names.funcs[e], dims: dimsOf(e.Func),
		models: map[*ir.Model]Ident{}, structs: map[ir.BindKind]map[*ir.Model]Ident{},
		inputs: map[int]Ident{}, dests: map[int]Ident{}, results: map[int]Ident{}, sizes: map[*ir.Dim]Ident{}}
	f.label = string(f.name)
	switch e.Kind {
	case ir.ExportForward, ir.ExportInit:
		f.label = string(p.names.models[e.Model].typ()) + "." + f.label
	case ir.ExportStep:
		f.label = string(p.names.trainers[e.Trainer].typ()) + "." + f.label
	}
	f.random = prog.Random || drawsRandom(e.Func)
	f.nameLocals()
	f.solve()
	return f
}

// role is what the function is to the workspace it shares.
func (f *function) role() string {
	switch f.e.Kind {
	case ir.ExportForward:
		return "forward"
	case ir.ExportStep:
		return "step"
	}
	if end := f.name[len(f.p.names.groups[f.e.Name].stem):]; end != "" && end != "_" {
		return string(lowered(end))
	}
	return "value"
}

// hasSpace reports whether the function takes its memory from a workspace.
func (f *function) hasSpace() bool { return len(f.dims) > 0 || f.e.Kind == ir.ExportStep }

// uses reports whether an argument or a result has such a place.
func (f *function) uses(k ir.BindKind) bool {
	is := func(b ir.Binding) bool { return b.Kind == k }
	return slices.ContainsFunc(f.e.Args, is) || slices.ContainsFunc(f.e.Results, is)
}

// isDest reports whether result k is written to a slice that the caller
// passes: by its binding, or because no workspace could hold it.
func (f *function) isDest(k int) bool {
	kind := f.e.Results[k].Kind
	return f.rank(k) > 0 && (kind == ir.BindDest || kind == ir.BindReturn && !f.hasSpace())
}

// isReturned reports whether result k is a result in Go.
func (f *function) isReturned(k int) bool {
	kind := f.e.Results[k].Kind
	return (kind == ir.BindReturn || kind == ir.BindDest) && !f.isDest(k)
}

func (f *function) rank(k int) int { return f.e.Func.Results[k].Type.Rank() }

func drawsRandom(fn *ir.Func) bool {
	found := false
	for _, v := range ir.Topological(fn.Results...) {
		if m, ok := v.Def.(*ir.Map); ok {
			m.Body.Walk(func(e *ir.Expr) { found = found || e.Op == ir.OpRandom })
		}
	}
	return found
}

func (f *function) nameLocals() {
	f.local = newLocals(f.p.names.top)
	if f.hasSpace() {
		f.local.Local("w")
	}
	if f.e.Kind == ir.ExportStep {
		f.local.Local("t")
	}
	f.nameModels()
	for i, b := range f.e.Args {
		if b.Kind == ir.BindInput {
			f.inputs[i] = f.local.Local(b.Name)
		}
	}
	for _, d := range f.dims {
		f.sizes[d] = f.local.Local(d.Name)
	}
	for k, b := range f.e.Results {
		if name := b.Name; f.isDest(k) {
			f.dests[k] = f.local.Local(orElse(name, "out"))
		} else if f.isReturned(k) {
			f.results[k] = f.local.Local(orElse(name, "value"))
		}
	}
	if f.random {
		f.key = f.local.Local("key")
	}
	if f.e.Kind == ir.ExportInit {
		f.local.Local("seed")
	}
}

func orElse(name, other string) string {
	if name == "" {
		return other
	}
	return name
}

// nameModels calls the parameters p, and the other structs of their type by
// their letters, or by the models' names where there are several; a receiver is
// p in any case.
func (f *function) nameModels() {
	all := modelsOf(f.e)
	several := func(models []*ir.Model, into map[*ir.Model]Ident, one, prefix string) {
		for _, m := range models {
			switch stem := f.p.names.models[m].stem; {
			case len(all) == 1 && len(models) == 1, m == f.e.Model:
				into[m] = f.local.Local(one)
			case prefix == "":
				into[m] = f.local.Local(string(lowered(stem)))
			default:
				into[m] = f.local.Local(prefix + string(stem))
			}
		}
	}
	several(all, f.models, "p", "")
	for _, s := range structKinds {
		f.structs[s.kind] = map[*ir.Model]Ident{}
		several(f.modelsBy(s.kind), f.structs[s.kind], s.one, s.prefix)
	}
}

// structKinds are the places in structs of the type of a model's parameters,
// besides the parameters themselves; what such a struct is called, what the name
// of a model or of a parameter begins with, and what functions of several of its
// tensors call them.
var structKinds = []struct {
	kind               ir.BindKind
	one, prefix, whole string
	written            bool
}{
	{ir.BindProduct, "h", "h", "products", true},
	{ir.BindGrad, "g", "d", "grads", true},
	{ir.BindTangent, "v", "v", "tangents", false},
}

// passed lists the models whose parameters are arguments: those that are
// neither the receiver nor in a trainer.
func (f *function) passed() []*ir.Model {
	switch f.e.Kind {
	case ir.ExportForward:
		return modelsOf(f.e)[1:]
	case ir.ExportFunc:
		return modelsOf(f.e)
	}
	return nil
}

// modelsBy lists the models that have places of a kind, in the order of the
// arguments and results.
func (f *function) modelsBy(kind ir.BindKind) []*ir.Model {
	var out []*ir.Model
	for _, list := range [][]ir.Binding{f.e.Args, f.e.Results} {
		for _, b := range list {
			if b.Kind == kind && !slices.Contains(out, b.Model) {
				out = append(out, b.Model)
			}
		}
	}
	return out
}

// solve finds how sizes follow from the slices of the signature.
func (f *function) solve() {
	for i, b := range f.e.Args {
		if v := f.e.Func.Params[i]; b.Kind == ir.BindInput && v.Type.Rank() > 0 {
			f.arrays = append(f.arrays, &array{name: f.inputs[i], typ: v.Type})
		}
	}
	var others []ir.Type
	for k := range f.e.Results {
		if t := f.e.Func.Results[k].Type; f.isDest(k) {
			f.arrays = append(f.arrays, &array{name: f.dests[k], typ: t})
		} else if f.isReturned(k) {
			others = append(others, t)
		}
	}
	f.sizing = solveSizes(f.arrays, others, f.dims)
}

func (f *function) dim(d *ir.Dim) code { return id(f.sizes[d]) }

// check is a call of a check of package runtime.
func (f *function) check(name Ident, args ...code) code {
	return call(qual("runtime", name), append([]code{str(f.label)}, args...)...)
}

// declare prints the function.
func (f *function) declare() (code, error) {
	f.owners()
	f.checks()
	checked := len(f.before)
	if err := f.bind(); err != nil {
		return nil, err
	}
	all := f.before
	if checked > 0 && len(all) > checked {
		all = slices.Insert(all, checked, blank())
	}
	if work := f.p.body(f.prog, f.spelt); len(work) > 0 && len(all) > 0 {
		all = append(append(all, blank()), statements(work)...)
	} else {
		all = append(all, statements(work)...)
	}
	all = append(all, f.after...)
	var recv code
	switch f.e.Kind {
	case ir.ExportForward, ir.ExportInit:
		recv = field(pointerTo(id(f.p.names.models[f.e.Model].typ())), f.models[f.e.Model])
	case ir.ExportStep:
		recv = field(pointerTo(id(f.p.names.trainers[f.e.Trainer].typ())), "t")
	}
	return documented(f.describe(), funcDecl(recv, f.name, groupParams(f.params()), f.returns(), all...)), nil
}
