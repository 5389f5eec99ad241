package main

import (
	"fmt"
	"strings"

	"github.com/gradgen/gradgen/codegen"
)

// zshScript works both as a file named _gradgen in $fpath and when it is
// sourced.
func zshScript(p *program) string {
	var b strings.Builder
	pf := func(format string, args ...any) { fmt.Fprintf(&b, format+"\n", args...) }
	pf("#compdef gradgen")
	pf("_gradgen() {")
	pf("  local -a commands=(")
	for _, c := range p.commands {
		pf("    %s", single(c.name+":"+c.help))
	}
	pf("  )")
	pf("  local cmd word")
	pf("  for word in ${words[2,CURRENT-1]}; do")
	pf("    case $word in %s) cmd=$word; break ;; esac", strings.Join(p.names(), "|"))
	pf("  done")
	pf("  case $cmd in")
	for _, c := range p.commands {
		pf("    %s) _arguments %s ;;", c.name, strings.Join(zshSpecs(c.name, p.flags, c), " "))
	}
	pf("    *)")
	pf("      _describe -t commands command commands")
	for _, c := range p.commands {
		if c.initial {
			pf("      _arguments %s ;;", strings.Join(zshSpecs("", p.flags, c), " "))
		}
	}
	pf("  esac")
	pf("}")
	pf(`if [[ $funcstack[1] == _gradgen ]]; then _gradgen "$@"; else compdef _gradgen gradgen; fi`)
	return b.String()
}

func zshSpecs(name string, global []flag, c command) []string {
	var out []string
	for _, list := range [][]flag{global, c.flags} {
		for _, f := range list {
			tail := "[" + zshEscape(f.help) + "]"
			eq := ""
			if f.value {
				eq = "="
				tail += ":" + f.long + ":" + zshAction(f.takes)
			}
			out = append(out, single("--"+f.long+eq+tail))
			if f.short != "" {
				if f.value {
					eq = "+"
				}
				out = append(out, single("-"+f.short+eq+tail))
			}
		}
	}
	if name != "" {
		out = append(out, single("1:command:("+name+")"))
	}
	if a := zshAction(c.takes); a != "" {
		out = append(out, single("*:argument:"+a))
	}
	return out
}

func zshAction(w words) string {
	switch {
	case len(w.list) > 0:
		return "(" + strings.Join(w.list, " ") + ")"
	case w.sources:
		return `_files -g "*` + codegen.SourceSuffix + `"`
	case w.folders:
		return "_files -/"
	}
	return ""
}

func zshEscape(text string) string {
	return strings.NewReplacer(`\`, `\\`, "[", `\[`, "]", `\]`, ":", `\:`).Replace(text)
}
