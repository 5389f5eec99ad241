package syntax

import (
	"bytes"
	"strings"
)

// Format returns the canonical text of a file, or its text as it is if it has mistakes.
//
// The author decides where lines break, how operators are spelt, whether + - * / are written tight or with spaces, and
// where a blank line stands (of several, one is kept). Everything else has one form: two spaces of indentation for a
// body and four for a line that continues another; one space around other operators, = and ->; none around ^; a colon
// close to a label or an argument, with spaces in the head of a param, state, layer or model; index lists of single
// names tight, y[b,o], all others with spaces after commas.
//
// Formatting moves spaces only, so the tree stays the same, and formatting again changes nothing.
func Format(file *File) []byte {
	if file.wrong {
		return bytes.Clone(file.Source.Text)
	}
	f := &formatter{text: string(file.Source.Text), tokens: withoutEmpty(file.tokens), prefixEnd: -1}
	f.ahead = make([]int32, len(f.tokens)+1)
	f.ahead[len(f.tokens)] = -1
	for i := len(f.tokens) - 1; i >= 0; i-- {
		if f.ahead[i] = int32(i); f.tokens[i].kind == kindComment {
			f.ahead[i] = f.ahead[i+1]
		}
	}
	for i := range f.tokens {
		f.token(i)
	}
	if len(f.tokens) > 0 {
		f.out.WriteByte('\n')
	}
	return f.out.Bytes()
}

// formatter writes tokens one after another.
type formatter struct {
	text   string
	tokens []token
	ahead  []int32 // for each token the first from it on that is no comment, -1 if there is none
	out    bytes.Buffer

	stack  []bracket
	indent int    // of the current line
	base   int    // of the line where the current statement began
	word   string // the first word of the current statement
	colon  bool   // the statement has had its colon, or can have none

	prefixEnd int // the token that closed the indices of a prefix reduction last
}

// bracket is an open bracket.
type bracket struct {
	kind   kind
	indent int  // of the lines in it
	close  int  // of the line that begins with its partner
	tight  bool // no spaces behind its commas
	prefix bool // the indices of a prefix reduction, behind which an operand stands
	items  bool // the braces of a derive, whose lines are all on one level
}

// withoutEmpty leaves out every `;` that separates nothing: at the beginning or the end of a line or a block, or behind
// another one. Line ends before it count for what follows.
func withoutEmpty(tokens []token) []token {
	out := make([]token, 0, len(tokens))
	for i := 0; i < len(tokens); i++ {
		t := tokens[i]
		if t.kind != kindTerm {
			out = append(out, t)
			continue
		}
		nl := t.nl
		for ; i+1 < len(tokens) && tokens[i+1].kind == kindTerm; i++ {
			nl = max(nl, tokens[i+1].nl)
		}
		if i+1 == len(tokens) {
			break
		}
		next := &tokens[i+1]
		if nl == 0 && next.nl == 0 && len(out) > 0 && out[len(out)-1].kind != kindLBrace && next.kind != kindRBrace && next.kind != kindComment {
			out = append(out, t)
		}
		i++
		kept := *next
		kept.nl = max(kept.nl, nl)
		out = append(out, kept)
	}
	return out
}

func (f *formatter) textOf(t token) string { return f.text[t.start:t.end] }

// before returns the index of the last token before i that is no comment, or -1.
func (f *formatter) before(i int) int {
	for i--; i >= 0 && f.tokens[i].kind == kindComment; i-- {
	}
	return i
}

func (f *formatter) top() bracket {
	if len(f.stack) == 0 {
		return bracket{kind: kindEOF}
	}
	return f.stack[len(f.stack)-1]
}

// inBlock reports whether statements, not parts of an expression, stand on the current level.
func (f *formatter) inBlock() bool {
	k := f.top().kind
	return k == kindEOF || k == kindLBrace
}

func (f *formatter) token(i int) {
	t := f.tokens[i]
	text := f.textOf(t)
	switch {
	case i == 0:
	case t.nl > 0:
		f.breakLine(i)
	case t.kind == kindComment:
		f.out.WriteString("  ")
	case f.space(i):
		f.out.WriteByte(' ')
	}
	if t.first && t.kind != kindComment {
		f.base = f.indent
		f.word, f.colon = text, false
	}
	f.out.WriteString(text)
	f.note(i)
}

// breakLine ends the line before token i, keeps a blank line if there is reason for one, and indents.
func (f *formatter) breakLine(i int) {
	t := f.tokens[i]
	f.out.WriteByte('\n')
	if prev := f.tokens[i-1].kind; t.nl > 1 && !opens(prev) && !closes(t.kind) {
		f.out.WriteByte('\n')
	}
	f.indent = f.lineIndent(i)
	f.out.WriteString(strings.Repeat(" ", f.indent))
}

const (
	bodyIndent = 2
	contIndent = 4
)

// lineIndent returns the indentation of the line that begins with token i.
func (f *formatter) lineIndent(i int) int {
	t := f.tokens[i]
	top := f.top()
	if closes(t.kind) {
		return top.close
	}
	if !f.inBlock() || top.items {
		return top.indent
	}
	// A comment is indented like what it stands before.
	next := f.ahead[i]
	if next < 0 || f.tokens[next].first || closes(f.tokens[next].kind) {
		return top.indent
	}
	return f.base + contIndent
}

// note keeps track of brackets and colons after token i is written.
func (f *formatter) note(i int) {
	t := f.tokens[i]
	switch {
	case opens(t.kind):
		f.stack = append(f.stack, f.open(i))
	case closes(t.kind):
		if len(f.stack) > 0 {
			if f.top().prefix {
				f.prefixEnd = i
			}
			f.stack = f.stack[:len(f.stack)-1]
		}
	case t.kind == kindColon || t.kind == kindAssign:
		if f.inBlock() {
			f.colon = true
		}
	}
}

// open describes the bracket that token i opens.
func (f *formatter) open(i int) bracket {
	t := f.tokens[i]
	b := bracket{kind: t.kind, indent: f.indent + contIndent, close: f.indent}
	if t.kind == kindLBrace {
		b.indent, b.close = f.base+bodyIndent, f.base
		b.items = f.word == "derive"
		return b
	}
	prev := f.before(i)
	if t.kind != kindLBrack || prev < 0 {
		return b
	}
	p := f.tokens[prev]
	name := f.textOf(p)
	isType := p.kind == kindIdent && elems[name] != 0
	isRead := !isType && f.calls(prev)
	b.prefix = p.kind == kindIdent && isPrefixReducer(name)
	b.tight = isRead && f.singleNames(i)
	return b
}

// singleNames reports whether the entries in the brackets that token i opens are all single names or numbers.
func (f *formatter) singleNames(i int) bool {
	for i++; i+1 < len(f.tokens); i += 2 {
		x, sep := f.tokens[i], f.tokens[i+1]
		if x.kind != kindIdent && x.kind != kindNumber || x.nl > 0 || sep.nl > 0 {
			return false
		}
		if sep.kind == kindRBrack {
			return true
		}
		if sep.kind != kindComma {
			return false
		}
	}
	return false
}

func opens(k kind) bool  { return k == kindLParen || k == kindLBrack || k == kindLBrace }
func closes(k kind) bool { return k == kindRParen || k == kindRBrack || k == kindRBrace }
