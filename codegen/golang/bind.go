package golang

import (
	"fmt"
	"slices"

	"github.com/gradgen/gradgen/ir"
	"github.com/gradgen/gradgen/ir/plan"
)

// bind spells everything that the body refers to, and prints what goes before
// the checks, between them and the body, and after it.
func (f *function) bind() error {
	f.spelt = &bodyNames{
		Buffer: map[*plan.Buffer]string{},
		Slot:   map[*plan.Slot]anyCode{},
		Dim:    map[*ir.Dim]string{},
		Key:    string(f.key),
		Part:   map[*plan.Buffer]part{},
		Shared: f.p.shared,
		Engine: map[ir.DType]anyCode{},
		Grid:   func(b *plan.Buffer, levels []plan.Level) Ident { return f.p.grid(f, b, levels) },
	}
	for _, p := range f.prog.Products {
		t := p.C.Buffer.DType
		f.spelt.Engine[t] = path("w", f.space.engine(t))
	}
	if f.space != nil {
		f.spelt.Rows, f.spelt.Pool = f.space.rows, path("w", "pool")
	}
	for d, n := range f.sizes {
		f.spelt.Dim[d] = string(n)
	}
	f.bindContext()
	f.spelt.Forward = forwarded(f.prog)
	f.spelt.Declared = len(f.returned()) > 1
	used := map[*plan.Buffer]bool{} // Go refuses variables that are not
	for _, s := range f.prog.Body {
		plan.EachBuffer(s, func(b *plan.Buffer) { used[b] = true })
	}
	for i, b := range f.prog.Params {
		if used[b] {
			f.bindParam(i, b)
		}
	}
	for k, b := range f.prog.Results {
		f.bindResult(k, b, used[b])
	}
	for _, b := range f.prog.Buffers {
		if b.Class == plan.Table && used[b] {
			f.spelt.Buffer[b] = string(f.p.table(f, b))
		}
	}
	for k, s := range f.prog.Slots {
		if err := f.bindSlot(k, s); err != nil {
			return err
		}
	}
	f.spelt.Taken = f.local.holds
	f.returnResults()
	return nil
}

// owners names the structs that a trainer holds, for the checks.
func (f *function) owners() {
	if f.e.Kind != ir.ExportStep {
		return
	}
	t := f.p.names.trainers[f.e.Trainer]
	for _, m := range modelsOf(f.e) {
		bound := func(b ir.Binding) bool {
			return b.Model == m && (b.Kind == ir.BindParam || b.Kind == ir.BindState)
		}
		if slices.ContainsFunc(f.e.Args, bound) || slices.ContainsFunc(f.e.Results, bound) {
			f.before = append(f.before, define(id(f.models[m]), path("t", t.models[m])))
		}
	}
	if f.space != nil {
		f.before = append(f.before, define(id("w"), path("t", "w")))
	}
}

// bindContext makes the key, and counts the step.
func (f *function) bindContext() {
	emit := func(c code) { f.before = append(f.before, c) }
	if f.e.Kind == ir.ExportStep {
		emit(increment(path("t", "Steps")))
	}
	if !f.prog.Random {
		return
	}
	switch {
	case f.e.Kind == ir.ExportInit:
		emit(define(id(f.key), call(qual("runtime", "NewKey"), id("seed"), integer(0))))
	case f.e.Kind == ir.ExportStep:
		emit(define(id(f.key), call(qual("runtime", "NewKey"), path("t", "Seed"), path("t", "Steps"))))
	case f.space != nil:
		emit(define(id(f.key), path("w", "Key")))
	}
}

// place is where a tensor lies: a part of a block.
func (f *function) place(b ir.Binding) (p part) {
	in, _ := blockOf(f.e, b)
	p.name = in.tensors[b.Index].Name
	owner := f.models[b.Model]
	if b.Kind == ir.BindOpt {
		owner = "t"
	}
	for _, s := range structKinds {
		if s.kind == b.Kind {
			owner, p.name = f.structs[b.Kind][b.Model], s.prefix+string(exported(p.name))
		}
	}
	p.block, p.size = path(owner, in.name), in.size()
	p.from = in.offset(b.Index)
	p.to = p.from + length(in.tensors[b.Index].Shape)
	return p
}

