package main

import (
	"errors"
	"fmt"
	"strings"

	"github.com/gradgen/gradgen/codegen/golang"
	"github.com/gradgen/gradgen/dsl/diag"
	"github.com/gradgen/gradgen/ir"
)

// ungenerated sorts out why there are no files. What the user can mend in the
// model becomes a finding; the rest, a mistake of this program, is returned.
func (u *unit) ungenerated(err error) error {
	var faults []error
	for _, e := range separate(err) {
		var fault *golang.Fault
		var stack *golang.StackError
		switch {
		case errors.As(e, &stack):
			u.list.Errorf(diag.StackTooSmall, u.line(stack.Place), "%s", stack.Text).
				Helpf("declare one of its sizes without a number (dim B): a workspace then holds the memory")
		case errors.As(e, &fault) || strings.HasPrefix(e.Error(), "internal fault"):
			faults = append(faults, fmt.Errorf("%s: %w; please report it", quoted(u.name()), e))
		default:
			u.list.Errorf("", u.text.Span(0, 0), "%s", e)
		}
	}
	return errors.Join(faults...)
}

// line is the line of a place, or the start of the source for a place elsewhere.
func (u *unit) line(p ir.Place) diag.Span {
	if p.File != u.text.Name {
		return u.text.Span(0, 0)
	}
	return lineOf(u.text, p.Line)
}

// lineOf is the text of a line, without the space in front.
func lineOf(src *diag.Source, line int) diag.Span {
	start := 0
	for n, text := 1, string(src.Text); n < line; n++ {
		i := strings.IndexByte(text[start:], '\n')
		if i < 0 {
			break
		}
		start += i + 1
	}
	text, _, _ := strings.Cut(string(src.Text[start:]), "\n")
	return src.Span(start+len(text)-len(strings.TrimLeft(text, " \t")), start+len(strings.TrimRight(text, " \t\r")))
}
