package diag

import (
	"fmt"
	"io"
	"strings"
)

// Text returns the whole list as text for people, with a blank line between findings.
func (l List) Text() string {
	var b strings.Builder
	_ = l.WriteText(&b)
	return b.String()
}

// WriteText prints the whole list as text for people.
func (l List) WriteText(w io.Writer) error {
	for i, d := range l {
		sep := ""
		if i > 0 {
			sep = "\n"
		}
		if _, err := io.WriteString(w, sep+d.Text()); err != nil {
			return err
		}
	}
	return nil
}

// Text returns the finding as text: the place, the code and the message on the first line, then the source line with
// carets, the notes and the help.
func (d *Diagnostic) Text() string {
	var b strings.Builder
	if d.Span.IsValid() {
		fmt.Fprintf(&b, "%s: ", printable(d.Span.String()))
	}
	fmt.Fprintf(&b, "%s[%s]: %s\n", d.Severity, d.Code, printable(d.Message))
	if d.Span.IsValid() {
		d.writeSnippets(&b)
	}
	d.writeNotes(&b)
	if d.Help != "" {
		fmt.Fprintf(&b, "   help: %s\n", printable(d.Help))
	}
	return b.String()
}

const gutter = "      | "

// writeSnippets shows the line at fault and below it the other lines that notes point to.
func (d *Diagnostic) writeSnippets(b *strings.Builder) {
	type place struct {
		file *Source
		line int
	}
	var order []place
	marks := map[place][]mark{}
	add := func(s Span, with byte) {
		p := place{s.File, s.File.line(int(s.Start))}
		if marks[p] == nil {
			order = append(order, p)
		}
		marks[p] = append(marks[p], mark{int(s.Start), int(s.End), with})
	}
	add(d.Span, '^')
	for _, n := range d.Notes {
		if n.Span.IsValid() && (!n.Origin.IsValid() || d.sameLine(n.Span)) {
			add(n.Span, '~')
		}
	}
	for _, p := range order {
		text, under := snippet(p.file, p.line, marks[p])
		fmt.Fprintf(b, "%5d | %s\n%s%s\n", p.line+1, text, gutter, under)
	}
}

func (d *Diagnostic) sameLine(s Span) bool {
	return s.File == d.Span.File && s.File.line(int(s.Start)) == s.File.line(int(d.Span.Start))
}

// writeNotes prints the notes as aligned columns: label, fact, where from, place.
func (d *Diagnostic) writeNotes(b *strings.Builder) {
	rows := make([][4]string, len(d.Notes))
	var widths [4]int
	for i, n := range d.Notes {
		rows[i] = d.noteRow(n)
		for c, cell := range rows[i] {
			widths[c] = max(widths[c], columns(cell))
		}
	}
	gaps := [4]string{" ", "  ", " ", ""}
	for _, row := range rows {
		line := ""
		for c, cell := range row {
			if widths[c] > 0 {
				line += cell + strings.Repeat(" ", widths[c]-columns(cell)) + gaps[c]
			}
		}
		if line = strings.TrimRight(line, " "); line != "" {
			fmt.Fprintf(b, "%s  %s\n", gutter, line)
		}
	}
}

func (d *Diagnostic) noteRow(n Note) (row [4]string) {
	if n.Label != "" {
		row[0] = printable(n.Label) + ":"
	}
	row[1] = printable(n.Text)
	place := n.Origin
	if !place.IsValid() && n.Span.IsValid() && d.Span.IsValid() && !d.sameLine(n.Span) {
		place = n.Span
	}
	if n.From != "" {
		row[2] = "from " + printable(n.From)
	}
	if place.IsValid() {
		row[3] = printable(place.String())
		if row[2] != "" {
			row[2] += ","
		}
	}
	return row
}
