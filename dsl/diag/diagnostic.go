package diag

import "fmt"

// Severity says whether a diagnostic stops generation.
type Severity uint8

// The severities. The zero value is Error.
const (
	Error Severity = iota
	Warning
)

// String returns the word that is printed.
func (s Severity) String() string {
	if s == Warning {
		return "warning"
	}
	return "error"
}

// Diagnostic is one finding.
type Diagnostic struct {
	Code     Code
	Severity Severity
	// Message is one line without a full stop; names of the user's stand in back quotes.
	Message string
	// Span is the place at fault, underlined with ^.
	Span  Span
	Notes []Note
	// Help says what to do, in one line; it may be empty.
	Help string
}

// Note is a further fact: an operand's shape, the other of two places that disagree.
type Note struct {
	// Span is what the note speaks of, underlined with ~. If it lies on another line and Origin is not set, that line
	// is shown too. It may be invalid.
	Span Span
	// Label is a word in front, such as left or right; Text is the fact. Both are aligned over the notes.
	Label, Text string
	// From says in words where the fact comes from, and Origin is that place; both are optional.
	From   string
	Origin Span
}

// Errorf makes an error at a place.
func Errorf(code Code, at Span, format string, args ...any) *Diagnostic {
	return &Diagnostic{Code: code, Span: at, Message: fmt.Sprintf(format, args...)}
}

// Note adds a labelled fact about a place and returns d.
func (d *Diagnostic) Note(at Span, label, format string, args ...any) *Diagnostic {
	return d.With(Note{Span: at, Label: label, Text: fmt.Sprintf(format, args...)})
}

// With adds a note and returns d.
func (d *Diagnostic) With(n Note) *Diagnostic {
	d.Notes = append(d.Notes, n)
	return d
}

// Helpf sets the help line and returns d.
func (d *Diagnostic) Helpf(format string, args ...any) *Diagnostic {
	d.Help = fmt.Sprintf(format, args...)
	return d
}
