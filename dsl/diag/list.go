package diag

import (
	"cmp"
	"errors"
	"slices"
	"strings"
)

// List is the findings about one or more sources. The zero List is empty and ready for use.
type List []*Diagnostic

// Add appends findings.
func (l *List) Add(d ...*Diagnostic) { *l = append(*l, d...) }

// Errorf adds an error at a place and returns it, so that notes and help can be attached.
func (l *List) Errorf(code Code, at Span, format string, args ...any) *Diagnostic {
	d := Errorf(code, at, format, args...)
	l.Add(d)
	return d
}

// Warnf adds a warning at a place and returns it.
func (l *List) Warnf(code Code, at Span, format string, args ...any) *Diagnostic {
	d := Errorf(code, at, format, args...)
	d.Severity = Warning
	l.Add(d)
	return d
}

// Sort orders the list by file name and position; findings at one place keep the order in which they were made.
func (l List) Sort() {
	slices.SortStableFunc(l, func(a, b *Diagnostic) int {
		return cmp.Or(
			strings.Compare(a.fileName(), b.fileName()),
			cmp.Compare(a.Span.Start, b.Span.Start),
			cmp.Compare(a.Span.End, b.Span.End),
		)
	})
}

// Dedupe returns the list sorted and without findings that repeat the code, place and message of another.
func (l List) Dedupe() List {
	type key struct {
		code    Code
		span    Span
		message string
	}
	l.Sort()
	seen := make(map[key]bool, len(l))
	return slices.DeleteFunc(l, func(d *Diagnostic) bool {
		k := key{d.Code, d.Span, d.Message}
		dup := seen[k]
		seen[k] = true
		return dup
	})
}

// HasErrors reports whether anything in the list stops generation.
func (l List) HasErrors() bool {
	return slices.ContainsFunc(l, func(d *Diagnostic) bool { return d.Severity == Error })
}

// Err returns the list as an error, nil when it holds no errors.
func (l List) Err() error {
	if !l.HasErrors() {
		return nil
	}
	return errors.New(strings.TrimSuffix(l.Text(), "\n"))
}

func (d *Diagnostic) fileName() string {
	if d.Span.File == nil {
		return ""
	}
	return d.Span.File.Name
}