func (f *function) bindParam(i int, buf *plan.Buffer) {
	b := f.e.Args[i]
	let := func(name string, value code) {
		n := f.local.Local(name)
		f.before = append(f.before, define(id(n), value))
		f.spelt.Buffer[buf] = string(n)
	}
	convert := func(from ir.DType, x code) code {
		if from != buf.DType {
			x = call(elemType(buf.DType), x)
		}
		return x
	}
	switch b.Kind {
	case ir.BindInput:
		f.spelt.Buffer[buf] = string(f.inputs[i])
	case ir.BindHyper:
		t := f.e.Trainer
		k := slices.IndexFunc(t.Hyper, func(h ir.Hyper) bool { return h.Name == b.Name })
		let(b.Name, convert(t.DType(), path("t", f.p.names.trainers[t].hyper[k])))
	case ir.BindStep:
		let("step", call(elemType(buf.DType), path("t", "Steps")))
	case ir.BindAccumulate:
		if f.space != nil {
			let("accumulate", path("w", "Accumulate"))
		} else {
			let("accumulate", id("false"))
		}
	default:
		if p := f.place(b); buf.Rank == 0 {
			let(p.name, index(p.block, integer(p.from)))
		} else {
			f.spelt.Part[buf] = p
		}
	}
}

func (f *function) bindResult(k int, buf *plan.Buffer, used bool) {
	b := f.e.Results[k]
	if f.isReturned(k) {
		if buf.Rank == 0 {
			f.spelt.Buffer[buf] = string(f.results[k])
			if len(f.returned()) == 1 && !f.forwards(buf) {
				f.before = append(f.before, declare(f.results[k], elemType(buf.DType)))
			}
		}
		return
	}
	if f.isDest(k) {
		f.spelt.Buffer[buf] = string(f.dests[k])
		return
	}
	p := f.place(b)
	switch {
	case buf.Rank == 0:
		n := f.local.Local(p.name)
		if !f.forwards(buf) || f.spelt.Declared {
			f.before = append(f.before, declare(n, elemType(buf.DType)))
		}
		f.after = append(f.after, set(index(p.block, integer(p.from)), id(n)))
		f.spelt.Buffer[buf] = string(n)
	case f.spelt.Buffer[buf] == "" && used:
		f.spelt.Part[buf] = p
	}
}

// forwards reports whether the body declares a result of rank 0 itself.
func (f *function) forwards(buf *plan.Buffer) bool {
	for _, b := range f.spelt.Forward {
		if b == buf {
			return true
		}
	}
	return false
}

// bindSlot finds memory for a slot: the workspace's; a variable on the stack;
// or, for an initialiser, which is not called often, fresh memory.
func (f *function) bindSlot(k int, s *plan.Slot) error {
	if f.space != nil {
		f.spelt.Slot[s] = f.space.slot(f, k)
		return nil
	}
	n, ok := constantSize(s)
	if !ok {
		return fmt.Errorf("internal fault: %s has no workspace and the run-time size %v", f.label, s.Sizes)
	}
	if f.e.Kind == ir.ExportInit {
		name := f.local.Local(slotName(s))
		f.before = append(f.before, define(id(name), allocate(s.DType, integer(n))))
		f.spelt.Slot[s] = id(name)
		return nil
	}
	if bytes := n * int64(s.DType.Size()); bytes > stackLimit {
		return f.tooLarge(s, bytes)
	}
	name := f.local.Local(slotName(s) + "Array")
	f.before = append(f.before, declare(name, arrayOf(integer(n), elemType(s.DType))))
	f.spelt.Slot[s] = id(name)
	return nil
}

// returnResults ends the function.
func (f *function) returnResults() {
	var values []code
	for _, k := range f.returned() {
		buf := f.prog.Results[k]
		if buf.Rank == 0 {
			values = append(values, id(f.results[k]))
			continue
		}
		n := size(f.e.Func.Results[k].Type.Len(), f.dim)
		values = append(values, span(f.spelt.Slot[buf.Slot].(code), integer(0), n))
	}
	if len(values) > 0 {
		f.after = append(f.after, ret(values...))
	}
}
