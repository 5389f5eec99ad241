package diag

import (
	"fmt"
	"unicode"
	"unicode/utf8"
)

// tabStop is the distance of tab stops in a printed snippet. Tabs are printed as spaces, so that carets stand below
// what they mean whatever the terminal does with tabs.
const tabStop = 4

// wide holds the characters that terminals draw two columns wide (the W and F classes of Unicode's annex 11, in
// coarse ranges: an error of one column below an emoji is bearable, a table of 500 rows is not).
var wide = &unicode.RangeTable{
	R16: []unicode.Range16{
		{Lo: 0x1100, Hi: 0x115f, Stride: 1}, {Lo: 0x2e80, Hi: 0x303e, Stride: 1}, {Lo: 0x3041, Hi: 0x4dbf, Stride: 1},
		{Lo: 0x4e00, Hi: 0xa4cf, Stride: 1}, {Lo: 0xa960, Hi: 0xa97f, Stride: 1}, {Lo: 0xac00, Hi: 0xd7a3, Stride: 1},
		{Lo: 0xf900, Hi: 0xfaff, Stride: 1}, {Lo: 0xfe30, Hi: 0xfe6f, Stride: 1}, {Lo: 0xff00, Hi: 0xff60, Stride: 1},
		{Lo: 0xffe0, Hi: 0xffe6, Stride: 1},
	},
	R32: []unicode.Range32{{Lo: 0x1f300, Hi: 0x1faff, Stride: 1}, {Lo: 0x20000, Hi: 0x3fffd, Stride: 1}},
}

// glyph returns how one character is printed when it starts at a column (from 0), and how many columns it takes.
// Whatever could steer a terminal or hide is printed as its code point.
func glyph(r rune, size, col int) (text string, cols int) {
	switch {
	case r == '\t':
		n := tabStop - col%tabStop
		return "        "[:n], n
	case r == utf8.RuneError && size <= 1:
		return "\ufffd", 1
	case !unicode.IsGraphic(r):
		text = fmt.Sprintf("<U+%04X>", r)
		return text, len(text)
	case unicode.In(r, unicode.Mn, unicode.Me):
		return string(r), 0
	case unicode.Is(wide, r):
		return string(r), 2
	}
	return string(r), 1
}

// printable returns text as it may be shown on a terminal.
func printable(text string) string {
	for i := 0; i < len(text); i++ {
		if text[i] < ' ' || text[i] > '~' {
			out, _ := measured(text)
			return out
		}
	}
	return text
}

// columns returns how wide text prints.
func columns(text string) int {
	_, cols := measured(text)
	return cols
}

func measured(text string) (string, int) {
	var out []byte
	col := 0
	for i := 0; i < len(text); {
		r, size := utf8.DecodeRuneInString(text[i:])
		t, c := glyph(r, size, col)
		out = append(out, t...)
		col += c
		i += size
	}
	return string(out), col
}
