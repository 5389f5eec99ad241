package golang

import (
	"bytes"
	"go/format"
	"maps"
	"slices"
	"sync"
)

// layouts formats functions as gofmt does. A network of many layers is the same
// few statements over and over, with other names: as gofmt breaks and aligns a
// statement by what kinds of tokens it is made of, whatever these are called, it is
// asked about one of each form. What it does look at the length of, or at several
// statements for, is left to it altogether: see [reader].
type layouts struct {
	lock  sync.Mutex
	known map[string]*statement // as gofmt lays them out, by the form before
}

// longFunction is how many bytes of a body make it worth to look at statements.
const longFunction = 512

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
	head, body, ok := functionIn(text)
	if !ok || len(body) < longFunction {
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
	out, ok = l.body(append(slices.Grow(out, 2*len(text)), "{\n"...), body)
	return append(out, "}\n"...), ok
}

// body appends the body of a function, formatted.
func (l *layouts) body(to, text []byte) (out []byte, ok bool) {
	list, ok := statementsIn(text)
	if !ok {
		return nil, false
	}
	laid, ok := l.find(list)
	if !ok {
		return nil, false
	}
	for i, s := range list {
		if s.apart {
			to = append(to, '\n')
		}
		to = append(s.like(laid[i], append(to, '\t')), '\n')
	}
	return to, true
}

// find is the layout of each statement. Those of new forms are formatted together,
// one of each.
func (l *layouts) find(list []statement) (laid []*statement, ok bool) {
	laid = make([]*statement, len(list))
	var fresh []statement
	made := map[string]*statement{}
	l.lock.Lock()
	for i, s := range list {
		if laid[i] = l.known[string(s.form)]; laid[i] == nil && made[string(s.form)] == nil {
			fresh = append(fresh, s)
			made[string(s.form)] = &statement{}
		}
	}
	l.lock.Unlock()
	if len(fresh) == 0 {
		return laid, true
	}
	formatted, ok := together(fresh)
	if !ok {
		return nil, false
	}
	for i, s := range fresh {
		if !s.sameWords(&formatted[i]) {
			return nil, false
		}
		*made[string(s.form)] = formatted[i]
	}
	for i, s := range list {
		if laid[i] == nil {
			laid[i] = made[string(s.form)]
		}
	}
	l.lock.Lock()
	defer l.lock.Unlock()
	if l.known == nil {
		l.known = map[string]*statement{}
	}
	maps.Copy(l.known, made)
	return laid, true
}

// together formats statements that may have nothing to do with each other: empty
// lines stand between them. Without a function around them format.Source would try
// whether they are a file, or declarations, first.
func together(list []statement) (formatted []statement, ok bool) {
	const head, end = "package p\n\nfunc _() {\n", "}\n"
	text := []byte(head)
	for _, s := range list {
		text = append(append(text, s.text...), "\n\n"...)
	}
	text, err := format.Source(append(text, end...))
	if err != nil {
		return nil, false
	}
	paragraphs, ok := paragraphsIn(text[len(head) : len(text)-len(end)])
	if !ok || len(paragraphs) != len(list) {
		return nil, false
	}
	for i, p := range paragraphs {
		r := &reader{}
		if len(list[i].words) == 0 {
			r.whole(p)
		} else if !r.read(p) || len(r.list) != 1 {
			return nil, false
		}
		formatted = append(formatted, r.list[0])
	}
	return formatted, true
}

// functionIn takes a file apart that ends in one function: what stands up to its
// brace, and its body.
func functionIn(text []byte) (head, body []byte, ok bool) {
	at := 0
	for line := range bytes.Lines(text) {
		at += len(line)
		if line = bytes.TrimSpace(line); bytes.HasPrefix(line, []byte("func ")) {
			ok = bytes.HasSuffix(line, []byte("{"))
			break
		}
	}
	body, closed := bytes.CutSuffix(bytes.TrimSpace(text[at:]), []byte("\n}"))
	return text[:at], body, ok && closed
}

// paragraphsIn are the parts of a body between empty lines that are in no inner
// braces. Where it takes a brace in a quoted text for one, they are no statements,
// and nothing comes of it.
func paragraphsIn(body []byte) (paragraphs []string, ok bool) {
	from, to, depth := 0, 0, 0
	end := func() {
		if p := bytes.TrimSpace(body[from:to]); len(p) > 0 {
			paragraphs = append(paragraphs, string(p))
		}
		from = to
	}
	for line := range bytes.Lines(body) {
		to += len(line)
		switch line = bytes.TrimSpace(line); {
		case depth == 0 && len(line) == 0:
			end()
		case bytes.HasPrefix(line, []byte("//")):
			continue
		case depth == 0 && bytes.HasSuffix(line, []byte(":")):
			return nil, false // a label, which stands further out than statements
		}
		depth += bytes.Count(line, []byte("{")) - bytes.Count(line, []byte("}"))
		if depth < 0 || bytes.Contains(line, []byte("`")) {
			return nil, false // more than one declaration, or who knows
		}
	}
	end()
	return paragraphs, depth == 0
}
