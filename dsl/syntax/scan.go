package syntax

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/gradgen/gradgen/dsl/diag"
)

// The caps. They are generous for people and small enough that the worst text stays far below a second and the
// memory that the compiler may use.
const (
	MaxBytes  = 1 << 20 // of a source file
	MaxTokens = 200_000 // of a source file, comments included
	MaxDepth  = 256     // of brackets, and of expressions in each other
	MaxErrors = 100     // that are reported for a file

	maxName     = 200  // bytes of a name
	maxDigits   = 1000 // bytes of a number
	maxExponent = 5000 // the largest power of ten of a number
	maxText     = 1000 // bytes of a quoted text
)

// scanner cuts a text into tokens.
type scanner struct {
	src    *diag.Source
	text   string
	at     int
	nl     uint8
	tokens []token
	errs   diag.List
}

// scan returns the tokens of a source, comments included and without a final one, and what is wrong with its
// characters. A token that has an error is of kind kindBroken. ok is false if a cap was hit or nearly
// nothing can be read: then there are no tokens.
func scan(src *diag.Source) (tokens []token, errs diag.List, ok bool) {
	s := &scanner{src: src}
	if len(src.Text) > MaxBytes {
		s.errs.Errorf(diag.FileTooLarge, src.Span(0, 0), "the file has %d bytes; at most %d are allowed", len(src.Text), MaxBytes).
			Helpf("split the program with import")
		return nil, s.errs, false
	}
	s.text = string(src.Text)
	if strings.HasPrefix(s.text, "\ufeff") {
		s.errs.Errorf(diag.ByteOrderMark, src.Span(0, 3), "the file begins with a byte order mark").
			Helpf("save it as UTF-8 without a byte order mark (BOM)")
		s.at = 3
	}
	for s.next() {
		if len(s.tokens) > MaxTokens {
			last := s.tokens[len(s.tokens)-1]
			s.errs.Errorf(diag.TooManyTokens, src.Span(int(last.start), int(last.end)), "the file has more than %d tokens", MaxTokens).
				Helpf("repeat with stack and iterate, define tables by index, or split the program with import")
			return nil, s.errs, false
		}
		if len(s.errs) > MaxErrors {
			return nil, s.errs, false
		}
	}
	return s.tokens, s.errs, true
}

// next scans one token and reports whether there may be another.
func (s *scanner) next() bool {
	s.skipSpace()
	if s.at >= len(s.text) {
		return false
	}
	rest := s.text[s.at:]
	c := rest[0]
	switch {
	case strings.HasPrefix(rest, "//"):
		s.comment()
	case isNameByte(c) && !isDigit(c):
		s.name()
	case isDigit(c), c == '.' && len(rest) > 1 && isDigit(rest[1]):
		s.number()
	case c == '"':
		s.quoted()
	case c < utf8.RuneSelf:
		s.mark(rest)
	default:
		s.unicode(rest)
	}
	return true
}

// skipSpace passes over spaces and counts line ends. A carriage return counts as a space before a line end only.
func (s *scanner) skipSpace() {
	s.nl = 0
	for ; s.at < len(s.text); s.at++ {
		switch c := s.text[s.at]; {
		case c == '\n':
			s.nl = min(s.nl+1, 2)
		case c == ' ', c == '\t':
		case c == '\r' && strings.HasPrefix(s.text[s.at:], "\r\n"):
		default:
			return
		}
	}
}

func (s *scanner) emit(k kind, n int) {
	s.tokens = append(s.tokens, token{kind: k, nl: s.nl, start: int32(s.at), end: int32(s.at + n)})
	s.at += n
}

// broken reports an error about the next n bytes and passes over them.
func (s *scanner) broken(code diag.Code, n int, format string, args ...any) *diag.Diagnostic {
	d := s.errs.Errorf(code, s.src.Span(s.at, s.at+n), format, args...)
	s.emit(kindBroken, n)
	return d
}

func (s *scanner) comment() {
	n := strings.IndexByte(s.text[s.at:], '\n')
	if n < 0 {
		n = len(s.text) - s.at
	}
	body := strings.TrimRight(s.text[s.at:s.at+n], " \t\r")
	s.hiddenIn(s.at, body)
	s.emit(kindComment, len(body))
}

func (s *scanner) name() {
	n := s.nameLen(s.at)
	text := s.text[s.at : s.at+n]
	switch k, reserved := words[text]; {
	case n > maxName:
		s.broken(diag.LiteralTooLong, n, "this name has %d bytes; at most %d are allowed", n, maxName)
	case reserved:
		s.emit(k, n)
	default:
		s.emit(kindIdent, n)
	}
}

