package syntax

import (
	"github.com/gradgen/gradgen/dsl/diag"
)

// layout decides where statements end. It takes the scanned tokens, drops the comments, and puts a kindTerm where a
// newline or a `;` ends a statement, before every `}`, and at the end of the file. It also checks brackets, so that
// whoever comes later can rely on braces that match and on a nesting that is capped.
//
// A bracket that is never closed must not swallow the rest of the file. Two words in a row such as `layer Name` or
// `param w` at the start of a line are never part of an expression, so there the open brackets are given up.
type layout struct {
	src   *diag.Source
	in    []token
	out   []token
	stack []int // indices in out of the open brackets
	errs  diag.List
	slip  bool // a bracket of the current statement is reported already
}

// lay runs the layout and marks in the tokens it is given where statements begin, and which `;` end one. ok is false if brackets are nested
// too deeply or nearly nothing fits.
func lay(src *diag.Source, in []token) (out []token, errs diag.List, ok bool) {
	l := &layout{src: src, in: in, out: make([]token, 0, len(in)+len(in)/4+2)}
	nl := uint8(0)
	for i, t := range in {
		nl = max(nl, t.nl)
		if t.kind == kindComment {
			continue
		}
		if nl > 0 && len(l.out) > 0 {
			l.newline(i)
		}
		nl = 0
		if k := l.last(); k == kindTerm || k == kindLBrace {
			in[i].first = true
		}
		if t.kind == kindSemi && !l.inParens() {
			in[i].kind, t.kind = kindTerm, kindTerm
		}
		if !l.put(t) || len(l.errs) > MaxErrors {
			return nil, l.errs, false
		}
	}
	l.abandon(0)
	l.term(int32(len(src.Text)))
	return l.out, l.errs, true
}

// last returns the kind of the token before, kindTerm at the start.
func (l *layout) last() kind {
	if len(l.out) == 0 {
		return kindTerm
	}
	return l.out[len(l.out)-1].kind
}

// top returns the kind of the innermost open bracket, kindEOF if there is none.
func (l *layout) top() kind {
	if len(l.stack) == 0 {
		return kindEOF
	}
	return l.out[l.stack[len(l.stack)-1]].kind
}

func (l *layout) inParens() bool { return l.top() == kindLParen || l.top() == kindLBrack }

// term ends the statement, if there is one.
func (l *layout) term(at int32) {
	l.slip = false
	if k := l.last(); k != kindTerm && k != kindLBrace {
		end := l.out[len(l.out)-1].end
		l.out = append(l.out, token{kind: kindTerm, start: min(end, at), end: min(end, at)})
	}
}

// newline handles the line end before token i.
func (l *layout) newline(i int) {
	t := l.in[i]
	switch l.lineStart(i) {
	case startsDecl:
		l.abandon(0)
		l.term(t.start)
		return
	case startsStmt:
		if l.inParens() {
			l.abandon(l.openBraces())
		}
		l.term(t.start) // whatever stands before
		return
	}
	last := l.last()
	if l.inParens() || last.needsMore() || t.kind.continues() {
		return
	}
	if t.kind == kindLBrace && last != kindTerm {
		l.errs.Errorf(diag.BraceOnOwnLine, l.span(t), "the opening brace stands on a line of its own").
			Helpf("put it at the end of the line above")
		return
	}
	l.term(t.start)
}

// The ways in which a line can begin.
const (
	startsNothing = iota
	startsDecl    // with a declaration that cannot stand in a body
	startsStmt    // with a statement; dim and const may also stand outside
)

// lineStart says how the line that begins with token i begins.
func (l *layout) lineStart(i int) int {
	t := l.in[i]
	if t.kind == kindReturn {
		return startsStmt
	}
	if t.kind != kindIdent || i+1 >= len(l.in) || l.in[i+1].nl > 0 {
		return startsNothing
	}
	switch next := l.in[i+1].kind; l.text(t) {
	case "import":
		if next == kindString {
			return startsDecl
		}
	case "package", "fn", "layer", "model", "loss", "train", "derive", "rule", "optimizer", "init":
		if next == kindIdent {
			return startsDecl
		}
	case "param", "state", "next", "step", "dim", "const":
		if next == kindIdent {
			return startsStmt
		}
	}
	return startsNothing
}

