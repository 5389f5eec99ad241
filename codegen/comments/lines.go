// Package comments makes the texts of users into comments of generated files, Go
// and assembly, which they cannot end.
package comments

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Lines makes any text lines that can follow "// ".
func Lines(text string) []string {
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
