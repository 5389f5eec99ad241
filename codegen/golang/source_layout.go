package golang

import (
	"bytes"
	"go/format"
	"go/token"
	"slices"
	"strings"
	"sync"
)

// layouts formats functions as gofmt does. A network of many layers is the same
// few paragraphs of statements over and over, with other names: as gofmt breaks
// and aligns statements by what kinds of tokens they are made of, whatever these
// are called, it is asked about one paragraph of each form. What it does look at
// the length of is left to it altogether: see [paragraphOf].
type layouts struct {
	lock  sync.Mutex
	known map[string]*paragraph // as gofmt lays them out, by the form before
}

// manyParagraphs is how many make it worth to look at each.
const manyParagraphs = 8

// source formats a file. It is format.Source, and takes less time for one long
// function behind the head of a file.
func (l *layouts) source(text []byte) ([]byte, error) {
	if out, ok := l.function(text); ok {
		return out, nil
	}
	return format.Source(text)
}

// function formats a file that ends in a function by its parts, if it is one that
// is worth it. What is wrong in it is for format.Source to say, which knows the
// lines of the file.
func (l *layouts) function(text []byte) (out []byte, ok bool) {
	head, paragraphs, ok := functionIn(text)
	if !ok {
		return nil, false
	}
	const end = "\n}"
	out, err := format.Source(append(slices.Clip(bytes.TrimSpace(head)), end...))
	if err != nil {
		return nil, false
	}
	out, ok = bytes.CutSuffix(bytes.TrimRight(out, "\n"), []byte("{"+end))
	if !ok {
		return nil, false
	}
	out = append(slices.Grow(out, 2*len(text)), '{')
	for i, p := range paragraphs {
		laid, err := l.paragraph(p)
		if err != nil {
			return nil, false
		}
		if i > 0 {
			out = append(out, '\n')
		}
		out = append(append(out, '\n'), laid...)
	}
	return append(out, "\n}\n"...), true
}

// paragraph formats statements of a function.
func (l *layouts) paragraph(text []byte) (string, error) {
	p, ok := paragraphOf(string(text))
	if !ok {
		return inFunction(text)
	}
	l.lock.Lock()
	first := l.known[p.form]
	l.lock.Unlock()
	if first != nil {
		return p.like(first), nil
	}
	out, err := inFunction(text)
	if err != nil {
		return "", err
	}
	if laid, ok := paragraphOf(out); ok && p.sameWords(laid) {
		l.lock.Lock()
		if l.known == nil {
			l.known = map[string]*paragraph{}
		}
		l.known[p.form] = laid
		l.lock.Unlock()
	}
	return out, nil
}

// inFunction formats statements as they stand in a function. Without one around
// them format.Source would try whether they are a file, or declarations, first.
func inFunction(text []byte) (string, error) {
	const head, end = "package p\n\nfunc _() {\n", "\n}\n"
	out, err := format.Source(slices.Concat([]byte(head), text, []byte(end)))
	if err != nil {
		return "", err
	}
	return string(bytes.Trim(out[len(head):len(out)-len(end)], "\n")), nil
}

// functionIn takes a file apart that ends in one function: what stands up to its
// brace, and the paragraphs of its body, between empty lines that are in no inner
// braces. Where it takes a brace in a quoted text for one, the paragraphs are no
// statements, and nothing comes of it.
func functionIn(text []byte) (head []byte, paragraphs [][]byte, ok bool) {
	at := 0
	for line := range bytes.Lines(text) {
		at += len(line)
		if line = bytes.TrimSpace(line); bytes.HasPrefix(line, []byte("func ")) {
			ok = bytes.HasSuffix(line, []byte("{"))
			break
		}
	}
	body, closed := bytes.CutSuffix(bytes.TrimSpace(text[at:]), []byte("\n}"))
	if !ok || !closed {
		return nil, nil, false
	}
	from, to, depth := 0, 0, 0
	for line := range bytes.Lines(body) {
		if depth == 0 && len(bytes.TrimSpace(line)) == 0 {
			if p := bytes.TrimSpace(body[from:to]); len(p) > 0 {
				paragraphs = append(paragraphs, p)
			}
			from = to
		}
		to += len(line)
		if bytes.HasPrefix(line, []byte("//")) {
			continue
		}
		depth += bytes.Count(line, []byte("{")) - bytes.Count(line, []byte("}"))
		if depth < 0 || bytes.Contains(line, []byte("`")) {
			return nil, nil, false // more than one declaration, or who knows
		}
	}
	paragraphs = append(paragraphs, bytes.TrimSpace(body[from:]))
	return text[:at], paragraphs, depth == 0 && len(paragraphs) >= manyParagraphs
}

