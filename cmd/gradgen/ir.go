package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/gradgen/gradgen/codegen"
	"github.com/gradgen/gradgen/dsl/diag"
	"github.com/gradgen/gradgen/dsl/syntax"
	"github.com/gradgen/gradgen/ir"
	"github.com/gradgen/gradgen/ir/plan"
)

type irCommand struct {
	Stage   string   `enum:"ast,typed,grad,opt,plan,lanes" default:"opt" placeholder:"STAGE" help:"ast: the syntax tree; typed: what the source says, as equations; grad: with every derivative; opt: after the optimiser; plan: loops over one arena, and what each block becomes; lanes: kernels before they are assembly. By default opt."`
	Func    string   `short:"f" placeholder:"NAME" help:"Only functions of this name: that of the source, as XEnt, or with what is derived, as XEntGrad."`
	Sources []string `arg:"" optional:"" name:"source" complete:"sources" help:"Source files, directories, or ./..."`
}

func (c *irCommand) Run(t *tool) error {
	text := map[string]func(*unit) string{
		"ast": c.ast, "typed": c.module, "grad": c.module, "opt": c.module, "plan": c.plan, "lanes": c.lanes,
	}[c.Stage]
	stages := map[string][]stage{
		"ast": {formatted}, "typed": {checked, underived}, "grad": {checked}, "opt": {checked, optimised},
		"plan": {checked, optimised, planned}, "lanes": {checked, optimised, planned},
	}[c.Stage]
	chosen := t.choose(c.Sources).sources
	units := t.through(chosen, stages...)
	if c.Func != "" && c.Stage != "ast" && len(units) > 0 {
		if err := c.restrict(units); err != nil {
			return err
		}
	}
	for _, u := range units {
		s := text(u)
		if len(chosen) > 1 {
			s = "// " + quoted(u.name()) + "\n" + s + "\n"
		}
		if err := t.print(s); err != nil {
			return err
		}
	}
	return nil
}

// underived leaves the functions that the source states, without what is
// derived from them.
func underived(u *unit) error {
	u.keep(func(e *ir.Export) bool { return e.Derives == "" && e.Kind != ir.ExportStep })
	return nil
}

// keep leaves the exports that are wanted.
func (u *unit) keep(wanted func(*ir.Export) bool) {
	m := *u.module
	m.Exports = nil
	var programs []*plan.Program
	for i, e := range u.module.Exports {
		if !wanted(e) {
			continue
		}
		m.Exports = append(m.Exports, e)
		if u.programs != nil {
			programs = append(programs, u.programs[i])
		}
	}
	u.module, u.programs = &m, programs
}

// restrict leaves the functions that were asked for by name.
func (c *irCommand) restrict(units []*unit) error {
	var known []string
	found := false
	for _, u := range units {
		for _, e := range u.module.Exports {
			known = append(known, namesOf(e)...)
		}
		u.keep(func(e *ir.Export) bool {
			is := slices.ContainsFunc(namesOf(e), func(n string) bool { return strings.EqualFold(n, c.Func) })
			found = found || is
			return is
		})
	}
	if found {
		return nil
	}
	if s := diag.Suggest(c.Func, known); s != "" {
		return fmt.Errorf("no function is called %s; is it %s?", quoted(c.Func), s)
	}
	return fmt.Errorf("no function is called %s", quoted(c.Func))
}

func (c *irCommand) ast(u *unit) string {
	file, _ := syntax.Parse(u.text)
	return syntax.Dump(file)
}

func (c *irCommand) module(u *unit) string {
	if c.Func == "" {
		return u.module.String()
	}
	var parts []string
	for _, e := range u.module.Exports {
		parts = append(parts, e.Func.String())
	}
	return strings.Join(parts, "\n")
}

func (c *irCommand) plan(u *unit) string {
	codegen.Describe(u.programs)
	var b strings.Builder
	for i, e := range u.module.Exports {
		if i > 0 {
			b.WriteByte('\n')
		}
		fmt.Fprintf(&b, "// %s\n%s", title(e), u.programs[i])
	}
	return b.String()
}

func (c *irCommand) lanes(u *unit) string {
	var parts []string
	for _, k := range codegen.Describe(u.programs) {
		lines := ""
		for _, v := range k.Block.Values {
			lines += fmt.Sprintf("// %s  %s\n", v.Place, ir.Equation(v))
		}
		parts = append(parts, lines+k.Text())
	}
	if parts == nil {
		return "// No block becomes a kernel: --stage=plan tells why.\n"
	}
	return strings.Join(parts, "\n")
}