// openBraces returns the length of the stack up to and with its last brace.
func (l *layout) openBraces() int {
	for n := len(l.stack); n > 0; n-- {
		if l.out[l.stack[n-1]].kind == kindLBrace {
			return n
		}
	}
	return 0
}

// abandon gives up the open brackets above depth n. The innermost is reported; the others are most likely open
// because of it. A brace is closed in place, so that what stands in it is still read.
func (l *layout) abandon(n int) {
	for first := true; len(l.stack) > n; first = false {
		at := l.stack[len(l.stack)-1]
		open := l.out[at]
		if first {
			l.errs.Errorf(diag.UnclosedBracket, l.span(open), "`%s` is never closed", l.text(open))
		}
		l.stack = l.stack[:len(l.stack)-1]
		if open.kind == kindLBrace {
			end := l.out[len(l.out)-1].end
			l.term(end)
			l.out = append(l.out, token{kind: kindRBrace, start: end, end: end})
		} else {
			l.out[at].kind = kindBroken
		}
	}
}

// put appends a token. It reports false if nesting is too deep.
func (l *layout) put(t token) bool {
	switch t.kind {
	case kindLParen, kindLBrack, kindLBrace:
		if len(l.stack) == MaxDepth {
			l.errs.Errorf(diag.TooDeep, l.span(t), "brackets are nested more than %d deep", MaxDepth).
				Helpf("give names to the parts")
			return false
		}
		l.stack = append(l.stack, len(l.out))
	case kindRParen, kindRBrack:
		l.closeParen(&t)
	case kindRBrace:
		l.closeBrace(&t)
	case kindTerm:
		l.slip = false
		if k := l.last(); k == kindTerm || k == kindLBrace {
			return true // an empty statement
		}
	}
	l.out = append(l.out, t)
	return true
}

func (l *layout) closeParen(t *token) {
	want := kindLParen
	if t.kind == kindRBrack {
		want = kindLBrack
	}
	switch {
	case l.top() == want, l.inParens() && l.opensInterval():
		l.stack = l.stack[:len(l.stack)-1]
	case l.inParens():
		// The wrong partner: most likely a slip, so both count as closed.
		at := l.stack[len(l.stack)-1]
		l.slipped(*t, "`%s` does not close `%s`", l.text(*t), l.text(l.out[at])).Note(l.span(l.out[at]), "opened", "here")
		l.stack = l.stack[:len(l.stack)-1]
		l.out[at].kind = kindBroken
		t.kind = kindBroken
	default:
		l.slipped(*t, "`%s` closes nothing", l.text(*t))
		t.kind = kindBroken
	}
}

// slipped reports a closing bracket, the first one of a statement only: one slip makes all that follow wrong.
func (l *layout) slipped(t token, format string, args ...any) *diag.Diagnostic {
	d := diag.Errorf(diag.UnmatchedBracket, l.span(t), format, args...)
	if !l.slip {
		l.errs.Add(d)
	}
	l.slip = true
	return d
}

// opensInterval reports whether the innermost bracket begins an interval, `in [0, inf)`, whose ends may differ.
func (l *layout) opensInterval() bool {
	at := l.stack[len(l.stack)-1]
	return at > 0 && l.out[at-1].kind == kindIdent && l.text(l.out[at-1]) == "in"
}

func (l *layout) closeBrace(t *token) {
	n := l.openBraces()
	if n == 0 {
		l.errs.Errorf(diag.UnmatchedBracket, l.span(*t), "`}` closes nothing")
		t.kind = kindBroken
		return
	}
	l.abandon(n)
	l.stack = l.stack[:n-1]
	l.term(t.start)
}

func (l *layout) span(t token) diag.Span { return l.src.Span(int(t.start), int(t.end)) }

func (l *layout) text(t token) string { return string(l.src.Text[t.start:t.end]) }
