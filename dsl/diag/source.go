package diag

import (
	"bytes"
	"sort"
	"strconv"
	"sync"
)

// Source is one text that diagnostics point into. Make one with NewSource; it is immutable afterwards and safe for
// use by several goroutines.
type Source struct {
	// Name is what diagnostics print: a path relative to where the tool was started.
	Name string
	// Text is the file as read. Nobody writes to it.
	Text []byte

	once  sync.Once
	lines []int32 // offset of the first byte of every line
}

// NewSource names a text.
func NewSource(name string, text []byte) *Source {
	return &Source{Name: name, Text: text}
}

// Span returns the span of the bytes from start up to end, clamped to the text.
func (s *Source) Span(start, end int) Span {
	start = min(max(start, 0), len(s.Text))
	end = min(max(end, start), len(s.Text))
	return Span{File: s, Start: int32(start), End: int32(end)}
}

// Pos resolves a byte offset, clamped to the text.
func (s *Source) Pos(offset int) Pos {
	offset = min(max(offset, 0), len(s.Text))
	line := s.line(offset)
	return Pos{Offset: offset, Line: line + 1, Col: offset - int(s.lines[line]) + 1}
}

// At renders a place of the source as `name:line:col`.
func (s *Source) At(p Pos) string {
	return s.Name + ":" + strconv.Itoa(p.Line) + ":" + strconv.Itoa(p.Col)
}

// line returns the zero-based line of an offset.
func (s *Source) line(offset int) int {
	s.index()
	return sort.Search(len(s.lines), func(i int) bool { return int(s.lines[i]) > offset }) - 1
}

// bounds returns the start and end of the text of a zero-based line, without its newline.
func (s *Source) bounds(line int) (start, end int) {
	s.index()
	start, end = int(s.lines[line]), len(s.Text)
	if line+1 < len(s.lines) {
		end = int(s.lines[line+1]) - 1
	}
	if end > start && s.Text[end-1] == '\r' {
		end--
	}
	return start, end
}

// index finds the lines when the first diagnostic asks: a file without mistakes never pays for it.
func (s *Source) index() {
	s.once.Do(func() {
		s.lines = append(s.lines, 0)
		for at := 0; ; {
			i := bytes.IndexByte(s.Text[at:], '\n')
			if i < 0 {
				return
			}
			at += i + 1
			s.lines = append(s.lines, int32(at))
		}
	})
}
