package ir

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// Limits of what is read, so that no text takes the reader past a bounded
// amount of time, memory or stack.
const (
	maxText    = 1 << 26 // bytes
	maxNesting = 1000    // brackets and prefixes around one another
	maxHeight  = 10000   // of the tree of one expression
	maxIntSize = 1 << 12 // atoms of one integer expression, as a tree
	maxDegree  = 16      // of a polynomial
)

// ParseError says where a text is wrong.
type ParseError struct {
	Line, Col int // from 1; columns in bytes
	Message   string
}

func (e *ParseError) Error() string { return fmt.Sprintf("%d:%d: %s", e.Line, e.Col, e.Message) }

type tokenKind uint8

const (
	tokenEnd tokenKind = iota
	tokenName
	tokenNumber
	tokenString
	tokenSign
)

type token struct {
	kind tokenKind
	text string
	at   int // offset in the text
}

// signs of two bytes; all others are single.
var longSigns = []string{"<=", ">=", "==", "!=", "+="}

// scanText splits a text into tokens; comments end lines and vanish.
func (p *parser) scanText() {
	s := p.src
	for i := 0; i < len(s); {
		c := s[i]
		start := i
		switch {
		case c == ' ' || c == '\n' || c == '\t' || c == '\r':
			i++
			continue
		case strings.HasPrefix(s[i:], "//"):
			for i < len(s) && s[i] != '\n' {
				i++
			}
			continue
		case isDigit(c):
			i = scanNumber(s, i)
			p.tokens = append(p.tokens, token{tokenNumber, s[start:i], start})
			continue
		case c == '"':
			for i++; i < len(s) && s[i] != '"' && s[i] != '\n'; i++ {
				if s[i] == '\\' {
					i++
				}
			}
			if i >= len(s) || s[i] != '"' {
				p.failAt(start, "string without end")
			}
			i++
			p.tokens = append(p.tokens, token{tokenString, s[start:i], start})
			continue
		}
		if r, _ := utf8.DecodeRuneInString(s[i:]); identStart(r) {
			i = scanName(s, i)
			p.tokens = append(p.tokens, token{tokenName, s[start:i], start})
			continue
		}
		i++
		for _, sign := range longSigns {
			if strings.HasPrefix(s[start:], sign) {
				i = start + 2
			}
		}
		p.tokens = append(p.tokens, token{tokenSign, s[start:i], start})
	}
	p.tokens = append(p.tokens, token{tokenEnd, "", len(s)})
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

func scanDigits(s string, i int) int {
	for i < len(s) && isDigit(s[i]) {
		i++
	}
	return i
}

func scanNumber(s string, i int) int {
	i = scanDigits(s, i)
	if i+1 < len(s) && s[i] == '.' && isDigit(s[i+1]) {
		i = scanDigits(s, i+1)
	}
	if i+1 < len(s) && s[i] == 'e' {
		j := i + 1
		if s[j] == '+' || s[j] == '-' {
			j++
		}
		if j < len(s) && isDigit(s[j]) {
			return scanDigits(s, j)
		}
	}
	return i
}

func scanName(s string, i int) int {
	for i < len(s) {
		r, n := utf8.DecodeRuneInString(s[i:])
		if r == '.' {
			if next, _ := utf8.DecodeRuneInString(s[i+1:]); !identPart(next) {
				break
			}
		} else if !identPart(r) {
			break
		}
		i += n
	}
	return i
}

// parseFault carries a ParseError to the exported function that was called.
type parseFault struct{ err *ParseError }

func (p *parser) failAt(at int, format string, args ...any) {
	line := 1 + strings.Count(p.src[:at], "\n")
	col := at - strings.LastIndexByte(p.src[:at], '\n')
	panic(parseFault{&ParseError{line, col, fmt.Sprintf(format, args...)}})
}

func (p *parser) fail(format string, args ...any) { p.failAt(p.peek().at, format, args...) }

func (p *parser) peek() token { return p.tokens[p.at] }

// is reports whether the next token is this word or sign.
func (p *parser) is(text string) bool {
	t := p.peek()
	return t.text == text && (t.kind == tokenName || t.kind == tokenSign)
}

func (p *parser) take(text string) bool {
	if !p.is(text) {
		return false
	}
	p.at++
	return true
}

func (p *parser) need(text string) {
	if !p.take(text) {
		p.fail("%q expected, got %q", text, p.peek().text)
	}
}

func (p *parser) takeKind(kind tokenKind, what string) token {
	t := p.peek()
	if t.kind != kind {
		p.fail("%s expected, got %q", what, t.text)
	}
	p.at++
	return t
}

// newName reads an identifier that may be given to something.
func (p *parser) newName() string {
	t := p.takeKind(tokenName, "name")
	if reserved[t.text] {
		p.failAt(t.at, "%q is a word of the notation", t.text)
	}
	return t.text
}
