package golang

import (
	"go/token"
	"slices"
	"strings"
)

// statement is a text, and where its words are: names, numbers, quoted texts, and
// comments on lines of their own.
type statement struct {
	text  string
	words []extent
	form  []byte // the text with a mark of its kind for every word
	apart bool   // it stands behind an empty line
}

type extent struct{ from, to int32 }

// like appends the text of a statement of the same form with the words of s.
func (s *statement) like(other *statement, to []byte) []byte {
	at := int32(0)
	for i, w := range other.words {
		to = append(to, other.text[at:w.from]...)
		to = append(to, s.text[s.words[i].from:s.words[i].to]...)
		at = w.to
	}
	return append(to, other.text[at:]...)
}

// sameWords reports whether the words of both are the same.
func (s *statement) sameWords(other *statement) bool {
	return slices.EqualFunc(s.words, other.words, func(v, w extent) bool {
		return s.text[v.from:v.to] == other.text[w.from:w.to]
	})
}

// statementsIn lists the statements of a body. A paragraph in which gofmt looks at
// more than forms is one of them.
func statementsIn(body []byte) (list []statement, ok bool) {
	paragraphs, ok := paragraphsIn(body)
	if !ok {
		return nil, false
	}
	r := &reader{words: make([]extent, 0, len(body)/6), forms: make([]byte, 0, len(body))}
	for i, p := range paragraphs {
		n := len(r.list)
		if !r.read(p) {
			r.list = r.list[:n]
			r.whole(p)
		}
		r.list[n].apart = i > 0
	}
	return r.list, true
}

// reader lists statements.
type reader struct {
	list  []statement
	words []extent // of all
	forms []byte

	text string // in which it reads
	// The statement at hand: where it begins, what of it is in its form so far, and
	// where its words and its form begin.
	begin, done int
	word, form  int
	open        []byte // brackets
}

// whole adds a text that has the form of nothing else.
func (r *reader) whole(text string) {
	r.list = append(r.list, statement{text: text, form: append([]byte("whole "), text...)})
}

// next begins a statement.
func (r *reader) next(at int) { r.begin, r.done, r.word, r.form = at, at, len(r.words), len(r.forms) }

// take adds a word to the statement.
func (r *reader) take(kind byte, at, end int) {
	r.words = append(r.words, extent{int32(at - r.begin), int32(end - r.begin)})
	r.forms = append(append(r.forms, r.text[r.done:at]...), kind)
	r.done = end
}

// end ends the statement.
func (r *reader) end(at int) {
	r.forms = append(r.forms, r.text[r.done:at]...)
	r.list = append(r.list, statement{text: r.text[r.begin:at], words: r.words[r.word:], form: r.forms[r.form:]})
}

// read adds the statements of a paragraph. It refuses what gofmt looks at the
// lengths of: functions and types that may stand on one line, comments behind code,
// which are aligned, and lists of declarations; and it has no word in keys, for the
// values of which there is a column.
func (r *reader) read(text string) bool {
	r.text, r.open = text, r.open[:0]
	begun, code, ends := false, false, false // a statement, code on this line, which may end the statement
	last := 0                                // where the last token ends
	for at := 0; at < len(text); {
		c := text[at]
		switch c {
		case '\n':
			if code && ends && len(r.open) == 0 {
				r.end(last)
				begun = false
			}
			code = false
			fallthrough
		case ' ', '\t':
			at++
			continue
		}
		if !begun {
			r.next(at)
			begun = true
		}
		if c == '/' && strings.HasPrefix(text[at:], "//") {
			if code {
				return false
			}
			line, _, _ := strings.Cut(text[at:], "\n")
			last = at + len(strings.TrimRight(line, " \t"))
			r.take('/', at, last)
			at += len(line)
			continue
		}
		end, ok := r.token(at)
		if !ok {
			return false
		}
		switch c {
		case ')', ']', '}', '"':
			ends = true
		case '+', '-':
			ends = last == at && text[at-1] == c
		default:
			ends = isLetter(c) || isDigit(c)
		}
		code, at, last = true, end, end
	}
	if begun {
		r.end(last)
	}
	return true
}

// token reads a token, and takes it if it is a word. Of an operator it is one
// character.
func (r *reader) token(at int) (end int, ok bool) {
	text := r.text
	end = at + 1
	switch c := text[at]; {
	case isLetter(c):
		for end < len(text) && (isLetter(text[end]) || isDigit(text[end])) {
			end++
		}
		switch name := text[at:end]; {
		case name == "func" || name == "struct" || name == "interface" || name == "var" && declaresMany(text[end:]):
			return end, false
		case !token.IsKeyword(name) && !(isKey(text[end:]) && r.inside() != '['):
			r.take('n', at, end)
		}
	case isDigit(c):
		for end < len(text) && (isDigit(text[end]) || isLetter(text[end]) || text[end] == '.' ||
			strings.IndexByte("+-", text[end]) >= 0 && strings.IndexByte("ep", text[end-1]) >= 0) {
			end++
		}
		if number := text[at:end]; number == strings.ToLower(number) { // else gofmt may have its say
			r.take('0', at, end)
		}
	case c == '"':
		for end < len(text) && text[end] != '"' && text[end] != '\n' {
			if text[end] == '\\' {
				end++
			}
			end++
		}
		if end >= len(text) || text[end] != '"' {
			return end, false
		}
		end++
		r.take('"', at, end)
	case c == '(' || c == '[' || c == '{':
		r.open = append(r.open, c)
	case c == ')' || c == ']' || c == '}':
		if len(r.open) == 0 {
			return end, false
		}
		r.open = r.open[:len(r.open)-1]
	case c == '`', c == '\'', strings.HasPrefix(text[at:], "/*"):
		return end, false
	}
	return end, true
}

// inside is the innermost bracket that is open, or 0.
func (r *reader) inside() byte {
	if len(r.open) == 0 {
		return 0
	}
	return r.open[len(r.open)-1]
}

// isKey reports whether what stands behind a name makes it a key, or may do so.
func isKey(rest string) bool {
	rest = strings.TrimLeft(rest, " ")
	return strings.HasPrefix(rest, ":") && !strings.HasPrefix(rest, ":=")
}

// declaresMany reports whether a list of declarations follows.
func declaresMany(rest string) bool {
	return strings.HasPrefix(strings.TrimLeft(rest, " "), "(")
}

func isLetter(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_' || c >= 0x80
}
func isDigit(c byte) bool { return c >= '0' && c <= '9' }
