package diag

// Pos is a place in a source, resolved to what a person counts: Offset in bytes from 0, Line and Col from 1.
// Columns count bytes, as the Go toolchain does.
type Pos struct {
	Offset, Line, Col int
}

// Span is a half-open range of bytes of one source. It is sixteen bytes, so every node of a syntax tree and every
// value of the compiler can afford one; lines and columns are computed only when a diagnostic is shown.
type Span struct {
	File       *Source
	Start, End int32
}

// IsValid reports whether the span says where something is.
func (s Span) IsValid() bool { return s.File != nil }

// Pos returns the resolved start of the span, the zero Pos when the span is not valid.
func (s Span) Pos() Pos {
	if s.File == nil {
		return Pos{}
	}
	return s.File.Pos(int(s.Start))
}

// EndPos returns the resolved end of the span, just after its last byte.
func (s Span) EndPos() Pos {
	if s.File == nil {
		return Pos{}
	}
	return s.File.Pos(int(s.End))
}

// Text returns the source text that the span covers.
func (s Span) Text() string {
	if s.File == nil {
		return ""
	}
	return string(s.File.Text[s.Start:s.End])
}

// String returns the place as `file:line:col`, the form that editors and CI systems link.
func (s Span) String() string {
	if s.File == nil {
		return "-"
	}
	return s.File.At(s.Pos())
}

// To returns the span from the start of s to the end of t, which lies in the same source.
func (s Span) To(t Span) Span {
	if !t.IsValid() {
		return s
	}
	return Span{File: s.File, Start: s.Start, End: t.End}
}