// paragraph is a text, and where its words are: names, numbers, quoted texts, and
// comments on lines of their own.
type paragraph struct {
	text  string
	words []extent
	form  string // the text with a mark of its kind for every word
}

type extent struct{ from, to int32 }

// like is a paragraph of the same form with the words of p.
func (p *paragraph) like(other *paragraph) string {
	var b strings.Builder
	b.Grow(len(p.text) + len(other.text))
	at := int32(0)
	for i, w := range other.words {
		b.WriteString(other.text[at:w.from])
		b.WriteString(p.text[p.words[i].from:p.words[i].to])
		at = w.to
	}
	b.WriteString(other.text[at:])
	return b.String()
}

// sameWords reports whether two paragraphs differ in nothing but the form.
func (p *paragraph) sameWords(other *paragraph) bool {
	return slices.EqualFunc(p.words, other.words, func(v, w extent) bool {
		return p.text[v.from:v.to] == other.text[w.from:w.to]
	})
}

// paragraphOf takes a text apart. It refuses what gofmt looks at the lengths of:
// functions and types that may stand on one line, comments behind code, which are
// aligned, and lists of declarations; and it has no word in keys, for the values
// of which there is a column.
func paragraphOf(text string) (*paragraph, bool) {
	p := &paragraph{text: text, words: make([]extent, 0, len(text)/6)}
	form := make([]byte, 0, len(text))
	from := 0 // where the text after the last word begins
	word := func(kind byte, at, end int) {
		p.words = append(p.words, extent{int32(at), int32(end)})
		form = append(append(form, text[from:at]...), kind)
		from = end
	}
	code := false // something stands on this line
	for at := 0; at < len(text); {
		c, end := text[at], at+1
		switch {
		case c == '\n':
			code = false
			at = end
			continue
		case c == ' ' || c == '\t':
			at = end
			continue
		case isLetter(c):
			for end < len(text) && (isLetter(text[end]) || isDigit(text[end])) {
				end++
			}
			switch name := text[at:end]; {
			case name == "func" || name == "struct" || name == "interface" || name == "var" && declaresMany(text[end:]):
				return nil, false
			case !token.IsKeyword(name) && !isKey(text[end:]):
				word('n', at, end)
			}
		case isDigit(c):
			for end < len(text) && (isDigit(text[end]) || isLetter(text[end]) || text[end] == '.' ||
				strings.IndexByte("+-", text[end]) >= 0 && strings.IndexByte("ep", text[end-1]) >= 0) {
				end++
			}
			if number := text[at:end]; number == strings.ToLower(number) { // else gofmt may have its say
				word('0', at, end)
			}
		case c == '"':
			for end < len(text) && text[end] != '"' && text[end] != '\n' {
				if text[end] == '\\' {
					end++
				}
				end++
			}
			if end >= len(text) || text[end] != '"' {
				return nil, false
			}
			end++
			word('"', at, end)
		case c == '/' && strings.HasPrefix(text[at:], "//"):
			if code {
				return nil, false
			}
			if n := strings.IndexByte(text[at:], '\n'); n < 0 {
				end = len(text)
			} else {
				end = at + n
			}
			word('/', at, at+len(strings.TrimRight(text[at:end], " \t")))
		case c == '/' && strings.HasPrefix(text[at:], "/*"), c == '`', c == '\'':
			return nil, false
		}
		code, at = true, end
	}
	p.form = string(append(form, text[from:]...))
	return p, true
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
