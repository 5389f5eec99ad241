package golang

import (
	"fmt"

	"github.com/gradgen/gradgen/ir"
)

// trainer declares the type that trains a model, and its maker.
func (p *printer) trainer(e *ir.Export, memory *space) []code {
	t := e.Trainer
	n := p.names.trainers[t]
	elem := elemType(t.Model.DType)
	state := block{"State", t.State, n.state}
	recv := field(pointerTo(id(n.typ())), "t")

	var fields, params []code
	values := []code{}
	make := []code{}
	for i, m := range modelsOf(e) {
		f := n.models[m]
		typ := pointerTo(id(p.names.models[m].typ()))
		text := "what Step trains"
		arg := Ident("p")
		if i > 0 {
			text = "read by Step, never written"
			arg = lowered(f)
			if arg == "p" || arg == "w" || arg == "t" {
				arg += "_"
			}
		}
		fields = append(fields, beside(field(typ, f), text))
		params = append(params, field(typ, arg))
		values = append(values, pair(f, id(arg)))
	}
	for k, h := range t.Hyper {
		fields = append(fields, beside(field(elem, n.hyper[k]), h.Name+", "+floatName(h.Default)+" unless set"))
		values = append(values, pair(n.hyper[k], number(t.Model.DType, h.Default)))
	}
	if drawsRandom(e.Func) {
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
		args := []code{}
		for _, m := range memory.maxima {
			args = append(args, id(m))
		}
		values = append(values, pair("w", call(id(memory.maker), args...)))
		decls = memory.declare(fmt.Sprintf("%s is the memory of a step.", memory.typ), fmt.Sprintf("%s makes it.", memory.maker))
	}
	body := append([]code{define(id("t"), addressOf(composite(id(n.typ()), values...)))}, make...)
	maker := documented(p.describeTrainerMaker(t, n, memory),
		funcDecl(nil, "New"+n.typ(), params, []code{pointerTo(id(n.typ()))}, append(body, ret(id("t")))...))
	out := []code{documented(p.describeTrainer(t, n), structType(n.typ(), fields...)), maker}
	if len(t.State) > 0 {
		out = append(out, documented("Tensors yields what the optimiser remembers by its name, its shape and its elements, which\nare those of t, not a copy. With the parameters and Steps it is all that a later run needs to\ncontinue.",
			tensors(recv, elem, viewField(t.Model.DType), state.rows("t"))))
	}
	if memory != nil {
		out = append(out, memory.workers(n.typ(), "t", "w")...)
	}
	return append(out, decls...)
}
