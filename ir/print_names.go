package ir

import (
	"strconv"
	"strings"
	"unicode"
)

// reserved holds the words of the text of the IR, which name no value, axis or
// size there.
var reserved = map[string]bool{}

func init() {
	for _, w := range strings.Fields(`_ again and arg axis call carry dim divides doc else emit export false for func if
		in inf input model module nan next not of or param random reshape result return reverse rule scan state
		table then trainer true hyper where`) {
		reserved[w] = true
	}
	for _, op := range Ops {
		if op.Eval != nil && isIdentifier(op.Name) {
			reserved[op.Name] = true
		}
	}
	for _, r := range Reducers {
		reserved[r.Name] = true
	}
	for _, t := range dtypeNames {
		reserved[t] = true
	}
}

// names gives out names that are identifiers and unique: h, h_2, h_3. What it
// gives depends only on the order of the wishes.
type names struct {
	outer *names
	taken map[string]bool
	last  map[string]int // the number last tried for a base
}

func newNames(outer *names) *names {
	return &names{outer: outer, taken: map[string]bool{}}
}

func (n *names) has(name string) bool {
	return reserved[name] || n.taken[name] || n.outer != nil && n.outer.has(name)
}

func (n *names) pick(wish, fallback string) string {
	base := identifier(wish)
	if base == "" {
		base = fallback
	}
	name := base
	for k := max(n.last[base], 1); n.has(name); {
		k++
		if n.last == nil {
			n.last = map[string]int{}
		}
		n.last[base] = k
		name = base + "_" + strconv.Itoa(k)
	}
	n.taken[name] = true
	return name
}

// identifier makes any text an identifier of the IR, or "" of an empty one. A
// dot may stand inside, so that paths such as fc1.weight survive.
func identifier(s string) string {
	if isIdentifier(s) {
		return s
	}
	var b strings.Builder
	for _, c := range s {
		if b.Len() == 0 && !identStart(c) {
			b.WriteByte('_')
		}
		if identPart(c) {
			b.WriteRune(c)
		} else if b.Len() > 0 {
			b.WriteByte('_')
		}
	}
	return b.String()
}

func isIdentifier(s string) bool {
	dot := true // a name starts like a part after a dot, but for digits
	for i, c := range s {
		switch {
		case i == 0 && !identStart(c), c == '.' && dot, c != '.' && !identPart(c):
			return false
		}
		dot = c == '.'
	}
	return s != "" && !dot
}

func identStart(c rune) bool { return c == '_' || unicode.IsLetter(c) }

func identPart(c rune) bool { return identStart(c) || '0' <= c && c <= '9' }
