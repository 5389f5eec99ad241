package main

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/gradgen/gradgen/codegen/golang"
	"github.com/gradgen/gradgen/dsl/diag"
)

// ungenerated sorts out why there are no files. What the user can mend in the
// model becomes a finding at the line that the error names; the rest, a mistake
// of this program, is returned.
func (u *unit) ungenerated(err error) error {
	var faults []error
	for _, e := range separate(err) {
		var fault *golang.Fault
		if errors.As(e, &fault) || strings.HasPrefix(e.Error(), "internal fault") {
			faults = append(faults, fmt.Errorf("%s: %w; please report it", quoted(u.name()), e))
			continue
		}
		at, message := u.text.Span(0, 0), e.Error()
		if rest, ok := strings.CutPrefix(message, u.text.Name+":"); ok {
			line, rest, _ := strings.Cut(rest, ": ")
			if n, err := strconv.Atoi(line); err == nil {
				at, message = lineOf(u.text, n), rest
			}
		}
		u.list.Errorf("", at, "%s", message)
	}
	return errors.Join(faults...)
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
