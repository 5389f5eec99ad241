package main

import (
	"fmt"
	"os"
	"runtime"
	"strings"

	"golang.org/x/term"

	"github.com/gradgen/gradgen/dsl/diag"
)

// style adds colour to text for a terminal. The zero style adds none.
type style struct{ on bool }

// styleOf decides by the conventions of https://no-color.org and
// https://bixense.com/clicolors, and else by whether f is a terminal.
func styleOf(f *os.File) style {
	force := os.Getenv("CLICOLOR_FORCE")
	switch {
	case os.Getenv("NO_COLOR") != "":
		return style{}
	case force != "" && force != "0":
		return style{true}
	case os.Getenv("TERM") == "dumb":
		return style{}
	case runtime.GOOS == "windows" && os.Getenv("WT_SESSION") == "" && os.Getenv("TERM") == "":
		return style{} // an old console prints the escapes
	}
	return style{term.IsTerminal(int(f.Fd()))}
}

func (s style) paint(code, text string) string {
	if !s.on || text == "" {
		return text
	}
	return "\x1b[" + code + "m" + text + "\x1b[0m"
}

func (s style) bold(text string) string   { return s.paint("1", text) }
func (s style) red(text string) string    { return s.paint("1;31", text) }
func (s style) yellow(text string) string { return s.paint("1;33", text) }
func (s style) green(text string) string  { return s.paint("32", text) }
func (s style) cyan(text string) string   { return s.paint("36", text) }

// finding is the text of a finding.
func (s style) finding(d *diag.Diagnostic) string {
	// What the generator finds has no code.
	text := strings.Replace(d.Text(), d.Severity.String()+"[]: ", d.Severity.String()+": ", 1)
	if !s.on {
		return text
	}
	head, rest, _ := strings.Cut(text, "\n")
	what := fmt.Sprintf("%s[%s]:", d.Severity, d.Code)
	if d.Code == "" {
		what = d.Severity.String() + ":"
	}
	if place, message, ok := strings.Cut(head, what); ok {
		paint := s.red
		if d.Severity == diag.Warning {
			paint = s.yellow
		}
		head = s.bold(place) + paint(what) + s.bold(message)
	}
	lines := strings.SplitAfter(rest, "\n")
	for i, line := range lines {
		lines[i] = s.findingLine(line)
	}
	return head + "\n" + strings.Join(lines, "")
}

// findingLine paints the marks below a line of source, and the word of a help.
func (s style) findingLine(line string) string {
	if help, rest, ok := strings.Cut(line, "help: "); ok && strings.TrimSpace(help) == "" {
		return help + s.cyan("help:") + " " + rest
	}
	gutter, marks, ok := strings.Cut(strings.TrimSuffix(line, "\n"), "|")
	if !ok || strings.TrimSpace(gutter) != "" || strings.Trim(marks, " \t^~") != "" {
		return line
	}
	var b strings.Builder
	for rest := marks; rest != ""; {
		n := len(rest) - len(strings.TrimLeft(rest, rest[:1]))
		switch run := rest[:n]; run[0] {
		case '^':
			b.WriteString(s.red(run))
		case '~':
			b.WriteString(s.cyan(run))
		default:
			b.WriteString(run)
		}
		rest = rest[n:]
	}
	return gutter + "|" + b.String() + "\n"
}

// diff is a unified diff.
func (s style) diff(text string) string {
	if !s.on {
		return text
	}
	lines := strings.SplitAfter(text, "\n")
	for i, line := range lines {
		body, end := strings.TrimSuffix(line, "\n"), line[len(strings.TrimSuffix(line, "\n")):]
		switch {
		case strings.HasPrefix(line, "+++ "), strings.HasPrefix(line, "--- "):
			body = s.bold(body)
		case strings.HasPrefix(line, "@@"):
			body = s.cyan(body)
		case strings.HasPrefix(line, "+"):
			body = s.green(body)
		case strings.HasPrefix(line, "-"):
			body = s.paint("31", body)
		}
		lines[i] = body + end
	}
	return strings.Join(lines, "")
}