// nameLen returns the length of the name at an offset, 0 if there is none.
func (s *scanner) nameLen(at int) int {
	i := at
	for i < len(s.text) {
		if isNameByte(s.text[i]) {
			i++
			continue
		}
		r, size := utf8.DecodeRuneInString(s.text[i:])
		if !isGreek(r) {
			break
		}
		i += size
	}
	return i - at
}

func (s *scanner) quoted() {
	rest := s.text[s.at:]
	n := strings.IndexAny(rest[1:], "\"\n")
	if n < 0 || rest[1+n] == '\n' {
		if n < 0 {
			n = len(rest) - 1
		}
		n = len(strings.TrimRight(rest[:1+n], " \t\r"))
		s.broken(diag.UnclosedString, n, "this quoted text does not end on its line").Helpf("close it with a double quote")
		return
	}
	n += 2
	errs := len(s.errs)
	s.hiddenIn(s.at, rest[:n])
	switch {
	case n > maxText:
		s.broken(diag.LiteralTooLong, n, "this text has %d bytes; at most %d are allowed", n, maxText)
	case len(s.errs) > errs:
		s.emit(kindBroken, n)
	default:
		s.emit(kindString, n)
	}
}

func (s *scanner) mark(rest string) {
	for _, f := range foreign {
		if strings.HasPrefix(rest, f.text) && !(f.text == "!" && strings.HasPrefix(rest, "!=")) {
			n := len(f.text)
			if f.text == "/*" {
				if end := strings.Index(rest, "*/"); end > 0 {
					n = end + 2
				}
			}
			s.broken(diag.ForeignOperator, n, "`%s` is not an operator of this language", f.text).Helpf("%s", f.help)
			return
		}
	}
	for _, m := range marks {
		if strings.HasPrefix(rest, m.text) {
			s.emit(m.kind, len(m.text))
			return
		}
	}
	s.stray(rest)
}

// unicode scans what begins with a character outside ASCII: a Greek name, a twin, or a mistake.
func (s *scanner) unicode(rest string) {
	r, size := utf8.DecodeRuneInString(rest)
	if isGreek(r) {
		s.name()
		return
	}
	if k, ok := twins[r]; ok {
		s.emit(k, size)
		return
	}
	s.stray(rest)
}

// stray reports a run of characters that cannot stand outside comments and texts.
func (s *scanner) stray(rest string) {
	r, size := utf8.DecodeRuneInString(rest)
	n := size
	switch {
	case r == utf8.RuneError && size == 1:
		for n < len(rest) && !utf8.RuneStart(rest[n]) || n < len(rest) && rest[n] >= 0xf8 {
			n++
		}
		s.broken(diag.InvalidUTF8, n, "byte 0x%02x is not valid UTF-8", rest[0]).Helpf("save the file as UTF-8")
	case isHidden(r):
		s.broken(diag.HiddenCharacter, n, "%s is a hidden or control character", codePoint(r)).Helpf("remove it")
	case confusables[r] != "":
		s.broken(diag.LookAlike, n, "%s %s is not allowed", quoteRune(r), codePoint(r)).Helpf("write %s", confusables[r])
	case unicode.IsLetter(r) || unicode.IsMark(r) || unicode.IsNumber(r):
		for n < len(rest) { // the rest of the word belongs to the mistake
			r, size := utf8.DecodeRuneInString(rest[n:])
			if r == utf8.RuneError || !unicode.IsLetter(r) && !unicode.IsMark(r) && !unicode.IsDigit(r) && r != '_' {
				break
			}
			n += size
		}
		s.broken(diag.LookAlike, n, "%s %s is not allowed in a name", quoteRune(r), codePoint(r)).
			Helpf("names use ASCII letters, digits, underscores, and Greek letters that do not look Latin")
	default:
		s.broken(diag.UnknownCharacter, n, "%s %s means nothing here", quoteRune(r), codePoint(r))
	}
}

// hiddenIn reports characters that are allowed nowhere, in a comment or a quoted text; of each kind the first only.
func (s *scanner) hiddenIn(at int, text string) {
	for i := 0; i < len(text); {
		c := text[i]
		if c >= ' ' && c < 0x7f || c == '\t' {
			i++
			continue
		}
		r, size := utf8.DecodeRuneInString(text[i:])
		switch {
		case r == utf8.RuneError && size == 1:
			s.errs.Errorf(diag.InvalidUTF8, s.src.Span(at+i, at+i+1), "byte 0x%02x is not valid UTF-8", c).Helpf("save the file as UTF-8")
			return
		case isHidden(r):
			s.errs.Errorf(diag.HiddenCharacter, s.src.Span(at+i, at+i+size), "%s is a hidden or control character", codePoint(r)).Helpf("remove it")
			return
		}
		i += size
	}
}

func codePoint(r rune) string { return fmt.Sprintf("U+%04X", r) }

func quoteRune(r rune) string { return "`" + string(r) + "`" }
