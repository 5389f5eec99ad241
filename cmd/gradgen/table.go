package main

import (
	"strings"
	"unicode/utf8"
)

// table is text in columns. The first row is the head.
type table struct {
	rows  [][]string
	right map[int]bool // columns of numbers
}

func (t *table) add(cells ...string) { t.rows = append(t.rows, cells) }

// text is the table with every line indented by two spaces.
func (t *table) text(s style) string {
	var widths []int
	for _, row := range t.rows {
		for i, c := range row {
			if i == len(widths) {
				widths = append(widths, 0)
			}
			widths[i] = max(widths[i], utf8.RuneCountInString(c))
		}
	}
	var b strings.Builder
	for n, row := range t.rows {
		line := ""
		for i, c := range row {
			pad := strings.Repeat(" ", widths[i]-utf8.RuneCountInString(c))
			if t.right[i] {
				c = pad + c
			} else {
				c += pad
			}
			line += "  " + c
		}
		line = strings.TrimRight(line, " ")
		if n == 0 {
			line = s.bold(line)
		}
		b.WriteString(line + "\n")
	}
	return b.String()
}

// grouped puts commas into the long numbers of a formula, and leaves digits
// that belong to names alone.
func grouped(formula string) string {
	var b strings.Builder
	inName := false
	for i := 0; i < len(formula); {
		n := 0
		for i+n < len(formula) && '0' <= formula[i+n] && formula[i+n] <= '9' {
			n++
		}
		if n == 0 {
			c := formula[i]
			inName = c == '_' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || c >= utf8.RuneSelf
			b.WriteByte(c)
			i++
			continue
		}
		for k := range n {
			if k > 0 && (n-k)%3 == 0 && !inName {
				b.WriteByte(',')
			}
			b.WriteByte(formula[i+k])
		}
		i += n
	}
	return b.String()
}
