package diag

import "encoding/json"

// The field names below are an interface to other tools: they may grow, never change.

type jsonPlace struct {
	File    string `json:"file"`
	Line    int    `json:"line"`
	Col     int    `json:"col"`
	EndLine int    `json:"endLine"`
	EndCol  int    `json:"endCol"`
	Offset  int    `json:"offset"`
	Length  int    `json:"length"`
}

type jsonNote struct {
	Label  string     `json:"label,omitempty"`
	Text   string     `json:"text,omitempty"`
	From   string     `json:"from,omitempty"`
	Place  *jsonPlace `json:"place,omitempty"`
	Origin *jsonPlace `json:"origin,omitempty"`
}

type jsonDiagnostic struct {
	Code     Code       `json:"code"`
	Severity string     `json:"severity"`
	Title    string     `json:"title,omitempty"`
	Message  string     `json:"message"`
	Place    *jsonPlace `json:"place,omitempty"`
	Notes    []jsonNote `json:"notes,omitempty"`
	Help     string     `json:"help,omitempty"`
}

// JSON returns the list as one indented JSON object `{"diagnostics": […]}` with a final newline. An empty list has
// an empty array.
func (l List) JSON() ([]byte, error) {
	out := struct {
		Diagnostics []jsonDiagnostic `json:"diagnostics"`
	}{Diagnostics: make([]jsonDiagnostic, 0, len(l))}
	for _, d := range l {
		row, _ := Lookup(d.Code)
		j := jsonDiagnostic{
			Code: d.Code, Severity: d.Severity.String(), Title: row.Title, Message: d.Message,
			Place: placeOf(d.Span), Help: d.Help,
		}
		for _, n := range d.Notes {
			j.Notes = append(j.Notes, jsonNote{n.Label, n.Text, n.From, placeOf(n.Span), placeOf(n.Origin)})
		}
		out.Diagnostics = append(out.Diagnostics, j)
	}
	text, err := json.MarshalIndent(out, "", "  ")
	return append(text, '\n'), err
}

func placeOf(s Span) *jsonPlace {
	if !s.IsValid() {
		return nil
	}
	p, q := s.Pos(), s.EndPos()
	return &jsonPlace{s.File.Name, p.Line, p.Col, q.Line, q.Col, p.Offset, q.Offset - p.Offset}
}
