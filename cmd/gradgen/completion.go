package main

import (
	"fmt"
	"strings"

	"github.com/alecthomas/kong"

	"github.com/gradgen/gradgen/codegen"
	"github.com/gradgen/gradgen/dsl/diag"
)

type completionCommand struct {
	Shell string `arg:"" enum:"bash,zsh,fish" help:"bash, zsh or fish."`
}

// Help tells how to use the scripts.
func (*completionCommand) Help() string {
	return `Load it when a shell starts:

    bash:  source <(gradgen completion bash)

    zsh:   source <(gradgen completion zsh)

    fish:  gradgen completion fish | source`
}

func (c *completionCommand) Run(t *tool, app *kong.Kong) error {
	p := programOf(app.Model.Node)
	return t.print(map[string]func(*program) string{"bash": bashScript, "zsh": zshScript, "fish": fishScript}[c.Shell](p))
}

// program is the command line as completion sees it, read off the same model
// as the help.
type program struct {
	flags    []flag // of every command
	commands []command
}

type command struct {
	name, help string
	flags      []flag
	takes      words // its arguments
	initial    bool  // also without its name
}

type flag struct {
	long, help string
	short      string // one letter, or none
	value      bool
	takes      words
}

// words says what an argument may be.
type words struct {
	list    []string // one of these
	sources bool     // a source file or a directory
	folders bool     // a directory
}

func programOf(root *kong.Node) *program {
	p := &program{flags: flagsOf(root)}
	for _, n := range root.Children {
		c := command{name: n.Name, help: n.Help, flags: flagsOf(n), initial: root.DefaultCmd == n}
		for _, a := range n.Positional {
			c.takes = wordsOf(a)
		}
		p.commands = append(p.commands, c)
	}
	return p
}

func flagsOf(n *kong.Node) []flag {
	var out []flag
	for _, f := range n.Flags {
		x := flag{long: f.Name, help: f.Help, value: !f.IsBool(), takes: wordsOf(f.Value)}
		if f.Short != 0 {
			x.short = string(f.Short)
		}
		out = append(out, x)
	}
	return out
}

func wordsOf(v *kong.Value) words {
	switch {
	case v.Enum != "":
		return words{list: v.EnumSlice()}
	case v.Tag.Get("complete") == "sources":
		return words{sources: true}
	case v.Tag.Get("complete") == "folders":
		return words{folders: true}
	case v.Tag.Get("complete") == "codes":
		var codes []string
		for _, row := range diag.Codes() {
			codes = append(codes, string(row.Code))
		}
		return words{list: codes}
	}
	return words{}
}

// commandNames lists the commands, for suggestions.
func commandNames() []string {
	var names []string
	for _, n := range kong.Must(&commands{}).Model.Children {
		names = append(names, n.Name)
	}
	return names
}

// names lists the flags of some commands as they are typed.
func names(lists ...[]flag) []string {
	var out []string
	for _, list := range lists {
		for _, f := range list {
			out = append(out, "--"+f.long)
			if f.short != "" {
				out = append(out, "-"+f.short)
			}
		}
	}
	return out
}

func (p *program) names() []string {
	var out []string
	for _, c := range p.commands {
		out = append(out, c.name)
	}
	return out
}

// single quotes a text for a shell; all of them agree on this form.
func single(text string) string { return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'" }

func bashScript(p *program) string {
	var b strings.Builder
	pf := func(format string, args ...any) { fmt.Fprintf(&b, format+"\n", args...) }
	pf("# bash completion for gradgen")
	pf("_gradgen() {")
	pf("  local cur prev cmd= words= files= i line")
	pf("  cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]}")
	pf("  # bash takes --flag=value for three words.")
	pf("  if [[ $cur == = ]]; then cur=; elif [[ $prev == = ]]; then prev=${COMP_WORDS[COMP_CWORD-2]}; fi")
	pf("  for ((i = 1; i < COMP_CWORD; i++)); do")
	pf("    case ${COMP_WORDS[i]} in %s) cmd=${COMP_WORDS[i]}; break ;; esac", strings.Join(p.names(), "|"))
	pf("  done")
	pf("  case $cmd:$prev in")
	takes := func(pattern string, w words) {
		pf("    %s) %s ;;", pattern, bashWords(w))
	}
	for _, c := range p.commands {
		for _, f := range c.flags {
			if f.value {
				takes(bashPattern(c, f), f.takes)
			}
		}
	}
	for _, f := range p.flags {
		if f.value {
			takes("*:--"+f.long, f.takes)
		}
	}
	for _, c := range p.commands {
		all := words{list: append(names(p.flags, c.flags), c.takes.list...), sources: c.takes.sources, folders: c.takes.folders}
		takes(c.name+":*", all)
		if c.initial {
			all.list = append(all.list, p.names()...)
			takes(":*", all)
		}
	}
	pf("  esac")
	pf("  COMPREPLY=()")
	pf(`  while IFS= read -r line; do COMPREPLY+=("$line"); done < <(compgen -W "$words" -- "$cur")`)
	pf(`  if [[ -n $files && $cur != -* ]]; then`)
	pf("    compopt -o filenames 2>/dev/null")
	pf(`    while IFS= read -r line; do COMPREPLY+=("$line"); done < <(compgen -d -- "$cur")`)
	pf("  fi")
	pf(`  if [[ $files == sources && $cur != -* ]]; then`)
	pf(`    while IFS= read -r line; do COMPREPLY+=("$line"); done < <(compgen -f -X '!*%s' -- "$cur")`, codegen.SourceSuffix)
	pf("  fi")
	pf("}")
	pf("complete -F _gradgen gradgen")
	return b.String()
}

func bashPattern(c command, f flag) string {
	out := c.name + ":--" + f.long
	if f.short != "" {
		out += "|" + c.name + ":-" + f.short
	}
	return out
}

func bashWords(w words) string {
	out := "words=" + single(strings.Join(w.list, " "))
	switch {
	case w.sources:
		out += " files=sources"
	case w.folders:
		out += " files=folders"
	}
	return out
}
