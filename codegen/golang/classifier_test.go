package golang

import (
	"slices"

	"github.com/gradgen/gradgen/ir"
)

// classifier is a module with everything a file can hold: a model with state
// and a constrained parameter, initialiser, forward, loss, gradient, trainer.
func classifier(pkg string) *ir.Module {
	m := newModule(pkg, "digits.grad")
	free := func(name string, shape ...int64) *ir.Param {
		return &ir.Param{Name: name, Shape: shape, Lo: negInf, Hi: posInf}
	}
	model := &ir.Model{Name: "MLP", Doc: "MLP classifies digits.", DType: ir.F32, Place: ir.Place{File: "digits.grad", Line: 3},
		Params: []*ir.Param{free("fc1.weight", 8, 4), free("fc1.bias", 8), {Name: "scale", Lo: 0, Hi: posInf}},
		State:  []*ir.Param{free("bn.mean", 8)}}
	m.m.Models = []*ir.Model{model}
	B := ir.Of(m.B)
	x, y := input("x", typ(ir.F32, B, c(4))), input("y", typ(ir.I32, B))
	params, state := tensorsOf(ir.BindParam, model), tensorsOf(ir.BindState, model)
	loss := result(ir.BindReturn, "loss", typ(ir.F32))

	m.export(&ir.Export{Kind: ir.ExportInit, Name: "MLP", Model: model}, nil, append(slices.Clone(params), state...))
	m.export(&ir.Export{Kind: ir.ExportForward, Name: "MLP", Model: model}, slices.Concat(params, state, []bound{x}),
		[]bound{result(ir.BindReturn, "logits", typ(ir.F32, B, c(10)))})
	m.export(&ir.Export{Name: "XEnt", Doc: "XEnt is the mean cross entropy.", Model: model}, append(slices.Clone(params), x, y), []bound{loss})
	m.export(&ir.Export{Name: "XEnt", Derives: "grad", Model: model},
		slices.Concat(params, tensorsOf(ir.BindGrad, model), []bound{{ir.Binding{Kind: ir.BindAccumulate}, typ(ir.Bool)}, x, y}),
		append([]bound{loss}, tensorsOf(ir.BindGrad, model)...))

	trainer := &ir.Trainer{Name: "XEnt", Models: []*ir.Model{model}, Hyper: []ir.Hyper{{Name: "lr", Default: 1e-3}, {Name: "beta1", Default: 0.9}}}
	for _, p := range model.Params {
		trainer.State = append(trainer.State, free("m."+p.Name, p.Shape...))
	}
	var opt []bound
	for i, p := range trainer.State {
		opt = append(opt, bound{ir.Binding{Kind: ir.BindOpt, Index: i}, paramType(model, p)})
	}
	m.export(&ir.Export{Kind: ir.ExportStep, Name: "XEnt", Trainer: trainer},
		slices.Concat(params, state, opt, []bound{{ir.Binding{Kind: ir.BindHyper, Name: "lr"}, typ(ir.F32)},
			{ir.Binding{Kind: ir.BindHyper, Name: "beta1"}, typ(ir.F32)}, {ir.Binding{Kind: ir.BindStep}, typ(ir.F32)}, x, y}),
		slices.Concat([]bound{loss}, params, state, opt))
	return m.m
}
