package diag

import (
	"strings"
	"unicode/utf8"
)

// A long line is shown from about clipBefore bytes before the place to about clipAfter bytes behind its start.
const (
	clipBefore = 60
	clipAfter  = 100
)

// mark is a part of a line to underline.
type mark struct {
	start, end int // byte offsets into the source
	with       byte
}

// snippet returns a line of the source as it is printed and the line that underlines the marks in it. The first mark
// decides which part of a long line is shown. Marks of other lines are ignored; one that runs on is cut.
func snippet(src *Source, line int, marks []mark) (text, under string) {
	start, end := src.bounds(line)
	from, to := start, end
	if first := marks[0]; end-start > clipBefore+clipAfter {
		from = max(start, min(first.start, end)-clipBefore)
		to = min(end, max(first.start, from)+clipAfter)
		// Do not cut a character. Of bytes that are no characters any may be first.
		for range utf8.UTFMax - 1 {
			if from > start && from < end && !utf8.RuneStart(src.Text[from]) {
				from--
			}
			if to < end && !utf8.RuneStart(src.Text[to]) {
				to++
			}
		}
	}

	var b strings.Builder
	var carets []byte
	col := 0
	put := func(t string, cols int, with byte) {
		b.WriteString(t)
		for range cols {
			carets = append(carets, with)
		}
		col += cols
	}
	if from > start {
		put("…", 1, ' ')
	}
	for at := from; at < to; {
		r, size := utf8.DecodeRune(src.Text[at:to])
		t, cols := glyph(r, size, col)
		put(t, cols, markAt(marks, at))
		at += size
	}
	if to < end {
		b.WriteString("…")
	}
	if to == end {
		// A mark may stand just behind the line, where something is missing.
		carets = append(carets, markAt(marks, end))
	}
	return strings.TrimRight(b.String(), " "), strings.TrimRight(string(carets), " ")
}

// markAt returns the character that underlines the byte at an offset. The earliest mark wins; an empty one still
// takes one column.
func markAt(marks []mark, at int) byte {
	for _, m := range marks {
		if m.start <= at && at < max(m.end, m.start+1) {
			return m.with
		}
	}
	return ' '
}
