package golang

import (
	"github.com/gradgen/gradgen/ir"
)

// goNames are the Go names of a module: all are given before anything prints,
// in the order of the source, so that they depend on nothing else.
type goNames struct {
	top      *Scope
	models   map[*ir.Model]*modelNames
	groups   map[string]*groupNames // by Export.Name, of functions
	trainers map[*ir.Trainer]*trainerNames
	funcs    map[*ir.Export]Ident
}

// modelNames are what a model is called.
type modelNames struct {
	stem   Ident // MLP, of MLPParams and MLPWorkspace
	params []Ident
	state  []Ident
}

func (m *modelNames) typ() Ident { return m.stem + "Params" }

// groupNames are the functions made from one name of the source. They share a
// workspace, and those made from a model share the model's.
type groupNames struct{ stem Ident }

// trainerNames are what a trainer is called.
type trainerNames struct {
	stem   Ident // XEnt, of XEntTrainer
	hyper  []Ident
	state  []Ident
	models map[*ir.Model]Ident // fields of the models it uses, Params if there is one
}

func (t *trainerNames) typ() Ident { return t.stem + "Trainer" }

func nameModule(m *ir.Module) *goNames {
	n := &goNames{
		top:      newScope(),
		models:   map[*ir.Model]*modelNames{},
		groups:   map[string]*groupNames{},
		trainers: map[*ir.Trainer]*trainerNames{},
		funcs:    map[*ir.Export]Ident{},
	}
	for _, model := range m.Models {
		n.models[model] = n.nameModel(model)
	}
	for i, e := range m.Exports {
		switch e.Kind {
		case ir.ExportForward:
			n.funcs[e] = "Forward"
		case ir.ExportInit:
			n.funcs[e] = "Init"
		case ir.ExportStep:
			n.funcs[e] = "Step"
			if n.trainers[e.Trainer] == nil {
				n.trainers[e.Trainer] = n.nameTrainer(e)
			}
		default:
			if n.groups[e.Name] == nil {
				n.nameGroup(e.Name, m.Exports[i:])
			}
		}
	}
	return n
}

func (n *goNames) nameModel(m *ir.Model) *modelNames {
	names := &modelNames{stem: n.top.Family(exported(m.Name), func(s Ident) []Ident {
		return []Ident{s + "Params", "New" + s + "Params", s + "Workspace", "New" + s + "Workspace"}
	})}
	fields := newScope("Data", "Buffers", "Init", "Tensors", "ReadFrom", "WriteTo", "Forward", "Clone", "Freeze", "views")
	for _, p := range m.Params {
		names.params = append(names.params, fields.Exported(p.Name))
	}
	for _, p := range m.State {
		names.state = append(names.state, fields.Exported(p.Name))
	}
	return names
}

// derivatives are the endings of Go names.
var derivatives = map[string]Ident{"": "", "grad": "Grad", "jac": "Jac", "jacT": "JacT", "hess": "Hess", "hvp": "HVP", "jvp": "JVP", "vjp": "VJP"}

// nameGroup names all functions that are made from one name. The first
// derivative of a kind is called by the kind; further ones, by what they
// differentiate by.
func (n *goNames) nameGroup(name string, exports []*ir.Export) {
	var group []*ir.Export
	endings := map[*ir.Export]Ident{}
	given := map[Ident]bool{}
	for _, e := range exports {
		if e.Kind != ir.ExportFunc || e.Name != name {
			continue
		}
		end, ok := derivatives[e.Derives]
		if !ok {
			end = exported(e.Derives)
		}
		if given[end] {
			for _, by := range e.By {
				end += exported(by)
			}
		}
		for given[end] {
			end += "_"
		}
		given[end], endings[e] = true, end
		group = append(group, e)
	}
	for m, names := range n.models {
		if m.Name != name {
			continue
		}
		n.groups[name] = &groupNames{names.stem}
		for _, e := range group {
			n.funcs[e] = n.top.Family(names.stem+endings[e], alone)
		}
		return
	}
	stem := n.top.Family(exported(name), func(s Ident) []Ident {
		all := []Ident{s + "Workspace", "New" + s + "Workspace"}
		for _, e := range group {
			all = append(all, s+endings[e])
		}
		return all
	})
	n.groups[name] = &groupNames{stem}
	for _, e := range group {
		n.funcs[e] = stem + endings[e]
	}
}

func (n *goNames) nameTrainer(e *ir.Export) *trainerNames {
	t := e.Trainer
	names := &trainerNames{models: map[*ir.Model]Ident{}}
	names.stem = n.top.Family(exported(t.Name), func(s Ident) []Ident {
		return []Ident{s + "Trainer", "New" + s + "Trainer", lowered(s) + "Memory", "new" + s + "Memory"}
	})
	fields := newScope("Params", "State", "Steps", "Seed", "Step", "SetWorkers", "Close", "w")
	models := modelsOf(e)
	for _, m := range models {
		if len(models) == 1 {
			names.models[m] = "Params"
		} else {
			names.models[m] = fields.Exported(m.Name)
		}
	}
	for _, h := range t.Hyper {
		names.hyper = append(names.hyper, fields.Exported(h.Name))
	}
	for _, p := range t.State {
		names.state = append(names.state, fields.Exported(p.Name))
	}
	return names
}

// modelsOf lists the models whose parameters or states a function uses, in
// the order of its arguments, the receiver first.
func modelsOf(e *ir.Export) []*ir.Model {
	var out []*ir.Model
	see := func(m *ir.Model) {
		for _, x := range out {
			if x == m {
				return
			}
		}
		out = append(out, m)
	}
	if e.Kind == ir.ExportForward || e.Kind == ir.ExportInit {
		see(e.Model)
	}
	for _, list := range [][]ir.Binding{e.Args, e.Results} {
		for _, b := range list {
			if b.Kind == ir.BindParam || b.Kind == ir.BindState {
				see(b.Model)
			}
		}
	}
	return out
}
