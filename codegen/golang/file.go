package golang

import (
	"errors"
	"fmt"
	"math"

	"github.com/gradgen/gradgen/ir"
	"github.com/gradgen/gradgen/ir/parallel"
	"github.com/gradgen/gradgen/ir/plan"
)

// printer prints one module.
type printer struct {
	m      *ir.Module
	names  *goNames
	body   func(*plan.Program, *bodyNames) []anyCode
	tables []code
	known  map[string]Ident // tables, by what they hold
	file   *Source
	shared map[*plan.Shared]Ident // functions that several others call
	layers []string

	apart   func(*plan.Block, *plan.Operands) bool // blocks that become kernels
	sets    []string
	always  bool
	kernels []*Kernel
}

// Apart says which blocks are to be kernels, for sets of instructions of these
// names. The zero value is none.
type Apart struct {
	Block func(*plan.Block, *plan.Operands) bool
	Sets  []string
	// Always runs kernels however little there is to do.
	Always bool
}

// File prints a module as one Go file. The programs are those of
// the exports of m, in their order, planned with [PlanOptions]. The kernels are
// functions whose forms in assembly the file calls and does not declare; see
// [Assembly].
//
// The error is of the user's making: a package name that Go refuses, memory
// that no stack holds.
func File(m *ir.Module, programs []*plan.Program, apart Apart) (*Source, []*Kernel, error) {
	return printFile(m, programs, apart, body)
}

func printFile(m *ir.Module, programs []*plan.Program, apart Apart, body func(*plan.Program, *bodyNames) []anyCode) (*Source, []*Kernel, error) {
	file, err := newSource(m.Package)
	if err != nil {
		return nil, nil, err
	}
	p := &printer{m: m, file: file, names: nameModule(m), body: body, known: map[string]Ident{}, layers: layersOf(m), apart: apart.Block, sets: apart.Sets, always: apart.Always}
	p.file.add("runtime.ABI1", documented(
		"This file needs a package runtime that still supports it.",
		constant("_", qual("runtime", "ABI1"))))
	if err := p.exports(programs); err != nil {
		return nil, nil, err
	}
	p.file.add("a table", p.tables...)
	return file, p.kernels, nil
}

// exports prints models, then the functions of each name, then trainers.
func (p *printer) exports(programs []*plan.Program) error {
	functions := make([]*function, len(p.m.Exports))
	_ = parallel.Heaviest(p.m.Weights(), 0, func(i int) error {
		functions[i] = p.newFunction(p.m.Exports[i], programs[i])
		return nil
	})
	all := plan.Share(programs, p.apart)
	p.spaces(functions)
	p.nameShared(all)
	for _, f := range functions {
		if f.space != nil {
			f.space.share(f.prog, p.shared)
		}
	}
	declare := func(f *function) error {
		c, err := f.declare()
		if err == nil {
			p.file.add(f.label, c)
		}
		return err
	}
	var errs []error
	for _, m := range p.m.Models {
		p.file.add(string(p.names.models[m].typ()), p.params(m)...)
		for _, f := range functions {
			if f.e.Model != m || f.e.Kind != ir.ExportInit && f.e.Kind != ir.ExportForward {
				continue
			}
			if f.space != nil {
				p.declareSpace(f.space)
			}
			errs = append(errs, declare(f))
		}
	}
	var last *space
	for _, f := range functions {
		if f.e.Kind != ir.ExportFunc {
			continue
		}
		if f.space != nil && f.space != last && f.space.users[0].fn == f {
			p.declareSpace(f.space)
		}
		last = f.space
		errs = append(errs, declare(f))
	}
	for _, f := range functions {
		if f.e.Kind == ir.ExportStep {
			p.file.add(f.label, p.trainer(f)...)
			errs = append(errs, declare(f))
		}
	}
	for _, g := range all {
		p.file.add(string(p.shared[g]), p.sharedFunction(g)...)
	}
	return errors.Join(errs...)
}

// spaces gives every function that needs one its workspace.
func (p *printer) spaces(functions []*function) {
	spaces := map[Ident]*space{} // by the stem of their names
	of := func(stem Ident) *space {
		if spaces[stem] == nil {
			spaces[stem] = newSpace(stem+"Workspace", "New"+stem+"Workspace")
		}
		return spaces[stem]
	}
	for _, f := range functions {
		switch {
		case f.e.Kind == ir.ExportStep:
			if len(f.dims) > 0 || len(f.prog.Slots) > 0 || f.prog.Parallel() {
				stem := lowered(p.names.trainers[f.e.Trainer].stem)
				f.space = newSpace(stem+"Memory", "new"+p.names.trainers[f.e.Trainer].stem+"Memory")
				f.space.label = "New" + string(p.names.trainers[f.e.Trainer].typ())
			}
		case len(f.dims) == 0:
		case f.e.Kind == ir.ExportForward:
			f.space = of(p.names.models[f.e.Model].stem)
		case f.e.Kind == ir.ExportFunc:
			f.space = of(p.names.groups[f.e.Name].stem)
		}
		if f.space != nil {
			f.space.join(f)
		}
	}
}

func (p *printer) declareSpace(s *space) {
	var of []string
	for _, u := range s.users {
		of = append(of, u.fn.label)
	}
	doc, maker := describeSpace(s, listed(of))
	p.file.add(string(s.typ), s.declare(doc, maker)...)
	p.file.add(string(s.typ), s.workers(s.typ, "w")...)
}

// table declares a constant array, once.
func (p *printer) table(f *function, b *plan.Buffer) Ident {
	data := b.Value.Def.(*ir.Table).Data
	key := fmt.Sprint(b.DType)
	for _, v := range data {
		key += fmt.Sprintf(" %x", math.Float64bits(v))
	}
	if n, ok := p.known[key]; ok {
		return n
	}
	values := make([]code, len(data))
	for i, v := range data {
		values[i] = number(b.DType, v)
	}
	// No local name has an underscore between letters, so none hides a table.
	n := p.names.top.Numbered(lowered(exported(f.e.Name))+"_"+local(orElse(b.Name, "table")), alone)
	p.known[key] = n
	p.tables = append(p.tables, documented(fill(fmt.Sprintf("%s is a table of %s.", n, commentText(f.e.Name))),
		variable(n, composite(arrayOf(nil, elemType(b.DType)), values...))))
	return n
}

// grid declares a table of offsets, once.
func (p *printer) grid(f *function, b *plan.Buffer, levels []plan.Level) Ident {
	key := fmt.Sprint("grid", levels)
	if n, ok := p.known[key]; ok {
		return n
	}
	var args []code
	for _, l := range levels {
		args = append(args, composite(arrayOf(integer(2), id("int")), integer(l.N), integer(l.By)))
	}
	n := p.names.top.Numbered(lowered(exported(f.e.Name))+"_"+local(orElse(b.Name, "array")+".at"), alone)
	p.known[key] = n
	p.tables = append(p.tables, documented(fill(fmt.Sprintf("%s is offsets of elements, for %s.", n, commentText(f.e.Name))),
		variable(n, call(qual("contract", "Grid"), args...))))
	return n
}
