package golang

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/dave/jennifer/jen"
)

// comment prints text as line comments, wrapped as it is. The space or tab
// after the two slashes means that no line is a directive to the compiler, the
// linker or cgo, all of which want the slashes right before them.
func comment(text string) code {
	var b strings.Builder
	for i, l := range commentLines(text) {
		if i > 0 {
			b.WriteByte('\n')
		}
		if strings.HasPrefix(l, "\t") {
			b.WriteString("//" + l)
		} else {
			b.WriteString(strings.TrimRight("// "+l, " "))
		}
	}
	// Text that begins with slashes is printed by jennifer as it is.
	return jen.Comment(b.String())
}

// documented puts a doc comment above a declaration.
func documented(text string, decl code) code {
	return comment(text).Line().Add(decl)
}

// beside puts a comment behind a declaration on one line.
func beside(decl code, text string) code {
	return after(decl).Comment("// " + strings.Join(commentLines(text), " "))
}

// commentLines makes any text lines that can follow "// ".
func commentLines(text string) []string {
	var lines []string
	for l := range strings.Lines(strings.ReplaceAll(text, "\r\n", "\n")) {
		l = strings.TrimRightFunc(strings.Map(harmless, l), unicode.IsSpace)
		if t := strings.TrimSpace(l); strings.HasPrefix(t, "+build") {
			l = "(" + t + ")" // a constraint of old, even behind a space
		}
		lines = append(lines, l)
	}
	for len(lines) > 0 && lines[0] == "" {
		lines = lines[1:]
	}
	for len(lines) > 0 && lines[len(lines)-1] == "" {
		lines = lines[:len(lines)-1]
	}
	if len(lines) == 0 {
		return []string{""}
	}
	return lines
}

// harmless maps what cannot stand in a comment, would end its line, or would
// show a reader another order than the compiler's (Unicode bidi controls).
func harmless(r rune) rune {
	switch {
	case r == '\t':
		return r // code in doc comments is told by it
	case r == utf8.RuneError, r == '\u2028', r == '\u2029', unicode.IsControl(r):
		return ' '
	case unicode.Is(unicode.Cf, r):
		return -1 // byte order marks, bidi controls, zero widths
	}
	return r
}
