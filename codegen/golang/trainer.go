package golang

import (
	"fmt"
	"slices"

	"github.com/gradgen/gradgen/ir"
)

// trainer declares the type that trains models, and its maker, around a step.
func (p *printer) trainer(step *function) []code {
	e, memory := step.e, step.space
	t := e.Trainer
	n := p.names.trainers[t]
	elem := elemType(t.DType())
	state := block{name: "State", tensors: t.State, fieldNames: n.state}
	recv := field(pointerTo(id(n.typ())), "t")

	var fields, params []code
	values := []code{}
	make := []code{}
	models := modelsOf(e)
	args := trainerArgs(p, models, memory)
	for i, m := range models {
		f, arg := n.models[m], args[i]
		typ := pointerTo(id(p.names.models[m].typ()))
		text := "read by Step, never written"
		if slices.ContainsFunc(e.Results, func(b ir.Binding) bool { return b.Model == m }) {
			text = "what Step trains"
		}
		fields = append(fields, beside(field(typ, f), text))
		params = append(params, field(typ, arg))
		values = append(values, pair(f, id(arg)))
	}
	for k, h := range t.Hyper {
		fields = append(fields, beside(field(elem, n.hyper[k]), h.Name+", "+floatName(h.Default, t.DType())+" unless set"))
		values = append(values, pair(n.hyper[k], number(t.DType(), h.Default)))
	}
	if step.random {
		fields = append(fields, comment("Seed is, with the number of the step, what random draws are made from."), field(id("uint64"), "Seed"))
	}
	fields = append(fields, comment("Steps is the number of steps made."), field(id("uint64"), "Steps"))
	if len(t.State) > 0 {
		fields = append(fields, comment("State holds what the optimiser remembers in one block, in the order of the fields below,\nwhich are views into it. It begins as zeros."),
			field(sliceOf(elem), "State"))
		fields = append(fields, state.fields(elem)...)
		values = append(values, pair("State", call(generic(qual("runtime", "NewArena"), elem), integer(state.size()))))
		make = state.views(path("t", "State"), "t")
	}
	var decls []code
	if memory != nil {
		fields = append(fields, field(pointerTo(id(memory.typ)), "w"))
		params = append(params, memory.params()...)
		var maxima []code
		for _, m := range memory.maxima {
			maxima = append(maxima, id(m))
		}
		values = append(values, pair("w", call(id(memory.maker), maxima...)))
		decls = memory.declare(fmt.Sprintf("%s is the memory of a step.", memory.typ), fill(fmt.Sprintf("%s makes the memory of a step%s.", memory.maker, upTo(memory))))
	}
	body := append([]code{define(id("t"), addressOf(composite(id(n.typ()), values...)))}, make...)
	maker := documented(p.describeTrainerMaker(args, n, memory),
		funcDecl(nil, "New"+n.typ(), params, []code{pointerTo(id(n.typ()))}, append(body, ret(id("t")))...))
	out := []code{documented(p.describeTrainer(t, n), structType(n.typ(), fields...)), maker}
	if len(t.State) > 0 {
		out = append(out, documented("Tensors yields what the optimiser remembers by its name, its shape and its elements, which\nare those of t, not a copy. With the parameters and Steps it is all that a later run needs to\ncontinue.",
			tensors(recv, elem, viewField(t.DType()), state.rows("t"))))
	}
	if memory != nil {
		out = append(out, memory.workers(n.typ(), "t", "w")...)
	}
	return append(out, decls...)
}

// trainerArgs names the models that the maker of a trainer takes: p, or each by its name where there are several.
func trainerArgs(p *printer, models []*ir.Model, memory *space) []Ident {
	if len(models) == 1 {
		return []Ident{"p"}
	}
	scope := newLocals(p.names.top)
	scope.Local("t")
	if memory != nil {
		for _, m := range memory.maxima {
			scope.Local(string(m))
		}
	}
	out := make([]Ident, len(models))
	for i, m := range models {
		out[i] = scope.Local(string(lowered(p.names.models[m].stem)))
	}
	return out
}
