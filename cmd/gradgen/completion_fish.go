package main

import (
	"fmt"
	"strings"

	"github.com/gradgen/gradgen/codegen"
)

func fishScript(p *program) string {
	var b strings.Builder
	pf := func(format string, args ...any) { fmt.Fprintf(&b, format+"\n", args...) }
	names := strings.Join(p.names(), " ")
	pf("# fish completion for gradgen")
	pf("complete -c gradgen -f")
	for _, f := range p.flags {
		pf("complete -c gradgen%s", fishFlag(f))
	}
	for _, c := range p.commands {
		pf("complete -c gradgen -n %s -a %s -d %s", single("not __fish_seen_subcommand_from "+names), c.name, single(c.help))
	}
	for _, c := range p.commands {
		when := "__fish_seen_subcommand_from " + c.name
		if c.initial {
			when += "; or not __fish_seen_subcommand_from " + names
		}
		for _, f := range c.flags {
			pf("complete -c gradgen -n %s%s", single(when), fishFlag(f))
		}
		if a := fishWords(c.takes); a != "" {
			pf("complete -c gradgen -n %s -a %s", single(when), single(a))
		}
	}
	return b.String()
}

func fishFlag(f flag) string {
	out := " -l " + f.long
	if f.short != "" {
		out += " -s " + f.short
	}
	if f.value {
		out += " -x"
		if a := fishWords(f.takes); a != "" {
			out += " -a " + single(a)
		}
	}
	return out + " -d " + single(f.help)
}

func fishWords(w words) string {
	switch {
	case len(w.list) > 0:
		return strings.Join(w.list, " ")
	case w.sources:
		return "(__fish_complete_suffix " + codegen.SourceSuffix + ")"
	case w.folders:
		return "(__fish_complete_directories)"
	}
	return ""
}
