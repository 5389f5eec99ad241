package diag

import (
	"fmt"
	"slices"
	"strings"
)

// Code identifies a kind of finding: GG and four digits, of which the first two are the area.
type Code string

// Row is the entry of a code in the registry.
type Row struct {
	Code Code
	// Title is a short name without a full stop.
	Title string
	// Explanation is one paragraph on what the rule is and why there is one.
	Explanation string
	// Wrong is a program with the mistake, Right the same without it. They are compiled by the tests of the package
	// that reports the code; Wrong is a description in words where a program cannot show it.
	Wrong, Right string
}

// areas is the registry: one table an area, each in a file of its own.
var areas = [][]Row{capsCodes, syntaxCodes, shapeCodes, nameCodes, indexCodes, derivativeCodes, trainingCodes, fileCodes, numericsCodes}

// Codes returns all rows in the order of their codes.
func Codes() []Row {
	rows := slices.Concat(areas...)
	slices.SortFunc(rows, func(a, b Row) int { return strings.Compare(string(a.Code), string(b.Code)) })
	return rows
}

// Lookup returns the row of a code.
func Lookup(code Code) (Row, bool) {
	for _, table := range areas {
		for _, row := range table {
			if row.Code == code {
				return row, true
			}
		}
	}
	return Row{}, false
}

// Explain returns what `gradgen explain` prints for a code. Case and a missing GG are forgiven.
func Explain(code string) (string, error) {
	name := Code("GG" + strings.TrimPrefix(strings.ToUpper(strings.TrimSpace(code)), "GG"))
	row, ok := Lookup(name)
	if !ok {
		var known []string
		for _, r := range Codes() {
			known = append(known, string(r.Code))
		}
		if s := Suggest(string(name), known); s != "" {
			return "", fmt.Errorf("no error has the code %q; is it %s?", code, s)
		}
		return "", fmt.Errorf("no error has the code %q", code)
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%s: %s\n\n%s\n", row.Code, row.Title, wrapped(row.Explanation, 78))
	fmt.Fprintf(&b, "\nWrong:\n\n%s\n\nRight:\n\n%s\n", indented(row.Wrong), indented(row.Right))
	return b.String(), nil
}

func wrapped(text string, width int) string {
	var b strings.Builder
	col := 0
	for _, word := range strings.Fields(text) {
		switch w := columns(word); {
		case col == 0:
			col = w
		case col+1+w > width:
			b.WriteByte('\n')
			col = w
		default:
			b.WriteByte(' ')
			col += 1 + w
		}
		b.WriteString(word)
	}
	return b.String()
}

func indented(text string) string {
	lines := strings.Split(strings.Trim(text, "\n"), "\n")
	for i, l := range lines {
		if l != "" {
			lines[i] = "    " + l
		}
	}
	return strings.Join(lines, "\n")
}
